package indexer

import "github.com/RoaringBitmap/roaring/v2"

// pick gives those of c that satisfy the filter, looking at each.
func (f *dateFilter) pick(s *shard, c *roaring.Bitmap) *roaring.Bitmap {
	if w := f.window(s.events); w != nil {
		return pickWithin(c, w)
	}
	return pick(c, func(i uint32) bool { return f.of(s, i) })
}

// window turns the range of a filter into days, counted from the epoch, on which an event in it may
// begin; nil where that is not all there is to it. An event that lasts no longer than a day needs
// no second look.
func (f *dateFilter) window(e *eventColumn) *window {
	if !e.starts.single || len(f.ranges) != 1 || e.start.one == nil && e.start.two == nil {
		return nil
	}
	w := &window{narrow: e.start, hi: maxDayNumber}
	lo, hi := int64(0), int64(1)<<62
	if r := f.ranges[0]; r.From != nil {
		lo = int64(*r.From) - e.epoch
	}
	if r := f.ranges[0]; r.To != nil {
		hi = int64(*r.To) - e.epoch
	}
	w.hi = min(w.hi, hi)
	if f.certain {
		w.lo = max(w.lo, lo)
	} else {
		w.lo = max(w.lo, lo-e.longest)
	}
	if e.longest > 0 {
		w.exact = func(i uint32) bool {
			first := int64(e.start.at(i))
			last := first + int64(e.kinds[3*e.kind.at(i)])
			if f.certain {
				first, last = last, first
			}
			return first <= hi && last >= lo
		}
	}
	return w
}

// maxDayNumber is the last day that a narrow number of a day can name.
const maxDayNumber = 1<<16 - 1
