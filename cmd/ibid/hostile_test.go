package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// What one request may cost; a stated bound of acceptance.
const (
	maxCPU   = 2 * time.Second
	maxAlloc = 256 << 20
)

// hostileSite serves the demonstration corpus with documents that are hard to search: one word
// 10,000 and 20,000 times in one passage, and passages of many different words.
func hostileSite(t *testing.T) http.Handler {
	t.Helper()
	dir, in := filepath.Join(t.TempDir(), "c"), t.TempDir()
	c := &cobra.Command{}
	c.SetErr(io.Discard)
	if err := buildDemo(t.Context(), dir, c); err != nil {
		t.Fatal(err)
	}
	// Hyphens separate words but no passages: only white space does.
	texts := map[string]string{
		"ha.txt":     strings.TrimSuffix(strings.Repeat("ha-", 20000), "-") + " was killed in 2018 there.",
		"ho.txt":     strings.TrimSuffix(strings.Repeat("ho-", 10000), "-") + " was killed in 2018 there.",
		"spaces.txt": strings.Repeat("the ", 20000),
		"many.txt":   strings.Join(distinctWords(6000), "-") + " were killed there.",
		"more.txt":   strings.Join(distinctWords(30000), " "),
	}
	args := []string{"add", "--corpus", dir}
	for name, text := range texts {
		path := filepath.Join(in, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	must(t, args...)
	must(t, "index", "--corpus", dir)
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.newServer(io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.close)
	return h
}

// distinctWords lists n different words.
func distinctWords(n int) []string {
	const letters = "abcdefghij"
	out := make([]string, n)
	for i := range out {
		w := []byte("w")
		for k := 10000; k > 0; k /= 10 {
			w = append(w, letters[i/k%10])
		}
		out[i] = string(w)
	}
	return out
}

// cost is what one request took of this process.
type cost struct {
	cpu   time.Duration
	alloc uint64
}

// request sends one request and measures it; nothing else may run beside it.
func request(t *testing.T, h http.Handler, path, raw string) (*httptest.ResponseRecorder, cost) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.URL.RawQuery = raw
	w := httptest.NewRecorder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime(t)
	h.ServeHTTP(w, r)
	took := cpuTime(t) - start
	runtime.ReadMemStats(&after)
	return w, cost{took, after.TotalAlloc - before.TotalAlloc}
}

// cpuTime is what the process has used so far.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Not parallel: both measure the process.
func TestHostileSoak(t *testing.T) {
	h := hostileSite(t)
	t.Run("queries", func(t *testing.T) { hostileQueriesAreAnswered(t, h) })
	t.Run("repeats", func(t *testing.T) { repeatsCostLinearly(t, h) })
}

// Whatever is asked is answered, or refused with its place and a remedy; all 1,000 in a soak,
// where what each costs is bounded too.
func hostileQueriesAreAnswered(t *testing.T, h http.Handler) {
	var worst, most struct {
		hostileQuery
		cost
	}
	refused := 0
	all := hostileQueries(1000)
	for i := 0; i < len(all); i += rounds(10, 1) {
		q := all[i]
		for _, path := range []string{"/v1/search", "/"} {
			w, c := request(t, h, path, q.raw)
			if c.cpu > worst.cpu {
				worst.hostileQuery, worst.cost = q, c
			}
			if c.alloc > most.alloc {
				most.hostileQuery, most.cost = q, c
			}
			if soak() && (c.cpu > maxCPU || c.alloc > maxAlloc) {
				t.Errorf("%s at %s took %v and %d MiB: %.200q", q.family, path, c.cpu, c.alloc>>20, q.raw)
			}
			if w.Code != http.StatusOK {
				refused++
			}
			answered(t, q, path, w)
		}
	}
	t.Logf("figure: hostile queries, most CPU %v (%s)", worst.cpu, worst.family)
	t.Logf("figure: hostile queries, most allocated %.1f MiB (%s)", float64(most.alloc)/(1<<20), most.family)
	t.Logf("figure: hostile queries, %d answers were refusals", refused)
}

// answered checks the form of an answer or a refusal.
func answered(t *testing.T, q hostileQuery, path string, w *httptest.ResponseRecorder) {
	t.Helper()
	kind := w.Header().Get("Content-Type")
	switch {
	case w.Code != http.StatusOK && (w.Code < 400 || w.Code >= 500):
		t.Errorf("%s at %s: %d for %.200q\n%.300s", q.family, path, w.Code, q.raw, w.Body)
	case path == "/":
		if !strings.HasPrefix(kind, "text/html") || !strings.Contains(w.Body.String(), "</html>") {
			t.Errorf("%s: a page of type %q with %d bytes", q.family, kind, w.Body.Len())
		}
	case w.Code == http.StatusOK:
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: no JSON for %.200q", q.family, q.raw)
		}
	default:
		var p struct{ Detail, Field, Remedy, Suggest string }
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || kind != "application/problem+json" ||
			p.Detail == "" || p.Field == "" || p.Remedy == "" && p.Suggest == "" {
			t.Errorf("%s: a refusal that does not help: %s", q.family, w.Body)
		}
	}
}

// A phrase in a passage that repeats its word costs in proportion to the passage.
func repeatsCostLinearly(t *testing.T, h http.Handler) {
	for _, form := range []string{`"%s %s %s"`, `"%s %s %s %s"~99`, `'%s-%s'`, `"%s %s" "%s %s %s"`, `%s`} {
		var c [2]cost
		for i, word := range []string{"ho", "ha"} {
			raw := "q=" + url.QueryEscape(strings.ReplaceAll(form, "%s", word))
			request(t, h, "/v1/search", raw) // what is read once is not counted
			w, got := request(t, h, "/v1/search", raw)
			var a struct{ Total int }
			if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || a.Total != 1 {
				t.Fatalf("%s of %s: %d found, %v", form, word, a.Total, err)
			}
			c[i] = got
		}
		if c[1].alloc > 3*c[0].alloc {
			t.Errorf("%s: twice the text takes %d bytes after %d", form, c[1].alloc, c[0].alloc)
		}
		t.Logf("figure: %s in 10,000 and 20,000 repeats: %v and %v CPU, %d and %d KiB", form,
			c[0].cpu, c[1].cpu, c[0].alloc>>10, c[1].alloc>>10)
	}
}
