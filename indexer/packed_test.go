package indexer

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

func TestRanksComeBack(t *testing.T) {
	t.Parallel()
	lengths := map[int]int{}
	var all []uint32
	var b []byte
	add := func(r uint32) {
		n := len(b)
		b, all = pack(b, r), append(all, r)
		lengths[len(b)-n]++
		if got := unpack(nil, b[n:]); !slices.Equal(got, []uint32{r}) {
			t.Fatalf("rank %d comes back as %v", r, got)
		}
	}
	for r := range uint32(20_000) {
		add(r)
	}
	for _, r := range []uint32{192*65 + 192*64*64 - 1, 192*65 + 192*64*64, 1<<31 - 1, 1<<32 - 1} {
		add(r)
	}
	if !slices.Equal(unpack(nil, b), all) || packedWords(b) != len(all) {
		t.Error("a row of codes is not read as it was written")
	}
	if lengths[1] != 192 || lengths[2] != 192*64 {
		t.Errorf("codes by length: %v", lengths)
	}
}

// Phrases of ranks whose codes end alike, in texts of such ranks.
func TestPackedFinderEqualsAScan(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 5))
	ranks := []uint32{0, 1, 192, 193, 192 * 65, 192*65 + 1, 192*64 + 192}
	draw := func(n int) (list []uint32) {
		for range n {
			list = append(list, ranks[r.IntN(len(ranks))])
		}
		return list
	}
	total := 0
	for range 5000 {
		phrase, text := draw(1+r.IntN(3)), draw(r.IntN(80))
		var b []byte
		for _, k := range text {
			b = pack(b, k)
		}
		want := newPhraseFinder(phrase, 0).count(text)
		f := newPackedFinder(phrase)
		if got := f.count(b); got != want || (f.has(b) > 0) != (want > 0) {
			t.Fatalf("%v in %v: %d times, want %d", phrase, text, got, want)
		}
		set := slices.Compact(slices.Sorted(slices.Values(draw(1 + r.IntN(12)))))
		n := 0
		for _, k := range text {
			if slices.Contains(set, k) {
				n++
			}
		}
		if got := countRanks(b, set); got != n {
			t.Fatalf("%v in %v: %d words, want %d", set, text, got, n)
		}
		total += want
	}
	if total < 5000 {
		t.Errorf("%d places: the test proves little", total)
	}
}

// Bitmaps written from lists are those that roaring writes.
func TestRoaringBytes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 11))
	for range 300 {
		b := roaring.New()
		for range 1 + r.IntN(3) {
			from, step := r.IntN(1<<18), 1+r.IntN(300)
			for k := range r.IntN(9000) {
				b.Add(uint32(from + k*step + r.IntN(step)))
			}
		}
		b.Add(uint32(r.IntN(1 << 20)))
		got := roaring.New()
		bytes := appendRoaring(nil, b.ToArray())
		n, err := got.FromBuffer(bytes)
		if err != nil || int(n) != len(bytes) || !got.Equals(b) {
			t.Fatalf("%d of %d passages come back, %d of %d bytes read (%v)", got.GetCardinality(), b.GetCardinality(), n, len(bytes), err)
		}
		if want, err := b.ToBytes(); err != nil || !slices.Equal(want, bytes) {
			t.Fatalf("%d passages: other bytes than roaring writes (%v)", b.GetCardinality(), err)
		}
	}
}

// FuzzTextRecord holds that a text comes back from its words, codes and record as it was.
func FuzzTextRecord(f *testing.F) {
	for _, s := range []string{"", " ", "On 2 March, nine IS militants were killed.", "(«Ёлка» — 1 145!)", "ﷺ ﷺ", "so\u00adft e\u0301",
		"Don’t; U.S. A", "\ufeffa\u200bb", "İstanbul ISTANBUL straße STRASSE ǆ ǅ Ǆ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := fold.Tokens(nil, text)
		codes := fold.Surfaces(nil, text, tokens)
		record := appendTextRecord(nil, text, tokens, codes)
		p := patches{b: record}
		var got []byte
		switch {
		case len(record) > 0 && record[0] == textWhole:
			if string(record[1:]) != text {
				t.Errorf("%+q is kept as %+q", text, record[1:])
			}
			return
		case len(record) > 0:
			p.b = record[1:]
			got = append(got, p.next()...)
		}
		for i, w := range tokens {
			at := len(got)
			got = p.appendWord(got, []byte(w.Text), codes[i])
			if at != w.Start || at+p.shown != w.End {
				t.Errorf("%+q: %+q comes back at [%d, %d)", text, w.Text, at, at+p.shown)
			}
		}
		if string(got) != text || p.bad || len(p.b) > 0 {
			t.Errorf("%+q comes back as %+q", text, got)
		}
	})
}

// Words close together are those that a look at each two places finds.
func TestCloseTogetherEqualsALook(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 17))
	ranks := []uint32{0, 1, 192, 193, 192 * 65}
	total := 0
	for range 5000 {
		var text []uint32
		var b []byte
		for range r.IntN(40) {
			k := ranks[r.IntN(len(ranks))]
			text, b = append(text, k), pack(b, k)
		}
		first, second := ranks[r.IntN(len(ranks))], ranks[r.IntN(len(ranks))]
		want := 0
		for i, w := range text {
			near := false
			for j, v := range text {
				near = near || i != j && v == second && max(i-j, j-i) <= nearDistance
			}
			if w == first && near {
				want++
			}
		}
		got := closeTogether(b, newPackedFinder([]uint32{first}), newPackedFinder([]uint32{second}))
		if got != want {
			t.Fatalf("%d near %d in %v: %d places, want %d", first, second, text, got, want)
		}
		total += want
	}
	if total < 5000 {
		t.Errorf("%d places: the test proves little", total)
	}
}
