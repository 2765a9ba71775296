package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/width"

	"ibid/internal/search"
)

// printLines writes a concordance with the keywords below each other and the passage's id at
// the end of each line.
func printLines(out io.Writer, lines []search.Line) {
	before, behind := 0, 0
	shown := make([][2]string, len(lines)) // left of the keyword, and from it on
	for i, l := range lines {
		shown[i] = [2]string{strings.TrimLeft(oneLine(l.Left), " "),
			strings.TrimRight("»"+oneLine(l.Keyword)+"«"+oneLine(l.Right), " ")}
		before = max(before, columns(shown[i][0]))
		behind = max(behind, columns(shown[i][1]))
	}
	for i, l := range lines {
		left, right := shown[i][0], shown[i][1]
		fmt.Fprintf(out, "%s%s%s%s  %s\n", blanks(before-columns(left)), isolated(left),
			isolated(right), blanks(behind-columns(right)), l.ID)
	}
}

// oneLine writes every white space as a blank.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, s)
}

// columns is how many columns of a terminal a text takes: none for a combining mark or an
// unseen character, two for a wide one.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case width.LookupRune(r).Kind() == width.EastAsianWide,
			width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// blanks is a row of n blanks.
func blanks(n int) string { return strings.Repeat(" ", n) }

// isolated sets a text that runs from right to left, in part or whole, between isolates, so
// that it cannot turn what stands beside it.
func isolated(s string) string {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		if c := p.Class(); c == bidi.R || c == bidi.AL || c == bidi.AN {
			return "\u2068" + s + "\u2069"
		}
	}
	return s
}
