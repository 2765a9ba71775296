package indexer

import (
	"math"
	"sort"
	"strings"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

// facetTable holds the values of one facet over all shards, in byte order of their ids, so
// that counts of several shards can be added and names looked up.
type facetTable struct {
	values []value
	once   sync.Once
	keys   []string // folded labels, made when first asked for
}

// noNumber stands for the number of a value that only withdrawn passages have.
const noNumber = math.MaxUint32

// joinFacet makes the table of a facet and tells each shard the numbers of its values in it.
// Values that no live passage has are not in it: an index with tombstones knows no more names
// than one built without the withdrawn documents.
func joinFacet(shards []*shard, f facetID) (*facetTable, error) {
	seen := map[string]value{}
	for _, s := range shards {
		gone, err := s.goneValues(f)
		if err != nil {
			return nil, err
		}
		s.global[f] = make([]uint32, s.facets[f].size())
		for k := range s.global[f] {
			if gone[uint32(k)] {
				s.global[f][k] = noNumber
				continue
			}
			v := s.valueAt(f, k)
			if old, ok := seen[v.id]; ok {
				v = merged(old, v)
			}
			seen[v.id] = v
		}
	}
	t := &facetTable{values: make([]value, 0, len(seen))}
	for _, v := range seen {
		t.values = append(t.values, v)
	}
	sort.Slice(t.values, func(i, j int) bool { return t.values[i].id < t.values[j].id })
	for _, s := range shards {
		at := 0
		for k, n := range s.global[f] {
			if n == noNumber {
				continue
			}
			for id := s.facets[f].value(k).id; t.values[at].id != id; {
				at++
			}
			s.global[f][k] = uint32(at)
		}
	}
	return t, nil
}

// goneValues finds the values of a facet that only withdrawn passages have; nil for none.
func (s *shard) goneValues(f facetID) (map[uint32]bool, error) {
	if int(s.live.GetCardinality()) == s.n {
		return nil, nil
	}
	gone := map[uint32]bool{}
	all := roaring.New()
	all.AddRange(0, uint64(s.n))
	for it := roaring.AndNot(all, s.live).Iterator(); it.HasNext(); {
		for _, k := range s.facets[f].of(it.Next()) {
			gone[k] = true
		}
	}
	for k := range gone {
		b, err := s.facets[f].bitmap(k)
		if err != nil {
			return nil, err
		}
		if b.Intersects(s.live) {
			delete(gone, k)
		}
	}
	return gone, nil
}

// number finds a value by its id.
func (t *facetTable) number(id string) (int, bool) {
	k := sort.Search(len(t.values), func(k int) bool { return t.values[k].id >= id })
	return k, k < len(t.values) && t.values[k].id == id
}

// named gives the ids that a name stands for: itself when it is an id, else those whose label
// folds to the same words.
func (t *facetTable) named(name string) []string {
	if _, ok := t.number(name); ok {
		return []string{name}
	}
	key := fold.Key(name)
	if key == "" {
		return nil
	}
	var ids []string
	for k, l := range t.folded() {
		if l == key {
			ids = append(ids, t.values[k].id)
		}
	}
	return ids
}

// folded gives the folded label of each value.
func (t *facetTable) folded() []string {
	t.once.Do(func() {
		t.keys = make([]string, len(t.values))
		for k := range t.values {
			t.keys[k] = fold.Key(t.values[k].shown())
		}
	})
	return t.keys
}

// containing reports which values have a label that contains the words of find, folded; nil
// for all.
func (t *facetTable) containing(find string) func(k int) bool {
	key := fold.Key(find)
	if key == "" {
		return nil
	}
	keys := t.folded()
	return func(k int) bool { return strings.Contains(keys[k], key) }
}

// shown is the label of a value, or its id where no passage gave a label.
func (v value) shown() string {
	if v.label == "" {
		return v.id
	}
	return v.label
}
