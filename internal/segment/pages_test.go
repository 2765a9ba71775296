package segment_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/extract"
	"ibid/internal/segment"
)

// TestPassagesOfRealPages cuts the evaluation pages (every tenth; all with IBID_SOAK=1) into
// passages: each is valid, its runs are proven against the body, and the passages of a block
// are its words again.
func TestPassagesOfRealPages(t *testing.T) {
	t.Parallel()
	names := pages(t)
	passages, untraced := 0, 0
	for _, name := range names {
		body := gunzip(t, name)
		c := corpus.Capture{URL: "file:" + filepath.Base(name), At: time.Unix(0, 0).UTC(), Status: 200,
			MediaType: "text/html", Snapshot: corpus.SnapshotIDOf(body), Size: int64(len(body))}
		d, err := extract.Extract(c, body, extract.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		dec, err := extract.NewDecoder(d.Charset)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[corpus.PassageID]bool{}
		ps := segment.Split(d)
		for _, p := range ps {
			passages++
			if p.Untraced {
				untraced++
				continue
			}
			if err := p.Validate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if err := dec.Check(body, p.Text, p.Runs); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if ids[p.ID] {
				t.Errorf("%s: %q has the id of another passage", name, p.Text)
			}
			ids[p.ID] = true
		}
		if diff := cmp.Diff(blockWords(d), words(ps)); diff != "" {
			t.Errorf("%s: words of the blocks and of the passages (-want +got):\n%s", name, diff)
		}
	}
	t.Logf("figure: %d pages, %d passages, %d untraced", len(names), passages, untraced)
	if 10_000*untraced > passages {
		t.Errorf("%d of %d passages are untraced, want at most 0.01 %%", untraced, passages)
	}
}

// words are the words of passages, in order: none may be lost and none stand in two.
func words(ps []*corpus.Passage) []string {
	var all []string
	for _, p := range ps {
		all = append(all, strings.Fields(p.Text)...)
	}
	return all
}

// blockWords are the words that passages must hold: those of all blocks but headings and
// blocks of signs alone.
func blockWords(d *corpus.Document) []string {
	var all []string
	for _, b := range d.Blocks {
		words := len(b.Marks) > 0 || strings.ContainsFunc(b.Text, func(r rune) bool {
			return unicode.IsLetter(r) || unicode.IsDigit(r)
		})
		if b.Kind != corpus.Heading && words {
			all = append(all, strings.Fields(b.Text)...)
		}
	}
	return all
}

// pages lists the evaluation pages. Without the data the test is skipped; in CI it fails.
func pages(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = "../shared"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("../..", dir)
	}
	names, err := filepath.Glob(filepath.Join(dir, "eval/extraction/*/html/*.gz"))
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case len(names) == 0 && os.Getenv("CI") == "true":
		t.Fatalf("no evaluation data at %s: set IBID_SHARED", dir)
	case len(names) == 0:
		t.Skipf("no evaluation data at %s: set IBID_SHARED to run this test", dir)
	case os.Getenv("IBID_SOAK") == "1":
		return names
	}
	var some []string
	for i := 0; i < len(names); i += 10 {
		some = append(some, names[i])
	}
	return some
}

// gunzip reads a compressed file.
func gunzip(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
