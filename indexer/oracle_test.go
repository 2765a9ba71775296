package indexer

import (
	"math"
	"sort"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// The oracle answers a request by reading every passage, with none of the index's code but
// the folding of words. It is slow and plain on purpose.

// seen is one passage with its document and what it counts in.
type seen struct {
	p      *corpus.Passage
	d      *corpus.Document
	words  []fold.Token
	tokens []string
	values map[string]map[string]bool // facet, hidden ones by a name of their own, to ids
	surely map[string]map[string]bool // as values: dates in which an event lies as a whole
	events []*seen                    // what each event counts in
	keys   map[string]string          // ids of places and actors to their folded names
}

// oracle holds all passages.
type oracle struct {
	all     []*seen
	average float64
}

// newOracle reads the items.
func newOracle(items []Item) *oracle {
	o := &oracle{}
	words, keys := 0, map[string]string{}
	for _, p := range worldPlaces() {
		keys[p.ID] = fold.Key(p.Name)
	}
	for _, a := range worldActors() {
		keys[a.ID] = fold.Key(a.Name)
	}
	for _, it := range items {
		for _, p := range it.Passages {
			s := &seen{p: p, d: it.Document, words: fold.Tokens(nil, p.Text), keys: keys}
			s.tokens, s.values = textsOf(s.words), valuesOf(it.Document, p)
			s.surely = map[string]map[string]bool{}
			for _, e := range p.Tags.Events {
				one := eventOf(e, p.Tags.Places, keys)
				s.events = append(s.events, one)
				for facet, ids := range one.surely {
					for id := range ids {
						note(s.surely, facet, id)
					}
				}
			}
			words += len(s.tokens)
			o.all = append(o.all, s)
		}
	}
	o.average = float64(words) / float64(len(o.all))
	return o
}

// note puts an id under a facet.
func note(m map[string]map[string]bool, facet, id string) {
	if m[facet] == nil {
		m[facet] = map[string]bool{}
	}
	m[facet][id] = true
}

// valuesOf counts a passage in its facets, by the rules as people would state them.
func valuesOf(d *corpus.Document, p *corpus.Passage) map[string]map[string]bool {
	m := map[string]map[string]bool{}
	put := func(facet, id string) {
		if id == "" {
			return
		}
		if m[facet] == nil {
			m[facet] = map[string]bool{}
		}
		m[facet][id] = true
	}
	for _, pl := range p.Tags.Places {
		placesOf(pl, put)
		if n := len(pl.PathIDs); !pl.Embedded && (n > 1 || n == 1 && !pl.Ambiguous) {
			put("role", pl.Role)
		}
	}
	for _, a := range p.Tags.Actors {
		for _, id := range a.PathIDs {
			put(a.Kind, id)
		}
		put("own", a.ID)
	}
	for _, e := range p.Tags.Events {
		datesOf(e, put)
	}
	put("source", d.Source)
	put("publisher", d.Publisher)
	put("language", d.Language)
	if d.Published != "" {
		put("published", d.Published[:4])
	}
	return m
}

// placesOf counts one place.
func placesOf(pl corpus.Place, put func(facet, id string)) {
	n := len(pl.PathIDs)
	if pl.Ambiguous {
		n--
	}
	if pl.Embedded || n == 0 {
		return
	}
	for i := range n {
		put("place", pl.PathIDs[i])
		if pl.PathKinds[i] != "place" {
			put(pl.PathKinds[i], pl.PathIDs[i])
		}
	}
	put("own", pl.PathIDs[n-1])
}

// datesOf counts one event day by day.
func datesOf(e corpus.EventDate, put func(facet, id string)) {
	monthly := map[string]bool{"2018-04-21": true, "2018-05-01": true, "2019-04": true,
		"2018-12/2019-02": true, "../2016-12": true}[e.EDTF] || e.Precision == "day"
	put("precision", string(e.Precision))
	for day := e.First; day <= e.Last; day++ {
		s := day.String()
		put("decade", s[:3]+"0")
		put("year", s[:4])
		if monthly {
			put("month", s[:7])
		}
		if e.Precision == "day" {
			put("day", s)
		}
	}
}

// eventOf counts one event alone. It lies in a unit of time for sure when all its days do.
func eventOf(e corpus.EventDate, places []corpus.Place, keys map[string]string) *seen {
	one := &seen{values: map[string]map[string]bool{}, surely: map[string]map[string]bool{}, keys: keys}
	put := func(facet, id string) { note(one.values, facet, id) }
	datesOf(e, put)
	for _, facet := range []string{"decade", "year", "month", "day"} {
		if len(one.values[facet]) == 1 {
			one.surely[facet] = one.values[facet]
		}
	}
	for _, id := range e.Places {
		for _, pl := range places {
			if pl.ID == id {
				placesOf(pl, put)
			}
		}
	}
	return one
}

// has reports whether a passage has a value, given as in a request.
func (s *seen) has(facet, value string, certain bool) bool {
	facets := []string{facet}
	if facet == "actor" {
		facets = []string{"group", "agency", "person"}
	}
	for _, f := range facets {
		alone, own := strings.CutSuffix(value, "!")
		if f == "decade" && alone != query.None { // 2010s is the label of 2010
			value = strings.TrimSuffix(alone, "s")
		}
		switch {
		case value == query.None && len(s.values[f]) > 0:
			return false
		case value == query.None:
			continue
		case certain && isDate(f):
			if s.surely[f][strings.TrimSuffix(value, "!")] {
				return true
			}
		case s.values[f][value], s.hasLabel(f, value), isDate(f) && s.values[f][alone]:
			return true
		case own && s.values["own"][alone] && s.values[f][alone]:
			return true
		}
	}
	return value == query.None
}

// isDate reports whether a facet is of units of time of events.
func isDate(facet string) bool {
	return facet == "decade" || facet == "year" || facet == "month" || facet == "day"
}

// hasLabel reports whether a value of the passage has this label, folded.
func (s *seen) hasLabel(facet, label string) bool {
	for id := range s.values[facet] {
		if s.keys[id] != "" && s.keys[id] == fold.Key(label) {
			return true
		}
	}
	return false
}

// selects reports whether a passage satisfies a filter.
func (s *seen) selects(f query.Filter, certain bool) bool {
	ok := len(f.Any) == 0
	for _, v := range f.Any {
		ok = ok || s.has(f.Facet, v, certain)
	}
	for _, v := range f.All {
		ok = ok && s.has(f.Facet, v, certain)
	}
	for _, v := range f.Not {
		ok = ok && !s.has(f.Facet, v, certain)
	}
	return ok
}

// inDates reports whether an event lies in one of the ranges of a request.
func inDates(r *query.Request, e *corpus.EventDate) bool {
	for _, d := range r.Dates {
		from, to := corpus.Day(math.MinInt32), corpus.Day(math.MaxInt32)
		if d.From != nil {
			from = *d.From
		}
		if d.To != nil {
			to = *d.To
		}
		if r.Certain && from <= e.First && e.Last <= to {
			return true
		}
		if !r.Certain && e.First <= to && from <= e.Last {
			return true
		}
	}
	return false
}

// passes reports whether a passage satisfies all of a request but its text.
func (s *seen) passes(r *query.Request) bool {
	for _, f := range r.Filters {
		if !s.selects(f, r.Certain) {
			return false
		}
	}
	if len(r.Dates) > 0 || r.Undated {
		ok := r.Undated && len(s.p.Tags.Events) == 0
		for i := range s.p.Tags.Events {
			ok = ok || inDates(r, &s.p.Tags.Events[i])
		}
		if !ok {
			return false
		}
	}
	if len(r.Section) > 0 {
		ok := false
		for _, h := range s.p.Section {
			for _, want := range r.Section {
				ok = ok || strings.Contains(fold.Key(h), fold.Key(want))
			}
		}
		if !ok {
			return false
		}
	}
	return !r.SameEvent || s.sameEvent(r)
}

// sameEvent reports whether one event carries date and place, when both are asked for.
func (s *seen) sameEvent(r *query.Request) bool {
	date, place := len(r.Dates) > 0 || r.Undated, false
	var filters []query.Filter
	for _, f := range r.Filters {
		if len(f.Any)+len(f.All) == 0 {
			continue
		}
		switch f.Facet {
		case "decade", "year", "month", "day", "precision":
			date = true
		case "country", "republic", "district", "place":
			place = true
		default:
			continue
		}
		if len(f.Any) > 0 {
			filters = append(filters, query.Filter{Facet: f.Facet, Any: f.Any})
		}
		for _, v := range f.All {
			filters = append(filters, query.Filter{Facet: f.Facet, Any: []string{v}})
		}
	}
	if !date || !place {
		return true
	}
	for i := range s.p.Tags.Events {
		if eventPasses(r, &s.p.Tags.Events[i], s.events[i], filters) {
			return true
		}
	}
	return false
}

// eventPasses reports whether one event carries what all filters ask for.
func eventPasses(r *query.Request, e *corpus.EventDate, one *seen, filters []query.Filter) bool {
	if (len(r.Dates) > 0 || r.Undated) && !inDates(r, e) {
		return false
	}
	for _, f := range filters {
		ok := false
		for _, v := range f.Any {
			ok = ok || v != query.None && one.has(f.Facet, v, r.Certain)
		}
		if !ok {
			return false
		}
	}
	return true
}

// contains reports whether a word is in a list.
func contains(list []string, w string) bool {
	for _, t := range list {
		if t == w {
			return true
		}
	}
	return false
}

// hits gives the passages of a request in no order.
func (o *oracle) hits(r *query.Request, tree query.Node) []*seen {
	return o.under(r, o.found(tree))
}

// found gives the passages of a tree under no filter.
func (o *oracle) found(tree query.Node) []*seen {
	var out []*seen
	for _, s := range o.all {
		if s.finds(tree) {
			out = append(out, s)
		}
	}
	return out
}

// under gives those of some passages that a request's filters leave.
func (o *oracle) under(r *query.Request, among []*seen) []*seen {
	var out []*seen
	for _, s := range among {
		if s.passes(r) {
			out = append(out, s)
		}
	}
	return out
}

// ids gives the sorted ids of passages.
func idsOf(list []*seen) []string {
	out := []string{}
	for _, s := range list {
		out = append(out, string(s.p.ID))
	}
	sort.Strings(out)
	return out
}

// documentsOf counts the documents of passages.
func documentsOf(list []*seen) int {
	docs := map[corpus.DocumentID]bool{}
	for _, s := range list {
		docs[s.d.ID] = true
	}
	return len(docs)
}

// everyHit pages through a whole answer and returns its ids in the order they came.
func everyHit(t testing.TB, x *Index, req query.Request, tree query.Node) []string {
	t.Helper()
	read := reading{tree: tree, ran: query.Quote}
	ids := []string{}
	for {
		res, err := x.search(t.Context(), req, read)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			ids = append(ids, string(h.Passage.ID))
		}
		if res.Next == "" {
			return ids
		}
		req.Cursor = res.Next
	}
}
