package segment

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

//go:embed abbreviations.tsv
var abbreviationsTSV string

// abbreviations maps an abbreviation, in small letters with its full stop, to the languages
// that write it.
var abbreviations = sync.OnceValue(func() map[string][]string {
	m := make(map[string][]string)
	for i, line := range strings.Split(strings.TrimSpace(abbreviationsTSV), "\n") {
		if f := strings.Split(line, "\t"); i > 0 {
			m[f[0]] = append(m[f[0]], f[1])
		}
	}
	return m
})

// sentenceEnds is the offsets behind the sentences of a text that are followed by a space, as
// UAX 29 finds them, without those behind an abbreviation, an initial or an ordinal number.
func sentenceEnds(text, language string) []int {
	lang, _, _ := strings.Cut(strings.ToLower(language), "-")
	var out []int
	at := 0
	for it := sentences.FromString(text); it.Next(); {
		at += len(it.Value())
		end := len(strings.TrimRight(text[:at], " "))
		if at < len(text) && end < at && !goesOn(text[:end], text[at:], lang) {
			out = append(out, end)
		}
	}
	return out
}

// goesOn reports whether a sentence goes on behind what looked like its end.
func goesOn(before, after, lang string) bool {
	word := strings.TrimLeftFunc(before[strings.LastIndexByte(before, ' ')+1:], unicode.IsPunct)
	if !strings.HasSuffix(word, ".") {
		return false
	}
	low := strings.ToLower(word)
	for _, l := range abbreviations()[low] {
		if l == lang || lang == "" || l == "*" {
			return true
		}
	}
	return initials(word) || ordinal(word, lang) && beginsWithLetter(after)
}

// initials reports whether a word is made of single letters with full stops: J., А.С., U.S.
func initials(word string) bool {
	for word != "" {
		r, n := utf8.DecodeRuneInString(word)
		if !unicode.IsLetter(r) || !strings.HasPrefix(word[n:], ".") {
			return false
		}
		word = strings.TrimPrefix(word[n+1:], "-")
	}
	return true
}

// ordinal reports whether a word is a number with a full stop in a language that writes
// ordinals so ("am 3. Oktober").
func ordinal(word, lang string) bool {
	switch lang {
	case "de", "tr", "az", "cs", "pl", "da", "no", "fi", "hu":
	default:
		return false
	}
	digits := strings.TrimSuffix(word, ".")
	return len(digits) <= 2 && strings.Trim(digits, "0123456789") == "" || romanNumber(digits)
}

// romanNumber reports whether a word is made of the smaller Roman figures.
func romanNumber(s string) bool { return s != "" && strings.Trim(s, "IVX") == "" }

// beginsWithLetter reports whether a letter stands first.
func beginsWithLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(r)
}
