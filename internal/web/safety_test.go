package web

import (
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ibid/corpus"
	"ibid/internal/search/searchtest"
)

// The pages work as they come: no script, no inline style, no handler, nothing from elsewhere;
// and have the landmarks, labels and names that a screen reader needs.
func TestEveryPageIsPlainAndAccessible(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	it := searchtest.Items()[1]
	paths := []string{
		"/",
		"/?q=front&republic=XA-NO&-group=front-south&size=2",
		"/?q=zzzz",
		"/about",
		"/document/" + string(it.Document.ID),
		"/nothing",
		"/?size=x",
	}
	for _, p := range it.Passages {
		paths = append(paths, "/passage/"+string(p.ID))
	}
	for _, path := range paths {
		d := parse(t, get(t, h, path))
		plain(t, path, d)
		accessible(t, path, d)
	}
}

// plain checks that a page holds nothing that could act.
func plain(t *testing.T, path string, d doc) {
	t.Helper()
	for n := range d.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "script", "iframe", "object", "embed", "style", "base", "meta":
			if n.Data != "meta" || (doc{n}).has("http-equiv") {
				t.Errorf("%s: a %s element", path, n.Data)
			}
		}
		for _, a := range n.Attr {
			switch {
			case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
				t.Errorf("%s: %s has %s=%q", path, n.Data, a.Key, a.Val)
			case a.Key == "src", a.Key == "action":
				if !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//") {
					t.Errorf("%s: %s goes to %q", path, n.Data, a.Val)
				}
			case a.Key == "href":
				checkLink(t, path, doc{n})
			}
		}
	}
}

// checkLink checks that a link stays here or leaves by http or https without a trace.
func checkLink(t *testing.T, path string, a doc) {
	t.Helper()
	href := a.attr("href")
	inside := strings.HasPrefix(href, "#") ||
		strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//")
	outside := (strings.HasPrefix(href, "https://") || strings.HasPrefix(href, "http://")) &&
		a.Data == "a" &&
		a.attr("rel") == "noopener noreferrer nofollow ugc"
	if !inside && !outside {
		t.Errorf("%s: %s to %q, rel %q", path, a.Data, href, a.attr("rel"))
	}
}

// accessible checks what can be checked without a browser.
func accessible(t *testing.T, path string, d doc) {
	t.Helper()
	d.one(t, "main#main")
	d.one(t, "main h1")
	if d.one(t, "html").attr("lang") != "en" || d.one(t, ".skip").attr("href") != "#main" ||
		d.one(t, "title").text() == "" {
		t.Errorf("%s: language, skip link or title", path)
	}
	labels, ids := map[string]bool{}, map[string]bool{}
	for _, l := range d.all("label") {
		labels[l.attr("for")] = true
	}
	for n := range d.Descendants() {
		e := doc{n}
		if n.Type != html.ElementNode {
			continue
		}
		if id := e.attr("id"); id != "" && ids[id] {
			t.Errorf("%s: the id %q stands twice", path, id)
		}
		ids[e.attr("id")] = true
		if !named(e, labels) {
			t.Errorf("%s: a %s without a name: %v", path, n.Data, n.Attr)
		}
	}
}

// named reports whether an element that needs a name has one.
func named(e doc, labels map[string]bool) bool {
	switch e.Data {
	case "input":
		return e.attr("type") == "hidden" || labels[e.attr("id")] || e.Parent.Data == "label"
	case "a", "button":
		return e.text() != "" || e.attr("aria-label") != ""
	case "nav", "aside":
		return e.attr("aria-label") != ""
	case "img":
		return e.has("alt")
	}
	return true
}

// Whatever is typed, the page answers, shows it as typed and runs none of it.
func TestHostileQueries(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	queries := []string{
		`<script>alert(1)</script>`,
		`"><img src=x onerror=alert(1)>`,
		`' onfocus=alert(1) autofocus='`,
		`</title><script>1</script>`,
		`javascript:alert(1)`,
		"\u202e\u2066evil",
		"a\x00b",
		`{{.}}`,
		`${7*7}`,
		`%3Cscript%3E`,
		strings.Repeat("(", 50),
		strings.Repeat(`"a" `, 70),
		`republic:<b>`,
		`"`,
		`'`,
		`~3`,
		`*`,
		`-`,
		`OR OR OR`,
		`a AND (b OR`,
		`\`,
		`/`,
		`date:`,
		`exact:`,
		"\"\u201c\u00ab",
		`"a"~99999`,
	}
	for _, q := range queries {
		for _, key := range []string{"q", "republic", "section", "find.place", "cursor", "date"} {
			path := "/?" + url.Values{key: {q}}.Encode()
			w := get(t, h, path)
			if w.Code != 200 && w.Code != 400 {
				t.Errorf("%s: %d", path, w.Code)
			}
			d := parse(t, w)
			plain(t, path, d)
			if box := d.all("[name=q]"); key == "q" && w.Code == 200 &&
				box[0].attr("value") != strings.ReplaceAll(q, "\x00", "\uFFFD") {
				t.Errorf("%q stands in the box as %q", q, box[0].attr("value"))
			}
		}
	}
}

// A document that is hostile in every field is shown as text.
func TestHostileDocument(t *testing.T) {
	t.Parallel()
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)> ` +
		"javascript:alert(1) {{.}} \u202e"
	it := searchtest.Items()[0]
	d := it.Document
	d.Title, d.Publisher, d.Language, d.Source, d.Canonical, d.Charset = evil, evil, evil, evil,
		"javascript:alert(1)", evil
	d.Byline, d.Witness = []string{evil}, map[string]string{"title": evil, evil: evil}
	for i := range d.Notes {
		d.Notes[i].Text, d.Notes[i].Label = evil, evil
		d.Notes[i].Links = []corpus.Link{
			{URL: "javascript:alert(1)", Text: evil, Role: evil},
			{URL: "data:text/html," + evil, Text: evil},
		}
		for j := range d.Notes[i].Citations {
			c := &d.Notes[i].Citations[j]
			c.Raw, c.CSL.Title, c.CSL.URL = evil, evil, "javascript:alert(1)//https://x.example"
			c.CSL.Custom = &corpus.CSLCustom{ArchiveURL: "vbscript:x"}
		}
	}
	for _, p := range it.Passages {
		p.Section = []string{evil}
		for i := range p.Tags.Places {
			p.Tags.Places[i].Name, p.Tags.Places[i].Rule = evil, evil
			p.Tags.Places[i].PathIDs[len(p.Tags.Places[i].PathIDs)-1] = evil
		}
		for i := range p.Tags.Events {
			p.Tags.Events[i].EDTF, p.Tags.Events[i].Rule = evil, evil
		}
		for i := range p.Tags.Actors {
			p.Tags.Actors[i].Name, p.Tags.Actors[i].ID = evil, evil
		}
	}
	h := siteOver([]searchtest.Item{it})
	paths := []string{"/", "/?q=gunmen", "/about", "/document/" + string(d.ID)}
	for _, p := range it.Passages {
		paths = append(paths, "/passage/"+string(p.ID))
	}
	for _, path := range paths {
		plain(t, path, open(t, h, path))
	}
}
