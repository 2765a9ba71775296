package timex

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func TestMoment(t *testing.T) {
	t.Parallel()
	tests := []struct {
		m           moment
		value, edtf string
		first, last string
	}{
		{moment{year: 2024, month: 2, day: 29}, "2024-02-29", "2024-02-29",
			"2024-02-29", "2024-02-29"},
		{moment{year: 2024, month: 2}, "2024-02", "2024-02",
			"2024-02-01", "2024-02-29"},
		{moment{year: 2023}, "2023", "2023",
			"2023-01-01", "2023-12-31"},
		{moment{year: 480, bc: true}, "BC0480", "-0479",
			"-0479-01-01", "-0479-12-31"},
		{moment{year: 1, bc: true}, "BC0001", "0000",
			"0000-01-01", "0000-12-31"},
		{moment{year: 480, bc: true, month: 8}, "BC0480-08", "-0479-08",
			"-0479-08-01", "-0479-08-31"},
		{moment{year: 2022, season: spring}, "2022-SP", "2022-21",
			"2022-03-01", "2022-05-31"},
		{moment{year: 2022, season: winter}, "2022-WI", "2022-24",
			"2022-12-01", "2023-02-28"},
		{moment{year: 2022, quarter: 4}, "2022-Q4", "2022-10/2022-12",
			"2022-10-01", "2022-12-31"},
		{moment{year: 2022, half: 1}, "2022-H1", "2022-01/2022-06",
			"2022-01-01", "2022-06-30"},
		{moment{year: 2024, week: 26}, "2024-W26", "2024-06-24/2024-06-30",
			"2024-06-24", "2024-06-30"},
		{moment{year: 1980, decade: true}, "198", "198X",
			"1980-01-01", "1989-12-31"},
		{moment{year: 470, bc: true, decade: true}, "BC047", "-0478/-0469",
			"-0478-01-01", "-0469-12-31"},
		{moment{year: 18, century: true}, "18", "18XX",
			"1800-01-01", "1899-12-31"},
	}
	for _, tt := range tests {
		first, last := tt.m.bounds()
		got := []string{tt.m.value(), tt.m.edtf(), first.String(), last.String()}
		want := []string{tt.value, tt.edtf, tt.first, tt.last}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%+v: - want, + got:\n%s", tt.m, diff)
		}
	}
}

// Weekdays and ISO weeks agree with the standard library's calendar.
func TestWeeks(t *testing.T) {
	t.Parallel()
	for at := time.Date(1895, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2030; at = at.AddDate(0, 0, 1) {
		d := corpus.DayOf(at.Year(), int(at.Month()), at.Day())
		want := (int(at.Weekday())+6)%7 + 1
		y, w := at.ISOWeek()
		if m := weekOf(d); weekday(d) != want || m.year != y || m.week != w {
			t.Fatalf("%v: weekday %d, week %d of %d; want %d, %d of %d",
				d, weekday(d), m.week, m.year, want, w, y)
		}
		if f, l := weekOf(d).bounds(); d < f || l < d {
			t.Fatalf("%v is outside its week %v..%v", d, f, l)
		}
	}
}

// A month later and a month earlier is the same month, also across the years BC.
func TestAddMonths(t *testing.T) {
	t.Parallel()
	for y := -30; y < 30; y++ {
		for n := -40; n < 40; n++ {
			m := moment{month: 5}
			m.setAstronomical(y)
			if got := m.addMonths(n).addMonths(-n); got != m {
				t.Fatalf("%v there and back by %d months is %v", m, n, got)
			}
		}
	}
}

// The language is the one declared, else the one whose words are known.
func TestLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "en", "On Monday the river rose in the valley.": "en",
		"В понедельник река поднялась.": "ru", "12 березня у місті": "uk",
		"في مارس": "ar", "Am 12. März und in der Stadt": "de",
	} {
		if got := language(Document{Texts: []Text{{Text: text}}}).lang; got != want {
			t.Errorf("%q is taken for %s, want %s", text, got, want)
		}
	}
	declared := Document{Language: "RU-ru", Texts: []Text{{Text: "On Monday"}}}
	if got := language(declared).lang; got != "ru" {
		t.Errorf("the declared language is %s", got)
	}
	long := Document{Texts: []Text{{Text: strings.Repeat("й", sampled)}}}
	if got := language(long).lang; got != "en" {
		t.Errorf("a text of no known word is %s", got)
	}
}

// The day of publication is read only when it is one.
func TestParseDay(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"2024": "2024", "2024-03": "2024-03",
		"2024-03-02": "2024-03-02", "": "", "2024-13": "", "24-03-02": "", "2024-02-30": "",
		"2024-03-02T10": "", "x": "", "2024-03-02-01": ""} {
		m, ok := parseDay(s)
		if got := m.value(); ok != (want != "") || ok && got != want {
			t.Errorf("%q reads as %s, %v", s, got, ok)
		}
	}
}
