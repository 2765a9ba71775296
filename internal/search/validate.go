package search

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Validate checks a request against the bounds of this package and of the query language. The
// error is of kind corpus.Invalid, names the key of the URL and the remedy.
func Validate(r query.Request) error {
	if len(r.Text) > query.MaxBytes {
		return corpus.Errorf(corpus.Invalid, "q", "%d bytes are more than %d", len(r.Text),
			query.MaxBytes).
			WithRemedy("shorten the query")
	}
	if !utf8.ValidString(r.Text) {
		return corpus.Errorf(corpus.Invalid, "q", "is not valid UTF-8").
			WithRemedy("send the query as UTF-8")
	}
	modes := []query.Mode{"", query.Quote, query.Verbatim, query.Words}
	if !slices.Contains(modes, r.Mode) {
		return corpus.Errorf(corpus.Invalid, "mode", "%q is no mode", r.Mode).
			WithRemedy("modes are quote, verbatim and words")
	}
	if err := validateView(r); err != nil {
		return err
	}
	if r.Size > MaxSize {
		return corpus.Errorf(corpus.Invalid, "size", "%d is more than %d", r.Size, MaxSize).
			WithRemedy("ask for less and follow next")
	}
	if r.Snippet != 0 && (r.Snippet < MinSnippet || r.Snippet > MaxSnippet) {
		return snippetError(strconv.Itoa(r.Snippet))
	}
	if err := validateFacets(r.Facets); err != nil {
		return err
	}
	if err := validateCross(r.Cross); err != nil {
		return err
	}
	return validateFilters(r)
}

// validateCross checks names, number and sizes of tables.
func validateCross(tables []query.Cross) error {
	if len(tables) > MaxCross {
		return corpus.Errorf(corpus.Invalid, "cross", "%d tables are more than %d", len(tables),
			MaxCross).WithRemedy("ask in parts")
	}
	for _, c := range tables {
		for _, name := range []string{c.A, c.B} {
			if !slices.Contains(query.Facets(), name) {
				return corpus.Errorf(corpus.Invalid, "cross", "%q is no facet", name).
					WithRemedy("facets are " + strings.Join(query.Facets(), ", "))
			}
		}
		if c.Size < 0 || c.Size > MaxFacetSize {
			return corpus.Errorf(corpus.Invalid, "cross", "%d cells are out of 1 to %d", c.Size,
				MaxFacetSize).WithRemedy(fmt.Sprintf("write cross=%s,%s:%d", c.A, c.B, MaxFacetSize))
		}
	}
	return nil
}

// SideSorts lists the orders by the words beside a keyword, which only a concordance has, in
// the order of the text.
func SideSorts() []query.Sort {
	return []query.Sort{query.Left3, query.Left2, query.Left1, query.Right1, query.Right2, query.Right3}
}

// validateView checks the view and the order, which depends on it.
func validateView(r query.Request) error {
	sorts := []query.Sort{"", query.Relevance, query.DateAsc, query.DateDesc}
	switch side := slices.Contains(SideSorts(), r.Sort); {
	case r.View != "" && r.View != query.KWIC:
		return corpus.Errorf(corpus.Invalid, "view", "%q is no view", r.View).
			WithRemedy("views are list and kwic")
	case r.View == query.KWIC && strings.TrimSpace(r.Text) == "":
		return corpus.Errorf(corpus.Invalid, "view", "a concordance needs a keyword").
			WithRemedy("give q a word or a phrase, or leave view out")
	case side && r.View != query.KWIC:
		return corpus.Errorf(corpus.Invalid, "sort", "%s orders a concordance, not a list", r.Sort).
			WithRemedy("add view=kwic, or sort by relevance, date or -date")
	case !side && !slices.Contains(sorts, r.Sort):
		return corpus.Errorf(corpus.Invalid, "sort", "%q is no order", r.Sort).
			WithRemedy("orders are relevance, date and -date; in a concordance also left1 to left3 " +
				"and right1 to right3")
	}
	return nil
}

// validateFacets checks names, repeats and sizes.
func validateFacets(facets []query.FacetRequest) error {
	seen := map[string]bool{}
	for _, f := range facets {
		if !slices.Contains(query.Facets(), f.Name) {
			return corpus.Errorf(corpus.Invalid, "facet", "%q is no facet", f.Name).
				WithRemedy("facets are " + strings.Join(query.Facets(), ", "))
		}
		if seen[f.Name] {
			return corpus.Errorf(corpus.Invalid, "facet", "%s is asked for twice", f.Name).
				WithRemedy("name it once")
		}
		seen[f.Name] = true
		if f.Size < 0 || f.Size > MaxFacetSize {
			return corpus.Errorf(corpus.Invalid, "facet", "%d values of %s are out of 1 to %d",
				f.Size, f.Name, MaxFacetSize).
				WithRemedy(fmt.Sprintf("write facet=%s:%d, or find.%s=text", f.Name, MaxFacetSize,
					f.Name))
		}
		if err := validateValue("find."+f.Name, f.Find); err != nil {
			return err
		}
	}
	return nil
}

// validateFilters checks names, values and their number.
func validateFilters(r query.Request) error {
	n := len(r.Section) + len(r.Dates)
	for _, v := range r.Section {
		if err := validateValue("section", v); err != nil {
			return err
		}
	}
	for _, f := range r.Filters {
		if !isFilter(f.Facet) {
			return corpus.Errorf(corpus.Invalid, f.Facet, "is no facet").
				WithRemedy("facets are " + strings.Join(filterNames(), ", "))
		}
		for _, v := range slices.Concat(f.Any, f.All, f.Not) {
			n++
			if err := validateValue(f.Facet, v); err != nil {
				return err
			}
		}
	}
	if n > MaxValues {
		return corpus.Errorf(corpus.Invalid, "filters", "%d values are more than %d", n, MaxValues).
			WithRemedy("ask in parts")
	}
	return nil
}

// validateValue checks one value of a filter.
func validateValue(key, v string) error {
	if len(v) > MaxValueBytes {
		return corpus.Errorf(corpus.Invalid, key, "a value of %d bytes is more than %d", len(v),
			MaxValueBytes).
			WithRemedy("shorten it")
	}
	if !utf8.ValidString(v) {
		return corpus.Errorf(corpus.Invalid, key, "a value is not valid UTF-8").
			WithRemedy("send it as UTF-8")
	}
	return nil
}
