package indexer

import (
	"maps"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	zap "github.com/blevesearch/zapx/v17"

	"ibid/indexer/fold"
)

// What is written as a segment is one to bleve's own reader: its words in order, the passages of
// each, and no document of its own.
func TestSegmentsAreBleves(t *testing.T) {
	t.Parallel()
	for _, docs := range []int{1, 7, 400} {
		x := open(t, world(81, docs), 0)
		s := x.shards[0]
		want := map[string]*roaring.Bitmap{}
		for i := range uint32(s.n) {
			for _, k := range s.words.passage(i, nil) {
				w := string(s.words.word(k))
				if want[w] == nil {
					want[w] = roaring.New()
				}
				want[w].Add(i)
			}
		}
		seg, err := new(zap.ZapPlugin).Open(s.path(textZap))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = seg.Close() })
		d, err := seg.Dictionary(fieldExact)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		it := d.AutomatonIterator(nil, nil, nil)
		for e, err := it.Next(); e != nil || err != nil; e, err = it.Next() {
			if err != nil { // e.Count is wrong behind a word of one passage, in zapx's own segments too
				t.Fatal(err)
			}
			words = append(words, e.Term)
		}
		if !slices.Equal(words, slices.Sorted(maps.Keys(want))) || seg.Count() != uint64(s.n) {
			t.Errorf("%d words of %d, %d passages of %d", len(words), len(want), seg.Count(), s.n)
		}
		for w, b := range want {
			if got, err := s.text.bitmap([]byte(w)); err != nil || !got.Equals(b) {
				t.Fatalf("%q: %v, want %v (%v)", w, got, b, err)
			}
		}
		if got, err := s.text.bitmap([]byte("nowhere")); err != nil || !got.IsEmpty() {
			t.Errorf("a word that is not there: %v, %v", got, err)
		}
		if id, err := seg.DocID(uint64(s.n - 1)); err != nil || len(id) > 0 {
			t.Errorf("the last document is %q (%v)", id, err)
		}
	}
}

// Pairs, repeats and the words of a stem are what a walk over all passages finds.
func TestPairsAndStemsEqualAWalk(t *testing.T) {
	t.Parallel()
	x := open(t, world(83, 300), 0)
	s := x.shards[0]
	type pair [2]uint32
	want := map[pair]map[uint32]uint32{}
	for i := range uint32(s.n) {
		ranks := unpack(nil, s.words.bytes(i))
		for k := range ranks[:max(len(ranks)-1, 0)] {
			p := pair{ranks[k], ranks[k+1]}
			if want[p] == nil {
				want[p] = map[uint32]uint32{}
			}
			want[p][i]++
		}
	}
	for k := range uint32(s.words.size()) {
		b, err := s.text.bitmap(s.words.word(k))
		if err != nil {
			t.Fatal(err)
		}
		list, look := s.words.wordCounter(s.words.rank[k], b, s.n), s.words.wordCounter(s.words.rank[k], b, 0)
		for i := range uint32(s.n) {
			n := uint32(0)
			for _, w := range s.words.passage(i, nil) {
				if w == k {
					n++
				}
			}
			if got, seen := list.count(i), look.count(i); got != n || seen != n {
				t.Fatalf("%q in %d: %d and %d times, want %d", s.words.word(k), i, got, seen, n)
			}
		}
	}
	n, often := uint32(s.words.size()), 0
	for a := range n {
		for b := range n {
			got, ok, err := s.pairs.of(a, b)
			if err != nil || !ok {
				t.Fatalf("%d %d: %v, %v", a, b, ok, err)
			}
			found := map[uint32]uint32{}
			docs := got.bits.ToArray()
			times := make([]uint32, len(docs))
			got.counter(s.words, true)(docs, times)
			for k, d := range docs {
				if found[d] = times[k]; times[k] > 1 {
					often++
				}
			}
			if !maps.Equal(found, want[pair{a, b}]) {
				t.Fatalf("%d %d: %v, want %v", a, b, found, want[pair{a, b}])
			}
		}
	}
	if _, ok, _ := s.pairs.of(pairWords, 0); ok || often < 100 {
		t.Errorf("a pair beyond the last word is told (%v), %d stand often", ok, often)
	}
	for k := range s.facets[language].size() {
		lang := s.facets[language].value(k).id
		forms := map[string][]uint32{}
		met := map[uint32]bool{}
		for i := range uint32(s.n) {
			for _, w := range s.words.passage(i, nil) {
				if s.languageOf(i) == lang && !met[w] {
					met[w] = true
					stem := fold.Stem(string(s.words.word(w)), lang)
					forms[stem] = append(forms[stem], w)
				}
			}
		}
		for w := range met {
			stem := fold.Stem(string(s.words.word(w)), lang)
			got, err := s.words.stemmed(stemSection(uint32(k), true), string(s.words.word(w)), lang)
			if err != nil || !slices.Equal(got, slices.Sorted(slices.Values(forms[stem]))) {
				t.Fatalf("%s %q: %v, want %v (%v)", lang, stem, got, forms[stem], err)
			}
		}
	}
}
