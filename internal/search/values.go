package search

import (
	"net/url"
	"strconv"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Values writes a request as URL values in one spelling: defaults left out, values sorted.
// ParseValues of it gives an equal request, so an address can be kept and compared.
func Values(r query.Request) url.Values {
	v := url.Values{}
	set(v, "q", r.Text)
	set(v, "mode", string(r.Mode))
	set(v, "view", string(r.View))
	set(v, "sort", string(r.Sort))
	set(v, "cursor", r.Cursor)
	if r.Size < 0 {
		v.Set("size", "0")
	} else if r.Size > 0 {
		v.Set("size", strconv.Itoa(r.Size))
	}
	if r.Snippet > 0 {
		v.Set("snippet", strconv.Itoa(r.Snippet))
	}
	if r.Certain {
		v.Set("date_match", "certain")
	}
	if r.SameEvent {
		v.Set("same_event", "1")
	}
	if r.Days {
		v.Set("days", "1")
	}
	if r.Explain {
		v.Set("explain", "1")
	}
	filterValues(v, r)
	facetValues(v, r.Facets)
	for _, c := range r.Cross {
		text := c.A + "," + c.B
		if c.Size > 0 {
			text += ":" + strconv.Itoa(c.Size)
		}
		v.Add("cross", text)
	}
	return v
}

// filterValues writes what restricts the request.
func filterValues(v url.Values, r query.Request) {
	for _, f := range r.Filters {
		add(v, f.Facet, distinct(f.Any))
		add(v, f.Facet+allSuffix, distinct(f.All))
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
	plain := allFacets(facets)
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
// 2018-04-21, 2015..2024, or FROM..TO with an open side left empty.
func DateText(d query.DateRange) string {
	for _, cut := range []int{len("-01-01"), len("-01"), 0} {
		from, okFrom := sideText(d.From, cut, false)
		to, okTo := sideText(d.To, cut, true)
		switch {
		case !okFrom || !okTo:
			continue
		case from == to:
			return from
		}
		return from + ".." + to
	}
	return ".." // no side at all, which ParseDates never gives
}

// sideText writes one side of a span without the last cut bytes of its day, where the year or
// month that is left begins, or ends, on that day.
func sideText(d *corpus.Day, cut int, last bool) (string, bool) {
	if d == nil {
		return "", true
	}
	s := d.String()
	unit, err := query.ParseDates(s[:len(s)-cut])
	if err != nil {
		return "", false
	}
	edge := unit.From
	if last {
		edge = unit.To
	}
	return s[:len(s)-cut], *edge == *d
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
