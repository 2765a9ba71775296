package indexer

import (
	"fmt"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// Postings are bleve's own zap segments, one a shard, made and read by bleve's zapx package:
// for each term of a field the passages that hold it and how often. Two fields are kept:
//
//	exact  the folded words of the text
//	stem   their stems in the language of the document
//
// Nothing else is: no positions, no doc values, nothing stored but an empty _id, which zapx
// asks for. Phrases are verified on the column of word numbers, facets counted on theirs.
//
// A segment is made from passages in their order, some thousand at a time, and the parts are
// merged in order, so document number i is passage i and equal input gives equal bytes.
// bleve's own builder ranges over a map and does neither; see also orderSegment.

// The fields of a segment.
const (
	fieldExact = "exact"
	fieldStem  = "stem"
)

// segmentDoc is one passage as zapx takes it in: analysed already.
type segmentDoc struct{ fields [3]segmentField }

// newSegmentDoc makes the passage with these words and stems; stems may repeat words.
func newSegmentDoc(words, stems []string) *segmentDoc {
	return &segmentDoc{[3]segmentField{
		{name: "_id", options: index.IndexField | index.StoreField},
		{name: fieldExact, options: index.IndexField, length: len(words), freqs: frequencies(words)},
		{name: fieldStem, options: index.IndexField, length: len(stems), freqs: frequencies(stems)},
	}}
}

// frequencies counts equal terms.
func frequencies(terms []string) index.TokenFrequencies {
	m := make(index.TokenFrequencies, len(terms))
	for _, t := range terms {
		f := m[t]
		if f == nil {
			f = &index.TokenFreq{Term: []byte(t)}
			m[t] = f
		}
		f.SetFrequency(f.Frequency() + 1)
	}
	return m
}

// The methods of index.Document that zapx calls.

func (d *segmentDoc) ID() string                                 { return "" }
func (d *segmentDoc) Size() int                                  { return 0 }
func (d *segmentDoc) VisitComposite(index.CompositeFieldVisitor) {}
func (d *segmentDoc) HasComposite() bool                         { return false }
func (d *segmentDoc) NumPlainTextBytes() uint64                  { return 0 }
func (d *segmentDoc) AddIDField()                                {}
func (d *segmentDoc) StoredFieldsBytes() uint64                  { return 0 }
func (d *segmentDoc) Indexed() bool                              { return true }
func (d *segmentDoc) VisitFields(visit index.FieldVisitor) {
	for i := range d.fields {
		visit(&d.fields[i])
	}
}

// segmentField is one field of a segmentDoc.
type segmentField struct {
	name    string
	options index.FieldIndexingOptions
	length  int // words, repeats counted
	freqs   index.TokenFrequencies
}

// The methods of index.Field.

func (f *segmentField) Name() string                                     { return f.name }
func (f *segmentField) Value() []byte                                    { return nil }
func (f *segmentField) ArrayPositions() []uint64                         { return nil }
func (f *segmentField) EncodedFieldType() byte                           { return 't' }
func (f *segmentField) Analyze()                                         {}
func (f *segmentField) Options() index.FieldIndexingOptions              { return f.options }
func (f *segmentField) AnalyzedLength() int                              { return f.length }
func (f *segmentField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *segmentField) NumPlainTextBytes() uint64                        { return 0 }

// newSegmentPart makes a part of a segment in memory from passages in order.
func newSegmentPart(docs []index.Document) (segment.Segment, error) {
	part, _, err := new(zap.ZapPlugin).New(docs)
	return part, err
}

// writeSegment merges parts in order into one file and syncs it. Even a single part is
// merged: merging keeps a word of one passage inside the dictionary, which halves the file.
func writeSegment(path string, parts []segment.Segment) error {
	drops := make([]*roaring.Bitmap, len(parts))
	if _, _, err := new(zap.ZapPlugin).Merge(parts, drops, path, nil, nil); err != nil {
		return fmt.Errorf("merge %d parts: %w", len(parts), err)
	}
	return orderSegmentFile(path)
}

// postings is an open segment. It may be read by several goroutines: a dictionary of zapx may
// not, since it remembers where it looked last, so each call borrows one.
type postings struct {
	path  string
	seg   segment.Segment
	exact sync.Pool // of segment.TermDictionary
	stem  sync.Pool
}

// openPostings maps a segment of n passages. The file must have been verified before: zapx
// trusts what it reads.
func openPostings(path string, n int) (*postings, error) {
	seg, err := new(zap.ZapPlugin).Open(path)
	if err != nil {
		return nil, damaged(path, "%w", err)
	}
	p := &postings{path: path, seg: seg}
	if seg.Count() != uint64(n) {
		p.close()
		return nil, damaged(path, "holds %d passages, the manifest says %d", seg.Count(), n)
	}
	for _, f := range []string{fieldExact, fieldStem} {
		if err := p.borrow(f, func(segment.TermDictionary) error { return nil }); err != nil {
			p.close()
			return nil, err
		}
	}
	return p, nil
}

// borrow runs f with a dictionary of a field that nobody else uses meanwhile.
func (p *postings) borrow(field string, f func(segment.TermDictionary) error) error {
	pool := &p.exact
	if field == fieldStem {
		pool = &p.stem
	}
	d, ok := pool.Get().(segment.TermDictionary)
	if !ok {
		var err error
		if d, err = p.seg.Dictionary(field); err != nil {
			return damaged(p.path, "field %s: %w", field, err)
		}
	}
	err := f(d)
	pool.Put(d)
	return err
}

// list gives the postings of a term.
func (p *postings) list(field, term string) (list segment.PostingsList, err error) {
	err = p.borrow(field, func(d segment.TermDictionary) error {
		if list, err = d.PostingsList([]byte(term), nil, nil); err != nil {
			return damaged(p.path, "term %q: %w", term, err)
		}
		return nil
	})
	return list, err
}

// close ends the segment.
func (p *postings) close() { _ = p.seg.Close() } // a mapping: nothing can be lost by it

// bitmap gives the passages that hold a term, for reading only; empty when there are none.
func (p *postings) bitmap(field, term string) (*roaring.Bitmap, error) {
	list, err := p.list(field, term)
	if err != nil {
		return nil, err
	}
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

// frequencies calls found with each passage of docs that holds a term and how often it does.
// docs are in rising order.
func (p *postings) frequencies(field, term string, docs []uint32, found func(at, n int)) error {
	list, err := p.list(field, term)
	if err != nil {
		return err
	}
	it := list.Iterator(true, false, false, nil)
	next := int64(-1) // the passage the iterator stands on
	freq := 0
	for i, d := range docs {
		if next < int64(d) {
			post, err := it.Advance(uint64(d))
			if err != nil {
				return damaged(p.path, "term %q: %w", term, err)
			}
			if post == nil {
				return nil
			}
			next, freq = int64(post.Number()), int(post.Frequency())
		}
		if next == int64(d) {
			found(i, freq)
		}
	}
	return nil
}
