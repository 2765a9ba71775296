package indexer

import (
	"slices"

	"ibid/corpus"
)

// sameFacts reports whether the columns say of a passage what its tags say.
func (s *shard) sameFacts(i uint32, f *facts) bool {
	for k, c := range s.facets {
		have := c.of(i)
		if len(have) != len(f.values[k]) {
			return false
		}
		for j, v := range f.values[k] {
			if c.id(int(have[j])) != v.id {
				return false
			}
		}
	}
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

// checkCounts counts every facet over all passages, the withdrawn ones too, and compares that
// with the counts that are kept and with the bitmaps of the values.
func (s *shard) checkCounts() error {
	for k, c := range s.facets {
		met := make([]counted, c.size()+1)
		for i := range uint32(s.n) {
			list := c.of(i)
			if len(list) == 0 {
				list = append(list, uint32(c.size()))
			}
			for _, v := range list {
				met[v].add(s.ids.documentList[i] + 1)
			}
		}
		for v, n := range met {
			b, err := c.bitmap(uint32(v))
			if err != nil {
				return err
			}
			if c.counts[2*v] != n.passages || c.counts[2*v+1] != n.documents ||
				b.GetCardinality() != uint64(n.passages) {
				return damaged(s.path(facetsCol), "value %d of facet %d is kept as %d passages, counted %d",
					v, k, c.counts[2*v], n.passages)
			}
		}
	}
	return nil
}

// checkFacts compares the columns of a passage with its tags.
func (s *shard) checkFacts(i uint32, d *corpus.Document, p *corpus.Passage) error {
	if !s.sameFacts(i, derive(d, p)) {
		return damaged(s.path(facetsCol), "the facets or events of passage %s are of other tags", p.ID)
	}
	return nil
}
