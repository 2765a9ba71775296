package fold

import (
	"errors"
	"strings"
	"unicode"
)

// Version names the rules of this package. It enters the manifest of an index and changes
// whenever a token, a stem or a key of any text changes.
const Version = "fold-0"

// Token is one word of a text in quote mode.
type Token struct {
	Text       string // folded
	Start, End int    // bytes of the source that made it, half open
}

// Tokens appends the words of s in quote mode to dst, in order.
func Tokens(dst []Token, s string) []Token {
	start := -1
	for i, r := range s + " " {
		word := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if word && start < 0 {
			start = i
		}
		if !word && start >= 0 {
			dst = append(dst, Token{strings.ToLower(s[start:i]), start, i})
			start = -1
		}
	}
	return dst
}

// Key returns the folded words of s joined by one space: equal keys mean equal names.
func Key(s string) string {
	var b strings.Builder
	for i, t := range Tokens(nil, s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}

// Readings returns the ways a typed phrase may be read. Usually there is one.
func Readings(s string) [][]Token { return [][]Token{Tokens(nil, s)} }

// Stem returns the stem of a folded token in a language given as a BCP 47 tag.
func Stem(word, language string) string { return word }

// Languages lists the languages that have a stemmer, as BCP 47 tags in order.
func Languages() []string { return nil }

// Pattern is a phrase to be found verbatim. It is safe for concurrent use.
type Pattern struct{ phrase string }

// NewPattern prepares a phrase; a phrase without any word is an error.
func NewPattern(phrase string) (Pattern, error) {
	if len(Tokens(nil, phrase)) == 0 {
		return Pattern{}, errors.New("the phrase holds no word")
	}
	return Pattern{phrase}, nil
}

// Find appends the places of the phrase in text to dst: byte ranges, leftmost first, apart.
func (p Pattern) Find(dst [][2]int, text string) [][2]int {
	for at := 0; ; {
		i := strings.Index(text[at:], p.phrase)
		if i < 0 {
			return dst
		}
		dst = append(dst, [2]int{at + i, at + i + len(p.phrase)})
		at += i + len(p.phrase)
	}
}

// Tokens returns folded words that every text holding the phrase must contain as tokens. It
// leaves out what the text around the phrase could change; it may be empty.
func (p Pattern) Tokens() []string { return nil }
