package searchtest

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// facets counts each facet asked for. The count of a value is, word for word, the total of
// the request in which that value alone is chosen in its facet.
func (m *Memory) facets(r query.Request, tree query.Node) []query.Facet {
	asked := r.Facets
	if asked == nil {
		for _, name := range query.Facets() {
			asked = append(asked, query.FacetRequest{Name: name})
		}
	}
	// The text is the dear part and does not depend on the filters.
	var base []row
	for _, x := range m.rows {
		if tree == nil || x.holds(tree) {
			base = append(base, x)
		}
	}
	var out []query.Facet
	for _, a := range asked {
		out = append(out, facet(base, r, a))
	}
	return out
}

// facet counts one facet.
func facet(base []row, r query.Request, a query.FacetRequest) query.Facet {
	chosen, others := split(r, a.Name)
	only := func(v string) []row {
		q := r
		q.Filters = append(slices.Clone(others),
			query.Filter{Facet: a.Name, Any: []string{v}, All: chosen.All, Not: chosen.Not})
		var out []row
		for _, x := range base {
			if x.passes(q) {
				out = append(out, x)
			}
		}
		return out
	}
	selected := slices.Concat(chosen.Any, chosen.All)
	out := query.Facet{Name: a.Name, MissingSelected: slices.Contains(selected, query.None),
		MissingExcluded: slices.Contains(chosen.Not, query.None)}
	missing := only(query.None)
	out.Missing, out.MissingDocuments = len(missing), documents(missing)
	for id, n := range names(base, a.Name) {
		v := query.FacetValue{Value: id, Label: n.label, Parent: n.parent}
		if v.Label == "" {
			v.Label = id
		}
		rows := only(id)
		v.Count, v.Documents = len(rows), documents(rows)
		if r.Days {
			v.First, v.Last = days(rows)
		}
		v.Selected = matches(selected, id)
		v.Excluded = matches(chosen.Not, id)
		if (v.Count > 0 || v.Selected || v.Excluded) &&
			strings.Contains(fold.Key(v.Label), fold.Key(a.Find)) {
			out.Values = append(out.Values, v)
		}
	}
	sort.Slice(out.Values, func(i, j int) bool {
		x, y := out.Values[i], out.Values[j]
		return x.Count > y.Count || x.Count == y.Count && x.Value < y.Value
	})
	out.Total = len(out.Values)
	size := a.Size
	if size == 0 {
		size = 10
	}
	out.Values = out.Values[:min(size, len(out.Values))]
	return out
}

// days gives the first and last day of all events of rows; nil without an event.
func days(rows []row) (first, last *corpus.Day) {
	for _, x := range rows {
		for _, e := range x.events {
			if first == nil || e.first < *first {
				first = &e.first
			}
			if last == nil || e.last > *last {
				last = &e.last
			}
		}
	}
	return first, last
}

// cross makes a table of two facets over what was found. A cell is, word for word, the total of
// the request in which both values are asked for besides.
func cross(r query.Request, found []row, c query.Cross) query.CrossTable {
	out := query.CrossTable{A: c.A, B: c.B, Cells: []query.CrossCell{}}
	for a, na := range names(found, c.A) {
		for b, nb := range names(found, c.B) {
			q := r
			q.Filters = append(slices.Clone(r.Filters), query.Filter{Facet: c.A, All: []string{a}},
				query.Filter{Facet: c.B, All: []string{b}})
			var rows []row
			for _, x := range found {
				if x.passes(q) {
					rows = append(rows, x)
				}
			}
			if len(rows) > 0 {
				out.Cells = append(out.Cells, query.CrossCell{A: a, B: b, ALabel: cmp.Or(na.label, a),
					BLabel: cmp.Or(nb.label, b), Count: len(rows), Documents: documents(rows)})
			}
		}
	}
	sort.Slice(out.Cells, func(i, j int) bool {
		x, y := out.Cells[i], out.Cells[j]
		return x.Count > y.Count || x.Count == y.Count && (x.A < y.A || x.A == y.A && x.B < y.B)
	})
	out.Total = len(out.Cells)
	out.Cells = out.Cells[:min(cmp.Or(c.Size, 100), len(out.Cells))]
	return out
}

// split takes the filter of one facet out of a request.
func split(r query.Request, name string) (chosen query.Filter, others []query.Filter) {
	for _, f := range r.Filters {
		if f.Facet == name {
			chosen = f
			continue
		}
		others = append(others, f)
	}
	return chosen, others
}

// names gathers the values of a facet over rows.
func names(rows []row, facet string) map[string]node {
	out := map[string]node{}
	for _, x := range rows {
		for id, n := range x.values[facet] {
			out[id] = n
		}
	}
	return out
}

// matches reports whether a value is among ids, alone or with what lies under it.
func matches(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(x string) bool { return strings.TrimSuffix(x, "!") == id })
}
