package search

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Backend finds, counts and reads passages in one corpus. It is safe for concurrent use, and what it
// returns is not changed by either side. searchtest.Run is the contract in executable form.
type Backend interface {
	Finder
	Reader
}

// Finder answers requests. One that it cannot read is an error of kind corpus.Invalid or a
// *query.SyntaxError.
type Finder interface {
	// Search answers one request from one generation.
	Search(ctx context.Context, r query.Request) (*query.Result, error)
	// Every gives all hits of a request for a list, beyond its cursor and in the order of its
	// pages, from one generation. Facets and size are not looked at. An error is the last thing
	// given.
	Every(ctx context.Context, r query.Request) iter.Seq2[query.Hit, error]
}

// Reader looks up what an id names.
type Reader interface {
	// Passage returns a passage with its document (without blocks); corpus.NotFound otherwise.
	Passage(ctx context.Context, id corpus.PassageID) (*corpus.Passage, *corpus.Document, error)
	// Document returns a document with its passages in order; corpus.NotFound otherwise.
	Document(ctx context.Context, id corpus.DocumentID) (*corpus.Document, []*corpus.Passage, error)
}

// Options adapt a Service to its surroundings. The zero value resolves no names, labels a
// value with itself, and reports no time.
type Options struct {
	// Resolve gives the values of a facet that a register knows under a name: "Daghestan" in
	// republic gives RU-DA. Nothing means the register does not know it.
	Resolve func(facet, value string) []string
	// Label names a value for people: RU-DA in republic gives Dagestan. Empty means unknown.
	Label func(facet, value string) string
	// Version is the version of the corpus that answers now.
	Version func() string
	// Now times a search; without it took_ms is 0.
	Now func() time.Time
	// SnippetBytes is the length of a snippet that a request does not give; 0 means 280.
	SnippetBytes int
}

// defaultSnippet is the length of a snippet in bytes: two lines of Latin text, or one and a
// half of Cyrillic, in a result list.
const defaultSnippet = 280

func (o Options) withDefaults() Options {
	if o.Resolve == nil {
		o.Resolve = func(string, string) []string { return nil }
	}
	if o.Label == nil {
		o.Label = func(string, string) string { return "" }
	}
	if o.Version == nil {
		o.Version = func() string { return "" }
	}
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	if o.SnippetBytes <= 0 {
		o.SnippetBytes = defaultSnippet
	}
	return o
}

// Service answers requests from one backend. It is safe for concurrent use.
type Service struct {
	backend Backend
	opt     Options
}

// New makes a service on a backend.
func New(b Backend, opt Options) *Service {
	return &Service{backend: b, opt: opt.withDefaults()}
}

// Version is the version of the corpus that answers now.
func (s *Service) Version() string { return s.opt.Version() }

// Label names a value of a facet for people; the value itself when no register knows it.
func (s *Service) Label(facet, value string) string {
	facets := []string{facet}
	if facet == Actor {
		facets = actorFacets()
	}
	for _, f := range facets {
		if l := s.opt.Label(f, value); l != "" {
			return l
		}
	}
	return value
}

// Search answers a request. Names are resolved to ids first; the request that ran is in the
// answer. Errors are those of Validate and of the backend.
func (s *Service) Search(ctx context.Context, r query.Request) (*Answer, error) {
	if err := Validate(r); err != nil {
		return nil, err
	}
	start := s.opt.Now()
	plan, err := s.resolve(r)
	if err != nil {
		return nil, err
	}
	res, err := s.backend.Search(ctx, plan.request)
	if err != nil {
		return nil, err
	}
	notices, err := s.unknown(ctx, plan, res)
	if err != nil {
		return nil, err
	}
	plan.request.Text = r.Text // pages show it as it was typed
	a := s.answer(plan.request, res)
	// The tree of the answer has ids for names; chips show the names. It was read before.
	if tree, _, _, _, err := query.Read(r.Text, r.Mode); err == nil {
		a.Chips = append(a.Chips, query.Chips(tree)...)
		notices = append(notices, misread(r.Text, tree, res.Total)...)
	}
	a.Notices = slices.Concat([]query.Notice{}, plan.notices, a.Notices, notices)
	if a.Notices == nil {
		a.Notices = []query.Notice{}
	}
	a.Took = float64(s.opt.Now().Sub(start).Microseconds()) / 1000
	return a, nil
}

// Every gives all hits of a request as its pages would, for an export. What Search says beside the
// hits, as that a name is unknown, it does not say. Errors are those of Search; one is the last
// thing given.
func (s *Service) Every(ctx context.Context, r query.Request) iter.Seq2[Hit, error] {
	return func(yield func(Hit, error) bool) {
		err := Validate(r)
		var p plan
		if err == nil {
			p, err = s.resolve(r)
		}
		if err != nil {
			yield(Hit{}, err)
			return
		}
		var tree query.Node
		if strings.TrimSpace(r.Text) != "" { // what cannot be read is the backend's to say
			tree, _, _, _, _ = query.Read(p.request.Text, r.Mode)
		}
		phrases := phrasesOf(tree)
		for h, err := range s.backend.Every(ctx, p.request) {
			if err != nil {
				yield(Hit{}, err)
				return
			}
			if !yield(s.hit(r, h, phrases), nil) {
				return
			}
		}
	}
}

// Passage returns one passage with its footnotes and its neighbours.
func (s *Service) Passage(ctx context.Context, id corpus.PassageID) (*PassageAnswer, error) {
	if err := id.Validate(); err != nil {
		return nil, err
	}
	p, d, err := s.backend.Passage(ctx, id)
	if err != nil {
		return nil, err
	}
	_, all, err := s.backend.Document(ctx, p.Document)
	if err != nil {
		return nil, err
	}
	a := &PassageAnswer{Corpus: s.Version(), PassageView: viewOf(p, d), Document: describe(d)}
	for i, q := range all {
		if q.ID != id {
			continue
		}
		if i > 0 {
			a.Previous = all[i-1].ID
		}
		if i+1 < len(all) {
			a.Next = all[i+1].ID
		}
	}
	return a, nil
}

// Document returns one document with all its passages in order and all its notes.
func (s *Service) Document(ctx context.Context, id corpus.DocumentID) (*DocumentAnswer, error) {
	if err := id.Validate(); err != nil {
		return nil, err
	}
	d, all, err := s.backend.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	a := &DocumentAnswer{Corpus: s.Version(), Document: describe(d), Passages: []PassageView{}}
	for _, p := range all {
		a.Passages = append(a.Passages, viewOf(p, d))
	}
	return a, nil
}
