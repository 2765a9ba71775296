package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"ibid/corpus"
)

// Options say how a Fetcher behaves. The zero value is polite and strict.
type Options struct {
	UserAgent    string        // "" means ibid; name a contact
	Delay        time.Duration // between two requests to one host; 0 means 1 s, negative none
	Timeout      time.Duration // for one answer with its body; 0 means 30 s
	MaxBody      int64         // bytes as received; 0 means 10 MiB
	AllowPrivate bool          // loopback and private addresses, on any port
	Attempts     int           // for one page; 0 means 3
	MaxWait      time.Duration // longest wait that Retry-After may ask for; 0 means 1 min

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

// Request asks for a page. ETag and LastModified are those of the last capture, if any.
type Request struct {
	URL          string
	ETag         string
	LastModified string
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
	At        time.Time // UTC, whole seconds
	Header    []corpus.Header
	Body      []byte // transfer coding undone, content coding not
	Block     []byte // status line, header, empty line, Body
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
	opt    Options
	client *http.Client
	mu     sync.Mutex
	hosts  map[string]*host
}

// host is the turn and the rules of one host.
type host struct {
	turn    chan struct{} // holds one token; whoever has it may ask
	limiter *rate.Limiter
	rules   *rules
}

// pace sets the delay between two requests.
func (h *host) pace(d time.Duration) {
	if d > 0 {
		h.limiter.SetLimit(rate.Every(d))
	}
}

// New makes a Fetcher.
func New(opt Options) *Fetcher {
	f := &Fetcher{opt: opt.withDefaults(), hosts: map[string]*host{}}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: f.control}
	f.client = &http.Client{
		Timeout: f.opt.Timeout,
		Transport: &http.Transport{
			Proxy: nil, DialContext: dialer.DialContext, DisableCompression: true,
			TLSHandshakeTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return f
}

// Fetch gets one page after the rules of its host. Errors are of kind Invalid for what may
// not be asked for (an address, a rule of robots.txt) and Unavailable for what did not answer.
func (f *Fetcher) Fetch(ctx context.Context, r Request) (*Response, error) {
	at, err := parseURL(r.URL)
	if err != nil {
		return nil, err
	}
	var steps []Redirect
	for {
		resp, err := f.page(ctx, at, r)
		if err != nil {
			return nil, err
		}
		resp.URL, resp.FinalURL, resp.Redirects = r.URL, at.String(), steps
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
		next.Fragment, next.RawFragment = "", ""
		at = next
	}
}

// page asks for one address when its host allows it, again after passing failures.
func (f *Fetcher) page(ctx context.Context, at *url.URL, r Request) (*Response, error) {
	h := f.host(at)
	select {
	case <-h.turn:
		defer func() { h.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	rules, err := f.rulesOf(ctx, h, at)
	if err != nil {
		return nil, err
	}
	if !rules.allows(at) {
		return nil, corpus.Errorf(corpus.Invalid, at.String(), "its robots.txt asks not to visit it").
			WithRemedy("leave it out, or save the page in a browser and add the file")
	}
	for attempt := 1; ; attempt++ {
		resp, err := f.once(ctx, h, at, r, f.opt.MaxBody)
		wait, again := f.again(resp, err, attempt)
		if !again {
			return resp, err
		}
		if err := f.opt.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// again says whether an attempt is worth another, and after what wait.
func (f *Fetcher) again(resp *Response, err error, attempt int) (time.Duration, bool) {
	if attempt >= f.opt.Attempts {
		return 0, false
	}
	backoff := time.Second << (attempt - 1)
	if err != nil {
		return backoff, corpus.KindOf(err) == corpus.Unavailable
	}
	if resp.Status != http.StatusTooManyRequests && resp.Status < 500 {
		return 0, false
	}
	if s := resp.Field("Retry-After"); s != "" {
		if d, perr := time.ParseDuration(s + "s"); perr == nil {
			return d, d <= f.opt.MaxWait
		}
		if t, perr := http.ParseTime(s); perr == nil {
			d := max(t.Sub(f.opt.Now()), 0)
			return d, d <= f.opt.MaxWait
		}
	}
	return backoff, true
}

// host finds or makes the turn of a host.
func (f *Fetcher) host(u *url.URL) *host {
	key := u.Scheme + "://" + strings.ToLower(u.Host)
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[key]
	if h == nil {
		h = &host{turn: make(chan struct{}, 1), limiter: rate.NewLimiter(rate.Inf, 1)}
		h.pace(f.opt.Delay)
		h.turn <- struct{}{}
		f.hosts[key] = h
	}
	return h
}

// once sends one request and reads its answer.
func (f *Fetcher) once(ctx context.Context, h *host, at *url.URL, r Request, limit int64) (*Response, error) {
	if err := h.limiter.Wait(ctx); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, corpus.Errorf(corpus.Invalid, at.String(), "%w", err)
	}
	req.Header.Set("User-Agent", f.opt.UserAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1")
	req.Header.Set("Accept-Encoding", "gzip")
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, transportError(ctx, at, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, transportError(ctx, at, fmt.Errorf("the answer breaks off after %d bytes: %w", len(body), err))
	case int64(len(body)) > limit:
		return nil, corpus.Errorf(corpus.Invalid, at.String(), "has more than %d MiB", limit>>20).
			WithRemedy("pages of that size are not archived")
	}
	return f.response(resp, body), nil
}

// response lays out an answer; the header is in the order of its names, since the order it
// came in is not kept by the transport.
func (f *Fetcher) response(resp *http.Response, body []byte) *Response {
	r := &Response{Status: resp.StatusCode, Body: body, At: f.opt.Now().UTC().Truncate(time.Second)}
	resp.Header.Set("Content-Length", fmt.Sprint(len(body)))
	names := make([]string, 0, len(resp.Header))
	for name := range resp.Header {
		names = append(names, name)
	}
	sort.Strings(names)
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %03d %s\r\n", resp.StatusCode, http.StatusText(resp.StatusCode))
	for _, name := range names {
		for _, v := range resp.Header[name] {
			r.Header = append(r.Header, corpus.Header{Name: name, Value: v})
			fmt.Fprintf(&b, "%s: %s\r\n", name, v)
		}
	}
	b.WriteString("\r\n")
	b.Write(body)
	r.Block = b.Bytes()
	return r
}

// transportError names the address; what the guard refused keeps its kind and remedy.
func transportError(ctx context.Context, at *url.URL, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var refused *corpus.Error
	if errors.As(err, &refused) {
		return corpus.Errorf(refused.Kind, at.String(), "%w", refused)
	}
	var ue *url.Error
	if errors.As(err, &ue) {
		err = ue.Err
	}
	return corpus.Errorf(corpus.Unavailable, at.String(), "%w", err)
}

// parseURL accepts http and https addresses without credentials.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, corpus.Errorf(corpus.Invalid, raw, "is not an http or https address")
	case u.User != nil:
		return nil, corpus.Errorf(corpus.Invalid, raw, "holds a user name or password").
			WithRemedy("leave it out")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// nextURL is where a redirect leads.
func nextURL(at *url.URL, resp *Response) (*url.URL, error) {
	to, err := at.Parse(resp.Field("Location"))
	if err != nil || resp.Field("Location") == "" {
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "redirects to nowhere: %q", resp.Field("Location"))
	}
	if _, err := parseURL(to.String()); err != nil {
		return nil, corpus.Errorf(corpus.KindOf(err), at.String(), "redirects to %w", err)
	}
	return to, nil
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
