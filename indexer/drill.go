package indexer

import "github.com/RoaringBitmap/roaring/v2"

// sets are the passages of a shard that the request's filters leave, without regard to its
// text: under all of them, and for each facet with alternatives selected under all the others.
// Only what is one bitmap is in them; dates and single events are looked up passage by passage,
// so finish does it where the text was found.
//
// A passage that fails just one facet's alternatives is a near miss: it counts in that facet
// alone. So a facet without alternatives is counted over the hits, and each other one over the
// hits and its own near misses, in one walk: a passage is looked at once for each facet that
// it counts in.
type sets struct {
	s       *shard
	p       *plan
	fixed   *roaring.Bitmap // under what no facet's counts leave out
	main    *roaring.Bitmap
	without map[*selection]*roaring.Bitmap
	dates   datedSet
}

// newSets evaluates the filters.
func newSets(s *shard, p *plan) (*sets, error) {
	fixed, err := p.fixed(s)
	if err != nil {
		return nil, err
	}
	chosen := map[*selection]*roaring.Bitmap{}
	for _, sel := range p.selections {
		if sel.asked {
			if chosen[sel], err = sel.any.passages(s, sel.facets); err != nil {
				return nil, err
			}
		}
	}
	under := func(without *selection) *roaring.Bitmap {
		b := fixed
		for _, sel := range p.selections {
			switch {
			case !sel.asked || sel == without:
			case b == s.live && s.liveCount == s.n: // all there is
				b = chosen[sel]
			default:
				b = roaring.And(b, chosen[sel])
			}
		}
		return b
	}
	out := &sets{s: s, p: p, fixed: fixed, main: under(nil), without: map[*selection]*roaring.Bitmap{},
		dates: datedSet{s: s, f: &p.dates}}
	for _, f := range p.facetIDs {
		if sel := p.asked(f); sel != nil && out.without[sel] == nil {
			out.without[sel] = under(sel)
		}
	}
	return out, nil
}

// finish gives those of b that satisfy dates and, without the alternatives of one facet, the
// filters that one event must carry.
func (t *sets) finish(without *selection, b *roaring.Bitmap) (*roaring.Bitmap, error) {
	var err error
	if !t.p.dates.empty() {
		if b, err = t.dates.among(b); err != nil {
			return nil, err
		}
	}
	if test := newEventTest(t.s, t.p, without); test != nil {
		b = test.passages(b)
	}
	return b, nil
}

// within gives those of b that a text holds in; all of them where text is nil.
func within(text, b *roaring.Bitmap) *roaring.Bitmap {
	if text == nil {
		return b
	}
	return roaring.And(text, b)
}

// asked finds the selection with alternatives of a facet.
func (p *plan) asked(f facetID) *selection {
	for _, s := range p.selections {
		if s.is(f) && s.asked {
			return s
		}
	}
	return nil
}

// fixed gives the live passages under everything that no facet's counts leave out: sections,
// exclusions, values that must be there.
func (p *plan) fixed(s *shard) (*roaring.Bitmap, error) {
	out := s.live
	if len(p.sections) > 0 {
		b, err := s.sections(p.sections)
		if err != nil {
			return nil, err
		}
		out = roaring.And(out, b)
	}
	for _, sel := range p.selections {
		for i := range sel.all {
			b, err := sel.all[i].passages(s, sel.facets)
			if err != nil {
				return nil, err
			}
			out = roaring.And(out, b)
		}
		if sel.not.empty() {
			continue
		}
		b, err := sel.not.passages(s, sel.facets)
		if err != nil {
			return nil, err
		}
		out = roaring.AndNot(out, b)
	}
	return out, nil
}

// all gives every passage that a count needs.
func (t *sets) all() *roaring.Bitmap {
	out := t.main
	for _, b := range t.without {
		out = roaring.Or(out, b)
	}
	return out
}
