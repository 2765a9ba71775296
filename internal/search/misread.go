package search

import (
	"regexp"
	"slices"
	"strings"

	"ibid/indexer/query"
)

// A query has few signs, and what is none of them is a word: rightly so in "12:30", but a name
// of a field with a wrong letter is looked for as a word too, and finds nothing or, excluded,
// everything. The answer stays what was typed; a notice says how it was read.

// codeWords is the code of notices on words that may have been meant as signs.
const codeWords = "read-as-words"

// slopAlone matches a distance that does not stand at its quotation.
var slopAlone = regexp.MustCompile(`^[~～]\d+$`)

// misread gives notices on the words of a tree that look like a sign of the language; on those
// that could not hide passages only when there are none.
func misread(text string, tree query.Node, total int) (out []query.Notice) {
	for _, w := range wordsOf(tree) {
		message := ""
		name, value, colon := strings.Cut(strings.ReplaceAll(w, "：", ":"), ":")
		field := nearField(strings.ToLower(name))
		switch {
		case colon && value != "" && field != "":
			message = name + ": is no field and was read as a word; perhaps the field " + field + ": was meant"
		case total > 0:
		case slopAlone.MatchString(w):
			message = w + " was read as words; it counts words between words right behind a quotation, without a space"
		case w == "&&":
			message = "&& was read as signs of the text; words side by side must all be there without it"
		}
		if message != "" {
			out = append(out, query.Notice{Code: codeWords, At: strings.Index(text, w), Message: message})
		}
	}
	return out
}

// wordsOf lists the bare words of a tree, from the left.
func wordsOf(tree query.Node) (out []string) {
	var kids []query.Node
	switch t := tree.(type) {
	case query.Word:
		return []string{t.Text}
	case query.Not:
		return wordsOf(t.Node)
	case query.And:
		kids = t
	case query.Or:
		kids = t
	}
	for _, k := range kids {
		out = append(out, wordsOf(k)...)
	}
	return out
}

// nearField gives the field whose name is one letter changed, added, left out or swapped away
// from a name of four letters or more; empty when there is none.
func nearField(name string) string {
	fields := append(query.Facets(), Actor, "date", "section")
	slices.Sort(fields)
	for _, f := range fields {
		if len(name) >= 4 && name != f && oneEdit(name, f) {
			return f
		}
	}
	return ""
}

// oneEdit reports whether what differs in two names is at most one letter, or two swapped.
func oneEdit(a, b string) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	return len(a) <= 1 && len(b) <= 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
}
