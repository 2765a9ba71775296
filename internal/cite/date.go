package cite

import (
	"regexp"
	"strconv"
	"strings"

	"ibid/corpus"
)

// Dates as citations write them. A form that can be read in two ways (03/05/2020) is not
// read at all.
var (
	// isoDate is 2018, 2018-04, 2018-04-21; also what COinS carries, seasons as month 21 to 24.
	isoDate = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$`)
	// dottedDate is 03.05.2020, day first everywhere it is used.
	dottedDate = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})$`)
	// yearLetter is 2008a, as authors with two works in a year write it.
	yearLetter = regexp.MustCompile(`^(\d{4})[a-z]$`)
	// number is a day or a year.
	number = regexp.MustCompile(`^\d{1,4}$`)
)

// datePattern finds what may be a date; parseDate decides.
const datePattern = `(\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}\.\d{4}` +
	`|\d{1,2}\s+\p{L}+\.?,?\s+\d{4}|\p{L}+\.?\s+\d{1,2},?\s+\d{4}|\p{L}+\.?\s+\d{4}|\d{4})`

// parseDate reads a whole string as a date or a range of dates; nil when it is none.
func parseDate(s string) *corpus.CSLDate {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 60 {
		return nil
	}
	if p := oneDate(s); p != nil {
		return &corpus.CSLDate{Parts: [][]int{p}}
	}
	for _, dash := range []string{" – ", "–", " — ", "—", " - ", "/", "-"} {
		from, to, ok := strings.Cut(s, dash)
		if !ok {
			continue
		}
		end := oneDate(to)
		if end == nil {
			continue
		}
		if begin := beginOf(from, end); begin != nil && !after(begin, end) {
			return &corpus.CSLDate{Parts: [][]int{begin, end}}
		}
	}
	return nil
}

// beginOf reads the first side of a range, which may leave to the second what both share:
// "July–August 2006", "1–5 May 2010".
func beginOf(from string, end []int) []int {
	from = strings.TrimSpace(from)
	if p := oneDate(from); p != nil {
		return p
	}
	if m := lex().months[strings.Trim(lower(from), ".")]; m > 0 && len(end) >= 2 {
		return []int{end[0], m}
	}
	if n, err := strconv.Atoi(from); err == nil && len(end) == 3 && n >= 1 && n <= 31 {
		return []int{end[0], end[1], n}
	}
	f := strings.Fields(from)
	if len(f) == 2 && len(end) == 3 {
		if m, d := lex().months[lower(f[1])], atoi(f[0]); m > 0 && validDay(end[0], m, d) {
			return []int{end[0], m, d}
		}
	}
	return nil
}

// oneDate reads a single date as [year], [year, month] or [year, month, day].
func oneDate(s string) []int {
	s = strings.TrimSpace(s)
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return parts(atoi(m[1]), atoi(m[2]), atoi(m[3]))
	}
	if m := dottedDate.FindStringSubmatch(s); m != nil {
		return parts(atoi(m[3]), atoi(m[2]), atoi(m[1]))
	}
	if m := yearLetter.FindStringSubmatch(s); m != nil {
		return parts(atoi(m[1]), 0, 0)
	}
	year, month, day := 0, 0, 0
	for _, w := range strings.Fields(s) {
		w = strings.Trim(lower(w), ".,")
		switch {
		case w == "г" || w == "года" || w == "il" || w == "tarihinde" || w == "de":
		case number.MatchString(w) && len(w) >= 3 && year == 0:
			year = atoi(w)
		case number.MatchString(w) && len(w) <= 2 && day == 0:
			day = atoi(w)
		case lex().months[w] > 0 && month == 0:
			month = lex().months[w]
		default:
			return nil
		}
	}
	if month == 0 && day > 0 {
		return nil
	}
	return parts(year, month, day)
}

// parts checks a date and cuts it after what is known; nil when there is no such date.
func parts(year, month, day int) []int {
	switch {
	case year < 1000 || year > 2999:
		return nil
	case month == 0:
		return []int{year}
	case day == 0 && (month <= 12 || month >= 21 && month <= 24):
		return []int{year, month}
	case validDay(year, month, day):
		return []int{year, month, day}
	}
	return nil
}

func validDay(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	_, m, _ := corpus.DayOf(year, month, day).Date()
	return m == month
}

// after reports whether a is later than b as far as both are known.
func after(a, b []int) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

// atoi is the number of a string of digits, 0 when there is none.
func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

// dateText writes the first date of d in ISO 8601, a range with a slash between (EDTF);
// empty for nil. Seasons come out as months 21 to 24, which EDTF level 1 allows.
func dateText(d *corpus.CSLDate) string {
	if d == nil {
		return ""
	}
	var out []string
	for _, p := range d.Parts {
		s := ""
		for i, n := range p {
			if i == 0 {
				s = pad(n, 4)
			} else {
				s += "-" + pad(n, 2)
			}
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "/")
}

// pad writes n with at least width digits.
func pad(n, width int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, width-len(s))) + s
}
