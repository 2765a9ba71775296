package intake

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/internal/archive"
)

// BenchmarkWARC takes over a plain WARC file of 200 pages of 40 kB; MB/s counts the file.
func BenchmarkWARC(b *testing.B) {
	text := strings.Repeat("Officials said on Monday that the road was open again. ", 700)
	var file []byte
	for i := range 200 {
		file = append(file, answer(fmt.Sprintf("https://wire.example/%d", i), html+"\r\n"+fmt.Sprint(i)+text)...)
	}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		dir := b.TempDir()
		if err := archive.Create(dir); err != nil {
			b.Fatal(err)
		}
		s, err := archive.Open(dir, archive.Options{})
		if err != nil {
			b.Fatal(err)
		}
		in := &Intake{Store: s, Refused: func(err error) { b.Error(err) },
			Taken: func(string, corpus.Capture, bool) error { return nil }}
		if err := in.WARC(context.Background(), "a.warc", bytes.NewReader(file), int64(len(file))); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
