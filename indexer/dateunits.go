package indexer

import (
	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// A range of dates is joined from the passages of the units that it has whole: an event that
// touches one of them possibly lies in the range. Of a year that it cuts the months are taken in
// the same way; an event known to the month touches one that the range has or cuts. What is left
// to look at are the passages of the months that it cuts, and those of the years that it cuts
// which have an event of which no month is known.

// rangeUnits are the units of a filter's ranges in a shard, by their numbers in the facets.
type rangeUnits struct {
	years, months       []uint32 // had whole
	cutYears, cutMonths []uint32
}

// units finds the units of the ranges.
func (f *dateFilter) units(s *shard) (out rangeUnits) {
	for _, u := range s.unitsOf(year) {
		switch {
		case f.covers(u.first, u.last):
			out.years = append(out.years, u.ordinal)
		case f.holds(u.first, u.last):
			out.cutYears = append(out.cutYears, u.ordinal)
		}
	}
	for _, u := range s.unitsOf(month) {
		y, _, _ := u.first.Date()
		switch {
		case f.covers(corpus.DayOf(y, 1, 1), corpus.DayOf(y, 12, 31)):
		case f.covers(u.first, u.last):
			out.months = append(out.months, u.ordinal)
		case f.holds(u.first, u.last):
			out.cutMonths = append(out.cutMonths, u.ordinal)
		}
	}
	return out
}

// joinCost is how many passages are looked at in the time that joining one takes.
const joinCost = 2

// cost is about how many looks at a passage joining the units is worth.
func (u *rangeUnits) cost(s *shard) int {
	return s.facets[month].met(u.cutMonths) +
		joinCost*(s.facets[year].met(u.years)+s.facets[month].met(u.months)+s.facets[year].met(u.cutYears))
}

// inUnits gives the passages that satisfy the filter by its units, with the undated ones where
// they are asked for.
func (f *dateFilter) inUnits(s *shard, u rangeUnits) (*roaring.Bitmap, error) {
	var parts []*roaring.Bitmap
	for _, part := range []struct {
		facet facetID
		units []uint32
		cut   bool
	}{{year, u.years, false}, {month, u.months, false}, {month, u.cutMonths, true}} {
		b, err := s.inUnits(part.facet, part.units)
		if err != nil {
			return nil, err
		}
		if part.cut {
			b = f.pick(s, b)
		}
		parts = append(parts, b)
	}
	cut, err := s.inUnits(year, u.cutYears)
	if err != nil {
		return nil, err
	}
	vague, err := s.withoutMonth()
	if err != nil {
		return nil, err
	}
	parts = append(parts, f.pick(s, roaring.And(cut, vague)))
	if f.undated {
		none, err := s.facets[year].none()
		if err != nil {
			return nil, err
		}
		parts = append(parts, none)
	}
	return union(parts), nil
}

// inUnits gives the passages of values of a facet, for reading only.
func (s *shard) inUnits(f facetID, values []uint32) (*roaring.Bitmap, error) {
	list := make([]*roaring.Bitmap, len(values))
	for i, k := range values {
		var err error
		if list[i], err = s.facets[f].bitmap(k); err != nil {
			return nil, err
		}
	}
	return union(list), nil
}

// withoutMonth gives the passages with an event whose precision does not name a month by itself,
// for reading only.
func (s *shard) withoutMonth() (*roaring.Bitmap, error) {
	var coarse []uint32
	for k := range s.facets[precision].size() {
		switch s.facets[precision].id(k) {
		case "day", "week", "month":
		default:
			coarse = append(coarse, uint32(k))
		}
	}
	return s.inUnits(precision, coarse)
}
