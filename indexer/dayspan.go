package indexer

import (
	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// daySpan is the first and last day of some events; the zero value is of none.
type daySpan struct {
	first, last corpus.Day
	any         bool
}

// add widens the span by another.
func (a *daySpan) add(b daySpan) {
	switch {
	case !b.any:
	case !a.any:
		*a = b
	default:
		a.first, a.last = min(a.first, b.first), max(a.last, b.last)
	}
}

// days gives the span as an answer has it: nil for none.
func (a *daySpan) days() (first, last *corpus.Day) {
	if !a.any {
		return nil, nil
	}
	f, l := a.first, a.last
	return &f, &l
}

// spanOf gives the span of all events of a passage.
func (s *shard) spanOf(d uint32) (out daySpan) {
	from, to := s.events.of(d)
	for e := from; e < to; e++ {
		first, last := s.events.days(e)
		out.add(daySpan{first, last, true})
	}
	return out
}

// spanOfAll gives the span of all events of passages.
func (s *shard) spanOfAll(b *roaring.Bitmap) (out daySpan) {
	for it := b.Iterator(); it.HasNext(); {
		out.add(s.spanOf(it.Next()))
	}
	return out
}
