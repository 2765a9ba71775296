package indexer

import (
	"sort"
	"strconv"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// The decades, years, months and days of a shard are kept with their first and last days, so
// that what an event touches follows from its own days. Read as possible, an event counts in
// each unit it touches; read as certain, in the one that it lies in with its first and last
// day, if there is one.

// unit is a decade, year, month or day.
type unit struct {
	first, last corpus.Day
	ordinal     uint32 // number of the value in its shard
}

// has reports whether an event from first to last touches the unit or, certain, lies in it.
func (u *unit) has(first, last corpus.Day, certain bool) bool {
	if certain {
		return u.first <= first && last <= u.last
	}
	return first <= u.last && u.first <= last
}

// isUnit reports whether the values of a facet are units of time of events.
func isUnit(f facetID) bool { return f >= decade && f <= day }

// needOf gives the flags an event must have to count in a facet of units.
func needOf(f facetID) uint32 {
	switch f {
	case month:
		return flagMonthly
	case day:
		return flagDaily
	}
	return 0
}

// unitDays reads the id of a unit, as derive writes it.
func unitDays(f facetID, id string) unit {
	rest, below := strings.CutPrefix(id, "-")
	var n [3]int
	for i, part := range strings.Split(rest, "-") {
		n[i], _ = strconv.Atoi(part) // the id is ours
	}
	y, m, d := n[0], n[1], n[2]
	if below {
		y = -y
	}
	switch {
	case f == decade:
		from, to := y, y+9
		if y <= 0 {
			from = y - 9
		}
		if y < 0 {
			to = y
		}
		return unit{first: corpus.DayOf(from, 1, 1), last: corpus.DayOf(to+1, 1, 1) - 1}
	case f == year:
		return unit{first: corpus.DayOf(y, 1, 1), last: corpus.DayOf(y+1, 1, 1) - 1}
	case f == month && m == 12:
		return unit{first: corpus.DayOf(y, m, 1), last: corpus.DayOf(y+1, 1, 1) - 1}
	case f == month:
		return unit{first: corpus.DayOf(y, m, 1), last: corpus.DayOf(y, m+1, 1) - 1}
	}
	at := corpus.DayOf(y, m, d)
	return unit{first: at, last: at}
}

// readUnits lists the units of a facet by their days.
func readUnits(f facetID, c *facetColumn) []unit {
	out := make([]unit, c.size())
	for k := range out {
		out[k] = unitDays(f, c.id(k))
		out[k].ordinal = uint32(k)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].first < out[j].first })
	return out
}

// unitsOf lists the units of a facet by their days.
func (s *shard) unitsOf(f facetID) []unit { return s.units[f-decade]() }

// eventValues appends the values of a facet that an event carries: as its date, read as certain
// or possible, or as its places.
func (s *shard) eventValues(to []uint32, e uint32, f facetID, certain bool) []uint32 {
	precise, flags := s.events.like(e)
	switch {
	case f == precision:
		if int(precise) < s.facets[f].size() {
			to = append(to, precise)
		}
	case isUnit(f):
		if need := needOf(f); flags&need != need {
			return to
		}
		first, last := s.events.days(e)
		units := s.unitsOf(f)
		k := sort.Search(len(units), func(k int) bool { return units[k].last >= first })
		for ; k < len(units) && units[k].first <= last; k++ {
			if units[k].has(first, last, certain) {
				to = append(to, units[k].ordinal)
			}
		}
	default:
		for _, v := range s.events.places(e) {
			if facetID(v>>24) == f {
				to = append(to, v&(maxEventValue-1))
			}
		}
	}
	return to
}

// certainly gives those of the passages of a unit that have an event which lies inside it. Where
// a passage counts in no other unit, all its events that count do.
func (s *shard) certainly(r ref, b *roaring.Bitmap) *roaring.Bitmap {
	if !s.facets[r.facet].multi {
		return b
	}
	u, need := unitDays(r.facet, r.id), needOf(r.facet)
	return pick(b, func(i uint32) bool {
		from, to := s.events.of(i)
		for e := from; e < to; e++ {
			first, last := s.events.days(e)
			if _, flags := s.events.like(e); flags&need == need && u.has(first, last, true) {
				return true
			}
		}
		return false
	})
}
