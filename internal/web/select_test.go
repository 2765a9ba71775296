package web

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// doc is a parsed page.
type doc struct{ *html.Node }

// get asks a handler for an address and returns the answer.
func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// open asks for a page that must be there, and parses it.
func open(t *testing.T, h http.Handler, path string) doc {
	t.Helper()
	w := get(t, h, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", path, w.Code, w.Body)
	}
	return parse(t, w)
}

func parse(t *testing.T, w *httptest.ResponseRecorder) doc {
	t.Helper()
	n, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return doc{n}
}

// all finds the elements of a selector: steps of tag, .class, #id and [attr] or [attr=value],
// each below the one before.
func (d doc) all(selector string) []doc {
	found := []doc{d}
	for _, step := range strings.Fields(selector) {
		var next []doc
		for _, f := range found {
			for n := range f.Descendants() {
				if n.Type == html.ElementNode && fits(doc{n}, step) &&
					!slices.Contains(next, doc{n}) {
					next = append(next, doc{n})
				}
			}
		}
		found = next
	}
	return found
}

// one finds the only element of a selector.
func (d doc) one(t *testing.T, selector string) doc {
	t.Helper()
	found := d.all(selector)
	if len(found) != 1 {
		t.Fatalf("%d elements are %q, want 1", len(found), selector)
	}
	return found[0]
}

// fits reports whether an element fits one step of a selector.
func fits(d doc, step string) bool {
	for step != "" {
		kind := step[0]
		rest := step[1:]
		if kind != '.' && kind != '#' && kind != '[' {
			kind, rest = 't', step
		}
		end := strings.IndexAny(rest, ".#[")
		if kind == '[' {
			end = strings.IndexByte(rest, ']') + 1
		}
		if end < 0 {
			end = len(rest)
		}
		word := rest[:end]
		step = rest[end:]
		name, value, given := strings.Cut(strings.TrimSuffix(word, "]"), "=")
		switch {
		case kind == 't' && d.Data != word,
			kind == '.' && !slices.Contains(strings.Fields(d.attr("class")), word),
			kind == '#' && d.attr("id") != word,
			kind == '[' && !d.has(name),
			kind == '[' && given && d.attr(name) != value:
			return false
		}
	}
	return true
}

func (d doc) attr(name string) string {
	for _, a := range d.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (d doc) has(name string) bool {
	return slices.ContainsFunc(d.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// text is the text of an element with single spaces.
func (d doc) text() string {
	var b strings.Builder
	for n := range d.Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// texts are the texts of the elements of a selector.
func (d doc) texts(selector string) []string {
	var out []string
	for _, e := range d.all(selector) {
		out = append(out, e.text())
	}
	return out
}
