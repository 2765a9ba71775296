package plain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxOpen is how many numbers of a phrase are read both ways, each for itself. In a phrase
// with more, all are joined or none.
const maxOpen = 3

// Readings are the words that a typed phrase may mean, one row a reading. There is more than
// one where an ordinary space stands between digits: 1 145 is one number or two. A number of
// several groups is one or as typed, nothing between. No reading has no word.
func Readings(phrase string) [][]string {
	cs := characters(phrase)
	open := spaced(cs)
	if len(open) > maxOpen {
		open = [][]int{slices.Concat(open...)}
	}
	var out [][]string
	for set := range 1 << len(open) {
		for k, number := range open {
			for _, i := range number {
				cs[i].kind = space
				if set>>k&1 == 1 {
					cs[i].kind = groupSpace
				}
			}
		}
		var reading []string
		for _, w := range scan(cs) {
			reading = append(reading, w.Text)
		}
		same := func(r []string) bool { return slices.Equal(r, reading) }
		if len(reading) > 0 && !slices.ContainsFunc(out, same) {
			out = append(out, reading)
		}
	}
	return out
}

// spaced are the ordinary spaces between two digits, those of one number together: no other
// space stands between them.
func spaced(cs []char) (out [][]int) {
	last := -1
	for i := 1; i+1 < len(cs); i++ {
		if cs[i].base != ' ' || cs[i].kind != space {
			continue
		}
		if cs[i-1].kind == digit && cs[i+1].kind == digit {
			if last >= 0 && !slices.ContainsFunc(cs[last+1:i], func(c char) bool { return c.base == ' ' }) {
				out[len(out)-1] = append(out[len(out)-1], i)
			} else {
				out = append(out, []int{i})
			}
			last = i
		}
	}
	return out
}

// Quote are the byte ranges of a text where the words of a phrase stand, in order and adjacent;
// they may overlap. None when the phrase has no word.
func Quote(text, phrase string) [][2]int {
	words := Words(text)
	var out [][2]int
	for _, reading := range Readings(phrase) {
		for i := range words {
			if begins(words[i:], reading) {
				out = append(out, [2]int{words[i].Start, words[i+len(reading)-1].End})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

// begins says that words begin with those of a reading.
func begins(words []Word, reading []string) bool {
	if len(words) < len(reading) {
		return false
	}
	for i, w := range reading {
		if words[i].Text != w {
			return false
		}
	}
	return true
}

// Character is one character of verbatim mode: NFC, white space as one space, nothing unseen.
// There is no word edge inside a word of quote mode: not at an apostrophe or a separator of
// its number on either side, nor between U. and S. So what verbatim mode finds from word to
// word, quote mode finds too.
type Character struct {
	Text       string
	Start, End int  // half-open byte range in the text
	Inside     bool // no word edge before it
}

// Characters are the characters of a text in order. A base and its marks are one: a phrase
// that ends in a full stop is not found where a mark stands on it.
func Characters(text string) []Character {
	inside := make([]bool, len(text)+1)
	for _, w := range Words(text) {
		for i := w.Start + 1; i < w.End; i++ {
			inside[i] = true
		}
	}
	var out []Character
	white := false
	for _, c := range clusters(text, composes) {
		one := Character{c.nfc, c.start, c.end, inside[c.start]}
		space := unicode.IsSpace(c.base)
		if space {
			one.Text = " " + marksOf(c.nfc)
		}
		if white && space {
			one.Start, one.Inside = out[len(out)-1].Start, out[len(out)-1].Inside
			out = out[:len(out)-1]
		}
		out = append(out, one)
		white = one.Text == " "
	}
	return out
}

// Typed are the characters that a verbatim phrase asks for: those of the phrase without the
// spaces around it, which a page cannot show at the edge of a passage. A mark that stood on
// such a space is left alone, and so is found at most where a text begins with it.
func Typed(phrase string) []Character {
	cs := Characters(phrase)
	for len(cs) > 0 && cs[len(cs)-1].Text == " " {
		cs = cs[:len(cs)-1]
	}
	for len(cs) > 0 && cs[0].Text == " " {
		cs = cs[1:]
	}
	if len(cs) > 0 {
		cs[0].Text = strings.TrimLeft(cs[0].Text, " ")
	}
	return cs
}

// Verbatim are the byte ranges of a text where the characters of a phrase stand, leftmost and
// apart. None when the phrase has no word.
func Verbatim(text, phrase string) [][2]int {
	if len(Words(phrase)) == 0 {
		return nil
	}
	return find(Characters(text), Typed(phrase))
}

// find lists the places of the characters asked for, leftmost and apart.
func find(cs, want []Character) [][2]int {
	var out [][2]int
	for i := 0; len(want) > 0 && i+len(want) <= len(cs); i++ {
		if At(cs, i, want) {
			out = append(out, [2]int{cs[i].Start, cs[i+len(want)-1].End})
			i += len(want) - 1
		}
	}
	return out
}

// At says that the characters asked for stand at i, with a word edge where they begin or end
// with a letter or digit.
func At(cs []Character, i int, want []Character) bool {
	end := i + len(want)
	if end > len(cs) {
		return false
	}
	for k, w := range want {
		if cs[i+k].Text != w.Text {
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(want[0].Text)
	last, _ := utf8.DecodeLastRuneInString(want[len(want)-1].Text)
	return !(edged(first) && cs[i].Inside) && !(edged(last) && end < len(cs) && cs[end].Inside)
}

// edged says that a rune asks for a word edge: a letter or digit, or a mark, which mostly ends one.
func edged(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }
