package indexer

import (
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

// words.col holds the text of every passage as numbers of its folded words, on which phrases
// are verified, and with the codes the text itself (rendering.go):
//
//	text    the words of the shard, in byte order, laid end to end
//	at      uint32 × (w+1): where each word begins in "text", and the end
//	rank    uint32 × w: of each word its place among all by frequency, from 0; words that are
//	        equally frequent go by byte order
//	byrank  uint32 × w: the other way round
//	begins  uint32 × 2(n+1): where each passage begins in "packed" and how many words stand before
//	        it in all, side by side since both are asked for; and the ends
//	packed  the ranks of the words of each passage, in one to six bytes each (packed.go)
//	shared  uint32: the passages two of whose words have a byte in common, in rising order:
//	        one character may fold to several words, as U+FDFA and U+2105 do
//	codes   uint8: for each word of each passage how it looks and what stands behind it, as
//	        package fold describes
//	moreat, more: which words stand more than once in a passage (repeats.go)
//	stems.L uint32 × 2k: for the language of number L in facets.col (in "stems" alone for
//	        passages without a language) its words by stem (stems.go)
//
// A word's number is its place in byte order, so that a prefix is one range of numbers and an
// order of words is one of numbers. In the file words go by frequency, since then half of them
// take one byte and few more than two: 1.5 bytes a word where numbers of four bytes were.

// wordColumn is the open column.
type wordColumn struct {
	col    *column
	text   []byte
	at     []uint32
	rank   []uint32
	byRank []uint32
	begins []uint32
	packed []byte
	shared *roaring.Bitmap
	codes  []fold.Surface
	moreAt []uint32
	more   []byte
}

// openWords opens the column of n passages.
func openWords(path string, n int) (*wordColumn, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	w := &wordColumn{col: col}
	if err := w.load(n); err != nil {
		col.close()
		return nil, err
	}
	return w, nil
}

// load finds the sections.
func (w *wordColumn) load(n int) (err error) {
	if w.text, err = w.col.bytes("text"); err != nil {
		return err
	}
	if w.at, err = numbers[uint32](w.col, "at", -1); err != nil {
		return err
	}
	if len(w.at) == 0 || int(w.at[len(w.at)-1]) != len(w.text) {
		return damaged(w.col.path, "its words do not fill their section")
	}
	for _, s := range []struct {
		name string
		want int
		to   *[]uint32
	}{{"rank", w.size(), &w.rank}, {"byrank", w.size(), &w.byRank}, {"begins", 2 * (n + 1), &w.begins}} {
		if *s.to, err = numbers[uint32](w.col, s.name, s.want); err != nil {
			return err
		}
	}
	if w.packed, err = numbers[byte](w.col, "packed", int(w.begins[2*n])); err != nil {
		return err
	}
	shared, err := numbers[uint32](w.col, "shared", -1)
	if err != nil {
		return err
	}
	w.shared = roaring.BitmapOf(shared...)
	if w.moreAt, err = numbers[uint32](w.col, "moreat", w.size()+1); err != nil {
		return err
	}
	if w.more, err = numbers[byte](w.col, "more", int(w.moreAt[w.size()])); err != nil {
		return err
	}
	w.codes, err = numbers[fold.Surface](w.col, "codes", w.total())
	return err
}

// size is how many words the shard has, each counted once.
func (w *wordColumn) size() int { return len(w.at) - 1 }

// total is how many words all passages have.
func (w *wordColumn) total() int { return int(w.begins[len(w.begins)-1]) }

// apart reports whether no two words of a passage have a byte in common.
func (w *wordColumn) apart(i uint32) bool { return !w.shared.Contains(i) }

// word gives the word of a number, seen in place.
func (w *wordColumn) word(k uint32) []byte { return w.text[w.at[k]:w.at[k+1]] }

// lower gives the first number whose word is not below s.
func (w *wordColumn) lower(s string) uint32 {
	return uint32(sort.Search(w.size(), func(k int) bool { return string(w.word(uint32(k))) >= s }))
}

// numberOf finds a word.
func (w *wordColumn) numberOf(s string) (uint32, bool) {
	k := w.lower(s)
	return k, int(k) < w.size() && string(w.word(k)) == s
}

// prefixRange gives the numbers [lo, hi) of the words that begin with s.
func (w *wordColumn) prefixRange(s string) (lo, hi uint32) {
	lo = w.lower(s)
	n := sort.Search(w.size()-int(lo), func(k int) bool {
		t := w.word(lo + uint32(k))
		return len(t) < len(s) || string(t[:len(s)]) != s
	})
	return lo, lo + uint32(n)
}

// bytes gives the packed ranks of a passage's words.
func (w *wordColumn) bytes(i uint32) []byte { return w.packed[w.begins[2*i]:w.begins[2*i+2]] }

// passage gives the numbers of a passage's words, in buf where there is room.
func (w *wordColumn) passage(i uint32, buf []uint32) []uint32 {
	out := unpack(buf[:0], w.bytes(i))
	for k, r := range out {
		out[k] = w.byRank[r]
	}
	return out
}

// surfaces gives the surfaces of a passage's words.
func (w *wordColumn) surfaces(i uint32) []fold.Surface {
	return w.codes[w.begins[2*i+1]:w.begins[2*i+3]]
}

// length is how many words a passage has.
func (w *wordColumn) length(i uint32) int { return int(w.begins[2*i+3] - w.begins[2*i+1]) }
