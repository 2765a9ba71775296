//go:build unix

package indexer

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapping is a file seen as bytes, read-only, shared with every process that maps it.
type mapping struct{ data []byte }

// mapFile maps a whole file. An empty file maps to no bytes.
func mapFile(path string) (*mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return &mapping{}, err
	}
	b, err := unix.Mmap(int(f.Fd()), 0, int(st.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, &os.PathError{Op: "map", Path: path, Err: err}
	}
	return &mapping{b}, nil
}

// close gives the address space back. It may be called twice.
func (m *mapping) close() {
	if m.data != nil {
		_ = unix.Munmap(m.data) // fails only for a range that is not mapped
		m.data = nil
	}
}
