package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/indexer/fold/plain"
	"ibid/indexer/query"
	"ibid/internal/generate"
)

// Random phrases of 1 to 12 words and edited ones are asked of the engine in both modes; hits,
// totals and places equal those of the oracle. A soak run asks 100,000 of each: half from 400
// real pages, half from a generated corpus. More text would cost more time, not more cases.

func TestPhrasesOfRealPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "c")
	must(t, "init", dir)
	must(t, append([]string{"add", "--corpus", dir}, realFiles(t, rounds(120, 400))...)...)
	must(t, "index", "--corpus", dir)
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.openIndex(verifyFull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	phrasesEqualOracle(t, x, 1)
}

func TestPhrasesOfGeneratedCorpus(t *testing.T) {
	t.Parallel()
	n, dir := rounds(1000, 5000), t.TempDir()
	if _, err := indexer.Build(t.Context(), dir, generate.Items(n, 7), indexer.BuildOptions{ShardPassages: n/2 + 1}); err != nil {
		t.Fatal(err)
	}
	x, err := indexer.Open(dir, indexer.OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	phrasesEqualOracle(t, x, 2)
}

// phraseCheck is one comparison of an index with the oracle.
type phraseCheck struct {
	x       *indexer.Index
	oracle  *phraseOracle
	texts   []string
	numbers map[corpus.PassageID]int32
	// What was compared, for the log.
	asked, found, missing, hits, totals, long atomic.Int64
}

// phrasesEqualOracle draws, scans and asks.
func phrasesEqualOracle(t *testing.T, x *indexer.Index, seed uint64) {
	c := &phraseCheck{x: x, numbers: map[corpus.PassageID]int32{}}
	c.list(t)
	n := rounds(500, 50_000)
	d := newDrawer(c.texts, seed)
	drawn, edited := d.draw(n, d.phrase), d.draw(n, d.edited)
	all := slices.Concat(drawn, edited)
	c.oracle = newPhraseOracle(all)
	for i, text := range c.texts {
		c.oracle.read(int32(i), text)
	}
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(all) && !t.Failed(); i += workers {
				c.ask(t, all[i], query.Quote)
				c.ask(t, all[i], query.Verbatim)
				if n := c.asked.Add(1); n%10_000 == 0 {
					t.Logf("%d of %d phrases asked", n, len(all))
				}
			}
		})
	}
	wg.Wait()
	t.Logf("figure: %d passages: %d random and %d edited phrases in both modes; %d answers with hits and %d without "+
		"agree with the oracle, %d hits with their places; of %d answers with more than %d hits %d were read whole",
		len(c.texts), len(drawn), len(edited), c.found.Load(), c.missing.Load(), c.hits.Load(), c.long.Load(), readWhole, c.totals.Load())
	if min(c.found.Load(), c.missing.Load()) < int64(n)/2 {
		t.Errorf("too few answers of one kind: the test proves little")
	}
}

// list reads all passages in the engine's own order.
func (c *phraseCheck) list(t *testing.T) {
	r := query.Request{Size: 100, Facets: []query.FacetRequest{}}
	for {
		res, err := c.x.Search(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			c.numbers[h.Passage.ID] = int32(len(c.texts))
			c.texts = append(c.texts, h.Passage.Text)
		}
		if r.Cursor = res.Next; r.Cursor == "" {
			return
		}
	}
}

// readWhole is the number of hits up to which every page of an answer is read. Of longer
// answers the total and the first page are compared, and one in sampled is read whole.
const (
	readWhole = 1000
	sampled   = 100
)

// ask compares one answer.
func (c *phraseCheck) ask(t *testing.T, phrase string, mode query.Mode) {
	want := c.oracle.places(phrase, mode)
	whole := true
	if len(want) > readWhole {
		if whole = c.long.Add(1)%sampled == 1; whole {
			c.totals.Add(1)
		}
	}
	r := query.Request{Text: phrase, Mode: mode, Size: 100, Facets: []query.FacetRequest{}}
	seen := map[int32]bool{}
	for {
		res, err := c.x.Search(t.Context(), r)
		if err != nil {
			t.Errorf("%s %q: %v", mode, phrase, err)
			return
		}
		if res.Total != len(want) {
			t.Errorf("%s %q: %d passages, the oracle finds %d%s", mode, phrase, res.Total, len(want), c.first(want))
			return
		}
		for _, h := range res.Hits {
			i := c.numbers[h.Passage.ID]
			if seen[i] || !slices.Equal(h.Marks, want[i]) {
				t.Errorf("%s %q in %q: marks %v, the oracle finds %v", mode, phrase, h.Passage.Text, h.Marks, want[i])
				return
			}
			seen[i] = true
		}
		if r.Cursor = res.Next; r.Cursor == "" && len(seen) != len(want) {
			t.Errorf("%s %q: pages hold %d passages of %d", mode, phrase, len(seen), len(want))
			return
		}
		if r.Cursor == "" || !whole {
			break
		}
	}
	c.hits.Add(int64(len(seen)))
	if len(want) > 0 {
		c.found.Add(1)
	} else {
		c.missing.Add(1)
	}
}

// first shows one place of the oracle's.
func (c *phraseCheck) first(want map[int32][]corpus.Span) string {
	for i, spans := range want {
		return fmt.Sprintf(", one at %v of %q", spans, c.texts[i])
	}
	return ""
}

// drawer draws phrases from texts.
type drawer struct {
	rng   *rand.Rand
	texts []string
	words [][]plain.Word
	bands [3][][2]int32 // places of rare, middle and frequent words: passage and word
}

// Bounds of the bands: how often a rare word and a middle one occur at most.
const (
	rareWord   = 3
	middleWord = 200
)

func newDrawer(texts []string, seed uint64) *drawer {
	d := &drawer{rng: rand.New(rand.NewPCG(seed, 23)), texts: texts}
	counts := map[string]int{}
	for _, text := range texts {
		words := plain.Words(text)
		d.words = append(d.words, words)
		for _, w := range words {
			counts[w.Text]++
		}
	}
	for i, words := range d.words {
		for k, w := range words {
			band := 2
			if n := counts[w.Text]; n <= rareWord {
				band = 0
			} else if n <= middleWord {
				band = 1
			}
			d.bands[band] = append(d.bands[band], [2]int32{int32(i), int32(k)})
		}
	}
	return d
}

// draw gives n different phrases that hold a word. None begins with a quote mark, as a mode
// drops one outer pair.
func (d *drawer) draw(n int, one func() string) []string {
	have := make(map[string]bool, n)
	out := make([]string, 0, n)
	for len(out) < n {
		p := one()
		first, _ := utf8.DecodeRuneInString(p)
		if !have[p] && len(plain.Words(p)) > 0 && !strings.ContainsRune("\"'`“”„‟«»‘’‚‛‹›「」『』＂＇", first) {
			have[p], out = true, append(out, p)
		}
	}
	return out
}

// phrase takes 1 to 12 words as they stand, from a word of a random band on; one in four with
// the character behind them.
func (d *drawer) phrase() string {
	band := d.bands[d.rng.IntN(len(d.bands))]
	for len(band) == 0 {
		band = d.bands[d.rng.IntN(len(d.bands))]
	}
	at := band[d.rng.IntN(len(band))]
	text, words := d.texts[at[0]], d.words[at[0]]
	from := int(at[1])
	to := min(len(words), from+1+d.rng.IntN(12))
	end := words[to-1].End
	if d.rng.IntN(4) == 0 {
		_, n := utf8.DecodeRuneInString(text[end:])
		end += n
	}
	return text[words[from].Start:end]
}

// edited is a phrase with one word changed, inserted, dropped, swapped with the next, renumbered,
// or denied.
func (d *drawer) edited() string {
	w := strings.Fields(d.phrase())
	i := d.rng.IntN(len(w))
	other := strings.Fields(d.phrase())[0]
	switch d.rng.IntN(6) {
	case 0:
		w[i] = other
	case 1:
		w = slices.Insert(w, i, other)
	case 2:
		w = slices.Delete(w, i, i+1)
	case 3:
		j := (i + 1) % len(w)
		w[i], w[j] = w[j], w[i]
	case 4:
		w = d.renumber(w)
	case 5:
		no := []string{"not", "no", "не", "nicht", "pas", "لم", "deyil"}
		w = slices.Insert(w, i, no[d.rng.IntN(len(no))])
	}
	return strings.Join(w, " ")
}

// renumber changes a digit of each number, or sets a number before a phrase without one.
func (d *drawer) renumber(w []string) []string {
	changed := strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return '0' + (r-'0'+1)%10
		}
		return r
	}, strings.Join(w, " "))
	if changed == strings.Join(w, " ") {
		return slices.Insert(w, 0, fmt.Sprint(d.rng.IntN(2000)))
	}
	return strings.Fields(changed)
}
