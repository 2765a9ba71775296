package extract

import (
	_ "embed"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

// The main text of a page that is no encyclopedia's.
//
// Furniture goes first: elements that are such by kind (nav, aside, footer), by role or by a
// name in class or id. Of what is left each paragraph votes for the elements around it by its
// length; links count against. The element with most votes, widened to neighbours with a fair
// share, is the main text. Last, blocks that are furniture by themselves go: lists of links,
// labels, the line of the author. This is the method of Arc90's Readability with the weights
// set anew on the evaluation pages.

//go:embed names.tsv
var namesTSV string

// names holds what names.tsv says of the page's own words.
var names = sync.OnceValue(func() nameTable {
	t := nameTable{drop: map[string]bool{}, label: map[string]bool{}}
	for _, row := range rows(namesTSV) {
		switch row[1] {
		case "part":
			t.parts = append(t.parts, row[0])
		case "drop":
			t.drop[row[0]] = true
		case "label":
			t.label[row[0]] = true
		case "archived":
			t.archived = append(t.archived, row[0])
		}
	}
	return t
})

// nameTable divides the names of furniture.
type nameTable struct {
	drop  map[string]bool // whole words in class or id
	parts []string        // strings anywhere in class or id
	label map[string]bool // whole lines of text

	archived []string // how the text of a link to an archived copy begins
}

// furnitureName reports whether class or id name an element furniture.
func furnitureName(n *html.Node) bool {
	s := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	if len(s) < 3 || len(s) > 600 {
		return false
	}
	t := names()
	for _, part := range t.parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if t.drop[w] {
			return true
		}
	}
	return false
}

// articleSkip reports whether an element of a page is furniture, with all below it. What
// holds the page's heading or most of its prose is never: wrappers carry odd names.
func (p *page) articleSkip(n *html.Node) bool {
	if known, ok := p.skips[n]; ok {
		return known
	}
	skip := p.drop[n] != "" || p.furniture(n) && !p.holdsMain(n)
	p.skips[n] = skip
	return skip
}

// furniture reports whether an element is named or made as furniture, whatever it holds.
func (p *page) furniture(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Footer, atom.Menu:
		return true
	case atom.Body, atom.Html, atom.Main, atom.Article:
		return false
	case atom.Form:
		return true
	}
	switch attr(n, "role") {
	case "navigation", "complementary", "contentinfo", "search", "dialog", "alert", "banner",
		"menu", "menubar":
		return true
	case "main", "article":
		return false
	}
	return attr(n, "aria-modal") == "true" || furnitureName(n)
}

// holdsMain reports whether an element has the page's heading with a fair part of its prose,
// or most of the prose with few links and is not where readers talk.
func (p *page) holdsMain(n *html.Node) bool {
	m := p.weight[n]
	all := p.weight[p.tree.root].prose
	switch {
	case m == nil || m.prose == 0:
		return false
	case m.heading && 4*m.prose > all:
		return true
	case n.DataAtom == atom.Footer || n.DataAtom == atom.Nav || talk(n):
		return false
	}
	return 10*m.prose > 3*all && 4*m.links < m.text
}

// talk reports whether an element is named the place of readers' comments.
func talk(n *html.Node) bool {
	s := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	return strings.Contains(s, "comment") || strings.Contains(s, "disqus") ||
		strings.Contains(s, "respond")
}

// articleBlocks is the main text of a page.
func (p *page) articleBlocks() []*found {
	p.measure()
	root := p.mainNode()
	k := newWalker(p, p.articleSkip)
	for _, n := range root {
		k.walk(n)
	}
	list := p.trimArticle(k.found)
	if len(list) == 0 {
		k = newWalker(p, func(n *html.Node) bool { return p.drop[n] != "" })
		k.walk(p.tree.root)
		list = k.found
	}
	return list
}

// mainNode chooses the elements that hold the main text.
func (p *page) mainNode() []*html.Node {
	if p.tree.flat {
		return []*html.Node{p.tree.root}
	}
	scores := p.vote()
	var top *html.Node
	for n := range p.tree.root.Descendants() {
		if scores[n] > 0 && (top == nil || scores[n] > scores[top]) {
			top = n
		}
	}
	if top == nil {
		return []*html.Node{p.tree.root}
	}
	top = p.widen(top)
	return p.withNeighbours(top, scores)
}

// widenBy is how many hundredths of an element's prose the element around it must hold to be
// taken in its place. Of 115, 130, 150, 200 and never, 150 gave the best F1 on both sets:
// scrapinghub 0.947, 0.953, 0.956, 0.954, 0.956; WCXB articles 0.939, 0.941, 0.942, 0.939, 0.870.
const widenBy = 150

// widen climbs while the element around holds notably more prose that is no furniture: pages
// cut into sections vote for one section each.
func (p *page) widen(top *html.Node) *html.Node {
	for n := top.Parent; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if n.DataAtom == atom.Body || p.furniture(n) {
			break
		}
		if 100*p.weight[n].clean > widenBy*p.weight[top].clean {
			top = n
		}
	}
	return top
}

// withNeighbours adds the siblings of the top element that have a fair share of votes, or are
// paragraphs of prose themselves.
func (p *page) withNeighbours(top *html.Node, scores map[*html.Node]float64) []*html.Node {
	if top.Parent == nil {
		return []*html.Node{top}
	}
	var out []*html.Node
	for n := top.Parent.FirstChild; n != nil; n = n.NextSibling {
		if n == top {
			out = append(out, n)
			continue
		}
		if n.Type != html.ElementNode || p.articleSkip(n) {
			continue
		}
		m := p.weight[n]
		share := scores[n]
		if attr(n, "class") != "" && attr(n, "class") == attr(top, "class") {
			share += 0.2 * scores[top]
		}
		prose := n.DataAtom == atom.P && m.text > 80 && 4*m.links < m.text
		if prose || share > 0.2*scores[top] && m.links*3 < m.text {
			out = append(out, n)
		}
	}
	return out
}

// trimArticle leaves out blocks that are furniture by themselves, and the title of the page,
// which is no section of it.
func (p *page) trimArticle(list []*found) []*found {
	list = dropLinkLists(list)
	var kept []*found
	first := firstProse(list)
	title := ""
	for i, f := range list {
		text := f.Text
		if title != "" && len(f.Section) > 0 && f.Section[0] == title {
			f.Section = f.Section[1:]
		}
		switch {
		case f.Kind == corpus.Heading && f.Level == 1 && i <= first:
			title = text
		case sameTitle(text, p.doc.Title) && i <= first:
		case i < first && f.Kind != corpus.Heading && shortLine(text):
		case !strings.ContainsFunc(text, isWordRune):
		case label(text):
		default:
			kept = append(kept, f)
		}
	}
	return dropEmptySections(kept)
}

// shortLine reports whether a line in front of the prose is a label of it: who wrote it, when,
// under what head.
func shortLine(s string) bool { return !endsSentence(s) && len(strings.Fields(s)) < 12 }

// firstProse is the index of the first block that is surely the author's text; 0 for none.
func firstProse(list []*found) int {
	for i, f := range list {
		if f.Kind != corpus.Heading && endsSentence(f.Text) && len(strings.Fields(f.Text)) >= 15 {
			return i
		}
	}
	return 0
}
