package fold

import (
	"errors"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Pattern is a phrase to be found verbatim: the same characters after NFC, white space of
// any kind and length as one space, unseen characters passed over on both sides. Where the
// phrase begins or ends with a letter or digit, no word of the text may reach over that end.
// A Pattern is safe for concurrent use.
type Pattern struct {
	text       string // the phrase's view, without space at its ends
	back       []int  // Knuth, Morris, Pratt: longest border of each prefix
	head, tail bool   // the end asks for a word edge
}

// NewPattern prepares a phrase. A phrase without any word is an error.
func NewPattern(phrase string) (Pattern, error) {
	p := Pattern{text: strings.Trim(newView(phrase).text, " ")}
	if len(Tokens(nil, p.text)) == 0 {
		return Pattern{}, errors.New("the phrase holds no word")
	}
	first, _ := utf8.DecodeRuneInString(p.text)
	last, _ := utf8.DecodeLastRuneInString(p.text)
	p.head, p.tail = isWord(first), isWord(last)
	p.back = make([]int, len(p.text)+1)
	p.back[0] = -1
	for i, k := 0, -1; i < len(p.text); i++ {
		k = p.step(k, p.text[i])
		p.back[i+1] = k
	}
	p.back[0] = -1
	return p, nil
}

// WordEdges reports whether the pattern asks for a word edge at both of its ends.
func (p Pattern) WordEdges() bool { return p.head && p.tail }

// isWord reports a letter, digit or mark.
func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

// step gives the length of the prefix that is matched after one more byte.
func (p Pattern) step(k int, b byte) int {
	for k >= 0 && (k == len(p.text) || p.text[k] != b) {
		k = p.back[k]
	}
	return k + 1
}

// Find appends the places of the phrase in text to dst: byte ranges, leftmost first, apart.
// Its time is linear in the text, whatever the text and the phrase repeat.
func (p Pattern) Find(dst [][2]int, text string) [][2]int {
	v := newView(text)
	at := strings.Index(v.text, p.text)
	if at < 0 {
		return dst
	}
	e := edges{text: text}
	for i, k := at, 0; i < len(v.text); i++ {
		if k = p.step(k, v.text[i]); k < len(p.text) {
			continue
		}
		a, b := i+1-len(p.text), i+1
		start, end := v.source(a, b)
		if v.whole(a, b) && (!p.head || e.at(start)) && (!p.tail || e.at(end)) {
			dst = append(dst, [2]int{start, end})
			k = 0
		}
	}
	return dst
}

// edges tells where a text has word edges; it cuts the text only when it must.
type edges struct {
	text string
	toks []Token
	cut  bool
}

// at reports whether no word reaches over the place i.
func (e *edges) at(i int) bool {
	if i == 0 || i == len(e.text) || plainAt(e.text, i-1) || plainAt(e.text, i) {
		return true
	}
	if letterAt(e.text, i-1) && letterAt(e.text, i) {
		return false // inside a word, whatever stands around it
	}
	if !e.cut {
		e.toks, e.cut = Tokens(nil, e.text), true
	}
	k := sort.Search(len(e.toks), func(k int) bool { return e.toks[k].Start >= i })
	return k == 0 || e.toks[k-1].End <= i
}

// letterAt reports an ASCII letter.
func letterAt(s string, i int) bool { return 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z' }

// plainAt reports an ASCII byte that is in no word.
func plainAt(s string, i int) bool { return s[i] < utf8.RuneSelf && asciiKind[s[i]] == plainByte }
