package timex

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// Paragraphs cuts a plain text into texts at its line ends, with the byte offset of each.
// A short line without a closing mark that stands between empty lines is a heading.
func Paragraphs(text string) ([]Text, []int) {
	var out []Text
	var at []int
	lines := strings.SplitAfter(text, "\n")
	pos := 0
	for i, line := range lines {
		t := strings.TrimSpace(line)
		lead := len(line) - len(strings.TrimLeftFunc(line, unicode.IsSpace))
		if t != "" {
			k := corpus.Paragraph
			if blank(lines, i-1) && blank(lines, i+1) && len(lines) > 2 && title(t) {
				k = corpus.Heading
			}
			out, at = append(out, Text{Kind: k, Text: t}), append(at, pos+lead)
		}
		pos += len(line)
	}
	return out, at
}

// blank reports whether line i is empty or beyond the text.
func blank(lines []string, i int) bool {
	return i < 0 || i >= len(lines) || strings.TrimSpace(lines[i]) == ""
}

// title reports whether a line is short and closes like no sentence.
func title(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return len(s) < 120 && !strings.ContainsRune(".!?:;,…\"”»", r)
}
