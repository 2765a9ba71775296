package web

import (
	"net/http"

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

// census counts the whole corpus: its size, its parts, and what it lacks. What the caller
// knows of gaps stands after what a search can tell.
func (s *site) census(r *http.Request) (Info, *search.Answer, error) {
	req := query.Request{Size: -1}
	for _, name := range []string{"country", "year", "source", "language"} {
		req.Facets = append(req.Facets, query.FacetRequest{Name: name, Size: facetMore})
	}
	a, err := s.search(r, req)
	if err != nil {
		return Info{}, nil, err
	}
	info := s.opt.Info()
	gaps := []Gap{
		{"undated", missing(a, "year"), "passages without an event date"},
		{"unplaced", missing(a, "country"), "passages without a place"},
		{"no-language", missing(a, "language"),
			"passages of documents whose language is not known"},
	}
	info.Gaps = append(gaps, info.Gaps...)
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
		}
	}
	return s.render(w, http.StatusOK, "about.html", page{Title: "About this corpus", Data: v})
}
