package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/disk"
)

func checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "check [BUNDLE]",
		Short: "Read every byte again: archive, index, and each passage in its snapshot",
		Long: `Read every byte again: the records of the archive against their digests, the files of the
index against their manifest, and every run of every passage against the bytes it came from. With
the name of a file that "ibid evidence" made, check that file; no corpus is needed.
Exit code 0: sound, 1: damaged, 2: usage, 10: absent, 11: locked.`,
		Args: atMost(1, "the bundle"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		var err error
		if len(args) == 1 {
			err = checkBundle(c, args[0], *asJSON)
		} else {
			err = check(c, *dir)
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

// checker counts what was read and what was wrong.
type checker struct {
	cmd      *cobra.Command
	findings int
	passages int
	runs     int
	untraced int
}

// found reports one damage.
func (k *checker) found(err error) {
	k.findings++
	k.cmd.PrintErrf("damaged: %v\n", err)
}

// check reads a corpus again and prints one line on standard output when it is sound.
func check(c *cobra.Command, dir string) error {
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	store, err := s.openArchive()
	if err != nil {
		return err
	}
	defer store.Close()
	k := &checker{cmd: c}
	report, err := k.archive(c.Context(), store)
	if err != nil {
		return err
	}
	indexed, err := k.index(c.Context(), s, store)
	if err != nil {
		return err
	}
	if k.findings > 0 {
		c.PrintErrf("%s of damage; what the archive holds soundly can be indexed again with: ibid index --corpus %s\n",
			count(k.findings, "place"), dir)
		return exitCode(exitNothing)
	}
	fmt.Fprintf(c.OutOrStdout(), "sound: %s, ", count(report, "capture"))
	if !indexed {
		fmt.Fprintln(c.OutOrStdout(), "no index yet")
		return nil
	}
	fmt.Fprintf(c.OutOrStdout(), "%s, %s proven, %d untraced\n", count(k.passages, "passage"),
		count(k.runs, "run"), k.untraced)
	return nil
}

// archive verifies the snapshot store and returns how many captures it holds.
func (k *checker) archive(ctx context.Context, store *archive.Store) (int, error) {
	report, err := store.Verify(ctx, nil)
	if err != nil {
		return 0, err
	}
	for _, f := range report.Findings {
		if f.Torn {
			k.cmd.PrintErrf("note: %s\n", f)
			continue
		}
		k.found(errors.New(f.String()))
	}
	return report.Captures, nil
}

// index verifies the index and every passage in its snapshot; false when there is none yet.
func (k *checker) index(ctx context.Context, s *site, store *archive.Store) (bool, error) {
	if _, err := disk.Stat(filepath.Join(s.indexDir(), "CURRENT")); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	damages := indexer.Verify(ctx, s.indexDir())
	if err := ctx.Err(); err != nil {
		return true, err
	}
	for _, err := range damages {
		k.found(err)
	}
	if len(damages) > 0 {
		return true, nil
	}
	ix, err := s.openIndex(indexer.VerifyManifest)
	if err != nil {
		return true, err
	}
	defer ix.Close()
	for item, err := range ix.Walk(ctx) {
		if err != nil {
			return true, err
		}
		if err := k.document(item, store); err != nil {
			k.found(err)
		}
	}
	return true, nil
}

// document cuts every run of a document's passages out of its snapshot again.
func (k *checker) document(item indexer.Item, store *archive.Store) error {
	d := item.Document
	body, err := store.Body(d.Snapshot)
	if err != nil {
		return err
	}
	for _, p := range item.Passages {
		k.passages++
		k.runs += len(p.Runs)
		if p.Untraced {
			k.untraced++
		}
		if err := proveRuns(d, p, body); err != nil {
			k.found(fmt.Errorf("%s: passage %s: %w", d.URL, p.ID, err))
		}
	}
	return nil
}
