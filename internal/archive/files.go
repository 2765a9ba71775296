package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"syscall"
	"time"

	"ibid/corpus"
)

// fileSystem is all that an archive asks of a disk, so that tests can put one in its place
// that fails and loses what was not synced.
type fileSystem interface {
	open(path string, flag int) (file, error)
	mkdir(path string) error               // an existing folder is no error
	list(path string) ([]string, error)    // names, sorted
	rename(from, to string) error          // replaces what is there
	remove(path string) error              // with all below; absence is no error
	syncDir(path string) error             // makes new, renamed and removed names durable
	lock(path string) (io.Closer, error)   // exclusive; of kind Locked when held elsewhere
	held(path string) (pid string, _ bool) // whether lock would fail, and who holds it
}

// file is an open file; Write appends.
type file interface {
	io.ReaderAt
	io.Writer
	io.Closer
	Sync() error
	Truncate(size int64) error
	size() (int64, error)
}

// Flags of open.
const (
	forReading = os.O_RDONLY
	forAppend  = os.O_RDWR | os.O_APPEND
	forNew     = os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_EXCL
	forReplace = os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_TRUNC
)

// disk is the file system of the machine.
type disk struct{}

// diskFile adds size to an os.File.
type diskFile struct{ *os.File }

func (f diskFile) size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (disk) open(path string, flag int) (file, error) {
	f, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (disk) mkdir(path string) error {
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (disk) list(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	sort.Strings(names)
	return names, nil
}

func (disk) rename(from, to string) error { return os.Rename(from, to) }

func (disk) remove(path string) error { return os.RemoveAll(path) }

// readFile reads a whole file.
func readFile(files fileSystem, path string) ([]byte, error) {
	f, err := files.open(path, forReading)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	n, err := f.size()
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(f, 0, n))
}

// replaceFile puts b in the place of a file: temporary name, sync, rename, sync the folder.
func replaceFile(files fileSystem, path string, b []byte) error {
	temporary := path + ".tmp"
	f, err := files.open(temporary, forReplace)
	if err != nil {
		return err
	}
	if err := writeAndClose(f, b); err != nil {
		return err
	}
	if err := files.rename(temporary, path); err != nil {
		return err
	}
	return files.syncDir(filepath.Dir(path))
}

// writeAndClose appends b, syncs and closes.
func writeAndClose(f file, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// lockFile is a held lock. Close empties the file, so that no process id outlives its lock.
type lockFile struct{ *os.File }

// Close lets go of the lock.
func (f lockFile) Close() error { return errors.Join(f.Truncate(0), f.File.Close()) }

// retryLock tries a few times: a Verify in another process may hold the lock for the moment
// that it takes to see whether it is held.
func retryLock(try func() error) error {
	err := try()
	for i := 0; err != nil && i < 5; i++ {
		time.Sleep(10 * time.Millisecond)
		err = try()
	}
	return err
}

// deviceError says that the disk refused. Path and deed name what was tried.
func deviceError(path, deed string, err error) error {
	var known *corpus.Error
	if errors.As(err, &known) {
		return err
	}
	remedy := "look at the disk, then run the same command again: what was reported as added is safe"
	switch {
	case errors.Is(err, syscall.ENOSPC):
		remedy = "free space on the disk, then run the same command again: " +
			"what was reported as added is safe"
	case errors.Is(err, fs.ErrPermission):
		remedy = "make the folder writable for this user"
	}
	return corpus.Errorf(corpus.Unavailable, path, "%s: %w", deed, err).WithRemedy(remedy)
}

// lockedError says who holds the lock.
func lockedError(path, pid string) error {
	who := "another process"
	if pid != "" {
		who = fmt.Sprintf("process %s", pid)
	}
	return corpus.Errorf(corpus.Locked, path, "%s is writing to this corpus", who).
		WithRemedy("wait until it is done, or end it, then try again")
}
