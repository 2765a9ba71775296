package indexer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"sort"
)

// zapx ranges over a map when it writes, for each field, the list of (section, address)
// pairs at the end of a segment, so that two merges of equal parts differ in the order of
// those pairs and in the checksum. The pairs are read by their section number, never by
// their order; orderSegment sorts them and puts the checksum right, and equal parts give
// equal files.
//
// The end of a segment of zapx v17, numbers big endian, varints where said:
//
//	for each field: varint length of its name, name, varint options, varint k,
//	                k × (uint16 section, uint64 address)
//	varint number of fields, for each field the uint64 offset of the above
//	footer: uint32 length of a writer's name (0), uint64 passages, uint64 stored index,
//	        uint64 offset of "number of fields", uint32 chunk mode, uint32 version,
//	        uint32 CRC-32 (IEEE) of all bytes before it

// Sizes within the end of a segment.
const (
	zapFooter = 40 // bytes of the footer with an empty writer's name
	zapFields = 20 // from the end of the file back to the offset of the fields
	zapPair   = 10 // bytes of a (section, address) pair
)

// errSegmentShape says that zapx writes another format than this file knows.
var errSegmentShape = errors.New("the segment's fields are not where zapx v17 keeps them")

// orderSegment makes the bytes of a merged segment independent of the order of a map.
func orderSegment(b []byte) error {
	if len(b) < zapFooter {
		return errSegmentShape
	}
	body := b[:len(b)-zapFooter]
	at := binary.BigEndian.Uint64(b[len(b)-zapFields:])
	r := &uvarintReader{b: body, at: at}
	for n := r.next(); n > 0 && !r.bad; n-- {
		if !orderPairs(body, r.uint64()) {
			return errSegmentShape
		}
	}
	if r.bad {
		return errSegmentShape
	}
	sum := b[len(b)-4:]
	binary.BigEndian.PutUint32(sum, crc32.ChecksumIEEE(b[:len(b)-4]))
	return nil
}

// orderPairs sorts the pairs of the field at an offset; false when they do not fit.
func orderPairs(body []byte, at uint64) bool {
	r := &uvarintReader{b: body, at: at}
	r.at += r.next() // the name
	r.next()         // the options
	k := r.next()
	if r.bad || k > 64 || r.at+k*zapPair > uint64(len(body)) {
		return false
	}
	pairs := make([][]byte, k)
	list := body[r.at : r.at+k*zapPair]
	for i := range pairs {
		pairs[i] = bytes.Clone(list[i*zapPair : (i+1)*zapPair])
	}
	sort.Slice(pairs, func(i, j int) bool { return bytes.Compare(pairs[i], pairs[j]) < 0 })
	copy(list, bytes.Join(pairs, nil))
	return true
}

// uvarintReader reads numbers one after the other and remembers when they leave the bytes.
type uvarintReader struct {
	b   []byte
	at  uint64
	bad bool
}

// next reads a varint.
func (r *uvarintReader) next() uint64 {
	if r.at >= uint64(len(r.b)) {
		r.bad = true
		return 0
	}
	v, n := binary.Uvarint(r.b[r.at:])
	r.at += uint64(max(n, 0))
	r.bad = r.bad || n <= 0
	return v
}

// uint64 reads eight bytes, big endian.
func (r *uvarintReader) uint64() uint64 {
	if r.at+8 > uint64(len(r.b)) {
		r.bad = true
		return 0
	}
	r.at += 8
	return binary.BigEndian.Uint64(r.b[r.at-8:])
}

// orderSegmentFile orders a segment where it lies and syncs it.
func orderSegmentFile(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := orderSegment(b); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return writeSynced(path, func(f *os.File) error {
		_, err := f.Write(b)
		return err
	})
}
