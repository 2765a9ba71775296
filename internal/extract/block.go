package extract

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

// found is a block with what the choice of the main text weighs.
type found struct {
	corpus.Block
	node  *html.Node // the element that the block was opened by
	links int        // bytes of its text inside links
}

// walker turns nodes of a page into blocks, in the order of the page.
type walker struct {
	page     *page
	skip     func(*html.Node) bool // what is furniture, with all below it
	w        *writer
	node     *html.Node // opened the block in work
	kind     corpus.BlockKind
	level    int               // of the heading in work; 0 for any other block
	inLink   int               // depth of links around
	inRow    int               // depth of table rows around: one block each
	links    int               // bytes of the block in work inside links
	breakAt  int               // length of the text at the last line break; -1 for none
	carried  []corpus.NoteMark // marks that wait for a text
	sections []corpus.Block
	found    []*found
}

// newWalker makes a walker that leaves out what skip accepts.
func newWalker(p *page, skip func(*html.Node) bool) *walker {
	k := &walker{page: p, skip: skip, kind: corpus.Paragraph, w: &writer{src: p.src}}
	k.reset(nil)
	return k
}

// reset makes the walker ready for the next block, which n opens.
func (k *walker) reset(n *html.Node) {
	k.w.reset()
	k.node, k.links, k.breakAt = n, 0, -1
}

// walk takes in a node and all below it.
func (k *walker) walk(n *html.Node) {
	k.visit(n)
	k.flush(nil)
	k.page.doc.Dangling += len(k.carried)
	k.page.loose = append(k.page.loose, k.carried...)
	k.carried = nil
}

// flush closes the block in work; next opens the following one.
func (k *walker) flush(next *html.Node) {
	if k.inRow > 0 {
		k.w.space()
		return
	}
	b, ok := k.w.block()
	if !ok {
		k.carry(k.w.marks)
	} else {
		b.Marks = append(k.carried, b.Marks...)
		k.carried = nil
		b.Kind, b.Level = k.kind, k.level
		if k.level > 0 {
			b.Kind = corpus.Heading
			k.open(b)
		}
		b.Section = k.path(k.level)
		k.found = append(k.found, &found{b, k.node, k.links})
	}
	k.reset(next)
}

// carry finds a place for the marks of a block without text: the end of the block before, or
// the start of the next one where that is a heading.
func (k *walker) carry(marks []corpus.NoteMark) {
	last := len(k.found) - 1
	if last >= 0 && k.found[last].Kind != corpus.Heading {
		b := &k.found[last].Block
		for _, m := range marks {
			b.Marks = append(b.Marks, corpus.NoteMark{At: len(b.Text), Note: m.Note})
		}
		return
	}
	k.carried = append(k.carried, marks...)
}

// open makes a heading the section of what follows.
func (k *walker) open(h corpus.Block) {
	for n := len(k.sections); n > 0 && k.sections[n-1].Level >= h.Level; n-- {
		k.sections = k.sections[:n-1]
	}
	k.sections = append(k.sections, h)
}

// path is the headings above the current place; above the newest one itself for a heading.
func (k *walker) path(level int) []string {
	path := []string{}
	for _, s := range k.sections {
		if level == 0 || s.Level < level {
			path = append(path, s.Text)
		}
	}
	return path
}

// visit takes in a node without closing the block in work.
func (k *walker) visit(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		k.text(n)
	case html.DocumentNode:
		k.children(n)
	case html.ElementNode:
		k.element(n)
	}
}

// children visits what is below a node.
func (k *walker) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		k.visit(c)
	}
}

// text writes a text node by its tokens; what has none is kept without trace.
func (k *walker) text(n *html.Node) {
	before := len(k.w.text)
	list, ok := k.page.tree.pieces[n]
	if !ok {
		k.w.untracedText(n.Data)
	}
	for _, i := range k.page.tree.list[list[0]:list[1]] {
		if i == space {
			k.w.space()
		} else {
			k.w.token(k.page.tree.tokens[i])
		}
	}
	if k.inLink > 0 {
		k.links += len(k.w.text) - before
	}
}

// element takes in an element by its kind.
func (k *walker) element(n *html.Node) {
	if silentElement(n.DataAtom) {
		return // in the middle of a paragraph as often as between two
	}
	inline := inlineElement(n.DataAtom)
	if hidden(n) || k.skip(n) {
		if !inline {
			k.flush(nil)
		}
		return
	}
	if m, ok := k.page.marks[n]; ok {
		for _, id := range m {
			k.w.mark(id)
		}
		k.w.apart = true
		return
	}
	switch {
	case n.DataAtom == atom.Br:
		k.lineBreak()
	case n.DataAtom == atom.A:
		k.inLink++
		k.children(n)
		k.inLink--
	case n.DataAtom == atom.Sup:
		k.superscript(n)
	case inline:
		k.children(n)
	case headingLevel(n.DataAtom) > 0:
		k.heading(n)
	case n.DataAtom == atom.Tr && k.inRow == 0 && k.page.dataRow(n):
		k.row(n)
	default:
		k.inner(n)
	}
}

// lineBreak is a space; two in a row, with nothing between, end the block.
func (k *walker) lineBreak() {
	if k.breakAt == len(k.w.text) && k.breakAt > 0 && k.level == 0 {
		k.flush(k.node)
		return
	}
	k.w.space()
	k.breakAt = len(k.w.text)
}

// superscript keeps a raised figure apart from what it is raised over, so that 10² never
// reads 102; raised letters behind a figure (19th, 2e) stay with it.
func (k *walker) superscript(n *html.Node) {
	raised := beginning(n, 16)
	apart := !ordinalSuffix(raised) || len(k.w.text) == 0 || !digit(k.w.text[len(k.w.text)-1])
	k.w.apart = k.w.apart || apart
	k.children(n)
	k.w.apart = k.w.apart || apart
}

// ordinalSuffix reports whether s is up to three letters.
func ordinalSuffix(s string) bool {
	n := 0
	for _, r := range s {
		if !wordRune(r) || r >= '0' && r <= '9' {
			return false
		}
		n++
	}
	return n > 0 && n <= 3
}

// inner walks an element that is a block of its own, or holds some.
func (k *walker) inner(n *html.Node) {
	k.flush(n)
	outer := k.kind
	if kind := kindOf(n); kind != "" {
		k.kind = kind
	}
	k.children(n)
	k.flush(nil)
	k.kind = outer
}

// kindOf is the kind of block that an element makes of its text; empty for no particular one.
func kindOf(n *html.Node) corpus.BlockKind {
	switch n.DataAtom {
	case atom.Li, atom.Dd, atom.Dt:
		return corpus.Item
	case atom.Blockquote:
		return corpus.Quote
	case atom.Figcaption, atom.Caption:
		return corpus.Caption
	case atom.Div:
		if hasClass(n, "thumbcaption") || hasClass(n, "gallerytext") || hasClass(n, "wp-caption-text") {
			return corpus.Caption
		}
	}
	return ""
}

// heading makes one block of a heading.
func (k *walker) heading(n *html.Node) {
	if k.inRow > 0 || k.level > 0 {
		k.inner(n)
		return
	}
	k.flush(n)
	k.level = headingLevel(n.DataAtom)
	k.inRow++ // whatever stands inside, it is one block
	k.children(n)
	k.inRow--
	k.flush(nil)
	k.level = 0
}

// row makes one block of a table row, its cells a space apart.
func (k *walker) row(n *html.Node) {
	k.flush(n)
	outer := k.kind
	k.kind = corpus.Row
	k.inRow++
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		k.visit(c)
		k.w.space()
	}
	k.inRow--
	k.flush(nil)
	k.kind = outer
}
