package indexer

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// words.col also says which words stand more than once in a passage, since to count a frequent
// word for the rank of a hundred thousand hits is to fetch all of their words:
//
//	moreat uint32 × (w+1): for the word of each rank, where its list begins in "more", and the end
//	more   for each word: varint n of the passages that have it more than once, and n × (varint
//	       passage less the one before, varint how often less 2); nothing when n is 0

// repeatSections lists the words that repeat.
func (w *wordWriter) repeatSections(v *vocabulary) ([]section, error) {
	last := make([]uint32, len(w.words))  // of each word: the passage met last, plus one
	times := make([]uint32, len(w.words)) // how often there
	lists := make([]repeatList, len(w.words))
	var again []uint32
	w.seq.passages(w.first, func(i uint32, list []uint32) {
		again = again[:0]
		for _, k := range list {
			if last[k] != i+1 {
				last[k], times[k] = i+1, 1
				continue
			}
			if times[k]++; times[k] == 2 {
				again = append(again, k)
			}
		}
		for _, k := range again {
			lists[k].add(i, times[k])
		}
	})
	var more []byte
	at := []uint32{0}
	for _, k := range v.byRank {
		if l := &lists[k]; l.n > 0 {
			more = binary.AppendUvarint(more, l.n)
			more = append(more, l.b...)
		}
		if len(more) > maxPacked {
			return nil, errShardFull()
		}
		at = append(at, uint32(len(more)))
	}
	return []section{{"moreat", rawNumbers(at)}, {"more", more}}, nil
}

// repeatList is the list of one word.
type repeatList struct {
	n    uint64
	last uint32
	b    []byte
}

// add appends a passage.
func (l *repeatList) add(i, times uint32) {
	l.b = binary.AppendUvarint(l.b, uint64(i-l.last))
	l.b = binary.AppendUvarint(l.b, uint64(times-2))
	l.n, l.last = l.n+1, i
}

// repeats reads the list of a word along passages in rising order.
type repeats struct {
	r       uvarintReader
	left    uint64 // behind the one at hand
	passage uint32
	times   uint32
}

// repeats starts to read the list of a word by its rank.
func (w *wordColumn) repeats(rank uint32) *repeats {
	c := &repeats{r: uvarintReader{b: w.more[w.moreAt[rank]:w.moreAt[rank+1]]}}
	if len(c.r.b) > 0 {
		c.left = c.r.next()
		c.next()
	}
	return c
}

// next goes on to the next passage; behind the last times is 0.
func (c *repeats) next() {
	if c.left == 0 || c.r.bad {
		c.times = 0
		return
	}
	c.left--
	c.passage += uint32(c.r.next())
	c.times = uint32(c.r.next()) + 2
}

// begun is a reader of its own at the first passage.
func (c *repeats) begun() *repeats {
	out := *c
	out.next()
	return &out
}

// in gives how often the word stands in a passage that has it; passages are asked in rising order.
func (c *repeats) in(d uint32) uint32 {
	for c.times > 0 && c.passage < d {
		c.next()
	}
	if c.times > 0 && c.passage == d {
		return c.times
	}
	return 1
}

// wordCounter counts one word along passages in rising order.
type wordCounter struct {
	has *members
	in  *repeats // nil where looking into the few passages asked about is cheaper
	w   *wordColumn
	one *packedFinder
}

// lookCost is how much dearer it is to look for a word in a passage than to read one of a list.
const lookCost = 16

// wordCounter prepares to count a word in about some number of passages.
func (w *wordColumn) wordCounter(rank uint32, bits *roaring.Bitmap, about int) *wordCounter {
	c := &wordCounter{has: newMembers(bits), w: w}
	if c.in = w.repeats(rank); c.in.left/lookCost > uint64(about) {
		c.in, c.one = nil, newPackedFinder([]uint32{rank})
	}
	return c
}

// count gives how often the word stands in a passage.
func (c *wordCounter) count(d uint32) uint32 {
	switch {
	case !c.has.has(d):
		return 0
	case c.in != nil:
		return c.in.in(d)
	}
	return uint32(c.one.count(c.w.bytes(d)))
}
