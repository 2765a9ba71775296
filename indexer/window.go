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
