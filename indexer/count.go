package indexer

import (
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/query"
)

// counted is how often one value of a facet was met.
type counted struct {
	passages  uint32
	documents uint32
	last      uint32 // the document met last, plus one
}

// add meets the value in a passage of a document.
func (c *counted) add(document uint32) {
	c.passages++
	if c.last != document+1 {
		c.documents++
		c.last = document + 1
	}
}

// tallies are the counts of one facet in one shard, by the values' numbers there.
type tallies struct {
	values  []counted
	missing counted
}

// countFacet counts facet i of the plan over a set of hits. Passages come in the order of
// their documents, so a document is counted once by remembering the last.
//
// Where one event must carry date and place, a click on a value asks that the same event
// carries it too; so those facets are counted by events, and then nothing counts as missing.
func countFacet(s *shard, p *plan, i int, hits *roaring.Bitmap) *tallies {
	f := p.facetIDs[i]
	t := &tallies{values: make([]counted, s.facets[f].size())}
	var test *eventTest
	if kind := eventKind(f); kind != "" {
		test = newEventTest(s, p, p.asked(f), kind)
	}
	var buf [512]uint32
	for it := hits.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return t
		}
		for _, d := range buf[:n] {
			if test != nil {
				t.addEvents(s, f, test, d)
				continue
			}
			t.add(s.facets[f].of(d), s.ids.documentList[d])
		}
	}
}

// add counts a passage with its values.
func (t *tallies) add(values []uint32, document uint32) {
	if len(values) == 0 {
		t.missing.add(document)
	}
	for _, v := range values {
		t.values[v].add(document)
	}
}

// addEvents counts a passage with the values of those of its events that satisfy the test.
func (t *tallies) addEvents(s *shard, f facetID, test *eventTest, d uint32) {
	var met []uint32
	from, to := s.events.of(d)
	for e := from; e < to; e++ {
		if !test.holds(s, e) {
			continue
		}
		for _, v := range s.events.values[s.events.valueAt[e]:s.events.valueAt[e+1]] {
			if facetID(v>>24) == f {
				met = append(met, v&(maxEventValue-1))
			}
		}
	}
	sort.Slice(met, func(i, j int) bool { return met[i] < met[j] })
	for i, v := range met {
		if i == 0 || v != met[i-1] {
			t.values[v].add(s.ids.documentList[d])
		}
	}
}

// sumFacet adds up what the shards counted of facet i of the plan.
func (x *Index) sumFacet(p *plan, i int, parts []*part) query.Facet {
	f, table := p.facetIDs[i], x.facets[p.facetIDs[i]]
	passages := make([]int, len(table.values))
	documents := make([]int, len(table.values))
	out := query.Facet{Name: p.facets[i].Name}
	for _, t := range parts {
		c := t.facets[i]
		for k, v := range c.values {
			if v.passages == 0 { // perhaps of withdrawn passages alone, without a number
				continue
			}
			passages[t.s.global[f][k]] += int(v.passages)
			documents[t.s.global[f][k]] += int(v.documents)
		}
		out.Missing += int(c.missing.passages)
		out.MissingDocuments += int(c.missing.documents)
	}
	marks := newMarks(p, f)
	out.MissingSelected, out.MissingExcluded = marks.selectedNone, marks.excludedNone
	find := table.containing(p.facets[i].Find)
	for k, v := range table.values {
		chosen := marks.selected[v.id] || marks.excluded[v.id]
		if passages[k] == 0 && !chosen || find != nil && !find(k) {
			continue
		}
		out.Values = append(out.Values, query.FacetValue{Value: v.id, Label: v.shown(),
			Parent: v.parent, Count: passages[k], Documents: documents[k],
			Selected: marks.selected[v.id], Excluded: marks.excluded[v.id]})
	}
	out.Total = len(out.Values)
	out.Values = cut(out.Values, p.facets[i].Size)
	return out
}

// cut sorts values, most frequent first and ties by value, and keeps the first n. Chosen
// values beyond them are kept too, so that a reader can take the choice back.
func cut(values []query.FacetValue, n int) []query.FacetValue {
	sort.Slice(values, func(i, j int) bool {
		if values[i].Count != values[j].Count {
			return values[i].Count > values[j].Count
		}
		return values[i].Value < values[j].Value
	})
	out := values[:min(n, len(values))]
	for _, v := range values[len(out):] {
		if v.Selected || v.Excluded {
			out = append(out[:len(out):len(out)], v)
		}
	}
	return out
}

// chosen says which values of a facet a request selects and excludes.
type chosen struct {
	selected, excluded         map[string]bool
	selectedNone, excludedNone bool
}

// newMarks reads the choices of a facet out of the plan. "ID!" marks ID.
func newMarks(p *plan, f facetID) chosen {
	c := chosen{selected: map[string]bool{}, excluded: map[string]bool{}}
	for _, s := range p.selections {
		if !s.is(f) {
			continue
		}
		for _, r := range s.any.refs {
			c.selected[r.id] = true
		}
		for _, r := range s.not.refs {
			c.excluded[r.id] = true
		}
		c.selectedNone, c.excludedNone = s.any.none, s.not.none
	}
	return c
}
