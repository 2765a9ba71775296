package engine

import (
	"slices"
	"strings"
	"unicode"
)

// Plain answers by reading every passage. It is what tests hold an engine against.
type Plain []Passage

// Ask answers a query of a class with its total and all values of its facets. A facet that is
// drilled into counts without its own filter; every other facet is under all of them.
func (p Plain) Ask(class string, q *Query) (total int, counts Counts) {
	counts = Counts{}
	facets := strings.HasSuffix(class, "facets") || strings.HasPrefix(class, "drill")
	drill := strings.HasPrefix(class, "drill")
	for i := range p {
		r, a, rest := p[i].holds(class, q)
		if r && a && rest {
			total++
		}
		if !facets {
			continue
		}
		if rest && a && (r || drill) {
			counts.add("republic", p[i].Republic)
		}
		if rest && r && (a || drill) {
			counts.add("actors", p[i].Actors...)
		}
		if rest && r && a {
			counts.add("year", p[i].Year)
			counts.add("decade", Decade(p[i].Year))
		}
	}
	return total, counts
}

// add counts values of a facet once more.
func (c Counts) add(facet string, values ...string) {
	if c[facet] == nil {
		c[facet] = map[string]int{}
	}
	for _, v := range values {
		c[facet][v]++
	}
}

// holds tells whether a passage is in the republic, has the actors, and is what else a class
// asks for.
func (p *Passage) holds(class string, q *Query) (republic, actors, rest bool) {
	republic, actors, rest = true, true, true
	if strings.Contains(class, "phrase") {
		rest = p.has(q.Phrase)
	}
	dated := p.Date >= q.From && p.Date < q.To
	switch class {
	case "phrase_filter", "phrase_filter_facets":
		republic, rest = p.Republic == q.Republic, rest && dated
	case "filter_facets":
		republic = p.Republic == q.Republic
	case "drill_phrase", "drill_all":
		republic, actors = p.Republic == q.Republic, slices.Contains(p.Actors, q.Actor)
	case "random_filter_facets":
		actors = slices.ContainsFunc(q.Actors, func(a string) bool { return slices.Contains(p.Actors, a) })
		rest = dated
	}
	return republic, actors, rest
}

// has reports whether the words of a phrase stand in the text next to each other.
func (p *Passage) has(phrase string) bool {
	words := strings.FieldsFunc(strings.ToLower(p.Text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	return strings.Contains(" "+strings.Join(words, " ")+" ", " "+phrase+" ")
}

// Classes are the classes of queries, in the order of tables, with what they mean.
var Classes = [][2]string{
	{"phrase_top10", "a phrase, its ten best hits"},
	{"phrase_count", "a phrase, its total alone"},
	{"phrase_hl", "a phrase, ten hits with their text, the phrase marked"},
	{"phrase_facets", "a phrase, ten hits, four facets"},
	{"phrase_filter", "a phrase in one republic and some years, ten hits"},
	{"phrase_filter_facets", "the same with four facets"},
	{"all_facets", "everything, four facets"},
	{"filter_facets", "one republic, four facets"},
	{"random_filter_facets", "any of three actors between two days, four facets"},
	{"drill_phrase", "a phrase, one republic, one actor; the facets of these two without their own filter"},
	{"drill_all", "the same without a phrase"},
}
