//go:build !unix

package disk

// Map gives the bytes of a file; where files cannot be mapped they are read into memory.
func Map(path string) (b []byte, release func(), err error) {
	b, err = ReadFile(path)
	return b, func() {}, err
}
