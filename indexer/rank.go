package indexer

import (
	"bytes"
	"math"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Relevance is BM25 with k1 = 1.2 and b = 0.5 over the live passages of the whole index:
//
//	Σ over the leaves of the query: idf · f·(k1+1) / (f + k1·(1 − b + b·words/average))
//	idf of a word = ln(1 + (N − n + 0.5) / (n + 0.5)), n of N passages hold it
//
// A leaf is a bare word (f: how often its stem occurs; typed twice it counts once), a beginning
// (all its words as one), or a phrase (f: its occurrences; idf: the sum over its words, one
// repeated counts again). What stands under NOT, and fields, weigh nothing.
//
// Two things are laid over it, both measured (docs/decisions/0005-ranking.md). Words of the
// query that stand close together in a passage add a little: near.go. And under OR, where a
// passage need not hold every word, an alternative counts only in passages that it holds in,
// and is weighed by √(idf / the highest idf among the alternatives): rare words carry more of
// such a question. A query of one word, phrase or beginning has the score of BM25 unchanged.
//
// Sums run in the order of the query, so a score does not depend on how passages are spread
// over shards; it is rounded to six digits before it is compared, and equal scores go by
// passage id.

// The constants of BM25. b is below the usual 0.75: passages are cut at 120 words, so a longer
// one is seldom a wordier one.
const (
	bm25K1 = 1.2
	bm25B  = 0.5
)

// ranking is what all shards rank by.
type ranking struct {
	plan    *plan
	live    int       // N
	average float64   // words of a passage
	idf     []float64 // of each leaf, weighed among alternatives
	pairIDF []float64
	highest float64 // idf of the alternatives
}

// entry is one hit in the order of an answer.
type entry struct {
	score   float64
	day     corpus.Day
	id      rawID
	part    *part
	passage uint32
}

// position is the place in an order after which a page begins.
type position struct {
	score float64
	day   corpus.Day
	id    rawID
	line  int // of a concordance
}

// countWords counts, for each leaf, the live passages that hold each of its words.
func (t *part) countWords() error {
	if t.p.size < 0 {
		return nil // nothing is ranked
	}
	for _, l := range t.p.leaves {
		var df []int
		for _, w := range l.words {
			n, err := t.eval.holders(l, w)
			if err != nil {
				return err
			}
			df = append(df, n)
		}
		t.df = append(t.df, df)
	}
	return nil
}

// holders counts the live passages that hold a word in the way a leaf looks for it. The count of
// a word itself is kept: its passages need not be read for it again.
func (e *evaluation) holders(l *leaf, w string) (int, error) {
	var b *roaring.Bitmap
	var err error
	switch l.kind {
	case stemLeaf:
		b, err = e.s.stemmed(w)
	case prefixLeaf:
		b, err = e.s.beginning(w)
	default:
		return e.holdersOf(w)
	}
	if err != nil {
		return 0, err
	}
	return e.s.alive(b), nil
}

// holdersOf counts the live passages that hold a word.
func (e *evaluation) holdersOf(w string) (int, error) {
	k, ok := e.s.words.numberOf(w)
	if !ok {
		return 0, nil
	}
	if n := e.s.holders[k].Load(); n > 0 {
		return int(n - 1), nil
	}
	b, err := e.word(w)
	if err != nil {
		return 0, err
	}
	n := e.s.alive(b)
	e.s.holders[k].Store(uint32(n + 1))
	return n, nil
}

// alive counts the live passages among some.
func (s *shard) alive(b *roaring.Bitmap) int {
	if s.whole() {
		return int(b.GetCardinality())
	}
	return int(b.AndCardinality(s.live))
}

// weigh gives each leaf its idf from the counts of all shards.
func (r *ranking) weigh(parts []*part) {
	if r.plan.size < 0 {
		return
	}
	for k, l := range r.plan.leaves {
		sum := 0.0
		for w := range l.words {
			n := 0
			for _, t := range parts {
				n += t.df[k][w]
			}
			if n > 0 { // nothing is scored by a word that is nowhere
				sum += r.inverse(n)
			}
		}
		r.idf = append(r.idf, sum)
	}
	for k, l := range r.plan.leaves {
		if l.alternative {
			r.highest = max(r.highest, r.idf[k])
		}
	}
	for k, l := range r.plan.leaves {
		if l.alternative {
			r.idf[k] *= r.share(r.idf[k])
		}
	}
	r.weighPairs(parts)
}

// share is what an alternative of some idf carries of the question.
func (r *ranking) share(idf float64) float64 {
	if r.highest == 0 {
		return 1
	}
	return math.Sqrt(idf / r.highest)
}

// inverse is the idf of what n passages hold.
func (r *ranking) inverse(n int) float64 {
	return math.Log(1 + (float64(r.live-n)+0.5)/(float64(n)+0.5))
}

// entry is a passage of the shard without its score, and with its day where hits go by days.
func (t *part) entry(d uint32) entry {
	e := entry{part: t, passage: d, id: rawID(t.s.ids.passage(d))}
	if t.p.sort == query.DateAsc || t.p.sort == query.DateDesc {
		e.day = t.s.events.key(d)
	}
	return e
}

// keep holds e when it is among the best of a page. The list stays sorted: a page has at most
// 100 hits.
func keep[E any](best []E, e E, size int, before func(a, b *E) bool) []E {
	n := len(best)
	if n == size && !before(&e, &best[n-1]) {
		return best
	}
	at := sort.Search(n, func(i int) bool { return before(&e, &best[i]) })
	if n < size {
		best = append(best, e)
	}
	copy(best[at+1:], best[at:])
	best[at] = e
	return best
}

// before is the order of an answer. Two hits are never equal: their ids differ.
func (p *plan) before(a, b *entry) bool {
	switch {
	case p.sort == query.Relevance && a.score != b.score:
		return a.score > b.score
	case p.sort != query.Relevance && a.day != b.day:
		return p.dayBefore(a.day, b.day)
	}
	return bytes.Compare(a.id[:], b.id[:]) < 0
}

// dayBefore is the order of two days, unlike ones, in an answer by date: no day comes last.
func (p *plan) dayBefore(a, b corpus.Day) bool {
	if a == noDay || b == noDay {
		return a != b && b == noDay
	}
	return a != b && (a < b) == (p.sort == query.DateAsc)
}

// merge joins the best hits of the shards and says whether more follow.
func merge(r *ranking, parts []*part) (best []entry, more bool) {
	beyond := 0
	for _, t := range parts {
		best = append(best, t.best...)
		beyond += t.beyond
	}
	sort.Slice(best, func(i, j int) bool { return r.plan.before(&best[i], &best[j]) })
	best = best[:min(len(best), max(r.plan.size, 0))]
	return best, beyond > len(best)
}
