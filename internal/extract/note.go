package extract

import (
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

// Footnotes come in two forms.
//
// MediaWiki, in every rendering: the mark is a superscript with a link to #cite_note-NAME or
// ./Page#cite_note-NAME, the note a list item with that id in ol.references. Marks repeat
// for a note that is used again, and stand in notes too.
//
// Everybody else: a short link ("1", "[1]", "*") to an element that stands later in the page
// and either has an id such as fn1, _ftn1, footnote-1, or links back to the mark.
//
// Notes are collected first, since what is a mark depends on what is a note.

// footnoteID matches the ids that word processors, blog engines and academic converters give
// to notes.
var footnoteID = regexp.MustCompile(`(?i)^(_?ftn|_?edn|fn|footnote|endnote|note|sdfootnote|` +
	`sdendnote|easy-footnote|bottom-note|cite_note|ref-fn|footnotes?-content|fn-?text)[-_:.]?[\w:.-]*\d+[\w-]*$`)

// footnoteLabel matches what a mark shows.
var footnoteLabel = regexp.MustCompile(
	`^[\[(]?\s*(\d{1,3}|[a-z]|[ivxl]{1,6}|[*†‡§¶]{1,3}|note \d+)\s*[\])]?$`)

// collectNotes finds ids, notes and marks of the page.
func (p *page) collectNotes() {
	var anchors []*html.Node
	for n := range p.tree.root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, key := range []string{"id", "name"} {
			if id := attr(n, key); id != "" && p.ids[id] == nil && (key == "id" || n.DataAtom == atom.A) {
				p.ids[id] = n
			}
		}
		if n.DataAtom == atom.A && strings.Contains(attr(n, "href"), "#") {
			anchors = append(anchors, n)
		}
		if wikiNote(n) {
			p.addNote(attr(n, "id"), n)
		}
	}
	p.collectFootnotes(anchors)
	for _, a := range anchors {
		p.collectMark(a)
	}
	p.collectBareMarks()
}

// addNote registers a note under its id; the first of an id and of an element holds.
func (p *page) addNote(id string, n *html.Node) {
	if p.notes[id] == nil && p.drop[n] == "" {
		p.notes[id] = n
		p.order = append(p.order, id)
		p.drop[n] = id
	}
}

// wikiNote reports whether an element is a note of a MediaWiki page.
func wikiNote(n *html.Node) bool {
	id := attr(n, "id")
	if id == "" || n.DataAtom != atom.Li {
		return false
	}
	if strings.HasPrefix(id, "cite_note") || strings.HasPrefix(id, "_note-") {
		return true
	}
	return n.Parent != nil && n.Parent.DataAtom == atom.Ol && hasClass(n.Parent, "references")
}

// collectFootnotes finds the notes of the second form by the links that point to them.
func (p *page) collectFootnotes(anchors []*html.Node) {
	place := map[*html.Node]int{}
	for i, a := range anchors {
		place[a] = i
	}
	for i, a := range anchors {
		id, ok := fragment(a)
		if !ok || p.noteAt(id) != "" || strings.HasPrefix(id, "cite_ref") || !showsLabel(a) {
			continue
		}
		target := p.target(id)
		if target == nil || !p.later(target, a) {
			continue
		}
		note := noteElement(target)
		if note == nil || within(a, note) || p.drop[note] != "" {
			continue
		}
		if footnoteID.MatchString(id) || linksBack(note, a, place, i) {
			p.addNote(id, note)
		}
	}
}

// fragment is what a link within the page points to; false for links elsewhere.
func fragment(a *html.Node) (string, bool) {
	href := attr(a, "href")
	before, id, ok := strings.Cut(href, "#")
	if !ok || id == "" {
		return "", false
	}
	return id, before == "" || strings.HasPrefix(before, "./")
}

// target is the element of an id, which a link may give with percent escapes.
func (p *page) target(id string) *html.Node {
	if n := p.ids[id]; n != nil {
		return n
	}
	if plain, err := url.PathUnescape(id); err == nil {
		return p.ids[plain]
	}
	return nil
}

// noteAt is the id of the note that a fragment names; empty when there is none.
func (p *page) noteAt(id string) string {
	if p.notes[id] != nil {
		return id
	}
	if plain, err := url.PathUnescape(id); err == nil && p.notes[plain] != nil {
		return plain
	}
	return ""
}

// later reports whether n stands behind a in the page and is not around it.
func (p *page) later(n, a *html.Node) bool {
	if p.places == nil {
		p.places = map[*html.Node]int{}
		for m := range p.tree.root.Descendants() {
			p.places[m] = len(p.places)
		}
	}
	return p.places[n] > p.places[a]
}

// noteElement is the element that holds the whole note around the one its id is on.
func noteElement(target *html.Node) *html.Node {
	return ancestor(target, func(n *html.Node) bool {
		switch n.DataAtom {
		case atom.Body, atom.Html, atom.Article, atom.Main, atom.Section, atom.Table, atom.Ol, atom.Ul:
			return false
		}
		return !inlineElement(n.DataAtom)
	})
}

// linksBack reports whether a note links to its mark or to an element around the mark.
func linksBack(note, mark *html.Node, place map[*html.Node]int, at int) bool {
	ids := map[string]bool{}
	for n, up := mark, 0; n != nil && up < 4; n, up = n.Parent, up+1 {
		for _, key := range []string{"id", "name"} {
			if id := attr(n, key); id != "" {
				ids[id] = true
			}
		}
	}
	for n := range note.Descendants() {
		if i, ok := place[n]; ok && i > at {
			if id, _ := fragment(n); ids[id] {
				return true
			}
		}
	}
	return false
}

// fillNotes writes the notes into the document, in the order of the page.
func (p *page) fillNotes() {
	for _, id := range p.order {
		n := p.notes[id]
		note := corpus.Note{ID: id, Label: p.labels[id], Group: p.noteGroup(n)}
		body := noteBody(n)
		note.Text = visibleText(body, p.backLink)
		p.fillParts(&note, body)
		p.followReferences(&note, body)
		p.doc.Notes = append(p.doc.Notes, note)
	}
}

// noteBody is the part of a note without its number and back links, where it is marked.
func noteBody(n *html.Node) *html.Node {
	for c := range n.Descendants() {
		if hasClass(c, "reference-text") || hasClass(c, "mw-reference-text") {
			return c
		}
	}
	return n
}

// backLink reports whether an element leads from a note back to its mark.
func (p *page) backLink(n *html.Node) bool {
	if hasClass(n, "mw-cite-backlink") || hasClass(n, "cite-accessibility-label") ||
		hasClass(n, "cs1-maint") || hasClass(n, "cs1-hidden-error") {
		return true
	}
	if n.DataAtom != atom.A {
		return false
	}
	id, ok := fragment(n)
	if !ok {
		return false
	}
	if strings.HasPrefix(id, "cite_ref") || strings.HasPrefix(id, "_ref-") {
		return true
	}
	if p.noteAt(id) != "" || strings.HasPrefix(id, "CITEREF") {
		return false
	}
	return showsLabel(n) || strings.ContainsAny(beginning(n, 24), "↑↩^⇑⏎↵")
}

// noteGroup is the group of a note's list.
func (p *page) noteGroup(n *html.Node) string {
	list := ancestor(n, func(n *html.Node) bool { return hasAttr(n, "data-mw-group") })
	if list == nil {
		return ""
	}
	return attr(list, "data-mw-group")
}
