package indexer

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

func TestColumnsComeBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.col")
	want := []section{{"a", []byte("abc")}, {"numbers", rawNumbers([]uint32{1, 2, 1 << 31})}, {"empty", nil}}
	if err := writeColumn(path, want); err != nil {
		t.Fatal(err)
	}
	if err := writeColumn(path, want); err == nil {
		t.Error("a column was written over")
	}
	c, err := openColumn(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	for _, s := range want {
		if got, err := c.bytes(s.name); err != nil || !bytes.Equal(got, s.data) {
			t.Errorf("%s: %q, %v", s.name, got, err)
		}
	}
	if n, err := numbers[uint32](c, "numbers", 3); err != nil || cmp.Diff([]uint32{1, 2, 1 << 31}, n) != "" {
		t.Errorf("numbers %v, %v", n, err)
	}
	if _, err := numbers[uint32](c, "numbers", 4); err == nil {
		t.Error("a list of another length is taken")
	}
	if _, err := c.bytes("none"); err == nil || c.badSection() != "" {
		t.Errorf("missing section %v, bad section %q", err, c.badSection())
	}
}

func TestBlocksComeBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	w, err := newBlockWriter()
	if err != nil {
		t.Fatal(err)
	}
	var want [][]byte
	for i := range 300 {
		b := bytes.Repeat([]byte{byte('a' + i%26)}, r.IntN(900))
		if i == 77 {
			b = make([]byte, 3*blockSize)
		}
		want = append(want, b)
		w.add(b)
	}
	path := filepath.Join(t.TempDir(), "x.col")
	if err := writeColumn(path, w.sections()); err != nil {
		t.Fatal(err)
	}
	s, err := openBlocks(path, len(want))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	rd := s.reader()
	for range 1000 {
		i := r.IntN(len(want))
		if got, err := rd.record(i); err != nil || !bytes.Equal(got, want[i]) {
			t.Fatalf("record %d: %d bytes, want %d (%v)", i, len(got), len(want[i]), err)
		}
	}
	if _, err := openBlocks(path, len(want)+1); err == nil {
		t.Error("a store of another number of records is taken")
	}
}

// TestFormatsBefore holds that an index of each format there was opens, or is refused with what
// to do about it: testdata/formats/N was written by the program of format N.
func TestFormatsBefore(t *testing.T) {
	t.Parallel()
	for n := 1; n < formatVersion; n++ {
		_, err := Open(filepath.Join("testdata", "formats", strconv.Itoa(n)), OpenOptions{})
		var e *corpus.Error
		if !errors.As(err, &e) || e.Kind != corpus.Corrupt || e.Remedy != remedyRebuild ||
			!strings.Contains(err.Error(), fmt.Sprintf("ibid index %d", n)) {
			t.Errorf("format %d: %v", n, err)
		}
	}
}

// FuzzColumn holds that no bytes make the reader of columns fail but with an error.
func FuzzColumn(f *testing.F) {
	path := filepath.Join(f.TempDir(), "x.col")
	if err := writeColumn(path, []section{{"a", []byte("abc")}, {"b", make([]byte, 40)}}); err != nil {
		f.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:20])
	f.Add(append(bytes.Clone(b[:12]), 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := &column{path: "x.col", m: &mapping{data: b}, sections: map[string][]byte{}}
		if c.readTable() == nil {
			c.badSection()
		}
	})
}

// FuzzCurrent holds that no CURRENT is taken but one that vouches for itself.
func FuzzCurrent(f *testing.F) {
	f.Add([]byte("ibid index 1\ngeneration 1\nabc\n"))
	f.Add([]byte("\n\n\n\n"))
	dir := f.TempDir()
	if err := writeCurrent(dir, 7, "abc"); err != nil {
		f.Fatal(err)
	}
	sound, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sound)
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, currentName), b, 0o644); err != nil {
			t.Fatal(err)
		}
		n, sum, err := readCurrent(dir)
		if err == nil && bytes.Equal(b, sound) != (n == 7 && sum == "abc") {
			t.Errorf("%q is taken as generation %d", b, n)
		}
	})
}

// FuzzSearch holds that no text makes a search fail but with an error of kind Invalid, and
// that a sound answer's total is that of its reading.
func FuzzSearch(f *testing.F) {
	x := open(f, world(62, 40), 20)
	for _, s := range []string{`killed`, `"was not killed"`, `'café'`, `a OR (b -c)`, `"the of"~2`,
		`kil*`, `republic:XA-N date:2018..`, `"`, `((`, `"1 145"`, "\xff\xfe", `NOT killed`} {
		f.Add(s, "")
		f.Add(s, "verbatim")
		f.Add(s, "words")
	}
	f.Fuzz(func(t *testing.T, text, mode string) {
		res, err := x.Search(t.Context(), query.Request{Text: text, Mode: query.Mode(mode), Explain: true})
		if err != nil {
			if corpus.KindOf(err) != corpus.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		for _, h := range res.Hits {
			for i, m := range h.Marks {
				if !m.In(len(h.Passage.Text)) || i > 0 && m.Start < h.Marks[i-1].End {
					t.Errorf("marks %v of %q", h.Marks, h.Passage.Text)
				}
			}
		}
	})
}
