package register

import (
	_ "embed"
	"slices"
	"strings"
)

// endingsTSV is the table of endings: language, class of name, side of the word that
// changes, which words of a name change (each, first, last), what stands at that side, what
// may stand there instead, source. Where each word changes, the forms are in one order, so
// that the words of a name agree. An ending in several rows gives a series each.
//
//go:embed endings.tsv
var endingsTSV string

// ending is one row of the table.
type ending struct {
	words string
	side  string
	text  string
	forms []string
}

// endings is the table by language and class.
type endings map[[2]string][]ending

// parseEndings reads the embedded table; a test holds it to its form.
func parseEndings() endings {
	e := endings{}
	for i, line := range strings.Split(strings.TrimSpace(endingsTSV), "\n") {
		c := strings.Split(line, "\t")
		if i == 0 || len(c) < 6 {
			continue
		}
		k := [2]string{c[0], c[1]}
		e[k] = append(e[k], ending{side: c[2], words: c[3], text: c[4], forms: strings.Fields(c[5])})
	}
	return e
}

// of returns the rows for a word: those with the longest text that fits, of the class or
// else of plain names.
func (e endings) of(language, class, word string) []ending {
	var best []ending
	for _, k := range []string{class, "name"} {
		for _, r := range e[[2]string{language, k}] {
			if !r.fits(word) || len(best) > 0 && len(r.text) < len(best[0].text) {
				continue
			}
			if len(best) > 0 && len(r.text) > len(best[0].text) {
				best = best[:0]
			}
			best = append(best, r)
		}
		if len(best) > 0 || class == "adjective" {
			break
		}
	}
	return best
}

// fits reports whether the row's text stands at its side of the word and leaves a stem.
func (r ending) fits(word string) bool {
	if len(word) <= len(r.text)+2 {
		return false
	}
	if r.side == "start" {
		return strings.HasPrefix(word, r.text)
	}
	return strings.HasSuffix(word, r.text)
}

// apply gives the i-th form of a word.
func (r ending) apply(word string, i int) string {
	if r.side == "start" {
		return r.forms[i] + strings.TrimPrefix(word, r.text)
	}
	return strings.TrimSuffix(word, r.text) + r.forms[i]
}

// forms returns the case forms of a name, without the name itself, sorted.
func (e endings) forms(n Name, class string) []string {
	if n.Flags&(Fixed|CaseSensitive) != 0 {
		return nil
	}
	if n.Flags&Adjective != 0 {
		class = "adjective"
	}
	words := strings.Fields(n.Text)
	rows := make([][]ending, len(words))
	policy, series := "", 1
	for i, w := range words {
		rows[i] = e.of(n.Language, class, w)
		series = max(series, len(rows[i]))
		if len(rows[i]) > 0 {
			policy = rows[i][0].words
		}
	}
	var out []string
	for s := range series {
		switch policy {
		case "each":
			out = append(out, inflect(words, rows, s, len(words))...)
			out = append(out, inflect(words, rows, s, 1)...)
		case "first":
			out = append(out, inflect(words, rows, s, 1)...)
		case "last":
			last := len(words) - 1
			for _, f := range inflect(words[last:], rows[last:], s, 1) {
				out = append(out, strings.Join(append(slices.Clone(words[:last]), f), " "))
			}
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == n.Text })
}

// inflect gives the forms of a name in which the first n words that can change do.
func inflect(words []string, rows [][]ending, series, n int) []string {
	var out []string
	for i := range 16 {
		form, changed := slices.Clone(words), false
		for j := range min(n, len(words)) {
			if len(rows[j]) == 0 {
				continue
			}
			r := rows[j][series%len(rows[j])]
			if i < len(r.forms) {
				form[j], changed = r.apply(words[j], i), true
			}
		}
		if !changed {
			break
		}
		out = append(out, strings.Join(form, " "))
	}
	return out
}
