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
	chosen  []choiceSet
	without map[*selection]bool // the alternatives that some count leaves out
	dates   datedSet
	hits    *roaring.Bitmap // under everything, once it was asked for
}

// choiceSet is the passages of a selection's alternatives.
type choiceSet struct {
	sel *selection
	in  *roaring.Bitmap
}

// newSets evaluates the filters.
func newSets(s *shard, p *plan) (*sets, error) {
	fixed, err := p.fixed(s)
	if err != nil {
		return nil, err
	}
	out := &sets{s: s, p: p, fixed: fixed, without: map[*selection]bool{},
		dates: datedSet{s: s, f: &p.dates}}
	for _, sel := range p.selections {
		if !sel.asked {
			continue
		}
		in, err := sel.any.passages(s, sel.facets)
		if err != nil {
			return nil, err
		}
		out.chosen = append(out.chosen, choiceSet{sel, in})
	}
	for _, f := range p.facetIDs {
		if sel := p.asked(f); sel != nil {
			out.without[sel] = true
		}
	}
	return out, nil
}

// under gives those of b, which are under what is fixed, that the alternatives chosen leave
// without regard to those of one facet.
func (t *sets) under(b *roaring.Bitmap, without *selection) *roaring.Bitmap {
	for _, c := range t.chosen {
		if c.sel != without {
			b = t.s.among(b, c.in)
		}
	}
	return b
}

// main gives the passages under everything.
func (t *sets) main() *roaring.Bitmap {
	if t.hits == nil {
		t.hits = t.under(t.fixed, nil)
	}
	return t.hits
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

// among gives those of b that are in the set, for reading only: b itself where the set is all
// there is.
func (s *shard) among(set, b *roaring.Bitmap) *roaring.Bitmap {
	if set == s.live && s.whole() {
		return b
	}
	return roaring.And(set, b)
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
		out = s.among(out, b)
	}
	for _, sel := range p.selections {
		for i := range sel.all {
			b, err := sel.all[i].passages(s, sel.facets)
			if err != nil {
				return nil, err
			}
			out = s.among(out, b)
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
	out := t.main()
	for sel := range t.without {
		out = roaring.Or(out, t.under(t.fixed, sel))
	}
	return out
}
