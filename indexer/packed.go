package indexer

import (
	"bytes"
	"slices"
)

// Ranks of words are packed as dense codes (Brisaboa, Fariña, Navarro and Esteller, "(S,C)-Dense
// Coding", SPIRE 2003): a code is bytes of packStop and above, which go on, and one byte below,
// which ends it. The 192 most frequent words take one byte, the next 12,288 two, the next
// 786,432 three. Codes are numbers in base 64 above a last digit in base 192, without waste: the
// codes of two bytes go on where those of one end.
//
// So a phrase is found as a run of bytes. Where the run begins behind a byte that ends a code it
// is the phrase; behind another it is the rest of a longer code.

const (
	packStop    = 192            // bytes below end a code
	packGo      = 256 - packStop // bytes that go on
	packLongest = 6              // bytes of the longest code
)

// pack appends the code of a rank.
func pack(dst []byte, rank uint32) []byte {
	var code [packLongest]byte
	at := len(code) - 1
	code[at] = byte(rank % packStop)
	for rank /= packStop; rank > 0; rank /= packGo {
		rank--
		at--
		code[at] = byte(packStop + rank%packGo)
	}
	return append(dst, code[at:]...)
}

// unpack appends the ranks of whole codes.
func unpack(dst []uint32, b []byte) []uint32 {
	var r uint32
	for _, c := range b {
		if c < packStop {
			dst, r = append(dst, r*packStop+uint32(c)), 0
			continue
		}
		r = r*packGo + uint32(c-packStop) + 1
	}
	return dst
}

// unpackSome appends the ranks of the first n codes and gives the bytes behind them.
func unpackSome(dst []uint32, b []byte, n int) ([]uint32, []byte) {
	var r uint32
	for i := 0; n > 0; i++ {
		c := b[i]
		if c >= packStop {
			r = r*packGo + uint32(c-packStop) + 1
			continue
		}
		dst, r = append(dst, r*packStop+uint32(c)), 0
		if n--; n == 0 {
			return dst, b[i+1:]
		}
	}
	return dst, b
}

// packedWords counts the words of whole codes.
func packedWords(b []byte) int {
	n := 0
	for _, c := range b {
		if c < packStop {
			n++
		}
	}
	return n
}

// packedFinder finds a phrase, words side by side, in packed passages.
type packedFinder struct {
	ranks []uint32
	run   []byte // the codes of the phrase
	head  int    // bytes of the first
}

// newPackedFinder prepares a phrase of at least one word, given by ranks.
func newPackedFinder(ranks []uint32) *packedFinder {
	f := &packedFinder{ranks: ranks, head: len(pack(nil, ranks[0]))}
	for _, r := range ranks {
		f.run = pack(f.run, r)
	}
	return f
}

// packedFinder prepares a phrase; false when the shard lacks one of its words.
func (w *wordColumn) packedFinder(words []string) (*packedFinder, bool) {
	ranks, ok := w.numbersOf(words)
	if !ok {
		return nil, false
	}
	for i, k := range ranks {
		ranks[i] = w.rank[k]
	}
	return newPackedFinder(ranks), true
}

// next gives where the first occurrence at or behind a place of b begins; -1 for none.
func (f *packedFinder) next(b []byte, at int) int {
	for {
		k := bytes.Index(b[at:], f.run)
		if k < 0 {
			return -1
		}
		at += k
		if at == 0 || b[at-1] < packStop {
			return at
		}
		at++
	}
}

// count is how often the phrase occurs; occurrences may overlap.
func (f *packedFinder) count(b []byte) int {
	n := 0
	for at := f.next(b, 0); at >= 0; at = f.next(b, at+f.head) {
		n++
	}
	return n
}

// has is 1 when the phrase occurs, else 0.
func (f *packedFinder) has(b []byte) int {
	if f.next(b, 0) < 0 {
		return 0
	}
	return 1
}

// ranksOf gives the ranks of words, rising.
func (w *wordColumn) ranksOf(words []uint32) []uint32 {
	ranks := make([]uint32, len(words))
	for i, n := range words {
		ranks[i] = w.rank[n]
	}
	slices.Sort(ranks)
	return ranks
}

// countRanks counts the words of a passage that are of some ranks, rising.
func countRanks(b []byte, ranks []uint32) int {
	n := 0
	var r uint32
	for _, c := range b {
		if c >= packStop {
			r = r*packGo + uint32(c-packStop) + 1
			continue
		}
		r = r*packStop + uint32(c)
		if len(ranks) > 8 {
			if _, ok := slices.BinarySearch(ranks, r); ok {
				n++
			}
		} else {
			for _, x := range ranks {
				if x == r {
					n++
					break
				}
			}
		}
		r = 0
	}
	return n
}
