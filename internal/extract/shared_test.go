package extract

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// shared is the folder of evaluation data that is not part of the repository. Without it the
// test is skipped; in CI it fails.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = "../shared"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(moduleRoot(t), dir)
	}
	if _, err := os.Stat(filepath.Join(dir, "eval")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no evaluation data at %s: set IBID_SHARED", dir)
		}
		t.Skipf("no evaluation data at %s: set IBID_SHARED to run this test", dir)
	}
	return dir
}

// moduleRoot is the folder of go.mod.
func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
}

// soak reports whether the full counts are to be run.
func soak() bool { return os.Getenv("IBID_SOAK") == "1" }

// gunzip reads a compressed file.
func gunzip(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(f))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// every thins a list out: all of it in a soak, else one item of n, fewer with the race
// detector, which makes a page ten times as slow.
func every[T any](list []T, n int) []T {
	switch {
	case soak():
		n = 1
	case raceEnabled:
		n *= 8
	}
	var some []T
	for i := 0; i < len(list); i += n {
		some = append(some, list[i])
	}
	return some
}

// pages lists the evaluation pages: every fifth of them, all in a soak.
func pages(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, glob := range []string{"scrapinghub/html/*.gz", "wcxb-dev/html/*.gz"} {
		names, err := filepath.Glob(filepath.Join(shared(t), "eval/extraction", glob))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, names...)
	}
	sort.Strings(all)
	return every(all, 5)
}

// capture describes a body as `ibid add` does.
func capture(url, mediaType string, body []byte) corpus.Capture {
	return corpus.Capture{URL: url, At: time.Unix(1_700_000_000, 0).UTC(), Status: 200,
		MediaType: mediaType, Snapshot: corpus.SnapshotIDOf(body), Size: int64(len(body))}
}

// must extracts a body that has to be readable, and proves the document.
func must(t testing.TB, url, mediaType string, body []byte) *corpus.Document {
	t.Helper()
	d, err := Extract(capture(url, mediaType, body), body, Options{})
	if err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	if err := prove(d, body); err != nil {
		t.Fatalf("%s: %v", url, err)
	}
	return d
}

// prove holds a document against the rules of its nouns and its runs against the body.
func prove(d *corpus.Document, body []byte) error {
	if err := d.Validate(); err != nil {
		return err
	}
	dec, err := NewDecoder(d.Charset)
	if err != nil {
		return err
	}
	for i, b := range d.Blocks {
		if b.Untraced {
			continue
		}
		if err := dec.Check(body, b.Text, b.Runs); err != nil {
			return fmt.Errorf("block %d: %w", i, err)
		}
	}
	return nil
}

// mainText joins the blocks of a document.
func mainText(d *corpus.Document) string {
	var b strings.Builder
	for _, k := range d.Blocks {
		b.WriteString(k.Text)
		b.WriteByte('\n')
	}
	return b.String()
}

// seeds lists the texts of the seed.
func seeds(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(shared(t), "seed/*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no seed: %v", err)
	}
	return names
}

// read reads a file.
func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
