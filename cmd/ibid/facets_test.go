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
	case "role":
		for _, p := range h.Places {
			if n := len(p.PathIDs); !p.Embedded && (n > 1 || n == 1 && !p.Ambiguous) {
				out[p.Role] = true
			}
		}
	case "decade":
		for _, e := range h.Events {
			for d := e.First; d <= e.Last; d++ {
				text := d.String()
				text = text[:len(text)-len("0-01-01")] + "0"
				if text == "-0000" {
					text = "0000"
				}
				out[text] = true
			}
		}
	case "day":
		for _, e := range h.Events {
			if e.Precision == "day" {
				out[e.First.String()], out[e.Last.String()] = true, true
			}
		}
	case "precision":
		for _, e := range h.Events {
			out[string(e.Precision)] = true
		}
	case "year":
		for _, e := range h.Events {
			first, _, _ := e.First.Date()
			last, _, _ := e.Last.Date()
			for y := first; y <= last; y++ {
				text := corpus.DayOf(y, 1, 1).String()
				out[text[:len(text)-len("-01-01")]] = true
			}
		}
	case "month":
		for _, e := range h.Events {
			maps.Copy(out, monthsOf(e))
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

// table holds the values of every facet of every hit, read once.
type table struct {
	names  []string
	values []map[string]map[string]bool // by hit, then by facet
}

func tabulate(hits []search.Hit) table {
	t := table{names: query.Facets()}
	for _, h := range hits {
		row := map[string]map[string]bool{}
		for _, name := range t.names {
			row[name] = valuesOf(h, name)
		}
		t.values = append(t.values, row)
	}
	return t
}

// passes reports whether a passage with these values of a facet passes the filter on it. With
// anyOf false the choices are left out and only the exclusions count.
func passes(values map[string]bool, f query.Filter, anyOf bool) bool {
	has := func(v string) bool { return values[v] || v == query.None && len(values) == 0 }
	return (!anyOf || len(f.Any) == 0 || slices.ContainsFunc(f.Any, has)) && !slices.ContainsFunc(f.Not, has)
}

// tally is what a plain count gives for one facet.
type tally struct {
	counts  map[string]int
	missing int
}

// count counts every facet over the passages that pass all filters, but for the choices of the
// facet itself.
func (t table) count(filters []query.Filter) (total int, facets map[string]*tally) {
	facets = map[string]*tally{}
	for _, name := range t.names {
		facets[name] = &tally{counts: map[string]int{}}
	}
	for _, row := range t.values {
		failed := map[string]bool{} // facets whose choices alone keep the passage out
		out := false
		for _, f := range filters {
			if !passes(row[f.Facet], f, true) {
				failed[f.Facet] = true
				out = out || !passes(row[f.Facet], f, false)
			}
		}
		if out || len(failed) > 1 {
			continue
		}
		if len(failed) == 0 {
			total++
		}
		for name, c := range facets {
			if len(failed) == 1 && !failed[name] {
				continue
			}
			for v := range row[name] {
				c.counts[v]++
			}
			if len(row[name]) == 0 {
				c.missing++
			}
		}
	}
	return total, facets
}

// facetsAgree holds random selections against a count over all passages.
func facetsAgree(t *testing.T, svc *search.Service, hits []search.Hit, rng *rand.Rand) {
	rows := tabulate(hits)
	known := map[string][]string{}
	for _, name := range rows.names {
		values := map[string]bool{query.None: true}
		for _, row := range rows.values {
			maps.Copy(values, row[name])
		}
		known[name] = slices.Sorted(maps.Keys(values))
	}
	for range rounds(500, 5000) {
		r := query.Request{Size: -1, Filters: randomFilters(known, rng)}
		for _, name := range rows.names {
			r.Facets = append(r.Facets, query.FacetRequest{Name: name, Size: 10000})
		}
		a, err := svc.Search(t.Context(), r)
		if err != nil {
			t.Fatalf("%+v: %v", r.Filters, err)
		}
		total, want := rows.count(r.Filters)
		if a.Total != total {
			t.Errorf("%+v: %d found, %d counted", r.Filters, a.Total, total)
		}
		for _, f := range a.Facets {
			compareFacet(t, f, want[f.Name], r.Filters)
		}
	}
}

// compareFacet names the values whose counts differ.
func compareFacet(t *testing.T, f query.Facet, want *tally, filters []query.Filter) {
	t.Helper()
	if f.Missing != want.missing {
		t.Errorf("%+v: facet %s has %d unknown, a scan %d", filters, f.Name, f.Missing, want.missing)
	}
	for _, v := range f.Values {
		if v.Count != want.counts[v.Value] {
			t.Errorf("%+v: facet %s counts %d for %s, a scan %d", filters, f.Name, v.Count, v.Value, want.counts[v.Value])
		}
		delete(want.counts, v.Value)
	}
	if len(want.counts) > 0 {
		t.Errorf("%+v: facet %s lacks %v", filters, f.Name, want.counts)
	}
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

// monthsOf lists the months an event touches when every side of its date names a month.
func monthsOf(e corpus.EventDate) map[string]bool {
	out := map[string]bool{}
	for _, side := range strings.Split(strings.TrimPrefix(e.EDTF, "-"), "/") {
		side = strings.TrimRight(side, "?~%")
		named := len(side) >= len("2018-03") && side[4] == '-' && side[5:7] <= "12"
		if side != ".." && side != "" && !named {
			return out
		}
	}
	for d := e.First; d <= e.Last; d++ {
		text := d.String()
		out[text[:len(text)-len("-01")]] = true
	}
	return out
}
