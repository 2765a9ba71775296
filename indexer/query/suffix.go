package query

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/indexer/fold"
)

// What stands directly at a quotation or behind a colon: slop and values.

// maxSlop is the largest number of words that may stand between those of a phrase.
const maxSlop = 99

// slop reads ~3 behind a quotation; the digits may be of any script, and characters that are
// not seen may stand around the ~. 3~ there is what a text from right to left makes of it.
// ~0 is the plain phrase.
func (l *lexer) slop(t *token) error {
	rest := strings.TrimLeftFunc(l.s[l.at:], unseen)
	at := len(l.s) - len(rest)
	if tail, ok := cutTilde(rest); ok {
		tail = strings.TrimLeftFunc(tail, unseen)
		n := firstWord(tail)
		return l.setSlop(t, tail[:n], at, len(l.s)-len(tail)+n)
	}
	n := digitsAt(rest)
	tail, ok := cutTilde(strings.TrimLeftFunc(rest[n:], unseen))
	if n == 0 || !ok || l.begunBehind(tail) {
		return nil
	}
	if err := l.setSlop(t, rest[:n], at, len(l.s)-len(tail)); err != nil {
		return err
	}
	l.notice("slop", fmt.Sprintf("%d~ behind the quotation was read as ~%d", t.slop, t.slop), at)
	return nil
}

// begunBehind reports whether a term begins directly at the end of a query, so that a slop
// before it may be its own.
func (l *lexer) begunBehind(tail string) bool {
	tail = strings.TrimLeftFunc(tail, unseen)
	r, _ := utf8.DecodeRuneInString(tail)
	return tail != "" && !unicode.IsSpace(r) && !isClose(r)
}

// slopBefore reads 3~ or ~3 directly before a quotation, as texts from right to left have it.
func (l *lexer) slopBefore(start, end int, text string) (t token, ok bool, err error) {
	m, is := l.markAt(end)
	if !is || !l.begins(m) {
		return token{}, false, nil
	}
	text = strings.Map(seen, text)
	digits, hasTilde := cutTilde(text)
	if n := digitsAt(text); !hasTilde && n > 0 {
		var rest string
		rest, hasTilde = cutTilde(text[n:])
		digits, hasTilde = text[:n], hasTilde && rest == ""
	}
	if !hasTilde || digits == "" || digitsAt(digits) != len(digits) {
		return token{}, false, nil
	}
	e := l.pair(m.end, m.r)
	if t, err = l.phrase(start, m, e, false); err != nil {
		return t, true, err
	}
	if t.slop > 0 {
		return t, true, &SyntaxError{At: start, Message: "the quotation has a number of words on both sides",
			Suggest: l.s[:start] + l.s[end:], Remedy: "write it once, behind the quotation"}
	}
	if err := l.setSlop(&t, digits, start, l.at); err != nil {
		return t, true, err
	}
	l.notice("slop", fmt.Sprintf("%s before the quotation was read as ~%d behind it", text, t.slop), start)
	return t, true, nil
}

// setSlop takes digits as the slop of a quotation, whose text is then read up to end.
func (l *lexer) setSlop(t *token, digits string, at, end int) error {
	e := &SyntaxError{At: at, Suggest: l.s[:t.at] + quoted(t.text) + " " + l.s[end:],
		Remedy: fmt.Sprintf("write \"a b\"~3, with a number up to %d, or leave the ~ out", maxSlop)}
	n, err := 0, strconv.ErrSyntax
	if words := fold.Tokens(nil, digits); len(words) == 1 {
		n, err = strconv.Atoi(words[0].Text)
	}
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		e.Message = "~ behind a quotation needs a number of words"
		return e
	case err != nil || n > maxSlop:
		e.Message = fmt.Sprintf("at most %d words may stand between those of a quotation", maxSlop)
		e.Suggest = l.s[:t.at] + quoted(t.text) + "~" + number(maxSlop) + " " + l.s[end:]
		return e
	case t.verbatim:
		e.Message = "~ counts words between words; a quotation of characters has none"
		e.Remedy = "put the text in double quotes, or leave the ~ out"
		e.Suggest = l.s[:t.at] + quoted(t.text) + "~" + number(n) + " " + l.s[end:]
		return e
	}
	t.slop, l.at = n, end
	return nil
}

// cutTilde takes a tilde of either width off the beginning.
func cutTilde(s string) (string, bool) {
	if rest, ok := strings.CutPrefix(s, "~"); ok {
		return rest, true
	}
	return strings.CutPrefix(s, "～")
}

// firstWord is the length in bytes of the word that s begins with; 0 when it begins with none.
func firstWord(s string) int {
	if i := strings.IndexAny(s, " \t\n"+quoteMarks); i >= 0 {
		s = s[:i]
	}
	if words := fold.Tokens(nil, s); len(words) > 0 && words[0].Start == 0 {
		return words[0].End
	}
	return 0
}

// digitsAt is the length in bytes of the digits, of any script, that s begins with.
func digitsAt(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, unicode.IsDigit))
}

// seen drops what unseen knows, for strings.Map.
func seen(r rune) rune {
	if unseen(r) {
		return -1
	}
	return r
}

// field cuts name:value, where value may be quoted, or a range in brackets for a date.
func (l *lexer) field(start int, name, value string, end int) (token, error) {
	l.at, l.fresh = end, false
	t := token{kind: fieldToken, at: start, end: end, name: name, text: strings.TrimFunc(value, unseen)}
	if name == "exact" {
		t.kind, t.verbatim = phraseToken, true
	}
	if m, ok := l.markAt(end); ok && t.text == "" && l.begins(m) {
		q, err := l.phrase(start, m, l.pair(m.end, m.r), true)
		if e, ok := err.(*SyntaxError); ok && name != "exact" {
			return q, &SyntaxError{At: e.At, Message: "a value takes no ~", Remedy: "leave the ~ out"}
		} else if err != nil {
			return q, err
		}
		t.text, t.end, t.slop = q.text, q.end, q.slop
		return t, nil
	}
	if t.text == "" {
		suggest := l.s[:start] + l.s[end:]
		if next := strings.TrimLeftFunc(l.s[end:], blank); next != "" && !strings.ContainsRune("(（", []rune(next)[0]) {
			suggest = l.s[:start] + name + ":" + next
		}
		return token{}, &SyntaxError{At: start, Message: name + ": has no value",
			Suggest: strings.TrimSpace(suggest), Remedy: "write " + name + ":VALUE without a space"}
	}
	from := strings.LastIndex(l.s[:end], t.text)
	r, n := utf8.DecodeRuneInString(t.text)
	switch {
	case r == '[' || r == '{':
		return l.span(t, from)
	case singleOpeners[r] != "" && l.singleClose(from+n, singleOpeners[r]) >= 0:
		q, err := l.single(from, r, n)
		t.text, t.end = q.text, q.end
		return t, err
	}
	return t, nil
}

// span reads [FROM TO UNTIL], as other engines write it, for a date; * leaves a side open.
func (l *lexer) span(t token, from int) (token, error) {
	n := strings.IndexAny(l.s[from+1:], "]}")
	if n < 0 {
		return t, nil
	}
	first, last, ok := strings.Cut(l.s[from+1:from+1+n], " TO ")
	if !ok {
		return t, nil
	}
	end := from + 1 + n + 1
	days := openSide(first) + ".." + openSide(last)
	if t.name != "date" || l.s[from] != '[' || l.s[end-1] != ']' {
		return token{}, &SyntaxError{At: from, Message: "only date: takes a range, with both ends in it",
			Suggest: l.s[:t.at] + "date:" + days + " " + l.s[end:], Remedy: "write date:FROM..TO"}
	}
	t.text, t.end, l.at = days, end, end
	return t, nil
}

// openSide is one end of a range; empty for a star.
func openSide(s string) string {
	if s = strings.TrimFunc(s, blank); s == "*" {
		return ""
	}
	return s
}
