//go:build windows

package archive

import (
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/windows"
)

// syncDir does nothing: Windows keeps names without being asked.
func (disk) syncDir(string) error { return nil }

// lockedByte lies far behind the process id, because a locked range cannot be read.
const lockedByte = 1 << 20

// lock takes the exclusive lock and writes the process id into its file.
func (disk) lock(path string) (io.Closer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := retryLock(func() error { return lockByte(f) }); err != nil {
		pid := readPID(f)
		f.Close()
		if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
			return nil, lockedError(path, pid)
		}
		return nil, err
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return lockFile{f}, nil
}

// held reports whether a process holds the lock, without taking it from anyone.
func (disk) held(path string) (pid string, _ bool) {
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

// readPID reads the process id that the holder wrote; empty when it is not there yet.
func readPID(f *os.File) string {
	var b [24]byte
	n, _ := f.ReadAt(b[:], 0)
	return strings.TrimSpace(string(b[:n]))
}
