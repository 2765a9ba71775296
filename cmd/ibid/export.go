package main

import (
	"bufio"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

func exportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "export --wacz FILE",
		Short: "Write the archive as one WACZ file, which other tools replay and verify",
		Long: `Write the WARC files of the archive, their index, a list of pages and the sha256 of each into
one file. The archive is checked first; one that is damaged is not exported. An archive that has
not changed gives the same bytes again.`,
		Args: exactly(0, "no arguments; name the file by --wacz"),
	}
	dir := corpusFlag(c)
	out := c.Flags().String("wacz", "", "file to write; one that is there is replaced")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *out == "" {
			return corpus.Errorf(corpus.Invalid, "--wacz", "names no file").
				WithRemedy("say where to write: ibid export --wacz corpus.wacz")
		}
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		report, err := archive.Verify(c.Context(), s.dir, nil)
		if err != nil {
			return err
		}
		if !report.Sound() {
			return corpus.Errorf(corpus.Corrupt, s.dir, "the archive is damaged: %v", report.Findings[0]).
				WithRemedy("see all by: ibid check --corpus " + s.dir)
		}
		store, err := archive.Open(s.dir, archive.Options{ReadOnly: true})
		if err != nil {
			return err
		}
		defer store.Close()
		p, err := store.Package(s.cfg.Name)
		if err != nil {
			return err
		}
		if err := writePackage(*out, p); err != nil {
			return err
		}
		if n := store.Hidden(); n > 0 {
			fmt.Fprintf(c.ErrOrStderr(), "it holds the records of %s that were withdrawn and not purged\n",
				count(n, "capture"))
		}
		fmt.Fprintf(c.ErrOrStderr(), "wrote %s: %s in %s\n", *out, count(report.Captures, "capture"),
			count(len(p.Files), "WARC file"))
		return nil
	}
	return c
}

// writePackage writes a package beside its name and puts it in place once it is whole and safe.
func writePackage(path string, p warc.Package) error {
	temporary := path + ".tmp"
	f, err := disk.Open(temporary, disk.ForReplace)
	if err != nil {
		return fileError(path, err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	err = warc.WritePackage(w, p)
	err = errors.Join(err, w.Flush(), f.Sync(), f.Close())
	if err == nil {
		err = disk.Rename(temporary, path)
	}
	if err != nil {
		return errors.Join(fileError(path, err), disk.Remove(temporary))
	}
	return disk.SyncDir(filepath.Dir(path))
}
