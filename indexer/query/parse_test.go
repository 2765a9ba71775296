package query

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each query as typed, its canonical form, and the codes of the notices.
func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want, notices string }{
		{`police gunmen`, `police gunmen`, ""},
		{`"was not killed"`, `"was not killed"`, ""},
		{`"to be OR not (to) be -x"`, `"to be OR not (to) be -x"`, ""},
		{`'IS–K gunmen'`, `exact:"IS–K gunmen"`, ""},
		{`('IS–K gunmen')`, `exact:"IS–K gunmen"`, ""},
		{`exact:"IS–K gunmen"`, `exact:"IS–K gunmen"`, ""},
		{`the brigade's men'`, `the brigade's men`, ""},
		{`Bagdadi’s men`, `Bagdadi’s men`, ""},
		{`'tis the brigade's`, `tis the brigade's`, ""},
		{`“gunmen killed police”`, `"gunmen killed police"`, ""},
		{`„gunmen killed“`, `"gunmen killed"`, ""},
		{`«боевики убиты»`, `"боевики убиты"`, ""},
		{`“gunmen killed police"`, `"gunmen killed police"`, "quotes"},
		{`"gunmen killed police”`, `"gunmen killed police"`, "quotes"},
		{`"gunmen killed police`, `"gunmen killed police"`, "quotes"},
		{`"he said “no” loudly"`, `"he said \“no\” loudly"`, ""},
		{`"a \" b"`, `"a \" b"`, ""},
		{`צה"ל הודיע`, `צה"ל הודיע`, ""},
		{`a OR b c`, `a OR b c`, ""},
		{`(a OR b) c`, `(a OR b) c`, ""},
		{`a | b || c`, `a OR b OR c`, ""},
		{`a AND b`, `a b`, ""},
		{`a -b`, `a -b`, ""},
		{`a NOT (b c)`, `a -(b c)`, ""},
		{`a - b`, `a b`, "ignored"},
		{`NOT NOT a`, `a`, ""},
		{`--a`, `a`, ""},
		{`Katyr-Yurt`, `Katyr-Yurt`, ""},
		{`"a b"~3`, `"a b"~3`, ""},
		{`shoot*`, `shoot*`, ""},
		{`republic:Dagestan`, `republic:Dagestan`, ""},
		{`Republic:"North Ossetia" x`, `republic:"North Ossetia" x`, ""},
		{`date:2018..2024 -source:mirror`, `date:2018..2024 -source:mirror`, ""},
		{`date:none`, `date:none`, ""},
		{`http://wire.example/a`, `http://wire.example/a`, ""},
		{`at 10:30`, `at 10:30`, ""},
		{`(a b`, `a b`, "brackets"},
		{"a\u200f \u202eb", `a b`, ""},
		{`$5 million`, `$5 million`, ""},
		{`left, police.`, `left police`, ""},
		{`or and not`, `or and not`, ""},
		{`"a" b "c"`, `"a" b "c"`, ""},
		{`x"a b"`, `x "a b"`, ""},
	}
	for _, tt := range tests {
		n, notices, err := Parse(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		var codes []string
		for _, x := range notices {
			codes = append(codes, x.Code)
		}
		if got := n.String(); got != tt.want || strings.Join(codes, " ") != tt.notices {
			t.Errorf("%s: read as %s with notices %q, want %s with %q", tt.in, got, codes, tt.want, tt.notices)
		}
		roundTrip(t, n)
	}
}

// roundTrip holds a tree against what its canonical text parses to.
func roundTrip(t *testing.T, n Node) {
	t.Helper()
	again, _, err := Parse(n.String())
	if err != nil {
		t.Errorf("%s does not parse back: %v", n, err)
	} else if diff := cmp.Diff(n, again); diff != "" {
		t.Errorf("%s parses back to another tree:\n%s", n, diff)
	}
}

// What breaks the syntax, the place, and part of the message; Read reads it literally.
func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in      string
		at      int
		message string
		literal string // canonical form of the literal reading; empty when there is none
	}{
		{`a OR`, 4, "OR stands without", `a or`},
		{`OR a`, 0, "OR stands without", `or a`},
		{`a AND`, 5, "AND stands without", `a and`},
		{`AND a`, 0, "AND stands without", `and a`},
		{`NOT`, 3, "NOT stands without", `not`},
		{`a) b`, 1, "closed that was not opened", `a b`},
		{`ab*`, 0, "3 letters or more", `ab`},
		{`*shoot`, 0, "end of a word", `shoot`},
		{`republic: x`, 0, "has no value", `republic x`},
		{`date:soon`, 0, "not a date", `date soon`},
		{`"a b"~`, 5, "needs a number", `"a b\"~"`},
		{`""`, 0, "holds no word", ``},
		{`"…"`, 0, "holds no word", ``},
		{`((((((((((a))))))))))`, 8, "nested more than 8", `a`},
		{`–`, 0, "holds no word", ``},
		{strings.Repeat("a ", 65), 128, "more than 64 parts", ``},
		{strings.Repeat("a", 9000), MaxBytes, "at most 8192", ``},
		{`"` + strings.Repeat("a ", 300) + `"`, 0, "at most 256", ``},
	}
	for _, tt := range tests {
		_, _, err := Parse(tt.in)
		var s *SyntaxError
		if !errors.As(err, &s) || s.At != tt.at || !strings.Contains(s.Message, tt.message) {
			t.Errorf("%.40s: got %+v, want %q at %d", tt.in, err, tt.message, tt.at)
			continue
		}
		n, _, literal, notices, err := Read(tt.in, "")
		if tt.literal == "" {
			if err == nil {
				t.Errorf("%.40s: read as %s, want an error", tt.in, n)
			}
			continue
		}
		if err != nil || !literal || n.String() != tt.literal || len(notices) != 1 || notices[0].Code != "literal" {
			t.Errorf("%s: read as %v, literal %v, notices %v, %v; want %s", tt.in, n, literal, notices, err, tt.literal)
		}
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in   string
		mode Mode
		want string
		ran  Mode
	}{
		{`"a b" c`, "", `"a b" c`, Quote},
		{`'a b' c`, "", `exact:"a b" c`, Verbatim},
		{`'a b' "c"`, "", `exact:"a b" "c"`, Quote},
		{`a b`, "", `a b`, Words},
		{`a OR b`, Quote, `"a OR b"`, Quote},
		{`"a b"`, Quote, `"a b"`, Quote},
		{`“a b”`, Verbatim, `exact:"a b"`, Verbatim},
		{`(FSB) officers`, Verbatim, `exact:"(FSB) officers"`, Verbatim},
		{`he said "no"`, Verbatim, `exact:"he said \"no\""`, Verbatim},
		{`"was not killed" OR x`, Words, `was not killed or x`, Words},
	}
	for _, tt := range tests {
		n, ran, literal, _, err := Read(tt.in, tt.mode)
		if err != nil || n.String() != tt.want || ran != tt.ran || literal {
			t.Errorf("%s as %q: %v in mode %q, %v; want %s in %q", tt.in, tt.mode, n, ran, err, tt.want, tt.ran)
		}
	}
	if n, _, _, _, err := Read(" \u200f\n", ""); n != nil || err != nil {
		t.Errorf("a blank text gives %v, %v; want nothing at all", n, err)
	}
	if _, _, _, _, err := Read("a", "loud"); err == nil {
		t.Error("a mode that does not exist was taken")
	}
}

func TestParseDates(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, from, to string }{
		{"2018", "2018-01-01", "2018-12-31"},
		{"2018-04", "2018-04-01", "2018-04-30"},
		{"2018-12", "2018-12-01", "2018-12-31"},
		{"2018-04-21", "2018-04-21", "2018-04-21"},
		{"2018?", "2018-01-01", "2018-12-31"},
		{"2018-04~", "2018-04-01", "2018-04-30"},
		{"201X", "2010-01-01", "2019-12-31"},
		{"20XX", "2000-01-01", "2099-12-31"},
		{"2018-XX-XX", "2018-01-01", "2018-12-31"},
		{"2018-04-XX", "2018-04-01", "2018-04-30"},
		{"2018-21", "2018-03-01", "2018-05-31"},
		{"2018-24", "2018-12-01", "2019-02-28"},
		{"2018..2024", "2018-01-01", "2024-12-31"},
		{"2024-03..2024-05", "2024-03-01", "2024-05-31"},
		{"..2019", "", "2019-12-31"},
		{"2020..", "2020-01-01", ""},
		{"2015/2017", "2015-01-01", "2017-12-31"},
		{"../2017-12", "", "2017-12-31"},
		{"2015/..", "2015-01-01", ""},
		{"-0480", "-0480-01-01", "-0480-12-31"},
	}
	for _, tt := range tests {
		r, err := ParseDates(tt.in)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		from, to := "", ""
		if r.From != nil {
			from = r.From.String()
		}
		if r.To != nil {
			to = r.To.String()
		}
		if from != tt.from || to != tt.to {
			t.Errorf("%s: %s to %s, want %s to %s", tt.in, from, to, tt.from, tt.to)
		}
	}
	for _, in := range []string{"", "..", "/", "soon", "18", "2018-13", "2018-02-30", "2018-4", "2024..2018",
		"2018-04-21-01", "201X-04", "X018", "+018", "2018-+4", "2018-04-0x"} {
		if r, err := ParseDates(in); err == nil {
			t.Errorf("%q was read as %v", in, r)
		}
	}
}

// Any text is read without a panic, and what parses prints and parses back the same.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`"a b" OR -c (d e)`, `'x y' exact:"q" republic:"N O"~`, `"a\" b"~3 shoot*`,
		"“a\" «b» „c“ ‘d’", `a:b:c date:2018..`, `\\"\"`, "צה\"ל", "((a)|(b))", "a\x00\xff\u202e\"b", `exact:"a\"`, `-"`,
		`section:'x'`, `NOT NOT (NOT a OR b)`, `exact:x* 1 145`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []Mode{"", Quote, Verbatim, Words} {
			n, _, _, _, err := Read(s, m)
			if err != nil || n == nil {
				continue
			}
			again, _, err := Parse(n.String())
			if err != nil {
				t.Fatalf("%q in mode %q prints %q, which does not parse: %v", s, m, n.String(), err)
			}
			if diff := cmp.Diff(n, again); diff != "" {
				t.Fatalf("%q in mode %q prints %q, which parses to another tree:\n%s", s, m, n.String(), diff)
			}
		}
	})
}
