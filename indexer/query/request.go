package query

import "ibid/corpus"

// Mode is a reading of a query's text.
type Mode string

// The modes. As a request the empty Mode means: as the query's own quotes say.
const (
	Quote    Mode = "quote"    // same words, same order, adjacent, after folding
	Verbatim Mode = "verbatim" // same characters
	Words    Mode = "words"    // all the words, by stem, in any order
)

// Sort is the order of hits. Ties always break by passage id.
type Sort string

// The orders. The empty Sort is Relevance when there is a query text, else DateDesc.
const (
	Relevance Sort = "relevance"
	DateAsc   Sort = "date"  // first day of the primary event; undated passages last
	DateDesc  Sort = "-date" // undated passages last
)

// The orders of a concordance, by the words beside the keyword in their folded form, compared
// as bytes. The word that the order names comes first, then the other two of its side from the
// nearest to the farthest, then passage id, then place in the passage. A word that is missing
// comes before every word. Under Relevance and the dates, lines go by the order of their
// passages, then by place. The empty Sort of a concordance is Right1.
const (
	Left1  Sort = "left1" // the word before the keyword
	Left2  Sort = "left2"
	Left3  Sort = "left3"
	Right1 Sort = "right1" // the word after the keyword
	Right2 Sort = "right2"
	Right3 Sort = "right3"
)

// View is the form of an answer. The empty View is the list of hits.
type View string

// KWIC is the concordance: each occurrence of what the text names is a line of its own, a
// keyword in its context. The text must have something to be found in a passage.
const KWIC View = "kwic"

// Detail is how much of each hit an answer gives.
type Detail string

// The details. The empty Detail is the whole hit.
const (
	TextDetail Detail = "text" // id, score, text and marks; no document
	IDDetail   Detail = "id"   // id and score
)

// facetNames is the constant list behind Facets.
var facetNames = []string{
	"country", "republic", "district", "place", "role", "group", "agency", "person",
	"decade", "year", "month", "day", "precision", "source", "publisher", "published", "language",
}

// Facets returns the names of all facets in the order in which answers list them.
// place holds the whole path (country, republic, district, town), the three before it are
// cuts of it; role is event or mention, of each place. decade (2010, labelled 2010s), year,
// month and day (of events known to the day) are of the event date, and precision is how
// exactly that is known; published is the year of publication.
func Facets() []string { return append([]string(nil), facetNames...) }

// None is the value of a filter or facet that stands for "unknown".
const None = "none"

// Filter restricts one facet. Values of Any are alternatives (OR), every value of All must be
// present (AND), none of Not may be, and filters of different facets all hold. A value is an
// id or a label of the facet, or None. "ID!" is that node alone without what lies under it.
type Filter struct {
	Facet string
	Any   []string
	All   []string `json:",omitempty"`
	Not   []string
}

// DateRange restricts the event date to a span of days, inclusive. An open side is nil.
type DateRange struct {
	From, To *corpus.Day
}

// FacetRequest asks for one facet's values.
type FacetRequest struct {
	Name string
	Size int    // values wanted, most frequent first; 0 means 10
	Find string // only values whose label contains this, after folding; counts stay exact
}

// Cross asks for the table of two facets: how many of the hits have a value of each.
type Cross struct {
	A, B string // names of facets
	Size int    // cells wanted, most frequent first; 0 means 100
}

// Request is one question to an index. The zero value lists every passage.
type Request struct {
	Text      string // as typed
	Mode      Mode
	Filters   []Filter
	Dates     []DateRange    // alternatives
	Undated   bool           // date=none: passages without an event date are an alternative too
	Certain   bool           // dates count, as filters and facets, where first and last day of an event lie inside; else where it overlaps
	SameEvent bool           // one event must carry both the date and the place
	Section   []string       // alternatives: a heading of the path contains this, after folding
	Facets    []FacetRequest // nil asks for all with 10 values each; an empty non-nil slice for none
	Cross     []Cross        // tables of the hits, beside the facets
	Days      bool           // first and last event day of the answer and of each value listed
	Sort      Sort
	Size      int    // hits or lines wanted: 0 means 10, at most 100; negative means none
	Cursor    string // Next of the answer before
	Explain   bool
	Snippet   int // bytes of a snippet: 0 leaves it to the caller, else 40 to 2000
	View      View
	Detail    Detail // of hits; not of the lines of a concordance
	// Bare leaves out what costs as much as the rest of an answer: Result.Readings, Suggestions,
	// Documents and the documents of facets and tables, which are 0.
	Bare bool
}

// Notice tells the reader of something Ibid did with the request that was not asked for in
// so many words: a repaired quote, an unknown value, a literal reading.
type Notice struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	At      int    `json:"at"` // byte offset into the query text; -1 when it is not about a place there
}

// SyntaxError is a query that cannot be read as typed.
type SyntaxError struct {
	At      int    // byte offset into the query
	Message string // what is wrong
	Suggest string // a query that parses; empty when none can be offered
	Remedy  string // what to do; may be empty where Suggest says it
}

// Error gives the message, and what to do or what may have been meant.
func (e *SyntaxError) Error() string {
	switch {
	case e.Remedy != "":
		return e.Message + "; " + e.Remedy
	case e.Suggest != "":
		return e.Message + "; perhaps " + e.Suggest + " was meant"
	}
	return e.Message
}
