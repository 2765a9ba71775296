package indexer

import (
	"slices"

	"ibid/indexer/query"
)

// rank finds the best hits of the shard beyond the cursor.
func (t *part) rank(r *ranking) error {
	if t.p.size < 0 {
		return nil
	}
	if t.p.sort != query.Relevance || len(t.p.leaves) == 0 {
		return t.rankByPlace(r)
	}
	sc, err := t.scorer(r)
	if err != nil {
		return err
	}
	var docs [checkEvery]uint32
	for it := t.hits.ManyIterator(); ; {
		n := it.NextMany(docs[:])
		if n == 0 {
			return nil
		}
		if err := t.eval.ctx.Err(); err != nil {
			return err
		}
		for i, score := range sc.scores(docs[:n]) {
			t.offer(docs[i], score)
		}
	}
}

// offer keeps a hit when it stands beyond the cursor and among the best.
func (t *part) offer(d uint32, score float64) {
	if n := len(t.best); t.p.after == nil && n == t.p.size && n > 0 && score < t.best[n-1].score {
		t.beyond++ // nearly every hit
		return
	}
	e := t.entry(d)
	e.score = score
	if a := t.p.after; a != nil && !t.p.before(&entry{score: a.score, day: a.day, id: a.id}, &e) {
		return
	}
	t.beyond++
	t.best = keep(t.best, e, t.p.size, t.p.before)
}

// rankByPlace finds the first hits in an order that does not depend on the query.
func (t *part) rankByPlace(r *ranking) error {
	var docs [checkEvery]uint32
	for it := t.hits.ManyIterator(); ; {
		n := it.NextMany(docs[:])
		if n == 0 {
			break
		}
		for _, d := range docs[:n] {
			t.offerByPlace(d)
		}
	}
	return t.scoreBest(r)
}

// offerByPlace keeps a hit when it stands beyond the cursor and among the first.
func (t *part) offerByPlace(d uint32) {
	e := t.entry(d)
	if a := t.p.after; a != nil && !t.p.before(&entry{score: a.score, day: a.day, id: a.id}, &e) {
		return
	}
	t.beyond++
	t.best = keep(t.best, e, t.p.size, t.p.before)
}

// scoreBest gives the hits of a page that is not ordered by them their scores, which are shown.
func (t *part) scoreBest(r *ranking) error {
	if len(t.p.leaves) == 0 || len(t.best) == 0 {
		return nil
	}
	docs := make([]uint32, len(t.best))
	for i := range t.best {
		docs[i] = t.best[i].passage
	}
	slices.Sort(docs)
	sc, err := t.scorer(r)
	if err != nil {
		return err
	}
	scores := sc.scores(docs)
	for i := range t.best {
		k, _ := slices.BinarySearch(docs, t.best[i].passage)
		t.best[i].score = scores[k]
	}
	return nil
}
