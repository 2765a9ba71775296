package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Tokens returns folded words that every text holding the phrase contains as tokens, in
// order. It leaves out each word that the text around the phrase could change, and numbers
// with a space inside, which a text may write with a space that groups. It may be empty.
//
// The phrase is cut where no word ever reaches over: at spaces, signs and punctuation. A
// piece between two such places is sure. So is one at an end of the phrase that asks for a
// word edge, unless it ends in a row of initials that a further stop would complete.
func (p Pattern) Tokens() []string {
	var out []string
	from := 0
	for i, w := 0, 0; i < len(p.text); i += w {
		var r rune
		r, w = utf8.DecodeRuneInString(p.text[i:])
		if !p.severs(i, w, r) {
			continue
		}
		out = p.sure(out, from, i)
		for _, t := range Tokens(nil, p.text[i:i+w]) { // a sign or a letter that stands alone
			out = append(out, t.Text)
		}
		from = i + w
	}
	return p.sure(out, from, len(p.text))
}

// severs reports whether the character at i surely ends the words on both sides of it.
func (p Pattern) severs(i, w int, r rune) bool {
	parts := table().cells(r)
	c := parts[0].class
	if len(parts) > 1 || c < space || c >= mark {
		return false
	}
	next, _ := utf8.DecodeRuneInString(p.text[i+w:])
	if belongsBefore(next) {
		return false
	}
	if r != ' ' {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(p.text[:i])
	return !unicode.IsDigit(last) || !unicode.IsDigit(next)
}

// sure appends the tokens of the piece from a to b, if they are.
func (p Pattern) sure(out []string, a, b int) []string {
	piece := p.text[a:b]
	first, _ := utf8.DecodeRuneInString(piece)
	tail := p.tail
	if b == len(p.text) && !tail {
		piece, tail = dropStops(piece)
	}
	switch {
	case piece == "",
		a == 0 && (!p.head || belongsBefore(first)),
		b == len(p.text) && (!tail || endsInInitial(piece)),
		spacedDigits(piece):
		return out
	}
	for _, t := range Tokens(nil, piece) {
		out = append(out, t.Text)
	}
	return out
}

// dropStops takes commas and full stops off the end and reports whether two letters stand
// before them: nothing that follows can then join the word to what is behind the stop.
func dropStops(piece string) (word string, ok bool) {
	word = strings.TrimRight(piece, ".,")
	last, n := utf8.DecodeLastRuneInString(word)
	before, _ := utf8.DecodeLastRuneInString(word[:len(word)-n])
	return word, word != piece && unicode.IsLetter(last) && unicode.IsLetter(before)
}

// endsInInitial reports whether a full stop behind the piece could make its last letter part
// of a row of initials.
func endsInInitial(piece string) bool {
	c := cutter{tab: table()}
	for i, r := range piece {
		for _, x := range c.tab.cells(r) {
			c.add(x, i, i+utf8.RuneLen(r))
		}
	}
	n := len(c.cells)
	return c.is(n-1, letter) && c.is(n-2, stop)
}

// spacedDigits reports whether the piece has a space inside: it then stands between digits.
func spacedDigits(piece string) bool {
	for _, r := range piece {
		if isBlank(r) {
			return true
		}
	}
	return false
}
