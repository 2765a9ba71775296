package indexer

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// eventTest asks one event to satisfy several filters at once.
type eventTest struct {
	s      *shard
	dates  *dateFilter  // nil when none
	groups []eventGroup // each must hold
}

// eventGroup is a list of alternatives, all of dates or all of places.
type eventGroup struct {
	certain    bool
	units      []unit
	need       uint32   // flags that the event must have to count in units
	precisions []uint32 // numbers in the shard
	places     []uint32 // as packed in events.col
}

// newEventTest gathers what one event must carry in a request that says "same event": the
// dates and every selection of a date or place, but the alternatives of the facet left out. It
// is nil when the request, with kinds asked for besides, does not ask for both a date and a
// place.
func newEventTest(s *shard, p *plan, without *selection, kinds ...string) *eventTest {
	if !p.sameEvent {
		return nil
	}
	t := &eventTest{s: s}
	if !p.dates.empty() {
		t.dates = &p.dates
		kinds = append(kinds, "date")
	}
	for _, sel := range p.selections {
		kind := sel.ofEvent()
		if kind == "" {
			continue
		}
		if sel.asked && sel != without {
			kinds = append(kinds, kind)
			t.groups = append(t.groups, s.eventGroup(&sel.any))
		}
		for i := range sel.all {
			kinds = append(kinds, kind)
			t.groups = append(t.groups, s.eventGroup(&sel.all[i]))
		}
	}
	if !slices.Contains(kinds, "date") || !slices.Contains(kinds, "place") {
		return nil
	}
	return t
}

// eventGroup reads alternatives for events; values that the shard lacks are left out.
func (s *shard) eventGroup(c *choice) eventGroup {
	g := eventGroup{certain: c.certain}
	for _, r := range c.refs {
		k, ok := s.facets[r.facet].ordinal(r.id)
		switch {
		case !ok:
		case isUnit(r.facet):
			g.units = append(g.units, unitDays(r.facet, r.id))
			g.need = needOf(r.facet)
		case r.facet == precision:
			g.precisions = append(g.precisions, k)
		default:
			g.places = append(g.places, uint32(r.facet)<<24|k)
		}
	}
	return g
}

// holds reports whether an event satisfies the test. No event carries the unknown.
func (t *eventTest) holds(e uint32) bool {
	first, last := t.s.events.days(e)
	if t.dates != nil && !t.dates.holds(first, last) {
		return false
	}
	for i := range t.groups {
		if !t.groups[i].holds(t.s, e, first, last) {
			return false
		}
	}
	return true
}

// holds reports whether an event from first to last carries one of the values.
func (g *eventGroup) holds(s *shard, e uint32, first, last corpus.Day) bool {
	p, flags := s.events.like(e)
	if slices.Contains(g.precisions, p) {
		return true
	}
	if flags&g.need == g.need {
		for _, u := range g.units {
			if u.has(first, last, g.certain) {
				return true
			}
		}
	}
	if len(g.places) == 0 {
		return false
	}
	return slices.ContainsFunc(s.events.places(e), func(v uint32) bool {
		return slices.Contains(g.places, v)
	})
}

// passages gives those of c that have an event which satisfies the test.
func (t *eventTest) passages(c *roaring.Bitmap) *roaring.Bitmap {
	return pick(c, func(i uint32) bool {
		from, to := t.s.events.of(i)
		for e := from; e < to; e++ {
			if t.holds(e) {
				return true
			}
		}
		return false
	})
}
