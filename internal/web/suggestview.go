package web

import (
	"strings"

	"ibid/indexer/query"
	"ibid/internal/search"
)

// suggestView is a wording that occurs, with the address of its search. Of another wording
// Deleted and Inserted are the words that differ.
type suggestView struct {
	Before, Deleted, Inserted, After string
	Typed                            string // the phrase it is offered for
	How                              string // what differs, in words
	Flag                             string // a difference that may turn the statement round
	Count                            int
	URL                              string
}

// suggestViews lays out suggestions: parts of a phrase apart from other wordings.
func suggestViews(r query.Request, list []query.Suggestion) (parts, near []suggestView) {
	for _, s := range list {
		with := r
		with.Text, with.Mode = s.Query, ""
		v := suggestView{Typed: s.Phrase, Count: s.Count, URL: address(with)}
		if s.Kind == "part" {
			v.Before = s.Text
			parts = append(parts, v)
			continue
		}
		v.Before, v.After = s.Text[:s.ToSpan.Start], s.Text[s.ToSpan.End:]
		v.Deleted, v.Inserted = s.From, s.To
		if s.Kind == "missing" {
			v.Before += " " // its place is the end of the word before
		}
		v.How = howText(s.Kind)
		v.Flag = flagText(s.Difference)
		near = append(near, v)
	}
	return parts, near
}

// howText says what differs in a kind of wording.
func howText(kind string) string {
	switch kind {
	case "changed":
		return "one word changed"
	case "added":
		return "one word more"
	case "missing":
		return "one word less"
	case "swapped":
		return "two words swapped"
	}
	return kind
}

// flagText warns of a difference.
func flagText(difference string) string {
	switch difference {
	case "negation":
		return "negation differs"
	case "number":
		return "number differs"
	}
	return ""
}

// queryChip is a part of the query with the address of the search without it.
type queryChip struct {
	Kind, Text string
	Looked     string // the folded words, where they are not what is shown
	Not        bool
	URL        string
}

// queryChips lists the parts of a query. Where a mode reads the whole text as one phrase, the
// mode goes with it.
func queryChips(r query.Request, chips []query.Chip) []queryChip {
	var out []queryChip
	for _, c := range chips {
		less := r
		if less.Text = c.Without; less.Text == "" {
			less.Mode = ""
		}
		v := queryChip{Kind: c.Kind, Text: c.Text, Not: c.Not, URL: address(less)}
		if words := strings.Join(c.Words, " "); words != strings.Trim(c.Text, `"*()`) {
			v.Looked = words
		}
		if c.Kind == "word" || c.Kind == "group" {
			v.Kind = "" // the text says it
		}
		out = append(out, v)
	}
	return out
}

// rest reports whether a query asks for more than the phrases that suggestions are for.
func rest(a *search.Answer) bool { return len(a.Suggestions) > 0 && len(a.Chips) > 1 }
