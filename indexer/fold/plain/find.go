package plain

import (
	"slices"
	"strings"
	"unicode"
)

// Readings are the words that a typed phrase may mean, one row a reading. There is more than
// one where an ordinary space stands between a digit and exactly three: 1 145 is one number or
// two, and each such space is tried both ways. No reading has no word.
func Readings(phrase string) [][]string {
	cs := characters(phrase)
	var open []int
	for i, c := range cs {
		if c.base == ' ' && c.kind == space && i > 0 && cs[i-1].kind == digit {
			if _, end := digits(cs, i+1); end-i-1 == 3 {
				open = append(open, i)
			}
		}
	}
	open = open[:min(len(open), 8)]
	var out [][]string
	for set := range 1 << len(open) {
		for k, i := range open {
			cs[i].kind = space
			if set>>k&1 == 1 {
				cs[i].kind = groupSpace
			}
		}
		words, _ := scan(cs)
		reading := make([]string, len(words))
		for i, w := range words {
			reading[i] = w.Text
		}
		same := func(r []string) bool { return slices.Equal(r, reading) }
		if len(reading) > 0 && !slices.ContainsFunc(out, same) {
			out = append(out, reading)
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
type Character struct {
	Text       string
	Start, End int  // half-open byte range in the text
	Inside     bool // no word edge before it
}

// Characters are the characters of a text in order. A base and its marks are one: a phrase
// that ends in a full stop is not found where a mark stands on it.
func Characters(text string) []Character {
	_, inner := scan(characters(text))
	var out []Character
	white := false
	for _, c := range clusters(text) {
		w := unicode.IsSpace(c.base) && len(marksOf(c.nfc)) == 0
		switch {
		case !w:
			out = append(out, Character{c.nfc, c.start, c.end, inner[c.start]})
		case white:
			out[len(out)-1].End = c.end
		default:
			out = append(out, Character{" ", c.start, c.end, inner[c.start]})
		}
		white = w
	}
	return out
}

// Typed are the characters that a verbatim phrase asks for: those of the phrase without the
// spaces around it, which a page cannot show at the edge of a passage.
func Typed(phrase string) []Character {
	cs := Characters(phrase)
	for len(cs) > 0 && cs[0].Text == " " {
		cs = cs[1:]
	}
	for len(cs) > 0 && cs[len(cs)-1].Text == " " {
		cs = cs[:len(cs)-1]
	}
	return cs
}

// Verbatim are the byte ranges of a text where the characters of a phrase stand, leftmost and
// apart. None when the phrase has no character that is seen.
func Verbatim(text, phrase string) [][2]int {
	return find(Characters(text), Typed(phrase))
}

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
	if edged(want[0]) && cs[i].Inside {
		return false
	}
	return !(edged(want[len(want)-1]) && end < len(cs) && cs[end].Inside)
}

// edged says that a character is a letter or digit. A raised 2 is neither.
func edged(c Character) bool {
	return strings.ContainsFunc(c.Text, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Nl, r)
	})
}
