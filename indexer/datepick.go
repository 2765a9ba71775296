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
	if !e.starts.single || len(f.ranges) != 1 {
		return pick(c, func(i uint32) bool { return f.of(s, i) })
	}
	w := dayWindow{lo: -1 << 62, hi: 1 << 62, certain: f.certain, kinds: e.kinds, kind: e.kind}
	if r := f.ranges[0]; r.From != nil {
		w.lo = int64(*r.From) - e.epoch
	}
	if r := f.ranges[0]; r.To != nil {
		w.hi = int64(*r.To) - e.epoch
	}
	switch {
	case e.start.one != nil:
		return pickDays(c, e.start.one, &w)
	case e.start.two != nil:
		return pickDays(c, e.start.two, &w)
	}
	return pick(c, func(i uint32) bool { return f.of(s, i) })
}

// dayWindow is a range of days counted from the epoch of a shard's events.
type dayWindow struct {
	lo, hi  int64
	certain bool
	kinds   []uint32
	kind    narrow
}

// pickRooms keeps lists for what is found; a bitmap made of one does not hold it.
var pickRooms sync.Pool // of *[]uint32

// pickDays gives those of c whose one event, of which start has the first day, is in a window.
func pickDays[T uint8 | uint16](c *roaring.Bitmap, start []T, w *dayWindow) *roaring.Bitmap {
	room, _ := pickRooms.Get().(*[]uint32)
	if room == nil {
		room = new([]uint32)
	}
	defer pickRooms.Put(room)
	keep := slices.Grow((*room)[:0], int(c.GetCardinality()))
	*room = keep
	var buf [512]uint32
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			return bitmapOf(keep)
		}
		found := len(keep)
		keep = keep[:found+n]
		for _, i := range buf[:n] {
			first := int64(start[i])
			last := first + int64(w.kinds[3*w.kind.at(i)])
			keep[found] = i
			if w.certain {
				first, last = last, first
			}
			if first <= w.hi && last >= w.lo {
				found++
			}
		}
		keep = keep[:found]
	}
}
