package indexer

import (
	"sort"

	"github.com/klauspost/compress/zstd"
)

// A block store keeps records of bytes in zstd blocks that can be read one at a time. Its
// column file has three sections:
//
//	blocks  the compressed blocks, one after the other; each is a zstd frame
//	index   uint64 × 2(b+1): for each block, and for the end, the offset of its first byte
//	        in "blocks" and the offset of its content in the records laid end to end
//	records uint64 × (n+1): where each record begins in the records laid end to end, and
//	        where the last one ends
//
// A block is closed once it holds blockSize bytes, so a record never crosses a border. 16 KiB
// costs about a tenth more than 64 KiB on news text and makes one hit four times cheaper.

// blockSize is the number of bytes after which a block is closed.
const blockSize = 16 << 10

// maxBlock bounds what a block may unpack to: a document of the largest page with its notes.
const maxBlock = 1 << 30

// blockWriter gathers records.
type blockWriter struct {
	enc     *zstd.Encoder
	open    []byte // records of the block that is not closed yet
	total   uint64 // bytes of all records so far
	blocks  []byte
	index   []uint64
	records []uint64
}

// newBlockWriter returns an empty store to be filled.
func newBlockWriter() (*blockWriter, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1),
		zstd.WithEncoderLevel(zstd.SpeedDefault))
	return &blockWriter{enc: enc}, err
}

// add appends a record; the bytes are copied.
func (w *blockWriter) add(b []byte) {
	w.records = append(w.records, w.total)
	w.open = append(w.open, b...)
	w.total += uint64(len(b))
	if len(w.open) >= blockSize {
		w.flush()
	}
}

// flush closes the open block.
func (w *blockWriter) flush() {
	if len(w.open) == 0 {
		return
	}
	w.index = append(w.index, uint64(len(w.blocks)), w.total-uint64(len(w.open)))
	w.blocks = w.enc.EncodeAll(w.open, w.blocks)
	w.open = w.open[:0]
}

// sections closes the store and gives what is to be written.
func (w *blockWriter) sections() []section {
	w.flush()
	w.index = append(w.index, uint64(len(w.blocks)), w.total)
	w.records = append(w.records, w.total)
	return []section{
		{"blocks", w.blocks}, {"index", rawNumbers(w.index)}, {"records", rawNumbers(w.records)},
	}
}

// blockStore is an open store. It may be read by several goroutines.
type blockStore struct {
	col     *column
	blocks  []byte
	index   []uint64
	records []uint64
	dec     *zstd.Decoder
}

// openBlocks opens a store of n records.
func openBlocks(path string, n int) (*blockStore, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	s := &blockStore{col: col}
	if err := s.load(n); err != nil {
		col.close()
		return nil, err
	}
	return s, nil
}

// load finds the sections of the store and checks that they fit each other.
func (s *blockStore) load(n int) (err error) {
	if s.blocks, err = s.col.bytes("blocks"); err != nil {
		return err
	}
	if s.index, err = numbers[uint64](s.col, "index", -1); err != nil {
		return err
	}
	if s.records, err = numbers[uint64](s.col, "records", n+1); err != nil {
		return err
	}
	if len(s.index) < 2 || len(s.index)%2 != 0 {
		return damaged(s.col.path, "has no index of its blocks")
	}
	s.dec, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0),
		zstd.WithDecoderMaxMemory(maxBlock))
	return err
}

// close ends the store.
func (s *blockStore) close() {
	s.dec.Close()
	s.col.close()
}

// blockReader reads records and keeps the last block unpacked, so that records read in order
// unpack each block once. It belongs to one goroutine.
type blockReader struct {
	s     *blockStore
	block int // unpacked now; -1 for none
	data  []byte
}

// reader starts reading.
func (s *blockStore) reader() *blockReader { return &blockReader{s: s, block: -1} }

// record gives record i. The bytes hold until the next call.
func (r *blockReader) record(i int) ([]byte, error) {
	s := r.s
	from, to := s.records[i], s.records[i+1]
	n := len(s.index)/2 - 1
	b := sort.Search(n, func(k int) bool { return s.index[2*k+1] > from }) - 1
	if from == to {
		return nil, nil
	}
	if b < 0 || to < from {
		return nil, damaged(s.col.path, "has no block for record %d", i)
	}
	if err := r.unpack(b); err != nil {
		return nil, err
	}
	base := s.index[2*b+1]
	if to-base > uint64(len(r.data)) {
		return nil, damaged(s.col.path, "record %d leaves its block", i)
	}
	return r.data[from-base : to-base], nil
}

// unpack makes block b the one at hand.
func (r *blockReader) unpack(b int) error {
	if r.block == b {
		return nil
	}
	s := r.s
	from, to := s.index[2*b], s.index[2*b+2]
	if from > to || to > uint64(len(s.blocks)) {
		return damaged(s.col.path, "block %d leaves the file", b)
	}
	r.block = -1
	data, err := s.dec.DecodeAll(s.blocks[from:to], r.data[:0])
	if err != nil {
		return damaged(s.col.path, "block %d: %w", b, err)
	}
	r.data, r.block = data, b
	return nil
}
