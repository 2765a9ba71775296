package search

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Values writes a request as URL values in one spelling: defaults left out, values sorted.
// ParseValues of it gives an equal request, so an address can be kept and compared.
func Values(r query.Request) url.Values {
	v := url.Values{}
	set(v, "q", r.Text)
	set(v, "mode", string(r.Mode))
	set(v, "sort", string(r.Sort))
	set(v, "cursor", r.Cursor)
	if r.Size < 0 {
		v.Set("size", "0")
	} else if r.Size > 0 {
		v.Set("size", strconv.Itoa(r.Size))
	}
	if r.Certain {
		v.Set("date_match", "certain")
	}
	if r.SameEvent {
		v.Set("same_event", "1")
	}
	if r.Explain {
		v.Set("explain", "1")
	}
	filterValues(v, r)
	facetValues(v, r.Facets)
	return v
}

// filterValues writes what restricts the request.
func filterValues(v url.Values, r query.Request) {
	for _, f := range r.Filters {
		add(v, f.Facet, distinct(f.Any))
		add(v, "-"+f.Facet, distinct(f.Not))
	}
	for _, d := range r.Dates {
		v.Add("date", DateText(d))
	}
	if r.Undated {
		v.Add("date", query.None)
	}
	add(v, "section", r.Section)
}

// facetValues writes which facets are wanted.
func facetValues(v url.Values, facets []query.FacetRequest) {
	if facets != nil && len(facets) == 0 {
		v.Set("facet", query.None)
	}
	all := query.Facets()
	plain := slices.EqualFunc(facets, all, func(f query.FacetRequest, name string) bool {
		return f.Name == name && f.Size == 0
	})
	for _, f := range facets {
		set(v, "find."+f.Name, f.Find)
		switch {
		case plain: // all of them in their order is what leaving the key out means
		case f.Size > 0:
			v.Add("facet", f.Name+":"+strconv.Itoa(f.Size))
		default:
			v.Add("facet", f.Name)
		}
	}
}

// DateText writes a span of days in the shortest form that means it: 2018, 2018-04,
// 2018-04-21, or FROM..TO with an open side left empty.
func DateText(d query.DateRange) string {
	if d.From == nil || d.To == nil {
		return dayText(d.From) + ".." + dayText(d.To)
	}
	y, m, day := d.From.Date()
	y2, m2, _ := d.To.Date()
	from, to := d.From.String(), d.To.String()
	switch {
	case from == to:
		return from
	case y != y2 || day != 1:
	case m == 1 && *d.To == corpus.DayOf(y, 12, 31):
		return strings.TrimSuffix(from, "-01-01")
	case m == m2 && *d.To == corpus.DayOf(y, m+1, 1)-1:
		return strings.TrimSuffix(from, "-01")
	}
	return from + ".." + to
}

func dayText(d *corpus.Day) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// set writes a value unless it is empty.
func set(v url.Values, k, value string) {
	if value != "" {
		v.Set(k, value)
	}
}

// add writes values under one key.
func add(v url.Values, k string, values []string) {
	for _, value := range values {
		v.Add(k, value)
	}
}
