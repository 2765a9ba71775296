package corpus

import "fmt"

// Tags are what Ibid read out of a passage, each with the words that gave it.
type Tags struct {
	Events     []EventDate  `json:"events,omitempty"`
	Places     []Place      `json:"places,omitempty"`
	Actors     []Actor      `json:"actors,omitempty"`
	Unresolved []Unresolved `json:"unresolved,omitempty"`
}

// Precision of an event date: day, week, month, season, year, decade, century, range,
// before or after.
type Precision string

// EventDate is when something the passage tells of happened. It is never the date of
// publication nor of capture.
type EventDate struct {
	EDTF      string    `json:"edtf"`  // EDTF level 0 or 1; 2015/.. for an open side
	First     Day       `json:"first"` // of the days it may have been; an open side ends at the unit named
	Last      Day       `json:"last"`  // inclusive
	Precision Precision `json:"precision"`
	Inference string    `json:"inference"`           // explicit, year-from-context, relative, inherited, document-date
	Rule      string    `json:"rule,omitempty"`      // the reasoning in one plain sentence
	Evidence  []Span    `json:"evidence,omitempty"`  // the words of this passage that gave it
	Anchor    string    `json:"anchor,omitempty"`    // the date it was reckoned from, EDTF
	Primary   bool      `json:"primary"`             // governs the main clause of the passage
	Places    []string  `json:"place_ids,omitempty"` // ids of the places of this event
}

// Place is a place that a passage names.
type Place struct {
	ID        string   `json:"id"` // ISO 3166 code down to the republic or oblast (RU-DA), then the register's own
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`               // country, republic, district, place
	Path      []string `json:"path"`               // names, country first, this place last
	PathIDs   []string `json:"path_ids"`           // ids of the path
	PathKinds []string `json:"path_kinds"`         // kinds of the path
	Role      string   `json:"role"`               // event or mention
	Embedded  bool     `json:"embedded,omitempty"` // part of another name, or an adjective: shown, counted in no facet
	Ambiguous bool     `json:"ambiguous,omitempty"`
	Rule      string   `json:"rule,omitempty"`
	Spans     []Span   `json:"spans"`
}

// Actor is a group, agency or person that a passage names.
type Actor struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`           // group, agency, person
	Path    []string `json:"path,omitempty"` // names of the parents, outermost first, this actor last
	PathIDs []string `json:"path_ids"`       // their ids: a group rolls up to its parents
	Rule    string   `json:"rule,omitempty"`
	Spans   []Span   `json:"spans"`
}

// Unresolved is an expression that looks like a tag and could not be settled. It is counted
// and shown, never guessed.
type Unresolved struct {
	Kind   string `json:"kind"` // date, place, actor
	Text   string `json:"text"`
	Span   Span   `json:"span"`
	Reason string `json:"reason"`
}

// validate checks order of days and that every span lies in a text of n bytes.
func (t *Tags) validate(n int) error {
	for i, e := range t.Events {
		item := fmt.Sprintf("tags.events[%d]", i)
		if e.EDTF == "" || e.Precision == "" || e.Inference == "" {
			return Errorf(Invalid, item, "edtf, precision and inference must be given")
		}
		if e.Last < e.First {
			return Errorf(Invalid, item, "last day %v is before first day %v", e.Last, e.First)
		}
		if err := validateSpans(item+".evidence", e.Evidence, n); err != nil {
			return err
		}
	}
	for i, p := range t.Places {
		item := fmt.Sprintf("tags.places[%d]", i)
		if p.ID == "" || len(p.PathIDs) == 0 || len(p.Path) != len(p.PathIDs) || len(p.PathKinds) != len(p.PathIDs) || p.PathIDs[len(p.PathIDs)-1] != p.ID {
			return Errorf(Invalid, item, "the path must name each step and end in the place %q", p.ID)
		}
		if err := validateSpans(item+".spans", p.Spans, n); err != nil {
			return err
		}
	}
	for i, a := range t.Actors {
		item := fmt.Sprintf("tags.actors[%d]", i)
		if a.ID == "" || len(a.PathIDs) == 0 || a.PathIDs[len(a.PathIDs)-1] != a.ID {
			return Errorf(Invalid, item, "the path must end in the actor %q", a.ID)
		}
		if a.Kind != "group" && a.Kind != "agency" && a.Kind != "person" {
			return Errorf(Invalid, item, "kind %q is none of group, agency, person", a.Kind)
		}
		if err := validateSpans(item+".spans", a.Spans, n); err != nil {
			return err
		}
	}
	for i, u := range t.Unresolved {
		if !u.Span.In(n) {
			return Errorf(Invalid, fmt.Sprintf("tags.unresolved[%d]", i), "span %v is outside the text", u.Span)
		}
	}
	return nil
}

func validateSpans(item string, spans []Span, n int) error {
	for _, s := range spans {
		if !s.In(n) || s.Len() == 0 {
			return Errorf(Invalid, item, "span %v is empty or outside a text of %d bytes", s, n)
		}
	}
	return nil
}
