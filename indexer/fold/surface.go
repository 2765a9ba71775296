package fold

import (
	"unicode"
	"unicode/utf8"
)

// Surface says in one byte how a word looks in the view of its text, and what stands between
// it and the next word. Verbatim mode is decided by it without the text. It is stored, so the
// values below are part of the format of an index:
//
//	bits 0, 1  the form of the word, the first that fits: 0 its folded characters, 1 these
//	           with the first in upper case, 2 all in upper case, 3 any other characters
//	bits 2-7   the gap behind the word: its place in the list gaps, 63 when it is not there
//
// Among words that fold alike, equal forms other than 3 are equal characters, and unlike forms
// are unlike ones, because the first that fits is taken; so it is with gaps. Form 3 and gap 63
// beside themselves say nothing.
type Surface uint8

const (
	otherForm Surface = 3
	otherGap  Surface = 63
)

// gaps are what stands between words: what is most frequent on the evaluation pages, where they
// are 98.8 % of all, and the same with the quotation marks of other languages. The order is part
// of the format.
var gaps = [otherGap]string{
	" ", ", ", ". ", "", ".", "-", ": ", " (", ") ", "; ",
	"/", ":", "_", ",", "(", ")", "), ", "). ", ").", " [",
	"] ", "? ", "! ", "?", "!", "…", "… ", "... ", "، ", "؟ ",
	"—", " — ", "–", " – ", " - ", " \"", "\" ", "\", ", "\". ", ",\" ",
	".\" ", ": \"", "\"", " “", "” ", "”, ", "”. ", ",” ", ".” ", ".”",
	"”", ". “", ", “", ": “", " «", "» ", "», ", "». ", " „", "“ ",
	" ‘", "’ ", "' ",
}

// gapPlace finds a gap in the list.
var gapPlace = func() map[string]Surface {
	m := make(map[string]Surface, len(gaps))
	for i, g := range gaps {
		m[g] = Surface(i)
	}
	return m
}()

// Known reports whether the surface beside an equal one means equal characters, the gap
// included.
func (s Surface) Known() bool { return s.Form() != otherForm && s>>2 != otherGap }

// Form is the surface without the gap.
func (s Surface) Form() Surface { return s & 3 }

// Surfaces appends the surface of each word of s, of which words are the Tokens. The gap of the
// last word is what the text ends with.
//
// Where a word or a gap does not begin with a character of its own, but with a mark or the like
// that is written on what precedes, there is no telling them apart: both are other.
func Surfaces(dst []Surface, s string, words []Token) []Surface {
	v := newView(s)
	at := 0 // in the view
	for i, w := range words {
		end := len(s) // of the gap
		if i+1 < len(words) {
			end = words[i+1].Start
		}
		a, startOK := v.seamAt(at, w.Start)
		b, endOK := v.seamAt(a, w.End)
		c, nextOK := v.seamAt(b, max(w.End, end))
		x := otherGap<<2 | otherForm
		if startOK && endOK {
			x = otherGap<<2 | formOf(v.text[a:b], w.Text)
		}
		if endOK && nextOK && end >= w.End {
			x = x.Form() | gapOf(v.text[b:c])<<2
		}
		dst, at = append(dst, x), a
	}
	return dst
}

// seamAt gives the place in the view, from i on, of the place p of the source, and whether a
// character of the view begins there.
func (v view) seamAt(i, p int) (int, bool) {
	if v.from == nil {
		return p, v.seam(p)
	}
	for i < len(v.from) && v.from[i] < p {
		i++
	}
	return i, (i == 0 || v.to[i-1] <= p) && v.seam(i)
}

// gapOf gives the place of a gap in the list.
func gapOf(gap string) Surface {
	if gap == gaps[0] {
		return 0 // two of three
	}
	if i, ok := gapPlace[gap]; ok {
		return i
	}
	return otherGap
}

// formOf gives the form in which a folded word is shown.
func formOf(shown, folded string) Surface {
	if shown == folded {
		return 0
	}
	first, rest := true, true // in upper case: the first character, those behind it
	title := true             // those behind it are as folded
	for i := 0; i < len(folded); {
		if shown == "" {
			return otherForm
		}
		want, n := utf8.DecodeRuneInString(folded[i:])
		got, m := utf8.DecodeRuneInString(shown)
		upper := got == unicode.ToUpper(want)
		if i == 0 {
			first = upper
		} else {
			title, rest = title && got == want, rest && upper
		}
		if !first || !title && !rest {
			return otherForm
		}
		i, shown = i+n, shown[m:]
	}
	switch {
	case shown != "":
		return otherForm
	case title:
		return 1
	}
	return 2
}

// Surfaces gives the words of the pattern with their surfaces; ok is false unless it asks for a
// word edge at both ends and all its words, the first and the last of which reach to the ends,
// are in every text with it. (At the edge of a sign the word of a text may go on, with a mark
// behind a tatweel.) Then it stands in a text, no
// two of whose words share a byte, where these words stand in a row with equal surfaces, but
// for the last, whose form alone is equal. Where a surface is not Known, that is where it may
// stand.
func (p Pattern) Surfaces() (words []string, surfaces []Surface, ok bool) {
	tokens := Tokens(nil, p.text)
	words = p.Tokens()
	if !p.WordEdges() || len(words) != len(tokens) || !isOwnView(p.text) {
		return nil, nil, false
	}
	end := 0
	for i, t := range tokens {
		if t.Start < end || t.Text != words[i] {
			return nil, nil, false
		}
		end = t.End
	}
	if tokens[0].Start > 0 || end < len(p.text) {
		return nil, nil, false
	}
	return words, Surfaces(nil, p.text, tokens), true
}

// AppendShown appends a folded word in the form of the surface; false, and nothing, when that is
// not one of the folded word.
func (s Surface) AppendShown(dst []byte, word []byte) ([]byte, bool) {
	switch s.Form() {
	case 0:
		return append(dst, word...), true
	case 1:
		r, n := utf8.DecodeRune(word)
		return append(utf8.AppendRune(dst, unicode.ToUpper(r)), word[n:]...), true
	case 2:
		for len(word) > 0 {
			r, n := utf8.DecodeRune(word)
			dst, word = utf8.AppendRune(dst, unicode.ToUpper(r)), word[n:]
		}
		return dst, true
	}
	return dst, false
}

// Gap gives what stands behind the word; false when that is not in the list of gaps.
func (s Surface) Gap() (string, bool) {
	if s>>2 == otherGap {
		return "", false
	}
	return gaps[s>>2], true
}
