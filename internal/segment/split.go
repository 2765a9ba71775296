package segment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// Bounds of a passage, in words between white space.
const (
	MaxWords  = 120 // a longer block is cut where sentences end
	HardWords = 240 // a longer sentence is cut at a space
)

// Split makes the passages of a document from its blocks, in their order.
func Split(d *corpus.Document) []*corpus.Passage {
	s := splitter{doc: d, language: d.Language, repeats: map[string]int{}}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == corpus.Heading {
			continue
		}
		for _, part := range parts(b.Text, s.language) {
			s.add(b, part)
		}
	}
	return s.out
}

// splitter gathers the passages of a document.
type splitter struct {
	doc      *corpus.Document
	language string
	repeats  map[string]int // equal texts so far, by normalised text
	out      []*corpus.Passage
}

// add makes a passage of one part of a block.
func (s *splitter) add(b *corpus.Block, part corpus.Span) {
	p := &corpus.Passage{
		Document: s.doc.ID,
		Ordinal:  len(s.out),
		Kind:     b.Kind,
		Section:  append([]string{}, b.Section...),
		Text:     b.Text[part.Start:part.End],
		Notes:    cutMarks(b, part),
		Untraced: b.Untraced,
		Runs:     []corpus.Run{},
	}
	if len(p.Notes) == 0 && !strings.ContainsFunc(p.Text, isWordRune) {
		return
	}
	if !b.Untraced {
		runs, ok := cutRuns(b, part)
		if ok {
			p.Runs = runs
		}
		p.Untraced = !ok
	}
	key := corpus.NormalizeText(p.Text)
	p.ID = corpus.PassageIDOf(s.doc.URL, p.Text, s.repeats[key])
	s.repeats[key]++
	s.out = append(s.out, p)
}

// isWordRune reports whether a character is a letter or a digit.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// cutMarks is the marks that stand in a part of a block, shifted. A mark at a cut stands
// before the space, so it goes with the words before it.
func cutMarks(b *corpus.Block, part corpus.Span) []corpus.NoteMark {
	var out []corpus.NoteMark
	for _, m := range b.Marks {
		if part.Start <= m.At && m.At <= part.End {
			out = append(out, corpus.NoteMark{At: m.At - part.Start, Note: m.Note})
		}
	}
	return out
}

// cutRuns is the runs of a part of a block, shifted. It reports false when a run would have
// to be cut in a charset where the bytes of its half cannot be told from the text alone.
func cutRuns(b *corpus.Block, part corpus.Span) ([]corpus.Run, bool) {
	out := []corpus.Run{}
	for _, r := range b.Runs {
		from, to := max(r.Text[0], part.Start), min(r.Text[1], part.End)
		if from >= to {
			continue
		}
		first, ok1 := byteAt(b.Text, r, from)
		last, ok2 := byteAt(b.Text, r, to)
		if !ok1 || !ok2 {
			return nil, false
		}
		out = append(out, corpus.Run{
			Text:  [2]int{from - part.Start, to - part.Start},
			Bytes: [2]int{first, last},
			Ref:   r.Ref,
		})
	}
	return out, true
}

// byteAt is the offset in the body of an offset inside a run's text. Inside a run it is known
// where text and bytes are of one length (UTF-8) or each character is one byte (the
// single-byte charsets); extraction lets runs end at every space in all others.
func byteAt(text string, r corpus.Run, at int) (int, bool) {
	whole, bytes := text[r.Text[0]:r.Text[1]], r.Bytes[1]-r.Bytes[0]
	switch {
	case at == r.Text[0]:
		return r.Bytes[0], true
	case at == r.Text[1]:
		return r.Bytes[1], true
	case r.Ref:
		return 0, false
	case len(whole) == bytes:
		return r.Bytes[0] + at - r.Text[0], true
	case utf8.RuneCountInString(whole) == bytes:
		return r.Bytes[0] + utf8.RuneCountInString(text[r.Text[0]:at]), true
	}
	return 0, false
}
