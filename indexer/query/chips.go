package query

import (
	"slices"

	"ibid/indexer/fold"
)

// Chip is one thing that a query as a whole asks for, to be shown and taken away alone.
type Chip struct {
	Kind  string   `json:"kind"`            // phrase, verbatim, slop, word, prefix, field, or group for several parts
	Text  string   `json:"text"`            // canonical, without the sign of a negation
	Words []string `json:"words,omitempty"` // folded, as looked for; none of what is found by characters or facet
	Not   bool     `json:"not,omitempty"`
	// Without is the canonical text of the query without it; empty when nothing is left. It
	// parses to the tree without that part.
	Without string `json:"without"`
}

// Chips lists the parts of a query that must all hold, in order. Alternatives are one chip.
func Chips(tree Node) []Chip {
	parts := []Node{tree}
	switch t := tree.(type) {
	case nil:
		return nil
	case And:
		parts = t
	}
	out := make([]Chip, len(parts))
	for i, n := range parts {
		out[i] = chipOf(n, len(parts) > 1)
		if rest := oneAnd(slices.Delete(slices.Clone(parts), i, i+1)); rest != nil {
			out[i].Without = rest.String()
		}
	}
	return out
}

// chipOf shows one part; alternatives beside others stand in brackets.
func chipOf(n Node, beside bool) Chip {
	not, isNot := n.(Not)
	if isNot {
		n = not.Node
	}
	c := Chip{Kind: chipKind(n), Text: n.String(), Words: soughtWords(n), Not: isNot}
	if c.Kind == "group" && (beside || isNot) {
		c.Text = "(" + c.Text + ")"
	}
	return c
}

// chipKind names what a part is.
func chipKind(n Node) string {
	switch n := n.(type) {
	case Phrase:
		switch {
		case n.Verbatim:
			return "verbatim"
		case n.Slop > 0:
			return "slop"
		}
		return "phrase"
	case Word:
		if n.Prefix {
			return "prefix"
		}
		return "word"
	case Field:
		return "field"
	}
	return "group"
}

// soughtWords lists the folded words that a part looks for, from the left; those that it excludes
// beside others are none of them.
func soughtWords(n Node) []string {
	var kids []Node
	text := ""
	switch n := n.(type) {
	case Phrase:
		if !n.Verbatim {
			text = n.Text
		}
	case Word:
		text = n.Text
	case And:
		kids = n
	case Or:
		kids = n
	}
	var out []string
	for _, t := range fold.Tokens(nil, text) {
		out = append(out, t.Text)
	}
	for _, k := range kids {
		out = append(out, soughtWords(k)...)
	}
	return out
}
