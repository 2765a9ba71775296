package timex

import (
	"unicode"
	"unicode/utf8"
)

// announcing are the classes that announce a date.
const announcing = set(1<<cIn | 1<<cOf | 1<<cAnd | 1<<cTo | 1<<cFrom | 1<<cBy | 1<<cBefore |
	1<<cAfter | 1<<cBetween | 1<<cEarly | 1<<cEdge | 1<<cApprox | 1<<cDash | 1<<cComma)

// accept reports whether the words around a match allow it.
func (s *scanner) accept(m match) bool {
	prev, next := s.near(m.at-1), s.near(m.at+m.n)
	if m.n > 1 && m.path[1] == cIn && s.lx.lang == "en" {
		if v, _ := s.lx.value(s.tokens[m.at+1].entry, cIn); v == 0 {
			return false // late on 5 May
		}
	}
	if s.lx.rules.rules[m.rule].kind == "date" {
		return s.acceptDate(m, prev, next)
	}
	return s.acceptOther(m, prev, next)
}

// acceptDate judges the rules of kind date that a single word or number can meet.
func (s *scanner) acceptDate(m match, prev, next token) bool {
	last := &s.tokens[m.at+m.n-1]
	switch s.lx.rules.rules[m.rule].name {
	case "year":
		return s.acceptYear(m, prev, next)
	case "month-bare", "season-bare":
		return !s.lx.role(last.entry, junction) || s.acceptHomonym(m, prev, next)
	case "day-bare":
		return s.acceptDay(prev, next)
	case "century":
		return s.acceptOrdinal(m)
	case "decade": // not a man in his mid-50s
		return last.num > 99 || m.path[0] == cThe || s.lx.lang != "en"
	}
	return true
}

// acceptHomonym tells May, March, spring and fall from the other words they are.
func (s *scanner) acceptHomonym(m match, prev, next token) bool {
	last := &s.tokens[m.at+m.n-1]
	if last.set.has(cMonth) {
		return m.n > 1 || prev.set&announcing != 0 || prev.punct == '('
	}
	return (m.n > 1 || prev.set.has(cIn) || s.named(last)) && !next.set.has(cOf)
}

// acceptOther judges the rules of the other kinds.
func (s *scanner) acceptOther(m match, prev, next token) bool {
	last := &s.tokens[m.at+m.n-1]
	switch s.lx.rules.rules[m.rule].name {
	case "dur-units":
		return prev.set&(cIn.bit()|cAfter.bit()|cAnd.bit()) != 0 && !next.set.has(cOf)
	case "dur":
		v, _ := s.lx.value(last.entry, m.path[m.n-1])
		return v != quarters && (m.path[0] != cA || !next.set.has(cDash)) // a quarter: a fourth
	case "part":
		return !s.named(last)
	case "ref":
		return s.acceptRef(prev, last, next)
	case "shift", "shift-ago":
		return m.path[m.n-1] != cBefore || !s.governs(next)
	case "clock", "clock-bare":
		return s.acceptClock(m, prev)
	case "period":
		return s.acceptPeriod(m, prev)
	case "deic":
		return !s.apposed(m.at+m.n) && !s.named(last)
	case "wday", "wday-part":
		return !s.lx.role(prev.entry, festal)
	}
	return true
}

// governs reports whether "before" goes with the word after it: two days before the vote.
func (s *scanner) governs(next token) bool {
	return next.punct == 0 && !s.lx.role(next.entry, verb)
}

// acceptClock tells "at 0600 hours" from six hours, and "at 7:14" from a score.
func (s *scanner) acceptClock(m match, prev token) bool {
	t := &s.tokens[m.at]
	if m.n == 1 {
		return prev.set&announcing&^cComma.bit() != 0 || prev.punct == '('
	}
	return m.path[1] != cHours || t.set.has(cClock) || t.digits == 4
}

// named reports whether a word is in capitals in mid-sentence: part of a name.
func (s *scanner) named(t *token) bool { return t.capital && !t.first }

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
	ordinal := int32(0)
	for i, c := range m.path[:m.n] {
		v, _ := s.lx.value(s.tokens[m.at+i].entry, c)
		if c == cOrd {
			ordinal = v
		}
		if c != cUnit && c != cUnits {
			continue
		}
		switch v {
		case quarters:
			return ordinal > 0 && ordinal < 5
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
	if s.amount(prev, next) {
		return m.path[m.n-1] == cYearWord
	}
	if m.n > 1 || next.punct != 0 {
		return true
	}
	if s.named(&prev) && s.unknown(prev) {
		return false // the number of a model or a match
	}
	return s.acceptBareYear(m, prev, next)
}

// acceptBareYear judges a year without any other sign beside it, by the words around.
func (s *scanner) acceptBareYear(m match, prev, next token) bool {
	named := prev.set&announcing != 0 || prev.punct == '(' || prev.punct == '\n'
	r, _ := utf8.DecodeRuneInString(s.text[next.start:])
	unknown := next.entry < 0 && next.set == 0 && unicode.IsLower(r)
	switch {
	case s.lx.lang != "en":
		return s.describes(prev) || !unknown && named
	case s.tokens[m.at].first && unknown:
		return s.text[next.end-1] != 's'
	}
	return s.describes(prev) || named || !unknown
}

// amount reports whether the tokens around a number make it count or measure something.
func (s *scanner) amount(prev, next token) bool {
	return s.lx.role(next.entry, counted) || next.set&(cUnit.bit()|cUnits.bit()) != 0 ||
		next.punct == '%' || next.punct == '°' || s.lx.role(prev.entry, abbreviation)
}

// describes reports whether a token makes the year after it an attribute: its 1931 charter.
func (s *scanner) describes(prev token) bool {
	return prev.set&(cThe.bit()|cA.bit()) != 0 || s.lx.role(prev.entry, possessive)
}

// acceptDay tells "on the 20th" from the 20th of something else.
func (s *scanner) acceptDay(prev, next token) bool {
	if prev.set&(cIn.bit()|cFrom.bit()|cTo.bit()|cBy.bit()|cAnd.bit()) == 0 {
		return false
	}
	return next.punct != 0 && !next.set.has(cDash) && next.punct != '%' && next.punct != '°' ||
		next.set&(cIn.bit()|cAnd.bit()|cTo.bit()|cContext.bit()|cThe.bit()) != 0
}
