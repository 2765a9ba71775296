package indexer

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// factCheck holds the columns of a shard against the tags of its passages, one after the other.
type factCheck struct {
	s     *shard
	lists [numFacets][][]uint32 // the passages of each value of a hidden facet, then of none
	met   [numFacets][]counted  // of every facet, as lists
}

// newFactCheck begins a check.
func newFactCheck(s *shard) *factCheck {
	c := &factCheck{s: s}
	for k, f := range s.facets {
		c.lists[k], c.met[k] = make([][]uint32, f.size()+1), make([]counted, f.size()+1)
	}
	return c
}

// passage compares the columns of a passage with its tags.
func (c *factCheck) passage(i uint32, d *corpus.Document, p *corpus.Passage) error {
	f := derive(d, p)
	for k := range c.s.facets {
		if !c.same(k, i, f.values[k]) {
			return damaged(c.s.path(facetsCol), "facet %d of passage %s is of other tags", k, p.ID)
		}
	}
	if !c.s.sameEvents(i, f) {
		return damaged(c.s.path(eventsCol), "the events of passage %s are of other tags", p.ID)
	}
	return nil
}

// same reports whether a passage has the values of one facet, and counts it in them.
func (c *factCheck) same(k int, i uint32, values []value) bool {
	f := c.s.facets[k]
	var want []uint32
	for _, v := range values {
		n, ok := f.ordinal(v.id)
		if !ok {
			return false
		}
		want = append(want, n)
	}
	if k < shownFacets && !slices.Equal(want, f.of(i)) {
		return false
	}
	if len(want) == 0 {
		want = append(want, uint32(f.size()))
	}
	for _, n := range want {
		c.met[k][n].add(c.s.ids.documentList[i] + 1)
		if k >= shownFacets {
			c.lists[k][n] = append(c.lists[k][n], i)
		}
	}
	return true
}

// counts compares what was counted with the counts that are kept and with the bitmaps.
func (c *factCheck) counts() error {
	for k, f := range c.s.facets {
		for v, n := range c.met[k] {
			b, err := f.bitmap(uint32(v))
			if err != nil {
				return err
			}
			if f.counts[2*v] != n.passages || f.counts[2*v+1] != n.documents ||
				b.GetCardinality() != uint64(n.passages) ||
				k >= shownFacets && !b.Equals(roaring.BitmapOf(c.lists[k][v]...)) {
				return damaged(c.s.path(facetsCol), "value %d of facet %d is kept as %d passages, counted %d",
					v, k, f.counts[2*v], n.passages)
			}
		}
	}
	return nil
}

// sameEvents reports whether the events of a passage are those that its tags tell of.
func (s *shard) sameEvents(i uint32, f *facts) bool {
	from, to := s.events.of(i)
	if int(to-from) != len(f.events) || s.events.key(i) != f.sortDay() {
		return false
	}
	for j := range f.events {
		if !s.sameEvent(from+uint32(j), &f.events[j]) {
			return false
		}
	}
	return true
}

// sameEvent reports whether an event of the column is the one that tags tell of.
func (s *shard) sameEvent(e uint32, f *eventFacts) bool {
	first, last := s.events.days(e)
	precise, flags := s.events.like(e)
	k, ok := s.facets[precision].ordinal(f.precision)
	if first != f.first || last != f.last || ok != (f.precision != "") || ok && k != precise ||
		(flags&flagMonthly != 0) != f.monthly || (flags&flagDaily != 0) != f.daily {
		return false
	}
	var want []uint32
	for _, v := range f.places {
		k, ok := s.facets[v.facet].ordinal(v.id)
		if !ok {
			return false
		}
		want = append(want, uint32(v.facet)<<24|k)
	}
	slices.Sort(want)
	return slices.Equal(slices.Compact(want), s.events.places(e))
}
