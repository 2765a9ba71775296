package archive

import (
	"encoding/json"
	"strings"

	"ibid/corpus"
	"ibid/internal/warc"
)

// Recorded takes a capture back out of a record that an archive of Ibid wrote, with the exact
// addresses, source and redirects that a WARC header has no place for; false for a record of
// another tool. A record whose own words disagree is an error of kind Corrupt. A revisit record
// gives the capture without its body: Body is nil, and HTTP the header alone.
func Recorded(rec *warc.Record) (r Record, ours bool, err error) {
	value := rec.Field(captureField)
	if value == "" {
		return r, false, nil
	}
	var n note
	if err := json.Unmarshal([]byte(value), &n); err != nil {
		return r, true, corpus.Errorf(corpus.Corrupt, rec.TargetURI, "the field %s cannot be read: %w",
			captureField, err)
	}
	if warc.ContentID(rec) != rec.ID {
		return r, true, corpus.Errorf(corpus.Corrupt, rec.TargetURI, "its header is not the one whose "+
			"hash is its id %s", rec.ID)
	}
	r = Record{URL: n.URL, FinalURL: n.FinalURL, At: n.At.UTC(), Status: n.Status, Header: n.Header,
		MediaType: n.MediaType, Charset: n.Charset, Source: n.Source, Redirects: n.Redirects}
	switch {
	case rec.Type == warc.Revisit && len(rec.Block) == 0:
	case strings.HasPrefix(rec.ContentType, "application/http") && rec.Type != warc.Resource:
		r.HTTP, r.Header = rec.Block, nil
	default:
		r.Body = rec.Block
	}
	return r, true, nil
}
