package indexer

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Lists of all densities, also empty ones, joined by bits and by merging.
func TestUnionsEqualMerging(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 4))
	bits := 0
	for range 300 {
		var list []*roaring.Bitmap
		n := 1 + r.IntN(300_000)
		for range r.IntN(6) {
			b := roaring.New()
			for range r.IntN(1 + n/(1+r.IntN(300))) {
				b.Add(uint32(r.IntN(n)))
			}
			list = append(list, b)
		}
		want := roaring.FastOr(list...)
		if got := union(list); !got.Equals(want) {
			t.Fatalf("%d lists below %d: %d passages, want %d", len(list), n, got.GetCardinality(), want.GetCardinality())
		}
		if len(list) > 0 && !want.IsEmpty() {
			bits++
			if got := joinBits(list, int(want.Maximum())+1); !got.Equals(want) {
				t.Fatalf("%d lists below %d by bits: %d passages, want %d", len(list), n, got.GetCardinality(),
					want.GetCardinality())
			}
		}
	}
	if bits < 100 {
		t.Errorf("%d unions by bits: the test proves little", bits)
	}
}

// Windows of days at, across and beyond both ends of the events, of a day and of many, possible
// and certain.
func TestPickedDaysEqualALook(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 2))
	picked := 0
	for round := range 400 {
		e := &eventColumn{starts: starts{single: true}, epoch: int64(r.IntN(20000) - 10000)}
		long := []uint32{0, 30, 365, 40000}[round%4] // days of the longest event
		n, days := 1+r.IntN(2000), []int{200, 60000}[round/4%2]
		var start, kind []uint32
		for range n {
			start, kind = append(start, uint32(r.IntN(days))), append(kind, uint32(r.IntN(2)))
		}
		e.kinds = []uint32{0, 0, 0, long, 0, 0}
		e.setLongest()
		e.start, e.kind = narrowOf(start), narrowOf(kind)
		s := &shard{openFiles: &openFiles{}}
		s.events = e
		day := func() *corpus.Day {
			if r.IntN(5) == 0 {
				return nil
			}
			d := corpus.Day(e.epoch + int64(r.IntN(days+2000)-1000))
			return &d
		}
		f := &dateFilter{ranges: []query.DateRange{{From: day(), To: day()}}, certain: round%3 == 0}
		all := roaring.New()
		for i := range n {
			if r.IntN(4) > 0 {
				all.Add(uint32(i))
			}
		}
		want := pick(all, func(i uint32) bool { return f.of(s, i) })
		if got := f.pick(s, all); !got.Equals(want) {
			t.Fatalf("round %d: %d of %d passages, want %d", round, got.GetCardinality(), n, want.GetCardinality())
		}
		picked += int(want.GetCardinality())
	}
	if picked < 10_000 {
		t.Errorf("%d passages picked: the test proves little", picked)
	}
}

// narrowOf is numbers as a column has them.
func narrowOf(v []uint32) (p narrow) {
	b := narrowNumbers(v)
	switch len(b) {
	case len(v):
		p.one = b
	case 2 * len(v):
		p.two = castNumbers[uint16](b)
	case 4 * len(v):
		p.four = v
	}
	return p
}

// Skipping numbers ends where reading them does.
func FuzzSkippedVarints(f *testing.F) {
	var long []byte
	for i := range uint64(40) {
		long = binary.AppendUvarint(long, 1<<i)
	}
	f.Add(long, uint64(33))
	f.Add([]byte{1, 2, 3}, uint64(2))
	f.Add([]byte{0x80, 0x80}, uint64(1))
	f.Fuzz(func(t *testing.T, b []byte, n uint64) {
		n %= 1000
		skipped, read := uvarintReader{b: b}, uvarintReader{b: b}
		skipped.skip(n)
		for range n {
			if v, k := binary.Uvarint(b[read.at:]); k < 0 && v == 0 {
				return // a number of more than 64 bits, which nobody writes
			}
			read.next()
		}
		if skipped.bad != read.bad || !read.bad && skipped.at != read.at {
			t.Fatalf("%d of % x: at %d (%v), want %d (%v)", n, b, skipped.at, skipped.bad, read.at, read.bad)
		}
	})
}
