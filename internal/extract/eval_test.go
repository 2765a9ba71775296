package extract

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// metricWord matches a word of the sets' metrics.
var metricWord = regexp.MustCompile(`[\p{L}\p{N}_]+`)

// shingles counts the n-grams of a text's words.
func shingles(text string, n int) map[string]int {
	words := metricWord.FindAllString(text, -1)
	m := map[string]int{}
	for i := 0; i+n <= len(words); i++ {
		m[strings.Join(words[i:i+n], " ")]++
	}
	if len(words) > 0 && len(words) < n {
		m[strings.Join(words, " ")]++
	}
	return m
}

// overlap is the precision and recall of one multiset against another.
func overlap(got, want map[string]int) (p, r float64) {
	tp, ng, nw := 0, 0, 0
	for k, n := range got {
		tp += min(n, want[k])
		ng += n
	}
	for _, n := range want {
		nw += n
	}
	switch {
	case ng == 0 && nw == 0:
		return 1, 1
	case ng == 0 || nw == 0:
		return 0, 0
	}
	return float64(tp) / float64(ng), float64(tp) / float64(nw)
}

// harmonic is the harmonic mean of precision and recall.
func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// inParallel runs n jobs on the processors at hand.
func inParallel(n int, job func(i int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wg.Go(func() {
			for i := range next {
				job(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// TestScrapinghubPages measures the main text of article pages by the set's own metric.
func TestScrapinghubPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "eval/extraction/scrapinghub")
	raw, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth map[string]struct{ ArticleBody, URL string }
	if err := json.Unmarshal(raw, &truth); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, 0, len(truth))
	for id := range truth {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	ids = every(ids, 1)
	ps, rs := make([]float64, len(ids)), make([]float64, len(ids))
	inParallel(len(ids), func(i int) {
		body := gunzip(t, filepath.Join(dir, "html", ids[i]+".html.gz"))
		d := must(t, "https://site.example/"+ids[i], "text/html", body)
		ps[i], rs[i] = overlap(shingles(mainText(d), 4), shingles(truth[ids[i]].ArticleBody, 4))
	})
	p, r := mean(ps), mean(rs)
	t.Logf("figure: scrapinghub precision %.4f recall %.4f F1 %.4f over %d pages",
		p, r, harmonic(p, r), len(ids))
	if harmonic(p, r) < 0.97 && !raceEnabled {
		t.Errorf("F1 %.4f, want at least 0.97", harmonic(p, r))
	}
}

// mean is the arithmetic mean.
func mean(xs []float64) float64 {
	sum := 0.0
	for _, x := range xs {
		sum += x
	}
	return sum / float64(max(len(xs), 1))
}

// wcxbPage is a line of the WCXB ground truth.
type wcxbPage struct {
	ID, Type    string
	MainContent string   `json:"main_content"`
	With        []string `json:"with"`
	Without     []string `json:"without"`
}

// TestWCXBPages measures the main text of the WCXB development pages.
func TestWCXBPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "eval/extraction/wcxb-dev")
	var list []wcxbPage
	in := bufio.NewScanner(bytes.NewReader(gunzip(t, filepath.Join(dir, "ground-truth.jsonl.gz"))))
	in.Buffer(nil, 8<<20)
	for in.Scan() {
		var w wcxbPage
		if err := json.Unmarshal(in.Bytes(), &w); err != nil {
			t.Fatal(err)
		}
		list = append(list, w)
	}
	list = every(list, 5)
	f1, leak, keep := map[string][]float64{}, make([]float64, len(list)), make([]float64, len(list))
	scores := make([]float64, len(list))
	inParallel(len(list), func(i int) {
		w := list[i]
		body := gunzip(t, filepath.Join(dir, "html", w.ID+".html.gz"))
		d := must(t, "https://site.example/"+w.ID, "text/html", body)
		text := mainText(d)
		scores[i] = harmonic(overlap(shingles(strings.ToLower(text), 1),
			shingles(strings.ToLower(w.MainContent), 1)))
		leak[i], keep[i] = share(text, w.Without), share(text, w.With)
	})
	for i, w := range list {
		f1[w.Type] = append(f1[w.Type], scores[i])
	}
	for _, kind := range []string{"article", "documentation"} {
		t.Logf("figure: wcxb %s F1 %.4f over %d pages", kind, mean(f1[kind]), len(f1[kind]))
	}
	t.Logf("figure: wcxb with %.4f without %.4f", mean(keep), mean(leak))
}

// share is the part of the snippets that stand in a text.
func share(text string, snippets []string) float64 {
	if len(snippets) == 0 {
		return 0
	}
	text = strings.Join(strings.Fields(text), " ")
	n := 0
	for _, s := range snippets {
		if strings.Contains(text, strings.Join(strings.Fields(s), " ")) {
			n++
		}
	}
	return float64(n) / float64(len(snippets))
}

// TestPagesSliceBack proves every run of every page against the body, and counts what could
// not be traced and the time a page takes.
func TestPagesSliceBack(t *testing.T) {
	t.Parallel()
	names := pages(t)
	times := make([]time.Duration, len(names))
	blocks, untraced := make([]int, len(names)), make([]int, len(names))
	inParallel(len(names), func(i int) {
		body := gunzip(t, names[i])
		start := time.Now()
		d, err := Extract(capture("file:"+filepath.Base(names[i]), "text/html", body), body, Options{})
		times[i] = time.Since(start)
		if err != nil {
			t.Errorf("%s: %v", names[i], err)
			return
		}
		if err := prove(d, body); err != nil {
			t.Errorf("%s: %v", names[i], err)
		}
		for _, b := range d.Blocks {
			blocks[i]++
			if b.Untraced {
				untraced[i]++
				t.Logf("%s: untraced %q", filepath.Base(names[i]), b.Text[:min(len(b.Text), 80)])
			}
		}
	})
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	n, u := 0, 0
	for i := range names {
		n, u = n+blocks[i], u+untraced[i]
	}
	t.Logf("figure: %d pages, %d blocks, %d untraced (%.4f %%)", len(names), n, u,
		100*float64(u)/float64(max(n, 1)))
	t.Logf("figure: time a page p50 %v p99 %v max %v", times[len(times)/2],
		times[len(times)*99/100], times[len(times)-1])
	if 10_000*u > n {
		t.Errorf("%d of %d blocks are untraced, want at most 0.01 %%", u, n)
	}
}
