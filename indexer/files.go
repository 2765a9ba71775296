package indexer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"path/filepath"

	"ibid/corpus"
	"ibid/internal/disk"
)

// hashFile gives the sha256, in hexadecimal digits, and the size of a file.
func hashFile(path string) (string, int64, error) {
	f, err := disk.Open(path, disk.ForReading)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err := io.Copy(h, io.NewSectionReader(f, 0, size))
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// hashBytes gives the sha256 of bytes in hexadecimal digits.
func hashBytes(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// mapping is a file seen as bytes, read-only.
type mapping struct {
	data    []byte
	release func()
}

// mapFile maps a whole file. An empty file maps to no bytes.
func mapFile(path string) (*mapping, error) {
	b, release, err := disk.Map(path)
	return &mapping{b, release}, err
}

// close gives the address space back. It may be called twice.
func (m *mapping) close() {
	if m.data != nil && m.release != nil {
		m.release()
	}
	m.data = nil
}

// lockFile makes the folder of an index and takes one of its locks, which the system gives back
// when the process ends, however it ends. Doing is what the holder does.
func lockFile(dir, name, doing string) (unlock func(), err error) {
	if err := disk.MkdirAll(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	lock, err := disk.Lock(path)
	var held *disk.Held
	if errors.As(err, &held) {
		return nil, corpus.Errorf(corpus.Locked, path, "another process is %s this index", doing).
			WithRemedy("wait until it is done")
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = lock.Close() }, nil // the work is done and safe whatever it says
}
