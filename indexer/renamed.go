package indexer

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// The label and the parent of a facet's value are the least that any passage gives, and stand in
// the shard. When the passages that gave them are withdrawn, others may give others. So that an
// index with tombstones shows what one built without the withdrawn passages does, a generation
// says for each shard which values are shown otherwise. With one register for all passages there
// are none: the first live passage looked at says what the shard says.

// renamed is a value that is shown otherwise than its shard says.
type renamed struct {
	Facet  int    `json:"facet"`
	ID     string `json:"id"`
	Label  string `json:"label"`
	Parent string `json:"parent"`
}

// valueAt gives value k of a facet as the generation shows it.
func (s *shard) valueAt(f facetID, k int) value {
	v := s.facets[f].value(k)
	if i, ok := slices.BinarySearchFunc(s.renamed, renamed{Facet: int(f), ID: v.id}, byFacet); ok {
		v.label, v.parent = s.renamed[i].Label, s.renamed[i].Parent
	}
	return v
}

// byFacet orders by facet, then by id.
func byFacet(a, b renamed) int {
	return cmp.Or(cmp.Compare(a.Facet, b.Facet), cmp.Compare(a.ID, b.ID))
}

// renamedIn gives the values shown otherwise once only the passages of after are live, which are
// among those live now.
func (s *shard) renamedIn(after *roaring.Bitmap) ([]renamed, error) {
	out := slices.Clone(s.renamed)
	for f := range facetID(shownFacets) {
		touched := map[uint32]bool{}
		for it := roaring.AndNot(s.live, after).Iterator(); it.HasNext(); {
			for _, k := range s.facets[f].of(it.Next()) {
				touched[k] = true
			}
		}
		for k := range touched {
			now, found, err := s.shownBy(f, k, after)
			if err != nil {
				return nil, err
			}
			out = slices.DeleteFunc(out, func(r renamed) bool { return r.Facet == int(f) && r.ID == now.id })
			if found && now != s.facets[f].value(int(k)) {
				out = append(out, renamed{int(f), now.id, now.label, now.parent})
			}
		}
	}
	slices.SortFunc(out, byFacet)
	return out, nil
}

// shownBy gives value k of a facet as some passages show it; false when none of them has it. It
// looks at passages until they say what more of them said.
func (s *shard) shownBy(f facetID, k uint32, among *roaring.Bitmap) (v value, found bool, err error) {
	before := s.valueAt(f, int(k))
	v = value{id: before.id}
	b, err := s.facets[f].bitmap(k)
	if err != nil {
		return v, false, err
	}
	r := s.records()
	for it := roaring.And(b, among).Iterator(); it.HasNext() && (!found || v != before); found = true {
		i := it.Next()
		p, err := r.passage(i)
		if err != nil {
			return v, false, err
		}
		d, err := r.document(i)
		if err != nil {
			return v, false, err
		}
		for _, said := range derive(d, p).values[f] {
			if said.id == v.id {
				v = merged(v, said)
			}
		}
	}
	return v, found, nil
}
