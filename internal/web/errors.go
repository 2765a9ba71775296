package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// handler answers one address. A returned error becomes a problem or a page; nothing may have
// been written before.
type handler func(w http.ResponseWriter, r *http.Request) error

// problem is the body of a failure, after RFC 9457.
type problem struct {
	Type     string `json:"type"` // an address on this site that explains the kind
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance"`
	Field    string `json:"field,omitempty"`   // key of the request at fault
	At       *int   `json:"at,omitempty"`      // byte offset into q
	Suggest  string `json:"suggest,omitempty"` // a query that would do
	Remedy   string `json:"remedy,omitempty"`
}

// kindStatus is the one table from what went wrong to a status.
func kindStatus() map[corpus.Kind]int {
	return map[corpus.Kind]int{
		corpus.NotFound:    http.StatusNotFound,
		corpus.Invalid:     http.StatusBadRequest,
		corpus.Format:      http.StatusInternalServerError,
		corpus.Corrupt:     http.StatusInternalServerError,
		corpus.Unavailable: http.StatusServiceUnavailable,
		corpus.Locked:      http.StatusServiceUnavailable,
		corpus.Internal:    http.StatusInternalServerError,
	}
}

// errBusy says that all slots for searches are taken.
var errBusy = errors.New("as many searches run as this server allows")

// problemOf words an error for the one who asked. The cause of a defect stays in the log.
func problemOf(err error, r *http.Request) problem {
	var syntax *query.SyntaxError
	var known *corpus.Error
	p := problem{Instance: r.URL.Path}
	kind := corpus.KindOf(err)
	switch {
	case errors.As(err, &syntax):
		kind = corpus.Invalid
		p.Detail, p.Field, p.At = syntax.Message, "q", &syntax.At
		p.Suggest, p.Remedy = syntax.Suggest, syntax.Remedy
	case errors.Is(err, errBusy), errors.Is(err, context.DeadlineExceeded):
		kind = corpus.Unavailable
		p.Detail = "The server is busy; the search was not run to its end."
		p.Remedy = "try again in a few seconds"
	case kind == corpus.Invalid || kind == corpus.NotFound:
		errors.As(err, &known)
		p.Detail, p.Field, p.Remedy = known.Err.Error(), known.Item, known.Remedy
		if known.Item != "" {
			p.Detail = known.Item + ": " + p.Detail
		}
	case kind == corpus.Corrupt || kind == corpus.Format:
		p.Detail = "Stored bytes are not what they were when they were written."
		p.Remedy = "the keeper of this corpus should run: ibid check"
	case kind == corpus.Unavailable || kind == corpus.Locked:
		p.Detail, p.Remedy = "The corpus cannot be read now.", "try again in a few seconds"
	default:
		kind = corpus.Internal
		p.Detail = "This is a defect of Ibid, not of your request. " +
			"The log of the server has the cause."
	}
	p.Status = kindStatus()[kind]
	p.Title = strings.ToUpper(string(kind)[:1]) + string(kind)[1:]
	p.Type = "/about#" + strings.ReplaceAll(string(kind), " ", "-")
	return p
}

// answer adapts a handler: it renders errors, logs those that are not the client's, and turns
// a panic into a defect.
func (s *site) answer(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := s.safely(h, w, r)
		if err == nil {
			return
		}
		p := problemOf(err, r)
		if p.Status >= http.StatusInternalServerError {
			s.opt.Logger.Error("request failed", "id", w.Header().Get("X-Request-Id"), "path",
				r.URL.Path,
				"status", p.Status, "error", err)
		}
		if p.Status == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "5")
		}
		s.fail(w, r, p)
	})
}

// safely runs a handler and returns a panic as an error. A client that went away stays a panic
// for net/http to end quietly.
func (s *site) safely(h handler, w http.ResponseWriter, r *http.Request) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = corpus.Errorf(corpus.Internal, r.URL.Path, "panic: %v\n%s", v, stack())
		}
	}()
	return h(w, r)
}

// fail writes a problem as JSON or as a page, whichever the address is.
func (s *site) fail(w http.ResponseWriter, r *http.Request, p problem) {
	for _, k := range []string{"ETag", "Content-Digest", "Repr-Digest", "Content-Disposition",
		"Last-Modified"} {
		w.Header().Del(k)
	}
	w.Header().Set("Cache-Control", "no-store")
	if isPage(r.URL.Path) {
		s.failPage(w, p, r.URL.Query().Get("q"))
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_, _ = w.Write(marshal(p)) // the client may have gone; nobody is left to tell
}

// isPage reports whether an address gives pages; the others give JSON.
func isPage(path string) bool {
	return !strings.HasPrefix(path, "/v1/") && path != "/healthz" && path != "/readyz"
}

// marshal writes a value of ours as JSON with a newline. Markup characters are left as they
// are: the type says JSON, and nosniff keeps it so.
func marshal(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("%T cannot be written as JSON: %v", v, err))
	}
	return b.Bytes()
}

// notFound answers an address that is none.
func (s *site) notFound(_ http.ResponseWriter, r *http.Request) error {
	return corpus.Errorf(corpus.NotFound, r.URL.Path, "there is nothing at this address").
		WithRemedy("start at / or at /v1/search")
}
