package search

import (
	"slices"
	"time"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"ibid/corpus"
	"ibid/indexer/query"
)

// List names the list of hits where a view is named at all; a request leaves it empty.
const List query.View = "list"

// contextBytes bounds the text on each side of a keyword: about twelve words of English, or
// six of Russian, which is what fits beside a keyword on a wide screen or a printed page.
const contextBytes = 80

// Concordance is the part of an answer that only a concordance has.
type Concordance struct {
	Occurrences int    `json:"occurrences"` // lines of all pages, exact
	Lines       []Line `json:"lines"`
}

// Line is one occurrence with the text around it. Left, Keyword and Right follow each other in
// Text, and Text[Span.Start:Span.End] is Keyword.
type Line struct {
	ID       corpus.PassageID   `json:"id"`
	Left     string             `json:"left"`
	Keyword  string             `json:"keyword"`
	Right    string             `json:"right"`
	Text     string             `json:"text"` // of the passage
	Span     corpus.Span        `json:"span"`
	Document corpus.DocumentID  `json:"document"`
	URL      string             `json:"url"`
	Title    string             `json:"title"`
	Captured time.Time          `json:"captured"`
	Events   []corpus.EventDate `json:"events"`
	Language string             `json:"language"`
}

// viewOfRequest names the view that a request asks for.
func viewOfRequest(r query.Request) query.View {
	if r.View == "" {
		return List
	}
	return r.View
}

// concordanceOf lays out the lines of a result; nil for a list.
func concordanceOf(r query.Request, res *query.Result) *Concordance {
	if r.View != query.KWIC {
		return nil
	}
	c := &Concordance{Occurrences: res.Occurrences, Lines: []Line{}}
	for _, l := range res.Lines {
		c.Lines = append(c.Lines, lineOf(l))
	}
	return c
}

// lineOf lays out one line.
func lineOf(l query.Line) Line {
	text, d := l.Passage.Text, l.Document
	around := Context(text, l.Span)
	return Line{ID: l.Passage.ID, Span: l.Span, Text: text,
		Left: text[around.Start:l.Span.Start], Keyword: text[l.Span.Start:l.Span.End],
		Right:    text[l.Span.End:around.End],
		Document: d.ID, URL: d.URL, Title: d.Title, Captured: d.Captured, Language: d.Language,
		Events: append([]corpus.EventDate{}, l.Passage.Tags.Events...)}
}

// Context is the piece of a text to show around a keyword: at most 80 bytes on each side of it,
// cut at white space or, where none is in reach, between characters as people see them.
func Context(text string, keyword corpus.Span) corpus.Span {
	return corpus.Span{Start: contextStart(text, keyword.Start), End: contextEnd(text, keyword.End)}
}

// contextStart is where the text to the left of a keyword that begins at a place is cut.
func contextStart(text string, at int) int {
	from := at - contextBytes
	if from <= 0 {
		return 0
	}
	edge := at
	for _, i := range characterEdges(text, safeStart(text, from-1), at) {
		switch {
		case i < from || i >= at:
		case spaceBefore(text, i) && !spaceAfter(text, i):
			return i
		case edge == at:
			edge = i
		}
	}
	return edge
}

// contextEnd is where the text to the right of a keyword that ends at a place is cut.
func contextEnd(text string, at int) int {
	to := at + contextBytes
	if to >= len(text) {
		return len(text)
	}
	word, edge := at, at
	for _, i := range characterEdges(text, at, to+1) {
		if i <= at || i > to {
			continue
		}
		edge = i
		if spaceAfter(text, i) && !spaceBefore(text, i) {
			word = i
		}
	}
	if word > at {
		return word
	}
	return edge
}

// farBack is how far before a cut the cutting into characters begins at most, so that a line of
// an endless text costs no more than another. No letter has so many marks.
const farBack = 512

// safeStart is a place at or before i where a character begins: behind white space if there is
// any near.
func safeStart(text string, i int) int {
	for base := i; base > 0 && base > i-farBack; base-- {
		if utf8.RuneStart(text[base]) && spaceBefore(text, base) {
			return base
		}
	}
	base := max(i-farBack, 0)
	for !utf8.RuneStart(text[base]) {
		base--
	}
	return base
}

// characterEdges lists the places between characters as people see them, combining marks with
// their letter, from one place up to the first at or behind another.
func characterEdges(text string, from, until int) []int {
	out := []int{from}
	for it := graphemes.FromString(text[from:]); it.Next(); {
		out = append(out, from+it.End())
		if from+it.End() >= until {
			break
		}
	}
	return out
}

// HasKeyword reports whether a query names something to be found in a text, so that it has a
// concordance: a word or phrase that is not under NOT.
func HasKeyword(n query.Node) bool {
	switch n := n.(type) {
	case query.And:
		return slices.ContainsFunc(n, HasKeyword)
	case query.Or:
		return slices.ContainsFunc(n, HasKeyword)
	case query.Phrase, query.Word:
		return true
	}
	return false
}
