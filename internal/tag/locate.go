package tag

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/gazetteer"
)

// Where something happened is read from the words before a place, back to the first that
// decides: "in" and its like say that it happened there; "the", "town", "of" and an adjective
// are passed over; "to" and its like lead away, but for "the entrance to"; another place
// hands on its own answer ("in Katyr-Yurt, Chechnya"); any other word says that the place is
// only mentioned ("residents of Ingushetia"). In Azerbaijani the ending says it.

// cue is what the words before a place say.
type cue int

// The cues.
const (
	none cue = iota // only mentioned
	at              // something happened there
	away            // from there, to there, against it
)

// reach is how many words before a place are looked at.
const reach = 8

// locate marks the places of a text where something happened.
func (t *Tagger) locate(x *text) {
	for i := range x.places {
		p := &x.places[i]
		p.cue = t.before(x, i)
		if p.cue == none && locative(x.body[p.Span.Start:p.Span.End], p) {
			p.cue = at
		}
		p.event = !p.embedded && p.ID != "" && p.cue == at
	}
	t.lower(x)
}

// lower marks the places that lie in one where something happened, in the same sentence:
// "took over the Surovikino colony in Volgograd Oblast". A country is too wide for that.
func (t *Tagger) lower(x *text) {
	for i := range x.places {
		p := &x.places[i]
		for _, q := range x.places {
			up, _ := t.places.Place(q.ID)
			if q.event && !p.embedded && up.Kind != gazetteer.Country && t.places.Under(p.ID, q.ID) &&
				x.sentence(p.Span.Start) == x.sentence(q.Span.Start) && p.cue != away {
				p.event = true
				break
			}
		}
	}
}

// before reads the words before the i-th place.
func (t *Tagger) before(x *text, i int) cue {
	for k, left := x.places[i].First-1, reach; k >= 0 && left > 0; k, left = k-1, left-1 {
		if ended(x, x.toks[k].Start, x.places[i].Span.Start) {
			return none
		}
		if j := placeEnding(x, i, k); j >= 0 {
			if !x.places[j].embedded {
				return x.places[j].cue
			}
			k = x.places[j].First
			continue
		}
		switch t.words[x.toks[k].Text] {
		case "at", "door":
			return at
		case "away":
			if k > 0 && t.words[x.toks[k-1].Text] == "door" {
				return at
			}
			return away
		case "carry":
			continue
		}
		if !possessive(x.toks[k]) {
			return none
		}
	}
	return none
}

// possessive reports whether a word is the s of "Russia's".
func possessive(t fold.Token) bool { return t.Text == "s" && t.End-t.Start == 1 }

// placeEnding returns the place before the i-th one whose last word is word k; -1 for none.
func placeEnding(x *text, i, k int) int {
	for j := i - 1; j >= 0; j-- {
		if x.places[j].Last == k+1 {
			return j
		}
	}
	return -1
}

// locative reports whether a name stands in the locative of Azerbaijani.
func locative(surface string, p *placeName) bool {
	form := false
	for _, c := range p.Candidates {
		form = form || c.Form && c.ID == p.ID
	}
	if !form || len(surface) < 3 {
		return false
	}
	r, n := utf8.DecodeLastRuneInString(surface)
	return (r == 'a' || r == 'ə') && surface[len(surface)-n-1] == 'd'
}

// ended reports whether a sentence ends between two bytes of a text.
func ended(x *text, from, to int) bool {
	i, _ := slices.BinarySearch(x.ends, from+1)
	return i < len(x.ends) && x.ends[i] <= to
}

// sentences returns where the sentences of a text end: behind a full stop, question or
// exclamation mark that a space and then no small letter follow. A stop after one letter or
// two is taken for an abbreviation.
func sentences(s string) []int {
	var ends []int
	word := 0 // letters before the current byte
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			word++
			continue
		}
		n := i + utf8.RuneLen(r)
		stop := r == '.' && word > 2 || r == '!' || r == '?' || r == '؟' || r == '…'
		if stop && n+1 < len(s) && s[n] == ' ' {
			next, _ := utf8.DecodeRuneInString(s[n+1:])
			if !unicode.IsLower(next) {
				ends = append(ends, n)
			}
		}
		word = 0
	}
	return append(ends, len(s))
}

// sentence numbers the sentence that holds a byte.
func (x *text) sentence(at int) int {
	i, _ := slices.BinarySearch(x.ends, at+1)
	return min(i, len(x.ends)-1)
}

// link gives each event the places where it happened: those of the sentence that names its
// date or, with several dates there, those nearest to it; a sentence without a date goes
// with the last one before it that has one. A text with a date where no place says "in" is
// read once more: then the places of a dated sentence count that no word leads away from.
func link(x *text, tags *corpus.Tags) {
	if len(tags.Events) == 0 {
		return
	}
	if !slices.ContainsFunc(x.places, func(p placeName) bool { return p.event }) {
		for i := range x.places {
			p := &x.places[i]
			p.event = p.ID != "" && !p.embedded && p.cue != away && dated(x, tags.Events, p.Span.Start)
		}
	}
	for _, p := range x.places {
		if !p.event {
			continue
		}
		e := eventAt(x, tags.Events, p.Span)
		if !slices.Contains(e.Places, p.ID) {
			e.Places = append(e.Places, p.ID)
		}
	}
}

// dated reports whether the sentence at a byte holds the words of an event's date.
func dated(x *text, events []corpus.EventDate, at int) bool {
	return slices.ContainsFunc(events, func(e corpus.EventDate) bool {
		return len(e.Evidence) > 0 && x.sentence(e.Evidence[0].Start) == x.sentence(at)
	})
}

// eventAt returns the event that a place belongs to; there is at least one.
func eventAt(x *text, events []corpus.EventDate, at corpus.Span) *corpus.EventDate {
	var best *corpus.EventDate
	rank := func(e *corpus.EventDate) int {
		if len(e.Evidence) == 0 {
			return 0
		}
		d := e.Evidence[0]
		switch {
		case x.sentence(d.Start) == x.sentence(at.Start):
			return 3*len(x.body) - max(d.Start-at.End, at.Start-d.End, 0)
		case d.Start < at.Start:
			return 1 + d.Start
		}
		return 0
	}
	for i := range events {
		e := &events[i]
		if best == nil || rank(e) > rank(best) || rank(e) == rank(best) && e.Primary && !best.Primary {
			best = e
		}
	}
	return best
}
