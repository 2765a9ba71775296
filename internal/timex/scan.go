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
	root := s.lx.rules.states[0].mask
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
		n := m.n
		m = s.trim(m)
		for _, p := range s.build(m) {
			p.attr = m.n < n
			p.ahead = s.ahead(i)
			if p.bad {
				s.unresolved(p.span, "there is no such day")
				continue
			}
			s.found = append(s.found, p)
		}
		return n
	}
	return 1
}

// ahead reports whether "will" stands in the sentence near token i.
func (s *scanner) ahead(i int) bool {
	for k := max(i-12, 0); k < min(i+12, len(s.tokens)); k++ {
		t := s.tokens[k]
		if t.sentence == s.tokens[i].sentence && s.lx.role(t.entry, will) {
			return true
		}
	}
	return false
}

// trim leaves the article to the noun that follows: the [June 1916] offensive. It does so
// by turning the article into nothing, so the number of tokens used stays the same.
func (s *scanner) trim(m match) match {
	if m.path[0] != cThe || m.n < 2 {
		return m
	}
	next := s.near(m.at + m.n)
	switch s.lx.rules.rules[m.rule].name {
	case "ref-the":
		if last := s.tokens[m.at+m.n-1]; s.lx.role(last.entry, junction) || !s.unknown(next) && !next.set.has(cDash) {
			return m
		}
	case "month", "date", "season-bare", "season", "holiday", "dur", "year-season":
		for _, c := range m.path[1:m.n] {
			if c == cOf || c == cNext || c == cPrev || c == cLast || c == cPast || c == cEdge || c == cEarly {
				return m
			}
		}
		t := s.near(m.at + 1)
		if !s.unknown(next) || s.lx.rules.rules[m.rule].name == "dur" && !s.near(m.at+2).set.has(cDash) && !t.capital {
			return m
		}
	default:
		return m
	}
	copy(m.path[:], m.path[1:])
	m.at, m.n = m.at+1, m.n-1
	return m
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
	if m.n > 1 && m.path[1] == cIn {
		if v, _ := s.lx.value(s.tokens[m.at+1].entry, cIn); v == 0 && s.lx.lang == "en" {
			return false // late on 5 May
		}
	}
	switch s.lx.rules.rules[m.rule].name {
	case "year":
		return s.acceptYear(m, prev, next)
	case "month-bare":
		return !s.lx.role(last.entry, junction) || m.n > 1 || prev.set&announcing != 0 ||
			prev.punct == '('
	case "season-bare":
		if !s.lx.role(last.entry, junction) || m.n > 1 && !next.set.has(cOf) {
			return true
		}
		return (prev.set.has(cIn) || last.capital && !last.first) && !next.set.has(cOf)
	case "day-bare":
		return s.acceptDay(prev, next)
	case "dur-units":
		return prev.set&(cIn.bit()|cAfter.bit()|cAnd.bit()) != 0 && last.set.has(cUnits) &&
			!next.set.has(cOf)
	case "part":
		return !next.set.has(cUnit) && !next.set.has(cUnits) && (!last.capital || last.first)
	case "ref":
		return s.acceptRef(prev, last, next)
	case "shift", "shift-ago":
		return m.path[m.n-1] != cBefore || next.punct != 0 || s.lx.role(next.entry, verb)
	case "clock":
		t := &s.tokens[m.at]
		return m.path[1] != cHours || t.set.has(cClock) || t.digits == 4
	case "dur":
		if v, _ := s.lx.value(last.entry, m.path[m.n-1]); v == quarters {
			return false // mostly the fourth part of something
		}
		return m.path[0] != cA || !next.set.has(cDash)
	case "century":
		return s.acceptOrdinal(m)
	case "period":
		return s.acceptPeriod(m, prev)
	case "deic":
		return !s.apposed(m.at + m.n)
	case "clock-bare":
		return prev.punct == '\n' || prev.punct != ':' && !prev.fraction
	}
	return true
}

// acceptRef tells "to date", "the present crisis" and a former minister from other uses of
// such words.
func (s *scanner) acceptRef(prev token, t *token, next token) bool {
	if v, _ := s.lx.value(t.entry, cRef); v == narrow {
		return s.mode != News && next.punct == 0
	}
	if !s.lx.role(t.entry, junction) {
		return true
	}
	if prev.set.has(cTo) {
		return next.entry < 0 || next.set == 0
	}
	return !t.set.has(cPast) && s.unknown(next) && prev.set&(cThe.bit()|cApos.bit()) != 0
}

// unknown reports whether a token is a word that plays no part in dates: mostly a noun.
func (s *scanner) unknown(t token) bool {
	return t.punct == 0 && t.set&^(cContext.bit()|cHours.bit()) == 0 && !s.lx.role(t.entry, verb) &&
		!s.lx.role(t.entry, sub)
}

// acceptPeriod wants "at this time" or "this period", not "this time round".
func (s *scanner) acceptPeriod(m match, prev token) bool {
	if s.mode == News {
		return false
	}
	v, _ := s.lx.value(s.tokens[m.at+m.n-1].entry, cPeriod)
	return v != 0 || prev.set&announcing&^cComma.bit() != 0
}

// apposed reports whether a date stands right after a comma: "the day before, on Sunday".
func (s *scanner) apposed(i int) bool {
	if !s.near(i).set.has(cComma) {
		return false
	}
	t := s.near(i + 1)
	if t.set.has(cIn) {
		t = s.near(i + 2)
	}
	return t.set&(cWday.bit()|cDay.bit()|cFull.bit()|cMonth.bit()) != 0
}

// acceptOrdinal wants the 19th century, one of four quarters, or the first year.
func (s *scanner) acceptOrdinal(m match) bool {
	for i, c := range m.path[:m.n] {
		if c != cUnit && c != cUnits {
			continue
		}
		v, _ := s.lx.value(s.tokens[m.at+i].entry, c)
		switch v {
		case quarters:
			o, _ := s.lx.value(s.tokens[m.at+i-1].entry, cOrd)
			return o > 0 && o < 5
		case centuries:
			return true
		}
		return m.path[0] == cThe && m.n == i+1
	}
	return false
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
	if s.tokens[m.at].first && unknown && s.lx.lang == "en" {
		return s.text[next.end-1] != 's'
	}
	if s.describes(prev) || s.lx.lang == "en" && (named || !unknown) {
		return true
	}
	return !unknown && named
}

// describes reports whether a token makes the year after it an attribute: its 1920 treaty.
func (s *scanner) describes(prev token) bool {
	return prev.set&(cThe.bit()|cA.bit()) != 0 || s.lx.role(prev.entry, possessive)
}

// acceptDay tells "on the 20th" from the 20th of something else.
func (s *scanner) acceptDay(prev, next token) bool {
	if prev.set&(cIn.bit()|cFrom.bit()|cTo.bit()|cBy.bit()|cAnd.bit()) == 0 {
		return false
	}
	return next.punct != 0 && !next.set.has(cDash) ||
		next.set&(cIn.bit()|cAnd.bit()|cTo.bit()|cContext.bit()|cThe.bit()) != 0
}
