package web

import (
	"testing"

	"ibid/corpus"
)

func TestEventText(t *testing.T) {
	t.Parallel()
	for edtf, want := range map[string]string{
		"2018-04-21":            "21 April 2018",
		"2018-04":               "April 2018",
		"2018":                  "2018",
		"2015/..":               "from 2015",
		"../2015-12":            "by December 2015",
		"2024-03-02/2024-03-03": "2 March 2024 – 3 March 2024",
		"2015?":                 "about 2015",
		"2015-06~":              "about June 2015",
		"2024-22":               "summer 2024",
		"201X":                  "2010s",
		"19XX":                  "1900s (century)",
		"-0480-08":              "-0480-08",
		"2024-13":               "2024-13",
		"nonsense":              "nonsense",
		"":                      "",
	} {
		if got := eventText(edtf); got != want {
			t.Errorf("%q reads %q, want %q", edtf, got, want)
		}
	}
	for edtf, want := range map[string]string{"2018-04-21": "2018-04-21", "2018": "2018",
		"2015/..": "", "201X": "", "2015?": "", "-0480": ""} {
		if got := dateTimeAttr(edtf); got != want {
			t.Errorf("datetime of %q is %q, want %q", edtf, got, want)
		}
	}
}

func TestCSLText(t *testing.T) {
	t.Parallel()
	tests := []struct {
		date *corpus.CSLDate
		want string
	}{
		{nil, ""},
		{&corpus.CSLDate{Raw: "Spring issue"}, "Spring issue"},
		{&corpus.CSLDate{Parts: [][]int{{2018}}}, "2018"},
		{&corpus.CSLDate{Parts: [][]int{{2018, 4, 1}}}, "1 April 2018"},
		{&corpus.CSLDate{Parts: [][]int{{2018, 4}, {2018, 5}}}, "April 2018 – May 2018"},
	}
	for _, tt := range tests {
		if got := cslText(tt.date); got != tt.want {
			t.Errorf("%+v reads %q, want %q", tt.date, got, tt.want)
		}
	}
}

func TestLangOf(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string][2]string{"en": {"en", "ltr"}, "ar": {"ar", "rtl"},
		"fa-IR": {"fa-IR", "rtl"}, "he": {"he", "rtl"}, "az": {"az", "ltr"},
		"az-Arab": {"az-Arab", "rtl"}, "": {"", "auto"}, "und": {"", "auto"},
		`"><b>`: {"", "auto"}} {
		lang, dir := langOf(tag)
		if got := [2]string{lang, dir}; got != want {
			t.Errorf("%q: %v, want %v", tag, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567",
		-1234: "-1,234"} {
		if got := count(n); got != want {
			t.Errorf("%d reads %q, want %q", n, got, want)
		}
	}
	if plural(1, "passage", "passages") != "1 passage" || plural(0, "a", "b") != "0 b" {
		t.Error("plural")
	}
}

func TestWeblink(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{"https://a.example/x?y#z": "https://a.example/x?y#z",
		"http://a.example": "http://a.example", "javascript:alert(1)": "", "data:text/html,x": "",
		"//a.example": "", "file:x": "", "https://": "", "HTTPS://a.example": "https://a.example",
		"java\nscript:x": "", " javascript:x": ""} {
		if got := weblink(raw); got != want {
			t.Errorf("%q gives %q, want %q", raw, got, want)
		}
	}
}
