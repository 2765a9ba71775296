package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"
	"time"

	"ibid/corpus"
	"ibid/internal/disk"
)

// takeLock takes the lock of an archive. It tries a few times: a Verify in another process may hold
// it for the moment that it takes to see whether it is held.
func takeLock(path string) (io.Closer, error) {
	l, err := disk.Lock(path)
	for i := 0; err != nil && i < 5; i++ {
		time.Sleep(10 * time.Millisecond)
		l, err = disk.Lock(path)
	}
	var held *disk.Held
	if errors.As(err, &held) {
		return nil, lockedError(path, held.PID)
	}
	return l, err
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
