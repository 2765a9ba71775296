package actor

import (
	"slices"
	"strconv"

	"ibid/internal/register"
)

// Reading is what a mention was settled to.
type Reading struct {
	ID     string   // empty when nothing was settled
	Rule   string   // why, in one plain sentence
	Rivals []string // ids of other readings, sorted
}

// Resolve settles the mentions of one document. named says which places the document names;
// they may confirm an actor as other actors do. The result has one reading a mention.
//
// Names that wait are confirmed in rounds: a full name confirms a surname, what a round
// confirms may confirm more in the next, until nothing changes.
func (a *Actors) Resolve(ms []register.Mention, named func(place string) bool) []Reading {
	known := map[string]bool{}
	for _, m := range ms {
		if id, ok := m.Sure(); ok {
			a.know(known, id)
		}
	}
	has := func(id string) bool { return known[id] || named(id) }
	for before := -1; before != len(known); {
		before = len(known)
		for _, m := range ms {
			for _, c := range m.Candidates {
				if c.Flags&register.NeedsName == 0 && a.why(c, has) != "" {
					known[c.ID] = true
				}
			}
		}
	}
	out := make([]Reading, len(ms))
	for i, m := range ms {
		out[i] = a.settle(m, has)
	}
	return out
}

// know marks an actor and all above it as named.
func (a *Actors) know(known map[string]bool, id string) {
	for _, r := range a.reg.Path(id) {
		known[r.ID] = true
	}
}

// why gives the reason that confirms a candidate that waits; empty when there is none.
func (a *Actors) why(c register.Candidate, has func(string) bool) string {
	row, _ := a.reg.Row(c.ID)
	if c.Flags&register.NeedsName == 0 {
		for _, id := range row.Context {
			if has(id) {
				return "the document names " + strconv.Quote(id) + " too"
			}
		}
	}
	if has(c.ID) {
		return "the document gives the name in full"
	}
	return ""
}

// settle chooses among the candidates of a mention.
func (a *Actors) settle(m register.Mention, has func(string) bool) Reading {
	var won []Reading
	var all []string
	for _, c := range m.Candidates {
		all = append(all, c.ID)
		r := Reading{ID: c.ID, Rule: "name " + strconv.Quote(c.Name)}
		if c.Waits() {
			why := a.why(c, has)
			if why == "" {
				continue
			}
			r.Rule += ": " + why
		}
		won = append(won, r)
	}
	switch len(won) {
	case 0:
		return Reading{Rule: "nothing in the document confirms this reading", Rivals: all}
	case 1:
		won[0].Rivals = slices.DeleteFunc(all, func(id string) bool { return id == won[0].ID })
		return won[0]
	}
	return Reading{Rule: "several actors have this name", Rivals: all}
}
