package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/backup"
)

func restoreCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "restore SRC --corpus DIR",
		Short: "Bring a corpus back from a backup, every file held against its hash",
		Long: `Copy a backup into a folder that is not there yet, or is empty: each file is held against the hash
that the backup states, then archive and index are checked. The corpus answers as it did when the
backup was made. Interrupted, it goes on where it was when it is run again.`,
		Args: exactly(1, "the folder of the backup"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if !c.Flags().Changed("corpus") {
			return corpus.Errorf(corpus.Invalid, "--corpus", "names no folder to restore to").
				WithRemedy("write --corpus DIR")
		}
		r, err := restore(c, args[0], *dir)
		if err != nil {
			return err
		}
		return tellCopy(c, r, *asJSON)
	}
	return c
}

// restore copies a backup and checks what it copied. While it goes on, the folder has a
// backup.json, and no corpus.yaml, without which it is no corpus.
func restore(c *cobra.Command, from, to string) (backup.Report, error) {
	if err := apart(from, to); err != nil {
		return backup.Report{}, err
	}
	files, err := backup.Files(from)
	if err != nil {
		return backup.Report{}, err
	}
	if _, err := os.Stat(filepath.Join(to, configFile)); err == nil {
		return backup.Report{}, corpus.Errorf(corpus.Invalid, to, "is a corpus already").
			WithRemedy("choose another folder")
	}
	last := slices.IndexFunc(files, func(f backup.File) bool { return f.Name == configFile })
	if last < 0 {
		return backup.Report{}, corpus.Errorf(corpus.Corrupt, from, "the backup holds no %s", configFile)
	}
	config := files[last]
	files = slices.Delete(files, last, last+1)
	bar := newProgress(c.ErrOrStderr(), "restore", len(files))
	job := backup.Job{From: from, To: to, Files: files, Progress: func(backup.File) { bar.step() }}
	r, err := backup.Copy(c.Context(), job)
	bar.end()
	if err == nil {
		err = checkRestored(c.Context(), to)
	}
	if err != nil {
		return r, err
	}
	data, err := os.ReadFile(filepath.Join(from, configFile))
	if err != nil {
		return r, fileError(configFile, err)
	}
	if string(corpus.SnapshotIDOf(data)) != config.SHA256 {
		return r, corpus.Errorf(corpus.Corrupt, filepath.Join(from, configFile), "it has another hash than the backup states")
	}
	if err := os.MkdirAll(filepath.Join(to, "registers"), 0o755); err != nil {
		return r, fileError(to, err)
	}
	if err := writeFile(filepath.Join(to, configFile), data); err != nil {
		return r, err
	}
	r.Files, r.Copied, r.Bytes = r.Files+1, r.Copied+1, r.Bytes+config.Size
	return r, os.Remove(filepath.Join(to, backup.ManifestName))
}

// checkRestored reads archive and index again.
func checkRestored(ctx context.Context, dir string) error {
	report, err := archive.Verify(ctx, dir, nil)
	if err != nil {
		return err
	}
	for _, f := range report.Findings {
		if !f.Torn {
			return corpus.Errorf(corpus.Corrupt, dir, "%s", f)
		}
	}
	index := filepath.Join(dir, "index")
	if _, err := os.Stat(filepath.Join(index, "CURRENT")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(indexer.Verify(ctx, index)...)
}
