package indexer

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
)

// keeping is what a shard counts over all its live passages: as facets.col has it, less what
// the withdrawn documents count. These are dead whole, so documents subtract as passages do.
type keeping struct {
	liveCount     int                             // passages that are not withdrawn
	liveDocuments int                             // documents with a passage that are not withdrawn
	alone         bool                            // no document has a second passage
	keptLess      func() [][]uint32               // counts of all facets without what is withdrawn
	units         [day - decade + 1]func() []unit // of decade to day
	holders       []atomic.Uint32                 // live passages with each word, and one; 0: not counted
	besides       besideStore                     // counts beside single values
	rooms         sync.Pool                       // of counts that are zero
	walks         sync.Pool                       // of *walkRoom
}

// keepCounts prepares the counts of a shard whose columns are open; dead are the passages of
// withdrawn documents.
func (s *shard) keepCounts(dead *roaring.Bitmap) error {
	documents, err := numbers[uint32](s.facetFile, "documents", 1)
	if err != nil {
		return err
	}
	s.besides.least = besideLeast
	s.live = roaring.New()
	s.live.AddRange(0, uint64(s.n))
	s.live.AndNot(dead)
	s.liveCount = int(s.live.GetCardinality())
	s.holders = make([]atomic.Uint32, s.words.size())
	s.alone = int(documents[0]) == s.n
	s.liveDocuments = int(documents[0]) - s.countWalk(dead, nil, true)
	s.keptLess = sync.OnceValue(func() [][]uint32 { return s.countsWithout(dead) })
	for i := range s.units {
		f := decade + facetID(i)
		s.units[i] = sync.OnceValue(func() []unit { return readUnits(f, s.facets[f]) })
	}
	return nil
}

// kept gives passages and documents of each value of a shown facet, and then of none, among all live
// passages.
func (s *shard) kept(f facetID) []uint32 {
	if s.liveCount == s.n {
		return s.facets[f].counts
	}
	return s.keptLess()[f]
}

// countsWithout gives the counts of all shown facets without those of dead passages.
func (s *shard) countsWithout(dead *roaring.Bitmap) [][]uint32 {
	var list []*facetCounter
	for f := range facetID(shownFacets) {
		list = append(list, &facetCounter{s: s, id: f, f: s.facets[f],
			values: make([]counted, s.facets[f].size()+1)})
	}
	s.countWalk(dead, list, true)
	out := make([][]uint32, shownFacets)
	for f, c := range list {
		out[f] = slices.Clone(c.f.counts)
		for k := range c.values {
			v := c.values[k]
			if s.alone {
				v.documents = v.passages
			}
			out[f][2*k] -= v.passages
			out[f][2*k+1] -= v.documents
		}
	}
	return out
}

// met gives how many passages values have in all, a passage counted for each of its values.
func (f *facetColumn) met(values []uint32) int {
	n := 0
	for _, k := range values {
		n += int(f.counts[2*k])
	}
	return n
}
