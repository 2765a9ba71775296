package indexer

import (
	_ "embed" // the table
	"slices"
	"strings"
	"sync"

	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// cutOut cuts the words [from, to) out of a text, as they are to be shown, and gives the
// canonical text of a query that finds these words and nothing else. A text cut at a word's
// edge may read otherwise ("U.S" for "U.S."; "1 145", two numbers or one): then what follows
// the last word is taken in, else the query has the folded words. ok is false where none of
// these is read as the words.
func cutOut(text string, tokens []fold.Token, from, to int) (shown, q string, ok bool) {
	words := textsOf(tokens[from:to])
	start, end := tokens[from].Start, tokens[to-1].End
	shown = text[start:end]
	if q, ok = findsOnly(shown, words); ok {
		return shown, q, true
	}
	next := len(text)
	if to < len(tokens) {
		next = max(tokens[to].Start, end)
	}
	longer := strings.TrimSpace(text[start:next])
	if q, ok = findsOnly(longer, words); ok {
		return longer, q, true
	}
	for _, between := range []string{" ", ", "} {
		if q, ok = findsOnly(strings.Join(words, between), words); ok {
			return shown, q, true
		}
	}
	return shown, "", false
}

// findsOnly gives the canonical query of a quotation if it is read as these words only.
func findsOnly(text string, words []string) (q string, ok bool) {
	q = query.Phrase{Text: text}.String()
	tree, notices, err := query.Parse(q)
	ph, isPhrase := tree.(query.Phrase)
	if err != nil || len(notices) > 0 || !isPhrase || ph.String() != q {
		return "", false
	}
	r := fold.Readings(ph.Text)
	return q, len(r) == 1 && slices.Equal(textsOf(r[0]), words)
}

// joinedWords is a key for a row of words; no word holds a space.
func joinedWords(words []string) string { return strings.Join(words, " ") }

// differencesTSV lists words that turn a statement round, or that are numbers. Columns: kind
// (negation, number), match (word; prefix or suffix for whatever begins or ends so), language,
// text, source. A word counts whatever the language of the passage: to warn too often does no
// harm.
//
//go:embed differences.tsv
var differencesTSV string

// differenceTable is the table, folded.
type differenceTable struct {
	words              map[string]string // to kinds
	prefixes, suffixes []string          // of negations
}

// differences reads the table once.
var differences = sync.OnceValue(func() *differenceTable {
	t := &differenceTable{words: map[string]string{}}
	for _, line := range strings.Split(strings.TrimSpace(differencesTSV), "\n")[1:] {
		f := strings.Split(line, "\t")
		switch f[1] {
		case "prefix":
			t.prefixes = append(t.prefixes, f[3])
		case "suffix":
			t.suffixes = append(t.suffixes, f[3])
		default:
			t.words[fold.Key(f[3])] = f[0]
		}
	}
	return t
})

// differenceOf says what kind of words make a difference: negation before number before other.
func differenceOf(words []string) string {
	out := "other"
	for _, w := range words {
		switch kind := differences().kind(w); {
		case kind == "negation":
			return kind
		case kind != "":
			out = kind
		}
	}
	return out
}

// kind is what a folded word is: negation, number or neither.
func (t *differenceTable) kind(word string) string {
	if k, ok := t.words[word]; ok {
		return k
	}
	begins := func(p string) bool { return strings.HasPrefix(word, p) }
	ends := func(p string) bool { return strings.HasSuffix(word, p) }
	switch {
	case slices.ContainsFunc(t.prefixes, begins), slices.ContainsFunc(t.suffixes, ends):
		return "negation"
	case strings.ContainsAny(word, "0123456789"):
		return "number"
	}
	return ""
}
