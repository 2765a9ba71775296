package query

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ibid/indexer/fold"
)

// scraps are what hostile and honest queries are made of.
var scraps = strings.Split("a|was|not|killed|OR|AND|NOT|or|brigade's|Katyr-Yurt|صה\"ל|צה\"ל|цар|天地|5|1,145|1\u00a0145|"+
	"\"|“|”|„|«|»|「|」|'|‘|’|‹|``|''|(|)|（|）|\\|-|−|–|－|~|～|~3|3~|*|:|：|exact:|republic:|date:|2018|..|[|]| TO |"+
	"$|%|+|<|,|.|…|؟|،|\u200f|\u202e|\u00ad|\x00|\u0301|\ufffd|ﷺ|U.S.|#1|s/s|#| | | |\u00a0|\t|\n", "|")

// scrawl is a random text of up to n scraps; "|" is one too.
func scrawl(r *rand.Rand, n int) string {
	var b strings.Builder
	for range 1 + r.IntN(n) {
		if r.IntN(20) == 0 {
			b.WriteByte('|')
		}
		b.WriteString(scraps[r.IntN(len(scraps))])
	}
	return b.String()
}

// randomLeaf is a leaf that a parser may make, of a random text.
func randomLeaf(r *rand.Rand) Node {
	for {
		text := scrawl(r, 6)
		switch r.IntN(4) {
		case 0:
			text = strings.TrimSpace(text)
			if len(fold.Tokens(nil, text)) > 0 {
				return Phrase{Text: text, Slop: r.IntN(5) / 4 * r.IntN(100)}
			}
		case 1:
			text = strings.TrimSpace(text)
			if len(fold.Tokens(nil, text)) > 0 {
				return Phrase{Text: text, Verbatim: true}
			}
		case 2:
			name := []string{"republic", "section", "actor", "year"}[r.IntN(4)]
			text = strings.TrimFunc(text, blank)
			if text != "" && (name != "section" || len(fold.Tokens(nil, text)) > 0) {
				return Field{Name: name, Value: text}
			}
		default:
			words := fold.Tokens(nil, text)
			if n, _, err := Parse(text); err == nil && len(words) > 0 {
				if w, ok := n.(Word); ok {
					return w
				}
			}
			return Word{Text: "killed", Prefix: r.IntN(2) == 0}
		}
	}
}

// randomTree is a tree of up to the given depth, in the shape that Parse gives trees: no And
// in an And, no Or in an Or, no Not in a Not.
func randomTree(r *rand.Rand, depth int, outer byte) Node {
	kind := "lao!"[r.IntN(4)]
	if depth == 0 || kind == 'l' || kind == outer {
		return randomLeaf(r)
	}
	if kind == '!' {
		return Not{randomTree(r, depth-1, '!')}
	}
	var kids []Node
	for range 2 + r.IntN(2) {
		kids = append(kids, randomTree(r, depth-1, kind))
	}
	if kind == 'a' {
		return And(kids)
	}
	return Or(kids)
}

// rounds is how often a property is tried: ten times as often when soaking.
func rounds() int {
	if os.Getenv("IBID_SOAK") != "" {
		return 50000
	}
	return 5000
}

// Any tree prints to a text that parses back to it, without a repair.
func TestRandomTreesRoundTrip(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 1))
	for range rounds() {
		roundTrip(t, randomTree(r, 3, 0))
		if t.Failed() {
			return
		}
	}
}

// Random text keeps all its words in whatever it is read as, and prints and parses back.
func TestRandomTextsKeepTheirWords(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 2))
	for range rounds() {
		keeps(t, scrawl(r, 14))
		if t.Failed() {
			return
		}
	}
}

// What parses prints and parses back; no word is lost or made up; what a fault suggests parses.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`"a b" OR -c (d e)`, `'x y' exact:"q" republic:"N O"~`, `"a\" b"~3 shoot*`,
		"“a\" «b» „c“ ‘d’", `a:b:c date:2018..`, `\\"\"`, "צה\"ל", "((a)|(b))", "a\x00\xff\u202e\"b", `exact:"a\"`, `-"`,
		`section:'x'`, `NOT NOT (NOT a OR b)`, `exact:x* 1 145`, "5~\"a\" ``b'' −c（d）date:[2018 TO *]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { keeps(t, s) })
}

// strayJamo reports a vowel or final of a Hangul syllable with no syllable before it. No writing
// has it; it would join the sign before it to one word, which is an operator to the parser.
func strayJamo(s string) bool {
	last := ' '
	for _, r := range s {
		trailing := 0x1160 <= r && r <= 0x11FF || 0xD7B0 <= r && r <= 0xD7FF || 0xFFC2 <= r && r <= 0xFFDC
		if trailing && !unicode.Is(unicode.Hangul, last) {
			return true
		}
		last = r
	}
	return false
}

// keeps holds a text to the promises of Read and Parse.
func keeps(t *testing.T, s string) {
	t.Helper()
	if strayJamo(s) {
		return
	}
	_, _, err := Parse(s)
	var fault *SyntaxError
	if errors.As(err, &fault) {
		sounds(t, fault)
	}
	for _, m := range []Mode{"", Quote, Verbatim, Words} {
		n, _, _, notices, err := Read(s, m)
		if err != nil || n == nil {
			continue
		}
		for _, x := range notices {
			if x.At < 0 || x.At > len(strings.ToValidUTF8(s, "\ufffd")) {
				t.Fatalf("%q: a notice at %d", s, x.At)
			}
		}
		again, _, err := Parse(n.String())
		if err != nil {
			t.Fatalf("%q in mode %q prints %q, which does not parse: %v", s, m, n.String(), err)
		}
		if diff := cmp.Diff(n, again); diff != "" {
			t.Fatalf("%q in mode %q prints %q, which parses to another tree:\n%s", s, m, n.String(), diff)
		}
		sameWords(t, s, n)
	}
}

// sounds checks that what a fault suggests parses.
func sounds(t *testing.T, e *SyntaxError) {
	t.Helper()
	if e.Suggest == "" {
		return
	}
	if _, _, err := Parse(e.Suggest); err != nil {
		t.Errorf("%q at %d suggests %q: %v", e.Message, e.At, e.Suggest, err)
	}
}

// sameWords holds the words of a tree against those of its text. What may be missing from the
// tree: OR, AND, NOT and TO in capitals, exact, the number of a slop, and signs (| ~ − of the
// language, and marks of quotation or stress). Nothing may be there that was not typed.
func sameWords(t *testing.T, s string, n Node) {
	t.Helper()
	s = unescape(strings.ToValidUTF8(s, "\ufffd"))
	typed, read := map[string]int{}, map[string]int{}
	for _, w := range fold.Tokens(nil, s) {
		typed[w.Text]++
	}
	countWords(n, read)
	for w, k := range read {
		if k > typed[w] {
			t.Fatalf("%q is read as %s: %q stands there %d times and was typed %d times", s, n, w, k, typed[w])
		}
	}
	for w, k := range typed {
		if read[w] < k && !spare(s, w) {
			t.Fatalf("%q is read as %s: of %d times %q, %d are left", s, n, k, w, read[w])
		}
	}
}

// countWords counts the words of the leaves of a tree.
func countWords(n Node, into map[string]int) {
	add := func(s string) {
		for _, w := range fold.Tokens(nil, s) {
			into[w.Text]++
		}
	}
	switch n := n.(type) {
	case And:
		for _, k := range n {
			countWords(k, into)
		}
	case Or:
		for _, k := range n {
			countWords(k, into)
		}
	case Not:
		countWords(n.Node, into)
	case Phrase:
		add(n.Text)
	case Word:
		add(n.Text)
	case Field:
		add(n.Name)
		add(n.Value)
	}
}

// spare reports whether a word of a text may be an operator of the language.
func spare(s, word string) bool {
	switch word {
	case "or", "and", "not", "to":
		return strings.Contains(s, strings.ToUpper(word))
	case "exact":
		return strings.ContainsAny(s, ":：")
	}
	if digitsAt(word) == len(word) {
		return strings.ContainsAny(s, "~～")
	}
	r, _ := utf8.DecodeRuneInString(word)
	return !wordlike(r) || strings.ContainsRune("#@", r)
}
