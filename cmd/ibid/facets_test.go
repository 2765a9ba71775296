package main

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// valuesOf reads the values of a facet out of a hit the plain way: from what the answer shows.
func valuesOf(h search.Hit, facet string) map[string]bool {
	out := map[string]bool{}
	switch facet {
	case "country", "republic", "district", "place":
		for _, p := range h.Places {
			ids, kinds := p.PathIDs, p.PathKinds
			if p.Ambiguous {
				ids, kinds = ids[:len(ids)-1], kinds[:len(kinds)-1]
			}
			for i, id := range ids {
				if !p.Embedded && (facet == "place" || kinds[i] == facet) {
					out[id] = true
				}
			}
		}
	case "group", "agency", "person":
		for _, a := range h.Actors {
			if a.Kind == facet {
				for _, id := range a.PathIDs {
					out[id] = true
				}
			}
		}
	case "year":
		for _, e := range h.Events {
			first, _, _ := e.First.Date()
			last, _, _ := e.Last.Date()
			for y := first; y <= last; y++ {
				out[corpus.DayOf(y, 1, 1).String()[:4]] = true
			}
		}
	case "month":
		for _, e := range h.Events {
			if e.First.String()[:7] == e.Last.String()[:7] {
				out[e.First.String()[:7]] = true
			}
		}
	case "source":
		out[h.Source.ID] = true
	case "publisher":
		out[h.Source.Publisher] = true
	case "published":
		if len(h.Source.Published) >= 4 {
			out[h.Source.Published[:4]] = true
		}
	case "language":
		out[h.Source.Language] = true
	}
	delete(out, "")
	return out
}

// passes reports whether a hit passes one filter, by the plain reading.
func passes(h search.Hit, f query.Filter) bool {
	values := valuesOf(h, f.Facet)
	has := func(v string) bool { return values[v] || v == query.None && len(values) == 0 }
	return (len(f.Any) == 0 || slices.ContainsFunc(f.Any, has)) && !slices.ContainsFunc(f.Not, has)
}

// facetsAgree holds random selections against a count over all passages.
func facetsAgree(t *testing.T, svc *search.Service, hits []search.Hit, rng *rand.Rand) {
	known := map[string][]string{}
	for _, name := range query.Facets() {
		values := map[string]bool{query.None: true}
		for _, h := range hits {
			maps.Copy(values, valuesOf(h, name))
		}
		known[name] = slices.Sorted(maps.Keys(values))
	}
	for range rounds(500, 5000) {
		r := query.Request{Size: -1, Filters: randomFilters(known, rng)}
		for _, name := range query.Facets() {
			r.Facets = append(r.Facets, query.FacetRequest{Name: name, Size: 10000})
		}
		a, err := svc.Search(t.Context(), r)
		if err != nil {
			t.Fatalf("%+v: %v", r.Filters, err)
		}
		total := 0
		for _, h := range hits {
			if passAll(h, r.Filters, "") {
				total++
			}
		}
		if a.Total != total {
			t.Errorf("%+v: %d found, %d counted", r.Filters, a.Total, total)
		}
		for _, f := range a.Facets {
			compareFacet(t, f, hits, r.Filters)
		}
	}
}

// compareFacet counts one facet over the hits that pass all filters but its own choices.
func compareFacet(t *testing.T, f query.Facet, hits []search.Hit, filters []query.Filter) {
	t.Helper()
	want, missing := map[string]int{}, 0
	for _, h := range hits {
		if !passAll(h, filters, f.Name) {
			continue
		}
		values := valuesOf(h, f.Name)
		for v := range values {
			want[v]++
		}
		if len(values) == 0 {
			missing++
		}
	}
	got := map[string]int{}
	for _, v := range f.Values {
		if v.Count > 0 {
			got[v.Value] = v.Count
		}
	}
	if !maps.Equal(got, want) || f.Missing != missing {
		t.Errorf("%+v: facet %s counts %v and %d unknown, a scan %v and %d", filters, f.Name, got,
			f.Missing, want, missing)
	}
}

// passAll applies filters; the choices of the facet named but are left out, its exclusions not.
func passAll(h search.Hit, filters []query.Filter, but string) bool {
	for _, f := range filters {
		if f.Facet == but {
			f.Any = nil
		}
		if !passes(h, f) {
			return false
		}
	}
	return true
}

// randomFilters draws one to three facets with one or two values each, wanted or not.
func randomFilters(known map[string][]string, rng *rand.Rand) []query.Filter {
	var out []query.Filter
	names := query.Facets()
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, name := range names[:1+rng.IntN(3)] {
		f := query.Filter{Facet: name}
		for range 1 + rng.IntN(2) {
			v := known[name][rng.IntN(len(known[name]))]
			if strings.HasSuffix(v, "!") {
				continue
			}
			if rng.IntN(4) == 0 {
				f.Not = append(f.Not, v)
			} else {
				f.Any = append(f.Any, v)
			}
		}
		out = append(out, f)
	}
	return out
}
