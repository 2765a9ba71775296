package archive

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/warc"
	"ibid/internal/warc/warctest"
)

// mixed makes a closed archive of two segments with all kinds of records.
func mixed(t *testing.T) (dir string, segments []string) {
	t.Helper()
	s, dir := newStore(t, Options{MaxSegment: 2500})
	asked := page("https://www.wire.example/News/a%20b.html?b=2&a=1", "<p>A page.</p>", 1)
	asked.Request = []byte("GET /News/a%20b.html?b=2&a=1 HTTP/1.1\r\nHost: www.wire.example\r\n\r\n")
	asked.Metadata = []corpus.Header{{Name: "via", Value: "https://wire.example/"}}
	moved := page("https://wire.example/old", "<p>Moved.</p>", 4)
	moved.FinalURL = "https://wire.example/new"
	moved.Redirects = []Redirect{{URL: "https://wire.example/old", Status: 301, To: "/new"}}
	gone := Record{URL: "https://wire.example:8443/gone", At: at(5),
		HTTP: []byte("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\nno")}
	for _, r := range []Record{asked, page("https://wire.example/b", "<p>A page.</p>", 2),
		saved("a note.txt", "A note.", 3), moved, gone, saved("a copy.txt", "A note.", 6)} {
		put(t, s, r)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sound(t, dir)
	segments, _ = filepath.Glob(filepath.Join(dir, "archive", "*"+segmentSuffix))
	return dir, segments
}

func TestWarcioReadsTheSegments(t *testing.T) {
	t.Parallel()
	_, segments := mixed(t)
	args := append([]string{"-m", "warcio.cli", "check", "-v"}, segments...)
	out, err := warctest.Python(t, args...).CombinedOutput()
	if err != nil || strings.Contains(string(out), "fail") || len(segments) != 2 ||
		strings.Count(string(out), "digest pass") != 8 || strings.Count(string(out), "(revisit)") != 2 {
		t.Errorf("%v:\n%s", err, out)
	}
}

// TestTheIndexIsThatOfOthers compares the capture index with the one that cdxj-indexer makes
// of the segments, line by line.
func TestTheIndexIsThatOfOthers(t *testing.T) {
	t.Parallel()
	dir, segments := mixed(t)
	out, err := warctest.Python(t, append([]string{"-m", "cdxj_indexer.main", "-s"}, segments...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs := parseIndex(t, string(out))
	ours := parseIndex(t, string(contents(t, dir)[indexName]))
	if d := cmp.Diff(theirs, ours[1:]); d != "" || !sort.StringsAreSorted(keys(ours)) {
		t.Errorf("-theirs +ours\n%s", d)
	}
}

// TestWaczReadsThePackage has the reference implementation validate the archive as one file.
func TestWaczReadsThePackage(t *testing.T) {
	t.Parallel()
	dir, segments := mixed(t)
	s := reopen(t, dir, Options{ReadOnly: true})
	p, err := s.Package("The wire")
	if err != nil || len(p.Files) != len(segments) || len(p.Pages) != 3 || !p.Created.Equal(at(6)) {
		t.Fatalf("%+v, %v", p, err)
	}
	var b bytes.Buffer
	if err := warc.WritePackage(&b, p); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.wacz")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := warctest.Python(t, "-m", "wacz.main", "validate", "-f", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Validation succeeded, the passed WACZ is valid") {
		t.Errorf("%v: %s", err, out)
	}
}

// line is a line of a capture index.
type line struct {
	Key    string
	Object map[string]string
}

func keys(lines []line) (ks []string) {
	for _, l := range lines {
		ks = append(ks, l.Key)
	}
	return ks
}

// parseIndex reads an index, without what is ours alone.
func parseIndex(t *testing.T, index string) (lines []line) {
	t.Helper()
	for text := range strings.Lines(index) {
		at := strings.Index(text, " {")
		l := line{Key: text[:at], Object: map[string]string{}}
		if err := json.Unmarshal([]byte(text[at:]), &l.Object); err != nil && !strings.HasPrefix(text, "!ibid ") {
			t.Fatal(err)
		}
		delete(l.Object, "snapshot")
		lines = append(lines, l)
	}
	return lines
}
