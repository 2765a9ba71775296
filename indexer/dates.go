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
func (f *dateFilter) passages(s *shard, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	d := datedSet{s: s, f: f}
	return d.among(c)
}

// datedSet is a filter on a shard that is asked several times.
type datedSet struct {
	s  *shard
	f  *dateFilter
	in *roaring.Bitmap // all passages that satisfy it, once that was worth its while
}

// among gives those of c that satisfy the filter: by the years where these decide and c is so
// large that joining their passages costs less than looking at each of c.
func (d *datedSet) among(c *roaring.Bitmap) (*roaring.Bitmap, error) {
	if d.in == nil {
		years := d.f.years(d.s)
		if years == nil || d.s.facets[year].met(years) >= 2*int(c.GetCardinality()) {
			return pick(c, func(i uint32) bool { return d.f.of(d.s, i) }), nil
		}
		var err error
		if d.in, err = d.f.inYears(d.s, years); err != nil {
			return nil, err
		}
	}
	return roaring.And(d.in, c), nil
}

// of reports whether a passage satisfies the filter.
func (f *dateFilter) of(s *shard, i uint32) bool {
	from, to := s.events.of(i)
	if from == to {
		return f.undated
	}
	for e := from; e < to; e++ {
		if f.holds(s.events.days(e)) {
			return true
		}
	}
	return false
}

// years gives the years of a shard whose passages, with the undated where these are asked for,
// are those that satisfy the filter: an event overlaps whole years if it touches one of them.
// It is nil where the filter is not of that kind.
func (f *dateFilter) years(s *shard) []uint32 {
	if f.certain || len(f.ranges) == 0 {
		return nil
	}
	for _, r := range f.ranges {
		if r.From != nil {
			if _, m, d := r.From.Date(); m != 1 || d != 1 {
				return nil
			}
		}
		if r.To != nil {
			if _, m, d := r.To.Date(); m != 12 || d != 31 {
				return nil
			}
		}
	}
	out := []uint32{}
	for _, u := range s.unitsOf(year) {
		if f.holds(u.first, u.last) {
			out = append(out, u.ordinal)
		}
	}
	return out
}

// inYears gives the passages of years and, where they are asked for, the undated ones.
func (f *dateFilter) inYears(s *shard, years []uint32) (*roaring.Bitmap, error) {
	if f.undated {
		years = append(years, uint32(s.facets[year].size()))
	}
	var list []*roaring.Bitmap
	for _, k := range years {
		b, err := s.facets[year].bitmap(k)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return roaring.FastOr(list...), nil
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
