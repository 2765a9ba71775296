//go:build !unix

package indexer

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"ibid/corpus"
)

// lockFile makes the folder of an index and one of its lock files. Where the system has no lock
// that ends with the process, a crash leaves the file, and the error says to remove it. Doing
// is what the holder does.
func lockFile(dir, name, doing string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil, corpus.Errorf(corpus.Locked, path, "another process is %s this index", doing).
			WithRemedy("wait until it is done; after a crash remove this file")
	}
	if err != nil {
		return nil, err
	}
	return func() { f.Close(); os.Remove(path) }, nil
}
