package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

// measured is the size of an element's visible text, in characters.
type measured struct {
	text    int
	links   int  // inside links
	prose   int  // in paragraphs
	heading bool // holds the heading of the page
	own     int  // prose of the element itself, not of blocks in it
	clean   size // without the furniture in it
}

// size is how much text an element holds, in characters.
type size struct{ text, links, prose int }

func (s *size) add(t size) {
	s.text, s.links, s.prose = s.text+t.text, s.links+t.links, s.prose+t.prose
}

// measure sizes every element of the page, in one pass from the leaves up.
func (p *page) measure() {
	p.weight = map[*html.Node]*measured{}
	p.skips, p.named = map[*html.Node]bool{}, map[string]named{}
	p.weigh(p.tree.root, false)
	p.purify(p.tree.root)
}

// purify sizes what is left of each element without furniture, from the leaves up: whether an
// element is furniture depends on what is left of it.
func (p *page) purify(n *html.Node) size {
	m := p.weight[n]
	if m == nil {
		return size{}
	}
	if n.FirstChild == nil || n.Type == html.ElementNode && (silentElement(n.DataAtom) || hidden(n)) {
		return size{}
	}
	m.clean = size{text: m.text, links: m.links, prose: m.own}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if of := p.weight[c]; of != nil {
			s := p.purify(c)
			m.clean.add(size{s.text - of.text, s.links - of.links, s.prose})
		}
	}
	if n.Type == html.ElementNode && p.articleSkip(n) {
		return size{}
	}
	return m.clean
}

// weigh sizes a node and all below it.
func (p *page) weigh(n *html.Node, inLink bool) *measured {
	m := &measured{}
	switch n.Type {
	case html.TextNode:
		m.text = textSize(n.Data)
		if inLink {
			m.links = m.text
		}
		return m
	case html.ElementNode:
		p.weight[n] = m
		if silentElement(n.DataAtom) || hidden(n) {
			return m
		}
	default:
		p.weight[n] = m
	}
	inLink = inLink || n.DataAtom == atom.A
	direct := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s := p.weigh(c, inLink)
		m.text, m.links, m.prose = m.text+s.text, m.links+s.links, m.prose+s.prose
		m.heading = m.heading || s.heading
		if c.Type == html.TextNode || inlineElement(c.DataAtom) {
			direct += s.text - s.links - s.prose
		}
	}
	m.heading = m.heading || n.DataAtom == atom.H1
	if paragraphElement(n.DataAtom) && direct >= minProse {
		m.own = direct
		m.prose += direct
	}
	return m
}

// minProse is how many characters outside links make a paragraph; below stand labels.
const minProse = 25

// paragraphElement reports whether an element may be a paragraph.
func paragraphElement(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Pre, atom.Blockquote, atom.Td, atom.Section, atom.Article,
		atom.Li, atom.Dd, atom.Main, atom.Center:
		return true
	}
	return false
}

// textSize counts the characters of a text, each stretch of white space as one.
func textSize(s string) int {
	n, gap := 0, true
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !gap {
				n++
			}
			gap = true
			continue
		}
		n++
		gap = false
	}
	return n
}

// vote lets every paragraph that is not furniture vote for the elements around it: fully for
// its parent, by half for the next, by a third for the one after. An element in which links
// prevail loses its votes by their share.
func (p *page) vote() map[*html.Node]float64 {
	scores := map[*html.Node]float64{}
	p.poll(p.tree.root, scores)
	for n, s := range scores {
		m := p.weight[n]
		s *= 1 - float64(m.clean.links)/float64(max(m.clean.text, 1))
		switch {
		case strings.Contains(attr(n, "itemprop"), "articleBody"):
			s *= 1.5
		case n.DataAtom == atom.Article || n.DataAtom == atom.Main:
			s *= 1.2
		case n.DataAtom == atom.Body:
			s *= 0.8
		}
		scores[n] = s
	}
	return scores
}

// poll counts the votes of a node and of all below it.
func (p *page) poll(n *html.Node, scores map[*html.Node]float64) {
	if n.Type == html.ElementNode && (silentElement(n.DataAtom) || hidden(n) || p.articleSkip(n)) {
		return
	}
	m := p.weight[n]
	votes := 0.0
	if m.own > 0 {
		votes = 1 + min(float64(m.own)/100, 4)
		if n.DataAtom == atom.Li || n.DataAtom == atom.Td {
			votes /= 2
		}
	}
	up := n.Parent
	switch n.DataAtom {
	case atom.P, atom.Li, atom.Blockquote, atom.Pre:
	default:
		up = n // text in a division by itself: the division may be the main text
	}
	for share := 1.0; votes > 0 && share < 4 && up != nil && up.Type == html.ElementNode; share++ {
		scores[up] += votes / share
		up = up.Parent
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			p.poll(c, scores)
		}
	}
}

// dropLinkLists leaves out lists in which links prevail behind the last prose, and single blocks
// that are nothing but links.
func dropLinkLists(list []*found) []*found {
	var out []*found
	last := lastProse(list)
	for i := 0; i < len(list); {
		end := i + 1
		for list[i].Kind == corpus.Item && end < len(list) && list[end].Kind == corpus.Item {
			end++
		}
		text, links := 0, 0
		for _, f := range list[i:end] {
			text, links = text+len(f.Text), links+f.links
		}
		limit := 4 * text / 5
		if list[i].Kind == corpus.Item && end <= last {
			limit = text // between the author's paragraphs: the author's list
		}
		prose := links < text && text > 120 && endsSentence(list[i].Text)
		if links <= limit || list[i].Kind == corpus.Heading || prose {
			out = append(out, list[i:end]...)
		}
		i = end
	}
	return out
}

// lastProse is the index of the last block that is surely the author's text; -1 for none.
func lastProse(list []*found) int {
	for i := len(list) - 1; i >= 0; i-- {
		f := list[i]
		if f.Kind == corpus.Paragraph && 4*f.links < len(f.Text) && wholeSentence(f.Text) {
			return i
		}
	}
	return -1
}

// sameTitle reports whether a line repeats the title of the page.
func sameTitle(s, title string) bool {
	return s != "" && title != "" && strings.EqualFold(s, title)
}

// labelRunes bounds a label: longer lines are somebody's words.
const labelRunes = 60

// label reports whether a line is a sign of the page's workings ("Share", "Advertisement").
func label(s string) bool {
	if utf8.RuneCountInString(s) > labelRunes {
		return false
	}
	s = strings.TrimRight(strings.ToLower(s), ".:!»> ")
	return names().label[s]
}

// isWordRune reports whether a character is a letter or a digit.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
