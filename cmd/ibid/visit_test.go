package main

import (
	"bytes"
	"compress/gzip"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/warc"
)

// outletServer is a web site on loopback that counts what it is asked for.
type outletServer struct {
	*httptest.Server
	mu    sync.Mutex
	asked map[string]int
	files map[string]string // by path; HOST in them is the server's address
	slow  time.Duration
}

func newOutlet(t *testing.T, files map[string]string) *outletServer {
	t.Helper()
	o := &outletServer{asked: map[string]int{}, files: files}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

// ServeHTTP gives the file of a path; those that end in .gz are packed.
func (o *outletServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.asked[r.URL.Path]++
	text, ok := o.files[r.URL.Path]
	o.mu.Unlock()
	if !ok {
		http.NotFound(w, r)
		return
	}
	time.Sleep(o.slow)
	text = strings.ReplaceAll(text, "HOST", o.URL)
	text = strings.ReplaceAll(text, "OTHER", strings.Replace(o.URL, "127.0.0.1", "localhost", 1))
	switch {
	case strings.HasPrefix(text, "-> "):
		http.Redirect(w, r, text[3:], http.StatusFound)
		return
	case strings.HasSuffix(r.URL.Path, ".gz"):
		var z bytes.Buffer
		g := gzip.NewWriter(&z)
		io.WriteString(g, text)
		g.Close()
		w.Header().Set("Content-Type", "application/gzip")
		w.Write(z.Bytes())
		return
	case strings.HasPrefix(text, "<html"):
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	case strings.HasPrefix(text, "<"):
		w.Header().Set("Content-Type", "application/xml")
	case strings.HasPrefix(text, "%PNG"):
		w.Header().Set("Content-Type", "image/png")
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	io.WriteString(w, text)
}

// takeAsked gives what was asked for since the last call, robots.txt apart.
func (o *outletServer) takeAsked() map[string]int {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := o.asked
	delete(out, "/robots.txt")
	o.asked = map[string]int{}
	return out
}

// corpusWith makes a corpus with sources as corpus.yaml writes them.
func (o *outletServer) corpusWith(t *testing.T, sources string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "c")
	must(t, "init", dir)
	o.configure(t, dir, sources)
	return dir
}

func (o *outletServer) configure(t *testing.T, dir, sources string) {
	t.Helper()
	text := "fetch: {delay: 1ns, allow_private: true, user_agent: ibid-test (desk@paper.example)}\nsources:\n" + sources
	if err := os.WriteFile(filepath.Join(dir, configFile), []byte(strings.ReplaceAll(text, "HOST", o.URL)), 0o644); err != nil {
		t.Fatal(err)
	}
}

// paths are the paths at the beginnings of lines, sorted.
func (o *outletServer) paths(out string) string {
	var list []string
	for line := range strings.Lines(out) {
		u, _, _ := strings.Cut(line, "\t")
		list = append(list, strings.TrimPrefix(u, o.URL))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// article is a page with links.
func article(n string, links ...string) string {
	text := "<html><body><article><h1>Report " + n + "</h1><p>The report numbered " + n + " names the road to Nazran.</p>"
	for _, l := range links {
		text += `<p><a href="` + l + `">more of it</a></p>`
	}
	return text + "</article></body></html>"
}

// site is an outlet with everything that names pages.
func siteFiles() map[string]string {
	return map[string]string{
		"/robots.txt": "User-agent: *\nDisallow: /private\nSitemap: HOST/index.xml\n",
		"/index.xml":  "<sitemapindex><sitemap><loc>HOST/s1.xml.gz</loc></sitemap><sitemap><loc>HOST/s2.txt</loc></sitemap><sitemap><loc>HOST/index.xml</loc></sitemap></sitemapindex>",
		"/s1.xml.gz":  "<urlset><url><loc>HOST/s1</loc></url><url><loc>HOST/private/s</loc></url><url><loc>https://other.example/x</loc></url></urlset>",
		"/s2.txt":     "HOST/s1\nHOST/s2\n",
		"/feed":       "<rss><channel><item><link>HOST/f1</link></item><item><link>/f2</link></item></channel></rss>",
		"/atom":       `<feed><entry><link href="/f2"/></entry><entry><link href="f3"/></entry></feed>`,
		"/s1":         article("s1", "/deep"), "/s2": article("s2"), "/f1": article("f1"), "/f2": article("f2"), "/f3": article("f3"),
		"/u1": article("u1"), "/l1": article("l1"), "/l2": article("l2"), "/private/s": article("never"),
		"/c/":  article("c", "a", "b#x", "/private/s", "picture", "/outside", "https://other.example/", "/c/"),
		"/c/a": article("ca", "d", "/c/"),
		"/c/b": "The plain text of b stands here.",
		"/c/d": article("cd", "e"),
		"/c/e": article("ce"),
		"/bad": `<rss><item><link>http://169.254.169.254/latest</link></item><item><link>http://[fd00:ec2::254]/</link></item>
			<item><link>http://0x7f.1/</link></item><item><link>HOST/private/s</link></item><item><link>/u1</link></item></rss>`,
		"/moved": "-> /c/", "/away": "-> OTHER/c/",
		"/c/picture": "%PNG", "/outside": article("outside"), "/deep": article("deep"),
	}
}

const everything = `
  - id: wire
    urls: [HOST/u1]
    lists: [list.txt]
    sitemaps: [HOST/robots.txt]
    feeds: [HOST/feed, HOST/atom]
    crawl:
      - {from: HOST/c/, depth: 2, limit: 50, scope: path}
`

// What sources name is listed by a dry run, fetched by the run, and not archived again by the
// next.
func TestFetchVisitsAllThatSourcesName(t *testing.T) {
	t.Parallel()
	o := newOutlet(t, siteFiles())
	dir := o.corpusWith(t, everything)
	list := "# seen by hand\n" + o.URL + "/l1\n\n" + o.URL + "/l2\n"
	if err := os.WriteFile(filepath.Join(dir, "list.txt"), []byte(list), 0o644); err != nil {
		t.Fatal(err)
	}
	out, log, code := ibid(t, "fetch", "--corpus", dir, "--dry-run")
	if code != exitFound || o.paths(out) != "/c/ /f1 /f2 /f3 /l1 /l2 /s1 /s2 /u1" || !strings.Contains(log, "9 pages to fetch, 1 not to be visited, 0 not to be had; no page was asked for") {
		t.Errorf("dry run: exit code %d, %s\n%s", code, o.paths(out), log)
	}
	if !strings.Contains(out, o.URL+"/s2\twire\t"+o.URL+"/s2.txt\n") || !strings.Contains(out, o.URL+"/l1\twire\tlist.txt\n") {
		t.Errorf("dry run says not what names a page:\n%s", out)
	}
	if diff := cmp.Diff(map[string]int{"/index.xml": 1, "/s1.xml.gz": 1, "/s2.txt": 1, "/feed": 1, "/atom": 1}, o.takeAsked()); diff != "" {
		t.Errorf("dry run asked:\n%s", diff)
	}
	out, log, code = ibid(t, "fetch", "--corpus", dir)
	if code != exitFound || o.paths(out) != "/c/ /c/a /c/b /c/d /f1 /f2 /f3 /l1 /l2 /s1 /s2 /u1" {
		t.Errorf("exit code %d, %s\n%s", code, o.paths(out), log)
	}
	for _, says := range []string{"12 captures added, 0 there already, 0 done before, 1 no page, 1 not to be visited, 0 not fetched",
		"/private/s: its robots.txt asks not to visit it", "named by " + o.URL + "/s1.xml.gz", "1 left out: of another site"} {
		if !strings.Contains(log, says) {
			t.Errorf("the log lacks %q:\n%s", says, log)
		}
	}
	for path, n := range o.takeAsked() {
		if n != 1 || path == "/private/s" || path == "/outside" || path == "/deep" || path == "/c/e" {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, runLogFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the log of the run is still there: %v", err)
	}
	if _, log, code = ibid(t, "fetch", "--corpus", dir); code != exitFound || !strings.Contains(log, "0 captures added, 12 there already") {
		t.Errorf("again: exit code %d, %s", code, log)
	}
	must(t, "index", "--corpus", dir)
	if a := searchJSON(t, dir, `"road to Nazran"`, "--source", "wire"); a.Total != 11 {
		t.Errorf("%d passages found, want 11", a.Total)
	}
}

// Bounds of crawls and sources: what is visited and what is said of the rest.
func TestFetchBounds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, sources, want, says string }{
		{"one link away", "crawl: [{from: HOST/c/}]", "/c/ /c/a /c/b /outside", ""},
		{"a folder, two links away", "crawl: [{from: HOST/c/, scope: path, depth: 2}]", "/c/ /c/a /c/b /c/d", ""},
		{"all the way", "crawl: [{from: HOST/c/, scope: path, depth: 9}]", "/c/ /c/a /c/b /c/d /c/e", ""},
		{"three pages", "crawl: [{from: HOST/c/, depth: 9, limit: 3}]", "/c/ /c/a /c/b", "its limit is reached"},
		{"one page", "crawl: [{from: HOST/c/, limit: 1}]", "/c/", "its limit is reached"},
		{"pages of a list are looked into", "urls: [HOST/c/a]\n    crawl: [{from: HOST/c/, scope: path, depth: 2}]", "/c/ /c/a /c/b /c/d", ""},
		{"two crawls that meet", "crawl: [{from: HOST/c/, scope: path, limit: 2}, {from: HOST/c/a, scope: path, depth: 2}]", "/c/ /c/a /c/b /c/d /c/e", ""},
		{"a crawl from a page that has moved", "crawl: [{from: HOST/moved, limit: 3}]", "/c/a /c/b /moved", ""},
		{"a crawl from a page that has moved away", "crawl: [{from: HOST/away}]", "/away", "outside of its scope"},
		{"a crawl from nowhere", "crawl: [{from: HOST/none}]", "/none", "answered 404"},
		{"a feed that names secrets", "feeds: [HOST/bad]", "/u1", "4 not to be visited, 0 not fetched"},
		{"limit of a source", "sitemaps: [HOST/index.xml]\n    feeds: [HOST/feed]\n    limit: 2", "/f1 /f2", "2 left out: beyond the limit of the source"},
		{"a page instead of a feed", "urls: [HOST/u1]\n    feeds: [HOST/c/]", "/u1", "/c/: is neither a sitemap nor a feed"},
		{"a feed that is not there", "urls: [HOST/u1]\n    feeds: [HOST/none]", "/u1", "/none: answers 404"},
		{"named by the user and not to be visited", "urls: [HOST/u1, HOST/private/s]", "/u1", "not fetched"},
	} {
		o := newOutlet(t, siteFiles())
		dir := o.corpusWith(t, "  - id: wire\n    "+tt.sources+"\n")
		out, log, code := ibid(t, "fetch", "--corpus", dir)
		if o.paths(out) != tt.want || !strings.Contains(log, tt.says) || (code != exitFound) != !strings.Contains(log, " 0 not fetched") {
			t.Errorf("%s: exit code %d, %s, want %s and %q\n%s", tt.name, code, o.paths(out), tt.want, tt.says, log)
		}
		for path, n := range o.takeAsked() {
			if n != 1 {
				t.Errorf("%s: %s was asked for %d times", tt.name, path, n)
			}
		}
	}
}

// Nobody is asked anything without a name and a contact, which the command line may give.
func TestFetchSaysWhoAsks(t *testing.T) {
	t.Parallel()
	o := newOutlet(t, siteFiles())
	dir := o.corpusWith(t, "  - {id: wire, urls: [HOST/u1]}\n")
	for _, ua := range []string{"ibid", "ibid/0.1 (nobody)", "ibid a@b", "ibid http://localhost/", "(desk@paper.example)", "ibid\n(desk@paper.example)"} {
		if _, log, code := ibid(t, "fetch", "--corpus", dir, "--user-agent", ua); code != exitError || !strings.Contains(log, "user agent: ") || !strings.Contains(log, "fetch.user_agent") {
			t.Errorf("%q: exit code %d, %s", ua, code, log)
		}
	}
	if n := len(o.takeAsked()); n != 0 {
		t.Errorf("%d paths were asked for", n)
	}
	for _, ua := range []string{"ibid/0.1 (desk@paper.example)", "ibid/0.1 (+https://paper.example/bot)"} {
		must(t, "fetch", "--corpus", dir, "--user-agent", ua)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	must(t, "init", fresh)
	if _, log, code := ibid(t, "add", "--corpus", fresh, o.URL+"/u1"); code != exitError || !strings.Contains(log, "names nobody to reach") {
		t.Errorf("add of an address: exit code %d, %s", code, log)
	}
}

// What corpus.yaml may not say of sources, with the place of each mistake.
func TestSourcesAreChecked(t *testing.T) {
	t.Parallel()
	for in, says := range map[string]string{
		"sources: [{id: a, sitemaps: [x]}]":                                `sources[0].sitemaps[0]: "x" is not`,
		"sources: [{id: a, feeds: ['ftp://a/']}]":                          "sources[0].feeds[0]: ",
		"sources: [{id: a}, {id: b, crawl: [{from: a}]}]":                  "sources[1].crawl[0].from: ",
		"sources: [{id: a, crawl: [{from: 'http://a/', scope: planet}]}]":  "sources[0].crawl[0].scope: planet: is no scope; use path, host or site",
		"sources: [{id: a, crawl: [{from: 'http://a/', depth: -1}]}]":      "sources[0].crawl[0].depth: -1 is not between 1 and 100",
		"sources: [{id: a, crawl: [{from: 'http://a/', limit: 1000001}]}]": "sources[0].crawl[0].limit: 1000001 is not between",
		"sources: [{id: a, limit: -5}]":                                    "sources[0].limit: -5 is not",
		"sources: [{id: a, crawl: [{form: 'http://a/'}]}]":                 "corpus.yaml:1: field form is unknown",
		"fetch: {hosts: 65}":                                               "fetch.hosts: 65 is not between 1 and 64",
		"fetch: {ports: [0]}":                                              "fetch.ports[0]: 0 is not a port",
		"fetch: {ports: [70000]}":                                          "corpus.yaml:1: ",
		"fetch: {delay: -1s}":                                              "fetch.delay: -1s is negative",
	} {
		_, err := parseConfig("corpus.yaml", []byte(in))
		if corpus.KindOf(err) != corpus.Invalid || !strings.Contains(fmt.Sprint(err), says) {
			t.Errorf("%s: %v, want %q", in, err, says)
		}
	}
	o := newOutlet(t, siteFiles())
	dir := o.corpusWith(t, "  - {id: wire, urls: [HOST/u1], lists: [none.txt]}\n")
	if _, log, code := ibid(t, "fetch", "--corpus", dir); code != exitError || !strings.Contains(log, "corpus.yaml: sources[0].lists[0]: ") {
		t.Errorf("a list that is not there: exit code %d, %s", code, log)
	}
	bad := filepath.Join(dir, "none.txt")
	if err := os.WriteFile(bad, []byte("\n\nwire.example\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, log, code := ibid(t, "fetch", "--corpus", dir); code != exitError || !strings.Contains(log, bad+`:3: "wire.example" is not`) {
		t.Errorf("a list with a mistake: exit code %d, %s", code, log)
	}
	if n := len(o.takeAsked()); n != 0 {
		t.Errorf("%d paths were asked for although a list is broken", n)
	}
}

// Several hosts are visited, and what is wrong with one does not touch the others.
func TestFetchOfSeveralHosts(t *testing.T) {
	t.Parallel()
	good, other := newOutlet(t, siteFiles()), newOutlet(t, siteFiles())
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			c.Close()
		}
	}))
	defer failing.Close()
	name := strings.Replace(other.URL, "127.0.0.1", "localhost", 1)
	broken := strings.Replace(failing.URL, "127.0.0.1", "127.0.0.3", 1)
	dir := good.corpusWith(t, fmt.Sprintf("  - {id: a, urls: [HOST/u1, HOST/f1]}\n  - {id: b, urls: [%s/u1, %s/f2]}\n  - {id: c, urls: [%s/x, %s/y]}\n", name, name, broken, broken))
	out, log, code := ibid(t, "fetch", "--corpus", dir)
	if code != exitError || strings.Count(out, "\n") != 4 || strings.Count(log, "not fetched: ") != 2 || !strings.Contains(log, "2 not fetched") {
		t.Errorf("exit code %d\n%s\n%s", code, out, log)
	}
}

// The archive holds the answer to the byte, with the way that led to it.
func TestFetchKeepsBytesAndWay(t *testing.T) {
	t.Parallel()
	const page = "HTTP/1.1 200 Here it is\r\nx-Second: 2\r\nX-first:  1\r\nset-cookie: b\r\nSet-Cookie: a\r\n" +
		"content-TYPE: text/html; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"19\r\n<p>The bridge was closed.\r\n0004;x\r\n</p>\r\n0\r\nX-Trailer: 1\r\n\r\n"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/page":
			c, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(c, page)
			c.Close()
		case "/old":
			http.Redirect(w, r, "/older", http.StatusMovedPermanently)
		case "/older":
			http.Redirect(w, r, "/page#part", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer srv.Close()
	dir := fetchCorpus(t, srv.URL, true, "/old")
	must(t, "fetch", "--corpus", dir)
	f, size, err := openForReading(filepath.Join(dir, "archive", "000001.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	way := fmt.Sprintf(`"redirects":[{"url":"%[1]s/old","status":301,"to":"%[1]s/older"},{"url":"%[1]s/older","status":302,"to":"%[1]s/page"}]`, srv.URL)
	for r := warc.NewReader(f, size, warc.ReadOptions{}); ; {
		rec, err := r.Next()
		if err != nil {
			t.Fatalf("there is no response: %v", err)
		}
		if rec.Type != warc.Response {
			continue
		}
		if diff := cmp.Diff(page, string(rec.Block)); diff != "" {
			t.Errorf("the block differs:\n%s", diff)
		}
		if got := fmt.Sprint(rec.Fields); !strings.Contains(got, way) || rec.TargetURI != srv.URL+"/page" {
			t.Errorf("of %s: %s, want %s", rec.TargetURI, got, way)
		}
		return
	}
}

// A site of an authority of one's own is read once its certificate is named, as the error says.
func TestFetchTrustsWhomItIsTold(t *testing.T) {
	t.Parallel()
	o := &outletServer{asked: map[string]int{}, files: siteFiles()}
	o.Server = httptest.NewTLSServer(o)
	t.Cleanup(o.Close)
	dir := o.corpusWith(t, "  - {id: wire, urls: [HOST/u1]}\n")
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: o.Certificate().Raw}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ file, says string }{
		{os.DevNull, "its certificate is not trusted"}, {file, "1 capture added"},
	} {
		cmd := child("fetch", "--corpus", dir)
		cmd.Env = append(cmd.Env, "SSL_CERT_FILE="+tt.file)
		if out, err := cmd.CombinedOutput(); !strings.Contains(string(out), tt.says) || (err == nil) != (tt.file == file) {
			t.Errorf("with %s: %v\n%s", tt.file, err, out)
		}
	}
}
