package timex

import (
	"ibid/corpus"
)

// The kinds of inference of an event date; see corpus.EventDate.
const (
	explicit    = "explicit"
	fromContext = "year-from-context"
	relative    = "relative"
	inherited   = "inherited"
	fromPublish = "document-date"
)

// resolved is a partial with what it came to.
type resolved struct {
	partial
	kind      string // DATE TIME DURATION SET
	val       string // TIMEX value
	date      moment // when known; grain byNothing otherwise
	until     moment // the last day of a range in one expression
	inference string
	why       string // the rule, in a plain sentence
	anchor    string
	doubtful  bool // two readings clash
}

// resolver turns partials into moments in reading order. Its state is the time the text
// has reached.
type resolver struct {
	mode      Mode
	published moment // day of publication; byNothing when unknown
	cursor    moment // the last date named in the section
	day       moment // the last full day named in the section
	said      moment // the last date with a year named at all, in passing too
	explicitY bool   // the cursor's year was written in this text
	latest    moment // the latest date of the section, for the next section to begin at
}

// resolveInput is one text as the scanner left it.
type resolveInput struct {
	found  []partial
	tokens []token
	lx     *lexicon
}

// text resolves the partials of one text.
func (r *resolver) text(in resolveInput) []resolved {
	out := make([]resolved, 0, len(in.found))
	r.explicitY = false
	for i := range in.found {
		p := in.found[i]
		x := resolved{partial: p, kind: "DATE", inference: explicit}
		switch p.rule.kind {
		case "date":
			r.calendar(&x, in, i)
		case "range":
			r.calendar(&x, in, i)
			r.closeRange(&x)
		case "deixis":
			r.deixis(&x)
		case "shift":
			r.shift(&x)
		case "dur":
			duration(&x)
		case "ref":
			pointTo(&x)
		case "set":
			repeat(&x)
		case "clock", "time":
			r.time(&x, in, i)
		case "period":
			x.val = "PRESENT_REF"
			if x.hasRel && !x.speech && r.cursor.grain() != byNothing {
				x.val = r.cursor.value()
			}
		}
		r.move(&x, in)
		out = append(out, x)
	}
	return out
}

// move sets the cursor to a date that was just named, unless it is told in passing: the
// end of a stretch, a year reckoned back, a winter, a bare year in brackets.
func (r *resolver) move(x *resolved, in resolveInput) {
	d := x.date
	g := d.grain()
	if g > byYear {
		return
	}
	r.said = d
	if r.passing(x, in) {
		return
	}
	if g == byYear && r.cursor.year == d.year && r.cursor.bc == d.bc {
		return // the year again tells nothing new of the month
	}
	if x.inference == explicit && x.partial.year != 0 {
		r.explicitY = true
	}
	r.cursor = d
	if g == byDay {
		r.day = d
	}
	if r.latest.grain() == byNothing || r.latest.first() < d.first() {
		r.latest = d
	}
}

// passing reports whether the story does not move to a date.
func (r *resolver) passing(x *resolved, in resolveInput) bool {
	switch {
	case r.cursor.grain() == byNothing:
		return false
	case x.attr, x.date.season != 0 && x.moment.year == 0:
		return true
	case x.partial.rule.kind == "deixis":
		return x.rel < 0
	case x.partial.rule.kind == "shift":
		return x.later < 0 && x.unit != days && x.unit != weeks
	case x.moment.year == 0:
		return false
	}
	return r.aside(x, in)
}

// aside reports whether a date with its year is told in passing: a year in brackets, a
// year amid a sentence once the story has reached a month, a date that "until" points to
// or that lies before where the story is.
func (r *resolver) aside(x *resolved, in resolveInput) bool {
	yearly := x.date.grain() == byYear
	switch {
	case yearly && r.enclosed(x, in):
		return true
	case r.cursor.month == 0 || fronted(in.tokens, x.from):
		return false
	case yearly:
		return x.partial.rule.kind == "date"
	}
	return r.until(x, in) || x.date.first() < r.cursor.first()
}

// enclosed reports whether a year opens a bracket or ends a stretch of years.
func (r *resolver) enclosed(x *resolved, in resolveInput) bool {
	if x.from == 0 {
		return false
	}
	prev := in.tokens[x.from-1]
	return prev.punct == '(' || prev.set&(cDash.bit()|cTo.bit()) != 0 && x.from > 1 &&
		in.tokens[x.from-2].set&(cYear.bit()|cNum.bit()) != 0
}

// until reports whether "until" stands in the same clause before a date.
func (r *resolver) until(x *resolved, in resolveInput) bool {
	for k := x.from - 1; k >= max(x.from-7, 0); k-- {
		t := in.tokens[k]
		if v, _ := in.lx.value(t.entry, cTo); v == 1 {
			return true
		}
		if t.first || t.punct != 0 {
			return false
		}
	}
	return false
}

// fronted reports whether at most two words of the sentence stand before token i.
func fronted(tokens []token, i int) bool {
	for k := i; k >= max(i-3, 0); k-- {
		if tokens[k].first {
			return true
		}
	}
	return false
}

// section begins a section: its heading's date, else the one of the headings above, else
// the latest of the section before, whatever the order of its passages.
func (r *resolver) section(heading moment) {
	r.day, r.said, r.explicitY = moment{}, moment{}, false
	switch {
	case heading.grain() != byNothing:
		r.cursor = heading
	case r.latest.grain() != byNothing:
		r.cursor = r.latest
	}
	r.latest = moment{}
	if r.cursor.grain() != byNothing {
		r.latest = r.cursor
	}
}

// calendar resolves dates of which a part is written.
func (r *resolver) calendar(x *resolved, in resolveInput, i int) {
	d := x.moment
	if x.yy {
		d = r.shortYear(d)
	}
	switch {
	case d.year != 0:
	case x.hasRel:
		r.yearRelation(x, &d)
	case d.day != 0 && d.month == 0:
		r.bareDay(x, &d)
	case d.month != 0 || d.season != 0 || d.half != 0 || d.quarter != 0:
		if y, ok := coordinated(in, i); ok {
			d.setAstronomical(y)
			x.inference, x.anchor = fromContext, edtfYear(y)
			x.why = "the year stands with the next date"
			break
		}
		r.year(x, &d)
		x.moveToWeekday(&d)
	}
	if !d.possible() {
		d.year = 0 // 29 February of a year that has none
	}
	x.date, x.val = d, d.value()
	r.checkWeekday(x)
	if x.part != 0 && d.grain() == byDay {
		x.kind, x.val = "TIME", x.val+"T"+codeName(x.part)
	}
}

// moveToWeekday takes the year before or after where only in that one the date falls on
// the weekday that is written with it.
func (x *resolved) moveToWeekday(d *moment) {
	if x.wday == 0 || d.grain() != byDay || !d.possible() || weekday(d.first()) == x.wday {
		return
	}
	y := d.astronomical()
	for _, step := range []int{1, -1} {
		e := *d
		e.setAstronomical(y + step)
		if e.possible() && weekday(e.first()) == x.wday {
			*d = e
			return
		}
	}
}

// possible reports whether the month of a full date is long enough for its day.
func (m moment) possible() bool {
	return m.day == 0 || m.year == 0 || m.month == 0 ||
		m.day <= monthDays(m.astronomical(), m.month)
}

// bareDay resolves "on the 20th" in the month that the text has reached.
func (r *resolver) bareDay(x *resolved, d *moment) {
	base := r.base()
	d.year, d.bc, d.month = base.year, base.bc, base.month
	if d.month == 0 || !d.possible() {
		d.year, d.month = 0, 0
		return
	}
	r.infer(x, fromContext, base)
}

// shortYear completes '39 and the 90s.
func (r *resolver) shortYear(d moment) moment {
	if r.cursor.year > 99 && !r.cursor.bc && r.mode == Narrative {
		d.year += r.cursor.year - r.cursor.year%100
		if d.year > r.cursor.year+10 {
			d.year -= 100
		}
		return d
	}
	d.year = int(century(int32(d.year)))
	return d
}

// base is the date that a bare date leans on: the cursor, else the day of publication.
func (r *resolver) base() moment {
	if r.cursor.grain() != byNothing && (r.mode == Narrative || r.explicitY) {
		return r.cursor
	}
	if r.published.grain() != byNothing {
		return r.published
	}
	return r.cursor
}

// infer records where a date came from.
func (r *resolver) infer(x *resolved, how string, base moment) {
	if base.grain() == byNothing {
		return
	}
	x.inference, x.anchor = how, base.edtf()
	if how == fromContext && base == r.published && base != r.cursor {
		x.inference = fromPublish
	}
	switch x.inference {
	case fromPublish:
		x.why = "the year is that of publication, " + x.anchor
	case fromContext:
		x.why = "the year follows from the date named before, " + x.anchor
	default:
		x.why = "reckoned from " + x.anchor
	}
}

// yearRelation resolves "July of that year".
func (r *resolver) yearRelation(x *resolved, d *moment) {
	base := r.base()
	switch {
	case x.speech && r.mode == News && r.published.grain() != byNothing:
		base = r.published
	case !x.speech && x.rel == 0 && r.said.grain() != byNothing:
		base = r.said
	}
	if base.grain() == byNothing {
		return
	}
	d.setAstronomical(base.astronomical() + x.rel)
	r.infer(x, relative, base)
}

// year chooses the year of a month or season without one.
func (r *resolver) year(x *resolved, d *moment) {
	base := r.base()
	if base.grain() == byNothing {
		return
	}
	y := base.astronomical()
	if base == r.published && r.mode == News {
		y = r.newsYear(d, x.ahead)
	} else {
		y += stepYear(base, *d)
	}
	d.setAstronomical(y)
	r.infer(x, fromContext, base)
}

// monthly is the month that orders a moment within its year; 0 when it has none.
func (m moment) monthly() int {
	switch {
	case m.month != 0:
		return m.month
	case m.season == winter:
		return 1
	case m.season != 0:
		return seasonMonth(m.season) + 1
	case m.quarter != 0:
		return 3*m.quarter - 2
	}
	return 0
}

// stepBack is how many months a narrative may step back before the next year is likelier.
const stepBack = 9

// stepYear is 1 when a date in the year of base would step back too far, else 0.
func stepYear(base, d moment) int {
	b, m := base.monthly(), d.monthly()
	if b == 0 || m == 0 {
		return 0
	}
	if b-m >= stepBack || d.season == winter && base.season == 0 && base.month >= 3 {
		return 1
	}
	return 0
}

// newsYear is the year of the last such month or day before publication; what lies up to
// two weeks ahead, or any time in a sentence about what will be, is taken as ahead.
func (r *resolver) newsYear(d *moment, ahead bool) int {
	y := r.published.astronomical()
	try := *d
	try.setAstronomical(y)
	if d.day > 0 && d.day > monthDays(y, d.month) {
		return y
	}
	_, last := r.published.bounds()
	if try.first() > last+14 && !ahead {
		return y - 1
	}
	return y
}

// coordinated finds the year of a date that shares it with the next one: "January and
// February 1931", "5 June to 12 June 1931".
func coordinated(in resolveInput, i int) (int, bool) {
	if i+1 >= len(in.found) {
		return 0, false
	}
	p, q := in.found[i], in.found[i+1]
	if q.moment.year == 0 || q.yy || q.rule.kind != "date" || q.monthly() == 0 ||
		!joined(in.tokens, p.to, q.from) {
		return 0, false
	}
	y := q.astronomical()
	if a, b := p.monthly(), q.monthly(); a > b || a == b && p.day > q.day && q.day > 0 {
		y--
	}
	return y, true
}

// joints are the classes that join two dates; ties may stand beside them.
const (
	joints = set(1<<cAnd | 1<<cTo | 1<<cDash | 1<<cSlash)
	ties   = set(1<<cIn | 1<<cThe)
)

// joined reports whether nothing but "and", "to", a dash and their like stands between
// two dates, at most three tokens.
func joined(tokens []token, from, to int) bool {
	if to-from > 3 {
		return false
	}
	found := false
	for k := from; k < to; k++ {
		t := tokens[k]
		if t.first || t.set&(joints|ties) == 0 {
			return false
		}
		found = found || t.set&joints != 0
	}
	return found
}

// closeRange resolves the end of "1-3 September 2004" in one expression.
func (r *resolver) closeRange(x *resolved) {
	if x.date.grain() != byDay || x.second == 0 {
		return
	}
	x.until = x.date
	x.until.day = x.second
	x.val = x.date.value() + "/" + x.until.value()
}

// checkWeekday marks a date whose weekday is another than the one written.
func (r *resolver) checkWeekday(x *resolved) {
	if x.wday == 0 || x.date.grain() != byDay || x.date.bc {
		return
	}
	if weekday(x.date.first()) != x.wday {
		x.doubtful = true
		x.why = "the weekday written is not that of the date"
	}
}

// speechDay is the day of publication in news; in narrative the last day named.
func (r *resolver) speechDay() moment {
	if r.mode == News && r.published.grain() == byDay {
		return r.published
	}
	return r.lastDay()
}

// lastDay is the day that "the next day" leans on.
func (r *resolver) lastDay() moment {
	if r.cursor.grain() == byDay {
		return r.cursor
	}
	if r.day.grain() == byDay && (r.cursor.grain() == byNothing || r.cursor.covers(r.day)) {
		return r.day
	}
	if r.cursor.grain() == byNothing && r.published.grain() == byDay {
		return r.published
	}
	return r.cursor
}

// covers reports whether a moment contains a day.
func (m moment) covers(d moment) bool {
	first, last := m.bounds()
	return first <= d.first() && d.first() <= last
}

// addDays moves a day by n.
func (m moment) addDays(n int) moment {
	return at(m.first() + corpus.Day(n))
}
