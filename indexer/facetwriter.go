package indexer

import (
	"fmt"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"
)

// facetWriter gathers one facet of a shard.
type facetWriter struct {
	number  map[string]uint32 // in the order of first sight
	values  []value
	offsets []uint32
	numbers []uint32
	multi   bool // a passage has two values
}

// newFacetWriter returns an empty facet.
func newFacetWriter() *facetWriter {
	return &facetWriter{number: map[string]uint32{}, offsets: []uint32{0}}
}

// add appends a passage with its values, each once.
func (w *facetWriter) add(vs []value) {
	for _, v := range vs {
		k, ok := w.number[v.id]
		if !ok {
			k = uint32(len(w.values))
			w.number[v.id] = k
			w.values = append(w.values, v)
		}
		w.values[k] = merged(w.values[k], v)
		w.numbers = append(w.numbers, k)
	}
	w.multi = w.multi || len(vs) > 1
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

// sections closes facet k; final is what order gave, documents the document of each passage.
func (w *facetWriter) sections(
	k int, ids []string, final, documents []uint32,
) ([]section, error) {
	for i, n := range w.numbers {
		w.numbers[i] = final[n]
	}
	var strs []string
	for _, id := range ids {
		v := w.values[w.number[id]]
		strs = append(strs, v.id, v.label, v.parent)
	}
	text, at := joinStrings(strs)
	counts, lists := w.lists(len(ids), documents)
	bits, bitsAt, err := packBitmaps(lists)
	if err != nil {
		return nil, err
	}
	name := func(s string) string { return fmt.Sprintf("%d.%s", k, s) }
	var ordinals, base, rel []byte
	if k < shownFacets {
		ordinals, base, rel = w.ordinals(uint32(len(ids)))
	}
	return []section{
		{name("ordinals"), ordinals}, {name("base"), base}, {name("starts"), rel},
		{name("counts"), rawNumbers(counts)}, {name("text"), text}, {name("at"), rawNumbers(at)},
		{name("bits"), bits}, {name("bitsat"), rawNumbers(bitsAt)},
	}, nil
}

// lists sorts the values of each passage, counts them and gives the passages of each value and
// then of none.
func (w *facetWriter) lists(values int, documents []uint32) (counts []uint32, lists [][]uint32) {
	met := make([]counted, values+1)
	for d := range len(w.offsets) - 1 {
		list := w.numbers[w.offsets[d]:w.offsets[d+1]]
		slices.Sort(list)
		for _, v := range list {
			met[v].add(documents[d] + 1)
		}
		if len(list) == 0 {
			met[values].add(documents[d] + 1)
		}
	}
	total := 0
	for _, c := range met {
		counts = append(counts, c.passages, c.documents)
		total += int(c.passages)
	}
	room := make([]uint32, total)
	for _, c := range met {
		lists = append(lists, room[:0:c.passages])
		room = room[c.passages:]
	}
	for d := range len(w.offsets) - 1 {
		list := w.numbers[w.offsets[d]:w.offsets[d+1]]
		for _, v := range list {
			lists[v] = append(lists[v], uint32(d))
		}
		if len(list) == 0 {
			lists[values] = append(lists[values], uint32(d))
		}
	}
	return counts, lists
}

// ordinals gives the values of the passages and, if one has two, where those of each begin.
func (w *facetWriter) ordinals(none uint32) (ordinals, base, rel []byte) {
	if w.multi {
		base, rel = packStarts(w.offsets)
		return narrowNumbers(w.numbers), base, rel
	}
	one := make([]uint32, len(w.offsets)-1)
	for d := range one {
		one[d] = none
		if w.offsets[d] < w.offsets[d+1] {
			one[d] = w.numbers[w.offsets[d]]
		}
	}
	return narrowNumbers(one), nil, nil
}

// packBitmaps lays lists of passages end to end as bitmaps, with where each begins.
func packBitmaps(lists [][]uint32) (bits []byte, at []uint32, err error) {
	at = []uint32{0}
	for _, list := range lists {
		b := roaring.BitmapOf(list...)
		b.RunOptimize()
		raw, err := b.ToBytes()
		if err != nil {
			return nil, nil, err
		}
		bits = append(bits, raw...)
		bits = append(bits, make([]byte, roundUp(len(bits))-len(bits))...)
		at = append(at, uint32(len(bits)))
	}
	return bits, at, nil
}
