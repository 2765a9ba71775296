package extract

import (
	"math"
	"regexp"
	"slices"
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

// elementTag matches what only markup has: the start of a tag or a comment.
var elementTag = regexp.MustCompile(`<[/!]?[A-Za-z-]`)

// untagged is the text of a value that should have no markup, as metadata; what scripts and
// styles hold goes with their tags.
func untagged(s string) string {
	if !elementTag.MatchString(s) {
		return clean(s)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	inside := atom.Atom(0)
	for {
		switch z.Next() {
		case html.ErrorToken:
			return clean(b.String())
		case html.TextToken:
			if !silentElement(inside) {
				b.Write(z.Text())
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			inside = atom.Lookup(name)
		default:
			inside = 0
		}
	}
}

// streamed is how the ids begin of what React sends late, and of the places that wait for it.
const streamed, awaited = "S:", "B:"

// reveal does what a page's scripts would do before anyone reads it: what was sent late goes to
// its place, and what hides most of the text shows it.
func reveal(root *html.Node) {
	late, places := []*html.Node{}, map[string]*html.Node{}
	for n := range root.Descendants() {
		if id := attr(n, "id"); strings.HasPrefix(id, awaited) {
			places[id[len(awaited):]] = n
		} else if strings.HasPrefix(id, streamed) && hasAttr(n, "hidden") {
			late = append(late, n)
		}
	}
	for _, n := range late {
		place := places[attr(n, "id")[len(streamed):]]
		if place == nil || within(place, n) || place.Parent == nil {
			show(n)
			continue
		}
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
			place.Parent.InsertBefore(c, place)
		}
	}
	showMost(root, textBytes(root))
}

// showMost shows every hidden element that holds more than half of all text, and returns the
// bytes of text below a node.
func showMost(n *html.Node, all int) int {
	size := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && !silentElement(n.DataAtom):
			size += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode:
			size += showMost(c, all)
		}
	}
	if n.Type == html.ElementNode && 2*size > all && hidden(n) {
		show(n)
	}
	return size
}

// show takes away what hides an element.
func show(n *html.Node) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool {
		return a.Key == "style" || a.Key == "hidden"
	})
}

// textBytes counts the bytes of text below a node, hidden or not.
func textBytes(n *html.Node) int { return showMost(n, math.MaxInt/2) }
