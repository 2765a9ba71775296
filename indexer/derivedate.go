package indexer

import (
	"strconv"
	"strings"

	"ibid/corpus"
)

// eventFacts is what one event of a passage counts in. Of its units of time only what its days
// do not tell is kept.
type eventFacts struct {
	first, last corpus.Day
	precision   string
	monthly     bool // its date names a month
	daily       bool // it is known to the day
	places      []eventValue
}

// eventValue is a facet's value that an event carries as its place.
type eventValue struct {
	facet facetID
	id    string
}

// addEvent notes the units of time an event touches and the places it happened in.
func (f *facts) addEvent(e *corpus.EventDate, places []corpus.Place) {
	ev := eventFacts{first: e.First, last: e.Last, precision: string(e.Precision),
		monthly: namesMonth(e), daily: e.Precision == "day"}
	f.add(precision, value{id: ev.precision, label: ev.precision})
	from, fm, _ := e.First.Date()
	to, tm, _ := e.Last.Date()
	for y := from; y <= to; y++ {
		id, above := yearText(y), yearText(decadeOf(y))
		f.add(year, value{id: id, label: id, parent: above})
		f.add(decade, value{id: above, label: above + "s"})
	}
	for y, m := from, fm; ev.monthly && (y < to || y == to && m <= tm); m++ {
		if m > 12 {
			y, m = y+1, 1
		}
		id := monthText(y, m)
		f.add(month, value{id: id, label: id, parent: yearText(y)})
	}
	for d := e.First; ev.daily && d <= e.Last; d++ {
		id := d.String()
		f.add(day, value{id: id, label: id, parent: id[:len(id)-len("-01")]})
	}
	for _, id := range e.Places {
		for i := range places {
			if places[i].ID == id {
				placeValues(&places[i], func(t facetID, v value) {
					ev.places = append(ev.places, eventValue{t, v.id})
				})
			}
		}
	}
	f.events = append(f.events, ev)
}

// sortEvent finds the event a passage is sorted by: its primary one, else its first.
func sortEvent(events []corpus.EventDate) int {
	for i, e := range events {
		if e.Primary {
			return i
		}
	}
	return 0
}

// sortDay is the day a passage is sorted by; noDay for none.
func (f *facts) sortDay() corpus.Day {
	if len(f.events) == 0 {
		return noDay
	}
	return f.events[f.key].first
}

// yearText is a year as Day prints it: four digits, with a minus sign below zero.
func yearText(y int) string {
	s := corpus.DayOf(y, 1, 1).String()
	return s[:len(s)-len("-01-01")]
}

// decadeOf is the year a decade is named by: 2018 is of 2010 and -0043 of -0040, as their digits
// have it. So the years from -9 to 9 are one.
func decadeOf(y int) int { return y / 10 * 10 }

// monthText is a month as Day prints it: 2018-03.
func monthText(y, m int) string {
	s := corpus.DayOf(y, m, 1).String()
	return s[:len(s)-len("-01")]
}

// yearOf gives the year that an EDTF level 0 date begins with, or nothing.
func yearOf(edtf string) string {
	n := 4
	if strings.HasPrefix(edtf, "-") {
		n = 5
	}
	if len(edtf) < n || len(edtf) > n && edtf[n] != '-' {
		return ""
	}
	if _, err := strconv.Atoi(edtf[:n]); err != nil {
		return ""
	}
	return edtf[:n]
}

// namesMonth reports whether a date is of month precision or finer. A range is as fine as
// its coarser side.
func namesMonth(e *corpus.EventDate) bool {
	switch e.Precision {
	case "day", "week", "month":
		return true
	case "season", "year", "decade", "century":
		return false
	}
	sides := 0
	for _, side := range strings.Split(e.EDTF, "/") {
		if side == "" || side == ".." {
			continue
		}
		if !sideNamesMonth(side) {
			return false
		}
		sides++
	}
	return sides > 0
}

// sideNamesMonth reports whether one side of a range has a month: 2018-03, 2018-03-02 with or
// without a sign of doubt. 2018-21 is a season and 2018-XX is none.
func sideNamesMonth(side string) bool {
	side = strings.TrimRight(strings.TrimPrefix(side, "-"), "?~%")
	parts := strings.Split(side, "-")
	if len(parts) < 2 || len(parts[1]) != 2 {
		return false
	}
	m, err := strconv.Atoi(parts[1])
	return err == nil && m >= 1 && m <= 12
}
