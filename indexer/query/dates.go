package query

import (
	"strconv"
	"strings"

	"ibid/corpus"
)

// ParseDates reads a span of days: FROM..TO with whole or partial dates of which one may be
// missing (2018..2024, 2024-03..2024-05, ..2019), or EDTF: 2024, 2024-03, 2024-03-02, 201X,
// 2024-21 to 24 for the seasons (winter ends in the next February), A/B, ../B, A/.., and any
// of them with ? ~ or % behind, which does not change the days. An error of kind Invalid says
// how to write a date.
func ParseDates(value string) (DateRange, error) {
	s := strings.TrimSpace(value)
	from, to, isRange := s, s, false
	if a, b, ok := strings.Cut(s, "/"); ok {
		from, to, isRange = strings.TrimSuffix(a, ".."), strings.TrimPrefix(b, ".."), true
	} else if a, b, ok := strings.Cut(s, ".."); ok {
		from, to, isRange = a, b, true
	}
	if from == "" && to == "" || !isRange && from == "" {
		return DateRange{}, dateError(value)
	}
	var r DateRange
	if from != "" {
		first, _, ok := daysOf(from)
		if !ok {
			return DateRange{}, dateError(value)
		}
		r.From = &first
	}
	if to != "" {
		_, last, ok := daysOf(to)
		if !ok {
			return DateRange{}, dateError(value)
		}
		r.To = &last
	}
	if r.From != nil && r.To != nil && *r.To < *r.From {
		return DateRange{}, corpus.Errorf(corpus.Invalid, "date", "%q ends before it begins", value).
			WithRemedy("write the earlier date first")
	}
	return r, nil
}

func dateError(value string) error {
	return corpus.Errorf(corpus.Invalid, "date", "%q is not a date", value).
		WithRemedy("write 2018, 2018-04, 2018-04-21, 201X or 2018..2024")
}

// daysOf gives the first and last day of one EDTF date.
func daysOf(s string) (first, last corpus.Day, ok bool) {
	s = strings.TrimRight(strings.TrimSpace(s), "?~%")
	sign := 1
	if rest, neg := strings.CutPrefix(s, "-"); neg {
		s, sign = rest, -1
	}
	parts := strings.Split(s, "-")
	if len(parts) > 3 || len(parts[0]) != 4 {
		return 0, 0, false
	}
	for len(parts) > 1 && parts[len(parts)-1] == "XX" {
		parts = parts[:len(parts)-1]
	}
	low, high, ok := yearsOf(parts[0])
	if !ok || low != high && len(parts) > 1 {
		return 0, 0, false
	}
	if sign < 0 {
		low, high = -high, -low
	}
	if len(parts) == 1 {
		return corpus.DayOf(low, 1, 1), corpus.DayOf(high+1, 1, 1) - 1, true
	}
	return monthOf(low, parts[1:])
}

// yearsOf reads four digits, of which the last may be X.
func yearsOf(s string) (low, high int, ok bool) {
	digits := strings.TrimRight(s, "X")
	n, err := strconv.Atoi(digits)
	if err != nil || digits[0] == '+' || digits[0] == '-' || len(digits) < 2 {
		return 0, 0, false
	}
	span := 1
	for range len(s) - len(digits) {
		span *= 10
	}
	return n * span, n*span + span - 1, true
}

// monthOf reads a month or season of a year, with or without a day.
func monthOf(year int, parts []string) (first, last corpus.Day, ok bool) {
	month, ok := twoDigits(parts[0])
	switch {
	case !ok:
		return 0, 0, false
	case len(parts) == 1 && month >= 21 && month <= 24:
		begin := 3 * (month - 20)
		return corpus.DayOf(year, begin, 1), firstOfMonth(year, begin+3) - 1, true
	case month < 1 || month > 12:
		return 0, 0, false
	case len(parts) == 1:
		return corpus.DayOf(year, month, 1), firstOfMonth(year, month+1) - 1, true
	}
	day, ok := twoDigits(parts[1])
	d := corpus.DayOf(year, month, day)
	if _, m, dd := d.Date(); !ok || m != month || dd != day {
		return 0, 0, false
	}
	return d, d, true
}

// firstOfMonth allows months beyond December: they are of the next year.
func firstOfMonth(year, month int) corpus.Day {
	if month > 12 {
		year, month = year+1, month-12
	}
	return corpus.DayOf(year, month, 1)
}

func twoDigits(s string) (int, bool) {
	if len(s) != 2 || s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return 0, false
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), true
}
