package extract

import (
	_ "embed"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

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
	for _, v := range []value{
		{lang, "html-lang"},
		first(tags, "og:locale"),
		first(tags, "citation_language", "dc.language", "language"),
		{p.headerLanguage(), "meta"},
	} {
		if t := tag(v.text); t != "" {
			p.doc.Language, p.doc.Witness["language"] = t, v.witness
			return
		}
	}
}

// headerLanguage is the language of a meta element in place of a header.
func (p *page) headerLanguage() string {
	for _, n := range p.find.Find("meta[http-equiv]").Nodes {
		if strings.EqualFold(attr(n, "http-equiv"), "content-language") {
			return attr(n, "content")
		}
	}
	return ""
}

// settleLanguage looks at the text where the page names no language, or names one whose
// script the text is not in: templates declare English over everything.
func (p *page) settleLanguage() {
	found := languageOf(p.doc)
	declared, _, _ := strings.Cut(p.doc.Language, "-")
	if found != "" && (declared == "" || latin(found) == -latin(declared)) {
		p.doc.Language, p.doc.Witness["language"] = found, "text"
	}
}

// latin is 1 for a language that the tables know in Latin letters, -1 for one they know in
// others, and 0 for one they do not know.
func latin(lang string) int {
	if strings.Contains(scriptLanguages, lang) {
		return -1
	}
	for word, langs := range frequentWords() {
		if slices.Contains(langs, lang) {
			if r, _ := utf8.DecodeRuneInString(word); unicode.Is(unicode.Latin, r) {
				return 1
			}
			return -1
		}
	}
	return 0
}

// scriptLanguages are the languages told by their script alone.
const scriptLanguages = "ka hy he el ja ko zh th hi"

// languageWords is how many words of a document are looked at.
const languageWords = 600

// languageOf names the language of a document's text by its script and frequent words; empty
// when they do not tell.
func languageOf(d *corpus.Document) string {
	votes, n := map[string]int{}, 0
	scripts := map[string]int{}
	for _, b := range d.Blocks {
		for _, w := range strings.FieldsFunc(strings.ToLower(b.Text), betweenWords) {
			if n++; n > languageWords {
				break
			}
			scripts[script(w)]++
			for _, lang := range frequentWords()[w] {
				votes[lang]++
			}
		}
	}
	n = min(n, languageWords)
	for _, s := range strings.Fields(scriptLanguages) {
		if 2*scripts[s] > n {
			return s
		}
	}
	return winner(votes, n)
}

// betweenWords reports whether a character is of no word.
func betweenWords(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }

// winner is the language with most votes of n words; empty for a tie, or when they are too
// few: a language's frequent words are a fifth to a half of its prose, a twentieth is chance.
func winner(votes map[string]int, n int) string {
	best, second := "", 0
	for _, lang := range slices.Sorted(maps.Keys(votes)) {
		switch {
		case best == "" || votes[lang] > votes[best]:
			second = votes[best]
			best = lang
		case votes[lang] > second:
			second = votes[lang]
		}
	}
	if best == "" || votes[best] < 2 || 20*votes[best] < n || votes[best] == second {
		return ""
	}
	return best
}

// script names the language that the script of a word belongs to alone; empty for others. The
// first letter decides.
func script(word string) string {
	r, _ := utf8.DecodeRuneInString(word)
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
