package extract

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// visibleText is what a reader sees of a node, with single spaces, where no byte runs are
// needed: notes, labels, measures. Nodes that skip accepts are left out; skip may be nil.
func visibleText(n *html.Node, skip func(*html.Node) bool) string {
	r := reader{skip: skip, limit: math.MaxInt}
	r.read(n)
	return clean(r.b.String())
}

// beginning is the visible text of a node as far as some limit of bytes, for tests that are
// made at every depth of a page.
func beginning(n *html.Node, limit int) string {
	r := reader{limit: limit}
	r.read(n)
	return clean(r.b.String())
}

// reader gathers visible text until it has more than limit bytes.
type reader struct {
	b     strings.Builder
	skip  func(*html.Node) bool
	limit int
}

// read adds the text of a node.
func (r *reader) read(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		r.b.WriteString(n.Data[:min(len(n.Data), r.limit)])
		return
	case html.ElementNode:
		if silentElement(n.DataAtom) || hidden(n) || r.skip != nil && r.skip(n) {
			return
		}
	}
	block := n.DataAtom == atom.Br || !inlineElement(n.DataAtom)
	if block {
		r.b.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil && r.b.Len() <= r.limit; c = c.NextSibling {
		r.read(c)
	}
	if block {
		r.b.WriteByte(' ')
	}
}

// clean is text with single spaces and without the characters that writer drops.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.Map(func(r rune) rune {
		if dropped(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
