//go:build unix

package disk

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/unix"
)

// Sync makes the names in a folder last, where the system can be asked to.
func (machine) Sync(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// lockFile is a held lock.
type lockFile struct{ *os.File }

// Close lets go of the lock. The file is emptied first, so that no process id outlives it.
// Closing alone would leave the lock to a process that is being started meanwhile, until it
// has let go of our files.
func (f lockFile) Close() error {
	err := f.Truncate(0)
	_ = unix.Flock(int(f.Fd()), unix.LOCK_UN) // closing does the same, if perhaps later
	return errors.Join(err, f.File.Close())
}

func (machine) Lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		pid := readPID(f)
		f.Close()
		return nil, &Held{PID: pid}
	}
	if err == nil {
		err = writePID(f)
	} else {
		err = &os.PathError{Op: "lock", Path: path, Err: err}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return lockFile{f}, nil
}

// Holder gives the process that holds the lock at a path, without taking it from anyone; false
// when nobody does.
func Holder(path string) (pid string, held bool) {
	f, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); err == nil {
		return "", false
	}
	return readPID(f), true
}
