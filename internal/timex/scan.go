package timex

import (
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// scanner recognises the expressions of one text.
type scanner struct {
	lx      *lexicon
	mode    Mode
	text    string
	tokens  []token
	m       matcher
	found   []partial
	bad     []corpus.Unresolved
	heading bool
}

// scan reads a text into s.tokens, s.found and s.bad.
func (s *scanner) scan(text string) {
	s.text = text
	s.tokens = s.lx.tokens(text, s.tokens)
	s.found, s.bad = s.found[:0], nil
	s.m.a, s.m.tokens = s.lx.rules, s.tokens
	root := s.lx.rules.nodes[0].mask
	for i := 0; i < len(s.tokens); {
		t := &s.tokens[i]
		if t.bad {
			s.impossible(t, i)
		}
		if t.set&root == 0 {
			i++
			continue
		}
		i += s.take(i)
	}
}

// take keeps the longest acceptable match at token i and says how many tokens it used.
func (s *scanner) take(i int) int {
	for _, m := range s.m.from(i) {
		if !s.accept(m) {
			continue
		}
		for _, p := range s.build(m) {
			if p.bad {
				s.unresolved(p.span, "there is no such day")
				continue
			}
			s.found = append(s.found, p)
		}
		return m.n
	}
	return 1
}

// impossible reports a date or clock in digits that cannot be. A colon between numbers is
// often no clock, so that one is reported only after a preposition of time.
func (s *scanner) impossible(t *token, i int) {
	span := corpus.Span{Start: t.start, End: t.end}
	for _, c := range s.text[t.start:t.end] {
		if c == ':' {
			if s.near(i - 1).set.has(cIn) {
				s.unresolved(span, "there is no such time of day")
			}
			return
		}
	}
	s.unresolved(span, "there is no such day")
}

// unresolved notes what looks like a date and is none.
func (s *scanner) unresolved(span corpus.Span, reason string) {
	s.bad = append(s.bad, corpus.Unresolved{Kind: "date",
		Text: s.text[span.Start:span.End], Span: span, Reason: reason})
}

// near is the token at i, or one that is nothing.
func (s *scanner) near(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{entry: -1, punct: '\n'}
	}
	return s.tokens[i]
}

// before are the classes that announce a date.
const announcing = set(1<<cIn | 1<<cOf | 1<<cAnd | 1<<cTo | 1<<cFrom | 1<<cBy | 1<<cBefore |
	1<<cAfter | 1<<cBetween | 1<<cEarly | 1<<cEdge | 1<<cApprox | 1<<cDash | 1<<cComma)

// accept reports whether the words around a match allow it.
func (s *scanner) accept(m match) bool {
	prev, next := s.near(m.at-1), s.near(m.at+m.n)
	last := &s.tokens[m.at+m.n-1]
	switch s.lx.rules.rules[m.rule].name {
	case "year":
		return s.acceptYear(m, prev, next)
	case "month-bare":
		return !s.lx.role(last.entry, junction) || m.n > 1 || prev.set&announcing != 0
	case "season-bare":
		if !s.lx.role(last.entry, junction) || m.n > 1 && !next.set.has(cOf) {
			return true
		}
		return prev.set.has(cIn) && !next.set.has(cOf)
	case "day-bare":
		return s.acceptDay(prev, next)
	case "dur-units":
		return prev.set&(cIn.bit()|cAfter.bit()|cAnd.bit()) != 0 && last.set.has(cUnits) &&
			!next.set.has(cOf)
	case "part":
		return !next.set.has(cUnit) && !next.set.has(cUnits)
	case "ref", "ref-the":
		v, _ := s.lx.value(last.entry, cRef)
		return v != narrow || s.mode != News
	case "clock":
		t := &s.tokens[m.at]
		return m.path[1] != cHours || t.set.has(cClock) || t.digits == 4
	case "dur":
		return m.path[0] != cA || m.n > 1
	case "period":
		return s.mode != News
	case "clock-bare":
		return prev.punct == '\n' || prev.punct != ':' && !prev.fraction
	}
	return true
}

// acceptYear tells a year from a number of things: 1,942 is none for the lexer already;
// here "1942 men" and "$ 2000" go.
func (s *scanner) acceptYear(m match, prev, next token) bool {
	if s.lx.role(next.entry, counted) || next.set&(cUnit.bit()|cUnits.bit()) != 0 ||
		next.punct == '%' || next.punct == '°' || s.lx.role(prev.entry, abbreviation) {
		return m.path[m.n-1] == cYearWord
	}
	if m.n > 1 || next.punct != 0 {
		return true
	}
	named := prev.set&announcing != 0 || prev.punct == '(' || prev.punct == '\n'
	r, _ := utf8.DecodeRuneInString(s.text[next.start:])
	unknown := next.entry < 0 && next.set == 0 && unicode.IsLower(r)
	if s.lx.lang == "en" {
		return named || !unknown || s.text[next.end-1] != 's'
	}
	return !unknown && named
}

// acceptDay tells "on the 20th" from the 20th of something else.
func (s *scanner) acceptDay(prev, next token) bool {
	if prev.set&(cIn.bit()|cFrom.bit()|cTo.bit()|cBy.bit()|cAnd.bit()) == 0 {
		return false
	}
	return next.punct != 0 && !next.set.has(cDash) || s.lx.role(next.entry, verb) ||
		next.set&(cIn.bit()|cAnd.bit()|cTo.bit()) != 0
}
