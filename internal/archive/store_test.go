package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// at is the n-th second of an invented day.
func at(n int) time.Time { return time.Date(2024, 3, 2, 0, 0, n, 0, time.UTC) }

// page is an HTTP record whose body says what it is told.
func page(url, text string, n int) Record {
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\nETag: \"%d\"\r\n"+
		"Content-Length: %d\r\n\r\n", n, len(text))
	return Record{URL: url, At: at(n), Source: "wire", HTTP: []byte(head + text)}
}

// saved is a file.
func saved(name, text string, n int) Record {
	return Record{URL: "file:" + name, At: at(n), MediaType: "text/plain", Body: []byte(text)}
}

// newStore makes an archive and opens it for writing.
func newStore(t testing.TB, opt Options) (*Store, string) {
	t.Helper()
	dir := t.TempDir()
	if err := Create(dir); err != nil {
		t.Fatal(err)
	}
	return reopen(t, dir, opt), dir
}

// reopen opens an archive and closes it when the test is done.
func reopen(t testing.TB, dir string, opt Options) *Store {
	t.Helper()
	s, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// put stores a record that must be taken.
func put(t testing.TB, s *Store, r Record) (corpus.Capture, bool) {
	t.Helper()
	c, isNew, err := s.Put(t.Context(), r)
	if err != nil {
		t.Fatalf("put %s: %v", r.URL, err)
	}
	return c, isNew
}

// all collects what Walk gives.
func all(t testing.TB, s *Store) []corpus.Capture {
	t.Helper()
	var cs []corpus.Capture
	if err := s.Walk(func(c corpus.Capture) error { cs = append(cs, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return cs
}

// sound demands a Verify without findings.
func sound(t testing.TB, dir string) Report {
	t.Helper()
	r, err := Verify(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("%v", f)
	}
	return r
}

func TestWhatWasPutIsThere(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{MaxSegment: 2000})
	var want []corpus.Capture
	bodies := map[corpus.SnapshotID]string{}
	for i := range 12 {
		text := fmt.Sprintf("Page %d: %s", i, strings.Repeat("é", i*50))
		r := page(fmt.Sprintf("https://wire.example/%02d", i), text, i)
		if i%3 == 0 {
			r = saved(fmt.Sprintf("a note %d.txt", i), text, i)
		}
		c, isNew := put(t, s, r)
		if !isNew || c.URL != r.URL || c.Snapshot != corpus.SnapshotIDOf([]byte(text)) || c.Size != int64(len(text)) {
			t.Fatalf("put %s gave %+v, new %t", r.URL, c, isNew)
		}
		want, bodies[c.Snapshot] = append(want, c), text
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, opt := range []Options{{ReadOnly: true}, {}} {
		s := reopen(t, dir, opt)
		if d := cmp.Diff(want, all(t, s)); d != "" {
			t.Errorf("-put +walked\n%s", d)
		}
		for id, text := range bodies {
			if b, err := s.Body(id); err != nil || string(b) != text {
				t.Errorf("body %s: %q, %v; want %q", id, b, err, text)
			}
		}
		if len(s.Recovered()) > 0 {
			t.Errorf("a closed archive was recovered: %v", s.Recovered())
		}
		s.Close()
	}
	r := sound(t, dir)
	if r.Captures != 12 || r.Snapshots != 12 || r.Segments < 3 || r.Records != 12+r.Segments {
		t.Errorf("report %+v", r)
	}
}

func TestTheSameBytesAgain(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	a1, _ := put(t, s, page("https://wire.example/a", "A", 1))
	if c, isNew := put(t, s, page("https://WIRE.example:443/a#x", "A", 2)); isNew || !cmp.Equal(c, a1) {
		t.Errorf("unchanged page: new %t, %+v", isNew, c)
	}
	if c, isNew := put(t, s, page("https://wire.example/a", "B", 3)); !isNew || c.Snapshot == a1.Snapshot {
		t.Errorf("changed page: new %t, %+v", isNew, c)
	}
	if _, isNew := put(t, s, page("https://wire.example/a", "A", 4)); !isNew {
		t.Error("a page that is as it was before its change is a new capture")
	}
	for _, r := range []Record{page("https://wire.example/a", "A", 1), page("https://wire.example/a", "B", 3)} {
		if c, isNew := put(t, s, r); isNew || !c.At.Equal(r.At) {
			t.Errorf("the capture of %v again: new %t, %v", r.At, isNew, c.At)
		}
	}
	missing := page("https://wire.example/a", "A", 6)
	missing.HTTP = bytes.Replace(missing.HTTP, []byte("200 OK"), []byte("404 Gone"), 1)
	if _, isNew := put(t, s, missing); !isNew {
		t.Error("the same bytes with another status are a new capture")
	}
	before := sizeOf(t, dir)
	big := strings.Repeat("A sentence of a wire report that others print as well. ", 2000)
	put(t, s, page("https://wire.example/big", noise(big), 7))
	whole := sizeOf(t, dir) - before
	copied, isNew := put(t, s, page("https://other.example/big", noise(big), 8))
	file, _ := put(t, s, saved("big.html", noise(big), 9))
	if more := sizeOf(t, dir) - before - whole; !isNew || more > whole/4 {
		t.Errorf("bytes known from another URL: new %t, took %d bytes beside %d", isNew, more, whole)
	}
	if b, err := s.Body(copied.Snapshot); err != nil || string(b) != noise(big) || file.Snapshot != copied.Snapshot {
		t.Errorf("body of the copy: %d bytes, %v", len(b), err)
	}
	if copied.Header[1].Value != `"8"` {
		t.Errorf("the copy lost its own header: %v", copied.Header)
	}
	s.Close()
	if r := sound(t, dir); r.Captures != 7 || r.Snapshots != 3 {
		t.Errorf("report %+v", r)
	}
}

// noise spoils the repeats of a text so that it does not compress away.
func noise(s string) string {
	rng := rand.New(rand.NewPCG(1, 2))
	b := []byte(s)
	for i := range b {
		b[i] = byte('a' + rng.IntN(26))
	}
	return string(b)
}

// sizeOf adds up the segments on disk.
func sizeOf(t testing.TB, dir string) (sum int64) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "archive", "*.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		sum += info.Size()
	}
	return sum
}

func TestHistoryAndLatest(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t, Options{})
	gone := page("https://wire.example/b", "gone", 9)
	gone.HTTP = bytes.Replace(gone.HTTP, []byte("200 OK"), []byte("410 Gone"), 1)
	never := page("https://wire.example/c", "no", 9)
	never.HTTP = bytes.Replace(never.HTTP, []byte("200 OK"), []byte("500 No"), 1)
	for _, r := range []Record{page("https://wire.example/b", "2", 5), gone, page("https://wire.example/b", "1", 3),
		never, saved("z.txt", "z", 1), page("https://a.example/", "3", 1)} {
		put(t, s, r)
	}
	var got []string
	for _, c := range s.Latest() {
		b, err := s.Body(c.Snapshot)
		got = append(got, fmt.Sprintf("%s %s %v", c.URL, b, err))
	}
	want := []string{"file:z.txt z <nil>", "https://a.example/ 3 <nil>", "https://wire.example/b 2 <nil>"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("latest: -want +got\n%s", d)
	}
	got = nil
	for _, c := range s.History("https://wire.example:443/b") {
		got = append(got, fmt.Sprint(c.At.Second(), c.Status))
	}
	if d := cmp.Diff([]string{"3 200", "5 200", "9 410"}, got); d != "" {
		t.Errorf("history: -want +got\n%s", d)
	}
	if h := s.History("https://wire.example/unknown"); len(h) != 0 {
		t.Errorf("history of an unknown URL: %v", h)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	good := page("https://wire.example/a", "A", 1)
	for name, spoil := range map[string]func(*Record){
		"no URL":              func(r *Record) { r.URL = "" },
		"a URL not in UTF-8":  func(r *Record) { r.URL = "file:\xff" },
		"an endless URL":      func(r *Record) { r.URL += strings.Repeat("a", 9000) },
		"no time":             func(r *Record) { r.At = time.Time{} },
		"a local time":        func(r *Record) { r.At = r.At.In(time.FixedZone("", 3600)) },
		"another body":        func(r *Record) { r.Body = []byte("B") },
		"another status":      func(r *Record) { r.Status = 404 },
		"no HTTP":             func(r *Record) { r.HTTP = []byte("A") },
		"a body cut short":    func(r *Record) { r.HTTP = bytes.TrimSuffix(r.HTTP, []byte("A")) },
		"not modified":        func(r *Record) { r.HTTP = []byte("HTTP/1.1 304 Not Modified\r\n\r\n") },
		"too large":           func(r *Record) { r.HTTP, r.Body = nil, make([]byte, maxBody+1) },
		"too large in HTTP":   func(r *Record) { r.HTTP = append(r.HTTP, make([]byte, maxHTTP)...) },
		"too many redirects":  func(r *Record) { r.Redirects = make([]Redirect, 30) },
		"too long redirects":  func(r *Record) { r.Redirects = longRedirects() },
		"a type of two lines": func(r *Record) { r.HTTP, r.Body, r.MediaType = nil, []byte("A"), "a\r\nb" },
	} {
		r := good
		r.HTTP = bytes.Clone(good.HTTP)
		spoil(&r)
		_, _, err := s.Put(t.Context(), r)
		if k := corpus.KindOf(err); err == nil || k != corpus.Invalid && k != corpus.Format {
			t.Errorf("%s: got %v, want an error of kind invalid or format", name, err)
		}
	}
	if cs := all(t, s); len(cs) != 0 {
		t.Errorf("refused records are there: %v", cs)
	}
	if _, isNew := put(t, s, good); !isNew {
		t.Error("the good record is not new")
	}
	s.Close()
	sound(t, dir)
}

func longRedirects() []Redirect {
	rs := make([]Redirect, 15)
	for i := range rs {
		rs[i].URL = "https://wire.example/" + strings.Repeat("<", 4000)
	}
	return rs
}

func TestOddNamesComeBack(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	names := []string{"file:a b\n c.txt", "file:\x7f\x01.txt", "file:Имя «файла».html", "file:%41 A",
		"https://пример.example/путь?q=<>\"", "file:" + strings.Repeat("я", 4000)}
	for i, name := range names {
		put(t, s, Record{URL: name, At: at(i), Body: []byte(name), FinalURL: name,
			Redirects: []Redirect{{URL: name, Status: 301, To: name}}})
	}
	s.Close()
	s = reopen(t, dir, Options{ReadOnly: true})
	var got []string
	for _, c := range all(t, s) {
		got = append(got, c.URL)
	}
	if d := cmp.Diff(names, got); d != "" {
		t.Errorf("-put +read\n%s", d)
	}
	sound(t, dir)
}

func TestPutAllTellsHowFarItCame(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{})
	records := []Record{saved("a", "a", 1), saved("b", "b", 1), saved("a", "a", 2), {URL: "file:c"}, saved("d", "d", 1)}
	results, err := s.PutAll(t.Context(), records)
	if len(results) != 3 || err == nil || results[2].New || !results[1].New {
		t.Fatalf("got %d results, %v; want the three before the bad record", len(results), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if results, err := s.PutAll(ctx, records); len(results) != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v, %v", results, err)
	}
	s.Close()
	if r := sound(t, dir); r.Captures != 2 {
		t.Errorf("%d captures, want the two that were acknowledged as new", r.Captures)
	}
}

func TestTheSameRecordsGiveTheSameFiles(t *testing.T) {
	t.Parallel()
	write := func() map[string]string {
		s, dir := newStore(t, Options{MaxSegment: 1500})
		for i := range 9 {
			put(t, s, page(fmt.Sprintf("https://wire.example/%d", i/2), fmt.Sprint("text ", i/3), i))
		}
		s.Close()
		files := map[string]string{}
		names, _ := filepath.Glob(filepath.Join(dir, "archive", "*"))
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = string(b)
		}
		return files
	}
	if d := cmp.Diff(write(), write()); d != "" {
		t.Errorf("two writes differ\n%s", d)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.TempDir(), Options{}); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("no archive: %v", err)
	}
	if _, err := Verify(t.Context(), t.TempDir(), nil); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("verify without an archive: %v", err)
	}
	s, dir := newStore(t, Options{})
	c, _ := put(t, s, saved("a", "some text", 1))
	if err := Create(dir); corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("create twice: %v", err)
	}
	_, err := Open(dir, Options{})
	if corpus.KindOf(err) != corpus.Locked || !strings.Contains(err.Error(), fmt.Sprint("process ", os.Getpid())) {
		t.Errorf("second writer: %v, want the pid of the first", err)
	}
	reader := reopen(t, dir, Options{ReadOnly: true})
	if _, _, err := reader.Put(t.Context(), saved("b", "b", 1)); corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("put by a reader: %v", err)
	}
	if b, err := reader.Body(c.Snapshot); err != nil || string(b) != "some text" {
		t.Errorf("a reader beside a writer: %q, %v", b, err)
	}
	if _, err := reader.Body(corpus.SnapshotIDOf([]byte("?"))); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("unknown snapshot: %v", err)
	}
	sound(t, dir)
	s.Close()
	segment := filepath.Join(dir, "archive", "000001.warc.gz")
	if err := os.Truncate(segment, 300); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{ReadOnly: true}); corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), "000001.warc.gz") {
		t.Errorf("journal past the end: %v", err)
	}
	if err := os.Remove(segment); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), "missing") {
		t.Errorf("segment missing: %v", err)
	}
}
