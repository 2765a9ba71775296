package fold_test

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"ibid/indexer/fold"
)

// rows reads a test table: tab-separated, a header line, \uXXXX for what cannot be seen.
func rows(t *testing.T, file string, columns int) [][]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`\\u[0-9A-F]{4}`)
	var out [][]string
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		line = code.ReplaceAllStringFunc(line, func(s string) string {
			n, _ := strconv.ParseInt(s[2:], 16, 32)
			return string(rune(n))
		})
		f := strings.Split(line, "\t")
		if len(f) != columns {
			t.Fatalf("%s:%d: %d columns, want %d", file, i+1, len(f), columns)
		}
		if i > 0 {
			out = append(out, f)
		}
	}
	return out
}

// texts gives the folded texts of tokens.
func texts(toks []fold.Token) []string {
	out := make([]string, 0, len(toks))
	for _, x := range toks {
		out = append(out, x.Text)
	}
	return out
}

// TestTokens holds the words of each text of testdata/tokens.tsv, in NFC and in NFD.
func TestTokens(t *testing.T) {
	t.Parallel()
	for _, f := range rows(t, "testdata/tokens.tsv", 4) {
		text, want := f[1], f[2]
		for form, s := range map[string]string{
			"typed": text, "NFC": norm.NFC.String(text), "NFD": norm.NFD.String(text),
		} {
			got := strings.Join(texts(fold.Tokens(nil, s)), " ")
			if got != want {
				t.Errorf("%s %q in %s (%s):\ngot  %s\nwant %s", f[0], text, form, f[3], got, want)
			}
		}
	}
}

// TestPhrases holds which phrases stand in which texts (testdata/phrases.tsv).
func TestPhrases(t *testing.T) {
	t.Parallel()
	for _, f := range rows(t, "testdata/phrases.tsv", 6) {
		lang, mode, phrase, text, want, why := f[0], f[1], f[2], f[3], f[4] == "yes", f[5]
		got := quoted(phrase, text)
		if mode == "verbatim" {
			got = verbatim(t, phrase, text)
		}
		if got != want {
			t.Errorf("%s: %s %q in %q: got %v, want %v (%s)", lang, mode, phrase, text, got, want, why)
		}
	}
}

// quoted is quote mode by the book: a reading of the phrase is a run of the text's tokens.
func quoted(phrase, text string) bool {
	in := texts(fold.Tokens(nil, text))
	for _, r := range fold.Readings(phrase) {
		p := texts(r)
		for i := 0; len(p) > 0 && i+len(p) <= len(in); i++ {
			if cmp.Equal(in[i:i+len(p)], p) {
				return true
			}
		}
	}
	return false
}

// verbatim is verbatim mode on one text.
func verbatim(t *testing.T, phrase, text string) bool {
	t.Helper()
	p, err := fold.NewPattern(phrase)
	if err != nil {
		t.Fatalf("%q: %v", phrase, err)
	}
	return len(p.Find(nil, text)) > 0
}

// TestKey joins words by one space and is the same for spellings that quote mode equates.
func TestKey(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"  Katyr-Yurt ": "katyr yurt", "Łódź": "lodz", "": "", "—": "",
		"U.S. Army": "us army", "Ахвах": "ахвах",
	} {
		if got := fold.Key(s); got != want {
			t.Errorf("Key(%q) = %q, want %q", s, got, want)
		}
	}
}

// TestReadings tries a typed space inside a number both ways, with places in what was typed.
func TestReadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ typed, want string }{
		{"two men", "two:0-3 men:4-7"},
		{"killing 1 145 people",
			"killing:0-7 1:8-9 145:10-13 people:14-20 | killing:0-7 1145:8-13 people:14-20"},
		{"10 000 000", "10:0-2 000:3-6 000:7-10 | 10000000:0-10"},
		{"1 145 or 2 300", "1:0-1 145:2-5 or:6-8 2:9-10 300:11-14 | " +
			"1145:0-5 or:6-8 2:9-10 300:11-14 | " +
			"1:0-1 145:2-5 or:6-8 2300:9-14 | 1145:0-5 or:6-8 2300:9-14"},
		{"2019 145", "2019:0-4 145:5-8"},
		{"2 March", "2:0-1 march:2-7"},
		{"0 125", "0:0-1 125:2-5"},
		{"٢ ٣٠٠", "2:0-2 300:3-9 | 2300:0-9"},
	} {
		var got []string
		for _, r := range fold.Readings(c.typed) {
			var b []string
			for _, x := range r {
				b = append(b, x.Text+":"+strconv.Itoa(x.Start)+"-"+strconv.Itoa(x.End))
			}
			got = append(got, strings.Join(b, " "))
		}
		if d := cmp.Diff(c.want, strings.Join(got, " | ")); d != "" {
			t.Errorf("Readings(%q): -want +got\n%s", c.typed, d)
		}
	}
	many := strings.Repeat("1 145 and ", 40)
	if n := len(fold.Readings(many)); n != 2 {
		t.Errorf("forty spaced numbers have %d readings, want 2", n)
	}
}

// pool holds characters of every kind the rules speak of.
var pool = []rune("aabcdeEIiıİlLsßøŁéÅﬁ1122300057٣२" + "..,,''’ʼ\"״·՞-–_/:;()%$&#=+~ \u00a0\u202f\u2009   " +
	"\u00ad\u200b\u200d\u202e\ufeff\ufe0f" + "\u0301\u0300\u0308\u0327\u0306\u0338\u20dd" +
	"абвеёийїкѓґыОЕт" + "ابويىةئآأكکیـ\u064e\u0651\u0654\u0670٬٫" + "שלם\u05b8\u05c1׳" + "αάςΣᾳ" +
	"क्षिि" + "กำิเ" + "漢字がかﾞ゙ー々" + "가ᄀ\u1161\u11a8" + "²½①№™ﷺ㎏℃´¨ª" + "😀\U0001F3FD" + "\x00\n\t\ufffd")

// common are characters that make words and numbers of what stands around them.
var common = []rune("ab1150.,'тب \u00a0")

// randomText draws up to n characters, in runs so that words arise.
func randomText(r *rand.Rand, n int) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteRune(pool[r.IntN(len(pool))])
		for r.IntN(3) == 0 {
			b.WriteRune(common[r.IntN(len(common))])
		}
	}
	return b.String()
}

// TestProperties checks on random texts what doc.go guarantees.
func TestProperties(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 40000 {
		checkTokens(t, randomText(r, 14))
		if t.Failed() {
			return
		}
	}
}

// checkTokens checks one text: places, idempotence, NFC and NFD, nothing lost.
func checkTokens(t *testing.T, s string) {
	t.Helper()
	toks := fold.Tokens(nil, s)
	last := fold.Token{}
	covered := make([]bool, len(s))
	for _, x := range toks {
		if x.Text == "" || x.Start < last.Start || x.End < last.End || x.Start >= x.End ||
			x.End > len(s) || utf8.ValidString(s) && !(border(s, x.Start) && border(s, x.End)) {
			t.Errorf("%+q: token %+v after %+v", s, x, last)
			return
		}
		for i := x.Start; i < x.End; i++ {
			covered[i] = true
		}
		last = x
	}
	want := texts(toks)
	if got := texts(fold.Tokens(nil, strings.Join(want, " "))); !cmp.Equal(got, want) {
		t.Errorf("%+q: not idempotent: %+q then %+q", s, want, got)
	}
	for i, c := range s {
		if mustShow(c) && !covered[i] {
			t.Errorf("%+q: %+q at %d is in no token %+q", s, c, i, want)
		}
	}
	if !utf8.ValidString(s) {
		return
	}
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		if got := texts(fold.Tokens(nil, form.String(s))); !cmp.Equal(got, want) {
			t.Errorf("%+q: normalised %+q: got %+q, want %+q", s, form.String(s), got, want)
		}
	}
}

// mustShow reports a character that has to be in a token: letters, numbers and symbols but for
// apostrophes at an edge of a word, the tatweel, free-standing Arabic vowel marks and halfwidth
// voicing marks without their kana.
func mustShow(r rune) bool {
	switch {
	case strings.ContainsRune("ʼʻʾʿ´`ـ\uff9e\uff9f\u1fef\u1ffd\uff40", r),
		0xFC5E <= r && r <= 0xFC63, 0xFCF2 <= r && r <= 0xFCF4, 0xFE70 <= r && r <= 0xFE7F:
		return false
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.S)
}

// border reports whether i stands between two characters of s.
func border(s string, i int) bool { return i == len(s) || utf8.RuneStart(s[i]) }

// FuzzTokens checks the same for any bytes.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "Katyr-Yurt, 1,145", "т.е. U.S.", "\xff\xfea\xcc", "ﷺ㎏", "1.145,500"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 1<<12 {
			checkTokens(t, s)
			fold.Readings(s)
		}
	})
}
