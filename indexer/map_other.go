//go:build !unix

package indexer

import "os"

// mapping is a file's bytes; where files cannot be mapped they are read into memory.
type mapping struct{ data []byte }

// mapFile reads a whole file.
func mapFile(path string) (*mapping, error) {
	b, err := os.ReadFile(path)
	return &mapping{b}, err
}

// close forgets the bytes.
func (m *mapping) close() { m.data = nil }
