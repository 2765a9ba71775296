package corpus

import (
	"net/url"
	"strings"
	"time"
)

// Header is one header field of a response, as received.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Capture says that a URL gave certain bytes at a certain time. Several captures may share
// a snapshot, and one URL may be captured many times.
type Capture struct {
	URL       string     `json:"url"`                 // as asked for; a file is "file:" and its name
	FinalURL  string     `json:"final_url,omitempty"` // after redirects, when it differs
	At        time.Time  `json:"at"`                  // UTC, whole seconds
	Status    int        `json:"status"`              // HTTP status; 200 for a file
	Header    []Header   `json:"header,omitempty"`
	MediaType string     `json:"media_type,omitempty"` // without parameters, lower case
	Charset   string     `json:"charset,omitempty"`    // as declared by the transport
	Source    string     `json:"source,omitempty"`     // id in corpus.yaml; empty for what was added by hand
	Snapshot  SnapshotID `json:"snapshot"`
	Size      int64      `json:"size"` // bytes of the body
}

// Validate checks that the capture names a URL, a time in UTC and a snapshot.
func (c Capture) Validate() error {
	switch {
	case c.URL == "":
		return Errorf(Invalid, "url", "a capture without a URL")
	case c.At.IsZero() || c.At.Location() != time.UTC || c.At.Nanosecond() != 0:
		return Errorf(Invalid, "at", "%v is not a time in UTC in whole seconds", c.At)
	case c.Status < 100 || c.Status > 599:
		return Errorf(Invalid, "status", "%d is not an HTTP status", c.Status)
	case c.Size < 0:
		return Errorf(Invalid, "size", "%d is negative", c.Size)
	}
	return c.Snapshot.Validate()
}

// Good reports whether search may rest on the capture: it holds a page, not a failure.
func (c Capture) Good() bool { return c.Status >= 200 && c.Status < 300 }

// SourceID is the source of the capture as search names it: the id in corpus.yaml, else the host of
// its address, else "file".
func (c Capture) SourceID() string {
	if c.Source != "" {
		return c.Source
	}
	if u, err := url.Parse(c.URL); err == nil && u.Hostname() != "" {
		return strings.ToLower(u.Hostname())
	}
	return "file"
}
