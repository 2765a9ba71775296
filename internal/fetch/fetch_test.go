package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ibid/corpus"
)

// clock is a time that passes only by sleeping.
type clock struct{ slept []time.Duration }

func (c *clock) now() time.Time { return time.Date(2024, 11, 5, 9, 0, 0, 0, time.UTC) }
func (c *clock) sleep(_ context.Context, d time.Duration) error {
	c.slept = append(c.slept, d)
	return nil
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
	opt.Now, opt.Sleep, opt.AllowPrivate, opt.Delay = c.now, c.sleep, true, -1
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
	if !strings.HasPrefix(block, "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n") || !strings.HasSuffix(block, "\r\n\r\n<p>Two hurt.</p>") {
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

func TestFaultsOfServers(t *testing.T) {
	t.Parallel()
	cut := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, "only this")
	}
	slow := func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	}
	tests := []struct {
		name string
		h    http.HandlerFunc
		kind corpus.Kind
		text string
	}{
		{"redirect loop", say(301, "", "Location", "/a"), corpus.Unavailable, "more than 5 times"},
		{"redirect to a file", say(301, "", "Location", "file:///etc/passwd"), corpus.Invalid, "http or https"},
		{"redirect to nowhere", say(301, ""), corpus.Unavailable, "nowhere"},
		{"cut off", cut, corpus.Unavailable, "breaks off"},
		{"too large", say(200, strings.Repeat("x", 3<<20)), corpus.Invalid, "more than 2 MiB"},
		{"slow", slow, corpus.Unavailable, ""},
	}
	for _, tt := range tests {
		_, _, err := visit(t, map[string]http.HandlerFunc{"/a": tt.h}, "/a",
			Options{MaxBody: 2 << 20, Timeout: 300 * time.Millisecond, Attempts: 2})
		if corpus.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.text) || !strings.Contains(fmt.Sprint(err), "http://") {
			t.Errorf("%s: got %v, want kind %s with %q", tt.name, err, tt.kind, tt.text)
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

func TestAddressesThatAreNotPublic(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "100.64.0.1", "169.254.169.254",
		"172.31.0.1", "192.168.1.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::",
		"2001:0:1::", "fc00::1", "fd12::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1"} {
		if public(netip.MustParseAddr(s)) {
			t.Errorf("%s passes for public", s)
		}
	}
	for _, s := range []string{"8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"} {
		if !public(netip.MustParseAddr(s)) {
			t.Errorf("%s is public and refused", s)
		}
	}
}

// Addresses that lead to this machine by another spelling are never dialled.
func TestAttackAddressesAreNotDialled(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer srv.Close()
	port := srv.URL[strings.LastIndex(srv.URL, ":")+1:]
	f := New(Options{Delay: -1, Attempts: 1, Timeout: 2 * time.Second})
	for _, u := range []string{
		"http://127.0.0.1:" + port, "http://localhost:" + port, "http://[::1]:" + port, "http://[::]:" + port,
		"http://0.0.0.0:" + port, "http://[::ffff:127.0.0.1]:" + port, "http://127.1:" + port, "http://0x7f.1:" + port,
		"http://2130706433:" + port, "http://0177.0.0.1:" + port, "http://localhost.:" + port,
		"http://user@127.0.0.1:" + port, "http://127.0.0.1:" + port + "#@wire.example", "http://[64:ff9b::7f00:1]:" + port,
		"http://[::ffff:7f00:1]:" + port, "http://[fe80::1%25lo]:" + port, "http://127.0.0.1", "https://127.0.0.1",
		"http://169.254.169.254/latest/meta-data", "http://10.0.0.1", "http://192.168.0.1",
		"file:///etc/passwd", "gopher://127.0.0.1:" + port, "ftp://127.0.0.1/", "//127.0.0.1:" + port, "",
	} {
		if _, err := f.Fetch(t.Context(), Request{URL: u}); err == nil {
			t.Errorf("%s was fetched", u)
		}
	}
	if n := hits.Load(); n != 0 {
		t.Errorf("the server on loopback was reached %d times", n)
	}
}
