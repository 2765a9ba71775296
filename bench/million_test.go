package bench

import (
	"strings"
	"testing"

	"ibid/indexer/query"
	"ibid/internal/generate"
)

// BenchmarkMillion asks a million passages for what costs most beside a concordance: loose
// words that a tenth of the passages hold, ranked, and phrases that nowhere occur, for which
// other wordings are sought. cpu-ms is the time of all processors.
func BenchmarkMillion(b *testing.B) {
	x := million(b)
	for _, c := range []struct{ name, text string }{
		{"words", generate.Word(17) + " " + generate.Word(18)},
		{"alternatives", generate.Word(17) + " OR " + generate.Word(18) + " OR " + generate.Word(300)},
		{"absent/pair", `"zzzz ` + generate.Word(1) + `"`},
		{"absent/usual", `"` + generate.Word(300) + " zzzz " + generate.Word(400) + `"`},
		{"absent/frequent", `"` + generate.Word(1) + " " + generate.Word(2) + " " + generate.Word(3) + " zzzz " + generate.Word(2) + `"`},
		{"absent/repeated", `"` + strings.Repeat(generate.Word(1)+" ", query.MaxPhraseWords) + `"`},
		{"absent/two", `"` + strings.Repeat(generate.Word(1)+" "+generate.Word(2)+" ", query.MaxPhraseWords/2) + `"`},
	} {
		b.Run(c.name, func(b *testing.B) {
			kwic(b, x, query.Request{Text: c.text, Facets: []query.FacetRequest{}})
		})
	}
}
