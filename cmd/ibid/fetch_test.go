package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// fetchCorpus makes a corpus whose one source are the paths of a server on loopback.
func fetchCorpus(t *testing.T, base string, private bool, paths ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "c")
	must(t, "init", dir)
	text := fmt.Sprintf("name: test\nfetch: {delay: 1ms, allow_private: %v, user_agent: ibid-test (desk@paper.example)}\n"+
		"sources:\n  - id: wire\n    publisher: Wire Example\n    urls:\n", private)
	for _, p := range paths {
		text += "      - " + base + p + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Sources are visited, what did not change is not archived again, and what changed is found
// in its new form only.
func TestFetchVisitsTheSources(t *testing.T) {
	t.Parallel()
	var version, conditional atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tag := fmt.Sprintf(`"v%d"`, version.Load())
		switch {
		case r.URL.Path == "/robots.txt":
			fmt.Fprint(w, "User-agent: *\nDisallow: /private\n")
		case r.URL.Path == "/gone":
			http.NotFound(w, r)
		case r.Header.Get("If-None-Match") == tag:
			conditional.Add(1)
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("ETag", tag)
			fmt.Fprintf(w, "<article><h1>Report</h1><p>The bridge near Nazran was closed for %d days in all.</p></article>",
				version.Load()+3)
		}
	}))
	defer srv.Close()
	dir := fetchCorpus(t, srv.URL, true, "/a", "/private/b", "/gone")
	out, log, code := ibid(t, "fetch", "--corpus", dir)
	if code != exitError || strings.Count(out, "\n") != 2 || !strings.Contains(log, "robots.txt asks not to visit") ||
		!strings.Contains(log, "answered 404") {
		t.Fatalf("first visit: exit code %d\n%s\n%s", code, out, log)
	}
	must(t, "index", "--corpus", dir)
	a := searchJSON(t, dir, `"closed for 3 days"`, "--publisher", "Wire Example", "--source", "wire")
	if a.Total != 1 || a.Hits[0].Source.URL != srv.URL+"/a" {
		t.Errorf("after the first visit: %d found", a.Total)
	}
	_, log, _ = ibid(t, "fetch", "--corpus", dir)
	if conditional.Load() != 1 || !strings.Contains(log, "0 captures added") {
		t.Errorf("second visit: %d conditional requests, %s", conditional.Load(), log)
	}
	version.Add(1)
	ibid(t, "fetch", "--corpus", dir)
	must(t, "index", "--corpus", dir)
	if a := searchJSON(t, dir, `"closed for 4 days"`); a.Total != 1 {
		t.Errorf("after the change: %d found", a.Total)
	}
	if a := searchJSON(t, dir, `"closed for 3 days"`); a.Total != 0 {
		t.Errorf("the earlier form is still found: %d", a.Total)
	}
	if out := must(t, "check", "--corpus", dir); !strings.Contains(out, "sound") {
		t.Errorf("check says %s", out)
	}
}

// Without the corpus' leave nothing on this machine is reached.
func TestFetchRefusesPrivateAddresses(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("reached") }))
	defer srv.Close()
	dir := fetchCorpus(t, srv.URL, false, "/a")
	if _, log, code := ibid(t, "fetch", "--corpus", dir); code != exitError || !strings.Contains(log, "allow_private") {
		t.Errorf("exit code %d, %s", code, log)
	}
	if _, log, code := ibid(t, "add", "--corpus", dir, srv.URL); code != exitError || !strings.Contains(log, "allow_private") {
		t.Errorf("exit code %d, %s", code, log)
	}
}
