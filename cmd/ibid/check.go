package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/disk"
)

func checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check [BUNDLE]",
		Short: "Read every byte again: archive, index, and each passage in its snapshot",
		Long: `Read every byte again: the records of the archive against their digests and the journal, the files
of the index against their manifests, and every run of every passage against the bytes it came from.
With the name of a file that "ibid evidence" made, check that file; no corpus is needed.

--read-data-subset 2/5 reads the second of five parts of records, files and passages, and the
manifests of all; five runs read everything.

--repair says what could be done about the damage, and does nothing; --repair --act does it. No byte
of evidence is deleted: what is damaged is moved to archive/torn/.

Exit code 0: sound, 1: damaged, 2: usage, 10: absent, 11: locked.`,
		Args: atMost(1, "the bundle"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	subset := c.Flags().String("read-data-subset", "", "n/t: read the n-th of t parts of the data")
	repair := c.Flags().Bool("repair", false, "say what could be done about damage")
	act := c.Flags().Bool("act", false, "with --repair: do it")
	c.RunE = func(c *cobra.Command, args []string) error {
		k := &checker{cmd: c, json: *asJSON}
		var err error
		switch {
		case len(args) == 1 && (*repair || *subset != ""):
			err = corpus.Errorf(corpus.Invalid, args[0], "a bundle is read whole, and not repaired")
		case len(args) == 1:
			err = checkBundle(c, args[0], *asJSON)
		case *act && !*repair:
			err = corpus.Errorf(corpus.Invalid, "--act", "goes with --repair")
		default:
			if k.part, err = parsePart(*subset); err == nil {
				err = k.run(c.Context(), *dir, *repair, *act)
			}
		}
		var code exitCode
		if err == nil || errors.As(err, &code) || errors.Is(err, context.Canceled) {
			return err
		}
		c.PrintErrf("ibid: %v\n", err)
		return exitCode(checkCode(err))
	}
	return c
}

// parsePart reads n/t; nothing is all.
func parsePart(s string) (archive.Part, error) {
	if s == "" {
		return archive.Part{N: 1, Of: 1}, nil
	}
	left, right, ok := strings.Cut(s, "/")
	n, err1 := strconv.Atoi(left)
	of, err2 := strconv.Atoi(right)
	if !ok || err1 != nil || err2 != nil || n < 1 || n > of || of > 10_000 {
		return archive.Part{}, corpus.Errorf(corpus.Invalid, "--read-data-subset", "%q is no part", s).
			WithRemedy("write it like 2/5: the second of five parts")
	}
	return archive.Part{N: n, Of: of}, nil
}

// checkReport is what check --json prints.
type checkReport struct {
	Sound    bool      `json:"sound"`
	Subset   string    `json:"subset,omitempty"`
	Captures int       `json:"captures"`
	Records  int       `json:"records"`
	Indexed  bool      `json:"indexed"`
	Passages int       `json:"passages"`
	Runs     int       `json:"runs"`
	Untraced int       `json:"untraced"`
	Findings []problem `json:"findings"`
}

// problem is one thing that is not as it should be. A note is no damage: what an interrupted write
// explains, or a file that nothing speaks of.
type problem struct {
	Note   bool   `json:"note"`
	File   string `json:"file,omitempty"` // within the corpus, of the archive alone
	Offset int64  `json:"offset,omitempty"`
	Reason string `json:"reason"`
}

// checker counts what was read and what was wrong.
type checker struct {
	checkReport
	cmd  *cobra.Command
	json bool
	part archive.Part
}

// found reports one damage, noted what is none.
func (k *checker) found(err error) {
	k.Findings = append(k.Findings, problem{Reason: err.Error()})
	k.cmd.PrintErrf("damaged: %v\n", err)
}

func (k *checker) noted(file, what string) {
	k.Findings = append(k.Findings, problem{Note: true, File: file, Reason: what})
	k.cmd.PrintErrf("note: %s: %s\n", file, what)
}

// damages counts the findings that are no notes.
func (k *checker) damages() (n int) {
	for _, f := range k.Findings {
		if !f.Note {
			n++
		}
	}
	return n
}

// run checks a corpus, and repairs it when it is told to.
func (k *checker) run(ctx context.Context, dir string, repair, act bool) error {
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	err = k.check(ctx, s)
	if err != nil && corpus.KindOf(err) == corpus.Locked && repair && act {
		if err := settle(ctx, s); err != nil { // a purge that was interrupted
			return err
		}
		err = k.check(ctx, s)
	}
	if err != nil {
		return err
	}
	if repair {
		if done, err := k.repair(ctx, s, act); err != nil || done {
			return err
		}
	}
	return k.tell(dir)
}

// check reads a corpus again. The archive is read even where it cannot be opened; the passages of
// the index only where it can.
func (k *checker) check(ctx context.Context, s *site) error {
	k.checkReport = checkReport{Findings: []problem{}}
	if k.part.Of > 1 {
		k.Subset = fmt.Sprintf("%d/%d", k.part.N, k.part.Of)
	}
	if err := k.archive(ctx, s); err != nil {
		return err
	}
	if err := k.index(ctx, s); err != nil {
		return err
	}
	k.Sound = k.damages() == 0
	return nil
}

// tell prints one line on standard output for a sound corpus, and gives the exit code.
func (k *checker) tell(dir string) error {
	out := k.cmd.OutOrStdout()
	if k.json {
		if err := printJSON(out, k.checkReport); err != nil {
			return err
		}
	}
	switch {
	case !k.Sound:
		k.cmd.PrintErrf("%s of damage; what could be done about it says: ibid check --repair --corpus %s\n",
			count(k.damages(), "place"), dir)
		return exitCode(exitNothing)
	case k.json:
		return nil
	}
	what := "sound: "
	if k.Subset != "" {
		what = "sound so far, part " + k.Subset + " was read: "
	}
	fmt.Fprintf(out, "%s%s, ", what, count(k.Captures, "capture"))
	if !k.Indexed {
		fmt.Fprintln(out, "no index yet")
		return nil
	}
	fmt.Fprintf(out, "%s, %s proven, %d untraced\n", count(k.Passages, "passage"), count(k.Runs, "run"), k.Untraced)
	return nil
}

// archive verifies the snapshot store.
func (k *checker) archive(ctx context.Context, s *site) error {
	report, err := archive.VerifyPart(ctx, s.dir, k.part)
	if err != nil {
		return err
	}
	k.Captures, k.Records = report.Captures, report.Records
	for _, f := range report.Findings {
		k.Findings = append(k.Findings, problem{Note: f.Torn, File: "archive/" + f.File, Offset: f.Offset, Reason: f.Reason})
		if f.Torn {
			k.cmd.PrintErrf("note: %s\n", f)
		} else {
			k.cmd.PrintErrf("damaged: %s\n", f)
		}
	}
	orphans, err := archive.Orphans(s.dir)
	if err != nil {
		return nil // that the journal is missing is a finding
	}
	for _, name := range orphans {
		k.noted("archive/"+name, orphan)
	}
	return nil
}

// orphan says what a file is that no other speaks of.
const orphan = "nothing speaks of this file; it is neither read nor touched"

// index verifies the index and every passage in its snapshot.
func (k *checker) index(ctx context.Context, s *site) error {
	if _, err := disk.Stat(filepath.Join(s.indexDir(), "CURRENT")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	k.Indexed = true
	var damages []error
	if k.part.Of > 1 {
		damages = indexer.VerifyPart(ctx, s.indexDir(), k.part.Has)
	} else {
		damages = indexer.Verify(ctx, s.indexDir())
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range damages {
		k.found(err)
	}
	if orphans, err := indexer.Orphans(s.indexDir()); err == nil {
		for _, name := range orphans {
			k.noted("index/"+name, orphan)
		}
	}
	if len(damages) > 0 {
		return nil
	}
	return k.passages(ctx, s)
}

// passages cuts the passages of every document, or of those of the part, out of their snapshots
// again.
func (k *checker) passages(ctx context.Context, s *site) error {
	store, err := s.openArchive()
	if corpus.KindOf(err) == corpus.Corrupt && err != nil {
		if k.damages() == 0 {
			k.found(err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	defer store.Close()
	ix, err := s.openIndex(indexer.VerifyManifest)
	if err != nil {
		return err
	}
	defer ix.Close()
	i := 0
	for d, err := range ix.Documents() {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if i++; !k.part.Has(i - 1) {
			continue
		}
		_, passages, err := ix.Document(d.ID)
		if err != nil {
			k.found(err)
			continue
		}
		if err := k.document(d, passages, store); err != nil {
			k.found(fmt.Errorf("%s: %w", d.URL, err))
		}
	}
	return nil
}

// document cuts every run of a document's passages out of its snapshot again.
func (k *checker) document(d *corpus.Document, passages []*corpus.Passage, store *archive.Store) error {
	body, err := store.Body(d.Snapshot)
	if err != nil {
		return err
	}
	for _, p := range passages {
		k.Passages++
		k.Runs += len(p.Runs)
		if p.Untraced {
			k.Untraced++
		}
		if err := proveRuns(d, p, body); err != nil {
			k.found(fmt.Errorf("%s: passage %s: %w", d.URL, p.ID, err))
		}
	}
	return nil
}
