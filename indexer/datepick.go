package indexer

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// Where each passage has one number in a column, its first day or its value of a facet, and one
// range of them is asked for, which is the rule, looking at many is a loop without a call or a
// branch: most of its time is the memory that it waits for, and so it waits for many at once.

// window is a range of numbers of a column of one or two bytes each, both ends included; one and
// two are as in narrow. Unless exact is nil it has to hold too.
type window struct {
	narrow
	lo, hi int64
	exact  func(i uint32) bool
}

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

// pickRooms keeps lists for what is found; a bitmap made of one does not hold it.
var pickRooms sync.Pool // of *[]uint32

// pickedAtOnce is how many passages are looked at in one go.
const pickedAtOnce = 512

// pickWithin gives those of c that are in all windows.
func pickWithin(c *roaring.Bitmap, windows ...*window) *roaring.Bitmap {
	if len(windows) == 0 {
		return c
	}
	room, _ := pickRooms.Get().(*[]uint32)
	if room == nil {
		room = new([]uint32)
	}
	defer pickRooms.Put(room)
	keep := (*room)[:0]
	for it := c.ManyIterator(); ; {
		keep = slices.Grow(keep, pickedAtOnce)
		list := keep[len(keep) : len(keep)+pickedAtOnce]
		list = list[:it.NextMany(list)]
		if len(list) == 0 {
			*room = keep
			return bitmapOf(keep)
		}
		for _, w := range windows {
			list = w.pick(list)
		}
		keep = keep[:len(keep)+len(list)]
	}
}

// pick keeps those of a list that are in the window.
func (w *window) pick(list []uint32) []uint32 {
	switch {
	case w.hi < w.lo:
		return list[:0]
	case w.one != nil:
		list = within(list, w.one, uint32(w.lo), uint32(w.hi))
	default:
		list = within(list, w.two, uint32(w.lo), uint32(w.hi))
	}
	if w.exact != nil {
		list = slices.DeleteFunc(list, func(i uint32) bool { return !w.exact(i) })
	}
	return list
}

// within keeps those of a list whose number is from lo to hi.
func within[T uint8 | uint16](list []uint32, numbers []T, lo, hi uint32) []uint32 {
	found := 0
	for _, i := range list {
		list[found] = i
		if uint32(numbers[i])-lo <= hi-lo { // below lo it is a huge number
			found++
		}
	}
	return list[:found]
}
