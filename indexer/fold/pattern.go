package fold

import (
	"errors"
	"strings"
)

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
