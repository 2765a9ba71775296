package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/indexer/fold"
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
	marks   []mark
	wordAt  int // end of the word cut last: a mark there may mean inches
	stray   int // end of the stray mark passed over last
	notices []Notice
}

func newLexer(s string) lexer { return lexer{s: s, marks: marksOf(s), wordAt: -1, stray: -1} }

// skip passes over white space and characters that are not seen.
func (l *lexer) skip() {
	for l.at < len(l.s) {
		r, n := utf8.DecodeRuneInString(l.s[l.at:])
		if !blank(r) {
			return
		}
		l.fresh = true
		l.at += n
	}
}

// unseen reports whether r is a control or format character: nothing a reader typed for. The
// signs that Arabic and its kin set before numbers are in that class of Unicode and are seen.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// isOpen and isClose know the brackets of both widths.
func isOpen(r rune) bool  { return r == '(' || r == '（' }
func isClose(r rune) bool { return r == ')' || r == '）' }

// next cuts the next token. Stray marks are passed over with a notice.
func (l *lexer) next() (token, error) {
	l.fresh = l.fresh || l.at == 0
	l.skip()
	for m, ok := l.markAt(l.at); ok; m, ok = l.markAt(l.at) {
		t, done, err := l.quotation(m)
		if done || err != nil {
			return t, err
		}
		l.skip()
	}
	if l.at >= len(l.s) {
		return token{kind: endToken, at: len(l.s), end: len(l.s)}, nil
	}
	start := l.at
	r, n := utf8.DecodeRuneInString(l.s[l.at:])
	switch {
	case isOpen(r):
		return l.operator(openToken, start, start+n), nil
	case isClose(r):
		return l.operator(closeToken, start, start+n), nil
	case r == '|':
		bars := len(l.s[l.at:]) - len(strings.TrimLeft(l.s[l.at:], "|"))
		return l.operator(orToken, start, start+bars), nil
	case l.fresh && isMinus(r) && l.startsTerm(l.at+n, r):
		if r != '-' {
			l.notice("minus", string(r)+" before a term was read as -, which excludes it", start)
		}
		l.at += n
		return token{kind: notToken, at: start, end: l.at}, nil
	case l.fresh && isDash(r) && l.startsTerm(l.at+n, '−'):
		l.notice("dash", string(r)+" is a dash and excludes nothing; - before a term does", start)
	case singleOpeners[r] != "" && l.fresh:
		if t, ok := l.double(start); ok {
			return t, nil
		}
		if l.singleClose(l.at+n, singleOpeners[r]) >= 0 {
			return l.single(start, r, n)
		}
	case r == '`' && l.fresh:
		if t, ok := l.double(start); ok {
			return t, nil
		}
	}
	return l.word(start)
}

// isMinus reports whether r excludes a term: the hyphen of the keyboard, of either width, and
// the minus sign that word processors make of it.
func isMinus(r rune) bool { return r == '-' || r == '−' || r == '－' }

// isDash reports whether r is a dash. Dashes stand in copied text and exclude nothing.
func isDash(r rune) bool { return r >= '\u2010' && r <= '\u2015' }

// startsTerm reports whether something that can be excluded begins at i. Behind a minus sign a
// digit does not: −5 is a number.
func (l *lexer) startsTerm(i int, minus rune) bool {
	rest := strings.TrimLeftFunc(l.s[i:], unseen)
	r, _ := utf8.DecodeRuneInString(rest)
	if rest == "" || unicode.IsSpace(r) || joins(r) || isClose(r) || r == '|' {
		return false
	}
	return minus != '−' || !unicode.IsDigit(r)
}

// joins reports whether folding makes r a mark of the sign before it, which then is no operator.
func joins(r rune) bool {
	words := fold.Tokens(nil, "+"+string(r))
	return unicode.IsMark(r) || len(words) > 0 && words[0].End > len("+")
}

// quotation cuts the quotation that begins at a mark. One that begins none is passed over:
// done is false then.
func (l *lexer) quotation(m mark) (t token, done bool, err error) {
	if l.begins(m) {
		e := l.pair(m.end, m.r)
		if e.closer != 0 || len(fold.Tokens(nil, l.s[m.end:e.to])) > 0 {
			t, err = l.phrase(m.at, m, e, false)
			return t, true, err
		}
	}
	if l.stray != m.at {
		l.notice("quotes", "the mark "+string(m.r)+" has no partner and was passed over", m.at)
	}
	l.at, l.stray, l.fresh = m.end, m.end, true
	return token{}, false, nil
}

// phrase cuts a quotation from its mark to its end, with the slop at either side.
func (l *lexer) phrase(start int, m mark, e ending, verbatim bool) (token, error) {
	if e.repair != "" {
		l.notice("quotes", e.repair, m.at)
	}
	l.at, l.fresh = e.to, false
	if e.closer != 0 {
		l.at += utf8.RuneLen(e.closer)
	}
	t := token{kind: phraseToken, at: start, text: unescape(l.s[m.end:e.to]), verbatim: verbatim}
	err := l.slop(&t)
	t.end = l.at
	return t, err
}

// double cuts a quotation between marks made of two: “a b” or ”a b” with apostrophes.
func (l *lexer) double(start int) (token, bool) {
	rest := l.s[start:]
	if !strings.HasPrefix(rest, "``") && !strings.HasPrefix(rest, "''") {
		return token{}, false
	}
	n := strings.Index(rest[2:], "''")
	if n < 0 || strings.TrimFunc(rest[2:2+n], blank) == "" {
		return token{}, false
	}
	if rest[0] == '\'' {
		l.notice("quotes", "two apostrophes were read as one quotation mark", start)
	}
	l.at, l.fresh = start+4+n, false
	return token{kind: phraseToken, at: start, end: l.at, text: rest[2 : 2+n]}, true
}

// singleClose finds where a quotation of characters ends: a closer before a space, a bracket,
// a slop or the end. -1 when there is none.
func (l *lexer) singleClose(i int, closers string) int {
	for j, r := range l.s[i:] {
		if !strings.ContainsRune(closers, r) {
			continue
		}
		rest := l.s[i+j+utf8.RuneLen(r):]
		next, _ := utf8.DecodeRuneInString(rest)
		if j > 0 && (rest == "" || unicode.IsSpace(next) || isOpen(next) || isClose(next) || next == '~') {
			return i + j
		}
	}
	return -1
}

// single cuts a quotation of characters.
func (l *lexer) single(start int, open rune, n int) (token, error) {
	from := start + n
	to := l.singleClose(from, singleOpeners[open])
	_, width := utf8.DecodeRuneInString(l.s[to:])
	l.at, l.fresh = to+width, false
	t := token{kind: phraseToken, at: start, text: unescape(l.s[from:to]), verbatim: true}
	err := l.slop(&t)
	t.end = l.at
	return t, err
}

// word cuts a bare word, an operator in letters, a field with its value, or the slop that
// stands before its quotation.
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
	if i := strings.IndexAny(text, ":："); i >= 0 {
		_, n := utf8.DecodeRuneInString(text[i:])
		name := strings.ToLower(strings.TrimFunc(text[:i], unseen))
		if name == "exact" || isField(name) {
			return l.field(start, name, text[i+n:], end)
		}
	}
	if t, ok, err := l.slopBefore(start, end, text); ok || err != nil {
		return t, err
	}
	l.at, l.wordAt, l.fresh = end, end, false
	return token{kind: wordToken, at: start, end: end, text: text}, nil
}

func (l *lexer) operator(k tokenKind, start, end int) token {
	l.at, l.fresh = end, true
	return token{kind: k, at: start, end: end}
}

// wordEnd finds the end of a word: white space that groups no digits, a bracket, a bar, or a
// quotation mark that is no part of a Hebrew word.
func (l *lexer) wordEnd(start int) int {
	var words []fold.Token // from start on, once they are needed
	for j, r := range l.s[start:] {
		at := start + j
		if isOpen(r) || isClose(r) || r == '|' {
			return at
		}
		if _, ok := l.markAt(at); ok && j > 0 && strings.ContainsRune(quoteMarks, r) {
			return at
		}
		if !unicode.IsSpace(r) {
			continue
		}
		if !strings.ContainsRune("\u00a0\u2007\u2009\u202f", r) || !afterDigit(l.s[start:at]) {
			return at
		}
		if words == nil {
			words = fold.Tokens(nil, l.s[start:])
		}
		if !inside(words, j) {
			return at
		}
	}
	return len(l.s)
}

// inside reports whether a place lies within one of the words.
func inside(words []fold.Token, at int) bool {
	for _, w := range words {
		if w.End > at {
			return w.Start < at
		}
	}
	return false
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
			if next, _ := utf8.DecodeRuneInString(s[i+1:]); strings.ContainsRune(quoteMarks, next) {
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
