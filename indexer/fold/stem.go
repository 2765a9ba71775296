package fold

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// maxStem bounds the words that are stemmed, in bytes: longer ones are no words of a
// language, and the stemmers copy the word at each step.
const maxStem = 64

// Languages lists the languages that have a stemmer, as BCP 47 tags in order.
func Languages() []string {
	return strings.Fields("ar da de en es fi fr ga hu it nb nl nn no pt ro ru sv ta tr")
}

// Stem returns the stem of a folded token in a language given as a BCP 47 tag. A word of
// another language, or with a digit in it, is its own stem. Stems are made of folded words,
// so they are equal where the words are; they are for matching and never shown.
func Stem(word, language string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	stem := stemmer(strings.ToLower(base))
	if stem == nil || len(word) > maxStem || strings.ContainsAny(word, "0123456789") {
		return word
	}
	env := snowballstem.NewEnv(bareWord(word, strings.ToLower(base)))
	stem(env)
	if env.Current() == "" {
		return word
	}
	return env.Current()
}

// bareWord takes off what an apostrophe joins to a word: the article before it in French,
// Italian and Irish, the case ending behind it in Turkish.
func bareWord(word, base string) string {
	before, after, ok := strings.Cut(word, "'")
	switch {
	case !ok || before == "" || after == "":
		return word
	case base == "tr":
		return before
	case (base == "fr" || base == "it" || base == "ga") && len(before) <= len("dell"):
		return after
	}
	return word
}

// stemmer gives the algorithm of a language; nil when there is none.
func stemmer(base string) func(*snowballstem.Env) bool {
	if s := germanic(base); s != nil {
		return s
	}
	switch base {
	case "ar":
		return arabic.Stem
	case "es":
		return spanish.Stem
	case "fi":
		return finnish.Stem
	case "fr":
		return french.Stem
	case "ga":
		return irish.Stem
	case "hu":
		return hungarian.Stem
	case "it":
		return italian.Stem
	case "pt":
		return portuguese.Stem
	case "ro":
		return romanian.Stem
	case "ru":
		return russian.Stem
	case "ta":
		return tamil.Stem
	case "tr":
		return turkish.Stem
	}
	return nil
}

// germanic is stemmer for the Germanic languages.
func germanic(base string) func(*snowballstem.Env) bool {
	switch base {
	case "da":
		return danish.Stem
	case "de":
		return german.Stem
	case "en":
		return english.Stem
	case "nb", "nn", "no":
		return norwegian.Stem
	case "nl":
		return dutch.Stem
	case "sv":
		return swedish.Stem
	}
	return nil
}
