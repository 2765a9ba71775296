package query

import "ibid/corpus"

// Suggestion is a wording that does occur, offered for a phrase that does not. It is never run
// by itself. It comes in one of these kinds:
//
//	part     a run of the phrase's own words, as typed; none lies inside another
//	changed  one word stands in place of another
//	added    one word more stands inside
//	missing  one word of the phrase, inside it, is not there
//	swapped  two neighbouring words stand in the other order
//
// All but a part are different wordings and are to be shown as such. At most five of them are
// given for a phrase: the most frequent ones, but always one that differs by a negation and one
// that differs by a number where there are any.
type Suggestion struct {
	Phrase string `json:"phrase"` // the quotation without hits, as typed
	Kind   string `json:"kind"`
	Text   string `json:"text"`  // a part as typed; else as the first passage with it writes it
	Query  string `json:"query"` // canonical text of a query that finds it, in no mode
	// Count is exact: the passages under the filters of the request, whatever else its text
	// asks for. The rest of the text is left out of Query too.
	Count int `json:"count"`
	// From are the typed words that differ and To those that stand in their place; of an added
	// word From is empty, of a missing one To is.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// FromSpan and ToSpan are their bytes in Phrase and in Text; an empty range says where.
	FromSpan corpus.Span `json:"from_span"`
	ToSpan   corpus.Span `json:"to_span"`
	// Difference is negation, number or other after the words that differ, by a table of words;
	// what a verb says by its ending (Turkish, Azerbaijani) is other. Empty of a part.
	Difference string `json:"difference,omitempty"`
	// Partial says that the search for suggestions to this phrase was cut short by its bound of
	// work: there may be more of them, longer or more frequent. Count is exact all the same.
	Partial bool `json:"partial,omitempty"`
}
