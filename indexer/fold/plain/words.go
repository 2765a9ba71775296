package plain

import (
	"strings"
	"unicode"
)

// Word is a word of quote mode: its folded text, and the half-open byte range of the text that
// it was read from. Two words are equal when their texts are.
type Word struct {
	Text       string
	Start, End int
}

// Words are the words of a text in order. A word starts with its first character and ends with
// its last one, marks included. The last point of an abbreviation is left out: it may end the
// sentence as well.
func Words(text string) []Word { return scan(characters(text)) }

// scan reads the words of characters.
func scan(cs []char) (words []Word) {
	for i := 0; i < len(cs); {
		switch cs[i].kind {
		case solo, sign:
			words = append(words, Word{cs[i].fold, cs[i].start, cs[i].end})
			i++
		case letter, digit:
			w, end := row(cs, i)
			last := end - 2
			if end == i {
				w, end = run(cs, i)
				last = end - 1
			}
			words = append(words, Word{w, cs[i].start, cs[last].end})
			i = end
		default:
			i++
		}
	}
	return words
}

// row reads single letters each with a dot, at least two of them. A row may end before a
// letter: J.K.Rowling is JK Rowling.
func row(cs []char, i int) (string, int) {
	var b strings.Builder
	n := 0
	at := i
	for at+1 < len(cs) && cs[at].kind == letter && cs[at+1].kind == point && cs[at+1].base == '.' {
		b.WriteString(cs[at].fold)
		n++
		at += 2
	}
	if n < 2 {
		return "", i
	}
	return b.String(), at
}

// run reads letters, numbers and the marks that may stand between two letters. A ى is final
// where no letter follows it.
func run(cs []char, i int) (string, int) {
	var b strings.Builder
	from := i
	for i < len(cs) {
		switch {
		case cs[i].kind == digit:
			text, end := number(cs, i)
			b.WriteString(text)
			if i = end; i < len(cs) && (cs[i].kind == apostrophe || cs[i].kind == groupSpace) {
				return b.String(), i
			}
		case cs[i].fold == "ى" && (i+1 == len(cs) || cs[i+1].kind != letter):
			b.WriteString("ي")
			i++
		case cs[i].kind == letter:
			b.WriteString(cs[i].fold)
			i++
		case i > from && i+1 < len(cs) && joins(cs[i-1], cs[i], cs[i+1]):
			b.WriteString(cs[i].fold)
			i++
		default:
			return b.String(), i
		}
	}
	return b.String(), i
}

// joins says that a mark between two letters belongs to their word.
func joins(before, c, after char) bool {
	if before.kind != letter || after.kind != letter {
		return false
	}
	switch c.kind {
	case apostrophe, armenian:
		return true
	case quotation:
		return unicode.Is(unicode.Hebrew, before.base) && unicode.Is(unicode.Hebrew, after.base)
	case middot:
		return strings.HasSuffix(before.fold, "l") && strings.HasPrefix(after.fold, "l")
	}
	return false
}

// number reads digits with what stands between them. The head has one to three digits and is
// not a single 0, else nothing groups: 1234,567 is a fraction. Each comma before exactly three
// digits groups, for itself. An apostrophe or space does so too, but not behind a decimal
// point; where it does not group, the number ends. Points group where the number begins with
// two or more of them, each before exactly three digits.
func number(cs []char, i int) (string, int) {
	text, end := digits(cs, i)
	head := end-i <= 3 && text != "0"
	pointsUntil := pointed(cs, end)
	decimal := false
	for end < len(cs) {
		next, stop := digits(cs, end+1)
		if stop == end+1 {
			break
		}
		groups := head && stop-end-1 == 3
		switch cs[end].kind {
		case comma:
		case point:
			groups = groups && end < pointsUntil
		case apostrophe, groupSpace:
			if !groups || decimal {
				return text, end
			}
		default:
			return text, end
		}
		if !groups {
			text += "."
			decimal = true
		}
		text += next
		end = stop
	}
	return text, end
}

// pointed is the end of the points with digits at i, or i itself where they do not group.
func pointed(cs []char, i int) int {
	n, end := 0, i
	for end < len(cs) && cs[end].kind == point {
		_, stop := digits(cs, end+1)
		if stop == end+1 {
			break
		}
		if stop-end-1 != 3 {
			return i
		}
		n, end = n+1, stop
	}
	if n < 2 {
		return i
	}
	return end
}

// digits reads the digits at i.
func digits(cs []char, i int) (string, int) {
	var b strings.Builder
	for i < len(cs) && cs[i].kind == digit {
		b.WriteString(cs[i].fold)
		i++
	}
	return b.String(), i
}
