package indexer

import (
	"math"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// What the oracle finds in a text, and what that is worth.

// finds reports whether a passage satisfies a query tree.
func (s *seen) finds(n query.Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case query.And:
		for _, k := range n {
			if !s.finds(k) {
				return false
			}
		}
		return true
	case query.Or:
		for _, k := range n {
			if s.finds(k) {
				return true
			}
		}
		return false
	case query.Not:
		return !s.finds(n.Node)
	case query.Field:
		return s.selects(query.Filter{Facet: n.Name, Any: []string{n.Value}}, false)
	}
	return len(s.marks(n)) > 0
}

// marks gives the places of a phrase or word in a passage; a word of several parts has none
// unless all parts are there.
func (s *seen) marks(n query.Node) []corpus.Span {
	tokens := s.words
	var out []corpus.Span
	switch n := n.(type) {
	case query.Phrase:
		if n.Verbatim {
			pattern, err := fold.NewPattern(n.Text)
			if err != nil {
				return nil
			}
			for _, at := range pattern.Find(nil, s.p.Text) {
				out = append(out, corpus.Span{Start: at[0], End: at[1]})
			}
			return out
		}
		for _, way := range fold.Readings(n.Text) {
			out = append(out, scan(tokens, textsOf(way), n.Slop)...)
		}
	case query.Word:
		parts := textsOf(fold.Tokens(nil, n.Text))
		for i, part := range parts {
			found := false
			for _, t := range tokens {
				hit := fold.Stem(t.Text, s.d.Language) == fold.Stem(part, s.d.Language)
				if n.Prefix && i == len(parts)-1 {
					hit = strings.HasPrefix(t.Text, part)
				}
				if hit {
					out, found = append(out, corpus.Span{Start: t.Start, End: t.End}), true
				}
			}
			if !found {
				return nil
			}
		}
	}
	return out
}

// scan finds words in order with at most slop words between, from each place the first does.
func scan(tokens []fold.Token, words []string, slop int) []corpus.Span {
	var out []corpus.Span
	for i := range tokens {
		at, left := i, slop
		if tokens[i].Text != words[0] {
			continue
		}
		found := true
		for _, w := range words[1:] {
			for at++; at < len(tokens) && tokens[at].Text != w && left > 0; at++ {
				left--
			}
			if at >= len(tokens) || tokens[at].Text != w {
				found = false
				break
			}
		}
		if found {
			out = append(out, corpus.Span{Start: tokens[i].Start, End: tokens[at].End})
		}
	}
	return out
}

// leavesOf lists the phrases and words that are marked, from the left.
func leavesOf(n query.Node) []query.Node {
	var out []query.Node
	switch n := n.(type) {
	case query.And:
		for _, k := range n {
			out = append(out, leavesOf(k)...)
		}
	case query.Or:
		for _, k := range n {
			out = append(out, leavesOf(k)...)
		}
	case query.Phrase, query.Word:
		return []query.Node{n}
	}
	return out
}

// idf follows from the passages a test holds for.
func (o *oracle) idf(test func(*seen) bool) float64 {
	n := 0
	for _, s := range o.all {
		if test(s) {
			n++
		}
	}
	if n == 0 { // nothing is scored by what is nowhere
		return 0
	}
	return math.Log(1 + (float64(len(o.all)-n)+0.5)/(float64(n)+0.5))
}
