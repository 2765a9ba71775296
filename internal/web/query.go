package web

import (
	"net/http"
	"net/url"
	"sort"

	"ibid/corpus"
)

// queryValues reads the query string strictly: net/url would drop a piece it cannot read, and
// a dropped filter widens an answer.
func queryValues(r *http.Request) (url.Values, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, corpus.Errorf(corpus.Invalid, "query string", "%w", err).
			WithRemedy("escape % as %25 and ; as %3B")
	}
	return v, nil
}

// noKeys refuses a query string where none has a meaning.
func noKeys(r *http.Request, known ...string) error {
	v, err := queryValues(r)
	if err != nil {
		return err
	}
	for _, k := range known {
		v.Del(k)
	}
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil
	}
	sort.Strings(keys)
	return corpus.Errorf(corpus.Invalid, keys[0], "this address takes no such key").
		WithRemedy("leave it out")
}
