package indexer

import (
	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/query"
)

// dateFilter asks for passages with an event in one of the ranges, or without any event.
type dateFilter struct {
	ranges  []query.DateRange
	undated bool
	certain bool // first and last day of the event inside, else an overlap
}

// empty reports whether nothing is asked.
func (f *dateFilter) empty() bool { return len(f.ranges) == 0 && !f.undated }

// validate refuses ranges that end before they begin.
func (f *dateFilter) validate(field string) error {
	for _, r := range f.ranges {
		if r.From != nil && r.To != nil && *r.To < *r.From {
			return corpus.Errorf(corpus.Invalid, field, "%v is before %v", *r.To, *r.From).
				WithRemedy("name the earlier day first")
		}
	}
	return nil
}

// holds reports whether an event from first to last satisfies a range.
func (f *dateFilter) holds(first, last corpus.Day) bool {
	for _, r := range f.ranges {
		a, b := last, first // possibly inside: some day of the event is
		if f.certain {
			a, b = first, last // certainly inside: every day of it is
		}
		if (r.From == nil || *r.From <= a) && (r.To == nil || b <= *r.To) {
			return true
		}
	}
	return false
}

// passages gives those of c that satisfy the filter.
func (f *dateFilter) passages(s *shard, c *roaring.Bitmap) *roaring.Bitmap {
	return pick(c, func(i uint32) bool { return f.of(s, i) })
}

// of reports whether a passage satisfies the filter.
func (f *dateFilter) of(s *shard, i uint32) bool {
	from, to := s.events.of(i)
	if from == to {
		return f.undated
	}
	for e := from; e < to; e++ {
		if f.holds(s.events.first[e], s.events.last[e]) {
			return true
		}
	}
	return false
}

// pick gives the members of c that satisfy a test.
func pick(c *roaring.Bitmap, test func(uint32) bool) *roaring.Bitmap {
	var keep []uint32
	var buf [512]uint32
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return roaring.BitmapOf(keep...)
		}
		for _, i := range buf[:n] {
			if test(i) {
				keep = append(keep, i)
			}
		}
	}
}

// eventTest asks one event to satisfy several filters at once.
type eventTest struct {
	dates *dateFilter // nil when none
	any   [][]uint32  // for each selection its values as packed in events.col
}

// newEventTest gathers what one event must carry in a request that says "same event": the
// dates and every selection of a date or place, but the one of the facet left out. It is nil
// when the request, with kind asked for besides, does not ask for both a date and a place.
func newEventTest(s *shard, p *plan, without *selection, kind string) *eventTest {
	if !p.sameEvent {
		return nil
	}
	t := &eventTest{}
	kinds := map[string]bool{kind: true}
	if !p.dates.empty() {
		t.dates = &p.dates
		kinds["date"] = true
	}
	for _, sel := range p.selections {
		if k := sel.ofEvent(); k != "" && sel.asked && sel != without {
			kinds[k] = true
			t.any = append(t.any, packRefs(s, sel.any.refs))
		}
	}
	if !kinds["date"] || !kinds["place"] {
		return nil
	}
	return t
}

// packRefs gives values as events.col packs them; those a shard lacks are left out.
func packRefs(s *shard, refs []ref) []uint32 {
	var out []uint32
	for _, r := range refs {
		if k, ok := s.facets[r.facet].ordinal(r.id); ok {
			out = append(out, uint32(r.facet)<<24|k)
		}
	}
	return out
}

// holds reports whether an event satisfies the test. No event carries the unknown.
func (t *eventTest) holds(s *shard, e uint32) bool {
	if t.dates != nil && !t.dates.holds(s.events.first[e], s.events.last[e]) {
		return false
	}
	for _, values := range t.any {
		if !anyOf(values, func(v uint32) bool { return s.events.carries(e, v) }) {
			return false
		}
	}
	return true
}

// anyOf reports whether a test holds for one of a list.
func anyOf(list []uint32, test func(uint32) bool) bool {
	for _, v := range list {
		if test(v) {
			return true
		}
	}
	return false
}

// passages gives those of c that have an event which satisfies the test.
func (t *eventTest) passages(s *shard, c *roaring.Bitmap) *roaring.Bitmap {
	return pick(c, func(i uint32) bool {
		from, to := s.events.of(i)
		for e := from; e < to; e++ {
			if t.holds(s, e) {
				return true
			}
		}
		return false
	})
}
