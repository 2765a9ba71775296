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
	"time"

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

// backupTries is how often a backup is planned anew because a purge, or generations of the index,
// came in between: over 20 seconds in all.
const backupTries = 24

// damagedTries is after how many tries files that are not there, or not as they should be, are taken
// for damaged, and not for files that went meanwhile.
const damagedTries = 6

// pause waits before a try, longer each time, up to a second.
func pause(ctx context.Context, try int) error {
	if try == 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(time.Second, 20*time.Millisecond<<min(try, 10))):
		return nil
	}
}

// backup copies the corpus as it is at one moment. A purge that comes in between makes the copy
// anew, so that it holds nothing that was purged before it was complete.
func (s *site) backup(ctx context.Context, dest string, whole bool, log io.Writer) (r backup.Report, err error) {
	for try := range backupTries {
		if err := pause(ctx, try); err != nil {
			return r, err
		}
		files, purges, err := s.held(ctx, true)
		if corpus.KindOf(err) == corpus.Corrupt && err != nil {
			fmt.Fprintf(log, "the index is left out, it can be made again: %v\n", err)
			files, purges, err = s.held(ctx, false)
		}
		if err != nil {
			return r, err
		}
		bar := newProgress(log, "backup", len(files))
		r, err = backup.Copy(ctx, backup.Job{From: s.dir, To: dest, Files: files, Whole: whole,
			Progress: func(backup.File) { bar.step() }})
		bar.end()
		if err := errors.Join(err, release(files)); err != nil {
			return r, err
		}
		if _, now, err := archive.Extents(s.dir); err == nil && now == purges {
			return r, nil
		}
	}
	return r, corpus.Errorf(corpus.Locked, s.dir, "purges came in between each time").WithRemedy("run the backup again")
}

// held opens the files of one moment. Between listing and opening them some may go; then they are
// listed anew. The index can be left out.
func (s *site) held(ctx context.Context, index bool) (files []backup.File, purges int, err error) {
	for try := range backupTries {
		if err := pause(ctx, try); err != nil {
			return nil, 0, err
		}
		var list []backup.File
		if list, purges, err = s.files(index); err == nil {
			files, err = holdAll(s.dir, list)
		}
		if err != nil && corpus.KindOf(err) != corpus.Locked && try > damagedTries {
			return nil, 0, err
		}
		if err != nil {
			continue
		}
		if _, now, e := archive.Extents(s.dir); e == nil && now == purges {
			return files, purges, nil
		}
		err = errors.Join(corpus.Errorf(corpus.Locked, s.dir, "a purge is at work").WithRemedy("run the backup again"),
			release(files))
	}
	return nil, 0, err
}

// holdAll opens files.
func holdAll(dir string, list []backup.File) (held []backup.File, err error) {
	for _, f := range list {
		if f.Data == nil {
			if f, err = f.Hold(dir); err != nil {
				return nil, errors.Join(err, release(held))
			}
		}
		held = append(held, f)
	}
	return held, nil
}

// release lets go of files.
func release(files []backup.File) (err error) {
	for _, f := range files {
		err = errors.Join(err, f.Release())
	}
	return err
}

// files lists what a backup copies, what vouches for others behind these. The index is listed
// before the archive, so that the archive holds all that the index speaks of.
func (s *site) files(index bool) (list []backup.File, purges int, err error) {
	var indexed []string
	var current []byte
	if index {
		indexed, current, err = indexer.Files(s.indexDir())
	}
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
