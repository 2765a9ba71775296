package extract

import (
	_ "embed"
	"regexp"
	"sort"
	"strings"
	"sync"
	"unicode"

	"ibid/corpus"
)

//go:embed words.tsv
var wordsTSV string

// frequentWords maps a word to the languages it is frequent in.
var frequentWords = sync.OnceValue(func() map[string][]string {
	m := make(map[string][]string)
	for _, row := range rows(wordsTSV) {
		m[row[0]] = append(m[row[0]], row[1])
	}
	return m
})

// languageTag matches a BCP 47 tag of a language with script and region.
var languageTag = regexp.MustCompile(`^([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8})*)$`)

// tag brings a declared language to BCP 47; empty when it is none.
func tag(s string) string {
	m := languageTag.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return ""
	}
	out := strings.ToLower(m[1])
	for _, sub := range strings.FieldsFunc(m[2], func(r rune) bool { return r == '-' || r == '_' }) {
		switch {
		case len(sub) == 2:
			out += "-" + strings.ToUpper(sub)
		case len(sub) == 4 && !digit(sub[0]):
			out += "-" + strings.ToUpper(sub[:1]) + strings.ToLower(sub[1:])
		default:
			return out
		}
	}
	return out
}

// declaredLanguage fills in the language that the page names.
func (p *page) declaredLanguage(tags map[string][]string) {
	lang, _ := p.find.Find("html[lang]").First().Attr("lang")
	if lang == "" {
		lang, _ = p.find.Find("body[lang]").First().Attr("lang")
	}
	for _, v := range []value{{lang, "html-lang"}, first(tags, "og:locale"), first(tags, "citation_language", "dc.language", "language"), {p.headerLanguage(), "meta"}} {
		if t := tag(v.text); t != "" {
			p.doc.Language, p.doc.Witness["language"] = t, v.witness
			return
		}
	}
}

// headerLanguage is the language of a meta element in place of a header.
func (p *page) headerLanguage() string {
	s, _ := p.find.Find(`meta[http-equiv="content-language"], meta[http-equiv="Content-Language"]`).First().Attr("content")
	return s
}

// settleLanguage looks at the text where the page names no language, or names one whose
// script the text is not in: templates declare English over everything.
func (p *page) settleLanguage() {
	found := languageOf(p.doc)
	declared, _, _ := strings.Cut(p.doc.Language, "-")
	if found != "" && (declared == "" || latinLanguage(declared) != latinLanguage(found)) {
		p.doc.Language, p.doc.Witness["language"] = found, "text"
	}
}

// latinLanguage reports whether a language, as far as the table of words knows, is written in
// Latin letters.
func latinLanguage(lang string) bool {
	switch lang {
	case "ru", "uk", "ar", "fa", "ka", "hy", "he", "el", "zh", "ja", "ko", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "hi", "th", "ur", "bn", "ps", "ug", "ckb":
		return false
	}
	return true
}

// languageWords is how many words of a document are looked at.
const languageWords = 600

// languageOf names the language of a document's text by its script and frequent words; empty
// when they do not tell.
func languageOf(d *corpus.Document) string {
	votes, n := map[string]int{}, 0
	scripts := map[string]int{}
	for _, b := range d.Blocks {
		for _, w := range strings.FieldsFunc(strings.ToLower(b.Text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
			if n++; n > languageWords {
				break
			}
			scripts[script(w)]++
			for _, lang := range frequentWords()[strings.TrimPrefix(w, "\u0307")] {
				votes[lang]++
			}
		}
	}
	n = min(n, languageWords)
	for _, s := range []string{"ka", "hy", "he", "el", "ja", "ko", "zh", "th", "hi"} {
		if 2*scripts[s] > n {
			return s
		}
	}
	best, second := "", 0
	for _, lang := range sortedKeys(votes) {
		switch {
		case best == "" || votes[lang] > votes[best]:
			second = votes[best]
			best = lang
		case votes[lang] > second:
			second = votes[lang]
		}
	}
	// A language's forty words are a fifth to a half of its prose; a twentieth is not chance.
	if best == "" || votes[best] < 2 || 20*votes[best] < n || votes[best] == second {
		return ""
	}
	return best
}

// script names the language that the script of a word belongs to alone; empty for others.
func script(word string) string {
	for _, r := range word {
		switch {
		case unicode.Is(unicode.Georgian, r):
			return "ka"
		case unicode.Is(unicode.Armenian, r):
			return "hy"
		case unicode.Is(unicode.Hebrew, r):
			return "he"
		case unicode.Is(unicode.Greek, r):
			return "el"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.Is(unicode.Thai, r):
			return "th"
		case unicode.Is(unicode.Devanagari, r):
			return "hi"
		case unicode.Is(unicode.Han, r):
			return "zh"
		}
		return ""
	}
	return ""
}

// sortedKeys lists the keys of a count in order, so that ties do not depend on the map.
func sortedKeys(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
