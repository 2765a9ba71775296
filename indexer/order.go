package indexer

import (
	"slices"
	"sort"

	"ibid/corpus"
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
	docs := make([]uint32, min(checkEvery, t.hits.GetCardinality()))
	for it := t.hits.ManyIterator(); ; {
		n := it.NextMany(docs)
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
	t.keep(e)
}

// keep keeps a hit when it is among the best.
func (t *part) keep(e entry) {
	if t.best == nil {
		t.best = make([]entry, 0, min(t.p.size, int(t.hits.GetCardinality())))
	}
	if t.p.whole {
		t.best = append(t.best, e) // they are ordered in the end
		return
	}
	t.best = keep(t.best, e, t.p.size, t.p.before)
}

// rankByPlace finds the first hits in an order that does not depend on the query: by walking
// along that order where hits are frequent, else among all hits.
func (t *part) rankByPlace(r *ranking) error {
	n, order := t.hits.GetCardinality(), t.placeOrder()
	if order != nil && n > 0 && uint64(t.s.n)/n*uint64(t.p.size+1)*walkCost < n &&
		t.walkByPlace(order, int(n)/walkCost) {
		return t.scoreBest(r)
	}
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

// walkCost is how much dearer it is to ask whether a passage is a hit than to look at a hit, which
// is to fetch its id.
const walkCost = 1

// walkByPlace takes the hits beyond the cursor in an order until there are one more than a page
// has. Where hits are rare at the head of the order, as those of early years among the latest, it
// gives up after some steps and leaves nothing behind.
func (t *part) walkByPlace(order []uint32, steps int) bool {
	for _, d := range order[t.placeAfter(order):] {
		if t.beyond > t.p.size {
			return true
		}
		if steps--; steps < 0 {
			t.best, t.beyond = nil, 0
			return false
		}
		if t.hits.Contains(d) {
			t.offerByPlace(d)
		}
	}
	return true
}

// placeAfter gives where in an order the passages beyond the cursor begin.
func (t *part) placeAfter(order []uint32) int {
	a := t.p.after
	if a == nil {
		return 0
	}
	start := &entry{score: a.score, day: a.day, id: a.id}
	return sort.Search(len(order), func(k int) bool {
		e := t.entry(order[k])
		return t.p.before(start, &e)
	})
}

// placeOrder gives all passages in the order of the plan; nil when they are not kept in it.
func (t *part) placeOrder() []uint32 {
	switch t.p.sort {
	case query.DateDesc:
		return t.s.ids.byDate
	case query.DateAsc:
		return nil
	}
	return t.s.ids.order
}

// offerByPlace keeps a hit when it stands beyond the cursor and among the first.
func (t *part) offerByPlace(d uint32) {
	if t.p.sort != query.Relevance && t.behindByDay(t.s.events.key(d)) {
		return
	}
	e := t.entry(d)
	if a := t.p.after; a != nil && !t.p.before(&entry{score: a.score, day: a.day, id: a.id}, &e) {
		return
	}
	t.beyond++
	t.keep(e)
}

// behindByDay reports whether a hit of some day need not be looked at closer: it stands before
// the cursor, or, counted as one more beyond it, behind a full page. Nearly every hit does.
func (t *part) behindByDay(day corpus.Day) bool {
	a, n := t.p.after, len(t.best)
	if a != nil && !t.p.dayBefore(a.day, day) {
		return a.day != day
	}
	if n == t.p.size && n > 0 && t.p.dayBefore(t.best[n-1].day, day) {
		t.beyond++
		return true
	}
	return false
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
