package timex

import (
	"ibid/corpus"
)

// partial is an expression as it was recognised: nothing that the words do not say is in
// it. The resolver fills it in.
type partial struct {
	rule     rule
	from, to int // tokens, half open
	span     corpus.Span

	moment         // of the words
	second  int    // the last day of a range in one expression
	wday    int    // 1 Monday
	yy      bool   // year is the last two digits
	mod     code   // START and the like
	part    code   // of the day
	clock   int    // minutes, with hasClock
	hasTime bool   // a clock was read
	pm      code   // 1 before noon, 2 after noon
	ref     int32  // of kind ref, set and deic
	amount  int    // of units
	vague   bool   // the amount is not told
	half    bool   // and a half
	number  string // the amount as written, when it has a fraction
	unit    code
	rel     int  // steps: -1 previous, 0 the same, 1 next
	hasRel  bool // rel was said
	speech  bool // reckoned from the time of speech: ago, last, this
	later   int  // direction of a shift
	the     bool
	edge    bool // a noun said which part: the end of
	plural  bool
	apprx   bool
	every   bool
	doubt   bool // day and month may be the other way round
	bad     bool // no such day
	ordinal int
	era     bool
	ahead   bool // the sentence speaks of what will be
	attr    bool // an attribute of the noun that follows: the June 1931 strike
}

// build folds the tokens of a match into partials: one, or several when the rule cuts.
func (s *scanner) build(m match) []partial {
	r := s.lx.rules.rules[m.rule]
	var out []partial
	var cuts []cut
	if r.cuts {
		cuts = s.lx.rules.cuts[cutKey(int(m.rule), m.path[:m.n])]
	}
	from := 0
	for i := 0; i <= len(cuts); i++ {
		to := m.n
		if i < len(cuts) {
			to = cuts[i].from
		}
		p := partial{rule: r, from: m.at + from, to: m.at + to}
		for k := from; k < to; k++ {
			s.fold(&p, m.path[k], &s.tokens[m.at+k])
		}
		s.finish(&p)
		p.span = corpus.Span{Start: s.tokens[p.from].start, End: s.tokens[p.to-1].end}
		out = append(out, p)
		if i < len(cuts) {
			from = cuts[i].to
		}
	}
	share(out)
	return out
}

// share gives the expressions of a list what they have in common: 6-7 June 1931.
func share(ps []partial) {
	for i := len(ps) - 2; i >= 0; i-- {
		p, q := &ps[i], &ps[i+1]
		if p.month == 0 && p.day > 0 {
			p.month = q.month
		}
		if p.year == 0 && q.year != 0 && !q.yy {
			p.year, p.bc = q.year, q.bc
		}
	}
	for i := 1; i < len(ps); i++ {
		p, q := &ps[i-1], &ps[i]
		if q.month == 0 && q.day > 0 {
			q.month = p.month
		}
		if q.yy && p.year > 99 {
			q.year, q.yy = p.year-p.year%100+q.year%100, false
		}
		if q.year == 0 && p.year != 0 {
			q.year, q.bc = p.year, p.bc
		}
	}
}

// fold adds what one token says in its class.
func (s *scanner) fold(p *partial, c class, t *token) {
	v, _ := s.lx.value(t.entry, c)
	if t.entry < 0 {
		v = t.num
	}
	switch c {
	case cMonth, cDay, cYear, cYY, cYY2, cDecade, cFull, cHoliday, cSeason, cEra, cOrd, cWday:
		s.foldDate(p, c, t, v)
	case cNum, cVague, cHalf, cA, cUnit, cUnits, cMore, cBound:
		foldAmount(p, c, t, v, s.text)
	case cEarly, cEdge:
		p.mod, p.edge = v, p.edge || c == cEdge
	case cApprox:
		p.apprx = true
	case cPart:
		p.part = v
	case cClock:
		p.clock, p.hasTime = int(t.num), true
	case cAmpm:
		p.pm = v
	case cThe:
		p.the = true
	case cRef, cDeic, cSet, cEvery, cPeriod:
		p.ref = v
		p.every = p.every || c == cEvery
	case cThisYear:
		p.hasRel, p.speech = true, true
		p.unit = years
	default:
		foldRelation(p, c)
	}
}

// foldDate adds the calendar parts.
func (s *scanner) foldDate(p *partial, c class, t *token, v int32) {
	n := int(v)
	switch c {
	case cMonth:
		p.month = n
	case cDay, cOrd:
		if t.digits > 0 {
			n = int(t.num)
		}
		p.ordinal = n
		if p.day != 0 {
			p.second = n
		} else {
			p.day = n
		}
	case cYear:
		p.year = int(t.num)
	case cYY, cYY2:
		p.year, p.yy = int(t.num), true
	case cDecade:
		p.year, p.decade = int(t.num), true
		if p.year < 100 {
			p.yy = true
		}
	case cFull:
		p.year, p.month, p.day = n/10000, n/100%100, n%100
		p.doubt = t.doubtful
	case cHoliday:
		p.month, p.day = n/100, n%100
	case cSeason:
		p.season = v
	case cWday:
		p.wday = n
	case cEra:
		p.bc, p.era = n < 0, true
	}
}

// foldAmount adds numbers and units.
func foldAmount(p *partial, c class, t *token, v int32, text string) {
	switch c {
	case cNum:
		if p.amount = int(t.num); t.fraction {
			p.number = text[t.start:t.end]
		}
	case cVague:
		p.vague = true
	case cHalf:
		p.half = true
	case cA:
		if p.amount == 0 {
			p.amount = 1
		}
	case cUnit, cUnits:
		p.unit, p.plural = v, p.plural || c == cUnits
	case cMore, cBound:
		p.mod = v
	}
}

// foldRelation adds the words that point to another date.
func foldRelation(p *partial, c class) {
	switch c {
	case cLater, cThrough:
		p.later = 1
	case cEarlier:
		p.later = -1
	case cAgo:
		p.later, p.speech = -1, true
	case cBefore:
		p.later, p.rel, p.hasRel = -1, -1, true
	case cNext, cAfter:
		p.rel, p.hasRel = 1, true
		p.speech = p.speech || c == cNext && !p.the
	case cPrev:
		p.rel, p.hasRel = -1, true
	case cLast:
		p.rel, p.hasRel, p.speech = -1, true, !p.the
	case cThis:
		p.hasRel, p.speech = true, true
	case cThat, cSame:
		p.hasRel, p.speech = true, false
	}
}

// tonight is the value of the word that is both today and a part of the day.
const tonight = 100

// finish settles what only the whole expression tells.
func (s *scanner) finish(p *partial) {
	switch p.rule.name {
	case "century":
		p.finishOrdinal()
	case "half":
		p.finishHalf()
	case "dur", "dur-ord", "dur-last", "dur-part", "every":
		p.day = 0
	case "deic":
		if p.ref == tonight {
			p.ref, p.part = 0, night
		}
	}
	p.finishEra()
	if p.month > 0 {
		n := monthDays(p.dayYear(), p.month)
		p.bad = p.day > n || p.second > n
	}
}

// finishEra settles years before our era. In 310 to 290 BC both are.
func (p *partial) finishEra() {
	if p.rule.name == "era-range" {
		p.era, p.bc = true, true
	}
	if p.era && p.year == 0 {
		p.year = p.amount
	}
	if p.era && p.later < 0 {
		p.bc = true // "before our era"
	}
}

// finishHalf settles the first, second or latter half of a year.
func (p *partial) finishHalf() {
	p.moment.half, p.day = p.ordinal, 0
	if p.ordinal == 0 {
		p.moment.half = 1
		if p.mod == end {
			p.moment.half = 2
		}
	}
	p.mod = 0
}

// finishOrdinal settles the 19th century, the third quarter, the first year.
func (p *partial) finishOrdinal() {
	p.day = 0
	switch p.unit {
	case centuries:
		p.year, p.century = p.ordinal-1, p.ordinal > 0
	case quarters:
		p.quarter = p.ordinal
	default:
		p.rule.kind = "dur"
	}
}

// dayYear is the year to look up the length of a month in; 0, a leap year, without one.
func (p *partial) dayYear() int {
	if p.year == 0 || p.yy {
		return 0
	}
	return p.astronomical()
}
