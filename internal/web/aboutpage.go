package web

import (
	"net/http"
	"slices"
	"strings"

	"ibid/indexer/query"
	"ibid/internal/search"
)

// aboutView is what the page about the corpus shows.
type aboutView struct {
	Info
	Corpus    string
	Passages  int
	Documents int
	Sources   facetView
	Languages facetView
	Years     facetView
}

// census counts the whole corpus: its size, its parts, and what it lacks. What a search tells
// of gaps comes first, with the search that lists them; a gap of the same name that the caller
// knows is dropped, for only the first is what a click gives.
func (s *site) census(r *http.Request) (Info, *search.Answer, error) {
	req := query.Request{Size: -1}
	for _, name := range []string{"place", "year", "source", "language"} {
		req.Facets = append(req.Facets, query.FacetRequest{Name: name, Size: facetMore})
	}
	a, err := s.search(r, req)
	if err != nil {
		return Info{}, nil, err
	}
	info := s.opt.Info()
	gaps := []Gap{
		{"undated", missing(a, "year"), "passages without an event date", "date=none"},
		{"unplaced", missing(a, "place"), "passages without a place", "place=none"},
		{"no-language", missing(a, "language"), "passages in no known language", "language=none"},
	}
	for _, g := range info.Gaps {
		if !slices.ContainsFunc(gaps, func(have Gap) bool { return have.Name == g.Name }) {
			gaps = append(gaps, g)
		}
	}
	info.Gaps = gaps
	if info.Notices == nil {
		info.Notices = []string{}
	}
	return info, a, nil
}

// missing is the number of passages without a value of a facet.
func missing(a *search.Answer, name string) int {
	for _, f := range a.Facets {
		if f.Name == name {
			return f.Missing
		}
	}
	return 0
}

// aboutPage answers /about.
func (s *site) aboutPage(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r); err != nil || s.fresh(w, r, "") {
		return err
	}
	info, a, err := s.census(r)
	if err != nil {
		return err
	}
	v := aboutView{Info: info, Corpus: a.Corpus, Passages: a.Total, Documents: a.Documents}
	for _, f := range a.Facets {
		view := s.facetView(query.Request{}, f)
		switch f.Name {
		case "source":
			v.Sources = view
		case "language":
			v.Languages = view
		case "year":
			v.Years = view
			slices.SortStableFunc(v.Years.Values, func(a, b valueView) int {
				return strings.Compare(a.Label, b.Label)
			})
		}
	}
	return s.render(w, http.StatusOK, "about.html", page{Title: "About this corpus", Data: v})
}
