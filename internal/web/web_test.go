package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
	"ibid/internal/search/searchtest"
)

// testSite serves the invented corpus from memory.
func testSite(t *testing.T, change ...func(*Options)) http.Handler {
	t.Helper()
	items := searchtest.Items()
	opt := Options{
		Info: func() Info {
			return Info{Name: "Invented", Program: "test", Snapshots: len(items),
				Captures: len(items),
				Gaps:     []Gap{{"untraced", 0, "passages whose bytes could not be followed", ""}}}
		},
		Snapshot: func(_ context.Context, id corpus.SnapshotID) (Body, error) {
			for _, it := range items {
				if it.Document.Snapshot == id {
					return Body{it.Body, it.Document.MediaType, it.Document.Charset}, nil
				}
			}
			return Body{}, corpus.Errorf(corpus.NotFound, "snapshot "+string(id),
				"is not in this archive")
		},
	}
	for _, c := range change {
		c(&opt)
	}
	return siteOf(items, opt)
}

// siteOver serves other items, with nothing but what an index knows.
func siteOver(items []searchtest.Item) http.Handler { return siteOf(items, Options{}) }

func siteOf(items []searchtest.Item, opt Options) http.Handler {
	reg := searchtest.NewRegister()
	svc := search.New(searchtest.NewMemory(items), search.Options{Resolve: reg.Resolve,
		Label: reg.Label, Version: func() string { return searchtest.Version }})
	return New(svc, opt)
}

// Every kind of address: its status, its type, and the headers that all have.
func TestAddresses(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	it := searchtest.Items()[0]
	zero := strings.Repeat("0", 32)
	const page, data, fault = "text/html; charset=utf-8", "application/json",
		"application/problem+json"
	tests := []struct {
		path   string
		status int
		media  string
	}{
		{"/", 200, page}, {"/?q=front&republic=XA-NO", 200, page}, {"/about", 200, page},
		{"/passage/" + string(it.Passages[0].ID), 200, page},
		{"/document/" + string(it.Document.ID), 200, page},
		{"/v1/search", 200, data}, {"/v1/search?q=%22nine%20gunmen%22", 200, data},
		{"/v1/corpus", 200, data},
		{"/v1/passages/" + string(it.Passages[0].ID), 200, data},
		{"/v1/documents/" + string(it.Document.ID), 200, data},
		{"/v1/facets/republic", 200, data}, {"/v1/facets/place?find=sulak&size=3&year=2018", 200,
			data},
		{"/v1/snapshots/" + string(it.Document.Snapshot), 200, "text/plain; charset=utf-8"},
		{"/healthz", 200, data}, {"/readyz", 200, data},
		{"/style.css", 200, "text/css; charset=utf-8"}, {"/favicon.svg", 200, "image/svg+xml"},
		{"/nothing", 404, page}, {"/passage/" + zero, 404, page}, {"/document/" + zero, 404, page},
		{"/passage/nonsense", 400, page},
		{"/?colour=red", 400, page}, {"/?size=1000", 400, page}, {"/?q=%zz", 400, page},
		{"/about?x=1", 400, page},
		{"/v1/nothing", 404, fault}, {"/v1/passages/" + zero, 404, fault},
		{"/v1/documents/" + zero, 404, fault},
		{"/v1/passages/nonsense", 400, fault}, {"/v1/snapshots/" + zero, 400, fault},
		{"/v1/snapshots/" + zero + zero, 404, fault},
		{"/v1/facets/colour", 404, fault}, {"/v1/facets/republic?size=0", 400, fault},
		{"/v1/facets/republic?size=x", 400, fault},
		{"/v1/search?colour=red", 400, fault}, {"/v1/search?q=%zz", 400, fault},
		{"/v1/search?cursor=x", 400, fault},
		{"/v1/search?mode=quote&q=%22%22", 400, fault},
		{"/v1/passages/" + string(it.Passages[0].ID) + "?x=1", 400, fault},
	}
	for _, tt := range tests {
		w := get(t, h, tt.path)
		if w.Code != tt.status || w.Header().Get("Content-Type") != tt.media {
			t.Errorf("%s: %d %s, want %d %s", tt.path, w.Code, w.Header().Get("Content-Type"),
				tt.status, tt.media)
		}
		for _, k := range []string{"Content-Security-Policy", "Referrer-Policy", "X-Request-Id"} {
			if w.Header().Get(k) == "" {
				t.Errorf("%s: no %s", tt.path, k)
			}
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" ||
			strings.Contains(w.Header().Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: headers %v", tt.path, w.Header())
		}
	}
}

// A problem names its kind, status, place, key and remedy.
func TestProblems(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	tests := []struct{ path, title, field, remedy, detail string }{
		{"/v1/search?republik=x", "Invalid", "republik", "keys are", "there is no such key"},
		{"/v1/search?date=soon", "Invalid", "date", "write 2018", "not a date"},
		{"/v1/passages/" + strings.Repeat("0", 32), "Not found", "passage " +
			strings.Repeat("0", 32), "", "not in this corpus"},
	}
	for _, tt := range tests {
		var p problem
		if err := json.Unmarshal(get(t, h, tt.path).Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		if p.Title != tt.title || p.Field != tt.field || !strings.HasPrefix(p.Remedy, tt.remedy) ||
			!strings.Contains(p.Detail, tt.detail) ||
			p.Instance != strings.Split(tt.path, "?")[0] || p.Status == 0 {
			t.Errorf("%s: %+v", tt.path, p)
		}
		id := strings.TrimPrefix(p.Type, "/about#")
		open(t, h, "/about").one(t, "#"+id)
	}
	var p problem
	w := get(t, h, "/v1/search?mode=quote&q=%22%22")
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Field != "q" || p.At == nil {
		t.Errorf("a fault of syntax has no place: %s", w.Body)
	}
}

func TestReadsOnly(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, m := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"} {
		for _, path := range []string{"/", "/v1/search"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(m, path, nil))
			if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: %d, Allow %q", m, path, w.Code, w.Header().Get("Allow"))
			}
		}
	}
	srv := httptest.NewServer(h)
	defer srv.Close()
	res, err := http.Head(srv.URL + "/v1/search")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || res.ContentLength <= 0 {
		t.Errorf("HEAD: %d, %d bytes", res.StatusCode, res.ContentLength)
	}
}

// One question, one tag, however it is spelled; a known tag is answered without a body.
func TestETag(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	a := get(t, h, "/v1/search?year=2018&q=front&republic=XA-SU&republic=XA-NO")
	b := get(t, h, "/v1/search?q=front&republic=XA-NO&republic=XA-SU&year=2018")
	c := get(t, h, "/v1/search?q=front")
	tag := a.Header().Get("ETag")
	if tag == "" || tag != b.Header().Get("ETag") || tag == c.Header().Get("ETag") {
		t.Errorf("tags %q %q %q", tag, b.Header().Get("ETag"), c.Header().Get("ETag"))
	}
	for _, path := range []string{"/v1/search?q=front", "/?q=front", "/about", "/style.css",
		"/v1/corpus",
		"/v1/snapshots/" + string(searchtest.Items()[0].Document.Snapshot)} {
		tag := get(t, h, path).Header().Get("ETag")
		w := get(t, h, path, "If-None-Match", `"other", `+tag)
		if tag == "" || w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s with %q: %d, %d bytes", path, tag, w.Code, w.Body.Len())
		}
	}
}

// Archived bytes come as they are, hashed, as text or as a file to save, in a sandbox.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, it := range searchtest.Items() {
		w := get(t, h, "/v1/snapshots/"+string(it.Document.Snapshot))
		sum := sha256.Sum256(it.Body)
		want := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
		if w.Code != 200 || w.Body.String() != string(it.Body) ||
			w.Header().Get("Content-Digest") != want {
			t.Errorf("%s: %d, digest %s", it.Document.URL, w.Code, w.Header().Get("Content-Digest"))
		}
		if !strings.HasPrefix(w.Header().Get("Content-Security-Policy"),
			"sandbox; default-src 'none'") {
			t.Errorf("policy %q", w.Header().Get("Content-Security-Policy"))
		}
		got := w.Header().Get("Content-Type")
		if got != "text/plain; charset="+it.Document.Charset {
			t.Errorf("type %q", got)
		}
	}
	id := searchtest.Items()[0].Document.Snapshot
	serve := func(b Body) http.Handler {
		return testSite(t, func(o *Options) {
			o.Snapshot = func(context.Context, corpus.SnapshotID) (Body, error) { return b, nil }
		})
	}
	body := searchtest.Items()[0].Body
	w := get(t, serve(Body{body, "application/pdf", ""}), "/v1/snapshots/"+string(id))
	if w.Header().Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("a PDF comes as %v", w.Header())
	}
	w = get(t, serve(Body{body, "text/html", "x\r\nSet-Cookie: a=b"}), "/v1/snapshots/"+string(id))
	if w.Code != 200 || len(w.Header()["Set-Cookie"]) > 0 ||
		strings.ContainsAny(w.Header().Get("Content-Type"), "\r\n") {
		t.Errorf("a hostile charset gives %v", w.Header())
	}
	w = get(t, serve(Body{append(slices.Clone(body), '!'), "text/html", ""}),
		"/v1/snapshots/"+string(id))
	if w.Code != 500 || strings.Contains(w.Body.String(), "gunmen") ||
		w.Header().Get("Content-Digest") != "" {
		t.Errorf("changed bytes are served: %d %.80s", w.Code, w.Body)
	}
}

// broken is a backend with a fault.
type broken struct {
	search.Backend
	fault func() error
}

func (b broken) Search(context.Context, query.Request) (*query.Result, error) {
	return nil, b.fault()
}

// A fault becomes a status that does not lie; the cause goes to the log and not to the page.
func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		fault  func() error
		status int
	}{
		{"panic", func() error { panic("secret cause") }, 500},
		{"unknown error", func() error { return context.Canceled }, 500},
		{"damage", func() error {
			return corpus.Errorf(corpus.Corrupt, "secret path",
				"secret cause")
		}, 500},
		{"unavailable", func() error {
			return corpus.Errorf(corpus.Unavailable, "secret path",
				"secret cause")
		}, 503},
		{"too slow", func() error { return context.DeadlineExceeded }, 503},
	}
	for _, tt := range tests {
		var log strings.Builder
		h := New(search.New(broken{searchtest.NewMemory(nil), tt.fault}, search.Options{}),
			Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		for _, path := range []string{"/", "/v1/search"} {
			w := get(t, h, path)
			if w.Code != tt.status || strings.Contains(w.Body.String(), "secret") ||
				strings.Contains(w.Body.String(), "goroutine") {
				t.Errorf("%s %s: %d %.200s", tt.name, path, w.Code, w.Body)
			}
			if (w.Header().Get("Retry-After") != "") != (tt.status == 503) {
				t.Errorf("%s %s: Retry-After %q", tt.name, path, w.Header().Get("Retry-After"))
			}
		}
		if !strings.Contains(log.String(), "request failed") {
			t.Errorf("%s: the log says %q", tt.name, log.String())
		}
	}
}

// More searches than there are slots are told to come back, and slots are given back.
func TestBusy(t *testing.T) {
	t.Parallel()
	in, out := make(chan bool), make(chan bool)
	b := broken{searchtest.NewMemory(nil), func() error { in <- true; <-out; return nil }}
	h := New(search.New(waiting{b}, search.Options{}), Options{Parallel: 1})
	done := make(chan int)
	go func() { done <- get(t, h, "/v1/search").Code }()
	<-in
	if w := get(t, h, "/v1/search"); w.Code != 503 {
		t.Errorf("the second search gives %d", w.Code)
	}
	out <- true
	if code := <-done; code != 200 {
		t.Errorf("the first search gives %d", code)
	}
	go func() { <-in; out <- true }()
	if w := get(t, h, "/v1/search"); w.Code != 200 {
		t.Errorf("a later search gives %d", w.Code)
	}
}

// waiting is a backend that answers when its fault lets it.
type waiting struct{ broken }

func (b waiting) Search(ctx context.Context, r query.Request) (*query.Result, error) {
	if err := b.fault(); err != nil {
		return nil, err
	}
	return b.Backend.Search(ctx, r)
}

func TestReady(t *testing.T) {
	t.Parallel()
	h := testSite(t, func(o *Options) {
		o.Ready = func() error {
			return corpus.Errorf(corpus.Unavailable, "",
				"index is being opened")
		}
	})
	if w := get(t, h, "/readyz"); w.Code != 503 {
		t.Errorf("not ready gives %d", w.Code)
	}
	if w := get(t, h, "/healthz"); w.Code != 200 {
		t.Errorf("alive gives %d", w.Code)
	}
}

// A server whose newest generation is in doubt says so and goes on.
func TestDegraded(t *testing.T) {
	t.Parallel()
	why := "index/CURRENT: is not as it was written"
	h := testSite(t, func(o *Options) { o.Degraded = func() string { return why } })
	var body map[string]string
	w := get(t, h, "/readyz")
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || w.Code != 200 ||
		body["status"] != "degraded" || body["reason"] != why || body["corpus"] == "" {
		t.Errorf("%d %s, %v", w.Code, w.Body, err)
	}
	if w := get(t, h, "/v1/search?q=a"); w.Code != 200 {
		t.Errorf("a search gives %d", w.Code)
	}
}

// Facets within: the values whose label contains the words, with the counts of the search.
func TestFacetJSON(t *testing.T) {
	t.Parallel()
	var a facetAnswer
	w := get(t, testSite(t), "/v1/facets/place?find=sulak&year=2018")
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range a.Facet.Values {
		got = append(got, v.Value)
	}
	if !slices.Equal(got, []string{"XA-SU", "XA-SU-1"}) || a.Facet.Name != "place" ||
		a.Corpus != searchtest.Version {
		t.Errorf("%s", w.Body)
	}
}

// The server has limits on everything a client can stretch.
func TestServer(t *testing.T) {
	t.Parallel()
	s := Server("127.0.0.1:0", http.NotFoundHandler())
	if s.ReadHeaderTimeout <= 0 || s.ReadTimeout <= 0 || s.WriteTimeout <= 0 ||
		s.IdleTimeout <= 0 || s.MaxHeaderBytes <= 0 {
		t.Errorf("%+v", s)
	}
}

// A query that is far too long is refused as a problem, through the server too.
func TestServerSaysHowLongAQueryMayBe(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := Server("", testSite(t))
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	defer func() {
		s.Close()
		<-done
	}()
	for _, word := range []string{"killed+", "%D1%83%D0%B1%D0%B8%D1%82%D1%8B+"} {
		res, err := http.Get("http://" + l.Addr().String() + "/v1/search?q=" + strings.Repeat(word, 10000))
		if err != nil {
			t.Fatal(err)
		}
		var p problem
		err = json.NewDecoder(res.Body).Decode(&p)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusBadRequest || p.Field != "q" || p.Remedy == "" ||
			!strings.Contains(p.Detail, "8192") {
			t.Errorf("%d %+v (%v)", res.StatusCode, p, err)
		}
	}
}

// totalOf asks the JSON interface for the total behind the address of a page.
func totalOf(t *testing.T, h http.Handler, pageURL string) (total, documents int) {
	t.Helper()
	u, err := url.Parse(pageURL)
	if err != nil || u.Path != "/" {
		t.Fatalf("%q is no search: %v", pageURL, err)
	}
	v := u.Query()
	v.Set("facet", "none")
	v.Set("size", "0")
	v.Del("cursor")
	for k := range v {
		if strings.HasPrefix(k, "find.") {
			v.Del(k)
		}
	}
	w := get(t, h, "/v1/search?"+v.Encode())
	var a search.Answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s: %v: %s", pageURL, err, w.Body)
	}
	return a.Total, a.Documents
}
