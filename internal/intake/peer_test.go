package intake

import (
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ibid/internal/warc/warctest"
)

// site serves a page in each way that HTTP has, on loopback.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	page := func(path string, write func(w http.ResponseWriter)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			write(w)
		})
	}
	page("/plain", func(w http.ResponseWriter) { fmt.Fprint(w, "<p>The plain page.") })
	page("/copy", func(w http.ResponseWriter) { fmt.Fprint(w, "<p>The plain page.") })
	page("/chunked", func(w http.ResponseWriter) {
		for i := range 3 {
			fmt.Fprintf(w, "<p>Part %d.", i)
			w.(http.Flusher).Flush()
		}
	})
	page("/packed", func(w http.ResponseWriter) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, "<p>The packed page.")
		z.Close()
	})
	page("/old", func(w http.ResponseWriter) {
		w.Header().Set("Location", "/new")
		w.WriteHeader(http.StatusFound)
	})
	page("/new", func(w http.ResponseWriter) { fmt.Fprint(w, "<p>The new page.") })
	mux.HandleFunc("/picture", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		fmt.Fprint(w, "\x89PNG")
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// sitePages is what an archive must hold of the site.
var sitePages = map[string]string{"/plain": "<p>The plain page.", "/copy": "<p>The plain page.",
	"/chunked": "<p>Part 0.<p>Part 1.<p>Part 2.", "/packed": "<p>The packed page.", "/new": "<p>The new page."}

// takeFile takes over a WARC file.
func (d *desk) takeFile(path string) {
	d.t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := d.warc(path, b); err != nil {
		d.t.Errorf("%v; refused: %v", err, d.refused)
	}
}

// TestWget has wget archive a site, packed and plain, twice: the second time as revisits.
func TestWget(t *testing.T) {
	t.Parallel()
	wget := warctest.Wget(t)
	s := site(t)
	for _, plain := range []bool{false, true} {
		dir := t.TempDir()
		suffix := ".warc.gz"
		fetch := func(name string, more ...string) string {
			args := append([]string{"--no-verbose", "--no-config", "--no-proxy", "--tries=1", "--delete-after",
				"--warc-cdx", "--warc-file=" + name}, more...)
			if plain {
				args, suffix = append(args, "--no-warc-compression"), ".warc"
			}
			for path := range sitePages {
				args = append(args, s.URL+path)
			}
			cmd := exec.Command(wget, append(args, s.URL+"/old", s.URL+"/picture")...)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			return filepath.Join(dir, name+suffix)
		}
		d := newDesk(t)
		d.takeFile(fetch("first"))
		for path, want := range sitePages {
			if got := d.body(s.URL + path); got != want {
				t.Errorf("plain %t: %s: %q, want %q", plain, path, got, want)
			}
		}
		first := len(d.taken)
		again := fetch("again", "--warc-dedup=first.cdx")
		if b, err := os.ReadFile(again); plain && (err != nil || !strings.Contains(string(b), "WARC-Type: revisit")) {
			t.Errorf("wget wrote no revisit: the test does not test them; %v", err)
		}
		d.takeFile(again)
		d.sound()
		if len(d.taken) != first {
			t.Errorf("plain %t: what had not changed became %d captures", plain, len(d.taken)-first)
		}
		fresh := newDesk(t) // the second file alone says nothing of the pages
		if b, err := os.ReadFile(again); err != nil || fresh.warc("again", b) != nil || fresh.in.Finish(t.Context()) == nil {
			t.Errorf("plain %t: revisits of what is not archived pass: %v", plain, err)
		}
	}
}

// TestWarcio has warcio record a site as its users do, with requests, in both versions.
func TestWarcio(t *testing.T) {
	t.Parallel()
	s := site(t)
	for _, version := range []string{"1.0", "1.1"} {
		for _, name := range []string{"a.warc.gz", "a.warc"} {
			path := filepath.Join(t.TempDir(), name)
			args := []string{"testdata/record.py", path, version}
			for p := range sitePages {
				args = append(args, s.URL+p)
			}
			if out, err := warctest.Python(t, append(args, s.URL+"/old", s.URL+"/picture")...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			d := newDesk(t)
			d.takeFile(path)
			d.sound()
			for path, want := range sitePages {
				if got := d.body(s.URL + path); got != want {
					t.Errorf("%s %s: %s: %q, want %q", version, name, path, got, want)
				}
			}
		}
	}
}
