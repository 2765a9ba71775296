package indexer

import (
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
)

// union joins bitmaps, for reading only. Many short lists are joined as bits of one array: roaring
// merges them two by two, which reads what was joined so far again and again.
func union(list []*roaring.Bitmap) *roaring.Bitmap {
	var parts []*roaring.Bitmap
	total, end := 0, 0
	for _, b := range list {
		if b.IsEmpty() {
			continue
		}
		parts = append(parts, b)
		total += int(b.GetCardinality())
		end = max(end, int(b.Maximum())+1)
	}
	switch {
	case len(parts) == 0:
		return roaring.New()
	case len(parts) == 1:
		return parts[0]
	case total < end/sparseUnion || total > end/denseUnion*len(parts):
		return roaring.FastOr(parts...)
	}
	return joinBits(parts, end)
}

// Lists with less than one passage in sparseUnion are not worth an array of all; those with more
// than one in denseUnion each are such arrays in roaring too, joined word by word.
const (
	sparseUnion = 128
	denseUnion  = 16
)

// unionRooms keeps arrays of bits; a bitmap made of one does not hold it.
var unionRooms sync.Pool // of *[]uint64

// joinBits joins bitmaps of passages below end.
func joinBits(parts []*roaring.Bitmap, end int) *roaring.Bitmap {
	room, _ := unionRooms.Get().(*[]uint64)
	if room == nil {
		room = new([]uint64)
	}
	defer unionRooms.Put(room)
	n := (end + 63) / 64
	bits := slices.Grow((*room)[:0], n)[:n]
	*room = bits
	clear(bits)
	var buf [512]uint32
	for _, b := range parts {
		for it := b.ManyIterator(); ; {
			k := it.NextMany(buf[:])
			if k == 0 {
				break
			}
			for _, i := range buf[:k] {
				bits[i/64] |= 1 << (i % 64)
			}
		}
	}
	return roaring.FromDense(bits, true)
}
