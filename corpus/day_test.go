package corpus

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

// The days from 1600 to 2400 agree with the standard library's calendar, both ways.
func TestDayAgreesWithTheCalendar(t *testing.T) {
	t.Parallel()
	for at := time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2400; at = at.AddDate(0, 0, 1) {
		d := DayOf(at.Year(), int(at.Month()), at.Day())
		if want := at.Unix() / 86400; int64(d) != floor(at.Unix(), 86400) {
			t.Fatalf("%v is day %d, want %d", at, d, want)
		}
		if got := d.String(); got != at.Format("2006-01-02") {
			t.Fatalf("%v reads back as %s", at, got)
		}
	}
}

func floor(a, b int64) int64 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}

func TestDayText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1970-01-01", "2024-02-29", "0000-12-31", "-0001-01-01", "-0480-08-01", "9999-12-31",
		"-11999-01-01", "12024-03-02"} {
		var d Day
		if err := d.UnmarshalText([]byte(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if out, err := json.Marshal(d); err != nil || string(out) != `"`+s+`"` {
			t.Errorf("%s reads back as %s, %v", s, out, err)
		}
	}
	for _, s := range []string{"", "2024", "2024-3-2", "2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31",
		"24-04-01", "02024-04-01", "1000000-01-01", "2024-+4-01", "--024-01-01", "2024-04-01T00:00", "2024-aa-01"} {
		var d Day
		if err := d.UnmarshalText([]byte(s)); KindOf(err) != Invalid {
			t.Errorf("%q was read as %v, %v", s, d, err)
		}
	}
}

// The digits of a day are those that fmt writes, below the year 0 and above 9999 too.
func TestDayDigits(t *testing.T) {
	for d := DayOf(-12000, 1, 1); d < DayOf(12000, 1, 1); d += 97 {
		y, m, dd := d.Date()
		want := fmt.Sprintf("%04d-%02d-%02d", y, m, dd)
		if y < 0 {
			want = fmt.Sprintf("-%04d-%02d-%02d", -y, m, dd)
		}
		if got := d.String(); got != want {
			t.Fatalf("%d is %s, want %s", d, got, want)
		}
	}
}
