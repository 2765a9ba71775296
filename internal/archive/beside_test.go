package archive

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// records reads all records of the first segment.
func records(t *testing.T, dir string) (rs []*warc.Record) {
	t.Helper()
	f, err := disk.Open(dir+"/archive/000001.warc.gz", disk.ForReading)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		t.Fatal(err)
	}
	rd := warc.NewReader(f, size, warc.ReadOptions{})
	for {
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return rs
		}
		if err != nil {
			t.Fatal(err)
		}
		rs = append(rs, rec)
	}
}

func TestRequestAndMetadataStandBesideTheirCapture(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	asked := page("https://wire.example/a", "text", 1)
	asked.Request = []byte("GET /a HTTP/1.1\r\nHost: wire.example\r\n\r\n")
	asked.Metadata = []corpus.Header{{Name: "via", Value: "https://wire.example/"}, {Name: "hops", Value: "1"}}
	put(t, s, asked)
	again := asked
	again.At = at(2)
	put(t, s, again) // nothing new: nothing beside it
	s.Close()
	var types []string
	rs := records(t, dir)
	for _, r := range rs {
		types = append(types, string(r.Type))
	}
	if got := strings.Join(types, " "); got != "warcinfo response request metadata" {
		t.Fatalf("records: %s", got)
	}
	for _, r := range rs[2:] {
		if r.Field("WARC-Concurrent-To") != "<"+rs[1].ID+">" || r.TargetURI != asked.URL {
			t.Errorf("%s does not name its capture: %+v", r.Type, r)
		}
	}
	if string(rs[2].Block) != string(asked.Request) || string(rs[3].Block) != "via: https://wire.example/\r\nhops: 1\r\n" {
		t.Errorf("other blocks: %q, %q", rs[2].Block, rs[3].Block)
	}
	sound(t, dir)
	bad := page("https://wire.example/b", "text b", 3)
	bad.Metadata = []corpus.Header{{Name: "a b", Value: "c"}}
	if _, _, err := reopen(t, dir, Options{}).Put(t.Context(), bad); corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("metadata that cannot be read back: %v", err)
	}
}

// TestMessagesComeBack reads the HTTP messages of captures, and what other archives need to
// take a record over.
func TestMessagesComeBack(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	first, second := page("https://wire.example/a", "text", 1), page("https://wire.example/b", "text", 2)
	second.FinalURL = "https://wire.example/c"
	second.Redirects = []Redirect{{URL: "https://wire.example/b", Status: 302, To: "/c"}}
	file := saved("a b.txt", "text", 3)
	for _, r := range []Record{first, second, file} {
		c, _ := put(t, s, r)
		if got, err := s.Message(c); err != nil || string(got) != string(r.HTTP) {
			t.Errorf("%s: %q, %v", r.URL, got, err)
		}
	}
	if _, err := s.Message(corpus.Capture{URL: "https://wire.example/none"}); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("of no capture: %v", err)
	}
	s.Close()
	rs := records(t, dir)
	if r := rs[2]; r.Field("WARC-Refers-To") != "<"+rs[1].ID+">" || r.Field("WARC-Refers-To-Target-URI") != first.URL ||
		r.Field("WARC-Refers-To-Date") != "2024-03-02T00:00:01Z" {
		t.Errorf("a revisit does not say of what: %v", r.Fields)
	}
	second.HTTP = second.HTTP[:len(second.HTTP)-len("text")]
	file.Status, file.Body = 200, nil
	for i, want := range []Record{first, second, file} {
		got, ours, err := Recorded(rs[i+1])
		got.Status, got.MediaType, got.Charset = want.Status, want.MediaType, want.Charset
		if want.Body == nil && len(got.Body) == 0 {
			got.Body = nil
		}
		if d := cmp.Diff(want, got); !ours || err != nil || d != "" {
			t.Errorf("%s: ours %t, %v\n%s", want.URL, ours, err, d)
		}
		rs[i+1].TargetURI = "https://other.example/"
		if _, _, err := Recorded(rs[i+1]); corpus.KindOf(err) != corpus.Corrupt {
			t.Errorf("%s: a changed header passes: %v", want.URL, err)
		}
	}
}
