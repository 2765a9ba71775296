package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Open opens a file with one of the flags of this package.
func Open(path string, flag int) (File, error) { return at(path).Open(path, flag) }

// Stat looks at a file or folder.
func Stat(path string) (fs.FileInfo, error) { return at(path).Stat(path) }

// List gives the names in a folder, sorted.
func List(path string) ([]string, error) { return at(path).List(path) }

// Rename moves a file or folder within a file system. It lasts once both folders are synced.
func Rename(from, to string) error { return at(from).Rename(from, to) }

// Remove removes a file, or a folder with all below. Absence is no error.
func Remove(path string) error { return at(path).Remove(path) }

// SyncDir makes the names in a folder last through a loss of power.
func SyncDir(path string) error { return at(path).Sync(path) }

// Lock takes an exclusive lock, which ends with the process or with Close. It writes the
// process id into the file at path. The error is a *Held when another process has it.
func Lock(path string) (io.Closer, error) { return at(path).Lock(path) }

// MkdirAll makes a folder and those above it that are missing, each to last.
func MkdirAll(path string) error {
	s := at(path)
	if _, err := s.Stat(path); err == nil {
		return nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	above := filepath.Dir(path)
	if above != path {
		if err := MkdirAll(above); err != nil {
			return err
		}
	}
	if err := s.Mkdir(path); err != nil {
		return err
	}
	return s.Sync(above)
}

// ReadFile reads a whole file.
func ReadFile(path string) ([]byte, error) {
	f, err := Open(path, ForReading)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return Contents(f)
}

// Contents reads all of an open file.
func Contents(f File) ([]byte, error) {
	n, err := f.Size()
	if err != nil {
		return nil, err
	}
	b := make([]byte, n)
	k, err := f.ReadAt(b, 0)
	if err == io.EOF && int64(k) == n {
		err = nil
	}
	return b[:k], err
}

// WriteSynced makes a new file, lets fill write it, and syncs it. Its name lasts once the
// folder is synced. The file must not be there yet.
func WriteSynced(path string, fill func(File) error) error {
	f, err := Open(path, ForNew)
	if err != nil {
		return err
	}
	err = fill(f)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// Replace puts bytes under a name so that a reader meets the old ones or the new ones, whole:
// temporary name, sync, rename, sync of the folder.
func Replace(path string, b []byte) error {
	temporary := path + ".tmp"
	f, err := Open(temporary, ForReplace)
	if err != nil {
		return err
	}
	if err := AppendAndClose(f, b); err != nil {
		return err
	}
	if err := Rename(temporary, path); err != nil {
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// AppendAndClose appends b, syncs and closes.
func AppendAndClose(f File, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return errors.Join(err, f.Close())
	}
	return f.Close()
}

// Local gives a path of the machine under which a library that opens files by itself finds the
// bytes of path, and how to let go of it: the path as it is, or a copy of what is mounted.
func Local(path string) (local string, release func(), err error) {
	if !mounted(path) {
		return path, func() {}, nil
	}
	b, err := ReadFile(path)
	if err != nil {
		return "", nil, err
	}
	f, err := os.CreateTemp("", "ibid-*-"+filepath.Base(path))
	if err != nil {
		return "", nil, err
	}
	release = func() { _ = os.Remove(f.Name()) } // a copy: nothing is lost by it
	if _, err := f.Write(b); err != nil {
		release()
		return "", nil, errors.Join(err, f.Close())
	}
	return f.Name(), release, f.Close()
}
