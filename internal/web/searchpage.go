package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// pageSnippet is the length in bytes of a passage in the list of results. Most paragraphs of
// a report are shorter and stand there whole.
const pageSnippet = 560

// pageLines is how many lines of a concordance stand on a page: they are read by the eye
// running down the keywords.
const pageLines = 50

// results is what the page of a search shows.
type results struct {
	Answer   *search.Answer
	Request  query.Request
	Hidden   []pair // the request without its text, for the form of the query
	Modes    []choiceLink
	Sorts    []choiceLink
	Asked    []queryChip
	Chips    []chip
	Hits     []hitView
	Views    []choiceLink // list and concordance, where the query has a keyword
	Lines    []lineView
	LinesDir string // direction of the table of lines
	Facets   []facetView
	Dates    dateForm
	First    string // address of the first page, when this is a later one
	Next     string
	JSON     string
	HasQuery bool
	Widen    []choiceLink // readings that find something where this one finds nothing
	Parts    []suggestView
	Near     []suggestView
	Rest     bool // suggestions leave out other parts of the query
}

// pair is a hidden field of a form.
type pair struct{ Name, Value string }

// choiceLink is one of a few exclusive choices.
type choiceLink struct {
	Label, Title, URL string
	Count             int
	Current           bool
	sort              query.Sort
}

// chip is an active filter with the address of the search without it.
type chip struct {
	Facet, Value, URL string
	Excluded          bool
}

// dateForm is the form over event dates.
type dateForm struct {
	Hidden    []pair
	Value     string
	Certain   bool
	SameEvent bool
}

// hitView is one hit as the page shows it.
type hitView struct {
	search.Hit
	Where      []corpus.Place // without those that another of them lies in
	Pieces     []piece
	Before     bool // text stands before what is shown
	After      bool
	Lang, Dir  string
	Link       string
	Works      int // citations with a record
	Unresolved int // notes without one
}

// searchPage answers /.
func (s *site) searchPage(w http.ResponseWriter, r *http.Request) error {
	asked, err := pageQuery(r)
	if err != nil {
		return err
	}
	if s.fresh(w, r, search.Values(asked).Encode()) {
		return nil
	}
	run := asked
	run.Facets = pageFacets(asked.Facets)
	if run.View == query.KWIC && run.Size == 0 {
		run.Size = pageLines
	}
	a, err := s.search(r, run)
	if err != nil {
		return err
	}
	asked.Filters = a.Request.Filters
	title := "Search"
	if asked.Text != "" {
		title = asked.Text
	}
	return s.render(w, http.StatusOK, "search.html",
		page{Title: title, Query: asked.Text, Data: s.results(asked, a)})
}

// pageQuery reads the address of a page. Where the box was emptied in a concordance there is no
// keyword, and the page is the list.
func pageQuery(r *http.Request) (query.Request, error) {
	v, err := queryValues(r)
	if err != nil {
		return query.Request{}, err
	}
	if strings.TrimSpace(v.Get("q")) == "" && v.Get("view") == string(query.KWIC) {
		v.Del("view")
		if slices.Contains(search.SideSorts(), query.Sort(v.Get("sort"))) {
			v.Del("sort")
		}
	}
	return search.ParseValues(v)
}

// pageFacets asks for all facets, each as the address asks for it or with its first values:
// a page that widens one facet keeps the others.
func pageFacets(asked []query.FacetRequest) []query.FacetRequest {
	var out []query.FacetRequest
	for _, name := range query.Facets() {
		out = append(out, facetAsked(query.Request{Facets: asked}, name))
	}
	return out
}

// results lays out an answer. r is the request as links carry it on.
func (s *site) results(r query.Request, a *search.Answer) results {
	first := r
	first.Cursor = ""
	out := results{
		Answer: a, Request: r, HasQuery: strings.TrimSpace(r.Text) != "",
		Hidden: hidden(first, "q"),
		Modes:  modeLinks(first, a), Sorts: sortLinks(first),
		Asked: queryChips(first, a.Chips),
		Chips: s.chips(r), Facets: s.facetViews(first, a),
		Dates: dateForm{Hidden: hidden(first, "date", "date_match", "same_event"),
			Value:   datesText(r),
			Certain: r.Certain, SameEvent: r.SameEvent},
		JSON: "/v1/search?" + search.Values(r).Encode(),
	}
	out.Parts, out.Near = suggestViews(first, a.Suggestions)
	out.Rest = rest(a)
	if r.Cursor != "" {
		out.First = address(first)
	}
	if a.Next != "" {
		next := r
		next.Cursor = a.Next
		out.Next = address(next)
	}
	for _, h := range a.Hits {
		out.Hits = append(out.Hits, hitOf(h, cmp.Or(r.Snippet, pageSnippet)))
	}
	out.addLines(first, a)
	if a.Total == 0 {
		for _, m := range out.Modes {
			if m.Count > 0 {
				out.Widen = append(out.Widen, m)
			}
		}
	}
	return out
}

// address is the address of a search page.
func address(r query.Request) string {
	if q := search.Values(r).Encode(); q != "" {
		return "/?" + q
	}
	return "/"
}

// hidden lists a request as hidden fields, without the keys that the form has itself.
func hidden(r query.Request, but ...string) []pair {
	v := search.Values(r)
	for _, k := range but {
		v.Del(k)
	}
	return pairs(v)
}

func pairs(v url.Values) []pair {
	var out []pair
	for k, values := range v {
		for _, value := range values {
			out = append(out, pair{k, value})
		}
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		return a.Name < b.Name || a.Name == b.Name && a.Value < b.Value
	})
	return out
}

// modeLinks gives the readings of the query with what each finds.
func modeLinks(r query.Request, a *search.Answer) []choiceLink {
	if strings.TrimSpace(r.Text) == "" {
		return nil
	}
	out := []choiceLink{
		{Label: "Verbatim", Title: "the same characters", Count: a.Readings.Verbatim},
		{Label: "Quote", Title: "the same words in the same order", Count: a.Readings.Quote},
		{Label: "Words", Title: "all the words, in any order and form", Count: a.Readings.Words},
	}
	for i, m := range []query.Mode{query.Verbatim, query.Quote, query.Words} {
		out[i].Current = a.Mode == m
		if text, ok := textFor(r.Text, a.Parsed); ok {
			with := r
			with.Text, with.Mode = text, m
			out[i].URL = address(with)
		}
	}
	return out
}

// textFor gives the text that a mode, which reads a text as a whole, has to be given to find what
// that reading of a query counts. Only a query that is one phrase or bare words alone has one;
// elsewhere the counts stand without a link.
func textFor(text string, n query.Node) (string, bool) {
	switch n := n.(type) {
	case query.Phrase: // exact:"…" and repaired marks are more than the phrase itself
		tree, _, _, _, err := query.Read(n.Text, query.Quote)
		ph, ok := tree.(query.Phrase)
		return n.Text, err == nil && ok && ph.Text == n.Text && n.Slop == 0
	case query.Word:
		return text, !n.Prefix
	case query.And:
		return text, !slices.ContainsFunc(n, func(c query.Node) bool {
			w, ok := c.(query.Word)
			return !ok || w.Prefix
		})
	}
	return "", false
}

// sortLinks gives the orders. A concordance has those by the words beside a keyword too.
func sortLinks(r query.Request) []choiceLink {
	current := r.Sort
	switch {
	case current != "":
	case r.View == query.KWIC:
		current = query.Right1
	case strings.TrimSpace(r.Text) != "":
		current = query.Relevance
	default:
		current = query.DateDesc
	}
	var out []choiceLink
	if r.View == query.KWIC {
		out = sideLinks()
	}
	out = append(out, choiceLink{Label: "relevance", sort: query.Relevance},
		choiceLink{Label: "newest event", sort: query.DateDesc},
		choiceLink{Label: "oldest event", sort: query.DateAsc})
	for i := range out {
		with := r
		with.Sort = out[i].sort
		out[i].URL, out[i].Current = address(with), out[i].sort == current
	}
	return out
}

// datesText writes the date filter as the form shows it. A form has one field, so of several
// dates only chips tell.
func datesText(r query.Request) string {
	switch {
	case len(r.Dates) == 1 && !r.Undated:
		return search.DateText(r.Dates[0])
	case len(r.Dates) == 0 && r.Undated:
		return query.None
	}
	return ""
}

// hitOf lays out one hit, with a piece of at most size bytes of its text.
func hitOf(h search.Hit, size int) hitView {
	v := hitView{Hit: h, Link: "/passage/" + string(h.ID), Where: finest(h.Places)}
	cut := search.Cut(h.Text, h.Marks, anchor(h), size)
	v.Before, v.After = cut.Start > 0, cut.End < len(h.Text)
	v.Pieces = piecesOf(h.Text[cut.Start:cut.End], search.Inside(h.Marks, cut), nil)
	v.Lang, v.Dir = langOf(h.Source.Language)
	if len(h.Marks) > 0 {
		v.Link += "?mark=" + marksText(h.Marks)
	}
	for _, c := range h.Citations {
		if c.Unresolved {
			v.Unresolved++
		} else {
			v.Works++
		}
	}
	return v
}

// finest drops from the places of a passage those that another lies in, and those that count
// nowhere.
func finest(places []corpus.Place) []corpus.Place {
	var out []corpus.Place
	for _, p := range places {
		above := func(q corpus.Place) bool {
			return !q.Embedded && q.ID != p.ID && slices.Contains(q.PathIDs, p.ID)
		}
		if !p.Embedded && !slices.ContainsFunc(places, above) {
			out = append(out, p)
		}
	}
	return out
}

// anchor is the index of the mark that the snippet of the answer was cut around.
func anchor(h search.Hit) int {
	piece := corpus.Span{Start: h.SnippetAt, End: h.SnippetAt + len(h.Snippet)}
	i := slices.IndexFunc(h.Marks, piece.Contains)
	return max(i, 0)
}
