package main

import (
	"context"
	"errors"
	"io"
	"strings"

	"ibid/internal/archive"
)

// Repair touches nothing that holds. What an interrupted write left is settled as the next writer
// would; the capture index and the index are made anew, for both follow from the archive; so is
// the journal, where every record holds. A record that does not hold can only come from a backup.

// deed is one thing that a repair does.
type deed struct {
	what string
	do   func(context.Context, *site) error // nil for what only a person can do
}

// repair tells what could be done, does it with act, and checks again; done where nothing is left
// to be told.
func (k *checker) repair(ctx context.Context, s *site, act bool) (done bool, err error) {
	deeds := k.plan()
	if len(deeds) == 0 {
		k.cmd.PrintErrln("nothing is to be repaired")
		return false, nil
	}
	for _, d := range deeds {
		switch {
		case d.do == nil:
			k.cmd.PrintErrf("by hand: %s\n", d.what)
		case !act:
			k.cmd.PrintErrf("would: %s\n", d.what)
		default:
			if err := d.do(ctx, s); err != nil {
				return true, err
			}
			k.cmd.PrintErrf("done: %s\n", d.what)
		}
	}
	if !act {
		k.cmd.PrintErrln("nothing was changed; to do it: ibid check --repair --act")
		return false, nil
	}
	return false, k.check(ctx, s)
}

// plan gives the deeds for what was found, each once.
func (k *checker) plan() (deeds []deed) {
	seen := map[string]bool{}
	add := func(what string, do func(context.Context, *site) error) {
		if !seen[what] {
			seen[what] = true
			deeds = append(deeds, deed{what, do})
		}
	}
	for _, f := range k.Findings {
		if !f.Note && f.File == "archive/journal" {
			add("make archive/journal anew from the WARC files; the old one is kept in archive/torn/", rebuildJournal)
		}
	}
	for _, f := range k.Findings {
		switch {
		case f.Reason == orphan, !f.Note && f.File == "archive/journal":
		case f.Note:
			add("settle what an interrupted write left: whole records are taken in, pieces moved to archive/torn/", settle)
		case f.File == "archive/index.cdxj":
			add("make archive/index.cdxj anew from the journal", rewriteIndex)
		case strings.HasPrefix(f.File, "archive/"):
			add("restore "+f.File+" from a backup: "+f.Reason, nil)
		default:
			add("make the index anew from the archive", reindex)
		}
	}
	return deeds
}

func rebuildJournal(_ context.Context, s *site) error { return archive.RebuildJournal(s.dir) }

// settle opens the archive as a writer, which settles what the last one left.
func settle(_ context.Context, s *site) error {
	store, err := archive.Open(s.dir, archive.Options{})
	if err != nil {
		return err
	}
	return store.Close()
}

func rewriteIndex(_ context.Context, s *site) error {
	store, err := archive.Open(s.dir, archive.Options{})
	if err != nil {
		return err
	}
	return errors.Join(store.RewriteIndex(), store.Close())
}

func reindex(ctx context.Context, s *site) error {
	return s.index(ctx, io.Discard, indexOptions{rebuild: true, memory: memoryDefault, shard: shardPassages(memoryDefault)})
}
