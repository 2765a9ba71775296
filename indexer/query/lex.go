package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a piece of a query is.
type tokenKind int

const (
	endToken tokenKind = iota
	openToken
	closeToken
	orToken
	andToken
	notToken
	wordToken   // text: a bare word
	phraseToken // text: between the quotes; verbatim, slop
	fieldToken  // name and text
)

// token is a piece of a query.
type token struct {
	kind     tokenKind
	at, end  int // bytes of the query
	name     string
	text     string
	verbatim bool
	slop     int
}

// lexer cuts a query into tokens.
type lexer struct {
	s       string
	at      int
	fresh   bool // a space or bracket stands before: a ' here opens a quotation
	notices []Notice
}

// openers are the marks that open a quotation of words, each with those that close it: the
// proper ones first, then those that people type instead.
var openers = map[rune]string{
	'"': "\"", '＂': "＂\"", '“': "”\"", '”': "”\"", '„': "“”\"", '‟': "”\"", '«': "»\"", '»': "«\"",
}

// properClosers counts how many runes of the list in openers are proper; the rest are repaired.
var properClosers = map[rune]int{'"': 1, '＂': 1, '“': 1, '”': 1, '„': 2, '‟': 1, '«': 1, '»': 1}

// singleOpeners open a quotation of characters.
var singleOpeners = map[rune]string{'\'': "'", '‘': "’", '‚': "‘’", '‹': "›"}

// anyCloser closes a quotation that its own mark does not.
const anyCloser = "\"“”„‟«»＂"

// skip passes over white space and characters that are not seen.
func (l *lexer) skip() {
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		if !unicode.IsSpace(r) && !unseen(r) {
			return
		}
		l.fresh = true
		l.at += n
	}
}

// unseen reports whether r is a control or format character: nothing a reader typed for.
func unseen(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }

// next cuts the next token.
func (l *lexer) next() (token, error) {
	l.fresh = l.fresh || l.at == 0
	l.skip()
	if l.at >= len(l.s) {
		return token{kind: endToken, at: len(l.s), end: len(l.s)}, nil
	}
	start := l.at
	r, n := utf8.DecodeRuneInString(l.s[l.at:])
	switch {
	case r == '(' || r == ')':
		l.at, l.fresh = l.at+n, true
		return token{kind: map[rune]tokenKind{'(': openToken, ')': closeToken}[r], at: start, end: l.at}, nil
	case r == '|':
		l.at += len(l.s[l.at:]) - len(strings.TrimLeft(l.s[l.at:], "|"))
		l.fresh = true
		return token{kind: orToken, at: start, end: l.at}, nil
	case r == '-' && l.fresh && l.startsTerm(l.at+n):
		l.at += n
		return token{kind: notToken, at: start, end: l.at}, nil
	case openers[r] != "":
		return l.phrase(start, r, false)
	case singleOpeners[r] != "" && l.fresh && l.singleClose(l.at+n, singleOpeners[r]) >= 0:
		return l.single(start, r, n), nil
	}
	return l.word(start)
}

// startsTerm reports whether something that can be excluded begins at i.
func (l *lexer) startsTerm(i int) bool {
	r, _ := utf8.DecodeRuneInString(l.s[i:])
	return i < len(l.s) && !unicode.IsSpace(r) && r != ')' && r != '|'
}

// phrase cuts a quotation that opens at l.at with the mark open.
func (l *lexer) phrase(start int, open rune, verbatim bool) (token, error) {
	l.at += utf8.RuneLen(open)
	from := l.at
	to, closer := l.closing(from, openers[open])
	switch {
	case closer == 0:
		if to, closer = l.closing(from, anyCloser); closer == 0 {
			to = len(l.s)
			l.notice("quotes", "the quotation is not closed; it was read to the end", start)
		} else {
			l.notice("quotes", "the quotation opens with "+string(open)+" and closes with "+string(closer)+
				"; they were taken as a pair", start)
		}
	case strings.IndexRune(openers[open], closer) >= len(string([]rune(openers[open])[:properClosers[open]])):
		l.notice("quotes", "the quotation opens with "+string(open)+" and closes with "+string(closer)+
			"; they were taken as a pair", start)
	}
	l.at = to
	if closer != 0 {
		l.at += utf8.RuneLen(closer)
	}
	t := token{kind: phraseToken, at: start, text: unescape(l.s[from:to]), verbatim: verbatim}
	l.fresh = false
	err := l.slop(&t)
	t.end = l.at
	return t, err
}

// closing finds the first of the closers from i on; 0 when there is none.
func (l *lexer) closing(i int, closers string) (int, rune) {
	before := rune(0)
	for j, r := range l.s[i:] {
		at := i + j
		if before == '\\' && strings.ContainsRune(anyCloser, r) {
			before = 0
			continue
		}
		if strings.ContainsRune(closers, r) && !gershayim(before, l.s[at+utf8.RuneLen(r):], r) {
			return at, r
		}
		before = r
	}
	return 0, 0
}

// gershayim reports whether the mark r stands between Hebrew letters: it is part of a word.
func gershayim(before rune, after string, r rune) bool {
	next, _ := utf8.DecodeRuneInString(after)
	return (r == '"' || r == '”' || r == '“') && unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, next)
}

// slop reads ~3 behind a quotation.
func (l *lexer) slop(t *token) error {
	rest, ok := strings.CutPrefix(l.s[l.at:], "~")
	if !ok {
		return nil
	}
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if digits == 0 || digits > 2 || t.verbatim {
		return &SyntaxError{At: l.at, Message: `~ behind a quotation needs a number from 1 to 99 and words, not characters`,
			Suggest: l.s[:l.at] + rest[digits:]}
	}
	for _, c := range rest[:digits] {
		t.slop = t.slop*10 + int(c-'0')
	}
	l.at += 1 + digits
	return nil
}

// singleClose finds where a quotation of characters ends: a closer before a space, a bracket
// or the end. -1 when there is none.
func (l *lexer) singleClose(i int, closers string) int {
	for j, r := range l.s[i:] {
		if !strings.ContainsRune(closers, r) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(l.s[i+j+utf8.RuneLen(r):])
		if end := i+j+utf8.RuneLen(r) == len(l.s); j > 0 && (end || unicode.IsSpace(next) || next == ')' || next == '(') {
			return i + j
		}
	}
	return -1
}

// single cuts a quotation of characters.
func (l *lexer) single(start int, open rune, n int) token {
	from := start + n
	to := l.singleClose(from, singleOpeners[open])
	_, width := utf8.DecodeRuneInString(l.s[to:])
	l.at, l.fresh = to+width, false
	return token{kind: phraseToken, at: start, end: l.at, text: unescape(l.s[from:to]), verbatim: true}
}

// word cuts a bare word, an operator in letters, or a field with its value.
func (l *lexer) word(start int) (token, error) {
	end := l.wordEnd(start)
	text := strings.TrimRightFunc(l.s[start:end], unseen)
	switch text {
	case "OR":
		return l.operator(orToken, start, end), nil
	case "AND":
		return l.operator(andToken, start, end), nil
	case "NOT":
		return l.operator(notToken, start, end), nil
	}
	if name, value, ok := strings.Cut(text, ":"); ok {
		if name = strings.ToLower(name); name == "exact" || isField(name) {
			return l.field(start, name, value, end)
		}
	}
	l.at, l.fresh = end, false
	return token{kind: wordToken, at: start, end: end, text: text}, nil
}

func (l *lexer) operator(k tokenKind, start, end int) token {
	l.at, l.fresh = end, true
	return token{kind: k, at: start, end: end}
}

// wordEnd finds the end of a word: white space, a bracket, a bar, or a mark that opens a
// quotation and is no part of a Hebrew word.
func (l *lexer) wordEnd(start int) int {
	before := rune(0)
	for j, r := range l.s[start:] {
		at := start + j
		if unicode.IsSpace(r) || r == '(' || r == ')' || r == '|' {
			return at
		}
		if j > 0 && openers[r] != "" && !gershayim(before, l.s[at+utf8.RuneLen(r):], r) {
			return at
		}
		before = r
	}
	return len(l.s)
}

// field cuts name:value, where value may be quoted.
func (l *lexer) field(start int, name, value string, end int) (token, error) {
	l.at, l.fresh = end, false
	if value == "" && end < len(l.s) {
		if r, _ := utf8.DecodeRuneInString(l.s[end:]); openers[r] != "" {
			t, err := l.phrase(end, r, true)
			t.at = start
			if name == "exact" {
				return t, err
			}
			return token{kind: fieldToken, at: start, end: t.end, name: name, text: t.text}, err
		}
	}
	if value == "" {
		return token{}, &SyntaxError{At: start, Message: name + ": has no value",
			Suggest: strings.TrimSpace(l.s[:start] + l.s[end:])}
	}
	if name == "exact" {
		return token{kind: phraseToken, at: start, end: end, text: value, verbatim: true}, nil
	}
	return token{kind: fieldToken, at: start, end: end, name: name, text: value}, nil
}

// isField reports whether a query may restrict name.
func isField(name string) bool {
	if name == "actor" || name == "date" || name == "section" {
		return true
	}
	for _, f := range facetNames {
		if f == name {
			return true
		}
	}
	return false
}

// unescape takes the backslash from before a quote mark.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if r == '\\' {
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); strings.ContainsRune(anyCloser, next) {
				continue
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// notice tells the reader of a repair.
func (l *lexer) notice(code, message string, at int) {
	l.notices = append(l.notices, Notice{Code: code, Message: message, At: at})
}
