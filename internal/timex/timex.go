package timex

import (
	"ibid/corpus"
)

// Mode says where a date without a year looks for one.
type Mode string

// The modes. The zero Mode lets the document decide: without a day of publication, or with
// mostly years far from it, it is Narrative.
const (
	Narrative Mode = "narrative" // the last date named
	News      Mode = "news"      // the day of publication, the past preferred
)

// Text is one passage or heading of a document, in reading order.
type Text struct {
	Section []string         // headings above, outermost first
	Kind    corpus.BlockKind // headings give dates to what stands under them, never events
	Text    string           // UTF-8; other bytes are skipped
}

// Document is what Annotate reads. The zero value of every field but Texts is useful.
type Document struct {
	Language  string // BCP 47; without it the words decide
	Published string // EDTF level 0, or empty when it is not known
	Mode      Mode
	Title     string // a year in it is where the story begins
	Texts     []Text
}

// Expression is one temporal expression of a text.
type Expression struct {
	Span  corpus.Span // bytes of the text
	Text  string
	Type  string // DATE, TIME, DURATION or SET
	Value string // TIMEX2 value: 1950-06-25, 1950-SU, P2W, PRESENT_REF, BC0480; may be empty
	Mod   string // START, MID, END, APPROX, LESS_THAN, MORE_THAN and the like; may be empty

	// The calendar reading; EDTF is empty and the rest without meaning where there is none.
	EDTF        string
	First, Last corpus.Day
	Precision   corpus.Precision
	Inference   string // explicit, year-from-context, relative, document-date
	Rule        string // the reasoning in one plain sentence
	Anchor      string // the date it was reckoned from, EDTF; empty when explicit
}

// Result is what one Text gave.
type Result struct {
	Expressions []Expression
	Events      []corpus.EventDate
	Unresolved  []corpus.Unresolved
}

// Annotate reads a document and returns one Result for each of its texts.
func Annotate(d Document) []Result {
	a := newAnnotator(d)
	out := make([]Result, len(d.Texts))
	for i, t := range d.Texts {
		out[i] = a.text(t)
	}
	return out
}
