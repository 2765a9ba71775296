package indexer

import (
	"bytes"
	"context"

	"github.com/RoaringBitmap/roaring/v2"
)

// Two bare words that stand side by side in a query say more where they stand close together
// in a passage. Such a pair is counted like a word: how often the second word stands, in the
// form that was typed, at most one word away from the first, before or behind it; its idf
// follows from the passages of the whole index in which it does. What that adds to a score is
// weighed by nearWeight, so it parts passages that BM25 alone holds for nearly equal. The
// figures that chose distance and weight are in docs/decisions/0005-ranking.md.

// The constants of pairs of words.
const (
	nearDistance = 2   // places between the two at most: one word may stand between
	nearWeight   = 0.1 // of what a pair adds
	nearCommon   = 8   // pairs are passed over when both words are in more than 1/8 of passages
)

// wordPair is two bare words side by side in a query.
type wordPair struct{ first, second string }

// nearPairs lists the pairs of a query, each once however it is turned.
func nearPairs(leaves []*leaf) []wordPair {
	var out []wordPair
	seen := map[wordPair]bool{}
	for i := 1; i < len(leaves); i++ {
		a, b := leaves[i-1], leaves[i]
		if a.kind != stemLeaf || b.kind != stemLeaf || a.words[0] == b.words[0] {
			continue
		}
		p := wordPair{a.words[0], b.words[0]}
		if seen[p] || seen[wordPair{p.second, p.first}] {
			continue
		}
		seen[p] = true
		out = append(out, p)
	}
	return out
}

// choosePairs settles which pairs count in the rank. Words that most passages hold are close to
// each other by chance, and to look for them would mean to read most of the text.
func (x *Index) choosePairs(ctx context.Context, p *plan) error {
	pairs := nearPairs(p.leaves)
	if p.size < 0 || len(pairs) == 0 {
		return nil
	}
	held := make([]map[string]int, len(x.shards)) // words to the live passages that hold them
	err := x.each(ctx, func(i int) error {
		s := x.shards[i]
		held[i] = map[string]int{}
		for _, l := range p.leaves {
			if l.kind != stemLeaf {
				continue
			}
			b, err := s.text.bitmap([]byte(l.words[0]))
			if err != nil {
				return err
			}
			held[i][l.words[0]] = int(b.AndCardinality(s.live))
		}
		return nil
	})
	if err != nil {
		return err
	}
	common := func(w string) bool {
		n := 0
		for _, h := range held {
			n += h[w]
		}
		return n > x.info.Passages/nearCommon
	}
	for _, q := range pairs {
		if !common(q.first) || !common(q.second) {
			p.pairs = append(p.pairs, q)
		}
	}
	return nil
}

// countPairs finds each pair in the live passages of the shard.
func (t *part) countPairs() error {
	for _, q := range t.p.pairs {
		found, err := t.near(q)
		if err != nil {
			return err
		}
		t.pairs = append(t.pairs, found)
	}
	return nil
}

// near counts a pair in every live passage.
func (t *part) near(q wordPair) (*tally, error) {
	out := &tally{bits: roaring.New()}
	both, err := t.eval.withWords([]string{q.first, q.second}, t.s.live)
	if err != nil || both.IsEmpty() {
		return out, err
	}
	first, _ := t.s.words.packedFinder([]string{q.first})
	second, _ := t.s.words.packedFinder([]string{q.second})
	var found []uint32
	err = t.eachPassage(both, func(d uint32) {
		n := closeTogether(t.s.words.bytes(d), first, second)
		if n > 0 {
			found = append(found, d)
		}
		if n > 1 {
			out.more, out.counts = append(out.more, d), append(out.counts, uint32(n))
		}
	})
	out.bits = bitmapOf(found)
	return out, err
}

// eachPassage calls f for each of b and looks at the context now and then.
func (t *part) eachPassage(b *roaring.Bitmap, f func(d uint32)) error {
	var buf [checkEvery]uint32
	for it := b.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return nil
		}
		if err := t.eval.ctx.Err(); err != nil {
			return err
		}
		for _, d := range buf[:n] {
			f(d)
		}
	}
}

// closeTogether counts the places of a word in a packed passage that have another at most
// nearDistance places away.
func closeTogether(text []byte, a, b *packedFinder) int {
	n := 0
	for at := a.next(text, 0); at >= 0; at = a.next(text, at+a.head) {
		if b.ahead(text, at+a.head) || b.behind(text, at) {
			n++
		}
	}
	return n
}

// ahead reports whether a word stands among the nearDistance that begin at a place.
func (f *packedFinder) ahead(text []byte, at int) bool {
	for range nearDistance {
		if bytes.HasPrefix(text[at:], f.run) {
			return true
		}
		for at < len(text) && text[at] >= packStop {
			at++
		}
		if at++; at > len(text) {
			return false
		}
	}
	return false
}

// behind reports whether a word stands among the nearDistance that end at a place.
func (f *packedFinder) behind(text []byte, at int) bool {
	for range nearDistance {
		if at == 0 {
			return false
		}
		from := at - 1
		for from > 0 && text[from-1] >= packStop {
			from--
		}
		if bytes.Equal(text[from:at], f.run) {
			return true
		}
		at = from
	}
	return false
}

// weighPairs gives each pair its idf from the passages of all shards that have it.
func (r *ranking) weighPairs(parts []*part) {
	for k := range r.plan.pairs {
		n := 0
		for _, t := range parts {
			n += int(t.pairs[k].bits.GetCardinality())
		}
		idf := r.inverse(n)
		if r.highest > 0 {
			idf *= r.share(idf)
		}
		r.pairIDF = append(r.pairIDF, idf)
	}
}
