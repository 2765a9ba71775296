package indexer

import (
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

// joinFacet makes the table of a facet and tells each shard the numbers of its values in it.
// The values of each shard are in order already, so the least at hand is next.
func joinFacet(shards []*shard, f facetID) *facetTable {
	t := &facetTable{}
	heads := make([]string, len(shards)) // the id of each shard's next value
	for i, s := range shards {
		s.global[f] = make([]uint32, 0, s.facets[f].size())
		if s.facets[f].size() > 0 {
			heads[i] = s.facets[f].id(0)
		}
	}
	for {
		next := value{}
		for i, s := range shards {
			if len(s.global[f]) < s.facets[f].size() && (next.id == "" || heads[i] < next.id) {
				next.id = heads[i]
			}
		}
		if next.id == "" { // no value has an empty id
			return t
		}
		for i, s := range shards {
			k := len(s.global[f])
			if k == s.facets[f].size() || heads[i] != next.id {
				continue
			}
			next = merged(next, s.facets[f].value(k))
			s.global[f] = append(s.global[f], uint32(len(t.values)))
			if k+1 < s.facets[f].size() {
				heads[i] = s.facets[f].id(k + 1)
			}
		}
		t.values = append(t.values, next)
	}
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
