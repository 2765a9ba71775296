package indexer

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/query"
)

// benchItems draws documents of twenty passages of about 45 words, n passages in all. Words
// follow a power law over 40,000 invented words, as news text does.
func benchItems(seed uint64, n int) []Item {
	r := rand.New(rand.NewPCG(seed, 1))
	zipf := rand.NewZipf(r, 1.07, 2.7, 40_000)
	vocabulary := make([]string, 40_001)
	for i := range vocabulary {
		vocabulary[i] = inventWord(r, i)
	}
	var items []Item
	for len(items)*20 < n {
		item := story(fmt.Sprintf("https://wire.example/%07d", len(items)), benchTexts(r, zipf, vocabulary)...)
		for _, p := range item.Passages {
			p.Tags = worldTags(r)
			p.Section = []string{"History"}
		}
		item.Document.Published = "2019-04-05"
		items = append(items, item)
	}
	return items
}

// inventWord makes a word of syllables, the more frequent the shorter.
func inventWord(r *rand.Rand, rank int) string {
	const consonants, vowels = "bcdfghklmnprstvz", "aeiou"
	var b strings.Builder
	for n := 1 + (rank+20)/600; ; n /= 8 {
		b.WriteByte(consonants[r.IntN(len(consonants))])
		b.WriteByte(vowels[r.IntN(len(vowels))])
		if n == 0 {
			return b.String()
		}
	}
}

// benchTexts draws the texts of one document.
func benchTexts(r *rand.Rand, zipf *rand.Zipf, vocabulary []string) []string {
	var texts []string
	for i := range 20 {
		words := []string{fmt.Sprint("No ", i)}
		for range 25 + r.IntN(40) {
			words = append(words, vocabulary[zipf.Uint64()])
		}
		texts = append(texts, strings.Join(words, " ")+".")
	}
	return texts
}

// benchPhrases draws phrases of two to four words out of passages.
func benchPhrases(items []Item, n int) []string {
	r := rand.New(rand.NewPCG(9, 9))
	var out []string
	for len(out) < n {
		it := items[r.IntN(len(items))]
		words := strings.Fields(strings.TrimSuffix(it.Passages[r.IntN(20)].Text, "."))
		from := 2 + r.IntN(len(words)-6)
		out = append(out, strings.Join(words[from:from+2+r.IntN(3)], " "))
	}
	return out
}

func BenchmarkBuild(b *testing.B) {
	items := benchItems(1, 20_000)
	b.ResetTimer()
	for range b.N {
		build(b, items, 0)
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "passages/s")
}

func BenchmarkSearch100k(b *testing.B) {
	items := benchItems(1, 100_000)
	x := open(b, items, 0)
	phrases := benchPhrases(items, 200)
	from, to := corpus.DayOf(2018, 1, 1), corpus.DayOf(2018, 12, 31)
	none := []query.FacetRequest{}
	for name, req := range map[string]query.Request{
		"phrase":        {Mode: query.Quote, Facets: none},
		"phrase-facets": {Mode: query.Quote},
		"phrase-filters": {Mode: query.Quote, Dates: []query.DateRange{{From: &from, To: &to}},
			Filters: []query.Filter{{Facet: "republic", Any: []string{"XA-N"}}}},
		"verbatim": {Mode: query.Verbatim, Facets: none},
		"words":    {Mode: query.Words, Facets: none},
		"all":      {},
	} {
		b.Run(name, func(b *testing.B) {
			for i := range b.N {
				req := req
				if name != "all" {
					req.Text = phrases[i%len(phrases)]
				}
				if _, err := x.Search(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	dir, _ := build(b, benchItems(1, 20_000), 0)
	for _, mode := range []VerifyMode{VerifyManifest, VerifyFull} {
		b.Run(string(mode), func(b *testing.B) {
			for range b.N {
				x, err := Open(dir, OpenOptions{Verify: mode})
				if err != nil {
					b.Fatal(err)
				}
				x.Close()
			}
		})
	}
}

// The generator's own check: what it draws is found.
func TestBenchmarkPhrasesAreFound(t *testing.T) {
	t.Parallel()
	items := benchItems(1, 400)
	x := open(t, items, 0)
	for _, p := range benchPhrases(items, 20) {
		res, err := x.Search(t.Context(), query.Request{Text: p, Mode: query.Quote})
		if err != nil || res.Total == 0 {
			t.Errorf("%q: %+v, %v", p, res, err)
		}
	}
}
