package indexer

import (
	"math"
	"sort"
	"strings"
	"sync"

	"ibid/indexer/fold"
)

// facetTable holds the values of one facet over all shards, in byte order of their ids, so
// that counts of several shards can be added and names looked up.
type facetTable struct {
	values []value
	once   sync.Once
	keys   []string // folded labels, made when first asked for

	keep  sync.Once
	all   *totals   // of all live passages, made when first asked for
	first []uint32  // the most frequent values
	rooms sync.Pool // of totals that are zero
}

// noNumber stands for the number of a value that only withdrawn passages have.
const noNumber = math.MaxUint32

// joinFacet makes the table of a facet and tells each shard the numbers of its values in it.
// The values of each shard are in order already, so the least at hand is next. Values that no
// live passage has are not in it: an index with tombstones knows no more names than one built
// without the withdrawn documents.
func joinFacet(shards []*shard, f facetID) *facetTable {
	t := &facetTable{}
	heads := make([]string, len(shards)) // the id of each shard's next value; empty after the last
	for i, s := range shards {
		s.global[f] = make([]uint32, 0, s.facets[f].size())
		heads[i] = s.nextValue(f)
	}
	for {
		next := value{}
		for _, id := range heads {
			if id != "" && (next.id == "" || id < next.id) {
				next.id = id
			}
		}
		if next.id == "" { // no value has an empty id
			return t
		}
		for i, s := range shards {
			if heads[i] != next.id {
				continue
			}
			next = merged(next, s.valueAt(f, len(s.global[f])))
			s.global[f] = append(s.global[f], uint32(len(t.values)))
			heads[i] = s.nextValue(f)
		}
		t.values = append(t.values, next)
	}
}

// nextValue gives the id of the first value that has no number yet and has a live passage; it
// passes over those that have none. It is empty after the last.
func (s *shard) nextValue(f facetID) string {
	for k := len(s.global[f]); k < s.facets[f].size(); k++ {
		if s.liveCount == s.n || s.kept(f)[2*k] > 0 {
			return s.facets[f].id(k)
		}
		s.global[f] = append(s.global[f], noNumber)
	}
	return ""
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
