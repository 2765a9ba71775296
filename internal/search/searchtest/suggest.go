package searchtest

import (
	"slices"
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// wording is a row of words that stands in passages, with the first of them.
type wording struct {
	query.Suggestion
	key  string // folded
	size int    // words
}

// suggest tries every run of every phrase without hits and every row of words of every
// passage. Of a phrase that may be read in several ways it takes the first.
func (m *Memory) suggest(r query.Request, tree query.Node) []query.Suggestion {
	kids := []query.Node{tree}
	if and, ok := tree.(query.And); ok {
		kids = and
	}
	r.Text = ""
	among := m.matching(r, nil)
	var out []query.Suggestion
	for _, k := range kids {
		p, ok := k.(query.Phrase)
		asQuote := query.Phrase{Text: p.Text, Slop: p.Slop}
		if !ok || slices.ContainsFunc(among, func(x row) bool { return x.holds(p) || x.holds(asQuote) }) {
			continue
		}
		words := fold.Tokens(nil, p.Text)
		out = append(out, m.parts(p.Text, words, among)...)
		out = append(out, near(p.Text, words, among)...)
	}
	return out
}

// holding counts the rows with words side by side.
func holding(rows []row, words []fold.Token) int {
	n := 0
	for _, x := range rows {
		if len(phrase(words, fold.Tokens(nil, x.p.Text), 0)) > 0 {
			n++
		}
	}
	return n
}

// parts gives the longest runs of a phrase that occur.
func (m *Memory) parts(typed string, words []fold.Token, among []row) []query.Suggestion {
	var all []wording
	for size := len(words); size > 0; size-- {
		for i := 0; i+size <= len(words); i++ {
			run := words[i : i+size]
			n, key := holding(among, run), keyOf(run)
			inside := func(w wording) bool { return strings.Contains(" "+w.key+" ", " "+key+" ") }
			frequent := size == 1 && len(all) > 0 && all[0].size > 1 && holding(m.rows, run)*20 > len(m.rows)
			if n == 0 || frequent || slices.ContainsFunc(all, inside) {
				continue
			}
			at := corpus.Span{Start: run[0].Start, End: run[size-1].End}
			text := typed[at.Start:at.End]
			all = append(all, wording{key: key, size: size, Suggestion: query.Suggestion{Phrase: typed,
				Kind: "part", Text: text, Query: query.Phrase{Text: text}.String(), Count: n, FromSpan: at,
				ToSpan: corpus.Span{End: len(text)}}})
		}
	}
	sort.SliceStable(all, func(i, j int) bool {
		return all[i].size > all[j].size || all[i].size == all[j].size && all[i].Count > all[j].Count
	})
	return firstOf(all)
}

// near gives the most frequent rows of words that are one edit away from a phrase, a negation
// and a number that differ among them.
func near(typed string, words []fold.Token, among []row) []query.Suggestion {
	found := map[string]*wording{}
	for _, x := range among {
		text, met := fold.Tokens(nil, x.p.Text), map[string]bool{}
		for i := range text {
			for size := max(1, len(words)-1); len(words) > 1 && size <= len(words)+1 && i+size <= len(text); size++ {
				w := edited(typed, words, x.p.Text, text[i:i+size])
				if w.Kind == "" || met[w.key] {
					continue
				}
				met[w.key] = true
				if found[w.key] == nil {
					found[w.key] = &w
				}
				found[w.key].Count++
			}
		}
	}
	var all []wording
	for _, w := range found {
		all = append(all, *w)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		return a.Count > b.Count || a.Count == b.Count && a.key < b.key
	})
	for _, kind := range []string{"number", "negation"} { // to the front, so as not to be cut off
		i := slices.IndexFunc(all, func(w wording) bool { return w.Difference == kind })
		if i >= 0 {
			all = slices.Insert(slices.Delete(slices.Clone(all), i, i+1), 0, all[i])
		}
	}
	out := firstOf(all)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Count > out[j].Count })
	return out
}

// edited compares a phrase with a row of words; its kind is empty when more than one edit lies
// between. What is equal from the left is not looked at again from the right.
func edited(typed string, words []fold.Token, text string, row []fold.Token) wording {
	n, m := len(words), len(row)
	left := 0
	for left < min(n, m) && words[left].Text == row[left].Text {
		left++
	}
	right := 0
	for right < min(n, m)-left && words[n-1-right].Text == row[m-1-right].Text {
		right++
	}
	kind, a, b := "", words[left:n-right], row[left:m-right]
	switch {
	case len(a) == 1 && len(b) == 1:
		kind = "changed"
	case len(a) == 0 && len(b) == 1 && left > 0 && right > 0:
		kind = "added"
	case len(a) == 1 && len(b) == 0 && left > 0 && right > 0:
		kind = "missing"
	case len(a) == 2 && len(b) == 2 && a[0].Text == b[1].Text && a[1].Text == b[0].Text:
		kind = "swapped"
	}
	cut := corpus.Span{Start: row[0].Start, End: row[m-1].End}
	shown := text[cut.Start:cut.End]
	s := query.Suggestion{Phrase: typed, Kind: kind, Text: shown,
		Query:    query.Phrase{Text: shown}.String(),
		FromSpan: between(words, left, n-right), ToSpan: between(row, left, m-right)}
	s.From, s.To = typed[s.FromSpan.Start:s.FromSpan.End], text[s.ToSpan.Start:s.ToSpan.End]
	s.ToSpan.Start, s.ToSpan.End = s.ToSpan.Start-cut.Start, s.ToSpan.End-cut.Start
	s.Difference = differenceOf(append(slices.Clone(a), b...))
	return wording{Suggestion: s, key: keyOf(row)}
}

// between gives the bytes of words; of none, the end of the word before.
func between(words []fold.Token, from, to int) corpus.Span {
	switch {
	case from < to:
		return corpus.Span{Start: words[from].Start, End: words[to-1].End}
	case from > 0:
		return corpus.Span{Start: words[from-1].End, End: words[from-1].End}
	}
	return corpus.Span{}
}

// differenceOf knows the words that the invented corpus turns on.
func differenceOf(words []fold.Token) string {
	out := "other"
	for _, w := range words {
		switch {
		case slices.Contains(strings.Fields("not never no nobody не"), w.Text):
			return "negation"
		case strings.ContainsAny(w.Text, "0123456789"),
			slices.Contains(strings.Fields("two three nine ten двое трое uc"), w.Text):
			out = "number"
		}
	}
	return out
}

// keyOf is a row of words as text.
func keyOf(words []fold.Token) string {
	var list []string
	for _, w := range words {
		list = append(list, w.Text)
	}
	return strings.Join(list, " ")
}

// firstOf keeps the first five.
func firstOf(all []wording) []query.Suggestion {
	var out []query.Suggestion
	for _, w := range all[:min(len(all), 5)] {
		out = append(out, w.Suggestion)
	}
	return out
}
