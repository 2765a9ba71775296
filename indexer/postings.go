package indexer

import (
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"

	"ibid/internal/disk"
)

// Postings are a segment of bleve, one a shard, read by bleve's zapx package: for each folded
// word of the texts the passages that hold it, document number i being passage i. Nothing else
// is kept: phrases are verified, and frequencies counted, on the column of words; facets on
// theirs. segment.go writes it and says byte by byte what is in it.

// fieldExact names the one field of a segment in bleve's terms, and words as they are in the
// explanations of a hit; fieldStem there names words found by their stem.
const (
	fieldExact = "exact"
	fieldStem  = "stem"
)

// postings is an open segment. It may be read by several goroutines: a dictionary of zapx may
// not, since it remembers where it looked last, so each call borrows one.
type postings struct {
	path string
	seg  segment.Segment
	pool sync.Pool // of segment.TermDictionary
}

// openPostings maps a segment of n passages. The file must have been verified before: zapx
// trusts what it reads.
func openPostings(path string, n int) (*postings, error) {
	local, release, err := disk.Local(path)
	if err != nil {
		return nil, damaged(path, "%w", err)
	}
	defer release() // zapx maps the file: its name is not needed any more
	seg, err := new(zap.ZapPlugin).Open(local)
	if err != nil {
		return nil, damaged(path, "%w", err)
	}
	p := &postings{path: path, seg: seg}
	if seg.Count() != uint64(n) {
		p.close()
		return nil, damaged(path, "holds %d passages, the manifest says %d", seg.Count(), n)
	}
	d, err := p.dictionary()
	if err != nil {
		p.close()
		return nil, err
	}
	p.pool.Put(d)
	return p, nil
}

// dictionary gives a dictionary that nobody else uses; it is to be put back.
func (p *postings) dictionary() (segment.TermDictionary, error) {
	if d, ok := p.pool.Get().(segment.TermDictionary); ok {
		return d, nil
	}
	d, err := p.seg.Dictionary(fieldExact)
	if err != nil {
		return nil, damaged(p.path, "field %s: %w", fieldExact, err)
	}
	return d, nil
}

// close ends the segment.
func (p *postings) close() { _ = p.seg.Close() } // a mapping: nothing can be lost by it

// bitmap gives the passages that hold a word, for reading only; empty when there are none.
func (p *postings) bitmap(word []byte) (*roaring.Bitmap, error) {
	d, err := p.dictionary()
	if err != nil {
		return nil, err
	}
	list, err := d.PostingsList(word, nil, nil)
	if err != nil {
		return nil, damaged(p.path, "word %q: %w", word, err)
	}
	p.pool.Put(d)
	if o, ok := list.Iterator(false, false, false, nil).(segment.OptimizablePostingsIterator); ok {
		if b := o.ActualBitmap(); b != nil {
			return b, nil
		}
		if d, ok := o.DocNum1Hit(); ok {
			return roaring.BitmapOf(uint32(d)), nil
		}
	}
	return roaring.New(), nil
}
