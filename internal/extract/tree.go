package extract

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// space stands for white space in the list of a text node's tokens.
const space = -1

// tree is a parsed page whose text nodes know their tokens.
type tree struct {
	root   *html.Node
	tokens []token
	list   []int32                 // tokens of the text nodes, or space
	pieces map[*html.Node][2]int32 // range of list of each text node that could be traced
	flat   bool                    // the parser gave up; blocks of text in order are all there is
}

// parse builds the tree of a page. HTML nested deeper than the parser's 512 levels falls back
// to a flat one, so that its text is kept.
func parse(src *decoded) (*tree, error) {
	m, err := markText(src.text)
	if err != nil {
		return nil, err
	}
	root, err := html.Parse(strings.NewReader(m.html))
	if err != nil {
		return flatten(src, m), nil
	}
	t := &tree{root: root, tokens: m.tokens, pieces: make(map[*html.Node][2]int32, len(m.tokens))}
	used := make([]bool, len(m.tokens))
	for n := range root.Descendants() {
		if n.Type == html.TextNode && (n.Parent == nil || !codeElement(n.Parent.DataAtom)) {
			t.restore(n, src.text, used)
		}
	}
	return t, nil
}

// restore gives a text node its text back and notes its tokens. A node with anything but
// placeholders and white space in it stays as it is and cannot be traced.
func (t *tree) restore(n *html.Node, text string, used []bool) {
	start := len(t.list)
	var b strings.Builder
	for rest := n.Data; rest != ""; {
		body, ok := strings.CutPrefix(rest, string(placeholderOpen))
		if !ok {
			trimmed := strings.TrimLeft(rest, " \t\r\n\f\x00")
			if trimmed == rest {
				t.list = t.list[:start]
				return
			}
			b.WriteByte(' ')
			t.list, rest = append(t.list, space), trimmed
			continue
		}
		number, tail, _ := strings.Cut(body, string(placeholderClose))
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(used) || used[i] {
			t.list = t.list[:start]
			return
		}
		used[i] = true
		b.WriteString(t.tokens[i].decode(text))
		t.list, rest = append(t.list, int32(i)), tail
	}
	n.Data = b.String()
	t.pieces[n] = [2]int32{int32(start), int32(len(t.list))}
}

// decode is the text of a token with its character references decoded.
func (k token) decode(text string) string {
	if k.raw {
		return text[k.start:k.end]
	}
	return html.UnescapeString(text[k.start:k.end])
}

// flatten makes a tree without depth: a paragraph for each stretch of text between two tags
// that are not inline, headings as such, and the title.
func flatten(src *decoded, m *marked) *tree {
	f := flattener{tree: &tree{root: &html.Node{Type: html.DocumentNode}, tokens: m.tokens,
		pieces: make(map[*html.Node][2]int32, len(m.tokens)), flat: true}, text: src.text,
		used: make([]bool, len(m.tokens))}
	doc := appendElement(f.root, atom.Html)
	f.head, f.body = appendElement(doc, atom.Head), appendElement(doc, atom.Body)
	z := html.NewTokenizer(strings.NewReader(m.html))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return f.tree
		case html.TextToken:
			if f.silent == 0 && !codeElement(f.inside) {
				f.add(string(z.Raw()))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			f.tag(atom.Lookup(name), kind != html.EndTagToken)
		}
	}
}

// flattener is the state of flatten.
type flattener struct {
	*tree
	text       string
	head, body *html.Node
	block      *html.Node // open stretch of text; nil between blocks
	inside     atom.Atom  // what the last tag opened
	silent     atom.Atom  // the open element whose text nobody reads; 0 for none
	used       []bool
}

// tag ends the open stretch unless the tag is inline.
func (f *flattener) tag(a atom.Atom, opens bool) {
	f.inside = 0
	if opens {
		f.inside = a
	}
	switch {
	case !opens && a == f.silent:
		f.silent = 0
	case opens && f.silent == 0 && silentElement(a) && !codeElement(a) && !emptyElement(a):
		f.silent = a
	}
	if !inlineElement(a) {
		f.block = nil
	}
}

// emptyElement reports whether a silent element has no end tag.
func emptyElement(a atom.Atom) bool {
	return a == atom.Input || a == atom.Embed || a == atom.Head || a == atom.Option || a == atom.Rp
}

// add appends a text token of the marked page.
func (f *flattener) add(raw string) {
	if strings.TrimSpace(raw) == "" {
		return
	}
	if f.block == nil {
		switch {
		case f.inside == atom.Title:
			f.block = appendElement(f.head, atom.Title)
		case headingLevel(f.inside) > 0:
			f.block = appendElement(f.body, f.inside)
		default:
			f.block = appendElement(f.body, atom.P)
		}
	}
	n := &html.Node{Type: html.TextNode, Data: raw}
	f.block.AppendChild(n)
	f.restore(n, f.text, f.used)
}

// appendElement adds an empty element at the end of a node.
func appendElement(parent *html.Node, a atom.Atom) *html.Node {
	n := &html.Node{Type: html.ElementNode, DataAtom: a, Data: a.String()}
	parent.AppendChild(n)
	return n
}
