package indexer

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// The ledger is the oracle for many requests on many passages. What each passage and each of
// its events counts in is written down by the rules of the oracle; a request then looks at every
// row, and a facet's count is that of the rows which the click on the value would leave. It has
// nothing of the engine: no bitmaps, no columns, no order of documents.

// ledger holds all live passages.
type ledger struct {
	rows   []ledgerRow
	facets []string              // numbers of facets, hidden "own" last
	number []map[string]int32    // by facet: ids to numbers
	names  [][]string            // by facet: numbers to ids
	keys   map[string]string     // ids of places and actors to their folded names
	texts  map[query.Node][]bool // what each leaf holds in, by row
	o      *oracle               // of the texts
}

// ledgerRow is one passage.
type ledgerRow struct {
	id      string
	doc     int
	counts  ledgerValues
	events  []ledgerEvent
	section []string // folded
	key     corpus.Day
	dated   bool
	own     []int32
}

// ledgerValues are the numbers of values by facet, possible and, of dates, certain.
type ledgerValues struct{ possible, surely [][]int32 }

// ledgerEvent is one event of a passage.
type ledgerEvent struct {
	first, last corpus.Day
	counts      ledgerValues
	own         []int32
}

// newLedger writes down items.
func newLedger(items []Item) *ledger {
	l := &ledger{facets: query.Facets(), texts: map[query.Node][]bool{}, keys: map[string]string{},
		o: &oracle{}}
	for _, p := range worldPlaces() {
		l.keys[p.ID] = fold.Key(p.Name)
	}
	for _, a := range worldActors() {
		l.keys[a.ID] = fold.Key(a.Name)
	}
	l.facets = append(l.facets, "own")
	for range l.facets {
		l.number, l.names = append(l.number, map[string]int32{}), append(l.names, nil)
	}
	words := 0
	for doc, it := range items {
		for _, p := range it.Passages {
			s := &seen{p: p, d: it.Document, words: fold.Tokens(nil, p.Text)}
			s.tokens = textsOf(s.words)
			words += len(s.tokens)
			l.o.all = append(l.o.all, s)
			l.rows = append(l.rows, l.row(doc, it.Document, p))
		}
	}
	l.o.average = float64(words) / float64(len(l.o.all))
	return l
}

// row writes down one passage.
func (l *ledger) row(doc int, d *corpus.Document, p *corpus.Passage) ledgerRow {
	r := ledgerRow{id: string(p.ID), doc: doc}
	surely := map[string]map[string]bool{}
	for i, e := range p.Tags.Events {
		one := eventOf(e, p.Tags.Places, nil)
		for facet, ids := range one.surely {
			for id := range ids {
				note(surely, facet, id)
			}
		}
		r.events = append(r.events, ledgerEvent{e.First, e.Last, l.values(one.values, one.surely),
			l.numbers(len(l.facets)-1, one.values["own"])})
		if i == 0 || e.Primary && !p.Tags.Events[0].Primary && !r.primary(p, i) {
			r.key, r.dated = e.First, true
		}
	}
	all := valuesOf(d, p)
	r.counts, r.own = l.values(all, surely), l.numbers(len(l.facets)-1, all["own"])
	for _, h := range p.Section {
		r.section = append(r.section, fold.Key(h))
	}
	return r
}

// primary reports whether an event before the i-th is primary.
func (r *ledgerRow) primary(p *corpus.Passage, i int) bool {
	return slices.ContainsFunc(p.Tags.Events[:i], func(e corpus.EventDate) bool { return e.Primary })
}

// values numbers the values of all facets.
func (l *ledger) values(possible, surely map[string]map[string]bool) (v ledgerValues) {
	for f, name := range l.facets {
		v.possible = append(v.possible, l.numbers(f, possible[name]))
		if isDate(name) {
			v.surely = append(v.surely, l.numbers(f, surely[name]))
		} else {
			v.surely = append(v.surely, v.possible[f])
		}
	}
	return v
}

// numbers numbers the ids of one facet.
func (l *ledger) numbers(f int, ids map[string]bool) (out []int32) {
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		k, ok := l.number[f][id]
		if !ok {
			k = int32(len(l.names[f]))
			l.number[f][id] = k
			l.names[f] = append(l.names[f], id)
		}
		out = append(out, k)
	}
	return out
}

// of gives the values of a facet, as certain or possible.
func (v *ledgerValues) of(f int, certain bool) []int32 {
	if certain {
		return v.surely[f]
	}
	return v.possible[f]
}

// want is one value of a filter: the numbers it may be, by facet, or the unknown.
type want struct {
	facets []int // where it may stand
	is     []wanted
	none   bool
}

// wanted is a list of numbers of a facet; alone, of "ID!", wants the number in "own" too.
type wanted struct {
	facet   int
	numbers []int32
	alone   bool
}

// read finds what a value of a filter stands for.
func (l *ledger) read(facet, value string) want {
	w := want{none: value == query.None}
	names := []string{facet}
	if facet == "actor" {
		names = []string{"group", "agency", "person"}
	}
	for _, name := range names {
		f := slices.Index(l.facets, name)
		w.facets = append(w.facets, f)
		if w.none {
			continue
		}
		id, own := strings.CutSuffix(value, "!")
		is := wanted{facet: f}
		if k, known := l.number[f][value]; known {
			is.numbers = []int32{k}
		} else if own {
			if k, ok := l.number[f][id]; ok {
				is.numbers, is.alone = []int32{k}, !isDate(name)
			}
		} else {
			for k, id := range l.names[f] {
				if l.label(name, id) == fold.Key(value) {
					is.numbers = append(is.numbers, int32(k))
				}
			}
		}
		w.is = append(w.is, is)
	}
	return w
}

// label is the folded label of a value.
func (l *ledger) label(facet, id string) string {
	switch {
	case l.keys[id] != "":
		return l.keys[id]
	case facet == "decade":
		return fold.Key(id + "s")
	}
	return fold.Key(id)
}

// in reports whether a value is among those of a passage or event.
func (w *want) in(l *ledger, v *ledgerValues, own []int32, certain bool) bool {
	if w.none {
		return !slices.ContainsFunc(w.facets, func(f int) bool { return len(v.possible[f]) > 0 })
	}
	for i := range w.is {
		is := &w.is[i]
		for _, k := range is.numbers {
			if !slices.Contains(v.of(is.facet, certain), k) {
				continue
			}
			if !is.alone || slices.Contains(own, l.number[len(l.facets)-1][l.names[is.facet][k]]) {
				return true
			}
		}
	}
	return false
}

// asking is a request as the ledger reads it.
type asking struct {
	*query.Request
	filters []ledgerFilter
	section []string
}

// ledgerFilter is one filter.
type ledgerFilter struct {
	facet         string
	any, all, not []want
}

// ask reads a request.
func (l *ledger) ask(r *query.Request) *asking {
	a := &asking{Request: r}
	for _, f := range r.Filters {
		lf := ledgerFilter{facet: f.Facet}
		for to, names := range map[*[]want][]string{&lf.any: f.Any, &lf.all: f.All, &lf.not: f.Not} {
			for _, v := range names {
				*to = append(*to, l.read(f.Facet, v))
			}
		}
		a.filters = append(a.filters, lf)
	}
	for _, h := range r.Section {
		a.section = append(a.section, fold.Key(h))
	}
	return a
}

// filter finds the filter of a facet; a new one when there is none.
func (a *asking) filter(facet string) int {
	i := slices.IndexFunc(a.filters, func(f ledgerFilter) bool { return f.facet == facet })
	if i < 0 {
		a.filters = append(a.filters, ledgerFilter{facet: facet})
		i = len(a.filters) - 1
	}
	return i
}

// passes reports whether a row satisfies all of a request but its text.
func (l *ledger) passes(r *ledgerRow, a *asking) bool {
	has := func(w want) bool { return w.in(l, &r.counts, r.own, a.Certain) }
	for _, f := range a.filters {
		if len(f.any) > 0 && !slices.ContainsFunc(f.any, has) || slices.ContainsFunc(f.not, has) {
			return false
		}
		for _, w := range f.all {
			if !has(w) {
				return false
			}
		}
	}
	if len(a.Dates) > 0 || a.Undated {
		in := func(e ledgerEvent) bool { return e.inDates(a) }
		if !(a.Undated && len(r.events) == 0) && !slices.ContainsFunc(r.events, in) {
			return false
		}
	}
	if len(a.section) > 0 && !slices.ContainsFunc(r.section, func(h string) bool {
		return slices.ContainsFunc(a.section, func(w string) bool { return strings.Contains(h, w) })
	}) {
		return false
	}
	return !a.SameEvent || l.sameEvent(r, a)
}

// clicked reports whether a row that satisfies all but the alternatives of one filter satisfies
// these too.
func (l *ledger) clicked(r *ledgerRow, a *asking, filter int) bool {
	return slices.ContainsFunc(a.filters[filter].any, func(w want) bool {
		return w.in(l, &r.counts, r.own, a.Certain)
	}) && (!a.SameEvent || l.sameEvent(r, a))
}

// inDates reports whether an event lies in one of the ranges.
func (e *ledgerEvent) inDates(a *asking) bool {
	return inDates(a.Request, &corpus.EventDate{First: e.first, Last: e.last})
}

// sameEvent reports whether one event carries all dates and places, where both are asked for.
func (l *ledger) sameEvent(r *ledgerRow, a *asking) bool {
	date, place := len(a.Dates) > 0 || a.Undated, false
	var groups [][]want
	for _, f := range a.filters {
		ofDate := isDate(f.facet) || f.facet == "precision"
		ofPlace := slices.Contains([]string{"country", "republic", "district", "place"}, f.facet)
		if len(f.any)+len(f.all) == 0 || !ofDate && !ofPlace {
			continue
		}
		date, place = date || ofDate, place || ofPlace
		if len(f.any) > 0 {
			groups = append(groups, f.any)
		}
		for _, w := range f.all {
			groups = append(groups, []want{w})
		}
	}
	if !date || !place {
		return true
	}
	return slices.ContainsFunc(r.events, func(e ledgerEvent) bool {
		if (len(a.Dates) > 0 || a.Undated) && !e.inDates(a) {
			return false
		}
		return !slices.ContainsFunc(groups, func(g []want) bool {
			return !slices.ContainsFunc(g, func(w want) bool {
				return !w.none && w.in(l, &e.counts, e.own, a.Certain)
			})
		})
	})
}

// holds gives, by row, where a tree holds.
func (l *ledger) holds(n query.Node, certain bool) []bool {
	out := make([]bool, len(l.rows))
	switch n := n.(type) {
	case query.And, query.Or:
		kids, and := asKids(n)
		for i := range out {
			out[i] = and
		}
		for _, k := range kids {
			for i, b := range l.holds(k, certain) {
				out[i] = and && out[i] && b || !and && (out[i] || b)
			}
		}
	case query.Not:
		for i, b := range l.holds(n.Node, certain) {
			out[i] = !b
		}
	case query.Field:
		w := l.read(n.Name, n.Value)
		for i := range out {
			out[i] = w.in(l, &l.rows[i].counts, l.rows[i].own, certain)
		}
	default:
		return l.texts[n]
	}
	return out
}

// asKids gives the parts of a conjunction or of alternatives.
func asKids(n query.Node) (kids []query.Node, and bool) {
	if a, ok := n.(query.And); ok {
		return a, true
	}
	return n.(query.Or), false
}

// learn finds where leaves hold, once for all requests.
func (l *ledger) learn(leaves []query.Node) {
	for _, n := range leaves {
		in := make([]bool, len(l.rows))
		for i, s := range l.o.all {
			in[i] = len(s.marks(n)) > 0
		}
		l.texts[n] = in
	}
}

// found gives the rows of a text, all of them without one.
func (l *ledger) found(n query.Node, certain bool) (out []*ledgerRow) {
	var in []bool
	if n != nil {
		in = l.holds(n, certain)
	}
	for i := range l.rows {
		if n == nil || in[i] {
			out = append(out, &l.rows[i])
		}
	}
	return out
}

// under gives those of some rows that pass a request.
func (l *ledger) under(a *asking, rows []*ledgerRow) (out []*ledgerRow) {
	for _, r := range rows {
		if l.passes(r, a) {
			out = append(out, r)
		}
	}
	return out
}

// byDate sorts rows in one of the orders by date.
func byDate(rows []*ledgerRow, order query.Sort) {
	sort.Slice(rows, func(i, j int) bool {
		a, b := rows[i], rows[j]
		switch {
		case a.dated != b.dated:
			return a.dated
		case a.key != b.key:
			return (a.key < b.key) == (order == query.DateAsc)
		}
		return a.id < b.id
	})
}

// docsIn counts the documents of rows.
func docsIn(rows []*ledgerRow) int {
	docs := map[int]bool{}
	for _, r := range rows {
		docs[r.doc] = true
	}
	return len(docs)
}

// daysIn gives first and last day of all events of rows, as text; empty for none.
func daysIn(rows []*ledgerRow) string {
	first, last := "", ""
	for _, r := range rows {
		for _, e := range r.events {
			if s := e.first.String(); first == "" || s < first {
				first = s
			}
			if s := e.last.String(); s > last {
				last = s
			}
		}
	}
	return first + " " + last
}
