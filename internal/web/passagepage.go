package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gorilla/mux"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// passageView is what the page of a passage shows.
type passageView struct {
	*search.PassageAnswer
	Pieces    []piece
	Lang, Dir string
	Notes     []noteView
	Events    []tagView
	Places    []tagView
	Actors    []tagView
	Proof     proof
	NoSource  string // why the archived source cannot be shown; empty when it is
	JSON      string
}

// noteView is one note of a passage with the works it names, in the order of the marks.
type noteView struct {
	N     int // from 1, on this page
	Label string
	Note  string // its id on its own page
	Works []search.Citation
}

// tagView is one tag with the words that gave it.
type tagView struct {
	Name, Detail, Rule string
	Words              []string
	Link               string // all passages with this tag
	Weak               bool   // shown, and counted in no facet
}

// passagePage answers /passage/{id}. mark=3-12,40-52 colours what a search found.
func (s *site) passagePage(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r, "mark"); err != nil {
		return err
	}
	mark := r.URL.Query().Get("mark")
	if s.fresh(w, r, mark) {
		return nil
	}
	a, err := s.svc.Passage(r.Context(), corpus.PassageID(mux.Vars(r)["id"]))
	if err != nil {
		return err
	}
	v := passageView{PassageAnswer: a, JSON: "/v1/passages/" + string(a.ID)}
	v.Lang, v.Dir = langOf(a.Source.Language)
	var at []noteAt
	v.Notes, at = notesOf(a.Citations)
	v.Pieces = piecesOf(a.Text, parseMarks(mark, a.Text), at)
	v.Events, v.Places, v.Actors = eventTags(a), placeTags(a), actorTags(a)
	v.Proof, v.NoSource = s.prove(r.Context(), a)
	title := "Passage " + strconv.Itoa(a.Ordinal+1)
	if a.Source.Title != "" {
		title += " of " + a.Source.Title
	}
	return s.render(w, http.StatusOK, "passage.html", page{Title: title, Data: v})
}

// prove reads the snapshot and compares. A store that fails is told on the page and in the
// log: the passage itself can be shown all the same.
func (s *site) prove(ctx context.Context, a *search.PassageAnswer) (proof, string) {
	body, err := s.body(ctx, a.Source.Snapshot)
	switch {
	case err == nil:
		return prove(body, a.Document.Charset, a.PassageView), ""
	case corpus.KindOf(err) == corpus.NotFound:
		return proof{}, "The archived source is not kept on this server."
	case corpus.KindOf(err) == corpus.Corrupt:
		s.opt.Logger.Error("snapshot is damaged", "snapshot", a.Source.Snapshot, "error", err)
		return proof{}, "The archived bytes do not hash to the snapshot any more. " +
			"Do not rely on this passage."
	}
	s.opt.Logger.Error("snapshot cannot be read", "snapshot", a.Source.Snapshot, "error", err)
	return proof{}, "The archived source cannot be read now."
}

// notesOf gathers the works of each note and numbers the notes by their first mark.
func notesOf(citations []search.Citation) ([]noteView, []noteAt) {
	var notes []noteView
	var at []noteAt
	number := map[string]int{}
	type seenMark struct{ note, mark int }
	seen := map[seenMark]bool{}
	works := map[string]corpus.Span{}
	for _, c := range citations {
		n, known := number[c.Note]
		if !known {
			n = len(notes) + 1
			number[c.Note] = n
			works[c.Note] = c.Mark
			notes = append(notes, noteView{N: n, Label: labelOf(c.Label, n), Note: c.Note})
		}
		if key := (seenMark{n, c.Mark.Start}); !seen[key] {
			seen[key] = true
			at = append(at, noteAt{c.Mark.Start, noteRef{notes[n-1].Label, n}})
		}
		// A note used twice names its works once.
		if works[c.Note] == c.Mark {
			notes[n-1].Works = append(notes[n-1].Works, c)
		}
	}
	return notes, at
}

// labelOf is the label of a note as its page prints it, or its number here.
func labelOf(label string, n int) string {
	if label == "" {
		return strconv.Itoa(n)
	}
	return label
}

// eventTags words the event dates with their evidence.
func eventTags(a *search.PassageAnswer) []tagView {
	var out []tagView
	for _, e := range a.Events {
		detail := string(e.Precision)
		if how := inferenceText(e.Inference); how != "" {
			detail += ", " + how
		}
		if e.Primary {
			detail += ", main event"
		}
		out = append(out, tagView{Name: eventText(e.EDTF), Detail: detail, Rule: e.Rule,
			Words: words(a.Text, e.Evidence),
			Link:  address(query.Request{Dates: []query.DateRange{{From: &e.First, To: &e.Last}}})})
	}
	return out
}

// placeTags words the places with their evidence.
func placeTags(a *search.PassageAnswer) []tagView {
	var out []tagView
	for _, p := range a.Places {
		detail := p.Kind + ", " + roleText(p.Role)
		if p.Ambiguous {
			detail += ", ambiguous"
		}
		if p.Embedded {
			detail += ", part of another name"
		}
		out = append(out, tagView{Name: pathText(p.Path, p.Name), Detail: detail, Rule: p.Rule,
			Words: words(a.Text, p.Spans), Weak: p.Embedded, Link: filterLink("place", p.ID)})
	}
	return out
}

// actorTags words the actors with their evidence.
func actorTags(a *search.PassageAnswer) []tagView {
	var out []tagView
	for _, x := range a.Actors {
		out = append(out, tagView{Name: pathText(x.Path, x.Name), Detail: x.Kind, Rule: x.Rule,
			Words: words(a.Text, x.Spans), Link: filterLink(x.Kind, x.ID)})
	}
	return out
}

// roleText says what a place is to the passage.
func roleText(role string) string {
	if role == "event" {
		return "where it happened"
	}
	return "mentioned"
}

// words gives the words of each span, each spelling once.
func words(text string, spans []corpus.Span) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range spans {
		if !s.In(len(text)) || seen[text[s.Start:s.End]] {
			continue
		}
		seen[text[s.Start:s.End]] = true
		out = append(out, text[s.Start:s.End])
	}
	return out
}
