//go:build unix

package disk

import (
	"os"

	"golang.org/x/sys/unix"
)

// Map gives the bytes of a file, read-only and shared with every process that maps it, and how
// to give the address space back, once. An empty file has no bytes.
func Map(path string) (b []byte, release func(), err error) {
	if mounted(path) {
		b, err = ReadFile(path)
		return b, func() {}, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return nil, func() {}, err
	}
	b, err = unix.Mmap(int(f.Fd()), 0, int(st.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, &os.PathError{Op: "map", Path: path, Err: err}
	}
	return b, func() { _ = unix.Munmap(b) }, nil // fails only for a range that is not mapped
}
