package indexer

import (
	"slices"

	"ibid/corpus"
	"ibid/indexer/query"
)

// A table of two facets is counted over the hits. A cell counts as a click on it would: as if
// both its values were asked for besides what is asked already. So where one event must carry
// date and place, it is one event that must carry the values of the cell.

// Bounds of a table.
const (
	defaultCells = 100
	maxCells     = 100_000
	maxCross     = 16
)

// denseCells is up to how many possible cells a shard counts in a list; beyond, in a map.
const denseCells = 1 << 20

// crossing is one table over the hits of a shard.
type crossing struct {
	a, b   *facetCounter
	test   *eventTest
	dense  []counted        // by number of A × values of B + number of B
	sparse map[int]*counted // as dense
	pairs  []int            // scratch
}

// readCross checks the tables asked for.
func (p *plan) readCross(*Index) error {
	if len(p.req.Cross) > maxCross {
		return corpus.Errorf(corpus.Invalid, "cross", "%d tables are more than %d", len(p.req.Cross),
			maxCross)
	}
	for _, c := range p.req.Cross {
		a, okA := facetOf(c.A)
		b, okB := facetOf(c.B)
		if !okA || !okB {
			return corpus.Errorf(corpus.Invalid, "cross", "there is no facet %q or none %q", c.A, c.B).
				WithRemedy("name two facets, as republic,group")
		}
		if c.Size < 0 || c.Size > maxCells {
			return corpus.Errorf(corpus.Invalid, "cross", "%d cells are out of 1 to %d", c.Size,
				maxCells)
		}
		p.cross = append(p.cross, [2]facetID{a, b})
	}
	return nil
}

// countCross counts the tables over the hits.
func (t *part) countCross() {
	for _, f := range t.p.cross {
		a := &facetCounter{s: t.s, id: f[0], f: t.s.facets[f[0]], certain: t.p.req.Certain}
		b := &facetCounter{s: t.s, id: f[1], f: t.s.facets[f[1]], certain: t.p.req.Certain}
		x := &crossing{a: a, b: b}
		if kinds := []string{eventKind(a.id), eventKind(b.id)}; kinds[0] != "" || kinds[1] != "" {
			x.test = newEventTest(t.s, t.p, nil, kinds...)
		}
		if n := a.f.size() * b.f.size(); n <= denseCells {
			x.dense = make([]counted, n)
		} else {
			x.sparse = map[int]*counted{}
		}
		for it := t.hits.Iterator(); it.HasNext(); {
			d := it.Next()
			x.meet(d, t.s.ids.documentList[d]+1)
		}
		t.cross = append(t.cross, x)
	}
}

// meet counts a passage of a document in each cell that it counts in.
func (x *crossing) meet(d, document uint32) {
	x.pairs = x.pairs[:0]
	if x.test == nil {
		a, _ := x.a.of(d)
		b, _ := x.b.of(d)
		x.join(a, b)
	} else {
		from, to := x.a.s.events.of(d)
		for e := from; e < to; e++ {
			if x.test.holds(e) {
				x.join(x.a.ofEvent(d, e), x.b.ofEvent(d, e))
			}
		}
		slices.Sort(x.pairs)
		x.pairs = slices.Compact(x.pairs)
	}
	for _, k := range x.pairs {
		if x.dense != nil {
			x.dense[k].add(document)
			continue
		}
		c := x.sparse[k]
		if c == nil {
			c = &counted{}
			x.sparse[k] = c
		}
		c.add(document)
	}
}

// join notes each pair of two lists.
func (x *crossing) join(a, b []uint32) {
	for _, i := range a {
		for _, j := range b {
			x.pairs = append(x.pairs, int(i)*x.b.f.size()+int(j))
		}
	}
}

// ofEvent gives the values that one event carries, or its passage where events carry none.
func (c *facetCounter) ofEvent(d, e uint32) []uint32 {
	if eventKind(c.id) == "" {
		c.list = c.f.values(c.list[:0], d)
	} else {
		c.list = c.s.eventValues(c.list[:0], e, c.id, c.certain)
	}
	return c.list
}

// cell is a pair of values by their numbers in the index.
type cell struct {
	a, b uint32
	total
}

// sumCross adds up what the shards counted of table i.
func (x *Index) sumCross(p *plan, i int, parts []*part) query.CrossTable {
	asked, f := p.req.Cross[i], p.cross[i]
	a, b := x.facets[f[0]], x.facets[f[1]]
	sum := map[[2]uint32]total{}
	for _, t := range parts {
		t.cross[i].each(func(k int, c *counted) {
			n := t.cross[i].b.f.size()
			at := [2]uint32{t.s.global[f[0]][k/n], t.s.global[f[1]][k%n]}
			old := sum[at]
			sum[at] = total{old.passages + c.passages, old.documents + c.documents}
		})
	}
	cells := make([]cell, 0, len(sum))
	for at, n := range sum {
		cells = append(cells, cell{at[0], at[1], n})
	}
	size := asked.Size
	if size == 0 {
		size = defaultCells
	}
	out := query.CrossTable{A: asked.A, B: asked.B, Cells: []query.CrossCell{}, Total: len(cells)}
	for _, c := range firstOfMany(cells, size, cell.before) {
		va, vb := a.values[c.a], b.values[c.b]
		out.Cells = append(out.Cells, query.CrossCell{A: va.id, B: vb.id, ALabel: va.shown(),
			BLabel: vb.shown(), Count: int(c.passages), Documents: int(c.documents)})
	}
	return out
}

// before is the order of cells in an answer: most frequent first, ties by ids.
func (c cell) before(d cell) bool {
	switch {
	case c.passages != d.passages:
		return c.passages > d.passages
	case c.a != d.a:
		return c.a < d.a
	}
	return c.b < d.b
}

// each calls f for each cell that a passage counts in, in no order.
func (x *crossing) each(f func(k int, c *counted)) {
	for k := range x.dense {
		if x.dense[k].passages > 0 {
			f(k, &x.dense[k])
		}
	}
	for k, c := range x.sparse {
		f(k, c)
	}
}
