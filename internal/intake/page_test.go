package intake

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

var today = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// folder writes files into a new folder.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// singleFilePage is a page as SingleFile saves it.
func singleFilePage(url, date string) string {
	return "<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: " + url + " \n saved date: " +
		date + "\n--><meta charset=utf-8>\n<title>A page</title><p>The text.<img src=\"data:image/png;base64," +
		base64.StdEncoding.EncodeToString([]byte("no text")) + "\">"
}

func TestSavedPages(t *testing.T) {
	t.Parallel()
	const page, note = "<html><p>The text.", "a note"
	sum := string(corpus.SnapshotIDOf([]byte(page)))
	saturday := "Sat Mar 02 2024 11:00:00 GMT+0100 (Central European Standard Time)"
	full := `{"url": "https://a.example/old", "final_url": "https://a.example/new", "captured": "2024-03-02T11:00:00+01:00",
		"status": 203, "media_type": "text/HTML", "charset": "UTF-8", "source": "wire", "sha256": "` + strings.ToUpper(sum) + `", "more": [1]}`
	short := `{"url": "https://a.example/", "captured": "2024-03-02T10:00:00Z"}`
	for name, c := range map[string]struct {
		files  map[string]string
		page   string
		url    string // "" where it is refused
		at     string
		reason string
	}{
		"alone":             {map[string]string{"a.html": page}, "a.html", "file:x/a.html", "2026-01-02T03:04:05Z", ""},
		"all fields":        {map[string]string{"a.html": page, "a.html.meta.json": full}, "a.html", "https://a.example/old", "2024-03-02T10:00:00Z", ""},
		"named by its stem": {map[string]string{"a.html": page, "a.meta.json": short}, "a.html", "https://a.example/", "2024-03-02T10:00:00Z", ""},
		"a text":            {map[string]string{"a.txt": note, "a.txt.meta.json": short}, "a.txt", "https://a.example/", "2024-03-02T10:00:00Z", ""},
		"of one of two":     {map[string]string{"a.html": page, "a.txt": note, "a.meta.json": short}, "a.html", "", "", "may be about a.html or a.txt"},
		"of the other":      {map[string]string{"a.html": page, "a.txt": note, "a.txt.meta.json": short}, "a.html", "file:x/a.html", "2026-01-02T03:04:05Z", ""},
		"another hash": {map[string]string{"a.html": page + "!", "a.html.meta.json": full}, "a.html", "", "",
			"its sha256 is"},
		"a hash of nonsense": {map[string]string{"a.html": page, "a.html.meta.json": strings.Replace(full, "\"sha256\": \"", "\"sha256\": \"x", 1)}, "a.html", "", "", "is not 64 hexadecimal digits"},
		"no address":         {map[string]string{"a.html": page, "a.html.meta.json": `{"captured": "2024-03-02T10:00:00Z"}`}, "a.html", "", "", "is not an address"},
		"no time":            {map[string]string{"a.html": page, "a.html.meta.json": `{"url": "https://a.example/"}`}, "a.html", "", "", "is not a time"},
		"no JSON":            {map[string]string{"a.html": page, "a.html.meta.json": `{`}, "a.html", "", "", "a.html.meta.json: it is not JSON"},
		"a status of none": {map[string]string{"a.html": page, "a.html.meta.json": strings.Replace(full, "203", "99", 1)}, "a.html", "", "",
			"99 is not an HTTP status"},
		"SingleFile":          {map[string]string{"a.html": singleFilePage("https://a.example/s?a=1", saturday)}, "a.html", "https://a.example/s?a=1", "2024-03-02T10:00:00Z", ""},
		"SingleFile, no date": {map[string]string{"a.html": singleFilePage("https://a.example/", "soon")}, "a.html", "", "", "gives no time"},
		"SingleFile, a file": {map[string]string{"a.html": singleFilePage("file:///home/a.html", saturday)}, "a.html", "", "",
			"gives no address"},
		"SingleFile, in the text":      {map[string]string{"a.html": "<html><p>" + singleFilePage("https://a.example/", saturday)}, "a.html", "file:x/a.html", "2026-01-02T03:04:05Z", ""},
		"SingleFile and a file beside": {map[string]string{"a.html": singleFilePage("https://b.example/", saturday), "a.html.meta.json": short}, "a.html", "https://a.example/", "2024-03-02T10:00:00Z", ""},
	} {
		d := newDesk(t)
		path := filepath.Join(folder(t, c.files), c.page)
		err := d.in.Page(t.Context(), path, "x/"+c.page, today)
		if c.url == "" {
			if err == nil || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("%s: %v, want %q", name, err, c.reason)
			}
			continue
		}
		if err != nil || len(d.taken) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := d.taken[0]
		if got.URL != c.url || got.At.Format(time.RFC3339) != c.at || d.body(c.url) != c.files[c.page] {
			t.Errorf("%s: %+v, want %s at %s", name, got, c.url, c.at)
		}
		if name == "all fields" && (got.FinalURL != "https://a.example/new" || got.Status != 203 || got.Charset != "utf-8" ||
			got.MediaType != "text/html" || got.Source != "wire") {
			t.Errorf("%s: %+v", name, got)
		}
		d.sound()
	}
}

// zipped packs a text.
func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.String()
}

func TestFilesThatArePages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ content, media, body, reason string }{
		"a.html":     {"<p>x", "text/html", "<p>x", ""},
		"a.HTM":      {"<p>x", "text/html", "<p>x", ""},
		"a.md":       {"# x", "text/markdown", "# x", ""},
		"a":          {"<!doctype html><p>x", "text/html", "<!doctype html><p>x", ""},
		"a.log":      {"a line", "text/plain", "a line", ""},
		"a.utf":      {"\xff\xfea\x00", "text/plain", "\xff\xfea\x00", ""},
		"a.html.gz":  {zipped(t, "<p>x"), "text/html", "<p>x", ""},
		"a.txt.gz":   {zipped(t, "x") + zipped(t, "y"), "text/plain", "xy", ""},
		"cut.txt.gz": {zipped(t, "the text")[:20], "", "", "broken gzip"},
		"no.txt.gz":  {"text", "", "", "not gzip"},
		"b.html.gz":  {zipped(t, strings.Repeat("0", 1<<20)), "", "", "decompresses to more than"},
		"empty.html": {" \n", "", "", "the file is empty"},
		"a.png":      {"\x89PNG\r\n\x1a\n", "", "", "not a page"},
		"large.txt":  {strings.Repeat("a", maxPage+1), "", "", "more than 10 MiB"},
	} {
		path := filepath.Join(folder(t, map[string]string{name: c.content}), name)
		r, err := ReadPage(path, "x/"+name, today)
		if c.reason != "" {
			if err == nil || !strings.Contains(err.Error(), c.reason) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s: %v, want %q", name, err, c.reason)
			}
			continue
		}
		if err != nil || r.URL != "file:x/"+name || r.MediaType != c.media || string(r.Body) != c.body || !r.At.Equal(today) {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if _, err := ReadPage(filepath.Join(t.TempDir(), "none"), "none", today); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("of no file: %v", err)
	}
}

func TestStreams(t *testing.T) {
	t.Parallel()
	for content, url := range map[string]string{"<HTML><p>x": "file:stdin.html", "a note": "file:stdin.txt"} {
		d := newMemoryDesk(t)
		if err := d.in.Stream(t.Context(), "standard input", strings.NewReader(content), today); err != nil || d.body(url) != content {
			t.Errorf("%s: %v", url, err)
		}
	}
	d := newMemoryDesk(t)
	if err := d.in.Stream(t.Context(), "standard input", strings.NewReader(""), today); corpus.KindOf(err) != corpus.Format {
		t.Errorf("nothing: %v", err)
	}
}

func TestAFileAboutAPageWantsThePage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files []string
		found bool
	}{
		"after the file": {[]string{"a[1].html"}, true},
		"after the stem": {[]string{"a[1].html.txt"}, true},
		"another's":      {[]string{"b.html", "a1.html"}, false},
		"alone":          {nil, false},
	} {
		files := map[string]string{"a[1].html.meta.json": "{}"}
		for _, f := range c.files {
			files[f] = "x"
		}
		err := CheckMeta(filepath.Join(folder(t, files), "a[1].html.meta.json"))
		if (err == nil) != c.found || err != nil && corpus.KindOf(err) != corpus.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzMeta(f *testing.F) {
	f.Add([]byte(`{"url": "https://a.example/", "captured": "2024-03-02T10:00:00Z", "status": 200}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := parseMeta(b); err == nil && (!isWeb(m.URL) || strings.ContainsAny(string(m.raw), "\r\n")) {
			t.Errorf("%q passes: %+v", b, m)
		}
	})
}

func FuzzSingleFile(f *testing.F) {
	f.Add([]byte(singleFilePage("https://a.example/", "Sat Mar 02 2024 11:00:00 GMT+0100 (X)")))
	f.Fuzz(func(t *testing.T, b []byte) {
		url, at, ok, err := readSingleFile(b)
		if ok && err == nil && (!isWeb(url) || at.IsZero()) {
			t.Errorf("%q gives %q at %v", b, url, at)
		}
	})
}
