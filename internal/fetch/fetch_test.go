package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"ibid/corpus"
)

// clock is a time that passes only by sleeping.
type clock struct {
	mu    sync.Mutex
	past  time.Duration
	slept []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Date(2024, 11, 5, 9, 0, 0, 0, time.UTC).Add(c.past)
}

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept, c.past = append(c.slept, d), c.past+d
	return ctx.Err()
}

// visit serves handlers on loopback and fetches path from them.
func visit(t *testing.T, handlers map[string]http.HandlerFunc, path string, opt Options) (*Response, *clock, error) {
	t.Helper()
	mux := http.NewServeMux()
	for p, h := range handlers {
		mux.HandleFunc(p, h)
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	c := &clock{}
	opt.Now, opt.Sleep, opt.AllowPrivate = c.now, c.sleep, true
	if opt.Delay == 0 {
		opt.Delay = -1
	}
	resp, err := New(opt).Fetch(t.Context(), Request{URL: srv.URL + path})
	return resp, c, err
}

// say answers with a status, header pairs and a body.
func say(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestFetchKeepsTheMessage(t *testing.T) {
	t.Parallel()
	resp, _, err := visit(t, map[string]http.HandlerFunc{
		"/a": say(302, "", "Location", "/b#part"),
		"/b": say(200, "<p>Two hurt.</p>", "Content-Type", "text/html; charset=utf-8", "ETag", `"v1"`),
	}, "/a", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Redirects) != 1 || resp.Redirects[0].Status != 302 || !strings.HasSuffix(resp.FinalURL, "/b") {
		t.Errorf("the chain is %v to %s", resp.Redirects, resp.FinalURL)
	}
	if resp.Status != 200 || string(resp.Body) != "<p>Two hurt.</p>" || resp.Field("etag") != `"v1"` {
		t.Errorf("got %d %q with ETag %q", resp.Status, resp.Body, resp.Field("etag"))
	}
	block := string(resp.Block)
	if !strings.HasPrefix(block, "HTTP/1.1 200 OK\r\n") || !strings.HasSuffix(block, "\r\n\r\n<p>Two hurt.</p>") {
		t.Errorf("the block is %q", block)
	}
	if resp.At != time.Date(2024, 11, 5, 9, 0, 0, 0, time.UTC) {
		t.Errorf("captured at %v", resp.At)
	}
}

func TestFetchAsksOnlyForWhatChanged(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(404)
			return
		}
		if r.Header.Get("If-None-Match") != `"v1"` || r.Header.Get("If-Modified-Since") == "" {
			t.Errorf("the request is not conditional: %v", r.Header)
		}
		w.WriteHeader(304)
	}))
	defer srv.Close()
	f := New(Options{AllowPrivate: true, Delay: -1})
	resp, err := f.Fetch(t.Context(), Request{URL: srv.URL, ETag: `"v1"`, LastModified: "Tue, 05 Nov 2024 09:00:00 GMT"})
	if err != nil || !resp.NotModified() {
		t.Errorf("got %+v, %v", resp, err)
	}
}

// What robots.txt says and what it means for /a.
func TestRobots(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		text   string
		kind   corpus.Kind // of the error; empty when /a is visited
	}{
		{"absent", 404, "", ""},
		{"forbidden to us means no rules", 403, "", ""},
		{"empty", 200, "", ""},
		{"disallowed", 200, "User-agent: *\nDisallow: /a\n", corpus.Invalid},
		{"disallowed for us by name", 200, "User-agent: ibid\nDisallow: /\n\nUser-agent: *\nAllow: /\n", corpus.Invalid},
		{"disallowed for others", 200, "User-agent: other\nDisallow: /\n", ""},
		{"byte order mark", 200, "\ufeffUser-agent: *\nDisallow: /a\n", corpus.Invalid},
		{"too many requests means wait", 429, "", corpus.Unavailable},
		{"a failing server means wait", 503, "", corpus.Unavailable},
		{"hostile stars are passed over", 200, "User-agent: *\nDisallow: /" + strings.Repeat("*a", 2000) + "\n", ""},
	}
	for _, tt := range tests {
		visited := false
		_, _, err := visit(t, map[string]http.HandlerFunc{
			"/robots.txt": say(tt.status, tt.text),
			"/a":          func(w http.ResponseWriter, r *http.Request) { visited = true },
		}, "/a", Options{Attempts: 1})
		if visited != (tt.kind == "") || (err == nil) != (tt.kind == "") || err != nil && corpus.KindOf(err) != tt.kind {
			t.Errorf("%s: visited %v, %v; want kind %q", tt.name, visited, err, tt.kind)
		}
	}
}

func TestRetries(t *testing.T) {
	t.Parallel()
	var n atomic.Int32
	flaky := func(w http.ResponseWriter, _ *http.Request) {
		switch n.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(503)
		case 2:
			w.WriteHeader(429)
		default:
			fmt.Fprint(w, "here")
		}
	}
	resp, c, err := visit(t, map[string]http.HandlerFunc{"/a": flaky}, "/a", Options{})
	if err != nil || string(resp.Body) != "here" {
		t.Fatalf("got %v, %v", resp, err)
	}
	if len(c.slept) != 2 || c.slept[0] != 7*time.Second || c.slept[1] != 2*time.Second {
		t.Errorf("waited %v, want what Retry-After asks and then two seconds", c.slept)
	}
	resp, c, err = visit(t, map[string]http.HandlerFunc{"/a": say(503, "", "Retry-After", "9000")}, "/a", Options{})
	if err != nil || resp.Status != 503 || len(c.slept) != 0 {
		t.Errorf("a wait of hours: got %v after %v, %v; want the answer at once", resp, c.slept, err)
	}
}

// script answers by path and counts what it was asked.
type script struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

// play serves handlers on loopback; what has none is 404.
func play(t *testing.T, handlers map[string]http.HandlerFunc) *script {
	t.Helper()
	s := &script{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.Path)
		s.mu.Unlock()
		if h := handlers[r.URL.Path]; h != nil {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// fetchAll asks for paths one after another and gives the kinds of their errors.
func (s *script) fetchAll(t *testing.T, opt Options, paths ...string) (kinds []corpus.Kind, c *clock) {
	t.Helper()
	c = &clock{}
	opt.AllowPrivate, opt.Now, opt.Sleep = true, c.now, c.sleep
	f := New(opt)
	for _, p := range paths {
		_, err := f.Fetch(t.Context(), Request{URL: s.URL + p})
		kind := corpus.Kind("")
		if err != nil {
			kind = corpus.KindOf(err)
		}
		kinds = append(kinds, kind)
	}
	return kinds, c
}

// What a host asks of us decides how often it is asked and how long we wait between.
func TestManners(t *testing.T) {
	t.Parallel()
	const second = time.Second
	wait, rules := corpus.Unavailable, func(text string) http.HandlerFunc { return say(200, "User-agent: *\n"+text) }
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "only this")
	}
	once := func(status int, then string) http.HandlerFunc {
		var n atomic.Int32
		return func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1) == 1 {
				say(status, "")(w, r)
				return
			}
			say(200, then)(w, r)
		}
	}
	tests := []struct {
		name     string
		handlers map[string]http.HandlerFunc
		opt      Options
		paths    string
		kinds    []corpus.Kind
		asked    string
		slept    []time.Duration
	}{
		{"a second after each answer", nil, Options{}, "/a /b", []corpus.Kind{"", ""}, "/robots.txt /a /b", []time.Duration{second, second}},
		{"a delay of ours", nil, Options{Delay: 3 * second}, "/a", []corpus.Kind{""}, "/robots.txt /a", []time.Duration{3 * second}},
		{"a longer crawl delay", map[string]http.HandlerFunc{"/robots.txt": rules("Crawl-delay: 5\n")}, Options{}, "/a /b",
			[]corpus.Kind{"", ""}, "/robots.txt /a /b", []time.Duration{5 * second, 5 * second}},
		{"a shorter crawl delay", map[string]http.HandlerFunc{"/robots.txt": rules("Crawl-delay: 0.1\n")}, Options{}, "/a",
			[]corpus.Kind{""}, "/robots.txt /a", []time.Duration{second}},
		{"a crawl delay of an hour is a minute", map[string]http.HandlerFunc{"/robots.txt": rules("Crawl-delay: 3600\n")}, Options{}, "/a",
			[]corpus.Kind{""}, "/robots.txt /a", []time.Duration{time.Minute}},
		{"what is not to be visited is not asked", map[string]http.HandlerFunc{"/robots.txt": rules("Disallow: /a\n")}, Options{Delay: -1}, "/a /b",
			[]corpus.Kind{corpus.Invalid, ""}, "/robots.txt /b", nil},
		{"nor through a redirect", map[string]http.HandlerFunc{"/robots.txt": rules("Disallow: /a\n"), "/b": say(302, "", "Location", "/a")}, Options{Delay: -1}, "/b",
			[]corpus.Kind{corpus.Invalid}, "/robots.txt /b", nil},
		{"a failing robots.txt is asked for again, then the host is left alone", map[string]http.HandlerFunc{"/robots.txt": say(503, "")}, Options{Delay: -1}, "/a /b",
			[]corpus.Kind{wait, wait}, "/robots.txt /robots.txt /robots.txt", []time.Duration{second, 2 * second}},
		{"too many requests", map[string]http.HandlerFunc{"/robots.txt": say(429, "", "Retry-After", "9")}, Options{Delay: -1}, "/a",
			[]corpus.Kind{wait}, "/robots.txt /robots.txt /robots.txt", []time.Duration{9 * second, 9 * second}},
		{"a robots.txt that comes at the second time", map[string]http.HandlerFunc{"/robots.txt": once(500, "User-agent: *\nDisallow: /a")}, Options{Delay: -1}, "/a /b",
			[]corpus.Kind{corpus.Invalid, ""}, "/robots.txt /robots.txt /b", []time.Duration{second}},
		{"silence instead of robots.txt", map[string]http.HandlerFunc{"/robots.txt": cut}, Options{Delay: -1, Attempts: 2}, "/a /b",
			[]corpus.Kind{wait, wait}, "/robots.txt /robots.txt", []time.Duration{second}},
		{"robots.txt elsewhere", map[string]http.HandlerFunc{"/robots.txt": say(301, "", "Location", "/r"), "/r": rules("Disallow: /a\n")}, Options{Delay: -1}, "/a /b",
			[]corpus.Kind{corpus.Invalid, ""}, "/robots.txt /r /b", nil},
		{"robots.txt in a circle", map[string]http.HandlerFunc{"/robots.txt": say(301, "", "Location", "/robots.txt")}, Options{Delay: -1}, "/a",
			[]corpus.Kind{wait}, strings.TrimSpace(strings.Repeat("/robots.txt ", 6)), nil},
		{"a passing failure", map[string]http.HandlerFunc{"/a": once(502, "here")}, Options{Delay: -1}, "/a", []corpus.Kind{""}, "/robots.txt /a /a", []time.Duration{second}},
		{"a cut answer is asked for again", map[string]http.HandlerFunc{"/a": cut}, Options{Delay: -1}, "/a",
			[]corpus.Kind{wait}, "/robots.txt /a /a /a", []time.Duration{second, 2 * second}},
		{"a lasting answer is not", map[string]http.HandlerFunc{"/a": say(410, "")}, Options{Delay: -1}, "/a", []corpus.Kind{""}, "/robots.txt /a", nil},
		{"a host that wants hours of rest gets them", map[string]http.HandlerFunc{"/a": say(503, "", "Retry-After", "7200")}, Options{Delay: -1}, "/a /b",
			[]corpus.Kind{"", wait}, "/robots.txt /a", nil},
		{"a host that has stopped answering", map[string]http.HandlerFunc{"/a": cut}, Options{Delay: -1, Attempts: 1}, "/a /a /a /a /a /b",
			[]corpus.Kind{wait, wait, wait, wait, wait, wait}, "/robots.txt /a /a /a /a /a", slices.Repeat([]time.Duration{second}, 4)},
	}
	for _, tt := range tests {
		s := play(t, tt.handlers)
		kinds, c := s.fetchAll(t, tt.opt, strings.Fields(tt.paths)...)
		if asked := strings.Join(s.asked, " "); asked != tt.asked || !slices.Equal(kinds, tt.kinds) || !slices.Equal(c.slept, tt.slept) {
			t.Errorf("%s:\nasked %s, want %s\nkinds %q, want %q\nslept %v, want %v", tt.name, asked, tt.asked, kinds, tt.kinds, c.slept, tt.slept)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 11, 5, 9, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{"0": 0, "120": 2 * time.Minute, "99999999999999999999": maxRetryAfter * time.Second,
		"Tue, 05 Nov 2024 09:00:30 GMT": 30 * time.Second, "Tue, 05 Nov 2024 08:00:00 GMT": 0,
		"": -1, "soon": -1, "-5": -1, "1m30": -1, "1.5": -1, "2024-11-05": -1} {
		if got, ok := retryAfter(in, now); ok != (want >= 0) || ok && got != want {
			t.Errorf("%q: %v, %v; want %v", in, got, ok, want)
		}
	}
}

// robots.txt is asked for once a day, and its rules hold for its scheme, host and port alone.
func TestRobotsGrowOld(t *testing.T) {
	t.Parallel()
	s, other := play(t, nil), play(t, nil)
	c := &clock{}
	f := New(Options{AllowPrivate: true, Delay: -1, Now: c.now, Sleep: c.sleep})
	for _, wait := range []time.Duration{0, 23 * time.Hour, 2 * time.Hour} {
		c.past += wait
		for _, u := range []string{s.URL + "/a", other.URL + "/b"} {
			if _, err := f.Fetch(t.Context(), Request{URL: u}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := strings.Join(s.asked, " "); got != "/robots.txt /a /a /robots.txt /a" {
		t.Errorf("asked %s", got)
	}
	if got := strings.Join(other.asked, " "); got != "/robots.txt /b /b /robots.txt /b" {
		t.Errorf("asked the other %s", got)
	}
}

// Asking whether a page may be visited, and for sitemaps, asks for robots.txt alone.
func TestAllowedAndSitemaps(t *testing.T) {
	t.Parallel()
	s := play(t, map[string]http.HandlerFunc{"/robots.txt": say(200, "User-agent: *\nDisallow: /a\nSitemap: /s.xml\nSitemap: https://wire.example/t.xml\n")})
	f := New(Options{AllowPrivate: true, Delay: -1})
	for path, want := range map[string]corpus.Kind{"/a": corpus.Invalid, "/b": ""} {
		if err := f.Allowed(t.Context(), s.URL+path); (err == nil) != (want == "") || err != nil && corpus.KindOf(err) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	got, err := f.Sitemaps(t.Context(), s.URL+"/robots.txt")
	if err != nil || !slices.Equal(got, []string{"/s.xml", "https://wire.example/t.xml"}) {
		t.Errorf("sitemaps %q, %v", got, err)
	}
	for _, ask := range []func(string) error{
		func(u string) error { return f.Allowed(t.Context(), u) },
		func(u string) error { _, err := f.Sitemaps(t.Context(), u); return err },
	} {
		for _, u := range []string{"ftp://wire.example/", "http://169.254.169.254/a"} {
			if err := ask(u); corpus.KindOf(err) != corpus.Invalid || !strings.Contains(fmt.Sprint(err), u[:10]) {
				t.Errorf("%s: %v", u, err)
			}
		}
	}
	if strings.Join(s.asked, " ") != "/robots.txt" {
		t.Errorf("asked %q", s.asked)
	}
}

func TestHost(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"http://Wire.Example:8080/a": "wire.example", "https://wire.example./": "wire.example",
		"https://пример.рф/": "xn--e1afmkfd.xn--p1ai", "http://[::1]:80/": "::1", "ftp://a/": "", "": ""} {
		if got := Host(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// The machine's clock sleeps for as long as it is told, or until there is no need any more.
func TestSleep(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begin := time.Now()
		if err := sleep(t.Context(), time.Hour); err != nil || time.Since(begin) != time.Hour {
			t.Errorf("slept %v, %v", time.Since(begin), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		begin = time.Now()
		if err := sleep(ctx, time.Hour); err != context.DeadlineExceeded || time.Since(begin) != time.Minute {
			t.Errorf("slept %v, %v", time.Since(begin), err)
		}
	})
}

// Who waits for the turn of a host, or for its rest, ends with the context.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	s := play(t, nil)
	f := New(Options{AllowPrivate: true, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	at, err := parseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	h := f.host(at)
	<-h.turn
	done := make(chan error)
	go func() { _, err := f.Fetch(ctx, Request{URL: s.URL}); done <- err }()
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("waiting for the turn: %v", err)
	}
	h.give()
	ctx, cancel = context.WithCancel(t.Context())
	f.opt.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	if _, err := f.Fetch(ctx, Request{URL: s.URL}); err != context.Canceled || strings.Join(s.asked, " ") != "/robots.txt" {
		t.Errorf("waiting for the rest: %v, asked %q", err, s.asked)
	}
	if _, err := f.Fetch(t.Context(), Request{URL: s.URL}); err != nil {
		t.Errorf("the turn was not given back: %v", err)
	}
}

// What stands in an address reaches the server as one request line.
func TestRequestLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"/a b": "/a%20b", "/ключ": "/%D0%BA%D0%BB%D1%8E%D1%87", "/?q=a b": "/?q=a%20b", "/?q=ä": "/?q=%C3%A4",
		"/%7Ea%2Fb": "/%7Ea%2Fb", "?x": "/?x", "/a#b": "/a", "/?a HTTP/1.1": "/?a%20HTTP/1.1", "//x": "//x"} {
		s := play(t, nil)
		resp, err := New(Options{AllowPrivate: true, Delay: -1}).Fetch(t.Context(), Request{URL: s.URL + in})
		if err != nil || !strings.HasPrefix(string(resp.Asked), "GET "+want+" HTTP/1.1\r\n") {
			t.Errorf("%q: asked %.60q, %v; want %s", in, resp.Asked, err, want)
		}
	}
}

// Conditions go to the address that set them and to no other: what another address calls "v1"
// is another page.
func TestConditionsStayAtHome(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{"": "/a", "/a": "/a", "/b": "/b", "/old": ""} {
		var mu sync.Mutex
		conditional := ""
		note := func(h http.HandlerFunc) http.HandlerFunc {
			return func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("If-None-Match") != "" {
					mu.Lock()
					conditional += r.URL.Path
					mu.Unlock()
				}
				h(w, r)
			}
		}
		s := play(t, map[string]http.HandlerFunc{"/a": note(say(302, "", "Location", "/b")), "/b": note(say(200, "x"))})
		r := Request{URL: s.URL + "/a#part", ETag: `"v1"`}
		if from != "" {
			r.From = s.URL + from
		}
		if _, err := New(Options{AllowPrivate: true, Delay: -1}).Fetch(t.Context(), r); err != nil || conditional != want {
			t.Errorf("from %q: the condition went to %q, want %q; %v", from, conditional, want, err)
		}
	}
}

func TestOneRequestAtATime(t *testing.T) {
	t.Parallel()
	var at, most atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n := at.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(5 * time.Millisecond)
		at.Add(-1)
	}))
	defer srv.Close()
	f := New(Options{AllowPrivate: true, Delay: -1})
	done := make(chan error)
	for i := range 8 {
		go func() {
			_, err := f.Fetch(t.Context(), Request{URL: fmt.Sprintf("%s/%d", srv.URL, i)})
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d requests met at one host", most.Load())
	}
}
