package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/backup"
)

func backupCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "backup DEST",
		Short: "Copy a corpus, also while others add to it and index it",
		Long: `Copy a corpus into a folder: archive, index, registers and corpus.yaml as they fit together now,
while others may add, index and search. What was written is read back and hashed. Made again, it
copies what is new or changed and removes what left the corpus; interrupted, it goes on where it
was. The copy has the form of a corpus and a file backup.json with the hash of every file;
"ibid check --corpus DEST" proves it, "ibid restore DEST" brings it back.

What was not changed since, by size and time, is not read again; --whole reads everything.`,
		Args: exactly(1, "the folder of the backup"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	whole := c.Flags().Bool("whole", false, "read again what looks unchanged")
	c.RunE = func(c *cobra.Command, args []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		if err := apart(s.dir, args[0]); err != nil {
			return err
		}
		r, err := s.backup(c.Context(), args[0], *whole, c.ErrOrStderr())
		if err != nil {
			return err
		}
		return tellCopy(c, r, *asJSON)
	}
	return c
}

// tellCopy prints what a copy did.
func tellCopy(c *cobra.Command, r backup.Report, asJSON bool) error {
	if asJSON {
		return printJSON(c.OutOrStdout(), r)
	}
	_, err := fmt.Fprintf(c.OutOrStdout(), "complete: %s of %d bytes; copied %d of %d bytes, removed %d\n",
		count(r.Files, "file"), r.Bytes, r.Copied, r.Written, r.Removed)
	return err
}

// apart refuses a backup in the corpus itself, and one over a corpus that is no backup.
func apart(dir, dest string) error {
	from, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	to, err := filepath.Abs(dest)
	if err != nil {
		return err
	}
	if liesIn(from, to) || liesIn(to, from) {
		return corpus.Errorf(corpus.Invalid, dest, "the backup and the corpus lie in each other").
			WithRemedy("choose a folder apart, best on another disk")
	}
	_, err = os.Stat(filepath.Join(dest, backup.ManifestName))
	left, listErr := os.ReadDir(dest)
	if errors.Is(err, fs.ErrNotExist) && listErr == nil && len(left) > 0 {
		return corpus.Errorf(corpus.Invalid, dest, "the folder is not empty and is no backup").
			WithRemedy("choose an empty folder")
	}
	return nil
}

// liesIn reports whether a path is a folder or lies below it.
func liesIn(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// backupTries is how often a backup is planned anew because a purge, or two generations of the
// index, came in between.
const backupTries = 10

// backup copies the corpus as it is at one moment. The index is listed before the archive, so
// that the archive holds all that the index speaks of; a purge in between makes the plan anew.
func (s *site) backup(ctx context.Context, dest string, whole bool, log io.Writer) (r backup.Report, err error) {
	for range backupTries {
		var files []backup.File
		var purges int
		if files, purges, err = s.files(); err == nil {
			bar := newProgress(log, "backup", len(files))
			r, err = backup.Copy(ctx, backup.Job{From: s.dir, To: dest, Files: files, Whole: whole,
				Progress: func(backup.File) { bar.step() }})
			bar.end()
		}
		if kind := corpus.KindOf(err); err != nil && kind != corpus.NotFound && kind != corpus.Corrupt {
			return r, err
		}
		if err != nil {
			continue // a file went, or was replaced, while it was copied
		}
		if _, now, e := archive.Extents(s.dir); e == nil && now == purges {
			return r, nil
		}
		err = corpus.Errorf(corpus.Locked, s.dir, "purges came in between").WithRemedy("run the backup again")
	}
	return r, err
}

// files lists what a backup copies, what vouches for others behind these.
func (s *site) files() (list []backup.File, purges int, err error) {
	indexed, current, err := indexer.Files(s.indexDir())
	if err != nil && corpus.KindOf(err) != corpus.NotFound {
		return nil, 0, err
	}
	archived, purges, err := archive.Extents(s.dir)
	if err != nil {
		return nil, 0, err
	}
	for _, name := range indexed {
		f := backup.File{Name: "index/" + name}
		if name == "CURRENT" {
			f.Data, f.Size = current, int64(len(current))
		}
		list = append(list, f)
	}
	for _, x := range archived {
		list = append(list, backup.File{Name: x.Name, Size: x.Size, Data: x.Data, Grows: x.Data == nil})
	}
	registers, err := filesBelow(s.dir, "registers")
	if err != nil {
		return nil, 0, err
	}
	for _, name := range append(registers, configFile) {
		list = append(list, backup.File{Name: name})
	}
	for i, f := range list {
		if f.Data != nil || f.Grows {
			continue
		}
		st, err := os.Stat(filepath.Join(s.dir, filepath.FromSlash(f.Name)))
		if err != nil {
			return nil, 0, fileError(f.Name, err)
		}
		list[i].Size = st.Size()
	}
	return list, purges, nil
}

// filesBelow lists the files of a folder of the corpus, with slashes; there need not be one.
func filesBelow(dir, folder string) (names []string, err error) {
	root := filepath.Join(dir, folder)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return filepath.SkipAll
		}
		if err != nil {
			return fileError(path, err)
		}
		if d.Type().IsRegular() {
			rel, err := filepath.Rel(dir, path)
			if err != nil {
				return fileError(path, err)
			}
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	return names, err
}
