package tag

import (
	"slices"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/actor"
	"ibid/internal/gazetteer"
	"ibid/internal/register"
	"ibid/internal/timex"
)

// placeName is a place's name in a passage and what it was settled to.
type placeName struct {
	register.Mention
	gazetteer.Reading
	embedded bool
	cue      cue  // what the words before it say
	event    bool // something happened there
}

// actorName is an actor's name in a passage and what it was settled to.
type actorName struct {
	register.Mention
	actor.Reading
}

// text is a passage with the names found in it, in their order.
type text struct {
	body    string
	toks    []fold.Token
	ends    []int // of its sentences
	places  []placeName
	actors  []actorName
	holders []corpus.Span // names of wars and the like, which may hold places
	dates   []corpus.Span
}

// scene is one document with the names found in it.
type scene struct {
	t     *Tagger
	texts []text
	// Names in the title and in headings confirm others and are never tags.
	aside []register.Mention
	who   []register.Mention
}

// gather finds the names of a document. Section numbers count changes of the section path.
func (t *Tagger) gather(d *corpus.Document, ps []*corpus.Passage, dates []timex.Result) *scene {
	s := &scene{t: t, texts: make([]text, len(ps))}
	s.beside(d.Title, len(ps), -1)
	section := 0
	for i, p := range ps {
		if i == 0 || !slices.Equal(p.Section, ps[i-1].Section) {
			section++
			for _, heading := range p.Section {
				s.beside(heading, len(ps)+section, section)
			}
		}
		x := text{body: p.Text, toks: fold.Tokens(nil, p.Text), ends: sentences(p.Text)}
		for _, e := range dates[i].Expressions {
			x.dates = append(x.dates, e.Span)
		}
		for _, m := range t.holders.Find(x.body, x.toks) {
			x.holders = append(x.holders, m.Span)
		}
		for _, m := range t.places.Find(x.body, x.toks) {
			at := register.Mention{Match: m, Passage: i, Section: section}
			x.places = append(x.places, placeName{Mention: at})
		}
		for _, m := range t.actors.Find(x.body, x.toks) {
			at := register.Mention{Match: m, Passage: i, Section: section}
			x.actors = append(x.actors, actorName{Mention: at})
		}
		s.texts[i] = x
	}
	return s
}

// beside finds the names of a text that is no passage.
func (s *scene) beside(body string, passage, section int) {
	toks := fold.Tokens(nil, body)
	for _, m := range s.t.places.Find(body, toks) {
		s.aside = append(s.aside, register.Mention{Match: m, Passage: passage, Section: section})
	}
	for _, m := range s.t.actors.Find(body, toks) {
		s.who = append(s.who, register.Mention{Match: m, Passage: passage, Section: section})
	}
}

// resolve settles every name of the document, then what lies inside what.
func (s *scene) resolve() {
	var where []register.Mention
	who := s.who
	for _, x := range s.texts {
		for _, p := range x.places {
			where = append(where, p.Mention)
		}
		for _, a := range x.actors {
			who = append(who, a.Mention)
		}
	}
	at := len(where)
	where = append(where, s.aside...)
	settled := s.t.places.Resolve(where)
	known := s.t.actors.Resolve(who, s.named(settled))[len(s.who):]
	settled = settled[:at]
	for i := range s.texts {
		x := &s.texts[i]
		for j := range x.places {
			x.places[j].Reading, settled = settled[0], settled[1:]
		}
		for j := range x.actors {
			x.actors[j].Reading, known = known[0], known[1:]
		}
		s.t.overlap(x)
		s.t.locate(x)
	}
}

// named returns which places may confirm an actor: those that the document names, with all
// above them, but of the countries only the one it speaks of most.
func (s *scene) named(rs []gazetteer.Reading) func(id string) bool {
	count, most := map[string]int{}, 0
	for _, r := range rs {
		for _, p := range s.t.places.Path(r.ID) {
			count[p.ID]++
			if p.Kind == gazetteer.Country {
				most = max(most, count[p.ID])
			}
		}
	}
	return func(id string) bool {
		p, _ := s.t.places.Place(id)
		return count[id] > 0 && (p.Kind != gazetteer.Country || count[id] == most)
	}
}
