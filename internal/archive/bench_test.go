package archive

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkPutAll adds pages of 40 kB of text in batches of 50; MB/s counts bodies.
func BenchmarkPutAll(b *testing.B) {
	s, _ := newStore(b, Options{})
	text := strings.Repeat("Officials said on Monday that the road was open again. ", 700)
	b.SetBytes(int64(50 * len(text)))
	n := 0
	for b.Loop() {
		var rs []Record
		for range 50 {
			n++
			rs = append(rs, page(fmt.Sprintf("https://wire.example/%d", n), fmt.Sprint(n, text), n%50))
		}
		if _, err := s.PutAll(b.Context(), rs); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBody reads one body of 40 kB with all checks.
func BenchmarkBody(b *testing.B) {
	s, _ := newStore(b, Options{})
	text := strings.Repeat("Officials said on Monday that the road was open again. ", 700)
	c, _ := put(b, s, page("https://wire.example/a", text, 1))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := s.Body(c.Snapshot); err != nil {
			b.Fatal(err)
		}
	}
}
