package timex

import (
	"strings"

	"ibid/corpus"
)

// shape is the stretch of time that the words around a date make of it.
type shape int

// The shapes.
const (
	point  shape = iota // on, in, at
	closed              // from A to B, between A and B, A-B
	onward              // from A, since A, after A
	upTo                // by B, until B, before B
)

// rank orders the dates of a passage; the least governs its main clause.
type rank int

// The ranks.
const (
	frontedRank   rank = iota // "On 5 May, two men were shot"
	mainRank                  // "Two men were shot on 5 May"
	openFrontRank             // "By 2017, the group was gone"
	openRank                  // "The group was gone by 2017"
	subRank                   // "after the attack on 5 May"
	vagueRank                 // "After this, the group was gone"
	bracketRank               // "(born 5 May 1970)"
	notEvent                  // "the 1970 treaty"
)

// candidate is a date that may be an event of a passage.
type candidate struct {
	event    corpus.EventDate
	shape    shape
	rank     rank
	sentence int
	grain    grain
}

// story is what the passage before in a section told: the dates that this one may carry on.
type story struct {
	primary corpus.EventDate
	recent  corpus.EventDate // the last in the text that is not subordinate
	told    bool
}

// events chooses the event dates of a passage, in the order of the text.
func (a *annotator) events(t Text, rs []resolved) []corpus.EventDate {
	before := a.story
	a.story = story{}
	if a.silent(t, rs) {
		return nil
	}
	cs := a.candidates(rs)
	cs = a.afterThis(cs, before)
	cs = condense(cs)
	if len(cs) == 0 {
		e, ok := a.inherit(t, before)
		if !ok {
			return nil
		}
		a.story = before
		return []corpus.EventDate{e}
	}
	best := 0
	for i := range cs {
		if cs[i].rank < cs[best].rank {
			best = i
		}
	}
	cs[best].event.Primary = true
	out := make([]corpus.EventDate, len(cs))
	for i := range cs {
		out[i] = cs[i].event
		if cs[i].rank <= openRank {
			a.story.recent = out[i]
		}
	}
	a.story.primary, a.story.told = out[best], true
	if a.story.recent.EDTF == "" {
		a.story.recent = out[best]
	}
	return out
}

// candidates turns resolved expressions into candidates, joining the two ends of a
// stretch.
func (a *annotator) candidates(rs []resolved) []candidate {
	var out []candidate
	for i := 0; i < len(rs); i++ {
		x := &rs[i]
		if !a.eventful(x) {
			continue
		}
		c := candidate{sentence: a.scan.tokens[x.from].sentence, grain: x.date.grain()}
		if i+1 < len(rs) && a.eventful(&rs[i+1]) && a.stretch(x, &rs[i+1]) {
			c.shape = closed
			a.place(&c, x)
			if c.rank == notEvent {
				i++
				continue
			}
			c.event = between(x, &rs[i+1])
			out = append(out, c)
			i++
			continue
		}
		c.shape = a.shapeOf(x)
		a.place(&c, x)
		if c.rank == notEvent {
			continue
		}
		c.event = x.event(c.shape)
		out = append(out, c)
	}
	return out
}

// eventful reports whether an expression has a date that something can have happened at.
func (a *annotator) eventful(x *resolved) bool {
	if x.date.grain() > byDecade || x.attr || x.partial.rule.kind == "clock" {
		return false // a clock alone says no day
	}
	lead := a.leading(x)
	switch {
	case x.partial.rule.name == "season-bare":
		return lead.set&announcing != 0 // not: winter wheat
	case x.partial.rule.kind == "deixis" && x.rel < 0:
		return !lead.set.has(cFrom) && !lead.set.has(cOf) // not: up from last year
	case x.partial.rule.kind == "set":
		return false
	}
	return true
}

// stretch reports whether x and y are the two ends of one: nothing but "to", a dash, or an
// "and" after "between" stands between them, and x is not after y.
func (a *annotator) stretch(x, y *resolved) bool {
	if y.from <= x.to || y.from-x.to > 3 || x.until.year != 0 || y.until.year != 0 {
		return false
	}
	joint := set(cTo.bit() | cDash.bit())
	if a.leading(x).set.has(cBetween) {
		joint |= cAnd.bit()
	}
	joined := false
	for k := x.to; k < y.from; k++ {
		t := a.scan.tokens[k]
		if t.first || t.set&(joint|cThe.bit()|cIn.bit()) == 0 {
			return false
		}
		joined = joined || t.set&joint != 0
	}
	_, last := y.date.bounds()
	return joined && x.date.first() <= last && y.shiftless() && x.shiftless()
}

// shiftless reports whether an expression names a date rather than a way to one.
func (x *resolved) shiftless() bool { return x.partial.rule.kind != "shift" }

// leading is the token that announces an expression, articles and "about" passed over.
func (a *annotator) leading(x *resolved) token {
	k := x.from - 1
	for k >= 0 && !a.scan.tokens[k+1].first &&
		a.scan.tokens[k].set&(cThe.bit()|cApprox.bit()|cBound.bit()) != 0 {
		k--
	}
	if k < 0 || a.scan.tokens[k+1].first {
		return token{entry: -1}
	}
	return a.scan.tokens[k]
}

// shapeOf reads the preposition before a date. "From" after a verb of beginning names the
// day itself.
func (a *annotator) shapeOf(x *resolved) shape {
	if x.partial.rule.kind == "shift" || x.until.year != 0 || a.possessive(x) {
		return point
	}
	t := a.leading(x)
	v, _ := a.lx.value(t.entry, cTo)
	switch {
	case t.set.has(cFrom) && a.begins(x):
		return point
	case t.set.has(cFrom), t.set.has(cAfter):
		return onward
	case t.set.has(cBy), t.set.has(cBefore), t.set.has(cTo) && v == 1:
		return upTo
	}
	return point
}

// possessive reports whether a date owns the noun after it: Monday's fight.
func (a *annotator) possessive(x *resolved) bool {
	return x.to < len(a.scan.tokens) && a.scan.tokens[x.to].set.has(cApos) &&
		!a.scan.tokens[x.to].space
}

// begins reports whether a verb of beginning stands shortly before a date.
func (a *annotator) begins(x *resolved) bool {
	for k := x.from - 1; k >= max(x.from-6, 0); k-- {
		t := a.scan.tokens[k]
		if a.lx.role(t.entry, begin) {
			return true
		}
		if t.first {
			return false
		}
	}
	return false
}

// place ranks a candidate by where its expression stands in the sentence.
func (a *annotator) place(c *candidate, x *resolved) {
	tokens := a.scan.tokens
	begin := x.from
	for begin > 0 && !tokens[begin].first {
		begin--
	}
	depth, born := a.bracket(begin, x.from)
	lead := a.leading(x)
	switch {
	case born || depth > 0 && c.grain > byDay, a.dateline(begin, x), a.attribute(x, lead):
		c.rank = notEvent
	case depth > 0:
		c.rank = bracketRank
	case a.possessive(x):
		c.rank = subRank
	case fronted(tokens, x.from) && a.plain(begin, x.from):
		c.rank = frontedRank
	case a.subordinate(begin, x, lead):
		c.rank = subRank
	default:
		c.rank = mainRank
	}
	if (c.shape == onward || c.shape == upTo) && c.rank <= mainRank {
		c.rank += openFrontRank
	}
}

// bracket counts the brackets open at token i, and reports whether they tell of a birth or
// a death.
func (a *annotator) bracket(begin, i int) (depth int, born bool) {
	for _, t := range a.scan.tokens[begin:i] {
		switch t.punct {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		}
		born = depth > 0 && (born || a.lx.role(t.entry, life))
	}
	return depth, born
}

// attribute reports whether a bare year only describes a noun: the 1999 law, the law of
// 1999.
func (a *annotator) attribute(x *resolved, lead token) bool {
	if x.date.grain() == byQuarter && x.moment.year == 0 {
		return lead.set&announcing == 0 // third-quarter earnings
	}
	if x.date.grain() != byYear || x.partial.rule.kind != "date" {
		return false
	}
	if lead.set.has(cOf) {
		return true
	}
	return x.from > 0 && a.scan.describes(a.scan.tokens[x.from-1]) && !a.scan.tokens[x.from].first &&
		x.to < len(a.scan.tokens) && a.scan.unknown(a.scan.tokens[x.to])
}

// plain reports whether no clause begins between the sentence's start and a date.
func (a *annotator) plain(start, at int) bool {
	for k := start; k < at; k++ {
		t := a.scan.tokens[k]
		if a.lx.role(t.entry, sub) && !(k == at-1 || t.set.has(cBefore)) || a.lx.role(t.entry, verb) {
			return k == at-1
		}
	}
	return true
}

// subordinate reports whether a word that begins a clause stands before the date in the
// same stretch between commas, other than the preposition of the date itself.
func (a *annotator) subordinate(start int, x *resolved, lead token) bool {
	for k := x.from - 1; k >= start; k-- {
		t := a.scan.tokens[k]
		if t.start == lead.start && t.set&(cAfter.bit()|cBefore.bit()) != 0 {
			continue
		}
		if t.set.has(cComma) || t.punct == ';' || t.punct == ':' {
			return a.participle(k + 1)
		}
		if a.lx.role(t.entry, sub) {
			return true
		}
	}
	return false
}

// participle reports whether a word after a comma describes the noun before it: the
// bridge, opened on 3 May 1870, fell.
func (a *annotator) participle(k int) bool {
	t := a.scan.tokens[k]
	return a.lx.lang == "en" && strings.HasSuffix(a.scan.text[t.start:t.end], "ed")
}

// dateline reports whether a date belongs to the line that a wire report opens with:
// DERBENT, 3 May (Wire) —. It says when the report was filed.
func (a *annotator) dateline(start int, x *resolved) bool {
	tokens := a.scan.tokens
	if start == x.from || !tokens[x.from-1].set.has(cComma) {
		return false
	}
	for k := start; k < x.from; k++ {
		t := tokens[k]
		if t.punct == 0 && !upper(a.scan.text[t.start:t.end]) {
			return false
		}
	}
	for k := x.to; k < min(x.to+7, len(tokens)); k++ {
		if t := tokens[k]; t.set.has(cDash) && t.space {
			return true
		}
		if tokens[k].first {
			break
		}
	}
	return false
}

// condense drops a coarse date that a finer one of the same sentence says better, and
// gives the first of equal dates the evidence of the others. The candidates stand in the
// order of the text, so those of a sentence are neighbours.
func condense(cs []candidate) []candidate {
	var out []candidate
	known := map[string]int{}
	for i, from := 0, 0; i < len(cs); i++ {
		c := cs[i]
		for cs[from].sentence < c.sentence {
			from++
		}
		if c.shape == point && finer(cs[from:], c) {
			continue
		}
		k, ok := known[c.event.EDTF]
		if !ok {
			known[c.event.EDTF] = len(out)
			out = append(out, c)
			continue
		}
		out[k].event.Evidence = append(out[k].event.Evidence, c.event.Evidence...)
		out[k].rank = min(out[k].rank, c.rank)
	}
	return out
}

// finer reports whether one of the leading candidates, all of one sentence, is a finer
// date inside c. It looks at no more than a page's worth.
func finer(cs []candidate, c candidate) bool {
	for _, d := range cs[:min(len(cs), 64)] {
		if d.sentence != c.sentence {
			return false
		}
		if d.shape == point && d.grain < c.grain &&
			c.event.First <= d.event.First && d.event.Last <= c.event.Last {
			return true
		}
	}
	return false
}
