package fold_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"ibid/indexer/fold"
)

// shared gives the folder of the shared evaluation data, or ends the test.
func shared(t *testing.T) string {
	t.Helper()
	root := filepath.Join("..", "..") // the folder of go.mod
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "shared")
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(root, dir)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("IBID_SHARED: %v", err)
		}
		t.Skipf("needs the shared evaluation data (IBID_SHARED): %v", err)
	}
	return dir
}

// TestSharedPhrases answers the two judged sets with nothing but this package.
func TestSharedPhrases(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared(t), "eval", "phrases")
	for _, set := range []struct {
		file string
		size int
		hit  func(phrase, text string) bool
	}{
		{"set_quote.json", 30, quoted},
		{"set_verbatim.json", 13, func(p, s string) bool { return verbatim(t, p, s) }},
	} {
		var data struct {
			Docs    map[string]string
			Queries []struct {
				Name, Phrase string
				Want         []string
			}
		}
		b, err := os.ReadFile(filepath.Join(dir, set.file))
		if err == nil {
			err = json.Unmarshal(b, &data)
		}
		if err != nil || len(data.Queries) != set.size {
			t.Fatalf("%s: %d queries, want %d: %v", set.file, len(data.Queries), set.size, err)
		}
		for _, q := range data.Queries {
			var got []string
			for id, text := range data.Docs {
				if set.hit(q.Phrase, text) {
					got = append(got, id)
				}
			}
			slices.Sort(got)
			slices.Sort(q.Want)
			if d := cmp.Diff(q.Want, got); d != "" {
				t.Errorf("%s %s: -want +got\n%s", set.file, q.Name, d)
			}
		}
	}
}

// TestFindPlaces holds the byte ranges of occurrences.
func TestFindPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		phrase, text string
		want         []string
	}{
		{"a b", "a b a  b a\u00a0\nb", []string{"a b", "a  b", "a\u00a0\nb"}},
		{"aa aa", "aa aa aa aa", []string{"aa aa", "aa aa"}},
		{"State", "the Sta\u00adte, State's, Statement, State", []string{"Sta\u00adte", "State"}},
		{"État", "l'E\u0301tat, E\u0301tat \u00c9tat", []string{"E\u0301tat", "\u00c9tat"}},
		{"145", "1,145 145, 1\u00a0145 145.5 (145)", []string{"145", "145"}},
		{"$5", "$5 US$5 $55", []string{"$5", "$5"}},
		{" said ", "he said.", []string{"said"}},
		{"e", "e\u0301 e", []string{"e"}},
		{"re here", "we're here; re here", []string{"re here"}},
		{"東京", "東京都と東京", []string{"東京", "東京"}},
		{"🙂", "🙂🙂", []string{"🙂", "🙂"}},
	} {
		p, err := fold.NewPattern(c.phrase)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range p.Find(nil, c.text) {
			got = append(got, c.text[x[0]:x[1]])
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q in %q: -want +got\n%s", c.phrase, c.text, d)
		}
	}
	for _, s := range []string{"", "...", " \u00ad", "—", "'"} {
		if _, err := fold.NewPattern(s); err == nil {
			t.Errorf("%q: no error for a phrase without a word", s)
		}
	}
}

// TestCertainTokens holds which words a verbatim phrase surely brings along.
func TestCertainTokens(t *testing.T) {
	t.Parallel()
	for phrase, want := range map[string]string{
		"left. Police came":     "left police came",
		"(FSB) officers":        "fsb officers",
		"'s men":                "men",
		"the U.S.":              "the",
		"the U.S":               "the",
		"U.S. officials":        "us officials",
		"killing 1 145 people":  "killing people",
		"killing 1,145 people,": "killing 1145 people",
		"he left.":              "he left",
		"killing 1,145,":        "killing",
		".5 million":            "million",
		"50%":                   "50 %",
		"東京":                    "東 京",
	} {
		p, err := fold.NewPattern(phrase)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(p.Tokens(), " "); got != want {
			t.Errorf("%q: got %q, want %q", phrase, got, want)
		}
	}
}

// TestFindOracle compares Find with a scan of all ranges, and Tokens with the text's, for
// pieces of random texts and for pieces with another spelling of spaces and forms.
func TestFindOracle(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 9))
	hits := 0
	for range 15000 {
		text := randomText(r, 10)
		from, to := r.IntN(len(text)+1), r.IntN(len(text)+1)
		if from >= to || !border(text, from) || !border(text, to) {
			continue
		}
		phrase := respell(r, text[from:to])
		p, err := fold.NewPattern(phrase)
		if err != nil {
			continue
		}
		got := p.Find(nil, text)
		if d := cmp.Diff(scan(phrase, text), got); d != "" {
			t.Fatalf("%+q in %+q: -scan +find\n%s", phrase, text, d)
		}
		if len(got) == 0 {
			continue
		}
		hits++
		in := texts(fold.Tokens(nil, text))
		for _, w := range p.Tokens() {
			if !slices.Contains(in, w) {
				t.Fatalf("%+q stands in %+q, but its %+q is not in %+q", phrase, text, w, in)
			}
		}
	}
	if hits < 800 {
		t.Errorf("only %d phrases occur: the test proves little", hits)
	}
}

// respell changes what verbatim mode passes over.
func respell(r *rand.Rand, s string) string {
	switch r.IntN(4) {
	case 0:
		return norm.NFD.String(s)
	case 1:
		return strings.ReplaceAll(s, " ", "\u00a0 ")
	case 2:
		return strings.ReplaceAll(s, "a", "\u200ba")
	}
	return s
}

// scan is verbatim mode by the book: each range of the text, shortest at the leftmost place,
// compared after the same plain rewriting.
func scan(phrase, text string) [][2]int {
	want := strings.Trim(rewritten(phrase), " ")
	first, _ := utf8.DecodeRuneInString(want)
	last, _ := utf8.DecodeLastRuneInString(want)
	inside := make([]bool, len(text)+1)
	for _, x := range fold.Tokens(nil, text) {
		for i := x.Start + 1; i < x.End; i++ {
			inside[i] = true
		}
	}
	var out [][2]int
	for i := 0; i < len(text); i++ {
		if !border(text, i) || skipped(text, i) || isWord(first) && inside[i] ||
			rewritten(text[:i]) != "" && !opens(rewritten(text[i:])) {
			continue
		}
		for j := i + 1; j <= len(text); j++ {
			if border(text, j) && rewritten(text[i:j]) == want && !trails(text, j) &&
				!(isWord(last) && inside[j]) && opens(rewritten(text[j:])) {
				out = append(out, [2]int{i, j})
				i = j - 1
				break
			}
		}
	}
	return out
}

// opens reports whether a text begins with a whole character: nothing that belongs to the
// character before.
func opens(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || norm.NFC.PropertiesString(rest).BoundaryBefore() &&
		!unicode.IsMark(r) && !strings.ContainsRune("ﾞﾟำຳ", r) && (r < '\u1160' || r > '\u11ff')
}

// skipped reports whether the character at i is one that verbatim mode passes over.
func skipped(s string, i int) bool {
	r, n := utf8.DecodeRuneInString(s[i:])
	return rewritten(s[i:i+n]) == "" || unicode.IsSpace(r)
}

// trails reports whether the character before j is passed over.
func trails(s string, j int) bool {
	_, n := utf8.DecodeLastRuneInString(s[:j])
	return skipped(s, j-n)
}

// isWord reports a letter, digit or mark.
func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.M) }

// rewritten gives a text as verbatim mode sees it.
func rewritten(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("\u00ad\u200b\u200d\u202e\ufeff\ufe0f", r):
		case unicode.IsSpace(r):
			if !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
		default:
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(b.String())
}

// TestLongRepeats takes texts of 100,000 bytes that repeat one unit. Work that grew with the
// square of the length would not end within the time that a test run has; benchmarks prove
// the speed itself.
func TestLongRepeats(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for _, unit := range []string{
		"a", "ab ", "a.", "1,", "1.", "1'", "1\u00a0", "1.145", "к\u0338", "\u0301", "\u00ad",
		"'", "a'", "=\u0338", "漢", "กิ", "\u1100\u1161", "\xff", "ﷺ", "а-",
	} {
		text := "ab " + strings.Repeat(unit, n/len(unit))
		toks := fold.Tokens(nil, text)
		if len(toks) == 0 || toks[0].Text == "" || toks[len(toks)-1].End > len(text) {
			t.Errorf("%d bytes of %q: %d tokens do not lie in the text", len(text), unit, len(toks))
		}
		phrase := text[:min(len(text), 8000)]
		if p, err := fold.NewPattern(phrase); err == nil {
			p.Find(nil, text)
			p.Tokens()
		}
		fold.Readings(phrase)
	}
}

// FuzzPattern compares Find with the scan for any phrase and text.
func FuzzPattern(f *testing.F) {
	f.Add("a b", "a  b")
	f.Add("1 145", "1\u00a0145 x")
	f.Add("=", "=\u0338")
	f.Fuzz(func(t *testing.T, phrase, text string) {
		p, err := fold.NewPattern(phrase)
		if err != nil || len(text) > 200 || !utf8.ValidString(phrase+text) {
			return
		}
		in := texts(fold.Tokens(nil, text))
		for _, x := range p.Find(nil, text) {
			if !border(text, x[0]) || !border(text, x[1]) || x[0] >= x[1] {
				t.Fatalf("%+q in %+q: %v", phrase, text, x)
			}
			for _, w := range p.Tokens() {
				if !slices.Contains(in, w) {
					t.Fatalf("%+q in %+q: token %+q is not in %+q", phrase, text, w, in)
				}
			}
		}
	})
}
