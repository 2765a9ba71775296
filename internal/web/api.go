package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// writeJSON writes a value as the body of a success.
func writeJSON(w http.ResponseWriter, v any) error {
	body := marshal(v)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client may have gone
	return nil
}

// searchJSON answers /v1/search.
func (s *site) searchJSON(w http.ResponseWriter, r *http.Request) error {
	req, err := parseQuery(r)
	if err != nil {
		return err
	}
	if s.fresh(w, r, search.Values(req).Encode()) {
		return nil
	}
	a, err := s.search(r, req)
	if err != nil {
		return err
	}
	return writeJSON(w, a)
}

// parseQuery reads the query string of an address, and names what cannot be read in it.
func parseQuery(r *http.Request) (query.Request, error) {
	v, err := queryValues(r)
	if err != nil {
		return query.Request{}, err
	}
	return search.ParseValues(v)
}

// search runs a request inside the limits of the server.
func (s *site) search(r *http.Request, req query.Request) (*search.Answer, error) {
	ctx, done, err := s.slot(r)
	if err != nil {
		return nil, err
	}
	defer done()
	return s.svc.Search(ctx, req)
}

// passageJSON answers /v1/passages/{id}.
func (s *site) passageJSON(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r); err != nil || s.fresh(w, r, "") {
		return err
	}
	a, err := s.svc.Passage(r.Context(), corpus.PassageID(mux.Vars(r)["id"]))
	if err != nil {
		return err
	}
	return writeJSON(w, a)
}

// documentJSON answers /v1/documents/{id}.
func (s *site) documentJSON(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r); err != nil || s.fresh(w, r, "") {
		return err
	}
	a, err := s.svc.Document(r.Context(), corpus.DocumentID(mux.Vars(r)["id"]))
	if err != nil {
		return err
	}
	return writeJSON(w, a)
}

// facetAnswer is the body of /v1/facets/{name}.
type facetAnswer struct {
	Total     int            `json:"total"`
	Documents int            `json:"documents"`
	Corpus    string         `json:"corpus"`
	Query     string         `json:"query"`
	Facet     query.Facet    `json:"facet"`
	Notices   []query.Notice `json:"notices"`
}

// facetJSON answers /v1/facets/{name}: the values of one facet over any search, 100 at first;
// size=N asks for another number and find=TEXT for those whose label contains the text.
func (s *site) facetJSON(w http.ResponseWriter, r *http.Request) error {
	v, err := queryValues(r)
	if err != nil {
		return err
	}
	name, size := mux.Vars(r)["name"], 100
	if !slices.Contains(query.Facets(), name) {
		return corpus.Errorf(corpus.NotFound, name, "there is no such facet").
			WithRemedy("facets are " + strings.Join(query.Facets(), ", "))
	}
	if n := v.Get("size"); n != "" {
		if size, err = strconv.Atoi(n); err != nil || size < 1 {
			return corpus.Errorf(corpus.Invalid, "size", "%q is not a number of values", n).
				WithRemedy("write size=100")
		}
	}
	find := v.Get("find")
	v.Del("size")
	v.Del("find")
	v.Set("facet", name+":"+strconv.Itoa(size))
	if find != "" {
		v.Set("find."+name, find)
	}
	req, err := search.ParseValues(v)
	if err != nil {
		return err
	}
	req.Size, req.Cursor = -1, ""
	if s.fresh(w, r, search.Values(req).Encode()) {
		return nil
	}
	a, err := s.search(r, req)
	if err != nil {
		return err
	}
	out := facetAnswer{Total: a.Total, Documents: a.Documents, Corpus: a.Corpus, Query: a.Query,
		Notices: a.Notices}
	for _, f := range a.Facets {
		if f.Name == name {
			out.Facet = f
		}
	}
	return writeJSON(w, out)
}

// corpusAnswer is the body of /v1/corpus.
type corpusAnswer struct {
	Info
	Corpus    string `json:"corpus"`
	Passages  int    `json:"passages"`
	Documents int    `json:"documents"`
}

// corpusJSON answers /v1/corpus.
func (s *site) corpusJSON(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r); err != nil || s.fresh(w, r, "") {
		return err
	}
	info, a, err := s.census(r)
	if err != nil {
		return err
	}
	return writeJSON(w, corpusAnswer{Info: info, Corpus: a.Corpus, Passages: a.Total,
		Documents: a.Documents})
}

// health answers as long as the process does.
func (s *site) health(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, map[string]string{"status": "ok"})
}

// ready answers whether the process may be asked. It may be while an older state of the corpus
// answers because the newest is in doubt: what it says is exact for the version it names. The
// status then is "degraded", with the reason.
func (s *site) ready(w http.ResponseWriter, r *http.Request) error {
	if err := s.opt.Ready(); err != nil {
		return corpus.Errorf(corpus.Unavailable, "readyz", "%w", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	body := map[string]string{"status": "ready", "corpus": s.svc.Version()}
	if why := s.opt.Degraded(); why != "" {
		body["status"], body["reason"] = "degraded", why
	}
	return writeJSON(w, body)
}
