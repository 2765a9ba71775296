package main

import (
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// realCorpus indexes the seed and n real pages, and opens the result for many questions.
func realCorpus(t *testing.T, n int) *search.Service {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "c")
	must(t, "init", dir)
	must(t, append([]string{"add", "--corpus", dir}, realFiles(t, n)...)...)
	must(t, "index", "--corpus", dir)
	if out := must(t, "check", "--corpus", dir); !strings.Contains(out, "sound") {
		t.Fatalf("check of the real pages says %q", out)
	}
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	ix, err := s.openIndex(verifyFull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	svc, err := s.service(ix)
	if err != nil {
		t.Fatal(err)
	}
	return svc
}

// realFiles names the seed and n pages, spread evenly over the extraction sets.
func realFiles(t *testing.T, n int) []string {
	t.Helper()
	var all []string
	for _, glob := range []string{"scrapinghub/html/*.gz", "wcxb-dev/html/*.gz", "citations/*.html.gz"} {
		files, err := filepath.Glob(filepath.Join(shared(t, "eval", "extraction"), glob))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	sort.Strings(all)
	if len(all) < n {
		t.Fatalf("%d real pages, %d are wanted", len(all), n)
	}
	seed, _ := filepath.Glob(filepath.Join(shared(t, "seed"), "*.txt"))
	files := append([]string{}, seed...)
	for i := range n {
		files = append(files, all[i*len(all)/n])
	}
	return files
}

// everyHit lists all passages through the public interface.
func everyHit(t *testing.T, svc *search.Service) []search.Hit {
	t.Helper()
	var hits []search.Hit
	r := query.Request{Size: 100, Facets: []query.FacetRequest{}}
	for {
		a, err := svc.Search(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, a.Hits...)
		if r.Cursor = a.Next; r.Cursor == "" {
			return hits
		}
	}
}

// Real pages go the whole way: each passage is found by its own words, random phrases and
// edited ones agree with a scan of the text, and every count with what a click gives.
func TestRealPages(t *testing.T) {
	t.Parallel()
	svc := realCorpus(t, rounds(220, 1060))
	hits := everyHit(t, svc)
	var texts []scanned
	for _, h := range hits {
		texts = append(texts, scan(h))
	}
	t.Logf("figure: %d passages of real pages", len(hits))
	rng := rand.New(rand.NewPCG(3, 4))
	t.Run("OwnWords", func(t *testing.T) { ownWords(t, svc, texts, rng) })
	t.Run("Oracle", func(t *testing.T) { phrasesAgree(t, svc, texts, rng) })
	t.Run("FacetClicks", func(t *testing.T) { facetClicks(t, svc) })
	t.Run("FacetOracle", func(t *testing.T) { facetsAgree(t, svc, hits, rng) })
}

// scanned is a passage as the brute-force scan sees it.
type scanned struct {
	id     corpus.PassageID
	text   string
	words  []fold.Token
	padded string // folded words with a space around each
}

func scan(h search.Hit) scanned {
	words := fold.Tokens(nil, h.Text)
	var b strings.Builder
	b.WriteByte(' ')
	for _, w := range words {
		b.WriteString(w.Text)
		b.WriteByte(' ')
	}
	return scanned{id: h.ID, text: h.Text, words: words, padded: b.String()}
}

// holders lists the passages that hold the words of a phrase side by side, by a plain scan.
func holders(texts []scanned, phrase string) map[corpus.PassageID]bool {
	found := map[corpus.PassageID]bool{}
	for _, reading := range fold.Readings(phrase) {
		needle := " "
		for _, w := range reading {
			needle += w.Text + " "
		}
		for _, s := range texts {
			if strings.Contains(s.padded, needle) {
				found[s.id] = true
			}
		}
	}
	return found
}

// pagedWhole is the number of hits up to which every page of an answer is read; of longer
// answers the first page is.
const pagedWhole = 300

// ask runs a phrase and returns the passages of the pages it read, all of them if whole asks
// for it, and the total.
func ask(t *testing.T, svc *search.Service, mode query.Mode, phrase string, whole bool) (map[corpus.PassageID]search.Hit, int) {
	t.Helper()
	r := query.Request{Text: phrase, Mode: mode, Size: 100, Facets: []query.FacetRequest{}}
	found := map[corpus.PassageID]search.Hit{}
	for {
		a, err := svc.Search(t.Context(), r)
		if err != nil {
			t.Fatalf("%s %q: %v", mode, phrase, err)
		}
		for _, h := range a.Hits {
			found[h.ID] = h
		}
		if r.Cursor = a.Next; r.Cursor == "" && len(found) != a.Total {
			t.Fatalf("%s %q: total %d, pages hold %d", mode, phrase, a.Total, len(found))
		}
		if r.Cursor == "" || a.Total > pagedWhole && !whole {
			return found, a.Total
		}
	}
}

// ownWords looks each passage up by a run of its own words, in both modes.
func ownWords(t *testing.T, svc *search.Service, texts []scanned, rng *rand.Rand) {
	frequent := map[string]map[corpus.PassageID]search.Hit{}
	for i, s := range texts {
		if len(s.words) == 0 {
			continue
		}
		from := rng.IntN(len(s.words))
		to := min(len(s.words), from+8)
		end := s.words[to-1].End
		if strings.HasPrefix(s.text[end:], ".") && strings.Contains(s.text[s.words[to-1].Start:end], ".") {
			end++ // the last stop of "e.g." is what makes its letters one word
		}
		phrase := s.text[s.words[from].Start:end]
		mode := query.Quote
		if i%2 == 1 {
			mode = query.Verbatim
		}
		found, total := ask(t, svc, mode, phrase, false)
		if total > pagedWhole { // too frequent: all its words then, to the last page
			mode, end = query.Quote, s.words[min(len(s.words), query.MaxPhraseWords)-1].End
			phrase = s.text[s.words[0].Start:end]
			if frequent[phrase] == nil {
				frequent[phrase], _ = ask(t, svc, mode, phrase, true)
			}
			found = frequent[phrase]
		}
		h, ok := found[s.id]
		if !ok && mode == query.Verbatim && !standsFree(s.text, s.words[from].Start, end) {
			continue // the words end inside a larger token: verbatim mode wants a word edge
		}
		if !ok {
			t.Errorf("%s does not find the passage it was taken from: %q", mode, phrase)
			continue
		}
		for _, m := range h.Marks {
			if !m.In(len(h.Text)) {
				t.Errorf("%s %q: mark %v is outside the text", mode, phrase, m)
			}
		}
	}
}

// standsFree reports whether text[from:to] has a plain word edge on both sides.
func standsFree(text string, from, to int) bool {
	before, after := []rune(text[:from]), []rune(text[to:])
	return (len(before) == 0 || unicode.IsSpace(before[len(before)-1])) &&
		(len(after) == 0 || unicode.IsSpace(after[0]))
}

// phrasesAgree holds random phrases and edited ones against the scan.
func phrasesAgree(t *testing.T, svc *search.Service, texts []scanned, rng *rand.Rand) {
	n := rounds(2000, 5000)
	missing, occurring := 0, 0
	for drawn, edited := 0, 0; drawn < n || edited < n; {
		s := texts[rng.IntN(len(texts))]
		if len(s.words) < 2 {
			continue
		}
		from := rng.IntN(len(s.words))
		to := min(len(s.words), from+1+rng.IntN(8))
		phrase := s.text[s.words[from].Start:s.words[to-1].End]
		if drawn == n {
			phrase = edit(phrase, rng)
		}
		if len(fold.Tokens(nil, phrase)) == 0 {
			continue
		}
		if drawn < n {
			drawn++
		} else {
			edited++
		}
		want := holders(texts, phrase)
		found, total := ask(t, svc, query.Quote, phrase, false)
		if total != len(want) {
			t.Errorf("%q: %d found, a scan finds %d", phrase, total, len(want))
		}
		for id := range found {
			if !want[id] {
				t.Errorf("%q: passage %s does not hold it", phrase, id)
			}
		}
		if total <= pagedWhole && len(found) != len(want) {
			t.Errorf("%q: %d passages read, a scan finds %d", phrase, len(found), len(want))
		}
		if len(want) == 0 {
			missing++
		} else {
			occurring++
		}
	}
	t.Logf("figure: %d phrases that occur and %d that do not agree with the scan", occurring, missing)
}

// edit changes a phrase by one word: drops, doubles, swaps, negates or renumbers.
func edit(phrase string, rng *rand.Rand) string {
	w := strings.Fields(phrase)
	i := rng.IntN(len(w))
	switch rng.IntN(5) {
	case 0:
		w = append(w[:i:i], w[i+1:]...)
	case 1:
		w = append(w[:i+1:i+1], w[i:]...)
	case 2:
		j := rng.IntN(len(w))
		w[i], w[j] = w[j], w[i]
	case 3:
		w = append(w[:i:i], append([]string{"not"}, w[i:]...)...)
	case 4:
		w[i] = strings.Map(func(r rune) rune {
			if r >= '0' && r < '9' {
				return r + 1
			}
			return r
		}, w[i]) + "7"
	}
	return norm.NFC.String(strings.Join(w, " "))
}

// facetClicks follows every value of every facet: its count is what a click on it gives.
func facetClicks(t *testing.T, svc *search.Service) {
	var all []query.FacetRequest
	for _, name := range query.Facets() {
		all = append(all, query.FacetRequest{Name: name, Size: 1000})
	}
	a, err := svc.Search(t.Context(), query.Request{Facets: all, Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	clicks := 0
	for _, f := range a.Facets {
		counts := map[string]int{query.None: f.Missing}
		documents := map[string]int{query.None: f.MissingDocuments}
		for _, v := range f.Values {
			counts[v.Value], documents[v.Value] = v.Count, v.Documents
		}
		for value, count := range counts {
			r, err := search.ParseValues(url.Values{f.Name: {value}, "facet": {"none"}, "size": {"0"}})
			if err != nil {
				t.Fatal(err)
			}
			got, err := svc.Search(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != count || got.Documents != documents[value] {
				t.Errorf("%s=%s counts %d in %d, a click gives %d in %d", f.Name, value, count,
					documents[value], got.Total, got.Documents)
			}
			clicks++
		}
	}
	t.Logf("figure: %d counts equal the click", clicks)
}
