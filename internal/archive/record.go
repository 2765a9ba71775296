package archive

import (
	"bytes"
	"encoding/json"
	"time"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/internal/warc"
)

// Limits of one record.
const (
	maxURL  = 8 << 10  // bytes of a URL: twice what servers commonly take
	maxBody = 10 << 20 // bytes of a body, the cap on a page
	maxHTTP = 24 << 20 // bytes of an HTTP message: a body without coding, and its header
	maxHops = 20       // redirects before the answer
	maxNote = 96 << 10 // bytes of captureField, within the limit on a WARC header
)

// Record is a capture with its bytes, as Put takes it.
//
// With HTTP given, Body may be nil; Status, Header, MediaType and Charset are read from the
// message, and what the caller says must not contradict it. Without HTTP the record is a
// file and is stored as it is; a zero Status means 200.
type Record struct {
	URL       string
	FinalURL  string
	At        time.Time
	Status    int
	Header    []corpus.Header
	MediaType string
	Charset   string
	Source    string
	Body      []byte
	HTTP      []byte     // the response as received: status line, header, payload; nil for a file
	Redirects []Redirect // the answers before the final one, in order

	Request  []byte          // the HTTP request as sent, when it is known
	Metadata []corpus.Header // of the capture, such as the name of the file it was imported from
}

// Redirect is one answer that pointed elsewhere.
type Redirect struct {
	URL    string `json:"url"`
	Status int    `json:"status"`
	To     string `json:"to"`
}

// captureField is the field of a record header that holds the capture as JSON: exact URLs,
// source and snapshot, so that the journal can be made again from the segments alone.
const captureField = "Ibid-Capture"

// note is the content of captureField. The header of an HTTP message is left out: it stands
// in the block.
type note struct {
	corpus.Capture
	Redirects []Redirect `json:"redirects,omitempty"`
}

// checked holds a record against itself and returns its capture, with its body and payload:
// what of the block stands behind the HTTP header.
func checked(r Record) (c corpus.Capture, body, payload []byte, err error) {
	c = corpus.Capture{URL: r.URL, FinalURL: r.FinalURL, At: r.At, Status: r.Status,
		Header: r.Header, MediaType: r.MediaType, Charset: r.Charset, Source: r.Source}
	if c.FinalURL == c.URL {
		c.FinalURL = ""
	}
	if err := checkNames(r); err != nil {
		return c, nil, nil, err
	}
	if err := checkBeside(r); err != nil {
		return c, nil, nil, err
	}
	body, payload = r.Body, r.Body
	if r.HTTP != nil {
		if body, payload, err = fromHTTP(&c, r); err != nil {
			return c, nil, nil, err
		}
	} else if c.Status == 0 {
		c.Status = 200
	}
	if len(body) > maxBody {
		return c, nil, nil, corpus.Errorf(corpus.Invalid, r.URL, "%d bytes are more than the %d "+
			"that a page may have", len(body), maxBody)
	}
	c.Snapshot, c.Size = corpus.SnapshotIDOf(body), int64(len(body))
	return c, body, payload, c.Validate()
}

// fromHTTP reads the message of a record into its capture.
func fromHTTP(c *corpus.Capture, r Record) (body, payload []byte, err error) {
	if len(r.HTTP) > maxHTTP {
		return nil, nil, corpus.Errorf(corpus.Invalid, r.URL, "an HTTP message of %d bytes is more "+
			"than the %d that are kept", len(r.HTTP), maxHTTP)
	}
	m, err := warc.ParseResponse(r.HTTP)
	if err != nil {
		return nil, nil, corpus.Errorf(corpus.KindOf(err), r.URL, "%w", err)
	}
	if body, err = m.Body(warc.Limits{MaxBody: maxBody}); err != nil {
		return nil, nil, corpus.Errorf(corpus.KindOf(err), r.URL, "%w", err)
	}
	switch {
	case r.Body != nil && !bytes.Equal(body, r.Body):
		return nil, nil, corpus.Errorf(corpus.Invalid, r.URL, "the body is not that of the HTTP message")
	case r.Status != 0 && r.Status != m.Status:
		return nil, nil, corpus.Errorf(corpus.Invalid, r.URL, "status %d is not the %d of the message",
			r.Status, m.Status)
	case m.Status == 304:
		return nil, nil, corpus.Errorf(corpus.Invalid, r.URL, "304 says that nothing changed: "+
			"there is nothing to keep")
	}
	c.Status, c.Header = m.Status, headerOf(m)
	media, charset := warc.MediaType(m.Field("Content-Type"))
	if c.MediaType == "" {
		c.MediaType = media
	}
	if c.Charset == "" {
		c.Charset = charset
	}
	return body, m.Payload, nil
}

// headerOf is the header of a message in the terms of a capture.
func headerOf(m *warc.Message) []corpus.Header {
	var hs []corpus.Header
	for _, f := range m.Header {
		hs = append(hs, corpus.Header{Name: f.Name, Value: f.Value})
	}
	return hs
}

// checkNames refuses what could not be read back as it was.
func checkNames(r Record) error {
	names := []string{r.URL, r.FinalURL, r.MediaType, r.Charset, r.Source}
	for _, h := range r.Header {
		names = append(names, h.Name, h.Value)
	}
	if len(r.Redirects) > maxHops {
		return corpus.Errorf(corpus.Invalid, r.URL, "%d redirects are more than %d",
			len(r.Redirects), maxHops)
	}
	for _, h := range r.Redirects {
		names = append(names, h.URL, h.To)
	}
	for _, name := range names {
		if !utf8.ValidString(name) {
			return corpus.Errorf(corpus.Invalid, name, "%q is not UTF-8", name).
				WithRemedy("write the other bytes as percent escapes, or rename the file")
		}
		if len(name) > maxURL {
			return corpus.Errorf(corpus.Invalid, name[:60]+"…", "%d bytes are more than the %d "+
				"of a URL or header", len(name), maxURL)
		}
	}
	return nil
}

// toWARC makes the WARC record of a capture that holds its own bytes.
func toWARC(c corpus.Capture, r Record) (*warc.Record, error) {
	w := &warc.Record{Type: warc.Resource, Date: c.At, TargetURI: targetOf(c),
		ContentType: c.MediaType, Block: r.Body}
	n := note{Capture: c, Redirects: r.Redirects}
	if r.HTTP != nil {
		w.Type, w.ContentType, w.Block = warc.Response, warc.HTTPResponse, r.HTTP
		n.Header = nil
	}
	if w.ContentType == "" {
		w.ContentType = "application/octet-stream"
	}
	value, err := json.Marshal(n)
	if err != nil {
		return nil, corpus.Errorf(corpus.Internal, c.URL, "%w", err)
	}
	value = bytes.ReplaceAll(value, []byte{0x7f}, []byte(`\u007f`))
	if len(value) > maxNote {
		return nil, corpus.Errorf(corpus.Invalid, c.URL, "its URLs and redirects take %d bytes, "+
			"more than %d", len(value), maxNote)
	}
	w.Fields = []warc.Field{{Name: captureField, Value: string(value)}}
	return w, nil
}

// asRevisit turns a record into one that refers to an earlier record with the same payload.
// Of an HTTP message the header stays, as the standard allows.
func asRevisit(w *warc.Record, payload []byte, first entry) {
	if w.Type == warc.Response {
		w.Block = w.Block[:len(w.Block)-len(payload)]
	} else {
		w.Block = nil
	}
	w.Type, w.PayloadDigest = warc.Revisit, first.Payload
	w.Fields = append([]warc.Field{
		{Name: "WARC-Profile", Value: warc.IdenticalPayload},
		{Name: "WARC-Refers-To", Value: "<" + first.ID + ">"},
		{Name: "WARC-Refers-To-Target-URI", Value: warc.EscapeURI(targetOf(*first.Capture))},
		{Name: "WARC-Refers-To-Date", Value: first.Capture.At.Format(time.RFC3339)},
	}, w.Fields...)
}

// targetOf is the URL that gave the bytes.
func targetOf(c corpus.Capture) string {
	if c.FinalURL != "" {
		return c.FinalURL
	}
	return c.URL
}
