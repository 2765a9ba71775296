package indexer

import (
	"errors"

	"ibid/corpus"
	"ibid/indexer/query"
)

// reading is a request's text as it was read.
type reading struct {
	tree    query.Node // nil without text
	ran     query.Mode
	literal bool
	notices []query.Notice
}

// readText reads the text of a request. Its errors are Invalid; one that has a place in the
// text has a query.SyntaxError in its chain.
func readText(text string, mode query.Mode) (reading, error) {
	var r reading
	var err error
	r.tree, r.ran, r.literal, r.notices, err = query.Read(text, mode)
	if r.tree == nil && mode != "" {
		r.ran = mode
	}
	if err == nil {
		return r, nil
	}
	e := corpus.Errorf(corpus.Invalid, textField, "%w", err)
	var syntax *query.SyntaxError
	if errors.As(err, &syntax) && syntax.Suggest != "" {
		return r, e.WithRemedy("type " + syntax.Suggest)
	}
	return r, e
}
