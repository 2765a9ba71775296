package indexer

import (
	"sort"
	"strconv"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// What a passage counts in is decided here and nowhere else, from corpus values alone:
//
//	country, republic, district  the nodes of that kind on the path of a place
//	place                        every node of the path
//	group, agency, person        the actor and those above it
//	year                         each year an event touches
//	month                        each month an event touches, when its date names a month
//	source … language            facts of the document
//
// A place that is part of another name counts nowhere; one that could be several counts only
// what is above it. Three facets more are kept and not shown: the nodes named themselves, of
// places and of actors (for "ID!"), and the headings of the section path.

// facetID numbers the facets, the shown ones in the order of query.Facets.
type facetID uint8

// The facets.
const (
	country facetID = iota
	republic
	district
	place
	group
	agency
	person
	year
	month
	source
	publisher
	published
	language
	ownPlace      // hidden: places named themselves
	ownActor      // hidden: actors named themselves
	heading       // hidden: headings of the section path
	numFacets int = iota
)

// shownFacets is the number of facets that answers list.
const shownFacets = int(ownPlace)

// facetOf finds a facet by its name.
func facetOf(name string) (facetID, bool) {
	for i, n := range query.Facets() {
		if n == name {
			return facetID(i), true
		}
	}
	return 0, false
}

// ownOf gives the hidden facet in which "ID!" of a facet is looked up, and whether it has one.
func ownOf(f facetID) (facetID, bool) {
	switch {
	case f <= place:
		return ownPlace, true
	case f <= person:
		return ownActor, true
	}
	return 0, false
}

// value is one value of a facet: id, what is shown for it, and the value above it.
type value struct{ id, label, parent string }

// facts is what the columns know of one passage.
type facts struct {
	values [numFacets][]value // of each facet: by id, each once
	events []eventFacts       // in the order of the passage's tags
	day    corpus.Day         // sort key: first day of the primary event
	dated  bool
}

// eventFacts is what one event of a passage counts in.
type eventFacts struct {
	first, last corpus.Day
	values      []eventValue
}

// eventValue is a facet's value that an event carries: a year, a month or a place.
type eventValue struct {
	facet facetID
	id    string
}

// derive reads the facts out of a passage and its document.
func derive(d *corpus.Document, p *corpus.Passage) *facts {
	f := &facts{}
	for i := range p.Tags.Places {
		f.addPlace(&p.Tags.Places[i])
	}
	for i := range p.Tags.Actors {
		f.addActor(&p.Tags.Actors[i])
	}
	for i := range p.Tags.Events {
		f.addEvent(&p.Tags.Events[i], p.Tags.Places)
	}
	f.setDay(p.Tags.Events)
	f.addDocument(d)
	for _, h := range p.Section {
		f.add(heading, value{id: h, label: h})
	}
	for i := range f.values {
		f.values[i] = unique(f.values[i])
	}
	return f
}

// add notes a value; an empty one is none.
func (f *facts) add(id facetID, v value) {
	if v.id != "" {
		f.values[id] = append(f.values[id], v)
	}
}

// placeValues calls add with what a place counts in.
func placeValues(p *corpus.Place, add func(facetID, value)) {
	path := p.PathIDs
	if p.Ambiguous {
		path = path[:max(len(path)-1, 0)]
	}
	if p.Embedded || len(path) == 0 {
		return
	}
	parent := ""
	for i, id := range path {
		v := value{id, p.Path[i], parent}
		add(place, v)
		switch p.PathKinds[i] {
		case "country":
			add(country, v)
		case "republic":
			add(republic, v)
		case "district":
			add(district, v)
		}
		parent = id
	}
	add(ownPlace, value{id: path[len(path)-1]})
}

// addPlace notes what a place counts in.
func (f *facts) addPlace(p *corpus.Place) { placeValues(p, f.add) }

// addActor notes an actor and those above it.
func (f *facts) addActor(a *corpus.Actor) {
	facet := map[string]facetID{"group": group, "agency": agency, "person": person}[a.Kind]
	parent := ""
	for i, id := range a.PathIDs {
		v := value{id: id, parent: parent}
		switch {
		case i == len(a.PathIDs)-1:
			v.label = a.Name
		case len(a.Path) == len(a.PathIDs):
			v.label = a.Path[i]
		}
		f.add(facet, v)
		parent = id
	}
	f.add(ownActor, value{id: a.ID})
}

// addEvent notes the years and months an event touches and the places it happened in.
func (f *facts) addEvent(e *corpus.EventDate, places []corpus.Place) {
	ev := eventFacts{first: e.First, last: e.Last}
	from, fm, _ := e.First.Date()
	to, tm, _ := e.Last.Date()
	for y := from; y <= to; y++ {
		ev.add(f, year, value{id: yearText(y), label: yearText(y)})
	}
	for y, m := from, fm; namesMonth(e) && (y < to || y == to && m <= tm); m++ {
		if m > 12 {
			y, m = y+1, 1
		}
		id := monthText(y, m)
		ev.add(f, month, value{id: id, label: id, parent: yearText(y)})
	}
	for _, id := range e.Places {
		for i := range places {
			if places[i].ID == id {
				placeValues(&places[i], func(t facetID, v value) { ev.add(nil, t, v) })
			}
		}
	}
	f.events = append(f.events, ev)
}

// add notes a value of the event and, unless f is nil, of its passage.
func (ev *eventFacts) add(f *facts, t facetID, v value) {
	if f != nil {
		f.add(t, v)
	}
	ev.values = append(ev.values, eventValue{t, v.id})
}

// setDay finds the day a passage is sorted by: that of its primary event, else of its first.
func (f *facts) setDay(events []corpus.EventDate) {
	for i, e := range events {
		if i == 0 || e.Primary {
			f.day, f.dated = e.First, true
		}
		if e.Primary {
			return
		}
	}
}

// addDocument notes the facts of the document.
func (f *facts) addDocument(d *corpus.Document) {
	f.add(source, value{id: d.Source, label: d.Source})
	f.add(publisher, value{id: d.Publisher, label: d.Publisher})
	f.add(language, value{id: d.Language, label: d.Language})
	if y := yearOf(d.Published); y != "" {
		f.add(published, value{id: y, label: y})
	}
}

// yearText is a year as Day prints it: four digits, with a minus sign below zero.
func yearText(y int) string {
	s := corpus.DayOf(y, 1, 1).String()
	return s[:len(s)-len("-01-01")]
}

// monthText is a month as Day prints it: 2018-03.
func monthText(y, m int) string {
	s := corpus.DayOf(y, m, 1).String()
	return s[:len(s)-len("-01")]
}

// yearOf gives the year that an EDTF level 0 date begins with, or nothing.
func yearOf(edtf string) string {
	n := 4
	if strings.HasPrefix(edtf, "-") {
		n = 5
	}
	if len(edtf) < n || len(edtf) > n && edtf[n] != '-' {
		return ""
	}
	if _, err := strconv.Atoi(edtf[:n]); err != nil {
		return ""
	}
	return edtf[:n]
}

// namesMonth reports whether a date is of month precision or finer. A range is as fine as
// its coarser side.
func namesMonth(e *corpus.EventDate) bool {
	switch e.Precision {
	case "day", "week", "month":
		return true
	case "season", "year", "decade", "century":
		return false
	}
	sides := 0
	for _, side := range strings.Split(e.EDTF, "/") {
		if side == "" || side == ".." {
			continue
		}
		if !sideNamesMonth(side) {
			return false
		}
		sides++
	}
	return sides > 0
}

// sideNamesMonth reports whether one side of a range has a month: 2018-03, 2018-03-02 with or
// without a sign of doubt. 2018-21 is a season and 2018-XX is none.
func sideNamesMonth(side string) bool {
	side = strings.TrimRight(strings.TrimPrefix(side, "-"), "?~%")
	parts := strings.Split(side, "-")
	if len(parts) < 2 || len(parts[1]) != 2 {
		return false
	}
	m, err := strconv.Atoi(parts[1])
	return err == nil && m >= 1 && m <= 12
}

// unique sorts values by id and keeps one of each, with the least label and parent that is
// not empty, so that the choice does not depend on order.
func unique(vs []value) []value {
	sort.Slice(vs, func(i, j int) bool { return vs[i].id < vs[j].id })
	out := vs[:0]
	for _, v := range vs {
		if n := len(out); n > 0 && out[n-1].id == v.id {
			out[n-1] = merged(out[n-1], v)
			continue
		}
		out = append(out, v)
	}
	return out
}

// merged joins what two sightings say of one value.
func merged(a, b value) value {
	a.label = lesser(a.label, b.label)
	a.parent = lesser(a.parent, b.parent)
	return a
}

// lesser is the lesser string that is not empty.
func lesser(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}
