//go:build windows

package disk

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// Sync does nothing: Windows keeps names without being asked.
func (machine) Sync(string) error { return nil }

// lockFile is a held lock.
type lockFile struct{ *os.File }

// Close lets go of the lock. The file is emptied first, so that no process id outlives it.
func (f lockFile) Close() error { return errors.Join(f.Truncate(0), f.File.Close()) }

// lockedByte lies far behind the process id, because a locked range cannot be read.
const lockedByte = 1 << 20

func (machine) Lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	err = lockByte(f)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		pid := readPID(f)
		f.Close()
		return nil, &Held{PID: pid}
	}
	if err == nil {
		err = writePID(f)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return lockFile{f}, nil
}

// Holder gives the process that holds the lock at a path, without taking it from anyone; false
// when nobody does.
func Holder(path string) (pid string, held bool) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return "", false
	}
	defer f.Close()
	if lockByte(f) == nil {
		return "", false
	}
	return readPID(f), true
}

func lockByte(f *os.File) error {
	flags := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY)
	at := &windows.Overlapped{Offset: lockedByte}
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, at)
}
