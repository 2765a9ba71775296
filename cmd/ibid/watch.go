package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ibid/corpus"
)

// watch keeps the index up to date until the context ends, which is no error. It looks at the
// files that decide what an index holds; a run that fails is told and tried again at the next
// look. Compaction goes on beside the runs, one at a time.
func (s *site) watch(ctx context.Context, log io.Writer, opt indexOptions, every time.Duration) error {
	run := &indexing{s: s, log: log, opt: opt, verify: verifyFull}
	merged := make(chan error, 1)
	merging := false
	defer func() {
		if merging {
			<-merged
		}
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	seen := ""
	for {
		if now := s.traces(); now != seen {
			switch err := run.again(ctx); {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				fmt.Fprintf(log, "ibid: %v\n", err)
			default:
				seen = now
				if !merging {
					merging = true
					go func() { merged <- run.quietly(log).compact(ctx) }()
				}
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-merged:
			merging = false
			if err != nil && !errors.Is(err, context.Canceled) && corpus.KindOf(err) != corpus.Locked {
				fmt.Fprintf(log, "ibid: merging shards: %v\n", err)
			}
		case <-tick.C:
		}
	}
}

// again is a run after the first: the configuration is read anew, and files of the index that
// were verified by the first run are not hashed again.
func (r *indexing) again(ctx context.Context) error {
	cfg, err := loadConfig(r.s.dir)
	if err != nil {
		return err
	}
	r.s.cfg = cfg
	if err := r.run(ctx); err != nil {
		return err
	}
	r.verify, r.opt.rebuild = verifyManifest, false
	return nil
}

// quietly is a copy of a run for work beside it.
func (r *indexing) quietly(log io.Writer) *indexing {
	return &indexing{s: r.s, log: log, opt: r.opt}
}

// traces sums up the files that decide what an index holds, by size and time of change.
func (s *site) traces() string {
	out := ""
	for _, name := range []string{configFile, "archive/journal", "registers/places.tsv",
		"registers/actors.tsv", "index/CURRENT"} {
		st, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(name)))
		if err == nil && name != "index/CURRENT" {
			out += fmt.Sprintf("%s %d %d\n", name, st.Size(), st.ModTime().UnixNano())
		}
		if name == "index/CURRENT" {
			out += fmt.Sprintf("index %v\n", err == nil)
		}
	}
	return out
}
