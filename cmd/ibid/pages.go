package main

import (
	"errors"
	"io/fs"
	"strings"

	"ibid/corpus"
)

// fileError names a file that the system refuses.
func fileError(path string, err error) error {
	kind := corpus.Unavailable
	if errors.Is(err, fs.ErrNotExist) {
		kind = corpus.NotFound
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return corpus.Errorf(kind, path, "%w", err)
}

// isWARC reports whether a name is that of a WARC file.
func isWARC(name string) bool {
	n := strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(n, ".warc")
}

// isURL reports whether an argument of add is an address.
func isURL(arg string) bool {
	return strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
}
