package indexer

import "github.com/RoaringBitmap/roaring/v2"

// filter is a choice on a shard: alternatives of a selection, or a value that must be there. Of
// one value it knows how many passages have it before it reads which.
type filter struct {
	s      *shard
	sel    *selection // whose alternatives they are; nil for a value that must be there
	choice *choice
	facets []facetID
	column *facetColumn // of the one value asked for; nil for more or for none in this shard
	number uint32
	size   int // passages of the value
	in     *roaring.Bitmap
}

// newFilter prepares a choice in some facets.
func newFilter(s *shard, sel *selection, c *choice, facets []facetID) *filter {
	f := &filter{s: s, sel: sel, choice: c, facets: facets}
	if len(c.refs) != 1 || c.none {
		return f
	}
	r := c.refs[0]
	if k, ok := s.facets[r.facet].ordinal(r.id); ok && int(r.facet) < shownFacets {
		f.column, f.number = s.facets[r.facet], k
		f.size = f.column.met([]uint32{k})
	}
	return f
}

// single reports whether a passage is in it by its one number in the column.
func (f *filter) single() bool { return f.column != nil && !f.column.multi }

// window is the filter as a range of numbers, for n passages; nil where it is not one or where the
// passages of the value are fewer.
func (f *filter) window(n int) *window {
	if !f.single() || n >= f.size || f.column.ordinals.one == nil && f.column.ordinals.two == nil {
		return nil
	}
	return &window{narrow: f.column.ordinals, lo: int64(f.number), hi: int64(f.number)}
}

// among gives those of b that it leaves.
func (f *filter) among(b *roaring.Bitmap) (*roaring.Bitmap, error) {
	if f.in == nil {
		var err error
		if f.in, err = f.choice.passages(f.s, f.facets); err != nil {
			return nil, err
		}
	}
	return f.s.among(b, f.in), nil
}

// among gives those of b that are in the set, for reading only: b itself where the set is all
// there is.
func (s *shard) among(set, b *roaring.Bitmap) *roaring.Bitmap {
	if set == s.live && s.whole() {
		return b
	}
	return roaring.And(set, b)
}
