package fold_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ibid/indexer/fold"
	"ibid/indexer/fold/plain"
)

// Package plain decides the same as fold and was written by another hand from the meaning of
// the two modes. Here both answer for every character of Unicode, all labelled texts, the
// shared evaluation texts, and random texts of an alphabet chosen to tell them apart.

// soak gives the full number of rounds when IBID_SOAK is set, else the reduced one.
func soak(reduced, full int) int {
	if os.Getenv("IBID_SOAK") != "" {
		return full
	}
	return reduced
}

// sameWords compares the words of one text.
func sameWords(t *testing.T, s string) {
	t.Helper()
	got, want := fold.Tokens(nil, s), plain.Words(s)
	same := slices.EqualFunc(got, want, func(a fold.Token, b plain.Word) bool { return a == fold.Token(b) })
	if !same {
		t.Errorf("%q %+q:\nfold  %+v\nplain %+v", s, s, got, want)
	}
}

// samePlaces compares the places of a phrase in a text in both modes and tells whether quote
// mode and verbatim mode found any.
func samePlaces(t *testing.T, phrase, text string) (quote, verbatim bool) {
	t.Helper()
	want := plain.Quote(text, phrase)
	if got := placesQuoted(phrase, text); !slices.Equal(got, want) {
		t.Errorf("quote %+q in %+q: fold %v, plain %v", phrase, text, got, want)
	}
	var got [][2]int
	if p, err := fold.NewPattern(phrase); err == nil {
		got = p.Find(nil, text)
	}
	exact := plain.Verbatim(text, phrase)
	if !slices.Equal(got, exact) {
		t.Errorf("verbatim %+q in %+q: fold %v, plain %v", phrase, text, got, exact)
	}
	return len(want) > 0, len(exact) > 0
}

// placesQuoted finds the runs of a text's tokens that a reading of the phrase is.
func placesQuoted(phrase, text string) (out [][2]int) {
	in := fold.Tokens(nil, text)
	for _, r := range fold.Readings(phrase) {
		for i := 0; len(r) > 0 && i+len(r) <= len(in); i++ {
			if slices.EqualFunc(r, in[i:i+len(r)], func(a, b fold.Token) bool { return a.Text == b.Text }) {
				out = append(out, [2]int{in[i].Start, in[i+len(r)-1].End})
			}
		}
	}
	slices.SortFunc(out, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(out)
}

// newer reports a character of a version of Unicode that the tables of normalisation do not
// have yet, while Go's own do.
func newer(r rune) bool { return r == 0x897 }

// TestOracleCharacters takes every character alone, between letters, behind a letter, and
// before three digits.
func TestOracleCharacters(t *testing.T) {
	t.Parallel()
	for r := range unicode.MaxRune {
		if newer(r) || r%97 != 0 && unicode.In(r, unicode.Co, unicode.Cn, unicode.Han, unicode.Hangul) && r > 0x3200 {
			continue // few of these have a rule of their own
		}
		for _, s := range []string{"_", "a_b", "1_145", "x_", "ا_"}[:soak(2, 5)] {
			sameWords(t, strings.ReplaceAll(s, "_", string(r)))
		}
		if t.Failed() {
			return
		}
	}
}

// TestOracleRows takes every row of the labelled tables.
func TestOracleRows(t *testing.T) {
	t.Parallel()
	for _, f := range rows(t, "testdata/tokens.tsv", 4) {
		sameWords(t, f[1])
	}
	all := rows(t, "testdata/phrases.tsv", 6)
	for i, f := range all {
		sameWords(t, f[2])
		sameWords(t, f[3])
		for _, g := range all[i:min(len(all), i+soak(5, len(all)))] { // and in texts of other rows
			samePlaces(t, f[2], g[3])
		}
	}
}

// TestOracleTexts takes the shared evaluation texts, line by line, and phrases drawn from them.
func TestOracleTexts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 11))
	lines, phrases, limit := 0, 0, soak(200, 1<<30)
	for _, texts := range sharedTexts(t) {
		r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		for _, line := range texts[:min(len(texts), limit)] {
			sameWords(t, line)
			lines++
			phrase := respell(r, piece(r, line, 60))
			if q, _ := samePlaces(t, phrase, line); q {
				phrases++
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("figure: %d lines of real text and %d phrases in them agree with plain", lines, phrases)
}

// sharedTexts reads all lines of the shared evaluation sets, one list a file.
func sharedTexts(t *testing.T) (out [][]string) {
	t.Helper()
	root := shared(t)
	for _, glob := range []string{"eval/*/*.json*", "eval/*/*.tsv", "eval/*/*/*.jsonl", "bench/text/*.txt", "seed/*.txt"} {
		files, err := filepath.Glob(filepath.Join(root, glob))
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(files)
		for _, file := range files {
			out = append(out, linesOf(t, file))
		}
	}
	if len(out) < 5 {
		t.Fatalf("%d shared files, many more are wanted", len(out))
	}
	return out
}

// linesOf reads the lines of a file, those of JSON as the strings in them.
func linesOf(t *testing.T, file string) (out []string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(filepath.Ext(file), ".json") {
		return strings.Split(string(b), "\n")
	}
	for d := json.NewDecoder(bytes.NewReader(b)); d.More(); {
		var v any
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out = stringsIn(out, v)
	}
	sort.Strings(out) // what comes from a map has no order
	return out
}

// stringsIn collects the lines of all strings of a JSON value.
func stringsIn(out []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(out, strings.Split(v, "\n")...)
	case []any:
		for _, x := range v {
			out = stringsIn(out, x)
		}
	case map[string]any:
		for _, x := range v {
			out = stringsIn(out, x)
		}
	}
	return out
}

// piece cuts up to n bytes from a text, between characters.
func piece(r *rand.Rand, s string, n int) string {
	from := r.IntN(len(s) + 1)
	to := min(len(s), from+r.IntN(n+1))
	for from < to && !border(s, from) {
		from++
	}
	for to > from && !border(s, to) {
		to--
	}
	return s[from:to]
}

// hostile holds characters of every kind that the meaning tells apart, SP for a space. Marks
// that no script sets on their own stand on a letter.
var hostile = strings.Fields("a b c d e s t l I i İ ı É ß ẞ æ Ø ﬁ ﬀ ŉ ǆ ŀ ĳ à ɓ Ə е ё Ё й и ї і ґ ѓ ќ у Ў о а " +
	"Α α ά ᾳ ς ΐ ا أ إ آ ٱ ى ي ی ک ك ة ه ؤ ئ و ﷺ ﷼ ﻻ ﯼ ש שּׁ ל ם ﭏ Ա ա և ե ւ ა Ა क क़ ् ि ก ำ ิ เ ລ ຳ " +
	"か が カ ｶﾞ か\u3099 ー 漢 々 〇 가 \u1100\u1161 \u1100\u1161\u11a8 ㄱㅏ 각 \u0301 \u0300 \u0308 \u0306 \u0327 " +
	"\u0338 \u0654 \u0655 \u0653 \u064e \u0651 \u0670 \u05b8 \u05c1 \u20dd ' ’ ‘ ʼ ʻ ʾ ʿ ′ ´ ` ＇ ׳ \" ״ “ ” " +
	"- ‐ – — − ־ ・ 0 1 2 5 145 000 ٣ ۵ २ ３ 𝟗 . , ٫ ٬ ، ． ， ․ … \u00a0 \u2009 \u202f \u2007 \u3000 \u2028 SP SP SP " +
	"$ € % ٪ ‰ & @ # § + = < > ° № ™ © ² ¹ ½ ₂ ① Ⅳ ㎏ ℃ ﹪ ＄ ª º ʰ ¨ ˘ ~ ^ | _ / : ; ( ) ! ? · ՞ ՚ ։ ـ ﹱ " +
	"\u00ad \u200b \u200c \u200d \u200e \u202e \u2060 \ufeff \ufe0f \u034f \u061c \x00 😀 \U0001F3FD \U0001F1E9 " +
	"\ue000 \u0378 \u06dd \ufffd \xff")

// hostileText draws up to n pieces, most of them from a few, so that things repeat.
func hostileText(r *rand.Rand, n int) string {
	few := make([]string, 2+r.IntN(8))
	for i := range few {
		few[i] = hostile[r.IntN(len(hostile))]
	}
	var b strings.Builder
	for range 1 + r.IntN(n) {
		x := few[r.IntN(len(few))]
		if r.IntN(6) == 0 {
			x = hostile[r.IntN(len(hostile))]
		}
		b.WriteString(strings.ReplaceAll(x, "SP", " "))
	}
	return b.String()
}

// TestOracleRandom takes random texts and pieces of them as phrases.
func TestOracleRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 13))
	n, quotes, verbatims := soak(20_000, 2_000_000), 0, 0
	for range n {
		text := hostileText(r, 12)
		sameWords(t, text)
		if text = strings.ToValidUTF8(text, "\ufffd"); t.Failed() {
			return
		}
		q, v := samePlaces(t, respell(r, piece(r, text, 12)), text+text)
		if q {
			quotes++
		}
		if v {
			verbatims++
		}
	}
	t.Logf("figure: %d random texts, %d phrases quoted and %d verbatim in them agree with plain", n, quotes, verbatims)
	if quotes < n/4 || verbatims < n/8 {
		t.Errorf("%d phrases quoted and %d verbatim of %d: the test proves little", quotes, verbatims, n)
	}
}

// untold reports texts of which the meaning says nothing, as no writing has them: marks in long
// rows, a jamo after no jamo, a voicing mark after no kana.
func untold(s string) bool {
	marks, last := 0, ' '
	for _, r := range norm.NFKD.String(s) {
		switch {
		case newer(r), 0x1160 <= r && r <= 0x11FF && !unicode.Is(unicode.Hangul, last),
			(r == 0x3099 || r == 0x309A) && !unicode.In(last, unicode.Hiragana, unicode.Katakana):
			return true
		case unicode.IsMark(r):
			if marks++; marks > 8 {
				return true
			}
		default:
			marks, last = 0, r
		}
	}
	return false
}

// FuzzAgainstPlain compares both for any text and phrase.
func FuzzAgainstPlain(f *testing.F) {
	r := rand.New(rand.NewPCG(17, 19))
	for range 50 {
		text := hostileText(r, 12)
		f.Add(piece(r, text, 12), text)
	}
	f.Add("1 145", "1\u00a0145 x")
	f.Fuzz(func(t *testing.T, phrase, text string) {
		if len(text) > 300 || len(phrase) > 100 || untold(text) || untold(phrase) {
			return
		}
		sameWords(t, text)
		if utf8.ValidString(text) && utf8.ValidString(phrase) {
			samePlaces(t, phrase, text)
		}
	})
}
