package fetch

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"ibid/corpus"
)

// Options say how a Fetcher behaves. The zero value is polite and strict.
type Options struct {
	UserAgent    string        // "" means ibid; name a contact
	Delay        time.Duration // after an answer of a host; 0 means 1 s, negative none
	Timeout      time.Duration // for one answer with its body; 0 means 30 s
	MaxBody      int64         // bytes, as received and when content codings are undone; 0 means 10 MiB
	AllowPrivate bool          // loopback and private addresses, on any port
	Ports        []uint16      // of public addresses, besides 80 and 443
	Attempts     int           // for one page; 0 means 3
	MaxWait      time.Duration // longest wait that Retry-After may ask for; 0 means 1 min

	Roots    *x509.CertPool // authorities of TLS; nil means the machine's
	Resolver *net.Resolver  // of names; nil means the machine's

	// Now and Sleep are the clock; both or neither. Nil means the machine's.
	Now   func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// maxRedirects is how often a page may send us on.
const maxRedirects = 5

func (o Options) withDefaults() Options {
	if o.UserAgent == "" {
		o.UserAgent = "ibid"
	}
	if o.Delay == 0 {
		o.Delay = time.Second
	}
	o.Delay = max(o.Delay, 0)
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 10 << 20
	}
	if o.Attempts <= 0 {
		o.Attempts = 3
	}
	if o.MaxWait <= 0 {
		o.MaxWait = time.Minute
	}
	if o.Now == nil {
		o.Now, o.Sleep = time.Now, sleep
	}
	return o
}

// Request asks for a page. ETag and LastModified are those of the last capture, if any, and go
// to no other address than the one that gave them.
type Request struct {
	URL          string
	ETag         string
	LastModified string
	From         string // the address that set the two; "" means URL
	MaxBody      int64  // for this page; 0 means that of the Options
}

// Redirect is one step on the way to a page.
type Redirect struct {
	URL    string
	Status int
	To     string
}

// Response is a page as its server sent it. A status of 400 or more is an answer like any.
type Response struct {
	URL       string // asked for
	FinalURL  string // that answered; equal to URL without redirects
	Redirects []Redirect
	Status    int
	At        time.Time       // UTC, whole seconds
	Header    []corpus.Header // in the order and spelling that it came in
	Body      []byte          // transfer and content coding undone
	Block     []byte          // the message as it came: status line, header, empty line, coded body
	Asked     []byte          // the request as it was sent
	Address   string          // IP address and port that answered
}

// NotModified reports whether the page still is what the ETag or date of the request named.
func (r *Response) NotModified() bool { return r.Status == http.StatusNotModified }

// Field gives the first header field of a name; empty if there is none.
func (r *Response) Field(name string) string {
	for _, h := range r.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// Fetcher gets pages. It is safe for concurrent use: requests to one host queue up, requests
// to different hosts do not meet.
type Fetcher struct {
	opt   Options
	reach func(netip.Addr) reach // reachOf; tests put their own world here

	mu      sync.Mutex
	hosts   map[string]*host
	origins map[string]*origin
}

// New makes a Fetcher.
func New(opt Options) *Fetcher {
	return &Fetcher{opt: opt.withDefaults(), reach: reachOf, hosts: map[string]*host{}, origins: map[string]*origin{}}
}

// Fetch gets one page after the rules of its host. Errors are of kind Invalid for what may
// not be asked for (an address, a rule of robots.txt), NotFound for a host that is not there,
// Format for an answer that cannot be read and Unavailable for what did not answer.
func (f *Fetcher) Fetch(ctx context.Context, r Request) (*Response, error) {
	at, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	from := r.URL
	if r.From != "" {
		from = r.From
	}
	var steps []Redirect
	for {
		resp, err := f.page(ctx, at, r.at(at, from))
		if err != nil {
			return nil, err
		}
		resp.URL, resp.FinalURL, resp.Redirects = r.URL, at.String(), steps
		if len(steps) == 0 {
			resp.FinalURL = r.URL
		}
		if !isRedirect(resp.Status) {
			return resp, nil
		}
		if len(steps) == maxRedirects {
			return nil, corpus.Errorf(corpus.Unavailable, r.URL, "redirects more than %d times", maxRedirects)
		}
		next, err := nextURL(at, resp)
		if err != nil {
			return nil, err
		}
		steps = append(steps, Redirect{URL: at.String(), Status: resp.Status, To: next.String()})
		at = next
	}
}

// at is the request for one step: its conditions stay at home.
func (r Request) at(at *url.URL, from string) Request {
	if corpus.NormalizeURL(at.String()) != corpus.NormalizeURL(from) {
		r.ETag, r.LastModified = "", ""
	}
	return r
}

// page asks for one address when its host allows it.
func (f *Fetcher) page(ctx context.Context, at *url.URL, r Request) (*Response, error) {
	if err := f.allowed(ctx, at); err != nil {
		return nil, err
	}
	return f.ask(ctx, at, r)
}

// Allowed reports whether the host of an address lets it be asked for, as a nil error. It asks
// for robots.txt and for nothing else.
func (f *Fetcher) Allowed(ctx context.Context, rawURL string) error {
	at, err := parseURL(rawURL)
	if err != nil {
		return err
	}
	return f.allowed(ctx, at)
}

func (f *Fetcher) allowed(ctx context.Context, at *url.URL) error {
	rules, err := f.rules(ctx, at)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return corpus.Errorf(corpus.KindOf(err), at.String(), "%w", err)
	}
	if !rules.Allows(at.RequestURI()) {
		return corpus.Errorf(corpus.Invalid, at.String(), "its robots.txt asks not to visit it").
			WithRemedy("leave it out, or save the page in a browser and add the file")
	}
	return nil
}

// Sitemaps gives the sitemaps that the robots.txt of an address' host names, as they stand there.
func (f *Fetcher) Sitemaps(ctx context.Context, rawURL string) ([]string, error) {
	at, err := parseURL(rawURL)
	if err != nil {
		return nil, err
	}
	rules, err := f.rules(ctx, at)
	if err != nil {
		return nil, err
	}
	return rules.Sitemaps, nil
}

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// sleep waits, or ends with the context.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
