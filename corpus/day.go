package corpus

import (
	"strconv"
	"strings"
)

// Day is a calendar day, counted from 1 January 1970 in the proleptic Gregorian calendar.
// The zero value is that day. As text it is ISO 8601: "2018-04-21", "-0480-08-01"; years
// beyond 9999 on either side have up to six digits.
type Day int32

// DayOf returns the day of a date. The month counts from 1; days beyond the month's end
// carry over. The method is Howard Hinnant's days_from_civil (a public algorithm).
func DayOf(year, month, day int) Day {
	if month <= 2 {
		year--
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	mp := (month + 9) % 12
	doy := (153*mp+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Day(era*146097 + doe - 719468)
}

// Date returns year, month (from 1) and day of month.
func (d Day) Date() (year, month, day int) {
	z := int(d) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

// String is the day in ISO 8601; years before 1 carry a minus sign and count a year 0.
func (d Day) String() string {
	y, m, dd := d.Date()
	var b [16]byte
	out := b[:0]
	if y < 0 {
		out, y = append(out, '-'), -y
	}
	for at := 1000; at > y && at > 1; at /= 10 {
		out = append(out, '0')
	}
	out = strconv.AppendInt(out, int64(y), 10)
	out = append(out, '-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+dd/10), byte('0'+dd%10))
	return string(out)
}

// MarshalText writes the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes and refuses days that do not exist.
func (d *Day) UnmarshalText(b []byte) error {
	s, sign := string(b), 1
	if strings.HasPrefix(s, "-") {
		s, sign = s[1:], -1
	}
	p := strings.Split(s, "-")
	if len(p) != 3 || len(p[0]) < 4 || len(p[0]) > 6 || len(p[1]) != 2 || len(p[2]) != 2 {
		return Errorf(Invalid, string(b), "not a day").WithRemedy("write it as 2018-04-21")
	}
	var n [3]int
	for i, x := range p {
		v, err := strconv.Atoi(x)
		if err != nil || x[0] == '+' || x[0] == '-' {
			return Errorf(Invalid, string(b), "not a day").WithRemedy("write it as 2018-04-21")
		}
		n[i] = v
	}
	got := DayOf(sign*n[0], n[1], n[2])
	if n[1] < 1 || n[1] > 12 || got.String() != string(b) {
		return Errorf(Invalid, string(b), "there is no such day")
	}
	*d = got
	return nil
}

// floorDiv divides and rounds down, also below zero.
func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
