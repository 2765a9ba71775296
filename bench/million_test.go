package bench

import (
	"strings"
	"testing"

	"ibid/indexer/query"
)

// BenchmarkMillion asks a million passages for what costs most beside a concordance: loose
// words that a tenth of the passages hold, ranked, and phrases that nowhere occur, for which
// other wordings are sought. cpu-ms is the time of all processors.
func BenchmarkMillion(b *testing.B) {
	x := million(b)
	for _, c := range []struct{ name, text string }{
		{"words", word(17) + " " + word(18)},
		{"alternatives", word(17) + " OR " + word(18) + " OR " + word(300)},
		{"absent/pair", `"zzzz ` + word(1) + `"`},
		{"absent/usual", `"` + word(300) + " zzzz " + word(400) + `"`},
		{"absent/frequent", `"` + word(1) + " " + word(2) + " " + word(3) + " zzzz " + word(2) + `"`},
		{"absent/repeated", `"` + strings.Repeat(word(1)+" ", query.MaxPhraseWords) + `"`},
		{"absent/two", `"` + strings.Repeat(word(1)+" "+word(2)+" ", query.MaxPhraseWords/2) + `"`},
	} {
		b.Run(c.name, func(b *testing.B) {
			kwic(b, x, query.Request{Text: c.text, Facets: []query.FacetRequest{}})
		})
	}
}
