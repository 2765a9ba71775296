package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a heading in plain text. A line of more words, or one that ends as a sentence
// does, is a paragraph.
const (
	headingWords = 10
	headingRunes = 90
)

// wikiHeading matches a heading between equals signs.
var wikiHeading = regexp.MustCompile(`^(={1,6})\s*([^=].*?)\s*(={1,6})$`)

// hashHeading matches a heading behind number signs.
var hashHeading = regexp.MustCompile(`^(#{1,6})\s+(\S.*?)\s*#*$`)

// openHeading matches the first half of a heading whose closing sign slipped to the next line.
var openHeading = regexp.MustCompile(`^(={1,6})\s*([^=\s][^=]*)$`)

// markHeadings finds the headings among lines and takes the signs of headings out of the
// ranges: they are furniture, also where a broken one has slipped in front of a paragraph.
func markHeadings(text string, lines []line) []line {
	var out []line
	for i := range lines {
		l := lines[i]
		if m := signed(text[l.start:l.end]); m != nil {
			l.heading, l.signed, l.level = true, true, m[0]
			l.start, l.end = l.start+m[1], l.start+m[2]
		} else if n, at := broken(text, lines[i:]); n > 0 {
			l.heading, l.signed, l.level = true, true, min(6, 1+n)
			l.start += at
			next := &lines[i+1]
			next.start, _ = trimRange(text, next.start+n, next.end)
		} else {
			l.heading, l.level = bareHeading(text, lines, i), 1
		}
		if l.start < l.end {
			out = append(out, l)
		}
	}
	return out
}

// broken measures a heading whose closing sign stands at the front of the next line: the
// length of the sign, 0 for none, and where the heading's words begin.
func broken(text string, lines []line) (n, at int) {
	s := text[lines[0].start:lines[0].end]
	m := openHeading.FindStringSubmatchIndex(s)
	if m == nil || len(lines) < 2 || !strings.HasPrefix(text[lines[1].start:], s[m[2]:m[3]]) {
		return 0, 0
	}
	return m[3] - m[2], m[4]
}

// signed measures a heading with signs: level, start and end of its words. It lies below the
// headings without signs: copies keep the signs of the lower levels only.
func signed(s string) []int {
	if m := wikiHeading.FindStringSubmatchIndex(s); m != nil && m[3]-m[2] == m[7]-m[6] {
		return []int{min(6, 1+m[3]-m[2]), m[4], m[5]}
	}
	if m := hashHeading.FindStringSubmatchIndex(s); m != nil {
		return []int{min(6, 1+m[3]-m[2]), m[4], m[5]}
	}
	return nil
}

// bareHeading reports whether line i is a heading by its look: short, no end of a sentence,
// a capital or a letter without case in front, and prose right behind it or behind one more
// such line. A row of short lines is a list, not headings; a text of one line has none.
func bareHeading(text string, lines []line, i int) bool {
	if lines[i].item || len(lines) == 1 || !headingLike(text[lines[i].start:lines[i].end]) {
		return false
	}
	for next := i + 1; next < len(lines) && next < i+3; next++ {
		s := text[lines[next].start:lines[next].end]
		if lines[next].item {
			return false
		}
		if endsSentence(s) || len(strings.Fields(s)) > headingWords {
			return true
		}
	}
	return false
}

// headingLike reports whether a line may be a heading by itself.
func headingLike(s string) bool {
	if utf8.RuneCountInString(s) > headingRunes || len(strings.Fields(s)) > headingWords {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if endsSentence(s) || last == ',' || unicode.IsLower(r) || unicode.IsPunct(r) {
		return false
	}
	return strings.ContainsFunc(s, unicode.IsLetter)
}

// restLines is how many lines without text may stand above the first section that leads away
// ("See also") and still be what is left of lost sections. More are a list of the author's.
const restLines = 6

// trimEnd leaves out what mirrors put behind an article and what is left of sections whose
// content they lost: at the end, headings without text, the names under "See also" and the
// like, and lists of names under a label that ends in a colon.
//
// A line is given up only while everything behind it is given up too, and only when it is no
// sentence: what may be prose stops the trimming.
func trimEnd(text string, lines []line) []line {
	n := len(lines)
	for {
		m := trimLabelled(text, lines[:n])
		m = trimNames(text, lines[:m])
		if m == n {
			return lines[:n]
		}
		n = m
	}
}

// trimLabelled drops a list at the end whose items are names, with the label above it.
func trimLabelled(text string, lines []line) int {
	n := len(lines)
	for n > 0 && lines[n-1].item && !endsSentence(text[lines[n-1].start:lines[n-1].end]) {
		n--
	}
	if n == len(lines) || n < 2 {
		return len(lines)
	}
	label := text[lines[n-1].start:lines[n-1].end]
	switch {
	case strings.HasSuffix(label, ":") && len(strings.Fields(label)) <= headingWords:
		return n - 1
	case furnitureSections()[strings.ToLower(label)]:
		return n - 1
	}
	return len(lines)
}

// trimNames drops the row of short lines at the end when one of them is the heading of a
// section that leads away, and headings between signs with nothing under them.
func trimNames(text string, lines []line) int {
	n, first := len(lines), -1 // first is the topmost section that leads away
	for n > 0 && !lines[n-1].item && headingLike(text[lines[n-1].start:lines[n-1].end]) {
		n--
		if furnitureSections()[strings.ToLower(text[lines[n].start:lines[n].end])] {
			first = n
		}
	}
	switch {
	case first >= 0 && n > 0 && first-n <= restLines:
		return n
	case first > 0:
		return first
	}
	for n = len(lines); n > 0 && lines[n-1].signed; n-- {
	}
	return n
}
