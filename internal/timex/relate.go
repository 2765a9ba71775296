package timex

import (
	"fmt"
	"strconv"

	"ibid/corpus"
)

// deixis resolves expressions that name a unit by its place beside another date: the next
// day, last year, that summer, Tuesday, yesterday.
func (r *resolver) deixis(x *resolved) {
	switch {
	case x.wday != 0:
		r.weekdayNear(x)
	case x.unit == 0 && x.season != 0:
		r.seasonNear(x)
	case x.unit == 0 && x.month != 0:
		r.monthNear(x)
	case x.unit == 0 && x.part != 0 && x.rule.name == "next-part":
		r.unitNear(x, days)
	case x.unit != 0:
		r.unitNear(x, x.unit)
	case x.rule.name == "same-ru":
		r.unitNear(x, years)
	case x.rule.name == "deic", x.rule.name == "deic-part":
		r.deictic(x)
	}
	if x.part != 0 {
		x.kind = "TIME"
		if x.date.grain() == byDay {
			x.val = x.date.value()
		} else if x.val == "" {
			x.val = "XXXX-XX-XX"
		}
		x.val += "T" + codeName(x.part)
	}
}

// deictic resolves yesterday, today, tomorrow.
func (r *resolver) deictic(x *resolved) {
	base := r.speechDay()
	if r.mode == Narrative && x.ref == 0 || base.grain() != byDay {
		x.val = "PRESENT_REF"
		if x.ref != 0 {
			x.val = "XXXX-XX-XX"
		}
		return
	}
	x.date = base.addDays(int(x.ref))
	x.val = x.date.value()
	r.infer(x, relative, base)
}

// unitNear resolves the next, last or same unit.
func (r *resolver) unitNear(x *resolved, unit code) {
	base := r.from(unit, x.speech)
	if base.grain() == byNothing {
		x.val = unknown(unit)
		return
	}
	d, val := beside(base, unit, x.rel)
	if d.grain() == byNothing {
		if x.val = val; val == "P1W" {
			x.kind = "DURATION"
		}
		return
	}
	x.date, x.val = d, d.value()
	r.infer(x, relative, base)
	x.season = 0
}

// from is the date that units are counted from: a day for days and weeks, else the last
// date; the day of publication for what is said from the time of speech.
func (r *resolver) from(unit code, speech bool) moment {
	switch {
	case unit == days || unit == weeks || unit == fortnights:
		if speech {
			return r.speechDay()
		}
		return r.lastDay()
	case speech && r.mode == News && r.published.grain() != byNothing:
		return r.published
	}
	return r.base()
}

// beside is the unit so many steps from a date, or its TIMEX value when the date is
// coarser than the unit.
func beside(base moment, unit code, rel int) (moment, string) {
	switch {
	case unit == days && base.grain() == byDay:
		return base.addDays(rel), ""
	case unit == days && base.monthly() != 0 && rel == 0:
		return moment{}, base.value() + "-XX"
	case unit == days:
		return moment{}, unknown(unit)
	case unit == weeks && base.grain() == byDay:
		return weekOf(base.first() + corpus.Day(7*rel)), ""
	case unit == weeks:
		return moment{}, "P1W"
	case unit == months && base.month == 0:
		return moment{}, base.value() + "-XX"
	case unit == months:
		d := base.addMonths(rel)
		d.day = 0
		return d, ""
	}
	return largeUnit(base, unit, rel), ""
}

// largeUnit is the quarter, year, decade or century beside a date.
func largeUnit(base moment, unit code, rel int) moment {
	var d moment
	switch unit {
	case quarters:
		k := base.astronomical()*4 + max(base.monthly()-1, 0)/3 + rel
		y := k >> 2 // rounds down, also below zero
		d.quarter = k - 4*y + 1
		d.setAstronomical(y)
	case decades:
		y := base.astronomical() + 10*rel
		d.setAstronomical(y)
		d.year -= d.year % 10
		d.decade = true
	case centuries:
		y := base.astronomical() + 100*rel
		d.setAstronomical(y)
		d.year /= 100
		d.century = true
	default:
		d.setAstronomical(base.astronomical() + rel)
	}
	return d
}

// unknown is the TIMEX value of a unit whose date is not known.
func unknown(unit code) string {
	switch unit {
	case days:
		return "XXXX-XX-XX"
	case weeks:
		return "XXXX-WXX"
	case months:
		return "XXXX-XX"
	case years:
		return "XXXX"
	}
	return ""
}

// unknownIn is the same in a year that is known.
func unknownIn(base moment, unit code) string {
	v := unknown(unit)
	if base.year != 0 && (unit == days || unit == weeks) {
		return moment{year: base.year, bc: base.bc}.value() + v[4:]
	}
	return v
}

// weekdayNear resolves Tuesday, last Tuesday, next Friday.
func (r *resolver) weekdayNear(x *resolved) {
	base := r.speechDay()
	if base.grain() != byDay || base.bc {
		x.val = "XXXX-WXX-" + strconv.Itoa(x.wday)
		return
	}
	from := base.first()
	back := (weekday(from) - x.wday + 7) % 7
	d := from - corpus.Day(back)
	switch {
	case x.rel < 0 && back == 0:
		d -= 7
	case x.rel > 0 || back != 0 && (r.mode == Narrative || x.ahead):
		d += 7
	}
	x.date = at(d)
	x.val = x.date.value()
	r.infer(x, relative, base)
}

// monthNear resolves last March, next March, that March.
func (r *resolver) monthNear(x *resolved) {
	base := r.base()
	if base.grain() == byNothing {
		x.val = x.moment.value()
		return
	}
	d := x.moment
	y := base.astronomical()
	switch m := base.monthly(); {
	case x.rel < 0 && d.month >= m:
		y--
	case x.rel > 0 && d.month <= m:
		y++
	}
	d.setAstronomical(y)
	x.date, x.val = d, d.value()
	r.infer(x, relative, base)
}

// seasonNear resolves last autumn, next spring, that summer.
func (r *resolver) seasonNear(x *resolved) {
	base := r.base()
	if base.grain() == byNothing {
		x.val = x.moment.value()
		return
	}
	d := x.moment
	y := base.astronomical()
	s := moment{season: x.season}.monthly()
	switch m := base.monthly(); {
	case x.rel < 0 && s+1 >= m && m != 0:
		y--
	case x.rel < 0 && m == 0:
		y--
	case x.rel > 0 && (m == 0 || s <= m):
		y++
	}
	d.setAstronomical(y)
	x.date, x.val = d, d.value()
	r.infer(x, relative, base)
}

// shift resolves two days later, five years ago, через неделю.
func (r *resolver) shift(x *resolved) {
	n := x.amount
	if n == 0 && !x.vague && !x.plural {
		n = 1
	}
	switch {
	case n == 0 && !x.vague && x.unit != hours && unknown(x.unit) != "":
		x.val = unknown(x.unit) // days later
		return
	case n == 0 || x.vague || x.number != "":
		x.val = "FUTURE_REF"
		if x.later < 0 {
			x.val = "PAST_REF"
		}
		return
	}
	base := r.from(x.unit, x.speech)
	d, ok := shifted(base, x.unit, n*x.later)
	if !ok {
		x.val = unknownIn(base, x.unit)
		return
	}
	x.date, x.val = d, d.value()
	r.infer(x, relative, base)
}

// shifted moves a date by n units and keeps the grain of the unit. It fails when the date
// is coarser than the unit.
func shifted(base moment, unit code, n int) (moment, bool) {
	if base.grain() > byYear || n > 9999 || n < -9999 {
		return moment{}, false
	}
	var d moment
	switch unit {
	case days, weeks, fortnights:
		if base.grain() != byDay {
			return d, false
		}
		return base.addDays(n * unitDays(unit)), true
	case months:
		if base.month == 0 {
			return d, false
		}
		d = base.addMonths(n)
		d.day = 0
	case years:
		d.setAstronomical(base.astronomical() + n)
	case decades:
		d.setAstronomical(base.astronomical() + 10*n)
	default:
		return d, false
	}
	return d, d.year < 10000
}

// unitDays is the length of a week, a fortnight or a day.
func unitDays(unit code) int {
	switch unit {
	case weeks:
		return 7
	case fortnights:
		return 14
	}
	return 1
}

// duration writes P3M, PT2H, PXD, P2.5Y.
func duration(x *resolved) {
	x.kind = "DURATION"
	x.val = period(x.amountText(), x.unit)
	first := x.rule.name == "dur-ord" || x.rule.name == "dur-part"
	if first && x.month == 0 && x.unit == months && x.amount == 3 && x.moment.year != 0 {
		d := moment{year: x.moment.year, bc: x.moment.bc, quarter: 1}
		if x.hasRel {
			d.quarter = 4
		}
		x.kind, x.date, x.val = "DATE", d, d.value()
	}
}

// amountText is the amount of a duration as TIMEX writes it.
func (x *resolved) amountText() string {
	switch {
	case x.number != "":
		return x.number
	case x.partial.half && x.amount > 0 && !x.vague:
		return strconv.Itoa(x.amount) + ".5"
	case x.partial.half:
		return "0.5"
	case x.vague || x.amount == 0 && x.plural:
		return "X"
	}
	return strconv.Itoa(max(x.amount, 1))
}

// period writes an amount of a unit.
func period(n string, unit code) string {
	switch unit {
	case years:
		return "P" + n + "Y"
	case months:
		return "P" + n + "M"
	case weeks:
		return "P" + n + "W"
	case days:
		return "P" + n + "D"
	case hours:
		return "PT" + n + "H"
	case minutes:
		return "PT" + n + "M"
	case seconds:
		return "PT" + n + "S"
	case decades:
		return "P" + n + "DE"
	case centuries:
		return "P" + n + "CE"
	case quarters:
		return "P" + n + "Q"
	case fortnights:
		if k, err := strconv.Atoi(n); err == nil {
			return fmt.Sprintf("P%dW", 2*k)
		}
		return "PXW"
	}
	return ""
}

// pointTo writes PRESENT_REF and its like.
func pointTo(x *resolved) {
	switch code(x.ref) {
	case present, 0:
		x.val = "PRESENT_REF"
	case future:
		x.val = "FUTURE_REF"
	default:
		x.val = "PAST_REF"
	}
}

// repeat writes sets: daily, every week, per month.
func repeat(x *resolved) {
	x.kind = "SET"
	unit := x.unit
	if unit == 0 {
		unit = code(x.ref)
	}
	switch {
	case x.wday != 0:
		x.val = "XXXX-WXX-" + strconv.Itoa(x.wday)
	case x.part != 0:
		x.val = "XXXX-XX-XXT" + codeName(x.part)
	case x.month != 0 || x.season != 0:
		x.val = x.moment.value()
	case x.every:
		x.val = period(strconv.Itoa(max(x.amount, 1)), unit)
		if unit == days && x.ref == 0 && x.amount == 0 {
			x.val = unknown(days)
		}
	default:
		x.val = unknown(unit)
	}
}

// time resolves clocks and parts of the day with their date: the one written with it, the
// next one in the sentence, else the last day.
func (r *resolver) time(x *resolved, in resolveInput, i int) {
	x.kind = "TIME"
	suffix := "T" + codeName(x.part)
	if x.rule.kind == "clock" {
		m := x.clock
		if !x.hasTime {
			if m = x.amount * 60; x.amount > 99 {
				m = x.amount/100*60 + x.amount%100
			}
		}
		if x.pm == 2 && m < 12*60 {
			m += 12 * 60
		}
		suffix = fmt.Sprintf("T%02d:%02d", m/60, m%60)
	}
	if x.moment.month != 0 {
		r.calendar(x, in, i)
		x.kind = "TIME"
		x.val = x.date.value() + suffix
		return
	}
	base, written := moment{}, false
	if x.rule.kind == "clock" || x.the || x.amount > 0 {
		base, written = r.near(x, in, i)
	}
	if base.grain() == byDay {
		x.date = base
		x.val = base.value() + suffix
		if !written {
			r.infer(x, relative, base)
		}
		return
	}
	x.val = "XXXX-XX-XX" + suffix
}

// near is the full date that follows in the sentence, and true; else the last day named.
func (r *resolver) near(x *resolved, in resolveInput, i int) (moment, bool) {
	if i+1 < len(in.found) {
		q := in.found[i+1]
		if q.from-in.found[i].to <= 3 && q.moment.month != 0 && q.day != 0 {
			y := resolved{partial: q}
			c := *r
			c.calendar(&y, in, i+1)
			x.inference, x.why, x.anchor = y.inference, y.why, y.anchor
			return y.date, true
		}
	}
	return r.lastDay(), false
}
