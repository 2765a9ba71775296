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
// its last one, marks included; the points of an abbreviation belong to it.
func Words(text string) []Word {
	cs := characters(text)
	words, _ := scan(cs)
	return words
}

// scan reads the words, and which starts of a character lie inside a word, where verbatim mode
// sees no edge.
func scan(cs []char) (words []Word, inner []bool) {
	if len(cs) > 0 {
		inner = make([]bool, cs[len(cs)-1].end)
	}
	for i := 0; i < len(cs); {
		switch cs[i].kind {
		case solo, sign:
			words = append(words, Word{cs[i].fold, cs[i].start, cs[i].end})
			i++
		case letter, digit:
			w, end := row(cs, i)
			if end == i {
				w, end = run(cs, i, inner)
			}
			if head, ok := strings.CutSuffix(w, "ى"); ok {
				w = head + "ي"
			}
			words = append(words, Word{w, cs[i].start, cs[end-1].end})
			i = end
		default:
			i++
		}
	}
	return words, inner
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

// run reads letters, numbers and the marks that may stand between two letters.
func run(cs []char, i int, inner []bool) (string, int) {
	var b strings.Builder
	from := i
	for i < len(cs) {
		switch {
		case cs[i].kind == digit:
			text, end := number(cs, i)
			b.WriteString(text)
			i = end
		case cs[i].kind == letter:
			b.WriteString(cs[i].fold)
			i++
		case i > from && i+1 < len(cs) && joins(cs[i-1], cs[i], cs[i+1]):
			b.WriteString(cs[i].fold)
			i++
		default:
			return b.String(), mark(cs, from, i, inner)
		}
	}
	return b.String(), mark(cs, from, i, inner)
}

// mark notes the inside of a word. Before an apostrophe there is an edge, after it none; the
// separators of a number have none on either side.
func mark(cs []char, from, end int, inner []bool) int {
	for k := from + 1; k < end; k++ {
		if cs[k].start != cs[k-1].start && !(cs[k].kind == apostrophe && cs[k-1].kind == letter) {
			inner[cs[k].start] = true
		}
	}
	return end
}

// joins says that a mark between two letters belongs to their word.
func joins(before, c, after char) bool {
	if before.kind != letter || after.kind != letter {
		return false
	}
	switch c.kind {
	case apostrophe:
		return true
	case quotation:
		return unicode.Is(unicode.Hebrew, before.base) && unicode.Is(unicode.Hebrew, after.base)
	case armenian:
		return unicode.Is(unicode.Armenian, before.base) && unicode.Is(unicode.Armenian, after.base)
	case middot:
		return before.fold == "l" && after.fold == "l"
	}
	return false
}

// number reads digits with what stands between them. Groups of three are joined as long as the
// head has one to three digits and is not a single 0; 1234,567 is no grouping but a fraction.
// After the first separator that does not group, no later one does.
func number(cs []char, i int) (string, int) {
	text, end := digits(cs, i)
	open := end-i <= 3 && text != "0"
	grouped := false // the last separator was a point that groups
	for end < len(cs) {
		next, stop := digits(cs, end+1)
		if stop == end+1 {
			break
		}
		three := open && stop-end-1 == 3
		switch cs[end].kind {
		case comma:
			open, grouped = three, false
		case point:
			grouped = three && (grouped || pointAndThree(cs, stop))
			open = grouped
		case apostrophe, groupSpace:
			if !three {
				return text, end
			}
			grouped = false
		default:
			return text, end
		}
		if !open {
			text += "."
		}
		text += next
		end = stop
	}
	return text, end
}

// pointAndThree says that a point with exactly three digits stands at i.
func pointAndThree(cs []char, i int) bool {
	if i >= len(cs) || cs[i].kind != point {
		return false
	}
	_, end := digits(cs, i+1)
	return end-i-1 == 3
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
