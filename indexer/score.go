package indexer

import (
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// scorer gives hits their scores, a block at a time, in rising order.
type scorer struct {
	t      *part
	r      *ranking
	leaves []weighed
	pairs  []weighed
	out    []float64
	often  []uint32
	length []float64
	known  []float64 // of a query of one leaf: the scores met, by length and occurrences
}

// weighed is something that counts in the rank, with a way to count it.
type weighed struct {
	leaf   int // -1 for a pair
	weight float64
	count  counter
}

// counter fills in how often something occurs in passages. Calls go on in rising order.
type counter func(docs, often []uint32)

// What a scorer remembers the scores of.
const (
	knownLength = 512
	knownTimes  = 4
	knownFrom   = 256 // hits
)

// scorer starts to score.
func (t *part) scorer(r *ranking) (*scorer, error) {
	s := &scorer{t: t, r: r}
	for k, l := range t.p.leaves {
		if l.first != k {
			continue
		}
		c, err := t.counter(l)
		if err != nil {
			return nil, err
		}
		s.leaves = append(s.leaves, weighed{k, r.idf[k], c})
	}
	for k, found := range t.pairs {
		s.pairs = append(s.pairs, weighed{-1, nearWeight * r.pairIDF[k], found.counter(t.s.words, false)})
	}
	one := len(s.leaves) == 1 && len(s.pairs) == 0 && len(t.eval.within) == 0
	if one && t.hits.GetCardinality() > knownFrom {
		s.known = make([]float64, knownLength*knownTimes)
	}
	return s, nil
}

// scores gives the rounded scores of some hits. They hold until the next call.
func (s *scorer) scores(docs []uint32) []float64 {
	n := len(docs)
	s.out, s.often, s.length = resized(s.out, n), resized(s.often, n), resized(s.length, n)
	if s.known != nil {
		s.single(docs)
		return s.out
	}
	clear(s.out)
	for i, d := range docs {
		s.length[i] = s.t.relativeLength(s.r, d)
	}
	for _, w := range slices.Concat(s.leaves, s.pairs) {
		w.count(docs, s.often)
		for i, f := range s.often {
			if f > 0 && (w.leaf < 0 || s.t.counts(w.leaf, docs[i])) {
				s.out[i] += w.weight * saturated(int(f), s.length[i])
			}
		}
	}
	for i := range s.out {
		s.out[i] = rounded(s.out[i])
	}
	return s.out
}

// single scores the hits of a query of one leaf: of a million hits a few hundred scores differ.
func (s *scorer) single(docs []uint32) {
	w := &s.leaves[0]
	w.count(docs, s.often)
	words := s.t.s.words
	for i, d := range docs {
		n, f := uint32(words.length(d)), s.often[i]
		if n >= knownLength || f >= knownTimes {
			s.out[i] = s.one(w.weight, f, n)
			continue
		}
		k := &s.known[n*knownTimes+f]
		if *k == 0 {
			*k = s.one(w.weight, f, n)
		}
		s.out[i] = *k
	}
}

// one is the score of a passage of n words that has one leaf f times.
func (s *scorer) one(weight float64, f, n uint32) float64 {
	if f == 0 {
		return 0
	}
	return rounded(weight * saturated(int(f), float64(n)/s.r.average))
}

// rounded is a score to six digits.
func rounded(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// resized gives a slice of a length, the old one where there is room.
func resized[T any](s []T, n int) []T { return slices.Grow(s[:0], n)[:n] }

// counts reports whether leaf k, or one that asks for the same, counts in a passage.
func (t *part) counts(k int, d uint32) bool {
	if len(t.eval.within) == 0 {
		return true
	}
	for _, l := range t.p.leaves[k:] {
		if l.first != k {
			continue
		}
		if within := t.eval.within[l.number]; within == nil || within.Contains(d) {
			return true
		}
	}
	return false
}

// relativeLength is how long a passage is, in words, against the average.
func (t *part) relativeLength(r *ranking, d uint32) float64 {
	return float64(t.s.words.length(d)) / r.average
}

// saturated is what n occurrences in a passage of a relative length are worth.
func saturated(n int, length float64) float64 {
	f := float64(n)
	return f * (bm25K1 + 1) / (f + bm25K1*(1-bm25B+bm25B*length))
}

// counter counts a leaf.
func (t *part) counter(l *leaf) (counter, error) {
	switch l.kind {
	case stemLeaf:
		return t.stemCounter(l.words[0])
	case prefixLeaf:
		return t.prefixCounter(l)
	}
	if c := t.eval.found[l.number]; c != nil {
		return c.counter(t.s.words, !l.alternative), nil
	}
	return func(_, often []uint32) { clear(often) }, nil
}

// counter counts what was found; sure says that every passage asked about has it.
func (c *tally) counter(w *wordColumn, sure bool) counter {
	at := 0
	in := newMembers(c.bits)
	var listed *repeats
	if c.listed != nil && c.finder == nil {
		listed = c.listed.begun()
	}
	return func(docs, often []uint32) {
		for i, d := range docs {
			often[i] = 0
			if !sure && !in.has(d) {
				continue
			}
			if c.finder != nil {
				often[i] = uint32(c.finder.count(w.bytes(d)))
				continue
			}
			if listed != nil {
				often[i] = listed.in(d)
				continue
			}
			for at < len(c.more) && c.more[at] < d {
				at++
			}
			often[i] = 1
			if at < len(c.more) && c.more[at] == d {
				often[i] = c.counts[at]
			}
		}
	}
}

// members tells which of passages in rising order a bitmap has.
type members struct {
	it   roaring.IntPeekable
	next uint32
	left bool
}

// newMembers starts at the first.
func newMembers(b *roaring.Bitmap) *members {
	m := &members{it: b.Iterator()}
	if m.left = m.it.HasNext(); m.left {
		m.next = m.it.Next()
	}
	return m
}

// has reports whether d, not below the d before, is in the bitmap.
func (m *members) has(d uint32) bool {
	if m.left && m.next < d {
		m.it.AdvanceIfNeeded(d)
		if m.left = m.it.HasNext(); m.left {
			m.next = m.it.Next()
		}
	}
	return m.left && m.next == d
}

// stemCounter counts a word by its stem in the language of each passage.
func (t *part) stemCounter(word string) (counter, error) {
	groups, err := t.s.stemGroups(word)
	if err != nil {
		return nil, err
	}
	counts := make([]func(uint32) uint32, len(groups))
	for k, g := range groups {
		if counts[k], err = t.formCounter(g.words); err != nil {
			return nil, err
		}
	}
	return func(docs, often []uint32) {
		for i, d := range docs {
			often[i] = 0
			for k, g := range groups {
				if g.among == nil || g.among.Contains(d) {
					often[i] += counts[k](d)
				}
			}
		}
	}, nil
}

// manyForms is how many forms of a stem are not looked up one by one.
const manyForms = 6

// formCounter counts words of some numbers.
func (t *part) formCounter(words []uint32) (func(uint32) uint32, error) {
	in, err := t.s.any(words)
	if err != nil {
		return nil, err
	}
	if len(words) > manyForms {
		has, f := newMembers(in), t.s.words.ranksOf(words)
		return func(d uint32) uint32 {
			if !has.has(d) {
				return 0
			}
			return uint32(countRanks(t.s.words.bytes(d), f))
		}, nil
	}
	about := int(t.hits.GetCardinality())
	forms := make([]*wordCounter, len(words))
	for k, n := range words {
		b, err := t.s.text.bitmap(t.s.words.word(n))
		if err != nil {
			return nil, err
		}
		forms[k] = t.s.words.wordCounter(t.s.words.rank[n], b, about)
	}
	return func(d uint32) (n uint32) {
		for _, f := range forms {
			n += f.count(d)
		}
		return n
	}, nil
}

// prefixCounter counts the words with a beginning.
func (t *part) prefixCounter(l *leaf) (counter, error) {
	lo, hi := t.s.words.prefixRange(l.words[0])
	var text []uint32
	return func(docs, often []uint32) {
		for i, d := range docs {
			often[i] = 0
			text = t.s.words.passage(d, text)
			for _, w := range text {
				if lo <= w && w < hi {
					often[i]++
				}
			}
		}
	}, nil
}
