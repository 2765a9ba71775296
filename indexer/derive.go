package indexer

import (
	"sort"

	"ibid/corpus"
	"ibid/indexer/query"
)

// What a passage counts in is decided here and nowhere else, from corpus values alone:
//
//	country, republic, district  the nodes of that kind on the path of a place
//	place                        every node of the path
//	role                         that of each place which counts
//	group, agency, person        the actor and those above it
//	decade, year                 each that an event touches
//	month                        each month an event touches, when its date names a month
//	day                          each day an event touches, when it is known to the day
//	precision                    that of each event's date
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
	role
	group
	agency
	person
	decade
	year
	month
	day
	precision
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

// facetNames are the names of all facets by their numbers.
var facetNames = query.Facets()

// facetOf finds a facet by its name.
func facetOf(name string) (facetID, bool) {
	for i, n := range facetNames {
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
	case f >= group && f <= person:
		return ownActor, true
	}
	return 0, false
}

// eventKind says whether events carry a facet as their date or as their place.
func eventKind(f facetID) string {
	switch {
	case f <= place:
		return "place"
	case f >= decade && f <= precision:
		return "date"
	}
	return ""
}

// value is one value of a facet: id, what is shown for it, and the value above it.
type value struct{ id, label, parent string }

// facts is what the columns know of one passage.
type facts struct {
	values [numFacets][]value // of each facet: by id, each once
	events []eventFacts       // in the order of the passage's tags
	key    int                // the event by whose first day the passage is sorted
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
	f.key = sortEvent(p.Tags.Events)
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

// addPlace notes what a place counts in, and its role.
func (f *facts) addPlace(p *corpus.Place) {
	placeValues(p, func(t facetID, v value) {
		f.add(t, v)
		if t == ownPlace {
			f.add(role, value{id: p.Role, label: p.Role})
		}
	})
}

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

// addDocument notes the facts of the document.
func (f *facts) addDocument(d *corpus.Document) {
	f.add(source, value{id: d.Source, label: d.Source})
	f.add(publisher, value{id: d.Publisher, label: d.Publisher})
	f.add(language, value{id: d.Language, label: d.Language})
	if y := yearOf(d.Published); y != "" {
		f.add(published, value{id: y, label: y})
	}
}

// unique sorts values by id and keeps one of each, with the least label and parent that is
// not empty, so that the choice does not depend on order.
func unique(vs []value) []value {
	if len(vs) < 2 {
		return vs
	}
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
