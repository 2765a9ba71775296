package searchtest

import (
	"regexp"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// node is a value as a facet shows it.
type node struct{ label, parent string }

// event is one event with what it counts in.
type event struct {
	first, last corpus.Day
	values      map[string]map[string]bool
	surely      map[string]map[string]bool // as values: units of time it lies in as a whole
}

// rowOf gathers the values of a passage by the settled rules: paths count in each step, the
// last step of an ambiguous place and all of an embedded one in none, and an interval in each
// year it touches.
func rowOf(p *corpus.Passage, d *corpus.Document) row {
	x := row{p: p, d: d, values: map[string]map[string]node{}, own: map[string]bool{}}
	for _, pl := range p.Tags.Places {
		placeSteps(pl, func(facet, id, label, parent string) { x.put(facet, id, label, parent) })
		if n := len(placePath(pl)); n > 0 {
			x.put("role", pl.Role, pl.Role, "")
			x.own["place/"+pl.PathIDs[n-1]] = true
		}
	}
	for _, a := range p.Tags.Actors {
		parent := ""
		for i, id := range a.PathIDs {
			label := ""
			if i < len(a.Path) {
				label = a.Path[i]
			}
			if i == len(a.PathIDs)-1 {
				label = a.Name
			}
			x.put(a.Kind, id, label, parent)
			parent = id
		}
		x.own[a.Kind+"/"+a.ID] = true
	}
	for _, e := range p.Tags.Events {
		x.events = append(x.events, x.eventOf(e))
	}
	x.put("source", d.Source, d.Source, "")
	x.put("publisher", d.Publisher, d.Publisher, "")
	x.put("language", d.Language, d.Language, "")
	if len(d.Published) >= 4 {
		x.put("published", d.Published[:4], d.Published[:4], "")
	}
	return x
}

// put notes a value; an empty one is none.
func (x *row) put(facet, id, label, parent string) {
	if id == "" {
		return
	}
	if x.values[facet] == nil {
		x.values[facet] = map[string]node{}
	}
	x.values[facet][id] = node{label, parent}
}

// placePath gives the steps of a place that count.
func placePath(p corpus.Place) []string {
	switch {
	case p.Embedded:
		return nil
	case p.Ambiguous:
		return p.PathIDs[:len(p.PathIDs)-1]
	}
	return p.PathIDs
}

// placeSteps calls put with everything a place counts in.
func placeSteps(p corpus.Place, put func(facet, id, label, parent string)) {
	parent := ""
	for i, id := range placePath(p) {
		put("place", id, p.Path[i], parent)
		if kind := p.PathKinds[i]; kind == "country" || kind == "republic" || kind == "district" {
			put(kind, id, p.Path[i], parent)
		}
		parent = id
	}
}

// eventOf notes the units of time and the places of an event.
func (x *row) eventOf(e corpus.EventDate) event {
	ev := event{first: e.First, last: e.Last, values: map[string]map[string]bool{}}
	both := func(facet, id, parent string) {
		x.put(facet, id, id, parent)
		ev.put(facet, id)
	}
	both("precision", string(e.Precision), "")
	for day := e.First; day <= e.Last; day++ {
		text := day.String()
		x.put("decade", text[:3]+"0", text[:3]+"0s", "")
		ev.put("decade", text[:3]+"0")
		both("year", text[:4], text[:3]+"0")
		if namesMonth(e.EDTF) {
			both("month", text[:7], text[:4])
		}
		if e.Precision == "day" {
			both("day", text, text[:7])
		}
	}
	ev.surely = map[string]map[string]bool{}
	for _, facet := range units() {
		if len(ev.values[facet]) == 1 {
			ev.surely[facet] = ev.values[facet]
		}
	}
	for _, id := range e.Places {
		for _, p := range x.p.Tags.Places {
			if p.ID == id {
				placeSteps(p, func(facet, id, _, _ string) { ev.put(facet, id) })
			}
		}
	}
	return ev
}

// units lists the facets whose values are units of time of events.
func units() []string { return []string{"decade", "year", "month", "day"} }

// monthForm is EDTF of month precision or finer; 21 and above are seasons.
var monthForm = regexp.MustCompile(`^-?\d{4}-(0[1-9]|1[0-2])(-\d\d)?[?~%]?$`)

// namesMonth reports whether a date names months: an interval is as fine as its coarser side.
func namesMonth(edtf string) bool {
	for _, side := range strings.Split(edtf, "/") {
		if side != ".." && !monthForm.MatchString(side) {
			return false
		}
	}
	return true
}

func (ev *event) put(facet, id string) {
	if ev.values[facet] == nil {
		ev.values[facet] = map[string]bool{}
	}
	ev.values[facet][id] = true
}

// day is what a row is sorted by.
func (x *row) day() (corpus.Day, bool) {
	for _, e := range x.p.Tags.Events {
		if e.Primary {
			return e.First, true
		}
	}
	if len(x.p.Tags.Events) > 0 {
		return x.p.Tags.Events[0].First, true
	}
	return 0, false
}

// counts reports whether the row counts in a value, given by id: with certain, of a unit of
// time only where an event lies in it as a whole.
func (x *row) counts(facet, value string, certain bool) bool {
	if !certain || value == query.None || !slices.Contains(units(), facet) {
		return x.has(facet, value)
	}
	return slices.ContainsFunc(x.events, func(e event) bool { return e.surely[facet][value] })
}

// has reports whether the row carries a value, given by id.
func (x *row) has(facet, value string) bool {
	g, a, p := facet, facet, facet
	if facet == search.Actor {
		g, a, p = "group", "agency", "person"
	}
	if value == query.None {
		return len(x.values[g])+len(x.values[a])+len(x.values[p]) == 0
	}
	if id, alone := strings.CutSuffix(value, "!"); alone {
		if isPlace(facet) {
			return x.own["place/"+id]
		}
		return x.own[g+"/"+id] || x.own[a+"/"+id] || x.own[p+"/"+id]
	}
	_, inG := x.values[g][value]
	_, inA := x.values[a][value]
	_, inP := x.values[p][value]
	return inG || inA || inP
}

// isPlace reports whether a facet is a cut of the path of places.
func isPlace(facet string) bool {
	return facet == "place" || facet == "country" || facet == "republic" || facet == "district"
}

// passes reports whether the row passes every filter of a request, whose values are ids.
func (x *row) passes(r query.Request) bool {
	for _, f := range r.Filters {
		in := func(v string) bool { return x.counts(f.Facet, v, r.Certain) }
		out := func(v string) bool { return !in(v) }
		if len(f.Any) > 0 && !slices.ContainsFunc(f.Any, in) || slices.ContainsFunc(f.All, out) ||
			slices.ContainsFunc(f.Not, in) {
			return false
		}
	}
	if len(r.Section) > 0 && !slices.ContainsFunc(r.Section, x.under) {
		return false
	}
	return x.when(r) && (!r.SameEvent || x.oneEvent(r))
}

// when reports whether the row passes the date filter.
func (x *row) when(r query.Request) bool {
	switch {
	case len(r.Dates) == 0 && !r.Undated:
		return true
	case r.Undated && len(x.events) == 0:
		return true
	}
	return slices.ContainsFunc(x.events, func(e event) bool { return e.inDates(r) })
}

// under reports whether a heading above the row contains words.
func (x *row) under(words string) bool {
	return slices.ContainsFunc(x.p.Section, func(h string) bool {
		return strings.Contains(fold.Key(h), fold.Key(words))
	})
}

// inDates reports whether an event lies in one of the date ranges asked for.
func (ev *event) inDates(r query.Request) bool {
	return slices.ContainsFunc(r.Dates, func(d query.DateRange) bool {
		if r.Certain {
			return (d.From == nil || *d.From <= ev.first) && (d.To == nil || ev.last <= *d.To)
		}
		return (d.From == nil || *d.From <= ev.last) && (d.To == nil || ev.first <= *d.To)
	})
}

// oneEvent reports whether, where both a date and a place are asked for, one event carries
// both.
func (x *row) oneEvent(r query.Request) bool {
	dated, placed := len(r.Dates) > 0, false
	var mine []query.Filter
	for _, f := range r.Filters {
		date, place := f.Facet == "precision" || slices.Contains(units(), f.Facet), isPlace(f.Facet)
		groups := [][]string{f.Any}
		for _, v := range f.All {
			groups = append(groups, []string{v})
		}
		for _, g := range groups {
			if len(g) == 0 || slices.Contains(g, query.None) || !date && !place {
				continue
			}
			dated, placed = dated || date, placed || place
			mine = append(mine, query.Filter{Facet: f.Facet, Any: g})
		}
	}
	if !dated || !placed || r.Undated {
		return true
	}
	return slices.ContainsFunc(x.events, func(e event) bool {
		return (len(r.Dates) == 0 || e.inDates(r)) && e.carries(mine, r.Certain)
	})
}

// carries reports whether the event has a value of each filter.
func (ev *event) carries(filters []query.Filter, certain bool) bool {
	return !slices.ContainsFunc(filters, func(f query.Filter) bool {
		values := ev.values[f.Facet]
		if certain && slices.Contains(units(), f.Facet) {
			values = ev.surely[f.Facet]
		}
		return !slices.ContainsFunc(f.Any, func(v string) bool { return values[v] })
	})
}
