package indexer

import (
	"fmt"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// facets.col holds the values of every facet twice: by passage, to count them over a set of
// hits, and by value, to filter. Values are numbered in byte order of their ids within the
// facet and the shard. For facet k, counted from 0 in the order of facetID, with v values:
//
//	k.offsets  uint32 × (n+1): where each passage begins in "k.ordinals", and the end
//	k.ordinals uint32: the values of each passage, rising
//	k.text     id, label and parent of each value, laid end to end
//	k.at       uint32 × (3v+1): where each of these begins, and the end
//	k.bits     roaring bitmaps in their portable form: one a value, then that of the passages
//	           without any; each begins at a multiple of 8
//	k.bitsat   uint32 × (v+2): where each bitmap begins, and the end
//
// An id of a parent need not be a value of the same facet: a republic's parent is a country.

// facetWriter gathers one facet of a shard.
type facetWriter struct {
	number  map[string]uint32 // in the order of first sight
	values  []value
	bits    []*roaring.Bitmap
	none    *roaring.Bitmap
	offsets []uint32
	numbers []uint32
}

// newFacetWriter returns an empty facet.
func newFacetWriter() *facetWriter {
	return &facetWriter{number: map[string]uint32{}, none: roaring.New(), offsets: []uint32{0}}
}

// add appends a passage with its values, each once.
func (w *facetWriter) add(vs []value) {
	doc := uint32(len(w.offsets) - 1)
	for _, v := range vs {
		k, ok := w.number[v.id]
		if !ok {
			k = uint32(len(w.values))
			w.number[v.id] = k
			w.values = append(w.values, v)
			w.bits = append(w.bits, roaring.New())
		}
		w.values[k] = merged(w.values[k], v)
		w.bits[k].Add(doc)
		w.numbers = append(w.numbers, k)
	}
	if len(vs) == 0 {
		w.none.Add(doc)
	}
	w.offsets = append(w.offsets, uint32(len(w.numbers)))
}

// order gives, for each number of first sight, the place of its id in byte order.
func (w *facetWriter) order() (ids []string, final []uint32) {
	for _, v := range w.values {
		ids = append(ids, v.id)
	}
	sort.Strings(ids)
	final = make([]uint32, len(ids))
	for i, id := range ids {
		final[w.number[id]] = uint32(i)
	}
	return ids, final
}

// sections closes facet k; final is what order gave.
func (w *facetWriter) sections(k int, ids []string, final []uint32) ([]section, error) {
	for d := range len(w.offsets) - 1 {
		list := w.numbers[w.offsets[d]:w.offsets[d+1]]
		for i := range list {
			list[i] = final[list[i]]
		}
		sort.Slice(list, func(i, j int) bool { return list[i] < list[j] })
	}
	var strs []string
	var bits []byte
	bitsAt := []uint32{0}
	for _, id := range append(ids, "") {
		bm := w.none
		if len(bitsAt) <= len(ids) {
			v := w.values[w.number[id]]
			strs = append(strs, v.id, v.label, v.parent)
			bm = w.bits[w.number[id]]
		}
		bm.RunOptimize()
		b, err := bm.ToBytes()
		if err != nil {
			return nil, err
		}
		bits = append(bits, b...)
		bits = append(bits, make([]byte, roundUp(len(bits))-len(bits))...)
		bitsAt = append(bitsAt, uint32(len(bits)))
	}
	text, at := joinStrings(strs)
	name := func(s string) string { return fmt.Sprintf("%d.%s", k, s) }
	return []section{
		{name("offsets"), rawNumbers(w.offsets)}, {name("ordinals"), rawNumbers(w.numbers)},
		{name("text"), text}, {name("at"), rawNumbers(at)},
		{name("bits"), bits}, {name("bitsat"), rawNumbers(bitsAt)},
	}, nil
}

// facetColumn is one open facet of a shard.
type facetColumn struct {
	path     string
	offsets  []uint32
	ordinals []uint32
	text     []byte
	at       []uint32
	bits     []byte
	bitsAt   []uint32
}

// loadFacet finds facet k of n passages in its open file.
func loadFacet(c *column, k, n int) (f *facetColumn, err error) {
	f = &facetColumn{path: c.path}
	name := func(s string) string { return fmt.Sprintf("%d.%s", k, s) }
	if f.offsets, err = numbers[uint32](c, name("offsets"), n+1); err != nil {
		return nil, err
	}
	if f.ordinals, err = numbers[uint32](c, name("ordinals"), int(f.offsets[n])); err != nil {
		return nil, err
	}
	if f.text, err = c.bytes(name("text")); err != nil {
		return nil, err
	}
	if f.at, err = numbers[uint32](c, name("at"), -1); err != nil {
		return nil, err
	}
	if f.bits, err = c.bytes(name("bits")); err != nil {
		return nil, err
	}
	if f.bitsAt, err = numbers[uint32](c, name("bitsat"), len(f.at)/3+2); err != nil {
		return nil, err
	}
	if len(f.at)%3 != 1 || int(f.at[len(f.at)-1]) != len(f.text) {
		return nil, damaged(c.path, "the values of facet %d do not fill their section", k)
	}
	return f, nil
}

// size is how many values the facet has in this shard.
func (f *facetColumn) size() int { return len(f.at) / 3 }

// of gives the values of a passage.
func (f *facetColumn) of(i uint32) []uint32 { return f.ordinals[f.offsets[i]:f.offsets[i+1]] }

// value copies a value out of the file.
func (f *facetColumn) value(k int) value {
	s := func(i int) string { return string(f.text[f.at[3*k+i]:f.at[3*k+i+1]]) }
	return value{s(0), s(1), s(2)}
}

// ordinal finds a value by its id.
func (f *facetColumn) ordinal(id string) (uint32, bool) {
	at := func(k int) string { return string(f.text[f.at[3*k]:f.at[3*k+1]]) }
	k := sort.Search(f.size(), func(k int) bool { return at(k) >= id })
	return uint32(k), k < f.size() && at(k) == id
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
