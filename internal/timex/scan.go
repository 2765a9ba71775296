package timex

import (
	"ibid/corpus"
)

// scanner recognises the expressions of one text.
type scanner struct {
	lx     *lexicon
	mode   Mode
	text   string
	tokens []token
	m      matcher
	found  []partial
	bad    []corpus.Unresolved
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

// trim leaves the article to the noun that follows: the [June 1931] strike.
func (s *scanner) trim(m match) match {
	if m.path[0] != cThe || m.n < 2 || !s.attributive(m) {
		return m
	}
	copy(m.path[:], m.path[1:])
	m.at, m.n = m.at+1, m.n-1
	return m
}

// tied are the classes that tie an article to the expression: the end of, the next.
const tied = set(1<<cOf | 1<<cNext | 1<<cPrev | 1<<cLast | 1<<cPast | 1<<cEdge | 1<<cEarly)

// attributive reports whether an expression with an article describes the next noun.
func (s *scanner) attributive(m match) bool {
	next, second := s.near(m.at+m.n), s.near(m.at+1)
	name := s.lx.rules.rules[m.rule].name
	switch name {
	case "ref-the":
		last := s.near(m.at + m.n - 1)
		return !s.lx.role(last.entry, junction) && (s.unknown(next) || next.set.has(cDash))
	case "month", "date", "season-bare", "season", "holiday", "year-season":
	case "dur":
		if !s.near(m.at+2).set.has(cDash) && !second.capital {
			return false
		}
	default:
		return false
	}
	for _, c := range m.path[1:m.n] {
		if tied.has(c) {
			return false
		}
	}
	return s.unknown(next)
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
