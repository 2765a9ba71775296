package indexer

import (
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// actorFilter is the name under which group, agency and person are selected together. It is
// not a facet of its own.
const actorFilter = "actor"

// ref is one selected value: its facet, possibly a hidden one, and its id.
type ref struct {
	facet facetID
	id    string
}

// choice is a list of alternatives.
type choice struct {
	refs    []ref
	none    bool // "unknown" is an alternative
	certain bool // of a date: the whole event lies inside
}

// empty reports whether nothing was chosen, not even values that do not exist.
func (c *choice) empty() bool { return len(c.refs) == 0 && !c.none }

// selection is what a request selects in one facet, or in the actors.
type selection struct {
	name   string
	facets []facetID // where a value may stand: one, or three for actors
	any    choice
	all    []choice // each must hold
	not    choice
	asked  bool // alternatives were asked for, found or not
}

// is reports whether the selection is of this facet.
func (s *selection) is(f facetID) bool { return len(s.facets) == 1 && s.facets[0] == f }

// ofEvent reports whether the selection is of a facet that single events carry: its kind is
// "date" or "place".
func (s *selection) ofEvent() string {
	if len(s.facets) != 1 {
		return ""
	}
	return eventKind(s.facets[0])
}

// newSelection names a selection; ok is false when there is no such facet.
func newSelection(name string) (*selection, bool) {
	if name == actorFilter {
		return &selection{name: name, facets: []facetID{group, agency, person}}, true
	}
	f, ok := facetOf(name)
	return &selection{name: name, facets: []facetID{f}}, ok
}

// choose adds a value, by id or label, to a list of alternatives; false when no value of the
// index has that name.
func (x *Index) choose(s *selection, to *choice, name string) bool {
	if name == query.None {
		to.none = true
		return true
	}
	found := false
	for _, f := range s.facets {
		for _, id := range x.facets[f].named(name) {
			to.refs = append(to.refs, ref{f, id})
			found = true
		}
	}
	alone, ok := strings.CutSuffix(name, "!")
	if found || !ok {
		return found
	}
	for _, f := range s.facets {
		in, has := ownOf(f)
		if !has {
			in = f
		}
		for _, id := range x.facets[f].named(alone) {
			to.refs = append(to.refs, ref{in, id})
			found = true
		}
	}
	return found
}

// fill adds the values of a filter, with a notice for each that the index does not know. Dates
// are read as certain or possible.
func (x *Index) fill(s *selection, f query.Filter, certain bool, at int) (notices []query.Notice) {
	s.any.certain, s.not.certain = certain, certain
	add := func(to *choice, name string) {
		if !x.choose(s, to, name) {
			notices = append(notices, query.Notice{Code: "unknown-value", At: at,
				Message: "no passage has " + s.name + " " + name})
		}
	}
	for _, name := range f.Any {
		add(&s.any, name)
	}
	for _, name := range f.All {
		one := choice{certain: certain}
		add(&one, name)
		s.all = append(s.all, one)
	}
	for _, name := range f.Not {
		add(&s.not, name)
	}
	s.asked = s.asked || len(f.Any) > 0
	return notices
}

// passages gives the passages of a shard that have one of the values, for reading only.
func (c *choice) passages(s *shard, facets []facetID) (*roaring.Bitmap, error) {
	var list []*roaring.Bitmap
	for _, r := range c.refs {
		k, ok := s.facets[r.facet].ordinal(r.id)
		if !ok {
			continue
		}
		b, err := s.facets[r.facet].bitmap(k)
		if err != nil {
			return nil, err
		}
		if c.certain && isUnit(r.facet) {
			b = s.certainly(r, b)
		}
		list = append(list, b)
	}
	if !c.none {
		return union(list), nil
	}
	unknown := s.live.Clone()
	for _, f := range facets {
		b, err := s.facets[f].none()
		if err != nil {
			return nil, err
		}
		unknown.And(b)
	}
	return union(append(list, unknown)), nil
}

// sections gives the passages one of whose headings contains one of the keys.
func (s *shard) sections(keys []string) (*roaring.Bitmap, error) {
	out := roaring.New()
	f := s.facets[heading]
	for k := range f.size() {
		key := fold.Key(f.value(k).id)
		for _, want := range keys {
			if !strings.Contains(key, want) {
				continue
			}
			b, err := f.bitmap(uint32(k))
			if err != nil {
				return nil, err
			}
			out.Or(b)
			break
		}
	}
	return out, nil
}

// sectionKeys folds the headings asked for.
func sectionKeys(field string, names []string) ([]string, error) {
	var keys []string
	for _, n := range names {
		k := fold.Key(n)
		if k == "" {
			return nil, corpus.Errorf(corpus.Invalid, field, "%q holds no word", n).
				WithRemedy("type at least one letter or digit of the heading")
		}
		keys = append(keys, k)
	}
	return keys, nil
}
