package indexer

import (
	"slices"

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
	s      *shard
	f      *dateFilter
	looked int             // at so many passages
	units  *rangeUnits     // once they were needed
	in     *roaring.Bitmap // all passages that satisfy it, once that was worth its while
}

// among gives those of c that satisfy the filter.
func (d *datedSet) among(c *roaring.Bitmap) (*roaring.Bitmap, error) {
	look, err := d.look(int(c.GetCardinality()))
	switch {
	case err != nil:
		return nil, err
	case look:
		return d.f.pick(d.s, c), nil
	}
	return roaring.And(d.in, c), nil
}

// look reports whether n passages are to be looked at one by one. So many may have been asked for
// that joining those of the years and months costs less than looking at each: then it does so.
func (d *datedSet) look(n int) (bool, error) {
	if d.in != nil {
		return false, nil
	}
	if d.looked += n; d.f.certain || d.looked < fewByDate {
		return true, nil
	}
	if d.units == nil {
		u := d.f.units(d.s)
		d.units = &u
	}
	if d.units.cost(d.s) >= d.looked {
		return true, nil
	}
	var err error
	d.in, err = d.f.inUnits(d.s, *d.units)
	return false, err
}

// window is the filter as a range of numbers, for n passages; nil where it is not one or does not
// pay.
func (d *datedSet) window(n int) (*window, error) {
	if d.f.empty() {
		return nil, nil
	}
	w := d.f.window(d.s.events)
	if w == nil {
		return nil, nil
	}
	look, err := d.look(n)
	if !look {
		w = nil
	}
	return w, err
}

// fewByDate is how many passages are looked at without a thought.
const fewByDate = 8192

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

// covers reports whether one range has all days from first to last.
func (f *dateFilter) covers(first, last corpus.Day) bool {
	return slices.ContainsFunc(f.ranges, func(r query.DateRange) bool {
		return (r.From == nil || *r.From <= first) && (r.To == nil || last <= *r.To)
	})
}

// pick gives the members of c that satisfy a test.
func pick(c *roaring.Bitmap, test func(uint32) bool) *roaring.Bitmap {
	var keep []uint32
	var buf [512]uint32
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return bitmapOf(keep)
		}
		for _, i := range buf[:n] {
			if test(i) {
				keep = append(keep, i)
			}
		}
	}
}
