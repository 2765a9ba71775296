package extract

import (
	_ "embed"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

//go:embed linkhosts.tsv
var linkHostsTSV string

// linkHosts maps a host, or the end of one, to the role of links to it.
var linkHosts = sync.OnceValue(func() map[string]string {
	m := make(map[string]string)
	for _, row := range rows(linkHostsTSV) {
		m[row[0]] = row[1]
	}
	return m
})

// fillParts divides a note into its <cite> elements, with their COinS records and links, and
// the links outside of them.
func (p *page) fillParts(note *corpus.Note, body *html.Node) {
	parts := map[*html.Node]int{}
	for n := range body.Descendants() {
		switch {
		case citeElement(n) && ancestorPart(n.Parent, body, parts) < 0:
			parts[n] = len(note.Parts)
			part := corpus.NotePart{ID: attr(n, "id"), Text: visibleText(n, p.backLink)}
			note.Parts = append(note.Parts, part)
		case hasClass(n, "Z3988"):
			p.addCOinS(note, n, ancestorPart(n, body, parts))
		case n.DataAtom == atom.A && !p.backLink(n):
			i := ancestorPart(n, body, parts)
			links := &note.Links
			if i >= 0 {
				links = &note.Parts[i].Links
			}
			p.addLink(links, n)
		}
	}
}

// citeElement reports whether an element is the citation of one work.
func citeElement(n *html.Node) bool {
	return n.DataAtom == atom.Cite || n.DataAtom == atom.Span && hasClass(n, "citation")
}

// ancestorPart is the part that a node lies in; -1 for none.
func ancestorPart(n, body *html.Node, parts map[*html.Node]int) int {
	for ; n != nil && n != body.Parent; n = n.Parent {
		if i, ok := parts[n]; ok {
			return i
		}
	}
	return -1
}

// addCOinS gives a COinS span to the part around it, else to the last part that has none yet,
// else to a new one that stands for the whole note.
func (p *page) addCOinS(note *corpus.Note, n *html.Node, part int) {
	pairs := coins(attr(n, "title"))
	if last := len(note.Parts) - 1; part < 0 && last >= 0 && note.Parts[last].COinS == nil {
		part = last
	}
	if part < 0 {
		note.Parts = append(note.Parts, corpus.NotePart{Text: note.Text})
		part = len(note.Parts) - 1
	}
	if note.Parts[part].COinS == nil {
		note.Parts[part].COinS = pairs
	}
}

// scriptAddress matches an address that runs something where it is followed.
var scriptAddress = regexp.MustCompile(`(?i)^\s*(javascript|vbscript|data)\s*:`)

// coins decodes the key and value pairs of a COinS title, in order.
func coins(title string) [][2]string {
	pairs := [][2]string{}
	for _, f := range strings.Split(title, "&") {
		k, v, _ := strings.Cut(f, "=")
		key, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if err1 == nil && err2 == nil && key != "" && !scriptAddress.MatchString(value) {
			pairs = append(pairs, [2]string{untagged(key), untagged(value)})
		}
	}
	return pairs
}

// addLink adds a link with the part it plays among those before it.
func (p *page) addLink(links *[]corpus.Link, a *html.Node) {
	href := attr(a, "href")
	address := p.link(href)
	if address == "" {
		return
	}
	l := corpus.Link{URL: address, Text: visibleText(a, nil)}
	l.Role = p.role(l, href, *links)
	*links = append(*links, l)
}

// role is the part that a link plays. The work itself is the first link to the outside that
// is neither an archive nor an identifier, and whatever a citation calls "the original".
func (p *page) role(l corpus.Link, href string, before []corpus.Link) string {
	if strings.Contains(href, "#CITEREF") {
		return "ref"
	}
	u, err := url.Parse(l.URL)
	if err != nil {
		return "other"
	}
	if r := hostRole(u); r != "" {
		return r
	}
	text := strings.ToLower(l.Text)
	switch {
	case archivedLabel(text):
		return "archive"
	case p.internal(u, href):
		return "other"
	case strings.Contains(text, "original"):
		return "work"
	}
	for _, b := range before {
		if b.Role == "work" {
			return "other"
		}
	}
	return "work"
}

// archivedLabel reports whether a link's text says that it leads to an archived copy.
func archivedLabel(text string) bool {
	for _, w := range names().archived {
		if strings.HasPrefix(text, w) {
			return true
		}
	}
	return false
}

// hostRole is the role that the host of a link decides; empty when it decides nothing.
func hostRole(u *url.URL) string {
	if strings.Contains(u.Path+u.RawQuery, "Special:BookSources") {
		return "identifier"
	}
	hosts := linkHosts()
	for host := strings.ToLower(u.Hostname()); host != ""; {
		if r := hosts[host]; r != "" {
			return r
		}
		_, rest, ok := strings.Cut(host, ".")
		if !ok {
			break
		}
		host = rest
	}
	return ""
}

// internal reports whether a link stays on the site of the page.
func (p *page) internal(u *url.URL, href string) bool {
	if !strings.Contains(href, "//") {
		return true
	}
	return p.base != nil && strings.EqualFold(u.Host, p.base.Host)
}

// followReferences adds, for each short reference of a note ("Smith 2005, p. 4"), the entry
// of the page's bibliography that it leads to as a further part.
func (p *page) followReferences(note *corpus.Note, body *html.Node) {
	held := map[string]bool{}
	for _, part := range note.Parts {
		held[part.ID] = true
	}
	for n := range body.Descendants() {
		id, ok := fragment(n)
		if n.DataAtom != atom.A || !ok || !strings.HasPrefix(id, "CITEREF") {
			continue
		}
		entry := p.target(id)
		if entry == nil || held[attr(entry, "id")] {
			continue
		}
		held[attr(entry, "id")] = true
		note.Parts = append(note.Parts, p.entryPart(entry))
	}
}

// entryPart makes a part of a bibliography entry: the element of its id, or the <cite> in it,
// with the COinS span inside or right behind it.
func (p *page) entryPart(entry *html.Node) corpus.NotePart {
	held := corpus.Note{}
	for n := range entry.Descendants() {
		switch {
		case n.DataAtom == atom.A && !p.backLink(n):
			p.addLink(&held.Links, n)
		case hasClass(n, "Z3988") && held.Parts == nil:
			p.addCOinS(&held, n, -1)
		}
	}
	for n := entry.NextSibling; n != nil && held.Parts == nil && !citeElement(n); n = n.NextSibling {
		if hasClass(n, "Z3988") {
			p.addCOinS(&held, n, -1)
		}
	}
	part := corpus.NotePart{ID: attr(entry, "id"), Links: held.Links}
	part.Text = visibleText(entry, p.backLink)
	if len(held.Parts) > 0 {
		part.COinS = held.Parts[0].COinS
	}
	return part
}
