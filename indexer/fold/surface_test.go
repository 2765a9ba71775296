package fold_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ibid/indexer/fold"
	"ibid/indexer/fold/plain"
)

// TestSurfaces holds the form of each word and whether its gap is listed; x stands for other.
func TestSurfaces(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a man, A MAN; Man iPhone":   "0 0 1 2 1 x",
		"A":                          "1", // one letter: the first form that fits
		"Äpfel äpfel Straße STRASSE": "x x x 2",
		"сте\u00adна Стена СТЕНА ёлка":  "0 1 2 x",
		"I\u0307stanbul İ ǆ ǅ Ǆ":        "x x x x x",
		"ΛΌΓΟΣ λογος λογοσ":             "x x 0",
		"თბილისი ᲗᲑᲘᲚᲘᲡᲘ":               "0 2",
		"東京 1,145 1145 ١":               "0 0 x 0 x",
		"a\u00a0\u00a0b  c\nd":          "0 0 0 0",
		"a*b (c) d--e":                  "0? 0 0 0? 0",
		"a =\u0338 b o\u0338 x\u0323 y": "0 0 0 x x 0",
		"a,\u0301 b":                    "0? 0",
	} {
		var got []string
		for _, x := range fold.Surfaces(nil, text, fold.Tokens(nil, text)) {
			one := fmt.Sprint(x.Form())
			if one == "3" {
				one = "x"
			} else if !x.Known() {
				one += "?"
			}
			got = append(got, one)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%+q: %s, want %s", text, s, want)
		}
	}
}

// bySurfaces finds a pattern by words and surfaces: leftmost first, apart. It is decided when
// its places are those of Find for sure.
func bySurfaces(p fold.Pattern, text string) (places [][2]int, decided bool) {
	words, want, ok := p.Surfaces()
	toks := fold.Tokens(nil, text)
	for i := range toks[min(1, len(toks)):] {
		ok = ok && toks[i+1].Start >= toks[i].End
	}
	if !ok {
		return nil, false
	}
	have := fold.Surfaces(nil, text, toks)
	last, known := len(words)-1, !slices.ContainsFunc(want, func(x fold.Surface) bool { return !x.Known() })
	for i := 0; i+last < len(toks); i++ {
		for k := 0; ; k++ {
			if toks[i+k].Text != words[k] || have[i+k].Form() != want[k].Form() || k < last && have[i+k] != want[k] {
				break
			}
			if k == last {
				places = append(places, [2]int{toks[i].Start, toks[i+k].End})
				i += last
				break
			}
		}
	}
	return places, known || len(places) == 0
}

// sameSurfaces holds what the surfaces decide against both judges and tells whether they do
// and whether the phrase stands there.
func sameSurfaces(t *testing.T, phrase, text string) (decided, found bool) {
	t.Helper()
	p, err := fold.NewPattern(phrase)
	if err != nil {
		return false, false
	}
	got, decided := bySurfaces(p, text)
	if !decided {
		return false, false
	}
	if want := p.Find(nil, text); !slices.Equal(got, want) {
		t.Errorf("%+q in %+q: by surfaces %v, Find %v", phrase, text, got, want)
	}
	if want := plain.Verbatim(text, phrase); !slices.Equal(got, want) {
		t.Errorf("%+q in %+q: by surfaces %v, plain %v", phrase, text, got, want)
	}
	return true, len(got) > 0
}

// TestSurfacesDecideRandom takes random texts and pieces of them, whole words and not.
func TestSurfacesDecideRandom(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(29, 31))
	n, decided, found := soak(20_000, 3_000_000), 0, 0
	for range n {
		text := strings.ToValidUTF8(hostileText(r, 12), "\ufffd")
		if r.IntN(3) == 0 {
			text = strings.ToUpper(text) + " " + text
		}
		phrase := piece(r, text, 12)
		if toks := fold.Tokens(nil, text); len(toks) > 0 && r.IntN(2) == 0 {
			from := r.IntN(len(toks))
			to := from + r.IntN(len(toks)-from)
			phrase = text[toks[from].Start:max(toks[from].End, toks[to].End)]
		}
		if untold(text) || untold(phrase) {
			continue
		}
		d, f := sameSurfaces(t, respell(r, phrase), text+" "+text)
		if t.Failed() {
			return
		}
		decided, found = decided+asInt(d), found+asInt(f)
	}
	t.Logf("figure: of %d random phrases %d are decided, %d of them found", n, decided, found)
	if decided < n/8 || found < n/16 {
		t.Errorf("%d of %d phrases are decided, %d found: the test proves little", decided, n, found)
	}
}

// asInt is 1 for true.
func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// surfaceTexts are sentences with what a spelling can differ in.
var surfaceTexts = []string{
	"Police said: “No one was killed,” but the U.S. envoy — Mr. Smith-Jones — didn't agree (see p. 12).",
	"Его мать сказала: «Не знаю, где ёлка», — и ушла; т.е. 1 145 человек… Ещё 20% остались.",
	"قالت الشرطة، إن أحد المسلحين قُتل في الهجوم؟ نعم: ١٢ شخصًا (منهم ٣).",
	"Polis dedi: «Heç kim ölməyib», İsmayıllı rayonu – Bakı, 5,5 min nəfər.",
	"İstanbul'da polis, “ılık” ve IŞIK dedi; Iğdır – ığdır ve 12. gün.",
	"„Straße“, sagte er: STRASSE und GROẞ – groß; am 3. Mai kam niemand.",
	"L'État a dit : « c’est l’été », aujourd'hui ; Œuvre, œuvre et 1 145 €.",
	"პოლიციამ თქვა: „არავინ მოკვდა“, ᲗᲑᲘᲚᲘᲡᲘ და თბილისი.",
	"警察說：「沒有人死亡」，共12人。東京 東京",
	"Ǆep ǆep ǅep ΛΟΓΟΣ λόγος λόγοσ ﬁne fine so\u00adft soft a\u00a0b a b c2 c²",
}

// TestSurfacesDecideEdited takes pieces of sentences in all languages, changes one character,
// and looks for them in the sentence, in NFD too.
func TestSurfacesDecideEdited(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(37, 41))
	texts := surfaceTexts
	for _, f := range rows(t, "testdata/phrases.tsv", 6) {
		texts = append(texts[:len(texts):len(texts)], f[3])
	}
	n, decided, found := soak(10_000, 2_000_000), 0, 0
	for i := range n {
		text := texts[i%len(texts)]
		toks := fold.Tokens(nil, text)
		if len(toks) == 0 {
			continue
		}
		from := r.IntN(len(toks))
		to := min(len(toks)-1, from+r.IntN(6))
		phrase := text[toks[from].Start:max(toks[from].End, toks[to].End)]
		if r.IntN(3) > 0 {
			phrase = changed(r, phrase)
		}
		d, f := sameSurfaces(t, respell(r, phrase), respell(r, text)+" "+strings.ToUpper(text))
		if t.Failed() {
			return
		}
		decided, found = decided+asInt(d), found+asInt(f)
	}
	t.Logf("figure: of %d phrases %d are decided, %d of them found", n, decided, found)
	if decided < n/3 || found < n/8 {
		t.Errorf("%d of %d phrases are decided, %d found: the test proves little", decided, n, found)
	}
}

// changed puts another character in the place of one of s: another case, dash, mark or space.
func changed(r *rand.Rand, s string) string {
	list := []rune(s)
	i := r.IntN(len(list))
	switch c := list[i]; {
	case unicode.IsUpper(c):
		list[i] = unicode.ToLower(c)
	case unicode.IsLower(c):
		list[i] = unicode.ToUpper(c)
	default:
		list[i], _ = utf8.DecodeRuneInString(hostile[r.IntN(len(hostile))])
	}
	if r.IntN(8) == 0 {
		list = slices.Insert(list, i, []rune(" ,.'’-–“\u00ad\u00a0\u0301")[r.IntN(11)])
	}
	return string(list)
}

// FuzzSurfaces holds what surfaces decide against Find, for any text and phrase.
func FuzzSurfaces(f *testing.F) {
	r := rand.New(rand.NewPCG(43, 47))
	for range 50 {
		text := hostileText(r, 12)
		f.Add(text, piece(r, text, 12))
	}
	for _, s := range surfaceTexts {
		f.Add(s, piece(r, s, 20))
	}
	f.Fuzz(func(t *testing.T, text, phrase string) {
		p, err := fold.NewPattern(phrase)
		if err != nil || len(text) > 400 || !utf8.ValidString(text) || !utf8.ValidString(phrase) {
			return
		}
		if got, ok := bySurfaces(p, text); ok && !slices.Equal(got, p.Find(nil, text)) {
			t.Fatalf("%+q in %+q: by surfaces %v, Find %v", phrase, text, got, p.Find(nil, text))
		}
	})
}
