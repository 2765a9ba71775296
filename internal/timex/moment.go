package timex

import (
	"fmt"

	"ibid/corpus"
)

// moment is a calendar date as far as it is known. Fields that are zero are unknown; a
// month without a year is a moment too.
type moment struct {
	year    int // as written, counted from 1; see bc
	bc      bool
	month   int
	day     int
	week    int  // of the ISO calendar; year is then the week's year
	season  code // spring to winter
	quarter int
	half    int
	decade  bool // year is its first year
	century bool // year is the number that its years begin with: 18 for the 19th
}

// grain is how finely a moment is known.
type grain int

// The grains, finest first.
const (
	byDay grain = iota
	byWeek
	byMonth
	byQuarter
	bySeason
	byHalf
	byYear
	byDecade
	byCentury
	byNothing
)

// grain reports how finely m is known, given that its year is.
func (m moment) grain() grain {
	switch {
	case m.year == 0:
		return byNothing
	case m.century:
		return byCentury
	case m.decade:
		return byDecade
	case m.day != 0:
		return byDay
	case m.week != 0:
		return byWeek
	case m.month != 0:
		return byMonth
	case m.season != 0:
		return bySeason
	case m.quarter != 0:
		return byQuarter
	case m.half != 0:
		return byHalf
	}
	return byYear
}

// astronomical is the year with a year 0, as Day and EDTF count: 480 BC is -479.
func (m moment) astronomical() int {
	if m.bc {
		return 1 - m.year
	}
	return m.year
}

// setAstronomical sets the year from one that counts a year 0.
func (m *moment) setAstronomical(y int) {
	m.year, m.bc = y, false
	if y <= 0 {
		m.year, m.bc = 1-y, true
	}
}

// at is the moment of one day.
func at(d corpus.Day) moment {
	y, mo, da := d.Date()
	m := moment{month: mo, day: da}
	m.setAstronomical(y)
	return m
}

// first is the first day that the moment may be; its year must be known.
func (m moment) first() corpus.Day {
	f, _ := m.bounds()
	return f
}

// bounds returns the first and the last day that the moment may be. A winter begins in the
// December of its year, as EDTF leaves it open and annotators mostly do.
func (m moment) bounds() (corpus.Day, corpus.Day) {
	y := m.astronomical()
	switch m.grain() {
	case byDay:
		d := corpus.DayOf(y, m.month, m.day)
		return d, d
	case byWeek:
		d := weekStart(y, m.week)
		return d, d + 6
	case byMonth:
		return span(y, m.month, 1)
	case byQuarter:
		return span(y, 3*m.quarter-2, 3)
	case bySeason:
		return span(y, seasonMonth(m.season), 3)
	case byHalf:
		return span(y, 6*m.half-5, 6)
	case byDecade:
		if m.bc {
			return corpus.DayOf(y-9, 1, 1), corpus.DayOf(y, 12, 31)
		}
		return corpus.DayOf(y, 1, 1), corpus.DayOf(y+9, 12, 31)
	case byCentury:
		if m.bc {
			return corpus.DayOf(1-(m.year+1)*100, 1, 1), corpus.DayOf(-m.year*100, 12, 31)
		}
		return corpus.DayOf(m.year*100, 1, 1), corpus.DayOf(m.year*100+99, 12, 31)
	}
	return corpus.DayOf(y, 1, 1), corpus.DayOf(y, 12, 31)
}

// span is the stretch of n months from the month on.
func span(y, month, n int) (corpus.Day, corpus.Day) {
	next := month + n
	ny := y
	if next > 12 {
		next, ny = next-12, y+1
	}
	return corpus.DayOf(y, month, 1), corpus.DayOf(ny, next, 1) - 1
}

// seasonMonth is the first month of a season in the northern temperate zone.
func seasonMonth(s code) int { return 3 + 3*int(s-spring) }

// value writes the moment as TIMEX2 does; unknown leading parts are X.
func (m moment) value() string {
	y := "XXXX"
	if m.year != 0 {
		y = fmt.Sprintf("%04d", m.year)
		if m.century {
			y = fmt.Sprintf("%02d", m.year)
		} else if m.decade {
			y = fmt.Sprintf("%03d", m.year/10)
		}
		if m.bc {
			y = "BC" + y
		}
	}
	switch {
	case m.decade, m.century:
		return y
	case m.week != 0:
		return fmt.Sprintf("%s-W%02d", y, m.week)
	case m.day != 0 && m.month == 0:
		return fmt.Sprintf("%s-XX-%02d", y, m.day)
	case m.day != 0:
		return fmt.Sprintf("%s-%02d-%02d", y, m.month, m.day)
	case m.month != 0:
		return fmt.Sprintf("%s-%02d", y, m.month)
	case m.season != 0:
		return y + "-" + codeName(m.season)
	case m.quarter != 0:
		return fmt.Sprintf("%s-Q%d", y, m.quarter)
	case m.half != 0:
		return fmt.Sprintf("%s-H%d", y, m.half)
	}
	return y
}

// edtf writes the moment in EDTF level 0 or 1; its year must be known.
func (m moment) edtf() string {
	y := edtfYear(m.astronomical())
	first, last := m.bounds()
	switch m.grain() {
	case byDay:
		return fmt.Sprintf("%s-%02d-%02d", y, m.month, m.day)
	case byMonth:
		return fmt.Sprintf("%s-%02d", y, m.month)
	case bySeason:
		return fmt.Sprintf("%s-%02d", y, 21+int(m.season-spring))
	case byWeek:
		return edtfDay(first) + "/" + edtfDay(last)
	case byQuarter, byHalf:
		return edtfMonth(first) + "/" + edtfMonth(last)
	case byDecade:
		if m.bc {
			return edtfYear(yearOf(first)) + "/" + edtfYear(yearOf(last))
		}
		return fmt.Sprintf("%03dX", m.year/10)
	case byCentury:
		if m.bc {
			return edtfYear(yearOf(first)) + "/" + edtfYear(yearOf(last))
		}
		return fmt.Sprintf("%02dXX", m.year)
	}
	return y
}

// yearOf is the astronomical year of a day.
func yearOf(d corpus.Day) int {
	y, _, _ := d.Date()
	return y
}

// edtfYear writes a year in four digits, with a sign below 0.
func edtfYear(y int) string {
	if y < 0 {
		return fmt.Sprintf("-%04d", -y)
	}
	return fmt.Sprintf("%04d", y)
}

// edtfDay writes a day.
func edtfDay(d corpus.Day) string { return d.String() }

// edtfMonth writes the month of a day.
func edtfMonth(d corpus.Day) string {
	s := d.String()
	return s[:len(s)-3]
}

// precision names the grain as the product does.
func (g grain) precision() corpus.Precision {
	switch g {
	case byDay:
		return "day"
	case byWeek:
		return "week"
	case byMonth:
		return "month"
	case bySeason:
		return "season"
	case byYear:
		return "year"
	case byDecade:
		return "decade"
	case byCentury:
		return "century"
	}
	return "range"
}

// exists reports whether there is such a day, in years 1 to 9999.
func exists(y, m, d int) bool {
	return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= monthDays(y, m)
}

// monthDays is the number of days of a month of an astronomical year; without a year
// (0 is a leap year) February has 29.
func monthDays(y, m int) int {
	f, l := span(y, m, 1)
	return int(l-f) + 1
}

// weekday is 1 for Monday to 7 for Sunday.
func weekday(d corpus.Day) int {
	return (int(d)%7+7+3)%7 + 1
}

// weekStart is the Monday of an ISO week.
func weekStart(year, week int) corpus.Day {
	fourth := corpus.DayOf(year, 1, 4)
	return fourth - corpus.Day(weekday(fourth)-1) + corpus.Day(7*(week-1))
}

// weekOf is the moment of the ISO week around a day.
func weekOf(d corpus.Day) moment {
	thursday := d - corpus.Day(weekday(d)) + 4
	y := yearOf(thursday)
	m := moment{week: int(thursday-corpus.DayOf(y, 1, 1))/7 + 1}
	m.setAstronomical(y)
	return m
}

// addMonths moves a moment by whole months; a day beyond the month's end becomes its last.
func (m moment) addMonths(n int) moment {
	k := m.astronomical()*12 + m.month - 1 + n
	y, mo := k/12, k%12
	if mo < 0 {
		y, mo = y-1, mo+12
	}
	out := moment{month: mo + 1, day: m.day}
	out.setAstronomical(y)
	if out.day > 0 {
		out.day = min(out.day, monthDays(y, out.month))
	}
	return out
}
