package intake

import (
	"bytes"
	"compress/gzip"
	"crypto/sha1"
	"encoding/base32"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/disk/disktest"
	"ibid/internal/warc"
)

// desk is an archive with an intake, and what it has told.
type desk struct {
	t       *testing.T
	dir     string
	store   *archive.Store
	in      *Intake
	taken   []corpus.Capture
	refused []error
}

func newDesk(t *testing.T) *desk { return deskIn(t, t.TempDir()) }

// newMemoryDesk has its archive in memory, where syncing costs nothing.
func newMemoryDesk(t *testing.T) *desk { return deskIn(t, disktest.New(t).Path("")) }

func deskIn(t *testing.T, dir string) *desk {
	t.Helper()
	d := &desk{t: t, dir: dir}
	if err := archive.Create(d.dir); err != nil {
		t.Fatal(err)
	}
	s, err := archive.Open(d.dir, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d.store = s
	d.in = &Intake{Store: s, Refused: func(err error) { d.refused = append(d.refused, err) },
		Taken: func(_ string, c corpus.Capture, isNew bool) error {
			if isNew {
				d.taken = append(d.taken, c)
			}
			return nil
		}}
	return d
}

// warc takes over a file of these bytes and wants no refusal unless told.
func (d *desk) warc(name string, b []byte) error {
	return d.in.WARC(d.t.Context(), name, bytes.NewReader(b), int64(len(b)))
}

// body is that of the newest capture of an address.
func (d *desk) body(url string) string {
	d.t.Helper()
	cs := d.store.History(url)
	if len(cs) == 0 {
		d.t.Fatalf("%s is not archived; refused: %v", url, d.refused)
	}
	b, err := d.store.Body(cs[len(cs)-1].Snapshot)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

// sound demands that nothing was refused and that the archive is sound.
func (d *desk) sound() {
	d.t.Helper()
	if err := d.in.Finish(d.t.Context()); err != nil || len(d.refused) > 0 {
		d.t.Errorf("refused: %v, %v", d.refused, err)
	}
	if r, err := archive.Verify(d.t.Context(), d.dir, nil); err != nil || len(r.Findings) > 0 {
		d.t.Errorf("the archive is not sound: %v, %v", r.Findings, err)
	}
}

// foreign writes a record as other tools do: WARC 1.0, sha1 in base 32.
func foreign(typ, uri, contentType, block string, fields ...string) string {
	digest := func(s string) string {
		h := sha1.Sum([]byte(s))
		return "sha1:" + base32.StdEncoding.EncodeToString(h[:])
	}
	h := sha1.Sum([]byte(typ + uri + block + strings.Join(fields, "")))
	lines := []string{"WARC/1.0", "WARC-Type: " + typ, fmt.Sprintf("WARC-Record-ID: <urn:uuid:%x>", h[:8]),
		"WARC-Target-URI: <" + uri + ">", "Content-Type: " + contentType, "WARC-Block-Digest: " + digest(block)}
	if i := strings.Index(block, "\r\n\r\n"); i >= 0 && typ == "response" {
		lines = append(lines, "WARC-Payload-Digest: "+digest(block[i+4:]))
	}
	date := "WARC-Date: 2024-03-02T10:00:00Z"
	for _, f := range fields {
		if strings.HasPrefix(f, "WARC-Date: ") {
			date = ""
		}
	}
	if date != "" {
		lines = append(lines, date)
	}
	lines = append(append(lines, fields...), fmt.Sprintf("Content-Length: %d", len(block)))
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + block + "\r\n\r\n"
}

// answer is an HTTP response record of another tool.
func answer(uri, message string, fields ...string) string {
	return foreign("response", uri, "application/http;msgtype=response", message, fields...)
}

// idOf reads the id of a record.
func idOf(record string) string {
	_, rest, _ := strings.Cut(record, "WARC-Record-ID: ")
	id, _, _ := strings.Cut(rest, "\r\n")
	return id
}

// payload is the payload digest that a record states.
func payload(record string) string {
	_, rest, _ := strings.Cut(record, "WARC-Payload-Digest: ")
	d, _, _ := strings.Cut(rest, "\r\n")
	return "WARC-Payload-Digest: " + d
}

const html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

func TestWhichRecordsArePages(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	file := foreign("warcinfo", "", "application/warc-fields", "software: x\r\n")
	file = strings.Replace(file, "WARC-Target-URI: <>\r\n", "", 1)
	file += answer("http://a.example/10", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>ten</p>") +
		answer("http://a.example/chunked", html+"Transfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n2\r\nno\r\n0\r\n\r\n") +
		answer("http://a.example/none", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\ngone") +
		answer("http://a.example/pic", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG") +
		foreign("response", "dns:a.example", "text/dns", "20240302\n") +
		foreign("resource", "file:///n.txt", "text/plain", "A note.") +
		foreign("resource", "metadata://gnu.org/wget/arguments.txt", "text/plain", "--warc-file") +
		foreign("metadata", "http://a.example/10", "application/warc-fields", "via: x\r\n") +
		foreign("conversion", "http://a.example/10", "text/plain", "ten")
	if err := d.warc("a.warc", []byte(file)); err != nil {
		t.Error(err)
	}
	for url, want := range map[string]string{"http://a.example/10": "<p>ten</p>", "http://a.example/chunked": "<p>no",
		"http://a.example/none": "gone", "file:///n.txt": "A note."} {
		if got := d.body(url); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
	if len(d.taken) != 4 {
		t.Errorf("%d captures, want 4: %+v", len(d.taken), d.taken)
	}
	if got := len(d.store.Latest()); got != 3 {
		t.Errorf("%d good ones, want 3", got)
	}
	d.sound()
	if err := d.warc("a.warc", []byte(file)); err != nil || len(d.taken) != 4 {
		t.Errorf("the same again: %v, %d captures", err, len(d.taken))
	}
}

// TestPartsAreNoPages refuses records that are whole and say that their page is not, and those
// whose HTTP message is not whole though they say nothing.
func TestPartsAreNoPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ record, reason string }{
		"truncated": {answer("http://a.example/", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nthe t",
			"WARC-Truncated: length"), "cut off by what wrote it"},
		"in segments":    {answer("http://a.example/", html+"\r\nthe t", "WARC-Segment-Number: 1"), "in parts"},
		"cut":            {answer("http://a.example/", html+"Content-Length: 8\r\n\r\nthe t"), "5 of the 8 bytes"},
		"chunks cut":     {answer("http://a.example/", html+"Transfer-Encoding: chunked\r\n\r\n8\r\nthe t"), "chunk"},
		"no HTTP":        {answer("http://a.example/", "the text\r\n\r\n"), "not an HTTP status line"},
		"unknown coding": {answer("http://a.example/", html+"Content-Encoding: sdch\r\n\r\nthe t"), "is not known"},
	} {
		d := newMemoryDesk(t)
		sound := answer("http://a.example/sound", html+"\r\nsound")
		err := d.warc("t.warc", []byte(sound+c.record+answer("http://a.example/behind", html+"\r\nbehind")))
		if err == nil || len(d.refused) != 1 || !toldAt(d.refused, int64(len(sound))) || !strings.Contains(d.refused[0].Error(), c.reason) {
			t.Errorf("%s: %v; %v, want %q", name, err, d.refused, c.reason)
		}
		if d.body("http://a.example/sound") != "sound" || d.body("http://a.example/behind") != "behind" || len(d.taken) != 2 {
			t.Errorf("%s: other pages: %+v", name, d.taken)
		}
	}
}

// A file that was packed as a whole has all records in one member, which proves none: it is
// refused, and what to do is said.
func TestAFileThatWasPackedAsAWhole(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(answer("http://a.example/1", html+"\r\none") + answer("http://a.example/2", html+"\r\ntwo")))
	z.Close()
	d := newMemoryDesk(t)
	if err := d.warc("t.warc.gz", b.Bytes()); err == nil || !strings.Contains(err.Error(), "unpack it") || len(d.taken) > 0 {
		t.Errorf("%v; %+v", err, d.taken)
	}
}

// TestRequestsComeAlong puts requests in front of and behind their response, as wget and warcio
// do, and one that is another's.
func TestRequestsComeAlong(t *testing.T) {
	t.Parallel()
	get := func(path string, fields ...string) string {
		return foreign("request", "http://a.example"+path, "application/http;msgtype=request",
			"GET "+path+" HTTP/1.1\r\n\r\n", fields...)
	}
	before := get("/before")
	behind := answer("http://a.example/behind", html+"\r\nbehind")
	file := before + answer("http://a.example/before", html+"\r\nbefore", "WARC-Concurrent-To: "+idOf(before)) +
		behind + get("/behind", "WARC-Concurrent-To: "+idOf(behind)) +
		foreign("metadata", "http://a.example/behind", "application/warc-fields", "via: http://a.example/\r\n",
			"WARC-Concurrent-To: "+idOf(behind)) +
		get("/other") + answer("http://a.example/alone", html+"\r\nalone")
	d := newDesk(t)
	if err := d.warc("dir/a.warc", []byte(file)); err != nil {
		t.Error(err)
	}
	d.sound()
	d.store.Close()
	f, err := os.Open(filepath.Join(d.dir, "archive", "000001.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	rd := warc.NewReader(f, st.Size(), warc.ReadOptions{})
	for rec, err := rd.Next(); err == nil; rec, err = rd.Next() {
		what, _, _ := strings.Cut(string(rec.Block), "\r\n")
		if rec.Type == warc.Metadata {
			what = string(rec.Block[:bytes.IndexByte(rec.Block, ':')])
		}
		got = append(got, string(rec.Type)+" "+what)
	}
	want := []string{"warcinfo software: Ibid", "response HTTP/1.1 200 OK", "request GET /before HTTP/1.1",
		"metadata imported-from", "response HTTP/1.1 200 OK", "request GET /behind HTTP/1.1", "metadata via",
		"response HTTP/1.1 200 OK", "metadata imported-from"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRevisits(t *testing.T) {
	t.Parallel()
	const identical = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
	const unchanged = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/server-not-modified"
	const later, at = "WARC-Date: 2024-03-05T10:00:00Z", "2024-03-05T10:00:00Z"
	first := answer("http://a.example/", html+"ETag: 1\r\n\r\nthe text")
	packed := answer("http://a.example/z", html+"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\n")
	picture := answer("http://a.example/p", "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG")
	again := func(uri, block string, fields ...string) string {
		return foreign("revisit", uri, "application/http;msgtype=response", block, append(fields, later)...)
	}
	refersTo := []string{"WARC-Refers-To-Target-URI: http://a.example/", "WARC-Refers-To-Date: 2024-03-02T10:00:00Z"}
	wrong := "WARC-Payload-Digest: sha1:" + strings.Repeat("A", 32)
	for name, c := range map[string]struct {
		files []string
		url   string
		body  string // of url at the later time; "" where the revisit is refused
		etag  string
	}{
		"another address":   {[]string{first + again("http://b.example/", html+"ETag: 2\r\n\r\n", identical, payload(first))}, "http://b.example/", "the text", "2"},
		"without a header":  {[]string{first + again("http://b.example/", "", identical, payload(first))}, "http://b.example/", "the text", "1"},
		"in front":          {[]string{again("http://b.example/", "", identical, payload(first)) + first}, "http://b.example/", "the text", "1"},
		"in an earlier one": {[]string{first, again("http://b.example/", "", identical, payload(first))}, "http://b.example/", "the text", "1"},
		"in a later one":    {[]string{again("http://b.example/", "", identical, payload(first)), first}, "http://b.example/", "the text", "1"},
		"by reference":      {[]string{first + again("http://b.example/", "HTTP/1.1 304 Not Modified\r\n\r\n", append(refersTo, unchanged)...)}, "http://b.example/", "the text", "1"},
		"chunked":           {[]string{packed + again("http://b.example/", html+"\r\n", identical, payload(packed))}, "http://b.example/", "four", ""},
		"another digest":    {[]string{first + again("http://b.example/", "", append(refersTo, identical, wrong)...)}, "http://b.example/", "", ""},
		"no digest":         {[]string{first + again("http://b.example/", "", append(refersTo, identical)...)}, "http://b.example/", "", ""},
		"of nothing":        {[]string{again("http://b.example/", "", identical, payload(first))}, "http://b.example/", "", ""},
		"of a picture":      {[]string{picture + again("http://b.example/", "", identical, payload(picture))}, "", "", ""},
	} {
		d := newDesk(t)
		for i, f := range c.files {
			if err := d.warc(fmt.Sprintf("%d.warc", i), []byte(f)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		switch {
		case c.body != "":
			d.sound()
			cs := d.store.History(c.url)
			if got := d.body(c.url); got != c.body || cs[len(cs)-1].At.Format(time.RFC3339) != at {
				t.Errorf("%s: %q at %v, want %q", name, got, cs[len(cs)-1].At, c.body)
			}
			for _, h := range cs[len(cs)-1].Header {
				if h.Name == "ETag" && h.Value != c.etag {
					t.Errorf("%s: header of another message: %v", name, h)
				}
			}
		case c.url == "":
			d.sound()
		default:
			if err := d.in.Finish(t.Context()); err == nil || len(d.refused) != 1 || len(d.store.History(c.url)) > 0 {
				t.Errorf("%s: %v; refused %v", name, err, d.refused)
			} else if !strings.Contains(d.refused[0].Error(), ".warc at byte ") {
				t.Errorf("%s: neither file nor offset: %v", name, d.refused[0])
			}
		}
	}
}
