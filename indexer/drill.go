package indexer

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

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
	fixed   *roaring.Bitmap // under sections and exclusions
	filters []*filter
	without map[*selection]bool // the alternatives that some count leaves out
	dates   datedSet
	hits    *roaring.Bitmap                // under everything, once it was asked for
	near    map[*selection]*roaring.Bitmap // of a text: what is left without one's alternatives
}

// newSets prepares the filters.
func newSets(s *shard, p *plan) (*sets, error) {
	fixed, err := p.fixed(s)
	if err != nil {
		return nil, err
	}
	out := &sets{s: s, p: p, fixed: fixed, without: map[*selection]bool{},
		dates: datedSet{s: s, f: &p.dates}}
	for _, sel := range p.selections {
		for i := range sel.all {
			out.filters = append(out.filters, newFilter(s, nil, &sel.all[i], sel.facets))
		}
		if sel.asked {
			out.filters = append(out.filters, newFilter(s, sel, &sel.any, sel.facets))
		}
	}
	for _, f := range p.facetIDs {
		if sel := p.asked(f); sel != nil {
			out.without[sel] = true
		}
	}
	return out, nil
}

// under gives those of b, which are under what is fixed, that the filters leave without regard to
// the alternatives of one facet; windows are those that it has not applied.
func (t *sets) under(
	b *roaring.Bitmap, without *selection,
) (_ *roaring.Bitmap, windows []*window, err error) {
	for _, f := range t.filters {
		if f.sel != nil && f.sel == without {
			continue
		}
		if w := f.window(int(b.GetCardinality())); w != nil {
			windows = append(windows, w)
		} else if b, err = f.among(b); err != nil {
			return nil, nil, err
		}
	}
	return b, windows, nil
}

// left gives those of b that filters and dates leave, in the way of under and finish.
func (t *sets) left(b *roaring.Bitmap, without *selection) (*roaring.Bitmap, error) {
	b, windows, err := t.under(b, without)
	if err != nil {
		return nil, err
	}
	w, err := t.dates.window(int(b.GetCardinality()))
	if err != nil {
		return nil, err
	}
	if w == nil {
		return t.finish(without, pickWithin(b, windows...))
	}
	return t.single(without, pickWithin(b, append(windows, w)...)), nil
}

// hitsOf gives the hits of a text, which was found among what is fixed. Those without the
// alternatives of one facet will be counted, so they are worked out once and the hits are cut from
// the fewest.
func (t *sets) hitsOf(text *roaring.Bitmap) (*roaring.Bitmap, error) {
	t.near = map[*selection]*roaring.Bitmap{}
	var fewest *roaring.Bitmap
	var cut *filter
	for _, f := range t.filters {
		if !t.without[f.sel] {
			continue
		}
		b, err := t.left(text, f.sel)
		if err != nil {
			return nil, err
		}
		t.near[f.sel] = b
		if fewest == nil || b.GetCardinality() < fewest.GetCardinality() {
			fewest, cut = b, f
		}
	}
	if fewest == nil || newEventTest(t.s, t.p, nil) != nil {
		return t.left(text, nil)
	}
	if w := cut.window(int(fewest.GetCardinality())); w != nil {
		return pickWithin(fewest, w), nil
	}
	return cut.among(fewest)
}

// nearOf gives what of a text counts where one facet's alternatives are left out.
func (t *sets) nearOf(text *roaring.Bitmap, sel *selection) (*roaring.Bitmap, error) {
	if b := t.near[sel]; b != nil {
		return b, nil
	}
	return t.left(text, sel)
}

// main gives the passages under everything.
func (t *sets) main() (_ *roaring.Bitmap, err error) {
	if t.hits == nil {
		var windows []*window
		t.hits, windows, err = t.under(t.fixed, nil)
		if err == nil {
			t.hits = pickWithin(t.hits, windows...)
		}
	}
	return t.hits, err
}

// all gives every passage that a count needs.
func (t *sets) all() (*roaring.Bitmap, error) {
	out, err := t.main()
	if err != nil {
		return nil, err
	}
	for sel := range t.without {
		b, windows, err := t.under(t.fixed, sel)
		if err != nil {
			return nil, err
		}
		out = roaring.Or(out, pickWithin(b, windows...))
	}
	return out, nil
}

// few reports whether a filter that no count leaves out has so few passages that a text is best
// looked for among them.
func (t *sets) few() bool {
	return slices.ContainsFunc(t.filters, func(f *filter) bool {
		return !t.without[f.sel] && f.column != nil && f.size < narrowFrom
	})
}

// late gives a test that all hits and near misses pass, of what is known of a passage at once; nil
// for none.
func (t *sets) late() func(i uint32) bool {
	var list []*filter
	for _, f := range t.filters {
		if !t.without[f.sel] && f.single() {
			list = append(list, f)
		}
	}
	dated := !t.p.dates.empty()
	if !dated && len(list) == 0 {
		return nil
	}
	return func(i uint32) bool {
		for _, f := range list {
			if f.column.ordinals.at(i) != f.number {
				return false
			}
		}
		return !dated || t.p.dates.of(t.s, i)
	}
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
	return t.single(without, b), nil
}

// single gives those of b of which, without the alternatives of one facet, one event carries what
// it must.
func (t *sets) single(without *selection, b *roaring.Bitmap) *roaring.Bitmap {
	if test := newEventTest(t.s, t.p, without); test != nil {
		return test.passages(b)
	}
	return b
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

// fixed gives the live passages under sections and exclusions.
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
