package indexer

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// pick gives those of c that satisfy the filter, looking at each. Where each passage has one event
// and one range is asked for, which is the rule, that is a loop without a call or a branch: most
// of its time is the memory that it waits for, and so it waits for many at once.
func (f *dateFilter) pick(s *shard, c *roaring.Bitmap) *roaring.Bitmap {
	e := s.events
	if e.starts.single && len(f.ranges) == 1 {
		w := f.window(e)
		switch {
		case w.hi < w.lo:
			return roaring.New()
		case e.start.one != nil:
			return pickWithin(c, e.start.one, w)
		case e.start.two != nil:
			return pickWithin(c, e.start.two, w)
		}
	}
	return pick(c, func(i uint32) bool { return f.of(s, i) })
}

// window is a range of numbers, both ends included: days counted from the epoch of a shard's events,
// on which those of a range begin, or a value of a facet. Unless exact is nil it has to hold too.
type window struct {
	lo, hi int64
	exact  func(i uint32) bool
}

// window turns the one range of a filter into days on which an event in it may begin. An event
// that lasts no longer than a day needs no second look.
func (f *dateFilter) window(e *eventColumn) *window {
	w := &window{lo: 0, hi: maxDayNumber}
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

// pickRooms keeps lists for what is found; a bitmap made of one does not hold it.
var pickRooms sync.Pool // of *[]uint32

// pickWithin gives those of c whose one number in a column is in a window.
func pickWithin[T uint8 | uint16](c *roaring.Bitmap, numbers []T, w *window) *roaring.Bitmap {
	room, _ := pickRooms.Get().(*[]uint32)
	if room == nil {
		room = new([]uint32)
	}
	defer pickRooms.Put(room)
	keep := slices.Grow((*room)[:0], int(c.GetCardinality()))
	*room = keep
	lo, days := uint32(w.lo), uint32(w.hi-w.lo)
	var buf [512]uint32
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return bitmapOf(keep)
		}
		from := len(keep)
		found := from
		keep = keep[:found+n]
		for _, i := range buf[:n] {
			keep[found] = i
			if uint32(numbers[i])-lo <= days { // below lo it is a huge number
				found++
			}
		}
		keep = keep[:found]
		if w.exact != nil {
			keep = keep[:from+len(slices.DeleteFunc(keep[from:], func(i uint32) bool { return !w.exact(i) }))]
		}
	}
}
