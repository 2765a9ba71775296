package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/internal/search"
)

// putFile writes a file of a test.
func putFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// indexed runs index and gives what it said.
func indexed(t *testing.T, dir string, args ...string) string {
	t.Helper()
	_, log, code := ibid(t, append([]string{"index", "--corpus", dir}, args...)...)
	if code != exitFound {
		t.Fatalf("index: exit code %d\n%s", code, log)
	}
	return log
}

// listed gives every passage of a corpus and its version.
func listed(t *testing.T, dir string) ([]search.Hit, string) {
	t.Helper()
	return allHits(t, dir), searchJSON(t, dir).Corpus
}

// Step by step an index is what a rebuild of the same archive gives.
func TestIndexTakesInWhatIsNew(t *testing.T) {
	t.Parallel()
	dir, pages := filepath.Join(t.TempDir(), "c"), filepath.Join(t.TempDir(), "pages")
	must(t, "init", dir)
	writePages(t, pages, 20)
	add := func() { must(t, "add", "--corpus", dir, pages) }
	post := filepath.Join(pages, "p0003.html")
	for _, step := range []struct {
		name   string
		change func()
		want   string
	}{
		{"first", func() { add() }, "indexing everything: there is no index yet"},
		{"nothing", func() {}, "nothing new: 20 documents"},
		{"more", func() { writePages(t, pages, 26); add() }, "52 passages in 26 documents; read 6 captures, withdrawn 0"},
		{"corrected", func() {
			putFile(t, post, "<html><body><article><p>On 3 March 2024 a post near Derbent was closed.</p></article></body></html>")
			time.Sleep(1100 * time.Millisecond) // captures count whole seconds
			add()
		}, "51 passages in 26 documents; read 1 capture, withdrawn 0"},
		{"emptied", func() { putFile(t, post, "<html><body></body></html>"); time.Sleep(1100 * time.Millisecond); add() },
			"50 passages in 25 documents; read 1 capture"},
		{"as told", func() {}, ""},
	} {
		step.change()
		var log string
		if step.name == "as told" {
			log = indexed(t, dir, "--rebuild")
			step.want = "indexing everything: as told"
		} else {
			log = indexed(t, dir)
		}
		if !strings.Contains(log, step.want) {
			t.Errorf("%s: %q is not in\n%s", step.name, step.want, log)
		}
		hits, version := listed(t, dir)
		indexed(t, dir, "--rebuild")
		again, rebuilt := listed(t, dir)
		if diff := cmp.Diff(again, hits); diff != "" || version != rebuilt {
			t.Fatalf("%s: corpus %s, rebuilt %s (-rebuilt +step by step)\n%s", step.name, version, rebuilt, diff)
		}
	}
}

// A change of the registers changes tags, so everything is read again; so it is when a file of
// the index is damaged.
func TestIndexMakesAllAnewWhenItMust(t *testing.T) {
	t.Parallel()
	dir, pages := filepath.Join(t.TempDir(), "c"), filepath.Join(t.TempDir(), "pages")
	must(t, "init", dir)
	putFile(t, filepath.Join(pages, "a.txt"), "On 2 March 2024 a shop was closed in Nowhereville.\n")
	must(t, "add", "--corpus", dir, pages)
	indexed(t, dir)
	if n := searchJSON(t, dir, "--place", "none").Total; n != 1 {
		t.Fatalf("%d passages without a place before the register had it", n)
	}
	putFile(t, filepath.Join(dir, "registers", "places.tsv"),
		"id\tkind\tname\tparent\tsource\nX-NV\tplace\tNowhereville\tRU-DA\tinvented\n")
	if log := indexed(t, dir); !strings.Contains(log, "indexing everything: version of tag was") {
		t.Errorf("another register: %s", log)
	}
	if n := searchJSON(t, dir, "--place", "X-NV").Total; n != 1 {
		t.Errorf("%d passages in the place of the register", n)
	}
	texts, err := filepath.Glob(filepath.Join(dir, "index", "shards", "*", "passages.col"))
	if err != nil || len(texts) == 0 {
		t.Fatal(texts, err)
	}
	for _, path := range texts {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-1] ^= 1
		putFile(t, path, string(b))
	}
	if log := indexed(t, dir); !strings.Contains(log, "indexing everything: ") || !strings.Contains(log, filepath.Base(texts[0])) {
		t.Errorf("damaged: %s", log)
	}
	must(t, "check", "--corpus", dir)
}

// logBuffer gathers a log that several goroutines write.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// eventually waits until something holds; the watch has no moment of its own to be asked at.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 600 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("it never came that %s", what)
}

// The watch takes in captures as they come, a server beside it swaps; both go on when a
// generation is damaged, and say so.
func TestWatchAndServe(t *testing.T) {
	t.Parallel()
	dir, pages := filepath.Join(t.TempDir(), "c"), filepath.Join(t.TempDir(), "pages")
	must(t, "init", dir)
	writePages(t, pages, 3)
	must(t, "add", "--corpus", dir, pages)
	indexed(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	var log logBuffer
	var wg sync.WaitGroup
	code := -1
	wg.Go(func() {
		code = run(ctx, []string{"index", "--corpus", dir, "--watch", "--every", "30ms"},
			stdio{In: strings.NewReader(""), Out: io.Discard, Err: &log})
	})
	defer wg.Wait()
	defer cancel()
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := s.newServer(&log)
	if err != nil {
		t.Fatal(err)
	}
	defer h.close()
	wg.Go(func() {
		sizes := map[string]int{} // corpus version to passages
		for ctx.Err() == nil {
			a := served(t, h)
			if n, seen := sizes[a.Corpus]; seen && n != a.Total || a.Documents != a.Total {
				t.Errorf("corpus %s has %d passages in %d documents, before %d", a.Corpus, a.Total, a.Documents, n)
			}
			sizes[a.Corpus] = a.Total
			for _, path := range []string{"/", "/about", "/v1/corpus", "/passage/" + string(a.Hits[0].ID)} {
				if w := getPath(h, path); w.Code != 200 {
					t.Errorf("%s: %d", path, w.Code)
				}
			}
		}
	})
	for n := 4; n < 12; n++ {
		writePages(t, pages, n)
		must(t, "add", "--corpus", dir, pages)
		eventually(t, fmt.Sprintf("%d pages are served", n), func() bool {
			h.look()
			return served(t, h).Total == n
		})
	}
	hit := served(t, h).Hits[0]
	if w := getPath(h, "/v1/snapshots/"+string(hit.Source.Snapshot)); w.Code != 200 {
		t.Errorf("the snapshot of a new page: %d %s", w.Code, w.Body)
	}
	cancel()
	wg.Wait()
	if code != exitFound {
		t.Errorf("interrupted, the watch ends with %d\n%s", code, log.String())
	}
	checkDegraded(t, h, dir, pages)
}

// checkDegraded damages a generation that a server has not seen yet.
func checkDegraded(t *testing.T, h *server, dir, pages string) {
	t.Helper()
	before := served(t, h)
	writePages(t, pages, 14)
	must(t, "add", "--corpus", dir, pages)
	indexed(t, dir)
	current := filepath.Join(dir, "index", "CURRENT")
	sound, err := os.ReadFile(current)
	if err != nil {
		t.Fatal(err)
	}
	putFile(t, current, "ibid index 2\n")
	h.look()
	var ready map[string]string
	w := getPath(h, "/readyz")
	if err := json.Unmarshal(w.Body.Bytes(), &ready); err != nil || w.Code != 200 || ready["status"] != "degraded" ||
		!strings.HasPrefix(ready["reason"], "index/CURRENT: ") || ready["corpus"] != before.Corpus {
		t.Errorf("readyz: %d %s", w.Code, w.Body)
	}
	if w := getPath(h, "/healthz"); w.Code != 200 {
		t.Errorf("healthz: %d", w.Code)
	}
	if a := served(t, h); a.Total != before.Total || a.Corpus != before.Corpus {
		t.Errorf("degraded, %d of corpus %s are served", a.Total, a.Corpus)
	}
	putFile(t, current, string(sound))
	h.look()
	if a := served(t, h); a.Total != 14 {
		t.Errorf("healed, %d are served", a.Total)
	}
	if w := getPath(h, "/readyz"); !strings.Contains(w.Body.String(), `"ready"`) {
		t.Errorf("healed: %s", w.Body)
	}
}

// getPath asks a handler for an address.
func getPath(h http.Handler, address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w
}

// served asks a handler for the sentence that each page has.
func served(t *testing.T, h http.Handler) (a search.Answer) {
	t.Helper()
	w := getPath(h, "/v1/search?q=%22nobody+was+hurt%22")
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a
}

func TestMemoryIsRead(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int64{"512MiB": 512 << 20, "2GiB": 2 << 30, "1.5G": 3 << 29, "300000000": 3e8,
		"1GB": 1e9, "": 0, "2X": 0, "-1G": 0, "100MiB": 0, "1e99G": 0, "NaN": 0} {
		if got, err := parseMemory(s); got != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %d, %v", s, got, err)
		}
	}
	if n := shardPassages(2 << 30); n < 100_000 || shardPassages(memoryLeast) < 1000 {
		t.Errorf("2GiB give shards of %d passages, the least %d", n, shardPassages(memoryLeast))
	}
}
