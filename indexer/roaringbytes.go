package indexer

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"
)

// Lists of passages are written as roaring bitmaps in their portable form (the RoaringFormatSpec
// of the roaring authors), straight from lists in rising order: adding passage by passage to a
// bitmap and asking it for its bytes took a third of the time of a build. Numbers are little
// endian:
//
//	uint32 12346, uint32 number of containers
//	for each container: uint16 upper 16 bits of its passages, uint16 how many less one
//	for each container: uint32 where it begins, from the first byte on
//	for each container: its lower 16 bits, uint16 each; above 4,096 of them 65,536 bits
//
// Containers of runs are not written.

const (
	roaringCookie = 12346
	roaringArray  = 4096    // the most a container lists
	roaringBits   = 1 << 13 // bytes of 65,536 bits
)

// appendRoaring appends the bitmap of passages in rising order, each once.
func appendRoaring(dst []byte, docs []uint32) []byte {
	containers := 0
	for at := 0; at < len(docs); at = roaringEnd(docs, at) {
		containers++
	}
	dst = binary.LittleEndian.AppendUint32(dst, roaringCookie)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(containers))
	for at := 0; at < len(docs); {
		end := roaringEnd(docs, at)
		dst = binary.LittleEndian.AppendUint16(dst, uint16(docs[at]>>16))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(end-at-1))
		at = end
	}
	begins := 8 + 8*containers
	for at := 0; at < len(docs); {
		end := roaringEnd(docs, at)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(begins))
		begins += min(2*(end-at), roaringBits) // 4,096 of two bytes each are as many as the bits
		at = end
	}
	for at := 0; at < len(docs); {
		end := roaringEnd(docs, at)
		dst = appendContainer(dst, docs[at:end])
		at = end
	}
	return dst
}

// bitmapOf gives the bitmap of passages in rising order, each once, for reading only: by its bytes
// where there are many, in a third of the time of adding them.
func bitmapOf(docs []uint32) *roaring.Bitmap {
	if len(docs) < fewPassages {
		return roaring.BitmapOf(docs...)
	}
	b := roaring.New()
	containers := min(len(docs), int(docs[len(docs)-1]>>16-docs[0]>>16)+1)
	if _, err := b.FromBuffer(appendRoaring(make([]byte, 0, 8+8*containers+2*len(docs)), docs)); err != nil {
		panic(err) // it reads what was written for it
	}
	return b
}

// fewPassages is how many passages are added one by one.
const fewPassages = 8

// roaringEnd gives where the container that begins at a place of docs ends.
func roaringEnd(docs []uint32, at int) int {
	key := docs[at] >> 16
	if docs[len(docs)-1]>>16 == key {
		return len(docs)
	}
	// Galloping, then halving: lists are short or containers long.
	step := 1
	for at+step < len(docs) && docs[at+step]>>16 == key {
		step *= 2
	}
	lo, hi := at+step/2, min(at+step, len(docs))
	for lo < hi {
		if mid := (lo + hi) / 2; docs[mid]>>16 == key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// appendContainer appends the lower halves of the passages of one container.
func appendContainer(dst []byte, docs []uint32) []byte {
	if len(docs) <= roaringArray {
		for _, d := range docs {
			dst = binary.LittleEndian.AppendUint16(dst, uint16(d))
		}
		return dst
	}
	n := len(dst)
	dst = append(dst, make([]byte, roaringBits)...)
	for _, d := range docs {
		dst[n+int(d&0xffff)>>3] |= 1 << (d & 7)
	}
	return dst
}
