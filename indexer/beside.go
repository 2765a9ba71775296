package indexer

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// One value chosen and nothing else, the first click of a reader, is what is asked most, and what
// each of two choices is counted beside. Its counts are kept once they were made: an index does
// not change. That is for values of many passages; few are counted in no time.

const (
	besideLeast = 2048 // passages of a value from which on counts are kept
	besideMost  = 256  // values whose counts are kept; room is made by forgetting all
)

// besideStore keeps the counts beside values of one shard.
type besideStore struct {
	least uint64 // passages from which on they are kept
	mu    sync.Mutex
	known map[besideKey]*beside
}

// besideKey names a value.
type besideKey struct {
	facet facetID
	value uint32
}

// beside is the counts of facets over the live passages of one value.
type beside struct {
	mu        sync.Mutex
	documents int
	counts    [shownFacets][]uint32 // passages and documents of each value, then of none; nil when not known
}

// of gives the counts beside a value, to be filled.
func (b *besideStore) of(k besideKey) *beside {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.known[k]
	if c == nil {
		if b.known == nil || len(b.known) >= besideMost {
			b.known = map[besideKey]*beside{}
		}
		c = &beside{}
		b.known[k] = c
	}
	return c
}

// onlyChoice gives the one value that a plan asks for beside the alternatives of one selection,
// when that is all it asks for.
func (p *plan) onlyChoice(without *selection) (r ref, ok bool) {
	if p.root != nil || len(p.sections) > 0 || !p.dates.empty() || p.sameEvent || p.req.Certain || p.req.Days {
		return r, false
	}
	for _, s := range p.selections {
		if len(s.all) > 0 || !s.not.empty() {
			return r, false
		}
		if !s.asked || s == without {
			continue
		}
		if ok || s.any.none || len(s.any.refs) != 1 {
			return r, false
		}
		r, ok = s.any.refs[0], true
	}
	return r, ok
}

// countBeside counts over the passages of the one value that a plan asks for; false when it asks
// for more or less than one of many passages.
func (t *part) countBeside(
	without *selection, among *roaring.Bitmap, counters []*facetCounter,
) (documents int, ok bool) {
	r, ok := t.p.onlyChoice(without)
	if !ok || among.GetCardinality() < t.s.besides.least {
		return 0, false
	}
	k, ok := t.s.facets[r.facet].ordinal(r.id)
	if !ok {
		return 0, false
	}
	b := t.s.besides.of(besideKey{r.facet, k})
	b.mu.Lock()
	defer b.mu.Unlock()
	var missing []*facetCounter
	for _, c := range counters {
		if b.counts[c.id] == nil {
			missing = append(missing, &facetCounter{s: t.s, id: c.id, f: c.f,
				values: make([]counted, c.f.size()+1)})
		}
	}
	if len(missing) > 0 || b.documents == 0 {
		b.documents = t.s.countWalk(among, missing, true)
	}
	for _, c := range missing {
		b.counts[c.id] = c.pairs()
	}
	for _, c := range counters {
		c.known, c.values = b.counts[c.id], nil
	}
	return b.documents, true
}

// pairs gives what was counted as facets.col has it: passages and documents of each value, then
// of none.
func (c *facetCounter) pairs() []uint32 {
	out := make([]uint32, 0, 2*len(c.values))
	for k := range c.values {
		p, d := c.at(k)
		out = append(out, p, d)
	}
	return out
}
