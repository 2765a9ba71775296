package web

import (
	"slices"
	"strings"

	"ibid/indexer/query"
	"ibid/internal/search"
)

// facetView is one facet as the page shows it.
type facetView struct {
	Name    string
	Label   string
	Values  []valueView
	Open    bool // shown unfolded
	Total   int  // values there are
	More    string
	Less    string
	Find    string
	Hidden  []pair // for the form that finds within the facet
	HasForm bool
}

// valueView is one value. Only leads to exactly the passages counted; Toggle adds the value
// to those chosen or takes it away; Exclude leaves its passages out.
type valueView struct {
	Label     string
	Hint      string // its id, where that says more than the label
	Count     int
	Documents int
	Counted   bool // the count is known
	Selected  bool
	Excluded  bool
	Only      string
	Toggle    string
	Exclude   string
	Unknown   bool
}

// Sizes of a facet on the page: values at first, after "show more", and the number of values
// from which a form to find within them is of use.
const (
	facetFirst = 10
	facetMore  = 100
	facetFind  = 10
)

// facetViews lays out all facets that have anything to show.
func (s *site) facetViews(r query.Request, a *search.Answer) []facetView {
	var out []facetView
	for _, f := range a.Facets {
		v := s.facetView(r, f)
		if len(v.Values) > 0 || v.Find != "" {
			out = append(out, v)
		}
	}
	return out
}

// facetView lays out one facet: chosen values first, then by count, unknown at the end.
func (s *site) facetView(r query.Request, f query.Facet) facetView {
	chosen := search.Selected(r, f.Name)
	asked := facetAsked(r, f.Name)
	v := facetView{Name: f.Name, Label: facetLabel(f.Name), Total: f.Total, Find: asked.Find}
	for _, x := range f.Values {
		x.Selected = slices.Contains(chosen.Any, x.Value) || slices.Contains(chosen.All, x.Value)
		x.Excluded = slices.Contains(chosen.Not, x.Value)
		v.Values = append(v.Values, valueOf(r, chosen, x))
	}
	v.Values = append(v.Values, s.unlisted(r, chosen, f)...)
	slices.SortStableFunc(v.Values, func(a, b valueView) int { return rank(a) - rank(b) })
	missing := query.FacetValue{Value: query.None, Label: "unknown",
		Count: f.Missing, Documents: f.MissingDocuments,
		Selected: slices.Contains(chosen.Any, query.None) || slices.Contains(chosen.All, query.None),
		Excluded: slices.Contains(chosen.Not, query.None)}
	if (f.Missing > 0 || missing.Selected || missing.Excluded) && asked.Find == "" {
		v.Values = append(v.Values, valueOf(r, chosen, missing))
	}
	shown := max(asked.Size, facetFirst)
	if f.Total > shown {
		more := query.FacetRequest{Name: f.Name, Size: shown + facetMore, Find: asked.Find}
		v.More = address(withFacet(r, more))
	}
	if asked.Size > facetFirst {
		v.Less = address(withFacet(r, query.FacetRequest{Name: f.Name, Find: asked.Find}))
	}
	if v.HasForm = f.Total > facetFind || v.Find != ""; v.HasForm {
		v.Hidden = hidden(withFacet(r, query.FacetRequest{Name: f.Name}), "find."+f.Name)
	}
	v.Open = len(chosen.Any)+len(chosen.Not) > 0 || v.Find != "" || v.Less != "" ||
		opensFirst(f.Name)
	return v
}

// opensFirst reports whether a facet stands unfolded before anything is chosen: the questions
// when, where and who, one facet each.
func opensFirst(name string) bool {
	return name == "republic" || name == "group" || name == "year" || name == "source"
}

// rank orders values: chosen, then left out, then the others.
func rank(v valueView) int {
	switch {
	case v.Selected:
		return 0
	case v.Excluded:
		return 1
	}
	return 2
}

// valueOf makes the links of one value.
func valueOf(r query.Request, chosen query.Filter, x query.FacetValue) valueView {
	v := valueView{Label: x.Label, Count: x.Count, Documents: x.Documents, Counted: !x.Excluded,
		Selected: x.Selected, Excluded: x.Excluded, Unknown: x.Value == query.None}
	if v.Label == "" {
		v.Label = x.Value
	}
	if !strings.EqualFold(v.Label, x.Value) && !v.Unknown {
		v.Hint = x.Value
	}
	less := withoutValue(chosen, x.Value)
	only, toggled, excluded := less, less, less
	only.Any = []string{x.Value}
	if !x.Selected && !x.Excluded {
		toggled.Any = append(slices.Clone(less.Any), x.Value)
	}
	excluded.Not = append(slices.Clone(less.Not), x.Value)
	v.Only = address(search.With(r, only))
	v.Toggle = address(search.With(r, toggled))
	v.Exclude = address(search.With(r, excluded))
	return v
}

// withoutValue returns a filter that does not name a value.
func withoutValue(f query.Filter, drop string) query.Filter {
	return query.Filter{Facet: f.Facet, Any: without(f.Any, drop), All: without(f.All, drop),
		Not: without(f.Not, drop)}
}

// unlisted gives the chosen values that the answer does not list: they stay in sight, without
// a count, because none was made.
func (s *site) unlisted(r query.Request, chosen query.Filter, f query.Facet) []valueView {
	var out []valueView
	for _, value := range slices.Concat(chosen.Any, chosen.All, chosen.Not) {
		same := func(x query.FacetValue) bool { return x.Value == value }
		if value == query.None || slices.ContainsFunc(f.Values, same) {
			continue
		}
		v := valueOf(r, chosen, query.FacetValue{Value: value, Label: s.chipLabel(f.Name, value),
			Selected: !slices.Contains(chosen.Not, value),
			Excluded: slices.Contains(chosen.Not, value)})
		v.Counted = false
		out = append(out, v)
	}
	return out
}

// chips lists what restricts a search, each with the address of the search without it.
func (s *site) chips(r query.Request) []chip {
	var out []chip
	for _, f := range r.Filters {
		for i, v := range slices.Concat(f.Any, f.All, f.Not) {
			out = append(out, chip{Facet: facetLabel(f.Facet), Value: s.chipLabel(f.Facet, v),
				URL:      address(search.With(r, withoutValue(f, v))),
				Excluded: i >= len(f.Any)+len(f.All)})
		}
	}
	r.Cursor = ""
	for i, d := range r.Dates {
		less := r
		less.Dates = slices.Delete(slices.Clone(r.Dates), i, i+1)
		out = append(out, chip{Facet: "Event date", Value: search.DateText(d), URL: address(less)})
	}
	if r.Undated {
		less := r
		less.Undated = false
		out = append(out, chip{Facet: "Event date", Value: "unknown", URL: address(less)})
	}
	return append(out, switchChips(r)...)
}

// switchChips lists the chips of the section and of the switches over dates.
func switchChips(r query.Request) []chip {
	var out []chip
	for i, v := range r.Section {
		less := r
		less.Section = slices.Delete(slices.Clone(r.Section), i, i+1)
		out = append(out, chip{Facet: "Section", Value: v, URL: address(less)})
	}
	if r.Certain {
		less := r
		less.Certain = false
		out = append(out, chip{Facet: "Dates", Value: "certainly inside", URL: address(less)})
	}
	if r.SameEvent {
		less := r
		less.SameEvent = false
		out = append(out, chip{Facet: "Date and place", Value: "of the same event",
			URL: address(less)})
	}
	return out
}

// chipLabel names a value of a filter.
func (s *site) chipLabel(facet, value string) string {
	if value == query.None {
		return "unknown"
	}
	id, alone := strings.CutSuffix(value, "!")
	if alone {
		return s.svc.Label(facet, id) + " alone"
	}
	return s.svc.Label(facet, id)
}

// facetLabel names a facet for people.
func facetLabel(name string) string {
	switch name {
	case "republic":
		return "Republic or oblast"
	case "decade", "year", "month", "day":
		return "Event " + name
	case "precision":
		return "Precision of the event date"
	case "role":
		return "Role of the place"
	case "published":
		return "Year of publication"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// facetAsked is how an address asks for a facet.
func facetAsked(r query.Request, name string) query.FacetRequest {
	for _, f := range r.Facets {
		if f.Name == name {
			return f
		}
	}
	return query.FacetRequest{Name: name}
}

// withFacet returns a copy of a request that asks for one facet as given and for the others
// as before.
func withFacet(r query.Request, f query.FacetRequest) query.Request {
	var facets []query.FacetRequest
	for _, old := range r.Facets {
		if old.Name != f.Name && (old.Size > 0 || old.Find != "") {
			facets = append(facets, old)
		}
	}
	if f.Size > 0 || f.Find != "" {
		facets = append(facets, f)
	}
	r.Facets = facets
	return r
}

// without returns values but one.
func without(values []string, drop string) []string {
	var out []string
	for _, v := range values {
		if v != drop {
			out = append(out, v)
		}
	}
	return out
}
