package indexer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// surfaceWorld is one document of passages that say little in many spellings.
func surfaceWorld(seed uint64, n int) ([]Item, []string) {
	r := rand.New(rand.NewPCG(seed, 61))
	parts := strings.Split("a|a|A|man|Man|MAN|mAn|ёлка|İl|straße|STRASSE|ſo|so|So|80|80%|ﷺ|東|京|so\u00adft|e\u0301|é|É", "|")
	gaps := strings.Split(" | | |, |. |-| – |\u00a0| \n|, “|~ ~| (|”, |\u200b |*", "|")
	var texts []string
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(14) {
			b.WriteString(parts[r.IntN(len(parts))] + gaps[r.IntN(len(gaps))])
		}
		if t := strings.TrimSpace(b.String()); !slices.Contains(texts, t) {
			texts = append(texts, t)
		}
	}
	item := story("https://wire.example/surfaces", texts...)
	for i, p := range item.Passages {
		p.ID = corpus.PassageIDOf(item.Document.URL, p.Text, i)
	}
	return []Item{item}, texts
}

// checkVerbatim holds totals, readings, marks and lines of verbatim phrases against a scan.
func checkVerbatim(t *testing.T, x *Index, texts []string, seed uint64, n int) {
	t.Helper()
	r, found := rand.New(rand.NewPCG(seed, 67)), 0
	for range n {
		text := texts[r.IntN(len(texts))]
		toks := fold.Tokens(nil, text)
		from := r.IntN(len(toks))
		to := min(len(toks)-1, from+r.IntN(4))
		phrase := text[toks[from].Start:max(toks[from].End, toks[to].End)]
		p, err := fold.NewPattern(phrase)
		if err != nil || strings.ContainsAny(phrase, "'’") {
			continue
		}
		passages, places := 0, 0
		for _, s := range texts {
			if k := len(p.Find(nil, s)); k > 0 {
				passages, places = passages+1, places+k
			}
		}
		req := query.Request{Text: phrase, Mode: query.Verbatim, View: query.KWIC, Size: 10}
		res, err := x.Search(t.Context(), req)
		if err != nil || res.Total != passages || res.Occurrences != places {
			t.Fatalf("%+q: %d passages, %d lines, want %d, %d (%v)", phrase, res.Total, res.Occurrences, passages, places, err)
		}
		req.Mode, req.View = query.Quote, ""
		if res, err = x.Search(t.Context(), req); err != nil || res.Readings.Verbatim != passages {
			t.Fatalf("%+q: reading of %d passages, want %d (%v)", phrase, res.Readings.Verbatim, passages, err)
		}
		found += places
	}
	if found < n {
		t.Errorf("%d places of %d phrases: the test proves little", found, n)
	}
}

func TestVerbatimEqualsAScan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		items, texts := surfaceWorld(seed, 250)
		checkVerbatim(t, open(t, items, 0), texts, seed, often(60))
	}
}

// One byte of a code is enough for a wrong answer, so checking compares each with the text.
func TestCheckComparesCodes(t *testing.T) {
	t.Parallel()
	items, _ := surfaceWorld(9, 20)
	x := open(t, items, 0)
	s := x.shards[0]
	if err := s.checkPassages(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.words.codes = slices.Clone(s.words.codes)
	s.words.codes[len(s.words.codes)/2] ^= 1
	if err := s.checkPassages(t.Context()); corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), wordsCol) {
		t.Errorf("a wrong code is passed: %v", err)
	}
}

// Phrases and texts of two words in two spellings repeat themselves in every way.
func TestSurfaceFinderEqualsAScan(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(71, 73))
	draw := func(n int) (words []uint32, codes []fold.Surface) {
		for range n {
			words, codes = append(words, uint32(r.IntN(2)*(1+200*r.IntN(2)))), append(codes, fold.Surface(r.IntN(2)+4*r.IntN(2)))
		}
		return words, codes
	}
	found := 0
	for range 10000 {
		words, codes := draw(1 + r.IntN(5))
		text, looks := draw(r.IntN(60))
		f := newSurfaceFinder(newPackedFinder(words), codes)
		var got, want []string
		var packed []byte
		for _, w := range text {
			packed = pack(packed, w)
		}
		f.each(packed, looks, func(from, to int) bool {
			got = append(got, fmt.Sprint(from, to))
			return true
		})
		last := len(words) - 1
		for i := 0; i+last < len(text); i++ {
			if slices.Equal(text[i:i+last+1], words) && slices.Equal(looks[i:i+last], codes[:last]) &&
				looks[i+last].Form() == codes[last].Form() {
				want = append(want, fmt.Sprint(i, i+last+1))
				i += last
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v %v in %v %v: %v, want %v", words, codes, text, looks, got, want)
		}
		found += len(want)
	}
	if found < 5000 {
		t.Errorf("%d places: the test proves little", found)
	}
}
