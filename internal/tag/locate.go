package tag

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// Where something happened is read from the words before a place, back to the first that
// decides: "in" and its like say that it happened there; "the", "town", "of" and an adjective
// are passed over; another place hands on its own answer ("in Katyr-Yurt, Chechnya"); any
// other word says that the place is only mentioned ("residents of Ingushetia", "to Syria").
// In Azerbaijani the ending says it.

// reach is how many words before a place are looked at.
const reach = 8

// locate marks the places of a text where something happened.
func (t *Tagger) locate(x *text) {
	for i := range x.places {
		p := &x.places[i]
		p.event = !p.embedded && (t.happened(x, i) || locative(x.body[p.Span.Start:p.Span.End], p))
	}
}

// happened reads the words before the i-th place.
func (t *Tagger) happened(x *text, i int) bool {
	for k, left := x.places[i].First-1, reach; k >= 0 && left > 0; k, left = k-1, left-1 {
		if ended(x, x.toks[k].Start, x.places[i].Span.Start) {
			return false
		}
		if j := placeEnding(x, i, k); j >= 0 {
			if !x.places[j].embedded {
				return x.places[j].event
			}
			k = x.places[j].First
			continue
		}
		switch t.words[x.toks[k].Text] {
		case "at":
			return true
		case "carry":
			continue
		}
		if !possessive(x.toks[k]) {
			return false
		}
	}
	return false
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
// date or, with several dates there, those behind the date; a sentence without a date goes
// with the last one before it that has one.
func link(x *text, tags *corpus.Tags) {
	for _, p := range x.places {
		if !p.event || p.ID == "" {
			continue
		}
		e := eventAt(x, tags.Events, p.Span.Start)
		if e != nil && !slices.Contains(e.Places, p.ID) {
			e.Places = append(e.Places, p.ID)
		}
	}
}

// eventAt returns the event that a place at a byte belongs to; nil when there is none.
func eventAt(x *text, events []corpus.EventDate, at int) *corpus.EventDate {
	var best *corpus.EventDate
	rank := func(e *corpus.EventDate) int {
		if len(e.Evidence) == 0 {
			return 0
		}
		from := e.Evidence[0].Start
		same := x.sentence(from) == x.sentence(at)
		switch {
		case same && from <= at:
			return 4 * (len(x.body) + 1 + from)
		case same:
			return 4*(len(x.body)+1) - from
		case from < at:
			return 1 + from
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
