package search

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences are found by simple rules, in a window of a text and without its language: an end
// mark with the closing marks behind it, white space, and something that can begin a sentence.
// A full stop behind a single letter ends none (J. Smith, U.S., 2018 г.), so a sentence that
// does end in one goes on; a snippet then begins earlier or at a word, which misleads nobody.

// endMarks end a sentence; those of unspaced do so with no space behind them.
const (
	endMarks = ".!?…؟۔।॥。！？｡．"
	unspaced = "。！？｡"
)

// startsSentence reports whether a sentence begins at i.
func startsSentence(text string, i int) bool {
	if i == 0 {
		return true
	}
	before := strings.TrimRightFunc(text[:i], unicode.IsSpace)
	return i < len(text) && canBegin(text[i:]) && endsSentence(before, len(before) < i)
}

// endedSentence reports whether a sentence ends at i.
func endedSentence(text string, i int) bool {
	after := strings.TrimLeftFunc(text[i:], unicode.IsSpace)
	spaced := len(after) < len(text)-i
	return endsSentence(text[:i], spaced || after == "") && (after == "" || canBegin(after))
}

// endsSentence reports whether a text ends in an end mark with closing marks behind it. Without
// a space behind them only the marks of scripts without spaces do.
func endsSentence(s string, space bool) bool {
	s = strings.TrimRightFunc(s, closesSentence)
	r, n := utf8.DecodeLastRuneInString(s)
	if n == 0 || !strings.ContainsRune(endMarks, r) || !space && !strings.ContainsRune(unspaced, r) {
		return false
	}
	return r != '.' || !initial(s[:len(s)-n])
}

// initial reports whether a text ends in a single letter.
func initial(s string) bool {
	r, n := utf8.DecodeLastRuneInString(s)
	before, _ := utf8.DecodeLastRuneInString(s[:len(s)-n])
	return unicode.IsLetter(r) && !unicode.In(before, unicode.L, unicode.N, unicode.M)
}

// canBegin reports whether a text can be the beginning of a sentence: a quotation, a digit or
// a letter that is not small, behind brackets or not.
func canBegin(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if unicode.Is(unicode.Pi, r) || strings.ContainsRune("\"'„‚「『《", r) {
		return true
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.Is(unicode.Ps, r) || strings.ContainsRune("¿¡", r) })
	r, _ = utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// closesSentence reports whether r may stand behind the end mark of its sentence.
func closesSentence(r rune) bool {
	return unicode.In(r, unicode.Pe, unicode.Pf) || r == '"' || r == '\'' || r == '“'
}
