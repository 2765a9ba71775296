package indexer

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// The facets of a set of hits are counted in one walk, in blocks: for each block the document
// of each hit is looked up once, then each facet counts the block in a loop of its own, made
// for the width of its numbers. Nothing is allocated a hit. Passages come in the order of their
// documents, so a document is counted once by remembering the last that had the value.
//
// Over all live passages nothing is walked: those counts are kept. Where each document has one
// passage, documents are passages, and a set of more than half of all is counted by what it
// lacks.

// walkBlock is how many hits are counted at a time: their documents stay in the first cache.
const walkBlock = 1024

// counted is how often one value of a facet was met.
type counted struct {
	passages  uint32
	documents uint32
	last      uint32 // the document met last, counted from 1
}

// add meets the value in a passage of a document, counted from 1.
func (c *counted) add(document uint32) {
	c.passages++
	if c.last != document {
		c.documents++
		c.last = document
	}
}

// facetCounter counts one facet over a set of passages of a shard.
type facetCounter struct {
	s      *shard
	id     facetID
	f      *facetColumn
	values []counted // by number, then none
	spans  []daySpan // as values; nil unless asked for
	met    []uint32  // the numbers met, where few is set
	list   []uint32  // scratch

	few     bool     // there are far more values than hits
	kept    bool     // the counts are those of all live passages, and values is nil
	known   []uint32 // the counts, as facets.col has them, and values is nil; nil when they are not known
	lacking bool     // the counts are of the live passages that are not in the set
	certain bool     // dates count where an event lies inside
	test    *eventTest
}

// Where one event must carry date and place, a click on a value asks that the same event
// carries it too; so those facets are counted by events, and then nothing counts as missing.

// plain reports whether a passage counts in the values that its facet has for it.
func (c *facetCounter) plain() bool { return c.test == nil && !c.byUnit() }

// byUnit reports whether passages of several units have to be looked at event by event.
func (c *facetCounter) byUnit() bool { return c.certain && isUnit(c.id) && c.f.multi }

// of gives the numbers of the values that a passage counts in; unknown says that it counts as
// missing.
func (c *facetCounter) of(d uint32) (list []uint32, unknown bool) {
	c.list = c.f.values(c.list[:0], d)
	if c.test == nil && (!c.byUnit() || len(c.list) < 2) {
		return c.list, len(c.list) == 0
	}
	c.list = c.list[:0]
	from, to := c.s.events.of(d)
	for e := from; e < to; e++ {
		if c.test == nil || c.test.holds(e) {
			c.list = c.s.eventValues(c.list, e, c.id, c.certain)
		}
	}
	slices.Sort(c.list)
	c.list = slices.Compact(c.list)
	return c.list, false
}

// block counts a block of hits. documents is nil where each has one passage; scratch has room
// for two numbers a hit.
func (c *facetCounter) block(hits, documents, scratch []uint32) {
	switch {
	case c.few || c.spans != nil || !c.plain():
		c.slowly(hits, documents)
	case c.f.multi:
		begin := scratch[:2*len(hits)]
		c.f.starts.lists(begin, hits)
		switch o := &c.f.ordinals; {
		case o.one != nil:
			countMany(c.values, o.one, begin, documents)
		case o.two != nil:
			countMany(c.values, o.two, begin, documents)
		default:
			countMany(c.values, o.four, begin, documents)
		}
	default:
		switch o := &c.f.ordinals; {
		case o.one != nil:
			countOne(c.values, o.one, hits, documents)
		case o.two != nil:
			countOne(c.values, o.two, hits, documents)
		case o.four != nil:
			countOne(c.values, o.four, hits, documents)
		default:
			countSame(&c.values[0], hits, documents)
		}
	}
}

// countOne counts hits with one value each.
func countOne[T uint8 | uint16 | uint32](values []counted, of []T, hits, documents []uint32) {
	if documents == nil {
		for _, d := range hits {
			values[of[d]].passages++
		}
		return
	}
	documents = documents[:len(hits)]
	for i, d := range hits {
		values[of[d]].add(documents[i])
	}
}

// countSame counts hits that all have the one value there is.
func countSame(value *counted, hits, documents []uint32) {
	value.passages += uint32(len(hits))
	for _, d := range documents {
		if value.last != d {
			value.documents++
			value.last = d
		}
	}
}

// countMany counts hits with several values each: from begin[2i] to begin[2i+1] in the list.
func countMany[T uint8 | uint16 | uint32](values []counted, of []T, begin, documents []uint32) {
	none := &values[len(values)-1]
	if documents == nil {
		for ; len(begin) > 1; begin = begin[2:] {
			list := of[begin[0]:begin[1]]
			if len(list) == 0 {
				none.passages++
			}
			for _, v := range list {
				values[v].passages++
			}
		}
		return
	}
	for _, document := range documents {
		list := of[begin[0]:begin[1]]
		if len(list) == 0 {
			none.add(document)
		}
		for _, v := range list {
			values[v].add(document)
		}
		begin = begin[2:]
	}
}

// slowly counts hits one by one, with all that may be asked of them.
func (c *facetCounter) slowly(hits, documents []uint32) {
	for i, d := range hits {
		document := uint32(0)
		if documents != nil {
			document = documents[i]
		}
		list, unknown := c.of(d)
		if unknown {
			c.values[len(c.values)-1].add(document)
		}
		for _, v := range list {
			if c.few && c.values[v].passages == 0 {
				c.met = append(c.met, v)
			}
			c.values[v].add(document)
			if c.spans != nil {
				c.spans[v].add(c.s.spanOf(d))
			}
		}
	}
}

// walkRoom is what a walk needs, kept for the next.
type walkRoom struct {
	hits, documents [walkBlock]uint32
	scratch         [2 * walkBlock]uint32
}

// countWalk counts passages of the shard and, unless that is not asked for, their documents.
func (s *shard) countWalk(b *roaring.Bitmap, counters []*facetCounter, documented bool) (documents int) {
	w, ok := s.walks.Get().(*walkRoom)
	if !ok {
		w = &walkRoom{}
	}
	defer s.walks.Put(w)
	last := uint32(0)
	for it := b.ManyIterator(); ; {
		n := it.NextMany(w.hits[:])
		if n == 0 {
			return documents
		}
		hits, of := w.hits[:n], w.documents[:n]
		if s.alone || !documented {
			documents += n
			of = nil
		} else {
			for i, d := range hits {
				of[i] = s.ids.documentList[d] + 1
				if of[i] != last {
					documents++
					last = of[i]
				}
			}
		}
		for _, c := range counters {
			c.block(hits, of, w.scratch[:])
		}
	}
}

// at gives how many passages and documents a value has, or with the number of values none.
func (c *facetCounter) at(k int) (passages, documents uint32) {
	if c.known != nil {
		return c.known[2*k], c.known[2*k+1]
	}
	kept := c.s.kept(c.id)
	if c.kept {
		return kept[2*k], kept[2*k+1]
	}
	v := c.values[k]
	switch {
	case c.lacking:
		v.passages = kept[2*k] - v.passages
		return v.passages, v.passages
	case c.s.alone:
		return v.passages, v.passages
	}
	return v.passages, v.documents
}

// counting is what is counted over the hits of a shard.
type counting struct {
	facets []*facetCounter // one for each facet of the plan
	docs   int             // documents of the hits
	cross  []*crossing
	span   daySpan // of the hits, where days are asked for
	room   []counted
}

// count counts documents, facets and what else is asked for over the hits, and each facet with
// alternatives selected over the hits and its near misses.
func (t *part) count(sets *sets, text *roaring.Bitmap) error {
	size := 0
	for _, f := range t.p.facetIDs {
		size += t.s.facets[f].size() + 1
	}
	t.room = t.s.takeRoom(size)
	rest := t.room
	var main []*facetCounter
	for _, f := range t.p.facetIDs {
		n := t.s.facets[f].size() + 1
		c := newFacetCounter(t.s, t.p, f)
		c.values, rest = rest[:n:n], rest[n:]
		t.facets = append(t.facets, c)
		sel := t.p.asked(f)
		if sel == nil {
			main = append(main, c)
			continue
		}
		among, err := sets.nearOf(text, sel)
		if err != nil {
			return err
		}
		t.tally(sel, among, []*facetCounter{c})
	}
	t.docs = t.tally(nil, t.hits, main)
	if t.p.req.Days {
		t.span = t.s.spanOfAll(t.hits)
	}
	t.countCross()
	return nil
}

// tally counts what is left without the alternatives of one facet, and gives its documents.
func (t *part) tally(without *selection, among *roaring.Bitmap, counters []*facetCounter) int {
	if documents, ok := t.countBeside(without, among, counters); ok {
		return documents
	}
	return t.s.tally(among, counters, !t.p.req.Bare)
}

// newFacetCounter prepares the counting of a facet.
func newFacetCounter(s *shard, p *plan, f facetID) *facetCounter {
	c := &facetCounter{s: s, id: f, f: s.facets[f], certain: p.req.Certain}
	if kind := eventKind(f); kind != "" {
		c.test = newEventTest(s, p, p.asked(f), kind)
	}
	if p.req.Days {
		c.spans = make([]daySpan, c.f.size()+1)
	}
	return c
}

// tally counts passages by the cheapest way for each counter and gives their documents.
func (s *shard) tally(b *roaring.Bitmap, counters []*facetCounter, documented bool) (documents int) {
	n := int(b.GetCardinality())
	all := n == s.liveCount
	lacking := (s.alone || !documented) && !all && n > s.liveCount/2
	var some, others []*facetCounter // over the set, over what it lacks
	for _, c := range counters {
		simple := c.plain() && c.spans == nil
		switch {
		case all && simple:
			c.kept, c.values = true, nil
		case lacking && simple:
			c.lacking = true
			others = append(others, c)
		default:
			c.few = n < c.f.size()/4
			some = append(some, c)
		}
	}
	if len(others) > 0 {
		s.countWalk(roaring.AndNot(s.live, b), others, documented)
	}
	switch {
	case len(some) > 0 || !all && !s.alone && documented:
		return s.countWalk(b, some, documented)
	case all:
		return s.liveDocuments
	}
	return n
}

// takeRoom gives n counts that are zero, kept from an earlier search if there are.
func (s *shard) takeRoom(n int) []counted {
	if r, ok := s.rooms.Get().(*[]counted); ok && cap(*r) >= n {
		return (*r)[:n]
	}
	return make([]counted, n)
}

// release gives the counts back.
func (t *part) release() {
	for _, c := range t.facets {
		if !c.few {
			clear(c.values)
			continue
		}
		for _, v := range c.met {
			c.values[v] = counted{}
		}
		c.values[len(c.values)-1] = counted{}
	}
	room := t.room
	t.s.rooms.Put(&room)
}
