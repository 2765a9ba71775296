package searchtest

import (
	"slices"
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// holds reports whether a query holds in the row.
func (x *row) holds(n query.Node) bool {
	switch n := n.(type) {
	case query.And:
		return !slices.ContainsFunc(n, func(c query.Node) bool { return !x.holds(c) })
	case query.Or:
		return slices.ContainsFunc(n, x.holds)
	case query.Not:
		return !x.holds(n.Node)
	case query.Field:
		return x.field(n)
	}
	return len(x.leaf(n)) > 0
}

// field reports whether a restriction typed into the query holds.
func (x *row) field(f query.Field) bool {
	switch f.Name {
	case "section":
		return x.passes(query.Request{Section: []string{f.Value}})
	case "date":
		if f.Value == query.None {
			return x.passes(query.Request{Undated: true})
		}
		d, err := query.ParseDates(f.Value)
		return err == nil && x.passes(query.Request{Dates: []query.DateRange{d}})
	}
	return x.passes(query.Request{Filters: []query.Filter{{Facet: f.Name, Any: []string{f.Value}}}})
}

// leaf finds a phrase or a word in the text.
func (x *row) leaf(n query.Node) []corpus.Span {
	switch n := n.(type) {
	case query.Phrase:
		if n.Verbatim {
			return verbatim(n.Text, x.p.Text)
		}
		for _, r := range fold.Readings(n.Text) {
			if at := phrase(r, fold.Tokens(nil, x.p.Text), n.Slop); len(at) > 0 {
				return at
			}
		}
	case query.Word:
		return x.word(n)
	}
	return nil
}

// verbatim finds the same characters.
func verbatim(want, text string) []corpus.Span {
	p, err := fold.NewPattern(want)
	if err != nil {
		return nil
	}
	var out []corpus.Span
	for _, at := range p.Find(nil, text) {
		out = append(out, corpus.Span{Start: at[0], End: at[1]})
	}
	return out
}

// phrase finds words in order, with at most slop others between all of them together. Places
// do not overlap; the leftmost wins.
func phrase(want, text []fold.Token, slop int) []corpus.Span {
	var out []corpus.Span
	for i := 0; i < len(text) && len(want) > 0; i++ {
		k, j, spare := 0, i, slop
		for ; j < len(text) && k < len(want) && spare >= 0; j++ {
			if text[j].Text == want[k].Text {
				k++
			} else if k == 0 {
				break
			} else {
				spare--
			}
		}
		if k == len(want) && spare >= 0 {
			out = append(out, corpus.Span{Start: text[i].Start, End: text[j-1].End})
			i = j - 1
		}
	}
	return out
}

// word finds a loose word by its stem, or by its beginning. Of a word that folding cuts in
// several, all must be there.
func (x *row) word(w query.Word) []corpus.Span {
	var out []corpus.Span
	tokens := fold.Tokens(nil, w.Text)
	for i, want := range tokens {
		found := false
		stem := fold.Stem(want.Text, x.d.Language)
		for _, t := range fold.Tokens(nil, x.p.Text) {
			same := fold.Stem(t.Text, x.d.Language) == stem
			if w.Prefix && i == len(tokens)-1 {
				same = strings.HasPrefix(t.Text, want.Text)
			}
			if same {
				found = true
				out = append(out, corpus.Span{Start: t.Start, End: t.End})
			}
		}
		if !found {
			return nil
		}
	}
	return out
}

// marks gives what a query found in the row: sorted, apart.
func (x *row) marks(n query.Node) []corpus.Span {
	var all []corpus.Span
	var walk func(query.Node)
	walk = func(n query.Node) {
		switch n := n.(type) {
		case nil, query.Not:
		case query.And:
			for _, c := range n {
				walk(c)
			}
		case query.Or:
			for _, c := range n {
				walk(c)
			}
		default:
			all = append(all, x.leaf(n)...)
		}
	}
	walk(n)
	sort.Slice(all, func(i, j int) bool { return all[i].Start < all[j].Start })
	var out []corpus.Span
	for _, s := range all {
		if k := len(out) - 1; k >= 0 && s.Start < out[k].End {
			out[k].End = max(out[k].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}
