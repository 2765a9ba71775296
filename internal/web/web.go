package web

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gorilla/mux"

	"ibid/corpus"
	"ibid/internal/search"
)

// Body is the archived bytes of a snapshot with what the transport said of them.
type Body struct {
	Bytes     []byte
	MediaType string
	Charset   string
}

// Gap is something the corpus lacks, counted: passages without a date, notes without a work.
type Gap struct {
	Name    string `json:"name"`
	Count   int    `json:"count"`
	Meaning string `json:"meaning"`
	Query   string `json:"query,omitempty"` // query string of the passages counted, where one is
}

// Info is what is known of a corpus beyond what a search tells.
type Info struct {
	Name      string   `json:"name"`
	Program   string   `json:"program"` // version of Ibid
	Captures  int      `json:"captures"`
	Snapshots int      `json:"snapshots"`
	Gaps      []Gap    `json:"gaps"`
	Notices   []string `json:"notices"` // what was not verified on opening, and why
}

// Options adapt the site to its surroundings. The zero value serves without snapshots.
type Options struct {
	Snapshot func(context.Context, corpus.SnapshotID) (Body, error)
	Info     func() Info
	Ready    func() error  // nil error: this process may be asked
	Degraded func() string // why the newest state of the corpus does not answer; empty when it does
	Number   func() uint64 // a number for each request, never the same
	Logger   *slog.Logger  // defects and failures of the store; no query text
	Timeout  time.Duration
	Parallel int // searches at a time; more are told to come back
}

// Defaults of Options. 64 searches at a time keep the memory of a page of answers each under
// that of the index; 20 s is beyond any search that was not meant to hurt.
const (
	defaultTimeout  = 20 * time.Second
	defaultParallel = 64
)

func (o Options) withDefaults() Options {
	if o.Snapshot == nil {
		o.Snapshot = func(_ context.Context, id corpus.SnapshotID) (Body, error) {
			return Body{}, corpus.Errorf(corpus.NotFound, "snapshot "+string(id),
				"this server keeps no archive")
		}
	}
	if o.Info == nil {
		o.Info = func() Info { return Info{} }
	}
	if o.Ready == nil {
		o.Ready = func() error { return nil }
	}
	if o.Degraded == nil {
		o.Degraded = func() string { return "" }
	}
	if o.Number == nil {
		requests := new(atomic.Uint64)
		o.Number = func() uint64 { return requests.Add(1) }
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	return o
}

// site answers all addresses.
type site struct {
	svc   *search.Service
	opt   Options
	view  *view
	slots chan struct{} // one for each search that may run
}

// New makes the handler of the whole site.
func New(svc *search.Service, opt Options) http.Handler {
	s := &site{svc: svc, opt: opt.withDefaults(), view: newView()}
	s.slots = make(chan struct{}, s.opt.Parallel)
	r := mux.NewRouter()
	r.NotFoundHandler = s.answer(s.notFound)
	for path, h := range map[string]handler{
		"/v1/search":         s.searchJSON,
		"/v1/passages/{id}":  s.passageJSON,
		"/v1/documents/{id}": s.documentJSON,
		"/v1/snapshots/{id}": s.snapshot,
		"/v1/facets/{name}":  s.facetJSON,
		"/v1/corpus":         s.corpusJSON,
		"/healthz":           s.health,
		"/readyz":            s.ready,
		"/":                  s.searchPage,
		"/passage/{id}":      s.passagePage,
		"/document/{id}":     s.documentPage,
		"/about":             s.aboutPage,
		"/style.css":         s.style,
		"/favicon.svg":       s.icon,
	} {
		r.Handle(path, s.answer(h))
	}
	return s.guard(r)
}

// Server makes a server for a handler with limits that a slow or greedy client runs into
// before anybody else notices. The write limit leaves room for a large snapshot. Headers may be
// long enough for a query of 10,000 words: net/http refuses what is longer in its own words, the
// handler says how long a query may be.
func Server(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr:              addr,
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    1 << 20,
	}
}
