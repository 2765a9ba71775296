package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/internal/warc"
)

const pageBody = `<html><body><p>Nine men were killed &amp; two <b>were not</b>.</p>` +
	`<p>Said <script>alert(1)</script> "he" of it.</p></body></html>`

// at is a time of the tests: a number of hours into a day.
func at(hour int) time.Time { return time.Date(2024, 3, 2, hour, 0, 0, 0, time.UTC) }

// runsOf finds pieces of a text in a body, one behind the other.
func runsOf(t testing.TB, body string, pieces ...string) (text string, runs []corpus.Run) {
	t.Helper()
	from := 0
	for _, piece := range pieces {
		says := strings.ReplaceAll(piece, "&amp;", "&")
		i := strings.Index(body[from:], piece)
		if i < 0 {
			t.Fatalf("%q does not stand in the body from byte %d on", piece, from)
		}
		runs = append(runs, corpus.Run{Text: [2]int{len(text), len(text) + len(says)},
			Bytes: [2]int{from + i, from + i + len(piece)}, Ref: says != piece})
		text, from = text+says, from+i+len(piece)
	}
	return text, runs
}

// record makes the gzip member of a capture.
func recordFor(t testing.TB, kind warc.Type, c corpus.Capture, block string, more ...warc.Field) []byte {
	t.Helper()
	value, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	w := &warc.Record{Type: kind, Date: c.At, TargetURI: c.URL, ContentType: "text/html", Block: []byte(block),
		Fields: append(more, warc.Field{Name: captureField, Value: string(value)})}
	if kind != warc.Resource {
		w.ContentType = warc.HTTPResponse
	}
	if kind == warc.Revisit {
		w.PayloadDigest = warc.Digest([]byte(pageBody))
	}
	raw, err := warc.MarshalGzip(w)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// cited makes a passage of a capture.
func cited(t testing.TB, c corpus.Capture, ordinal int, body string, pieces ...string) Cited {
	t.Helper()
	text, runs := runsOf(t, body, pieces...)
	d := &corpus.Document{ID: corpus.DocumentIDOf(c.URL), URL: corpus.NormalizeURL(c.URL), Snapshot: c.Snapshot,
		Captured: c.At, Source: "wire", MediaType: c.MediaType, Charset: "utf-8", CharsetBy: "header", Kind: "article",
		Title: "A <i>page</i> & more", Language: "en", Extractor: "1", Witness: map[string]string{"title": "title"},
		Notes: []corpus.Note{{ID: "n1", Text: "A work.", Citations: []corpus.Citation{{Raw: "A work.",
			CSL: corpus.CSL{Type: "book", Title: "A work"}}}}, {ID: "n2", Text: "Of another passage."}}}
	p := &corpus.Passage{ID: corpus.PassageIDOf(c.URL, text, 0), Document: d.ID, Ordinal: ordinal, Kind: corpus.Paragraph,
		Section: []string{"News"}, Text: text, Runs: runs, Notes: []corpus.NoteMark{{At: 4, Note: "n1"}}}
	return Cited{Passage: p, Document: d}
}

// bundle is a page captured twice, the second time as a revisit, and a file.
func bundle(t testing.TB) Bundle {
	t.Helper()
	page := corpus.Capture{URL: "https://wire.example/a", At: at(1), Status: 200, MediaType: "text/html",
		Snapshot: corpus.SnapshotIDOf([]byte(pageBody)), Size: int64(len(pageBody))}
	again := page
	again.At = at(9)
	const fileBody = "A plain line of a file, not a page.\n"
	file := corpus.Capture{URL: "file:notes.txt", At: at(5), Status: 200, MediaType: "text/plain",
		Snapshot: corpus.SnapshotIDOf([]byte(fileBody)), Size: int64(len(fileBody))}
	const headOf = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
	return Bundle{
		Versions: map[string]string{"extract": "1", "segment": "1"},
		Passages: []Cited{
			cited(t, again, 3, pageBody, "Nine men were killed ", "&amp;", " two ", "were not", "."),
			cited(t, again, 4, pageBody, "Said ", "<script>alert(1)</script>", ` "he" of it.`),
			cited(t, file, 0, fileBody, "A plain line of a file, not a page."),
		},
		Records: [][]byte{
			recordFor(t, warc.Revisit, again, headOf, warc.Field{Name: "WARC-Profile", Value: warc.IdenticalPayload}),
			recordFor(t, warc.Response, page, headOf+pageBody),
			recordFor(t, warc.Resource, file, fileBody),
		},
	}
}

// prove holds runs against the body as UTF-8.
func prove(_ corpus.Capture, body []byte, p Cited, _ map[string]string) error {
	for i, r := range p.Passage.Runs {
		if r.Bytes[1] > len(body) {
			return fmt.Errorf("runs[%d] is outside the body", i)
		}
		got := string(body[r.Bytes[0]:r.Bytes[1]])
		if r.Ref {
			got = strings.ReplaceAll(got, "&amp;", "&")
		}
		if got != p.Passage.Text[r.Text[0]:r.Text[1]] {
			return fmt.Errorf("runs[%d] is not in the body", i)
		}
	}
	return nil
}

func mustWrite(t testing.TB, b Bundle) []byte {
	t.Helper()
	data, err := Write(b)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// faults are the findings of a check; that the file is no bundle at all is one too.
func faults(data []byte) []Finding {
	r, err := Check(data, Options{Prove: prove})
	if err != nil {
		return []Finding{{Reason: err.Error()}}
	}
	return r.Findings
}

func TestWriteThenCheck(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	data := mustWrite(t, b)
	r, err := Check(data, Options{Prove: prove})
	if err != nil || len(r.Findings) > 0 {
		t.Fatalf("Check: %v, %v", r, err)
	}
	if r.Passages != 3 || r.Records != 3 || r.Bodies != 2 || r.Runs != 9 {
		t.Errorf("Check counts %+v", r)
	}
	slices.Reverse(b.Passages)
	slices.Reverse(b.Records)
	b.Passages, b.Records = append(b.Passages, b.Passages[0]), append(b.Records, b.Records[1])
	if again := mustWrite(t, b); !bytes.Equal(again, data) {
		t.Error("another order of the same passages and records gives other bytes")
	}
}

// A bundle is an ordinary ZIP whose members have the hashes that SHA256SUMS lists.
func TestOtherReaders(t *testing.T) {
	t.Parallel()
	data := mustWrite(t, bundle(t))
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var list []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if f.Name == sumsName {
			list = b
		} else if isManifest(f.Name) {
			continue
		} else if line := sum(b) + "  " + f.Name + "\n"; !bytes.Contains(list, []byte(line)) {
			t.Errorf("%s does not list %q", sumsName, line)
		}
	}
}

func TestRefusedBundles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		make func(*Bundle)
		want corpus.Kind
	}{
		{"no passage", func(b *Bundle) { b.Passages = nil }, corpus.Invalid},
		{"no record of the capture", func(b *Bundle) { b.Records = b.Records[1:] }, corpus.Invalid},
		{"a revisit without its original", func(b *Bundle) { b.Records = b.Records[:1] }, corpus.Invalid},
		{"a damaged record", func(b *Bundle) { b.Records[1] = b.Records[1][:90] }, corpus.Corrupt},
		{"two records in one", func(b *Bundle) { b.Records[0] = append(b.Records[0], b.Records[1]...) }, corpus.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := bundle(t)
			tt.make(&b)
			if _, err := Write(b); corpus.KindOf(err) != tt.want {
				t.Errorf("Write gives %v, want kind %q", err, tt.want)
			}
		})
	}
}

// The page shows what came from outside as text.
func TestPageHasNoForeignMarkup(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	hostile := "\u202e</script><img src=x onerror=alert(1)>\x07"
	b.Passages[0].Document.Title, b.Passages[0].Document.Publisher = hostile, hostile
	b.Passages[0].Passage.Section = []string{hostile}
	b.Passages[0].Document.Notes[0].Citations[0].CSL.Title = hostile
	data := mustWrite(t, b)
	members, _, err := unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if m.name != pageName {
			continue
		}
		page := string(m.data)
		for _, bad := range []string{"<script", "<img", "<i>", "\u202e", "\x07", "http://", "href=\"https"} {
			if strings.Contains(strings.ToLower(page), bad) {
				t.Errorf("the page holds %q", bad)
			}
		}
		if !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
			t.Error("the page does not show the text")
		}
	}
}

// The bytes of a bundle are part of its format: whoever changes them counts format up and this
// hash with it, so that a bundle that is sound for one version is not damaged for the next.
func TestFormatIsStated(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	c := &contents{versions: b.Versions, cite: "1", passages: b.Passages}
	for _, raw := range b.Records {
		r, err := parseRecord(raw)
		if err != nil {
			t.Fatal(err)
		}
		r.raw = []byte("a member whose bytes are those of a gzip library")
		c.records = append(c.records, r)
	}
	c.info = []byte("info")
	if err := c.settle(); err != nil {
		t.Fatal(err)
	}
	members, err := c.members()
	if err != nil {
		t.Fatal(err)
	}
	data, _ := pack(members)
	const want = "1 dd67e2c429b3d3b8"
	if got := fmt.Sprint(format, " ", sum(data)[:16]); got != want {
		t.Errorf("format and hash are %q, were %q: count format up if a bundle has other bytes", got, want)
	}
}
