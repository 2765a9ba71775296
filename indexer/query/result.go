package query

import "ibid/corpus"

// Result is the answer of one generation to a Request. Hits, counts and facets are cut from
// one set of verified passages, so they cannot disagree.
type Result struct {
	Total     int    // passages, exact
	Documents int    // documents they stand in, exact
	Mode      Mode   // that ran
	Query     Node   // as parsed; nil without text
	Literal   bool   // the text broke the syntax and was read as plain text
	Corpus    string // version of the corpus: see settled practice in ARCHITECTURE.md
	Next      string // cursor of the next page; empty on the last
	Hits      []Hit
	Facets    []Facet
	Notices   []Notice
	Cross     []CrossTable // as asked for
	First     *corpus.Day  // of the events of the hits, when days are asked for; nil without an event
	Last      *corpus.Day
	Readings  Readings
	Folded    []string // in plain words, what the mode treated as equal; empty in verbatim mode
	// Suggestions are wordings that do occur; only where Total is 0 and a phrase has no hit.
	Suggestions []Suggestion

	// Of a concordance, which has no Hits.
	Occurrences int // lines of all pages, exact
	Lines       []Line
}

// Line is one occurrence in a concordance: one mark, as Hit.Marks has them.
type Line struct {
	Passage  *corpus.Passage
	Document *corpus.Document // without blocks
	Span     corpus.Span      // of the keyword in the text
}

// Hit is one passage of an answer.
type Hit struct {
	Passage  *corpus.Passage  // as Request.Detail says: whole, its ID and Text, or its ID
	Document *corpus.Document // without blocks; its notes carry the citations; nil in less Detail
	Marks    []corpus.Span    // of the text: one for each occurrence of a phrase, one for each loose word; sorted, apart
	Score    float64          // BM25, rounded to six digits; 0 without text
	Explain  []Explanation    // when asked for
}

// Explanation says which token of the query matched which bytes of the text.
type Explanation struct {
	Token string      `json:"token"`
	Field string      `json:"field"` // exact, stem or verbatim
	Span  corpus.Span `json:"span"`
}

// Facet is the distribution of the hits over the values of one facet. When values of the
// facet are selected as alternatives, its counts are those of the request without that
// selection; what it must have or must not have stays in force.
type Facet struct {
	Name             string       `json:"name"`
	Values           []FacetValue `json:"values"`            // most frequent first, ties by value
	Total            int          `json:"total"`             // values there are, before the cut to the size asked for
	Missing          int          `json:"missing"`           // passages with no value
	MissingDocuments int          `json:"missing_documents"` // documents of those passages
	MissingSelected  bool         `json:"missing_selected,omitempty"`
	MissingExcluded  bool         `json:"missing_excluded,omitempty"`
}

// FacetValue is one value with the number of passages a click on it gives.
type FacetValue struct {
	Value     string `json:"value"`
	Label     string `json:"label"`
	Parent    string `json:"parent,omitempty"`
	Count     int    `json:"count"`
	Documents int    `json:"documents"`
	Selected  bool   `json:"selected"`
	Excluded  bool   `json:"excluded,omitempty"`

	// When days are asked for: the first and last day of all events of the passages counted.
	First *corpus.Day `json:"first,omitempty"`
	Last  *corpus.Day `json:"last,omitempty"`
}

// CrossTable is the joint distribution of the hits over two facets.
type CrossTable struct {
	A     string      `json:"a"`
	B     string      `json:"b"`
	Cells []CrossCell `json:"cells"` // most frequent first, ties by A, then by B
	Total int         `json:"total"` // cells there are, before the cut to the size asked for
}

// CrossCell is one pair of values with the number of hits that have both: those which are left
// when both are asked for besides.
type CrossCell struct {
	A         string `json:"a"`
	B         string `json:"b"`
	ALabel    string `json:"a_label"`
	BLabel    string `json:"b_label"`
	Count     int    `json:"count"`
	Documents int    `json:"documents"`
}

// Readings counts the passages of the same query and filters in each reading of its text.
type Readings struct {
	Verbatim int `json:"verbatim"`
	Quote    int `json:"quote"`
	Words    int `json:"words"`
}
