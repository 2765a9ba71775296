package corpus

import (
	"strings"
	"testing"
)

func TestSpan(t *testing.T) {
	t.Parallel()
	a, b, c := Span{2, 5}, Span{3, 4}, Span{5, 9}
	if a.Len() != 3 || !a.Contains(b) || b.Contains(a) || !a.Overlaps(b) {
		t.Errorf("%v and %v: inside is not seen", a, b)
	}
	if a.Overlaps(c) || a.Contains(c) {
		t.Errorf("%v and %v touch, they share no byte", a, c)
	}
	for _, s := range []Span{{-1, 2}, {3, 2}, {0, 6}} {
		if s.In(5) {
			t.Errorf("%v is no range of 5 bytes", s)
		}
	}
	if !(Span{5, 5}).In(5) {
		t.Error("the empty range at the end is a range")
	}
}

func TestValidateRuns(t *testing.T) {
	t.Parallel()
	run := func(a, b, c, d int) Run { return Run{Text: [2]int{a, b}, Bytes: [2]int{c, d}} }
	tests := []struct {
		name string
		text string
		runs []Run
		want string // part of the error; empty when sound
	}{
		{"one run", "abc", []Run{run(0, 3, 10, 13)}, ""},
		{"inserted space between two", "ab cd", []Run{run(0, 2, 10, 12), run(3, 5, 20, 22)}, ""},
		{"reference beside a literal", "a&b", []Run{run(0, 1, 0, 1), run(1, 2, 1, 6), run(2, 3, 6, 7)}, ""},
		{"empty text, no runs", "", nil, ""},
		{"a letter in no run", "abc", []Run{run(0, 2, 0, 2)}, `text "c" at the end is in no run`},
		{"a letter between runs", "abc", []Run{run(0, 1, 0, 1), run(2, 3, 2, 3)}, `text "b" before it`},
		{"a no-break space is no inserted one", "a\u00a0", []Run{run(0, 1, 0, 1)}, "in no run"},
		{"overlap", "abc", []Run{run(0, 2, 0, 2), run(1, 3, 2, 4)}, "overlaps"},
		{"beyond the text", "abc", []Run{run(0, 4, 0, 4)}, "does not fit"},
		{"empty run", "abc", []Run{run(0, 0, 0, 1)}, "does not fit"},
		{"no bytes", "abc", []Run{run(0, 3, 5, 5)}, "empty or negative"},
		{"bytes step back", "ab", []Run{run(0, 1, 5, 6), run(1, 2, 3, 4)}, "steps back"},
	}
	for _, tt := range tests {
		err := ValidateRuns(tt.text, tt.runs)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}
