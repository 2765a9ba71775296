package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"ibid/corpus"
	"ibid/internal/disk"
)

// File is one file that is to be copied.
type File struct {
	Name   string // within the folder, with slashes
	Size   int64  // bytes from its beginning; the file may have more by the time it is read
	Data   []byte // its content, when it is not to be read from the folder; Size is its length then
	Grows  bool   // bytes are only ever added at its end
	SHA256 string // that it has to have, in hexadecimal digits; empty when not known

	held     disk.File // the file, when it was opened before
	modified int64     // when it was changed then, in nanoseconds; 0 when not known
}

// Hold opens a file of a folder, so that it is copied as it is now even when it is replaced or
// removed before its turn comes. A Size that is not given is that of the file. It ends with
// Release.
func (f File) Hold(dir string) (File, error) {
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	before, err := disk.Stat(path)
	if err == nil {
		f.held, err = disk.Open(path, disk.ForReading)
	}
	if err != nil {
		return f, readError(path, err)
	}
	size, err := f.held.Size()
	if err != nil {
		return f, errors.Join(readError(path, err), f.Release())
	}
	if f.Size == 0 && !f.Grows {
		f.Size = size
	}
	after, err := disk.Stat(path)
	if err == nil && before.ModTime().Equal(after.ModTime()) && size == after.Size() && !after.ModTime().IsZero() {
		f.modified = after.ModTime().UnixNano()
	}
	return f, nil
}

// Release lets go of a file that was held.
func (f File) Release() error {
	if f.held == nil {
		return nil
	}
	return f.held.Close()
}

// Job is what Copy does.
type Job struct {
	From, To string // folders
	Files    []File // in the order in which they are copied
	// Whole reads files too whose size and time of change say that they are as they were.
	Whole    bool
	Progress func(File) // called after each file; may be nil
}

// Report counts what a copy did.
type Report struct {
	Files   int   `json:"files"`
	Bytes   int64 `json:"bytes"`  // of all files
	Copied  int   `json:"copied"` // files that were written, whole or in part
	Written int64 `json:"written"`
	Removed int   `json:"removed"` // files that no longer belong to the copy
}

// saveEvery is after how many written bytes backup.json is brought up to date: what an
// interruption costs at most to copy again.
const saveEvery = 64 << 20

// alwaysRead is the size in bytes below which a file is read whatever its time of change says, which
// may be coarse: a register or corpus.yaml may be edited twice within it.
const alwaysRead = 1 << 20

// copying is one run of Copy.
type copying struct {
	Job
	report   Report
	manifest *manifest
	unsaved  int64
}

// Copy makes or renews the copy of files. It may be interrupted at any moment and called again.
// Errors: Corrupt for a file that has not the hash it must have, or that the disk gives back
// otherwise than it was written; an error of kind NotFound for a file that is gone, which is for
// the caller to make sense of; Unavailable when a disk refuses.
func Copy(ctx context.Context, job Job) (Report, error) {
	c := &copying{Job: job}
	if err := disk.MkdirAll(job.To); err != nil {
		return c.report, corpus.Errorf(corpus.Unavailable, job.To, "%w", err)
	}
	var err error
	if c.manifest, err = readManifest(job.To); corpus.KindOf(err) == corpus.NotFound && err != nil {
		c.manifest, err = &manifest{Format: manifestFormat, Files: map[string]entry{}}, nil
	}
	if err != nil {
		return c.report, err
	}
	if err := c.begin(); err != nil {
		return c.report, err
	}
	for _, f := range job.Files {
		if err := ctx.Err(); err != nil {
			return c.report, errors.Join(err, c.manifest.write(job.To))
		}
		if err := c.file(f); err != nil {
			return c.report, errors.Join(err, c.manifest.write(job.To))
		}
		if c.Progress != nil {
			c.Progress(f)
		}
	}
	return c.report, c.finish()
}

// begin notes that the copy is not what it says while it is renewed, and what is to go.
func (c *copying) begin() error {
	wanted := map[string]bool{}
	for _, f := range c.Files {
		if !inside(f.Name) {
			return corpus.Errorf(corpus.Invalid, f.Name, "is not the name of a file in the folder")
		}
		wanted[f.Name] = true
	}
	for name := range c.manifest.Files {
		if !wanted[name] {
			delete(c.manifest.Files, name)
			c.manifest.Stale = append(c.manifest.Stale, name)
		}
	}
	c.manifest.Stale = slices.DeleteFunc(c.manifest.Stale, func(name string) bool { return wanted[name] })
	slices.Sort(c.manifest.Stale)
	c.manifest.Complete = false
	return c.manifest.write(c.To)
}

// file copies one file unless it is there.
func (c *copying) file(f File) error {
	c.report.Files++
	c.report.Bytes += f.Size
	if f.Data != nil {
		return c.whole(f, bytes.NewReader(f.Data), 0)
	}
	if f.held == nil {
		held, err := f.Hold(c.From)
		if err != nil {
			return err
		}
		defer held.Release()
		f = held
	}
	from := filepath.Join(c.From, filepath.FromSlash(f.Name))
	if has, err := f.held.Size(); err != nil || has < f.Size {
		return errors.Join(err, corpus.Errorf(corpus.Corrupt, from, "the file has %d bytes, and should have %d", has, f.Size))
	}
	modified := f.modified
	if f.Size < alwaysRead {
		modified = 0
	}
	old, there := c.manifest.Files[f.Name]
	size := c.sizeOf(f.Name)
	same := old.Size == f.Size && size == f.Size
	if there && same && !c.Whole && (f.SHA256 == old.SHA256 || f.SHA256 == "" && old.Modified == modified && modified != 0) {
		return nil
	}
	if there && f.Grows && old.Size <= f.Size && size >= old.Size {
		if done, err := c.extend(f, f.held, old, modified); done || err != nil {
			return err
		}
	}
	return c.whole(f, io.NewSectionReader(f.held, 0, f.Size), modified)
}

// sizeOf is the size of a file of the copy; -1 when it is not there.
func (c *copying) sizeOf(name string) int64 {
	st, err := disk.Stat(c.path(name))
	if err != nil {
		return -1
	}
	return st.Size()
}

func (c *copying) path(name string) string { return filepath.Join(c.To, filepath.FromSlash(name)) }

// extend writes what a file has more than its copy; false when the copy is not its beginning.
func (c *copying) extend(f File, in io.ReaderAt, old entry, modified int64) (done bool, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(in, 0, old.Size)); err != nil {
		return false, readError(f.Name, err)
	}
	if digits(h) != old.SHA256 {
		return false, nil
	}
	out, err := disk.Open(c.path(f.Name), disk.ForAppend)
	if err != nil {
		return false, writeError(c.path(f.Name), err)
	}
	err = out.Truncate(old.Size)
	var n int64
	if err == nil {
		n, err = io.Copy(io.MultiWriter(out, h), io.NewSectionReader(in, old.Size, f.Size-old.Size))
	}
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return false, writeError(c.path(f.Name), err)
	}
	return true, c.settled(f, entry{Size: f.Size, SHA256: digits(h), Modified: modified}, n)
}

// whole writes a file under another name first.
func (c *copying) whole(f File, in io.Reader, modified int64) error {
	path := c.path(f.Name)
	if err := disk.MkdirAll(filepath.Dir(path)); err != nil {
		return writeError(path, err)
	}
	part := path + ".part"
	out, err := disk.Open(part, disk.ForReplace)
	if err != nil {
		return writeError(part, err)
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return writeError(part, err)
	}
	e := entry{Size: n, SHA256: digits(h), Modified: modified}
	if n != f.Size || f.SHA256 != "" && f.SHA256 != e.SHA256 {
		return corpus.Errorf(corpus.Corrupt, filepath.Join(c.From, f.Name), "its %d bytes have the sha256 %s; "+
			"%d bytes of %s were expected", n, e.SHA256, f.Size, f.SHA256).WithRemedy("take another backup")
	}
	if err := errors.Join(disk.Rename(part, path), disk.SyncDir(filepath.Dir(path))); err != nil {
		return writeError(path, err)
	}
	return c.settled(f, e, n)
}

// settled reads a file of the copy back and notes it.
func (c *copying) settled(f File, e entry, written int64) error {
	path := c.path(f.Name)
	in, err := disk.Open(path, disk.ForReading)
	if err != nil {
		return readError(path, err)
	}
	defer in.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(in, 0, e.Size+1)); err != nil {
		return readError(path, err)
	}
	if digits(h) != e.SHA256 {
		return corpus.Errorf(corpus.Corrupt, path, "the disk gives other bytes than were written").
			WithRemedy("use another disk")
	}
	c.manifest.Files[f.Name] = e
	c.report.Copied, c.report.Written = c.report.Copied+1, c.report.Written+written
	if c.unsaved += written; c.unsaved < saveEvery {
		return nil
	}
	c.unsaved = 0
	return c.manifest.write(c.To)
}

// finish says that the copy is complete, then removes what does not belong to it.
func (c *copying) finish() error {
	c.manifest.Complete = true
	if err := c.manifest.write(c.To); err != nil {
		return err
	}
	for _, name := range c.manifest.Stale {
		if err := errors.Join(disk.Remove(c.path(name)), disk.Remove(c.path(name)+".part")); err != nil {
			return writeError(c.path(name), err)
		}
		c.report.Removed++
		if err := c.prune(filepath.Dir(c.path(name))); err != nil {
			return writeError(c.path(name), err)
		}
	}
	if len(c.manifest.Stale) == 0 {
		return nil
	}
	c.manifest.Stale = nil
	return c.manifest.write(c.To)
}

// prune makes it last that names are gone from a folder of the copy, and the folder too when it is
// empty.
func (c *copying) prune(dir string) error {
	names, err := disk.List(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || len(names) > 0 || dir == filepath.Clean(c.To) {
		return errors.Join(err, disk.SyncDir(dir))
	}
	return errors.Join(disk.Remove(dir), disk.SyncDir(filepath.Dir(dir)))
}

// digits is a hash in hexadecimal digits.
func digits(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// readError says that a file could not be read.
func readError(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return corpus.Errorf(corpus.NotFound, path, "%w", err)
	}
	return corpus.Errorf(corpus.Unavailable, path, "%w", err)
}

// writeError says that a file could not be written.
func writeError(path string, err error) error {
	return corpus.Errorf(corpus.Unavailable, path, "%w", err).WithRemedy("look at the disk, then run the command again")
}
