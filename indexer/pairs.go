package indexer

import (
	"encoding/binary"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// pairs.col says where two frequent words stand side by side, so that a phrase of such words need
// not be looked for in the many passages that hold them somewhere. The words are those of the
// first k ranks; of any two of them that is not listed there is no passage.
//
//	words  uint32: k
//	first  uint32 × (k+1): for each first word, by rank, where its pairs begin, and the end
//	second uint16 × p: the rank of the second word of each pair, rising under one first word
//	at     uint64 × (p+1): where each pair begins in "lists", and the end
//	lists  for each pair: varint n of its passages; varint m of those in which it stands more
//	       than once, and m × (varint passage less the one before, varint how often less 2);
//	       then its passages: below pairListed of them n × varint passage less the one before,
//	       else a roaring bitmap

const (
	pairWords  = 1536 // the most words that are paired
	pairListed = 256  // the passages from which on a pair has a bitmap
	// pairsAtOnce bounds the pairs that are listed in one pass over the text: 256 MB of places.
	pairsAtOnce = 64 << 20
)

// pairSections finds the pairs of a shard.
func (w *wordWriter) pairSections(v *vocabulary) []section {
	k := uint32(min(pairWords, len(v.order)))
	from := make([]uint64, k*k+1)
	w.eachPair(v, k, func(pair, _ uint32) { from[pair+1]++ })
	for i := range k * k {
		from[i+1] += from[i]
	}
	var lists []byte
	var second []uint16
	first := []uint32{0}
	at := []uint64{0}
	for lo := uint32(0); lo < k; {
		hi := lo + 1
		for hi < k && from[(hi+1)*k]-from[lo*k] <= pairsAtOnce {
			hi++
		}
		docs := w.pairDocs(v, k, from[lo*k:hi*k+1], lo*k)
		for a := lo; a < hi; a++ {
			for b := range k {
				list := docs[from[a*k+b]-from[lo*k] : from[a*k+b+1]-from[lo*k]]
				if len(list) > 0 {
					lists = appendPair(lists, list)
					second, at = append(second, uint16(b)), append(at, uint64(len(lists)))
				}
			}
			first = append(first, uint32(len(second)))
		}
		lo = hi
	}
	return []section{
		{"words", rawNumbers([]uint32{k})}, {"first", rawNumbers(first)}, {"second", rawNumbers(second)},
		{"at", rawNumbers(at)}, {"lists", lists},
	}
}

// pairDocs gives the passages of the pairs from lo on, a passage for each time a pair stands. from
// says where each begins in the list over all pairs, and where the last one ends.
func (w *wordWriter) pairDocs(v *vocabulary, k uint32, from []uint64, lo uint32) []uint32 {
	n := uint32(len(from) - 1)
	docs := make([]uint32, from[n]-from[0])
	next := make([]uint32, n)
	for i := range next {
		next[i] = uint32(from[i] - from[0])
	}
	w.eachPair(v, k, func(pair, doc uint32) {
		if pair -= lo; pair < n { // below lo it is a large number
			docs[next[pair]] = doc
			next[pair]++
		}
	})
	return docs
}

// eachPair calls f for each two words of the first k ranks that stand side by side, in the order
// of the passages: with the rank of the first, times k, plus that of the second.
func (w *wordWriter) eachPair(v *vocabulary, k uint32, f func(pair, doc uint32)) {
	w.seq.passages(w.first, func(i uint32, list []uint32) {
		before := k
		for _, n := range list {
			r := v.rank[n]
			if r < k && before < k {
				f(before*k+r, i)
			}
			before = r
		}
	})
}

// appendPair appends a pair, given by a passage for each time it stands.
func appendPair(dst []byte, list []uint32) []byte {
	docs := list[:0]
	var more [][2]uint32
	for i := 0; i < len(list); {
		n := 1
		for i+n < len(list) && list[i+n] == list[i] {
			n++
		}
		if n > 1 {
			more = append(more, [2]uint32{list[i], uint32(n)})
		}
		d := list[i]
		i += n
		docs = append(docs, d)
	}
	dst = binary.AppendUvarint(dst, uint64(len(docs)))
	dst = binary.AppendUvarint(dst, uint64(len(more)))
	last := uint32(0)
	for _, m := range more {
		dst = binary.AppendUvarint(dst, uint64(m[0]-last))
		dst = binary.AppendUvarint(dst, uint64(m[1]-2))
		last = m[0]
	}
	if len(docs) >= pairListed {
		return appendRoaring(dst, docs)
	}
	last = 0
	for _, d := range docs {
		dst = binary.AppendUvarint(dst, uint64(d-last))
		last = d
	}
	return dst
}

// pairColumn is the open column.
type pairColumn struct {
	col    *column
	words  uint32
	first  []uint32
	second []uint16
	at     []uint64
	lists  []byte
}

// openPairs opens the column.
func openPairs(path string) (*pairColumn, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	p := &pairColumn{col: col}
	if err := p.load(); err != nil {
		col.close()
		return nil, err
	}
	return p, nil
}

// load finds the sections.
func (p *pairColumn) load() error {
	k, err := numbers[uint32](p.col, "words", 1)
	if err != nil {
		return err
	}
	p.words = k[0]
	if p.first, err = numbers[uint32](p.col, "first", int(p.words)+1); err != nil {
		return err
	}
	n := int(p.first[p.words])
	if p.second, err = numbers[uint16](p.col, "second", n); err != nil {
		return err
	}
	if p.at, err = numbers[uint64](p.col, "at", n+1); err != nil {
		return err
	}
	p.lists, err = numbers[byte](p.col, "lists", int(p.at[n]))
	return err
}

// of gives where two words, by rank, stand side by side; false when they are not paired.
func (p *pairColumn) of(a, b uint32) (*tally, bool, error) {
	if a >= p.words || b >= p.words {
		return nil, false, nil
	}
	lo, hi := p.first[a], p.first[a+1]
	for lo < hi {
		if mid := (lo + hi) / 2; uint32(p.second[mid]) < b {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == p.first[a+1] || uint32(p.second[lo]) != b {
		return &tally{bits: roaring.New()}, true, nil
	}
	t, err := p.list(lo)
	return t, true, err
}

// list reads a pair.
func (p *pairColumn) list(i uint32) (*tally, error) {
	r := &uvarintReader{b: p.lists[p.at[i]:p.at[i+1]]}
	n, m := r.next(), r.next()
	if n > uint64(len(r.b))*8 || m > n {
		return nil, p.damaged(i)
	}
	t := &tally{bits: roaring.New()}
	if m > 0 {
		t.listed = &repeats{r: *r, left: m}
	}
	if r.skip(2 * m); r.bad {
		return nil, p.damaged(i)
	}
	if n >= pairListed {
		if _, err := t.bits.FromBuffer(r.b[r.at:]); err != nil {
			return nil, p.damaged(i)
		}
		return t, nil
	}
	docs := make([]uint32, n)
	last := uint32(0)
	for k := range docs {
		last += uint32(r.next())
		docs[k] = last
	}
	t.bits.AddMany(docs)
	if r.bad {
		return nil, p.damaged(i)
	}
	return t, nil
}

// damaged is the error of a pair that cannot be read.
func (p *pairColumn) damaged(i uint32) error { return damaged(p.col.path, "pair %d is not whole", i) }

// uvarintReader reads numbers one after the other and remembers when they leave the bytes.
type uvarintReader struct {
	b   []byte
	at  int
	bad bool
}

// next reads a varint.
func (r *uvarintReader) next() uint64 {
	v, n := binary.Uvarint(r.b[min(r.at, len(r.b)):])
	r.at += max(n, 0)
	r.bad = r.bad || n <= 0
	return v
}

// skip goes over n varints: eight bytes at a time it counts those that end one.
func (r *uvarintReader) skip(n uint64) {
	for n >= 8 && r.at+8 <= len(r.b) {
		ends := ^binary.LittleEndian.Uint64(r.b[r.at:]) & 0x8080_8080_8080_8080
		r.at += 8
		n -= uint64(bits.OnesCount64(ends))
	}
	for n > 0 && r.at < len(r.b) {
		if r.b[r.at] < 0x80 {
			n--
		}
		r.at++
	}
	r.bad = r.bad || n > 0
}
