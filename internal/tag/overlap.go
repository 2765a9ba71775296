package tag

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/internal/actor"
	"ibid/internal/register"
)

// overlap settles names that share words. A longer actor swallows the actors in it, a longer
// place the places in it; a place in an actor or an event is embedded; a date is no name.
func (t *Tagger) overlap(x *text) {
	var outer []corpus.Span
	x.actors = slices.DeleteFunc(x.actors, func(a actorName) bool {
		if inside(a.Span, outer) || inside(a.Span, x.dates) || t.partial(x, a) {
			return true
		}
		if a.ID != "" {
			outer = append(outer, a.Span)
		}
		return false
	})
	holders := append(outer, x.holders...)
	var larger []corpus.Span
	x.places = slices.DeleteFunc(x.places, func(p placeName) bool {
		if inside(p.Span, larger) || inside(p.Span, x.dates) {
			return true
		}
		if p.ID != "" {
			larger = append(larger, p.Span)
		}
		return false
	})
	for i := range x.places {
		p := &x.places[i]
		p.embedded = p.Adjective || inside(p.Span, holders)
	}
}

// partial reports whether the name of an agency is the end of a longer name that no row has:
// the National Guard in "Texas National Guard".
func (t *Tagger) partial(x *text, a actorName) bool {
	waits := slices.ContainsFunc(a.Candidates, func(c register.Candidate) bool {
		return c.ID == a.ID && c.Waits()
	})
	who, _ := t.actors.Actor(a.ID)
	if !waits || who.Kind != actor.Agency || a.First == 0 {
		return false
	}
	before := x.toks[a.First-1]
	if before.End+1 != a.Span.Start || t.words[before.Text] != "" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(x.body[before.Start:])
	return unicode.IsUpper(r) || unicode.IsDigit(r)
}

// inside reports whether a span lies in one of several.
func inside(s corpus.Span, in []corpus.Span) bool {
	return slices.ContainsFunc(in, func(o corpus.Span) bool { return o.Contains(s) })
}
