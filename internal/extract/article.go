package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

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
	if attr(n, "aria-modal") == "true" {
		return true
	}
	if p.trusting && !talk(n) {
		return false
	}
	name := p.nameOf(n)
	return name == asFurniture || name == asLinks && headingLevel(n.DataAtom) == 0 && !p.proseOf(n)
}

// linksProse is how many characters of prose an element named after links may not have.
const linksProse = 200

// proseOf reports whether an element holds prose and few links.
func (p *page) proseOf(n *html.Node) bool {
	m := p.weight[n]
	return m != nil && m.clean.prose >= linksProse && 4*m.clean.links < m.clean.text
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
	case 10*m.prose > 3*all && 4*m.links < m.text:
		return true
	}
	return n.DataAtom != atom.Aside && attr(n, "role") == "" &&
		10*m.clean.prose > 3*all && 4*m.clean.links < m.clean.text
}

// talk reports whether an element is named the place of readers' comments.
func talk(n *html.Node) bool {
	s := strings.ToLower(attr(n, "class") + " " + attr(n, "id"))
	return strings.Contains(s, "comment") || strings.Contains(s, "disqus") ||
		strings.Contains(s, "respond")
}

// articleBlocks is the main text of a page.
func (p *page) articleBlocks() []*found {
	list := p.chosenBlocks()
	if kept := textIn(list); 5*kept < p.weight[p.tree.root].prose {
		p.trusting = true
		if more := p.chosenBlocks(); textIn(more) > 3*kept {
			list = more
		}
	}
	if len(list) == 0 {
		k := newWalker(p, func(n *html.Node) bool { return p.drop[n] != "" })
		k.walk(p.tree.root)
		list = k.found
	}
	return list
}

// chosenBlocks is the text of the chosen elements, trimmed.
func (p *page) chosenBlocks() []*found {
	p.measure()
	k := newWalker(p, p.articleSkip)
	for _, n := range p.mainNode() {
		k.walk(n)
	}
	return p.trimArticle(k.found)
}

// textIn is how many characters of text, roughly, blocks hold.
func textIn(list []*found) int {
	n := 0
	for _, f := range list {
		n += utf8.RuneCountInString(f.Text)
	}
	return n
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
	return p.withLead(top, p.withNeighbours(top, scores))
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
		if 100*p.weight[n].clean.prose > widenBy*p.weight[top].clean.prose {
			top = n
		}
	}
	return top
}

// Prose that may stand in front of the main text, in characters. leadProse: a box of first
// paragraphs; headProse: a box that also holds the heading, where shorter prose is a standfirst.
const (
	leadProse = 120
	headProse = 300
)

// withLead adds the prose that stands in front of the chosen elements, beside the elements
// around them: many pages keep the first paragraphs in a box of their own.
func (p *page) withLead(top *html.Node, chosen []*html.Node) []*html.Node {
	had := map[*html.Node]bool{}
	for _, n := range chosen {
		had[n] = true
	}
	var lead []*html.Node // from the nearest backwards
search:
	for n := top; n != nil && !outermost(n); n = n.Parent {
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			if s.Type != html.ElementNode || had[s] || p.articleSkip(s) {
				continue
			}
			head := s.DataAtom == atom.Header || p.weight[s].heading
			if p.pureProse(s) && (!head || p.weight[s].clean.prose >= headProse) {
				lead = append(lead, s)
			}
			if head {
				break search
			}
		}
	}
	slices.Reverse(lead)
	return append(lead, chosen...)
}

// outermost reports whether an element is one around the whole article.
func outermost(n *html.Node) bool {
	return n.DataAtom == atom.Body || n.DataAtom == atom.Main || n.DataAtom == atom.Article
}

// pureProse reports whether an element holds prose and few links or labels.
func (p *page) pureProse(n *html.Node) bool {
	m := p.weight[n].clean
	return m.prose >= leadProse && 2*m.prose >= m.text && 5*m.links <= m.text
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
		prose := m.own > 80 && 2*m.own > m.text && 4*m.links < m.text
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
		case f.Kind == corpus.Caption && ofPicture(f.node):
		case i < first && f.Kind != corpus.Row && f.Kind != corpus.Heading && shortLine(text):
		case !strings.ContainsFunc(text, isWordRune):
		case label(text):
		default:
			kept = append(kept, f)
		}
	}
	return dropEmptySections(kept)
}

// ofPicture reports whether a caption is that of a picture: of a table, a listing or a figure
// without one it is not.
func ofPicture(n *html.Node) bool {
	if ancestor(n, func(a *html.Node) bool { return a.DataAtom == atom.Caption }) != nil {
		return false
	}
	figure := ancestor(n, func(a *html.Node) bool { return a.DataAtom == atom.Figure })
	if figure == nil {
		return true
	}
	for c := range figure.Descendants() {
		switch c.DataAtom {
		case atom.Pre, atom.Table, atom.Blockquote:
			return false
		}
	}
	return true
}

// shortLine reports whether a line in front of the prose is a label of it: who wrote it, when,
// under what head.
func shortLine(s string) bool { return !endsSentence(s) && len(strings.Fields(s)) < 12 }

// firstProse is the index of the first block that is surely the author's text; 0 for none.
func firstProse(list []*found) int {
	for i, f := range list {
		if f.Kind != corpus.Heading && wholeSentence(f.Text) {
			return i
		}
	}
	return 0
}

// wholeSentence reports whether a text is surely somebody's prose.
func wholeSentence(s string) bool { return endsSentence(s) && len(strings.Fields(s)) >= 15 }
