package intake

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// packageOf writes the archive of a desk as a package.
func packageOf(t *testing.T, d *desk) []byte {
	t.Helper()
	p, err := d.store.Package("the wire")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := warc.WritePackage(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (d *desk) wacz(b []byte) error {
	return d.in.WACZ(d.t.Context(), "a.wacz", bytes.NewReader(b), int64(len(b)))
}

// captures lists all captures of an archive in an order of their own.
func captures(t *testing.T, s *archive.Store) (cs []corpus.Capture) {
	t.Helper()
	if err := s.Walk(func(c corpus.Capture) error { cs = append(cs, c); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(cs, func(a, b corpus.Capture) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.URL, b.URL))
	})
	return cs
}

// TestFromIbidToIbid takes an archive over into another: every capture comes back as it was,
// with what a WARC header has no place for, revisits among them.
func TestFromIbidToIbid(t *testing.T) {
	t.Parallel()
	at := func(n int) time.Time { return time.Date(2024, 3, 2, 10, 0, n, 0, time.UTC) }
	from := newMemoryDesk(t)
	for _, r := range []archive.Record{
		{URL: "https://a.example/é b", At: at(1), Source: "wire", HTTP: []byte(html + "\r\none"),
			Request: []byte("GET / HTTP/1.1\r\n\r\n")},
		{URL: "https://a.example/old", FinalURL: "https://a.example/new", At: at(2), HTTP: []byte(html + "ETag: 2\r\n\r\none"),
			Redirects: []archive.Redirect{{URL: "https://a.example/old", Status: 301, To: "/new"}}},
		{URL: "file:a note.txt", At: at(3), MediaType: "text/plain", Body: []byte("A note.")},
		{URL: "file:a copy.txt", At: at(4), MediaType: "text/plain", Charset: "utf-8", Body: []byte("A note.")},
		{URL: "https://a.example/é b", At: at(5), HTTP: []byte("HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\ngone")},
	} {
		if _, _, err := from.store.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	to := newMemoryDesk(t)
	if err := to.wacz(packageOf(t, from)); err != nil {
		t.Error(err)
	}
	to.sound()
	if d := gocmp.Diff(captures(t, from.store), captures(t, to.store)); d != "" {
		t.Errorf("-from +to\n%s", d)
	}
	for _, c := range captures(t, from.store) {
		a, errA := from.store.Message(c)
		b, errB := to.store.Message(c)
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: another message: %q, %q; %v, %v", c.URL, a, b, errA, errB)
		}
	}
	if err := to.wacz(packageOf(t, from)); err != nil || len(to.taken) != 5 {
		t.Errorf("the same again: %v, %d captures", err, len(to.taken))
	}
}

// TestAChangedPackageGivesNothingThatIsNotVouchedFor changes bytes all over a package.
func TestAChangedPackageGivesNothingThatIsNotVouchedFor(t *testing.T) {
	t.Parallel()
	from := newMemoryDesk(t)
	if _, _, err := from.store.Put(t.Context(), archive.Record{URL: "https://a.example/", At: today, HTTP: []byte(html + "\r\none")}); err != nil {
		t.Fatal(err)
	}
	b := packageOf(t, from)
	told := 0
	for at := 0; at < len(b); at += 5 {
		bad := bytes.Clone(b)
		bad[at] ^= 0x20
		to := newMemoryDesk(t)
		if err := to.wacz(bad); err != nil {
			told++
		}
		if cs := captures(t, to.store); len(cs) > 1 || len(cs) == 1 && to.body("https://a.example/") != "one" {
			t.Errorf("byte %d changed: %+v", at, cs)
		}
	}
	if told < len(b)/5*2/3 {
		t.Errorf("%d of %d changes were told", told, len(b)/5)
	}
}
