package source

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"ibid/corpus"
)

const home = "https://wire.example/news/index.html"

func TestList(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "# nothing\n\n": "", "https://a.example/1\nhttp://b.example": "https://a.example/1 http://b.example",
		"\ufeff https://a.example/1 \r\n#x\r\n\thttps://a.example/2#part\r\n": "https://a.example/1 https://a.example/2",
		"https://a.example/ключ?q=ä b":                                        "https://a.example/%D0%BA%D0%BB%D1%8E%D1%87?q=%C3%A4%20b",
		"https://a.example/1\n/2":                                             "list.txt:2", "\n\nwire.example": "list.txt:3", "ftp://a.example/": "list.txt:1",
		"https://user:x@a.example/": "list.txt:1", "https:///1": "list.txt:1", "https://a.example/\xff": "list.txt:1",
		"https://a.example/" + strings.Repeat("x", maxURL): "list.txt:1",
	} {
		got, err := List("list.txt", []byte(in))
		switch {
		case strings.HasPrefix(want, "list.txt"):
			if corpus.KindOf(err) != corpus.Invalid || !strings.HasPrefix(err.Error(), want+": ") {
				t.Errorf("%q: got %v, want an error at %s", in, err, want)
			}
		case err != nil || strings.Join(got, " ") != want:
			t.Errorf("%q: got %q, %v; want %s", in, got, err, want)
		}
	}
}

func zipped(s string) string {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte(s))
	w.Close()
	return z.String()
}

// What a file names: its pages, then | and its sitemaps, then ! and what is no address, then
// what is wrong with it.
func TestRead(t *testing.T) {
	t.Parallel()
	const urlset = `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`
	tests := []struct{ name, file, want string }{
		{"sitemap", urlset + `<url><loc>https://wire.example/1</loc><lastmod>2024-11-05</lastmod></url>
			<url><loc> https://wire.example/2?a=1&amp;b=2
			</loc></url></urlset>`, "https://wire.example/1 https://wire.example/2?a=1&b=2"},
		{"each once", urlset + "<url><loc>https://wire.example/1</loc></url><url><loc>https://wire.example/1#x</loc></url></urlset>", "https://wire.example/1"},
		{"images are no pages", `<urlset xmlns:image="i"><url><image:image><image:loc>https://wire.example/1.png</image:loc></image:image>
			<loc>https://wire.example/1</loc></url></urlset>`, "https://wire.example/1"},
		{"with prefixes", `<s:urlset xmlns:s="x"><s:url><s:loc>https://wire.example/1</s:loc></s:url></s:urlset>`, "https://wire.example/1"},
		{"CDATA and ampersands alone", urlset + `<url><loc><![CDATA[https://wire.example/?a=1&b=2]]></loc></url><url><loc>https://wire.example/?a=1&b=3</loc></url></urlset>`,
			"https://wire.example/?a=1&b=2 https://wire.example/?a=1&b=3"},
		{"what is no address is counted", urlset + "<url><loc>/1</loc></url><url></url><url><loc>mailto:x@wire.example</loc></url></urlset>", "!3"},
		{"empty", urlset + "</urlset>", ""},
		{"index", `<sitemapindex><sitemap><loc>https://wire.example/s1.xml.gz</loc></sitemap><sitemap><loc>x</loc></sitemap></sitemapindex>`, "|https://wire.example/s1.xml.gz!1"},
		{"gzip", zipped(urlset + "<url><loc>https://wire.example/1</loc></url></urlset>"), "https://wire.example/1"},
		{"text", "\ufeffhttps://wire.example/1\r\n\r\nhttps://wire.example/2\r\nsee there\r\n", "https://wire.example/1 https://wire.example/2!1"},
		{"an external entity is not read", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://wire.example/&e;</loc></url></urlset>`, "https://wire.example/&e;"},
		{"entities do not multiply", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><urlset><url><loc>https://wire.example/&b;</loc></url></urlset>`, "https://wire.example/&b;"},
		{"windows-1251", "<?xml version=\"1.0\" encoding=\"windows-1251\"?><urlset><url><loc>https://wire.example/\xf1</loc></url></urlset>", "https://wire.example/%D1%81"},

		{"RSS 2.0", `<rss version="2.0" xmlns:atom="a"><channel><link>https://wire.example/</link><atom:link href="https://wire.example/feed" rel="self"/>
			<item><title>One</title><link>https://wire.example/1</link><guid isPermaLink="false">x1</guid></item>
			<item><guid>https://wire.example/2</guid></item><item><guid isPermaLink="false">https://wire.example/3</guid></item>
			<item><link>/4</link></item></channel></rss>`, "https://wire.example/1 https://wire.example/2 https://wire.example/4!1"},
		{"RSS 1.0", `<rdf:RDF xmlns:rdf="r"><channel><link>https://wire.example/</link></channel><item rdf:about="x"><link>https://wire.example/1</link></item></rdf:RDF>`, "https://wire.example/1"},
		{"Atom", `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://wire.example/feed"/>
			<entry><link rel="enclosure" href="/a.mp3"/><link href="1"/><id>x</id></entry>
			<entry><link rel="alternate" href="https://other.example/2"/><link href="/not"/></entry></feed>`, "https://wire.example/news/1 https://other.example/2"},
		{"Atom with a base", `<feed xml:base="https://a.example/x/"><entry><link href="1"/></entry><entry xml:base="y/"><link href="2"/></entry><entry><link href="3"/></entry></feed>`,
			"https://a.example/x/1 https://a.example/x/y/2 https://a.example/x/3"},
		{"media of a feed are no pages", `<rss><channel><item><media:content url="https://wire.example/x.mp4"/><media:link>https://wire.example/m</media:link><link>https://wire.example/1</link></item></channel></rss>`, "https://wire.example/1"},

		{"nothing", "", ""},
	}
	for _, tt := range tests {
		found, err := Read(home, []byte(tt.file))
		got := strings.Join(found.Pages, " ")
		if found.Sitemaps != nil {
			got += "|" + strings.Join(found.Sitemaps, " ")
		}
		if found.Skipped > 0 {
			got += fmt.Sprintf("!%d", found.Skipped)
		}
		if err != nil || got != tt.want {
			t.Errorf("%s: got %s, %v\nwant %s", tt.name, got, err, tt.want)
		}
	}
}

// What is no sitemap and no feed, or only the beginning of one, is told with its address.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const begin = "<urlset><url><loc>https://wire.example/1</loc></url>\n"
	for _, tt := range []struct{ name, file, pages, says string }{
		{"HTML", "<!doctype html><html><body><a href='/x'>x</a></body></html>", "", `first element is "html"; name a sitemap`},
		{"text that is none", "What is this?", "", "neither XML nor a list"},
		{"a comment alone", "<!-- x -->", "", "has no element"},
		{"cut", begin + "<url><loc>https://wire.ex", "https://wire.example/1", "breaks off at line 2"},
		{"cut in a tag", begin + "<url", "https://wire.example/1", "line 2: "},
		{"an unknown charset", `<?xml version="1.0" encoding="x-none"?><urlset></urlset>`, "", "line 1: "},
		{"cut gzip", zipped(begin + "</urlset>")[:60], "", "gzip: unexpected EOF"},
		{"gzip bomb", zipped(begin + strings.Repeat(" ", 8<<20)), "", "gzip unpacks to more than"},
		{"no gzip", "\x1f\x8bxx", "", "gzip: "},
	} {
		found, err := Read(home, []byte(tt.file))
		if got := strings.Join(found.Pages, " "); got != tt.pages || corpus.KindOf(err) != corpus.Format ||
			!strings.Contains(fmt.Sprint(err), tt.says) || !strings.HasPrefix(fmt.Sprint(err), home+": ") {
			t.Errorf("%s: got %s, %v\nwant %s, %s", tt.name, got, err, tt.pages, tt.says)
		}
	}
}

// A file with more addresses than the protocol allows says how many were left out.
func TestReadBounds(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range maxNamed + 7 {
		fmt.Fprintf(&b, "https://wire.example/%d\n", i)
	}
	found, err := Read(home, []byte(b.String()))
	if err != nil || len(found.Pages) != maxNamed || found.LeftOut != 7 {
		t.Errorf("%d pages, %d left out, %v", len(found.Pages), found.LeftOut, err)
	}
	for name, c := range map[string]struct{ file, says string }{
		"open elements":   {"<urlset>" + strings.Repeat("<url>", 200_000), "breaks off"},
		"one address":     {"<urlset>" + strings.Repeat("<url><loc>https://wire.example/</loc></url>", maxEntries+1), "more than 100000 entries"},
		"entries of none": {"<urlset>" + strings.Repeat("<url></url>", maxEntries+1), "more than 100000 entries"},
		"sitemaps":        {"<sitemapindex>" + strings.Repeat("<sitemap></sitemap>", maxEntries+1), "more than 100000 entries"},
		"lines":           {strings.Repeat("x\n", maxEntries+1), "more than 100000 entries"},
		"a tag":           {"<urlset " + strings.Repeat("a='b' ", 800_000), "longer than 4 MiB"},
		"a comment":       {"<urlset><!--" + strings.Repeat("x", 5<<20), "longer than 4 MiB"},
		"a text":          {"<urlset><url><loc>" + strings.Repeat("x", 5<<20), "longer than 4 MiB"},
	} {
		found, err := Read(home, []byte(c.file))
		if corpus.KindOf(err) != corpus.Format || !strings.Contains(err.Error(), c.says) || len(found.Pages) > 1 {
			t.Errorf("%s without end: %d pages, %v; want %s", name, len(found.Pages), err, c.says)
		}
	}
}

// A page without end costs no more than what is looked at of it.
func TestLinksBounds(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range maxLinks + 5 {
		fmt.Fprintf(&many, "<a href=/%d>", i)
	}
	if n := len(Links(home, []byte(many.String()))); n != maxLinks {
		t.Errorf("%d links of very many, want %d", n, maxLinks)
	}
	none := strings.Repeat("<a href='javascript:x'>", maxTags) + "<a href=/last>"
	if got := Links(home, []byte(none)); got != nil {
		t.Errorf("behind %d links that are none: %q", maxTags, got)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "",
		`<a href="/a">a</a><A HREF='b'>b</A><area href=c><a>d</a><a name=e>e</a>`:                                                  "https://wire.example/a https://wire.example/news/b https://wire.example/news/c",
		`<a href="/a">a</a><a href="/a#x">a</a><a href="#y">y</a>`:                                                                 "https://wire.example/a https://wire.example/news/index.html",
		`<base href="/x/"><base href="/y/"><a href=a>a</a>`:                                                                        "https://wire.example/x/a",
		`<a href="javascript:alert(1)"><a href="mailto:x@y"><a href="data:,x"><a href="ftp://a/"><a href="http://u:p@a.example/">`: "",
		`<a href="//other.example/a">a</a><a href="?p=2">2</a><a href="">x</a>`:                                                    "https://other.example/a https://wire.example/news/index.html?p=2",
		"<a href=\" /a\n/b \">x</a><a href='/&amp;c=&quot;'>x</a>":                                                                 "https://wire.example/a/b https://wire.example/&c=%22",
		`<a href="/a.JPG">x</a><a href="/a.pdf">x</a><a href="/a.zip?x">x</a>`:                                                     "https://wire.example/a.pdf",
		`<meta name=robots content="noindex, NoFollow"><a href="/a">a</a>`:                                                         "",
		`<meta name=robots content="noindex"><a href="/a">a</a>`:                                                                   "https://wire.example/a",
		`<!-- <a href="/c">c</a> --><script>'<a href="/s">'</script><a href="/a" href="/b">a</a>`:                                  "https://wire.example/a",
		"<a href='/\xff'>x</a><a href='http://[::1'>x</a><a href='/ä'>x</a>":                                                       "https://wire.example/%C3%A4",
		"<a href='/a'>x</a><a href='/" + strings.Repeat("x", 2<<20) + "'>x</a><a href='/b'>":                                       "https://wire.example/a",
	} {
		if got := strings.Join(Links(home, []byte(in)), " "); got != want {
			t.Errorf("%.100q: got %s\nwant %s", in, got, want)
		}
	}
}

func TestNoFollow(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"": false, "noindex": false, "nofollow": true, "NOINDEX,NOFOLLOW": true, "none": true,
		"otherbot: noindex, nofollow": true, "unavailable_after: 25 Jun 2030": false, "nofollowing": false} {
		if got := NoFollow(in); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	tests := []struct{ from, kind, inside, outside string }{
		{"https://www.wire.example/news/today/", "", "https://www.wire.example/ http://WWW.wire.example/x https://www.wire.example:443/", "https://wire.example/ https://a.www.wire.example/ https://www.wire.example:8443/ file:///x %"},
		{"https://www.wire.example/news/a.html", Path, "https://www.wire.example/news/ https://www.wire.example/news/b/c http://www.wire.example/news/a.html",
			"https://www.wire.example/ https://www.wire.example/newsroom https://wire.example/news/ https://www.wire.example"},
		{"https://wire.example", Path, "https://wire.example https://wire.example/x", "https://other.example/"},
		{"https://www.wire.example/", Site, "https://wire.example/ https://m.wire.example/a https://www.wire.example./", "https://notwire.example/ https://example/"},
		{"http://127.0.0.1:8080/", Host, "http://127.0.0.1:8080/a", "http://127.0.0.1:8081/a http://127.0.0.2:8080/"},
	}
	for _, tt := range tests {
		s, err := NewScope(tt.from, tt.kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range strings.Fields(tt.inside) {
			if !s.Contains(u) {
				t.Errorf("%s of %s leaves out %s", tt.kind, tt.from, u)
			}
		}
		for _, u := range strings.Fields(tt.outside) {
			if s.Contains(u) {
				t.Errorf("%s of %s takes in %s", tt.kind, tt.from, u)
			}
		}
	}
	for _, bad := range [][2]string{{"https://a.example/", "planet"}, {"a", Host}, {"%", Host}} {
		if _, err := NewScope(bad[0], bad[1]); corpus.KindOf(err) != corpus.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// sound checks what every address has to be.
func sound(t *testing.T, list []string) {
	t.Helper()
	for i, u := range list {
		p, err := url.Parse(u)
		if err != nil || p.Scheme != "http" && p.Scheme != "https" || p.Hostname() == "" || p.User != nil || p.Fragment != "" ||
			!utf8.ValidString(u) || len(u) > maxURL || slices.Contains(list[:i], u) {
			t.Fatalf("%q is no address to fetch, or stands twice", u)
		}
		if again, ok := resolve(nil, u); !ok || again != u {
			t.Fatalf("%q is read as %q, %v", u, again, ok)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"<urlset><url><loc>https://a.example/</loc></url></urlset>", "<sitemapindex><sitemap><loc>http://a/</loc></sitemap>",
		"<rss><item><link>/x</link><guid>y</guid></item></rss>", `<feed xml:base="//a"><entry><link href="&amp;"/></entry></feed>`,
		"<rdf:RDF><item><link>x", zipped("http://a.example/\n"), "http://a.example/%zz", `<?xml encoding="koi8-r"?><rss>`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, _ := Read(home, data)
		sound(t, found.Pages)
		for _, u := range found.Sitemaps {
			sound(t, []string{u})
		}
	})
}

func FuzzList(f *testing.F) {
	f.Add([]byte("https://a.example/\n# x\nhttps://b.example/?q=\"<>\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := List("x", data)
		if err != nil && list != nil {
			t.Fatal("addresses beside an error")
		}
		for _, u := range list {
			sound(t, []string{u})
		}
	})
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<base href="//x/"><a href="?a#b">x</a><area href='/ы'>`))
	f.Add([]byte("<a href=\"http://a.example:80/\x7f\">"))
	f.Fuzz(func(t *testing.T, page []byte) { sound(t, Links(home, page)) })
}
