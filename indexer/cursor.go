package indexer

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"

	"ibid/corpus"
	"ibid/indexer/query"
)

// A cursor is the place after the last hit or line of a page, in base64 of JSON. It holds the version
// of the corpus and a digest of the question, and is refused for any other: a page of one
// question can never be continued with another's. Size, facets and explanations may change
// from page to page.

// cursorVersion is the format of cursors.
const cursorVersion = 1

// cursorText is a cursor's content. The score travels as its exact bits in decimal.
type cursorText struct {
	Version int     `json:"v"`
	Corpus  string  `json:"c"`
	Request string  `json:"q"`
	Score   float64 `json:"s"`
	Day     int32   `json:"d"`
	Passage string  `json:"p"`
	Line    int     `json:"l,omitempty"` // of a concordance: the line's number in its passage
}

// cursor writes the place after a hit or, of a concordance, after one of its lines.
func (x *Index) cursor(p *plan, e entry, line int) string {
	b, err := json.Marshal(cursorText{cursorVersion, x.info.Corpus, requestDigest(p),
		e.score, int32(e.day), e.id.String(), line})
	if err != nil {
		panic(err) // a struct of strings and finite numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// readCursor reads what cursor wrote; nil for the empty cursor.
func (x *Index) readCursor(s string, p *plan) (*position, error) {
	if s == "" {
		return nil, nil
	}
	var c cursorText
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	id, ok := parseID(c.Passage)
	switch {
	case err != nil || !ok || c.Version != cursorVersion:
		return nil, foreignCursor()
	case c.Corpus != x.info.Corpus:
		return nil, cursorError("belongs to another version of the corpus")
	case c.Request != requestDigest(p):
		return nil, cursorError("belongs to another question")
	}
	return &position{c.Score, corpus.Day(c.Day), id, c.Line}, nil
}

// foreignCursor refuses what no answer gave.
func foreignCursor() error { return cursorError("is not one that an answer gave") }

// cursorError refuses a cursor.
func cursorError(why string) error {
	return corpus.Errorf(corpus.Invalid, "cursor", "%s", why).
		WithRemedy("start again without a cursor")
}

// requestDigest sums up what decides the hits or lines of a request and their order.
func requestDigest(p *plan) string {
	r := p.req
	b, err := json.Marshal(struct {
		Text                        string
		Mode                        query.Mode
		Filters                     []query.Filter
		Dates                       []query.DateRange
		Undated, Certain, SameEvent bool
		Section                     []string
		Sort                        query.Sort
		View                        query.View `json:",omitempty"`
	}{r.Text, r.Mode, r.Filters, r.Dates, r.Undated, r.Certain, r.SameEvent, r.Section, p.sort,
		r.View})
	if err != nil {
		panic(err) // strings, numbers and booleans
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}
