package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
)

// A run that is cut off in its middle is taken up again: nothing acknowledged is asked for twice
// and the crawl finds what an unbroken one finds.
func TestFetchIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	files := map[string]string{"/": article("0", "/p1", "/p2")}
	for i := 1; i < 40; i++ {
		files[fmt.Sprintf("/p%d", i)] = article(fmt.Sprint(i), fmt.Sprintf("/p%d", 2*i+1), fmt.Sprintf("/p%d", 2*i+2))
	}
	o := newOutlet(t, files)
	dir := o.corpusWith(t, "  - id: wire\n    urls: [HOST/p3]\n    crawl: [{from: HOST/, depth: 10, limit: 30}]\n")
	acknowledged, asked := map[string]bool{}, 0
	for _, stop := range []int{1, 7, 8, 5, 1000} {
		ctx, cancel := context.WithCancel(t.Context())
		s, err := openSite(dir)
		if err != nil {
			t.Fatal(err)
		}
		store, err := archive.Open(dir, archive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		w := &stopper{left: stop, stop: cancel}
		err = (&adder{site: s, store: store, out: w, log: io.Discard}).visit(ctx, fetchOptions{})
		cancel()
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
		if stop < 1000 && !errors.Is(err, context.Canceled) || stop == 1000 && err != nil {
			t.Fatalf("stopped after %d: %v", stop, err)
		}
		for path, n := range o.takeAsked() {
			if asked++; n != 1 || acknowledged[path] {
				t.Errorf("stopped after %d: %s was asked for %d times, acknowledged before: %v", stop, path, n, acknowledged[path])
			}
		}
		for line := range strings.Lines(w.text.String()) {
			u, _, _ := strings.Cut(line, "\t")
			acknowledged[strings.TrimPrefix(u, o.URL)] = true
		}
	}
	if len(acknowledged) != 30 || asked > 30+4 {
		t.Errorf("%d pages acknowledged, %d asked for, want 30 and a few", len(acknowledged), asked)
	}
	for i := range 30 {
		if p := fmt.Sprintf("/p%d", i); i > 0 && !acknowledged[p] {
			t.Errorf("%s is missing", p)
		}
	}
}

// stopper collects lines and calls stop at one of them.
type stopper struct {
	text bytes.Buffer
	left int
	stop func()
}

func (s *stopper) Write(b []byte) (int, error) {
	if s.left--; s.left == 0 {
		s.stop()
	}
	return s.text.Write(b)
}

// Whatever fetch printed before it was killed is in the archive, the corpus opens, and the run is
// taken up without asking for any of it again.
func TestKillFetch(t *testing.T) {
	t.Parallel()
	const n = 120
	files := map[string]string{}
	named := "<urlset>"
	for i := range n / 2 {
		files[fmt.Sprintf("/s%d", i)] = article(fmt.Sprintf("s%d", i))
		named += fmt.Sprintf("<url><loc>HOST/s%d</loc></url>", i)
		files[fmt.Sprintf("/c%d", i)] = article(fmt.Sprintf("c%d", i), fmt.Sprintf("/c%d", 2*i+1), fmt.Sprintf("/c%d", 2*i+2))
	}
	files["/map.xml"] = named + "</urlset>"
	o := newOutlet(t, files)
	const sources = "  - id: wire\n    sitemaps: [HOST/map.xml]\n    crawl: [{from: HOST/c0, depth: 20, limit: 60}]\n"
	first := o.corpusWith(t, sources)
	whole := timed(t, "fetch", "--corpus", first)
	rng := rand.New(rand.NewPCG(3, 3))
	lost, twice, taken := 0, 0, 0
	untilKilled(t, rounds(5, 20), whole, rng, func(d time.Duration) bool {
		dir := o.corpusWith(t, sources)
		o.takeAsked()
		lines, killed := killAt(t, d, "fetch", "--corpus", dir)
		o.takeAsked()
		if _, err := os.Stat(filepath.Join(dir, runLogFile)); errors.Is(err, os.ErrNotExist) && len(lines) == n {
			return false // the run had come to its end; the next one is another
		}
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("check after a kill at %v: exit code %d\n%s", d, code, log)
		}
		rest := must(t, "fetch", "--corpus", dir)
		again := o.takeAsked()
		for _, l := range lines {
			u, id, _ := strings.Cut(l, "\t")
			if again[strings.TrimPrefix(u, o.URL)] > 0 {
				twice++
			}
			lost += missing(t, dir, u, id)
		}
		if len(lines) > 0 && killed {
			taken++
		}
		seen := map[string]bool{}
		for _, l := range append(lines, strings.Split(strings.TrimSpace(rest), "\n")...) {
			u, _, _ := strings.Cut(l, "\t")
			seen[u] = true
		}
		if killed && len(seen) < n-1 || lost > 0 || twice > 0 {
			t.Fatalf("kill at %v: %d pages in all, %d lost, %d asked for again", d, len(seen), lost, twice)
		}
		return killed
	})
	t.Logf("figure: %d runs were taken up behind acknowledged pages, %d of these lost, %d asked for again", taken, lost, twice)
}

// missing is 1 when an acknowledged capture is not in the archive with its bytes.
func missing(t *testing.T, dir, url, snapshot string) int {
	t.Helper()
	store, err := archive.Open(dir, archive.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, c := range store.History(url) {
		if string(c.Snapshot) == snapshot {
			if _, err := store.Body(c.Snapshot); err == nil {
				return 0
			}
		}
	}
	return 1
}

// The log of a run is read as far as it is whole.
func TestRunLog(t *testing.T) {
	t.Parallel()
	const head = `{"ibid_fetch":1,"began":"2024-11-05T09:00:00Z"}` + "\n"
	a, b := `{"url":"https://a.example/1"}`+"\n", `{"url":"https://a.example/2"}`+"\n"
	for in, want := range map[string]int{
		"": 0, head: 0, head + a + b: 2, head + a + a: 1, head + a + b[:10]: 1, head + a + "garbage\n" + b: 2, head[:20]: 0,
		"garbage\n": -1, `{"ibid_fetch":2}` + "\n": -1, a: -1,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, runLogFile), []byte(in), 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := openRunLog(dir, false, now())
		if want < 0 {
			if corpus.KindOf(err) != corpus.Format || !strings.Contains(err.Error(), "--fresh") {
				t.Errorf("%q: %v", in, err)
			}
			if l, err = openRunLog(dir, true, now()); err != nil {
				t.Errorf("%q, begun anew: %v", in, err)
				continue
			}
			want = 0
		}
		if err != nil || l.before != want {
			t.Errorf("%q: %d done, %v; want %d", in, l.before, err, want)
			continue
		}
		if err := errors.Join(l.add("https://A.example/3#x"), l.close(false)); err != nil {
			t.Fatal(err)
		}
		again, err := openRunLog(dir, false, now())
		if err != nil || again.before != want+1 || !again.has("https://a.example/3") || again.has("https://a.example/4") {
			t.Errorf("%q: after one more %+v, %v", in, again, err)
		}
		if err := again.close(true); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(dir, runLogFile)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: the log of a run that has ended is there", in)
		}
	}
}
