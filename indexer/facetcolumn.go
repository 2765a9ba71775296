package indexer

import (
	"fmt"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// facets.col holds the values of every facet twice: by passage, to count them over a set of
// hits, and by value, to filter; and their counts over all passages. Values are numbered in
// byte order of their ids within the facet and the shard. One section is of the shard:
//
//	documents uint32: how many documents have a passage
//
// For facet k, counted from 0 in the order of facetID, with v values over n passages:
//
//	k.ordinals narrow (narrow.go). Where no passage has two values, one number for each
//	           passage: its value, or v for none. Else the values of each passage, rising.
//	           Of no bytes for the hidden facets, which are never counted
//	k.base     where each passage begins in "k.ordinals", as narrow.go says; of no bytes where
//	k.starts   no passage has two values
//	k.counts   uint32 × 2(v+1): passages and documents of each value, then of none, those
//	           withdrawn later included
//	k.text     id, label and parent of each value, laid end to end
//	k.at       uint32 × (3v+1): where each of these begins, and the end
//	k.bits     roaring bitmaps in their portable form: one a value, then that of the passages
//	           without any; each begins at a multiple of 8
//	k.bitsat   uint32 × (v+2): where each bitmap begins, and the end
//
// An id of a parent need not be a value of the same facet: a republic's parent is a country.

// facetColumn is one open facet of a shard.
type facetColumn struct {
	path     string
	n        int  // passages
	multi    bool // some passage has two values
	starts   starts
	ordinals narrow
	counts   []uint32
	text     []byte
	at       []uint32
	bits     []byte
	bitsAt   []uint32
}

// loadFacet finds facet k of n passages in its open file.
func loadFacet(c *column, k, n int) (f *facetColumn, err error) {
	f = &facetColumn{path: c.path, n: n}
	name := func(s string) string { return fmt.Sprintf("%d.%s", k, s) }
	if f.at, err = numbers[uint32](c, name("at"), -1); err != nil {
		return nil, err
	}
	if f.text, err = c.bytes(name("text")); err != nil {
		return nil, err
	}
	if len(f.at)%3 != 1 || int(f.at[len(f.at)-1]) != len(f.text) {
		return nil, damaged(c.path, "the values of facet %d do not fill their section", k)
	}
	if f.counts, err = numbers[uint32](c, name("counts"), 2*(f.size()+1)); err != nil {
		return nil, err
	}
	if f.bits, err = c.bytes(name("bits")); err != nil {
		return nil, err
	}
	if f.bitsAt, err = numbers[uint32](c, name("bitsat"), f.size()+2); err != nil {
		return nil, err
	}
	if k >= shownFacets {
		return f, nil
	}
	return f, f.loadOrdinals(c, name)
}

// loadOrdinals finds the values of the passages.
func (f *facetColumn) loadOrdinals(c *column, name func(string) string) (err error) {
	base, err := c.bytes(name("base"))
	if err != nil {
		return err
	}
	entries := f.n
	if f.multi = len(base) > 0; f.multi {
		if f.starts, err = loadStarts(c, name("base"), name("starts"), f.n); err != nil {
			return err
		}
		entries = int(f.starts.at(uint32(f.n)))
	}
	f.ordinals, err = loadNarrow(c, name("ordinals"), entries)
	return err
}

// size is how many values the facet has in this shard.
func (f *facetColumn) size() int { return len(f.at) / 3 }

// of gives the values of a passage in a facet that is shown.
func (f *facetColumn) of(i uint32) []uint32 { return f.values(nil, i) }

// values appends the values of a passage in a facet that is shown to a list.
func (f *facetColumn) values(to []uint32, i uint32) []uint32 {
	if !f.multi {
		if k := f.ordinals.at(i); int(k) < f.size() {
			to = append(to, k)
		}
		return to
	}
	from, end := f.starts.list(i)
	for ; from < end; from++ {
		to = append(to, f.ordinals.at(from))
	}
	return to
}

// value copies a value out of the file.
func (f *facetColumn) value(k int) value {
	s := func(i int) string { return string(f.text[f.at[3*k+i]:f.at[3*k+i+1]]) }
	return value{s(0), s(1), s(2)}
}

// id copies the id of a value out of the file.
func (f *facetColumn) id(k int) string { return string(f.text[f.at[3*k]:f.at[3*k+1]]) }

// ordinal finds a value by its id.
func (f *facetColumn) ordinal(id string) (uint32, bool) {
	at := func(k int) []byte { return f.text[f.at[3*k]:f.at[3*k+1]] }
	k := sort.Search(f.size(), func(k int) bool { return string(at(k)) >= id })
	return uint32(k), k < f.size() && string(at(k)) == id
}

// bitmap gives the passages of a value, for reading only.
func (f *facetColumn) bitmap(k uint32) (*roaring.Bitmap, error) {
	b := roaring.New()
	if _, err := b.FromBuffer(f.bits[f.bitsAt[k]:f.bitsAt[k+1]]); err != nil {
		return nil, damaged(f.path, "a bitmap of its values: %w", err)
	}
	return b, nil
}

// none gives the passages without any value, for reading only.
func (f *facetColumn) none() (*roaring.Bitmap, error) { return f.bitmap(uint32(f.size())) }
