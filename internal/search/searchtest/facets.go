package searchtest

import (
	"slices"
	"sort"
	"strings"

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
