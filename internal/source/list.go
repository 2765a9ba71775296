package source

import (
	"bytes"
	"fmt"
	"strings"

	"ibid/corpus"
)

// List reads a list of addresses: one a line, empty lines and lines that begin with # left out.
// A line that is no address is an error with the name of the file and the line: a list is written
// by its user, who wants to know.
func List(name string, data []byte) ([]string, error) {
	var out []string
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		u, ok := resolve(nil, line)
		if !ok {
			return nil, corpus.Errorf(corpus.Invalid, fmt.Sprintf("%s:%d", name, n), "%s is not an http or https address", clip(line)).
				WithRemedy("write one address a line; # begins a comment line")
		}
		out = append(out, u)
	}
	return out, nil
}

// clip quotes the beginning of a text.
func clip(s string) string {
	if len(s) > 60 {
		return fmt.Sprintf("%q…", s[:60])
	}
	return fmt.Sprintf("%q", s)
}
