package indexer

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash"
	"hash/crc32"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"

	"ibid/internal/disk"
)

// text.zap is a segment of bleve in its own format, zap 17, written here from the words of a
// shard as they are numbered anyway, and read by zapx. Letting zapx build it from documents was
// two thirds of the time of a build: it takes a map of words for each passage and asks two more
// maps for each word. What is written, numbers big endian, varints where said:
//
//	a stored document that all share: varint 1, varint 1, a meta byte 0 (the length of its id)
//	and a data byte 0 (nothing, in snappy)
//	stored index: for each passage the uint64 offset of that document
//	varint 0: no documents within documents
//	for each word in more than one passage: varint 0 and varint 0 (neither frequencies nor
//	places), varint length, a roaring bitmap
//	varint length, a vellum FST of the words: the offset of the above; of a word in one passage
//	the passage itself, as zapx marks it
//	the field "exact": varint 2⁶⁴-1 twice (no doc values), varint offset of the FST
//	for each of the fields "_id" and "exact": varint length, name, varint options, varint 1,
//	uint16 0 (the section of words), uint64 offset of the above; 0 for "_id"
//	varint 2, the uint64 offset of each of these two
//	uint32 0, uint64 passages, uint64 offset of the stored index, uint64 offset of "varint 2",
//	uint32 chunk mode, uint32 17, uint32 CRC-32 (IEEE) of all bytes before it
//
// A word's frequency in a passage is counted in its words, so none is kept.

// segmentWriter writes text.zap and knows how far it is.
type segmentWriter struct {
	w    *bufio.Writer
	sum  hash.Hash32
	at   uint64
	fail error
	buf  []byte
}

// write appends bytes.
func (w *segmentWriter) write(b []byte) {
	if w.fail == nil {
		_, w.fail = w.w.Write(b)
	}
	w.sum.Write(b)
	w.at += uint64(len(b))
}

// varints appends numbers.
func (w *segmentWriter) varints(list ...uint64) {
	w.buf = w.buf[:0]
	for _, n := range list {
		w.buf = binary.AppendUvarint(w.buf, n)
	}
	w.write(w.buf)
}

// writeSegment writes and syncs the segment of the passages of w. It must not exist yet.
func writeSegment(path string, w *wordWriter, v *vocabulary) error {
	return disk.WriteSynced(path, func(f disk.File) error {
		s := &segmentWriter{sum: crc32.NewIEEE(), w: bufio.NewWriterSize(f, 1<<20)}
		n := len(w.first) - 1
		stored := s.stored(n)
		dict, err := s.dictionary(w, v)
		if err != nil {
			return err
		}
		s.end(n, stored, dict)
		if s.fail != nil {
			return s.fail
		}
		return s.w.Flush()
	})
}

// stored writes what stands for the stored fields of n documents, and gives where its index is.
func (w *segmentWriter) stored(n int) uint64 {
	w.write([]byte{1, 1, 0, 0})
	at := w.at
	block := make([]byte, 8<<10)
	for left := 8 * n; left > 0; left -= len(block) {
		block = block[:min(left, len(block))]
		w.write(block)
	}
	w.varints(0)
	return at
}

// dictionary writes the lists of passages and the words, and gives where the words are.
func (w *segmentWriter) dictionary(words *wordWriter, v *vocabulary) (uint64, error) {
	lists := words.invert()
	var fst bytes.Buffer
	b, err := vellum.New(&fst, &vellum.BuilderOpts{Encoder: 1, RegistryMRUSize: 1})
	if err != nil {
		return 0, err
	}
	number := make([]uint32, len(v.place))
	for k, p := range v.place {
		number[p] = uint32(k)
	}
	var bits []byte
	for p, word := range v.order {
		docs := lists.of(number[p])
		at := w.at
		if len(docs) == 1 {
			at = zap.FSTValEncode1Hit(uint64(docs[0]), zap.NormBits1Hit)
		} else {
			bits = appendRoaring(bits[:0], docs)
			w.varints(0, 0, uint64(len(bits)))
			w.write(bits)
		}
		if err := b.Insert([]byte(word), at); err != nil {
			return 0, err
		}
	}
	if err := b.Close(); err != nil {
		return 0, err
	}
	at := w.at
	w.varints(uint64(fst.Len()))
	w.write(fst.Bytes())
	return at, nil
}

// end writes the fields and the footer.
func (w *segmentWriter) end(n int, stored, dict uint64) {
	exact := w.at
	w.varints(1<<64-1, 1<<64-1, dict)
	var fields [2]uint64
	for i, f := range []struct {
		name    string
		options index.FieldIndexingOptions
		at      uint64
	}{{"_id", index.IndexField | index.StoreField, 0}, {fieldExact, index.IndexField | index.SkipFreqNorm, exact}} {
		fields[i] = w.at
		w.varints(uint64(len(f.name)))
		w.write([]byte(f.name))
		w.varints(uint64(f.options), 1)
		w.write(binary.BigEndian.AppendUint64([]byte{0, 0}, f.at))
	}
	at := w.at
	w.varints(2)
	b := binary.BigEndian.AppendUint64(nil, fields[0])
	b = binary.BigEndian.AppendUint64(b, fields[1])
	b = binary.BigEndian.AppendUint32(b, 0)
	b = binary.BigEndian.AppendUint64(b, uint64(n))
	b = binary.BigEndian.AppendUint64(b, stored)
	b = binary.BigEndian.AppendUint64(b, at)
	b = binary.BigEndian.AppendUint32(b, zap.DefaultChunkMode)
	w.write(binary.BigEndian.AppendUint32(b, zap.Version))
	w.write(binary.BigEndian.AppendUint32(nil, w.sum.Sum32()))
}

// postingLists are the passages of each word, by its number of first sight.
type postingLists struct {
	from []uint32 // where the list of each word begins in docs, and the end
	docs []uint32
}

// of gives the passages of a word, rising.
func (l *postingLists) of(k uint32) []uint32 { return l.docs[l.from[k]:l.from[k+1]] }

// invert lists the passages of each word.
func (w *wordWriter) invert() *postingLists {
	l := &postingLists{from: make([]uint32, len(w.words)+1)}
	for k, n := range w.in {
		l.from[k+1] = l.from[k] + n
	}
	l.docs = make([]uint32, l.from[len(w.words)])
	next := append([]uint32(nil), l.from[:len(w.words)]...)
	w.seq.passages(w.first, func(i uint32, list []uint32) {
		for _, k := range list {
			if n := next[k]; n == l.from[k] || l.docs[n-1] != i {
				l.docs[n] = i
				next[k]++
			}
		}
	})
	return l
}
