package indexer

import (
	"slices"
	"sort"

	"ibid/indexer/query"
)

// total is what all shards count of one value.
type total struct{ passages, documents uint32 }

// totals is what all shards count of one facet: by the values' numbers in the index.
type totals struct {
	values  []total
	spans   []daySpan // as values; nil unless asked for
	missing total
	met     []uint32 // the numbers of values with a passage
	kept    bool     // not to be given back
}

// add takes in what a shard counted.
func (t *totals) add(c *facetCounter, global []uint32) {
	none := c.f.size()
	p, d := c.at(none)
	t.missing.passages += p
	t.missing.documents += d
	if c.few {
		for _, k := range c.met {
			t.take(c, int(k), global[k])
		}
		return
	}
	for k := range none {
		t.take(c, k, global[k])
	}
}

// take adds value k of a shard, which has number g in the index.
func (t *totals) take(c *facetCounter, k int, g uint32) {
	p, d := c.at(k)
	if p == 0 {
		return
	}
	v := &t.values[g]
	if v.passages == 0 {
		t.met = append(t.met, g)
	}
	v.passages += p
	v.documents += d
	if t.spans != nil {
		t.spans[g].add(c.spans[k])
	}
}

// before is the order of values in an answer: most frequent first, ties by id.
func (t *totals) before(a, b uint32) bool {
	if x, y := t.values[a].passages, t.values[b].passages; x != y {
		return x > y
	}
	return a < b
}

// sumCounts adds up what the shards counted beside the totals.
func (x *Index) sumCounts(p *plan, parts []*part, res *query.Result) {
	for i := range p.facets {
		res.Facets = append(res.Facets, x.sumFacet(p, i, parts))
	}
	for i := range p.req.Cross {
		res.Cross = append(res.Cross, x.sumCross(p, i, parts))
	}
	var all daySpan
	for _, t := range parts {
		all.add(t.span)
		t.release()
	}
	res.First, res.Last = all.days()
}

// sumFacet adds up what the shards counted of facet i of the plan.
func (x *Index) sumFacet(p *plan, i int, parts []*part) query.Facet {
	f, table := p.facetIDs[i], x.facets[p.facetIDs[i]]
	marks := newMarks(p, f)
	out := query.Facet{Name: p.facets[i].Name,
		MissingSelected: marks.selectedNone, MissingExcluded: marks.excludedNone}
	sum, first := x.totalsOf(f, i, parts, p.req.Days)
	out.Missing, out.MissingDocuments = int(sum.missing.passages), int(sum.missing.documents)
	chosen := marks.numbers(table)
	candidates := sum.met
	for _, k := range chosen {
		if sum.values[k].passages == 0 {
			candidates = append(candidates[:len(candidates):len(candidates)], k)
			first = nil
		}
	}
	if find := table.containing(p.facets[i].Find); find != nil {
		not := func(k uint32) bool { return !find(int(k)) }
		candidates = slices.DeleteFunc(slices.Clone(candidates), not)
		chosen = slices.DeleteFunc(chosen, not)
		first = nil
	}
	out.Total = len(candidates)
	list := first
	if n := p.facets[i].Size; first == nil || len(first) < min(n, len(candidates)) {
		list = firstOfMany(candidates, n, sum.before)
	} else {
		list = first[:min(n, len(first))]
	}
	sort.Slice(chosen, func(i, j int) bool { return sum.before(chosen[i], chosen[j]) })
	for _, k := range chosen { // so that a reader can take the choice back
		if !slices.Contains(list, k) {
			list = append(list[:len(list):len(list)], k)
		}
	}
	out.Values = make([]query.FacetValue, 0, len(list))
	for _, k := range list {
		v := table.values[k]
		fv := query.FacetValue{Value: v.id, Label: v.shown(), Parent: v.parent,
			Count: int(sum.values[k].passages), Documents: int(sum.values[k].documents),
			Selected: marks.selected[v.id], Excluded: marks.excluded[v.id]}
		if sum.spans != nil {
			fv.First, fv.Last = sum.spans[k].days()
		}
		out.Values = append(out.Values, fv)
	}
	table.release(sum)
	return out
}

// totalsOf gives the totals of a facet over all shards and, where they are those of all live
// passages, the first of its values in order.
func (x *Index) totalsOf(
	f facetID, i int, parts []*part, days bool,
) (t *totals, first []uint32) {
	kept := !slices.ContainsFunc(parts, func(t *part) bool { return !t.facets[i].kept })
	if kept && len(parts) > 0 {
		return x.facets[f].keptTotals(x.shards, f)
	}
	n := len(x.facets[f].values)
	t, ok := x.facets[f].rooms.Get().(*totals)
	if !ok {
		t = &totals{values: make([]total, n)}
	}
	if days {
		t.spans = make([]daySpan, len(t.values))
	}
	for _, part := range parts {
		t.add(part.facets[i], part.s.global[f])
	}
	return t, nil
}

// release gives totals back, at zero, for a later search.
func (t *facetTable) release(sum *totals) {
	if sum.kept {
		return
	}
	for _, k := range sum.met {
		sum.values[k] = total{}
	}
	sum.met, sum.spans, sum.missing = sum.met[:0], nil, total{}
	t.rooms.Put(sum)
}

// keptTotals gives the totals of the facet among all live passages, with the values that are
// listed unless more are asked for, in order.
func (t *facetTable) keptTotals(shards []*shard, f facetID) (*totals, []uint32) {
	t.keep.Do(func() {
		t.all = &totals{values: make([]total, len(t.values)), kept: true}
		for _, s := range shards {
			t.all.add(&facetCounter{s: s, id: f, f: s.facets[f], kept: true}, s.global[f])
		}
		t.first = firstOfMany(t.all.met, defaultValues, t.all.before)
	})
	return t.all, t.first
}

// chosen says which values of a facet a request selects and excludes.
type chosen struct {
	selected, excluded         map[string]bool
	selectedNone, excludedNone bool
}

// newMarks reads the choices of a facet out of the plan. "ID!" marks ID.
func newMarks(p *plan, f facetID) chosen {
	var c chosen
	for _, s := range p.selections {
		if !s.is(f) {
			continue
		}
		if c.selected == nil {
			c.selected, c.excluded = map[string]bool{}, map[string]bool{}
		}
		for _, any := range append(s.all[:len(s.all):len(s.all)], s.any) {
			for _, r := range any.refs {
				c.selected[r.id] = true
			}
			c.selectedNone = c.selectedNone || any.none
		}
		for _, r := range s.not.refs {
			c.excluded[r.id] = true
		}
		c.excludedNone = s.not.none
	}
	return c
}

// numbers gives the numbers of all values chosen, rising.
func (c *chosen) numbers(t *facetTable) (out []uint32) {
	for _, m := range []map[string]bool{c.selected, c.excluded} {
		for id := range m {
			if k, ok := t.number(id); ok {
				out = append(out, uint32(k))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
