package web

import (
	"slices"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// lineView is one line of a concordance as the page shows it.
type lineView struct {
	search.Line
	Event     *corpus.EventDate // that the passage is dated by; nil when there is none
	Lang, Dir string
	Link      string // the passage with its keyword marked
}

// addLines lays out the lines of a concordance and the switch between the views.
func (r *results) addLines(asked query.Request, a *search.Answer) {
	if !search.HasKeyword(a.Parsed) {
		return
	}
	r.Views = viewLinks(asked)
	if a.Concordance == nil {
		return
	}
	rtl := 0
	for _, l := range a.Lines {
		v := lineOf(l)
		if v.Dir == "rtl" {
			rtl++
		}
		r.Lines = append(r.Lines, v)
	}
	// Where most lines run from right to left, so does the table: what comes before a keyword
	// then stands to its right.
	if r.LinesDir = "ltr"; 2*rtl > len(a.Lines) {
		r.LinesDir = "rtl"
	}
}

// viewLinks gives the two views. An order by words stays behind with the concordance.
func viewLinks(r query.Request) []choiceLink {
	list, kwic := r, r
	kwic.View = query.KWIC
	if list.View = ""; slices.Contains(search.SideSorts(), r.Sort) {
		list.Sort = ""
	}
	return []choiceLink{
		{Label: "List", Title: "passages with what was found in them", URL: address(list), Current: r.View == ""},
		{Label: "Concordance", Title: "each occurrence on a line, in its context", URL: address(kwic),
			Current: r.View == query.KWIC},
	}
}

// sideLinks gives the orders by the words beside a keyword, in the order of the text.
func sideLinks() []choiceLink {
	names := []struct{ label, title string }{
		{"left 3", "by the third word before the keyword"},
		{"left 2", "by the second word before the keyword"},
		{"left 1", "by the word before the keyword"},
		{"right 1", "by the word after the keyword"},
		{"right 2", "by the second word after the keyword"},
		{"right 3", "by the third word after the keyword"},
	}
	var out []choiceLink
	for i, s := range search.SideSorts() {
		out = append(out, choiceLink{Label: names[i].label, Title: names[i].title, sort: s})
	}
	return out
}

// lineOf lays out one line.
func lineOf(l search.Line) lineView {
	v := lineView{Line: l, Link: "/passage/" + string(l.ID) + "?mark=" + marksText([]corpus.Span{l.Span})}
	v.Lang, v.Dir = langOf(l.Language)
	for i := range l.Events {
		if i == 0 || l.Events[i].Primary {
			v.Event = &l.Events[i]
		}
		if l.Events[i].Primary {
			break
		}
	}
	return v
}
