package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"iter"
	"os"
)

// Passage is one line of a corpus file.
type Passage struct {
	ID       int      `json:"id"`
	Text     string   `json:"text"`
	Republic string   `json:"republic"`
	Actors   []string `json:"actors"`
	Year     string   `json:"year"`
	Date     int64    `json:"date"` // unix seconds, midnight UTC
}

// Decade names the ten years that a year is in: 2010s.
func Decade(year string) string { return year[:3] + "0s" }

// Passages reads a corpus file. The error yielded is the last thing yielded.
func Passages(path string) iter.Seq2[Passage, error] {
	return func(yield func(Passage, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(Passage{}, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(make([]byte, 1<<16), 1<<24)
		for n := 1; lines.Scan(); n++ {
			var p Passage
			if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
				yield(p, fmt.Errorf("%s:%d: %w", path, n, err))
				return
			}
			if !yield(p, nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Passage{}, err)
		}
	}
}
