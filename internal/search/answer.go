package search

import (
	"cmp"
	"time"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// Answer is what a search gives, in the shape of the JSON interface. Lists are never null.
type Answer struct {
	Total     int           `json:"total"`     // passages, exact
	Documents int           `json:"documents"` // documents they stand in, exact
	Mode      query.Mode    `json:"mode"`      // that ran
	Corpus    string        `json:"corpus"`    // version of the corpus
	Query     string        `json:"query"`     // as parsed, in canonical form; empty without text
	Literal   bool          `json:"literal"`   // broken syntax, read as plain words
	Took      float64       `json:"took_ms"`
	Next      string        `json:"next"` // cursor of the next page; empty on the last
	Hits      []Hit         `json:"hits"`
	Facets    []query.Facet `json:"facets"`
	// Of what a request may ask for besides: tables of two facets, and the first and last day of
	// all events of the hits.
	Cross []query.CrossTable `json:"cross,omitempty"`
	First *corpus.Day        `json:"first,omitempty"`
	Last  *corpus.Day        `json:"last,omitempty"`

	Notices  []query.Notice `json:"notices"`
	Readings query.Readings `json:"readings"`
	Folded   []string       `json:"folded"` // what the mode treated as equal, in plain words
	// Suggestions are wordings that do occur, for phrases of a query without hits.
	Suggestions []query.Suggestion `json:"suggestions"`
	// Chips are the parts of the query as it was typed.
	Chips []query.Chip `json:"chips"`

	// Request is the one that ran, with names resolved; pages make their links from it.
	Request query.Request `json:"-"`
	// Parsed is the query of the text; nil without one.
	Parsed query.Node `json:"-"`

	View         query.View `json:"view"` // list or kwic
	*Concordance            // nil for a list
}

// Hit is one passage of an answer.
type Hit struct {
	PassageView
	Marks        []corpus.Span       `json:"marks"` // one for each phrase and each loose word
	Score        float64             `json:"score"`
	Snippet      string              `json:"snippet"`
	SnippetAt    int                 `json:"snippet_at"`    // where the snippet begins in the text
	SnippetMarks []corpus.Span       `json:"snippet_marks"` // offsets into the snippet
	Explain      []query.Explanation `json:"explain,omitempty"`
}

// PassageView is a passage with its source and its footnotes resolved.
type PassageView struct {
	ID         corpus.PassageID    `json:"id"`
	Kind       corpus.BlockKind    `json:"kind"`
	Text       string              `json:"text"`
	Section    []string            `json:"section"`
	Ordinal    int                 `json:"ordinal"`
	Untraced   bool                `json:"untraced"` // no bytes of the snapshot
	Events     []corpus.EventDate  `json:"events"`
	Places     []corpus.Place      `json:"places"`
	Actors     []corpus.Actor      `json:"actors"`
	Unresolved []corpus.Unresolved `json:"unresolved"`
	Citations  []Citation          `json:"citations"`
	Source     Source              `json:"source"`
}

// Citation is a work that a note of the passage names, or the note itself where no work
// could be read out of it.
type Citation struct {
	CSL        corpus.CSL        `json:"csl"`
	Raw        string            `json:"raw"`
	Witness    map[string]string `json:"witness"`
	Mark       corpus.Span       `json:"mark"` // empty range at the note mark
	Note       string            `json:"note"` // id of the note on its page
	Label      string            `json:"label,omitempty"`
	Links      []corpus.Link     `json:"links,omitempty"` // of an unresolved note
	Unresolved bool              `json:"unresolved,omitempty"`
}

// Source says where a passage stood: the page, when it was captured, and the bytes.
type Source struct {
	Document  corpus.DocumentID `json:"document"`
	URL       string            `json:"url"`
	Title     string            `json:"title"`
	Byline    []string          `json:"byline,omitempty"`
	Publisher string            `json:"publisher"`
	Published string            `json:"published"`
	Captured  time.Time         `json:"captured"`
	Language  string            `json:"language"`
	ID        string            `json:"id"` // in corpus.yaml, else the host, or "file"
	Kind      string            `json:"kind"`
	Snapshot  corpus.SnapshotID `json:"snapshot"`
	Runs      []corpus.Run      `json:"runs"`
}

// PassageAnswer is one passage with its document and its neighbours.
type PassageAnswer struct {
	Corpus string `json:"corpus"`
	PassageView
	Previous corpus.PassageID `json:"previous,omitempty"`
	Next     corpus.PassageID `json:"next,omitempty"`
	Document *corpus.Document `json:"document"` // without blocks
}

// DocumentAnswer is one document with its passages.
type DocumentAnswer struct {
	Corpus   string           `json:"corpus"`
	Document *corpus.Document `json:"document"` // without blocks
	Passages []PassageView    `json:"passages"`
}

// answer lays out a result; the snippet is the only thing computed here.
func (s *Service) answer(r query.Request, res *query.Result) *Answer {
	a := &Answer{
		Total: res.Total, Documents: res.Documents, Mode: res.Mode, Corpus: res.Corpus,
		Literal: res.Literal, Next: res.Next, Readings: res.Readings,
		Cross: res.Cross, First: res.First, Last: res.Last,
		Request: r, Parsed: res.Query,
		Hits: []Hit{}, Facets: []query.Facet{},
		Notices:     append([]query.Notice{}, res.Notices...),
		Folded:      append([]string{}, res.Folded...),
		Suggestions: append([]query.Suggestion{}, res.Suggestions...),
		Chips:       []query.Chip{},
		View:        viewOfRequest(r), Concordance: concordanceOf(r, res),
	}
	if res.Query != nil {
		a.Query = res.Query.String()
	}
	for _, f := range res.Facets {
		if f.Values == nil {
			f.Values = []query.FacetValue{}
		}
		a.Facets = append(a.Facets, f)
	}
	phrases := phrasesOf(res.Query)
	for _, h := range res.Hits {
		a.Hits = append(a.Hits, s.hit(r, h, phrases))
	}
	return a
}

// hit lays out a hit and cuts its snippet.
func (s *Service) hit(r query.Request, h query.Hit, phrases [][]fold.Token) Hit {
	hit := Hit{PassageView: viewOf(h.Passage, h.Document), Score: h.Score, Explain: h.Explain,
		Marks: append([]corpus.Span{}, h.Marks...)}
	first := firstPhrase(hit.Text, hit.Marks, phrases)
	cut := Cut(hit.Text, hit.Marks, first, cmp.Or(r.Snippet, s.opt.SnippetBytes))
	hit.Snippet, hit.SnippetAt = hit.Text[cut.Start:cut.End], cut.Start
	hit.SnippetMarks = Inside(hit.Marks, cut)
	return hit
}

// viewOf lays out a passage of a document.
func viewOf(p *corpus.Passage, d *corpus.Document) PassageView {
	v := PassageView{
		ID: p.ID, Kind: p.Kind, Text: p.Text, Ordinal: p.Ordinal, Untraced: p.Untraced,
		Section:    append([]string{}, p.Section...),
		Events:     append([]corpus.EventDate{}, p.Tags.Events...),
		Places:     append([]corpus.Place{}, p.Tags.Places...),
		Actors:     append([]corpus.Actor{}, p.Tags.Actors...),
		Unresolved: append([]corpus.Unresolved{}, p.Tags.Unresolved...),
		Citations:  citationsOf(p, d),
		Source: Source{Document: d.ID, URL: d.URL, Title: d.Title, Byline: d.Byline,
			Publisher: d.Publisher, Published: d.Published, Captured: d.Captured,
			Language: d.Language, ID: d.Source, Kind: d.Kind, Snapshot: d.Snapshot,
			Runs: append([]corpus.Run{}, p.Runs...)},
	}
	for i := range v.Places {
		v.Places[i].Spans = append([]corpus.Span{}, v.Places[i].Spans...)
	}
	for i := range v.Actors {
		v.Actors[i].Spans = append([]corpus.Span{}, v.Actors[i].Spans...)
	}
	return v
}

// citationsOf gives, for each note mark in order, the works its note names. A note without a
// work, or one that is missing on its page, gives one entry that says so.
func citationsOf(p *corpus.Passage, d *corpus.Document) []Citation {
	out := []Citation{}
	for _, m := range p.Notes {
		note := noteOf(d, m.Note)
		mark := corpus.Span{Start: m.At, End: m.At}
		for _, c := range note.Citations {
			out = append(out, Citation{CSL: c.CSL, Raw: c.Raw, Witness: orEmpty(c.Witness),
				Mark: mark, Note: m.Note, Label: note.Label})
		}
		if len(note.Citations) == 0 {
			out = append(out, Citation{Raw: note.Text, Witness: map[string]string{}, Mark: mark,
				Note: m.Note, Label: note.Label, Links: note.Links, Unresolved: true})
		}
	}
	return out
}

// noteOf finds a note of a document by id; a missing one comes back empty but for its id.
func noteOf(d *corpus.Document, id string) corpus.Note {
	for _, n := range d.Notes {
		if n.ID == id {
			return n
		}
	}
	return corpus.Note{ID: id}
}

func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

// describe is a document without its blocks.
func describe(d *corpus.Document) *corpus.Document {
	c := *d
	c.Blocks = nil
	return &c
}
