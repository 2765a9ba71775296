//go:build unix

package indexer

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"ibid/corpus"
)

// lockFile makes the folder of an index and takes one of its locks, which the system gives back
// when the process ends, however it ends. Doing is what the holder does.
func lockFile(dir, name, doing string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		f.Close()
		return nil, corpus.Errorf(corpus.Locked, path, "another process is %s this index", doing).
			WithRemedy("wait until it is done")
	}
	if err != nil {
		f.Close()
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return func() {
		// Closing alone would leave the lock to a process that is being started meanwhile, until
		// it has let go of our files.
		_ = unix.Flock(int(f.Fd()), unix.LOCK_UN)
		f.Close()
	}, nil
}
