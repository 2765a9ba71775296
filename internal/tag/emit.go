package tag

import (
	"cmp"
	"slices"
	"strings"

	"ibid/corpus"
)

// places writes the places of the i-th passage, one tag for each place, in order of first
// mention. A place is embedded only where it is nowhere named by itself.
func (s *scene) places(i int, tags *corpus.Tags) {
	at := map[string]int{}
	for _, p := range s.texts[i].places {
		if p.ID == "" || p.Vague {
			tags.Unresolved = append(tags.Unresolved, s.open("place", i, p.Span, p.Rule))
		}
		if p.ID == "" {
			continue
		}
		role := "mention"
		if p.event {
			role = "event"
		}
		k, ok := at[p.ID]
		if !ok {
			at[p.ID] = len(tags.Places)
			tags.Places = append(tags.Places, corpus.Place{ID: p.ID, Role: role, Rule: p.Rule,
				Embedded: p.embedded, Ambiguous: p.Ambiguous, Spans: []corpus.Span{p.Span}})
			continue
		}
		tag := &tags.Places[k]
		tag.Spans = append(tag.Spans, p.Span)
		if tag.Embedded && !p.embedded {
			tag.Embedded, tag.Rule, tag.Ambiguous = false, p.Rule, p.Ambiguous
		}
		tag.Ambiguous = tag.Ambiguous && (p.Ambiguous || p.embedded)
		if p.event {
			tag.Role = role
		}
	}
	for k := range tags.Places {
		s.chain(&tags.Places[k])
	}
}

// chain fills in name, kind and path of a place.
func (s *scene) chain(p *corpus.Place) {
	for _, step := range s.t.places.Path(p.ID) {
		p.Path = append(p.Path, step.Name)
		p.PathIDs = append(p.PathIDs, step.ID)
		p.PathKinds = append(p.PathKinds, step.Kind)
		p.Name, p.Kind = step.Name, step.Kind
	}
}

// actors writes the actors of the i-th passage, one tag for each, in order of first mention.
func (s *scene) actors(i int, tags *corpus.Tags) {
	at := map[string]int{}
	for _, a := range s.texts[i].actors {
		if a.ID == "" {
			tags.Unresolved = append(tags.Unresolved, s.open("actor", i, a.Span, a.Rule))
			continue
		}
		k, ok := at[a.ID]
		if ok {
			tags.Actors[k].Spans = append(tags.Actors[k].Spans, a.Span)
			continue
		}
		at[a.ID] = len(tags.Actors)
		tag := corpus.Actor{ID: a.ID, Rule: a.Rule, Spans: []corpus.Span{a.Span}}
		for _, step := range s.t.actors.Path(a.ID) {
			tag.Path = append(tag.Path, step.Name)
			tag.PathIDs = append(tag.PathIDs, step.ID)
			tag.Name, tag.Kind = step.Name, step.Kind
		}
		tags.Actors = append(tags.Actors, tag)
	}
}

// open makes the report of a name that was not settled.
func (s *scene) open(kind string, i int, at corpus.Span, reason string) corpus.Unresolved {
	text := s.texts[i].body[at.Start:at.End]
	return corpus.Unresolved{Kind: kind, Text: text, Span: at, Reason: reason}
}

// sortUnresolved orders reports by place, then kind.
func sortUnresolved(us []corpus.Unresolved) {
	slices.SortFunc(us, func(a, b corpus.Unresolved) int {
		return cmp.Or(a.Span.Start-b.Span.Start, a.Span.End-b.Span.End, strings.Compare(a.Kind, b.Kind))
	})
}
