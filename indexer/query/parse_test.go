package query

import (
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"ibid/indexer/fold"
)

// testdata/queries.tsv holds queries as typed, their canonical form, and the codes of their
// notices; <U+200F> stands for that character.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, row := range table(t, "testdata/queries.tsv") {
		in, want, codes := row[0], row[1], row[2]
		n, notices, err := Parse(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if got := n.String(); got != want || codesOf(notices) != codes {
			t.Errorf("%s: read as %s with notices %q, want %s with %q", in, got, codesOf(notices), want, codes)
		}
		for _, x := range notices {
			if x.At < 0 || x.At > len(in) || x.Message == "" {
				t.Errorf("%s: a notice without a place or words: %+v", in, x)
			}
		}
		roundTrip(t, n)
	}
}

// table reads a file of three columns under a heading.
func table(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`<U\+[0-9A-F]+>`)
	text := code.ReplaceAllStringFunc(string(data), func(s string) string {
		n, _ := strconv.ParseInt(s[3:len(s)-1], 16, 32)
		return string(rune(n))
	})
	var rows [][]string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n")[1:] {
		row := strings.Split(line, "\t")
		if len(row) != 3 {
			t.Fatalf("%s: %d columns in %q", path, len(row), line)
		}
		rows = append(rows, row)
	}
	return rows
}

// codesOf lists the codes of notices.
func codesOf(notices []Notice) string {
	var codes []string
	for _, x := range notices {
		codes = append(codes, x.Code)
	}
	return strings.Join(codes, " ")
}

// roundTrip holds a tree against what its canonical text parses to.
func roundTrip(t *testing.T, n Node) {
	t.Helper()
	again, notices, err := Parse(n.String())
	if err != nil {
		t.Errorf("%s does not parse back: %v", n, err)
	} else if len(notices) > 0 {
		t.Errorf("%s is canonical and was repaired: %+v", n, notices)
	} else if diff := cmp.Diff(n, again); diff != "" {
		t.Errorf("%s parses back to another tree:\n%s", n, diff)
	}
}

// No character that the parser passes over is a word to the folding.
func TestUnseenHoldsNoWord(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unseen(r) && len(fold.Tokens(nil, string(r))) > 0 {
			t.Errorf("%U is passed over and is a word", r)
		}
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
		{`section:* a`, 0, "holds no word", `section a`},
		{`date:soon`, 0, "not a date", `date soon`},
		{`"a b"~`, 5, "needs a number", `"a b\"~"`},
		{`'a b'~3`, 5, "counts words", `a b ~ 3`},
		{`exact:"a b"~3`, 11, "counts words", `exact a b ~ 3`},
		{`republic:"a b"~3`, 14, "takes no ~", `republic a b ~ 3`},
		{`"a b"~100`, 5, "at most 99", `"a b\"~100"`},
		{`"a b"~3x`, 5, "needs a number", `"a b\"~3x"`},
		{`"a b"~1,145`, 5, "at most 99", `"a b\"~1,145"`},
		{strings.Repeat(`"a`, 513), 1024, "more than 512 quotation marks", ``},
		{`4~"a b"~3`, 0, "both sides", `4 ~ a b ~ 3`},
		{`year:[2018 TO 2020]`, 5, "only date:", `year 2018 TO 2020`},
		{`date:{2018 TO 2020]`, 5, "only date:", `date 2018 TO 2020`},
		{`date:[2020 TO 2018]`, 0, "ends before", `date 2020 TO 2018`},
		{`x “” y`, 2, "holds no word", `x y`},
		{`(NOT) b`, 4, "NOT stands without", `not b`},
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
		if s.Suggest == "" && s.Remedy == "" {
			t.Errorf("%.40s: %q says not what to do", tt.in, s.Message)
		}
		sounds(t, s)
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

// A value behind a space is offered as that of the field.
func TestFieldsWithoutAValueOfferTheNextWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`republic: Dagestan killed`:         `republic:Dagestan killed`,
		`killed -date: 2018`:                `killed -date:2018`,
		`republic: "North Ossetia"`:         `republic:"North Ossetia"`,
		`republic:(Dagestan OR Ingushetia)`: `(Dagestan OR Ingushetia)`,
		`republic:`:                         `republic`,
		`date: soon`:                        `date soon`,
	} {
		_, _, err := Parse(in)
		var s *SyntaxError
		if !errors.As(err, &s) || s.Suggest != want {
			t.Errorf("%s: %+v, want the suggestion %s", in, err, want)
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
		{`"a" or "b"`, Verbatim, `exact:"\"a\" or \"b\""`, Verbatim},
		{`'a' or 'b'`, Verbatim, `exact:"'a' or 'b'"`, Verbatim},
		{`'a b'`, Verbatim, `exact:"a b"`, Verbatim},
		{`"he said “no” loudly"`, Verbatim, `exact:"he said \“no\” loudly"`, Verbatim},
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
