package bench

import (
	"strings"
	"testing"

	"ibid/indexer/query"
)

// BenchmarkSuggestions asks for phrases without hits at 100,000 passages: of usual words, and
// of those that cost most, the most frequent ones. The whole request is timed.
func BenchmarkSuggestions(b *testing.B) {
	ix, err := built()
	if err != nil {
		b.Fatal(err)
	}
	frequent := "be bi bo bu da do di de fa du" // by the generator's law
	for _, c := range []struct{ name, text string }{
		{"usual", strings.Join(drawPhrases(2), " zzzz ")},
		{"frequent", frequent + " zzzz " + frequent},
		{"pair", "zzzz be"},
		{"repeated", strings.Repeat("be ", query.MaxPhraseWords)},
		{"two-repeated", strings.Repeat("be bi ", query.MaxPhraseWords/2)},
	} {
		b.Run(c.name, func(b *testing.B) {
			list := 0
			for b.Loop() {
				r := query.Request{Text: c.text, Mode: query.Quote, Facets: []query.FacetRequest{}}
				res, err := ix.Search(b.Context(), r)
				if err != nil || res.Total > 0 {
					b.Fatalf("%d hits, %v", res.Total, err)
				}
				list += len(res.Suggestions)
			}
			b.ReportMetric(float64(list)/float64(b.N), "suggestions/op")
		})
	}
}
