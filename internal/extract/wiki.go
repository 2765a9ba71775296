package extract

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

//go:embed sections.tsv
var sectionsTSV string

// furnitureSections holds the headings, in small letters, of sections that lead away from an
// article: references, bibliography, see also, external links.
var furnitureSections = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for _, row := range rows(sectionsTSV) {
		m[row[0]] = true
	}
	return m
})

// wikiFurniture matches the classes of what MediaWiki and its templates put around an
// article's own text. Each is dropped with all below it.
var wikiFurniture = regexp.MustCompile(`(?:^|\s)(` +
	// boxes of navigation and state
	`navbox[\w-]*|vertical-navbox|navigation-box|sidebar[\w-]*|metadata|[actofi]?mbox[\w-]*|ambox|` +
	`portal[\w-]*|sistersitebox|side-box[\w-]*|succession-box|stub|asbox|authority-control|noprint|` +
	// lines that point elsewhere
	`hatnote|dablink|rellink|mainarticle|seealso|disambig-see-also|shortdescription|mw-indicators?|mw-jump-link|` +
	`[\w-]*related-articles|wikia-photogallery-add|` +
	// contents, edit links, categories, footers
	`toc|mw-toc|toclimit[\w-]*|mw-editsection[\w-]*|editsection|mw-headline-anchor|catlinks|` +
	`printfooter|mw-empty-elt|mw-footer[\w-]*|mw-pt-languages|` +
	`pcs-collapse-table-collapsed[\w-]*|pcs-edit-section-link[\w-]*|pcs-footer[\w-]*|` +
	// notes and their lists
	`references|reflist[\w-]*|mw-references-wrap[\w-]*|refbegin|citation-comment|` +
	`mw-ext-cite-error|mw-cite-backlink|` +
	// machine-readable spans and media controls
	`Z3988|geo-nondefault|geo-multi-punct|magnify|mw-kartographer-[\w-]*|mw-tmh-[\w-]*|sortkey` +
	`)(?:\s|$)`)

// wikiIDs are the ids of such furniture.
var wikiIDs = regexp.MustCompile(`^(toc|siteSub|contentSub\d?|jump-to-nav|catlinks|coordinates|` +
	`pcs-edit-section-[\w-]*description|infobox-stack|navbox[\w-]*|mw-navigation|mw-panel|footer|p-lang|mw-page-base|mw-head|normdaten|stub|firstHeading)$`)

// encyclopedia is the element that holds the article of an encyclopedia page in any rendering
// of MediaWiki, or of a copy that kept its notes; nil for all other pages.
func (p *page) encyclopedia() *html.Node {
	if p.tree.flat {
		return nil
	}
	best, size := (*html.Node)(nil), 0
	for _, n := range p.find.Find(".mw-parser-output").Nodes {
		if s := len(visibleText(n, nil)); s > size {
			best, size = n, s
		}
	}
	if best != nil {
		return best
	}
	for _, q := range []string{"#mw-content-text", "body.mediawiki", "#pcs", "body.parsoid-body"} {
		if s := p.find.Find(q); s.Length() > 0 {
			return s.Nodes[0]
		}
	}
	if p.find.Find("section[data-mw-section-id]").Length() > 0 {
		return p.find.Find("body").Nodes[0]
	}
	return p.mirror()
}

// mirror is the smallest element around the marks and the notes of a copied encyclopedia
// article, which keeps the form of the notes though not the names of the page's parts.
func (p *page) mirror() *html.Node {
	var common *html.Node
	marks := 0
	for _, n := range p.find.Find("sup, ol.references, ul.references").Nodes {
		if n.DataAtom == atom.Sup {
			if !p.wikiMark(n) {
				continue
			}
			marks++
		}
		if common == nil {
			common = n.Parent
			continue
		}
		common = ancestor(common, func(a *html.Node) bool { return within(n, a) })
	}
	if marks == 0 || common == nil {
		return nil
	}
	p.copied = true
	return ancestor(common, func(a *html.Node) bool {
		return !inlineElement(a.DataAtom) && a.DataAtom != atom.P
	})
}

// wikiMark reports whether an element is the mark of a note in MediaWiki's form.
func (p *page) wikiMark(n *html.Node) bool {
	for _, id := range p.marks[n] {
		if strings.HasPrefix(id, "cite_note") || strings.HasPrefix(id, "_note") {
			return true
		}
	}
	return false
}

// wikiSkip reports whether an element of an encyclopedia page is furniture.
func (p *page) wikiSkip(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Footer, atom.Form:
		return true
	}
	if p.drop[n] != "" || attr(n, "role") == "navigation" {
		return true
	}
	class := attr(n, "class")
	if class != "" && wikiFurniture.MatchString(class) {
		return !strings.Contains(class, "infobox")
	}
	if id := attr(n, "id"); id != "" && wikiIDs.MatchString(id) {
		return true
	}
	return infobox(n) && !p.marked(n) || p.copied && p.furniture(n) && !p.holdsMain(n)
}

// infobox reports whether an element is the box of facts beside an article.
func infobox(n *html.Node) bool {
	if !strings.Contains(attr(n, "class"), "box") {
		return false
	}
	for _, c := range classes(n) {
		if strings.HasPrefix(c, "infobox") || c == "portable-infobox" || c == "taxobox" {
			return n.DataAtom == atom.Table || n.DataAtom == atom.Aside || n.DataAtom == atom.Div
		}
	}
	return false
}

// marked reports whether a note mark stands below a node.
func (p *page) marked(n *html.Node) bool {
	for c := range n.Descendants() {
		if len(p.marks[c]) > 0 {
			return true
		}
	}
	return false
}

// wikiBlocks is the main text of an encyclopedia page: its paragraphs, lists, quotations,
// table rows and captions. Of the box of facts only the rows with a footnote stay: they are
// sourced statements, the others repeat the text or label it. Sections that lead away keep
// what is prose.
func (p *page) wikiBlocks(root *html.Node) []*found {
	boxes := false
	for n := range root.Descendants() {
		if infobox(n) {
			boxes = true
			if n.DataAtom == atom.Table {
				p.tables[n] = true
			}
		}
	}
	if p.copied {
		p.measure()
	}
	k := newWalker(p, p.wikiSkip)
	k.walk(root)
	var kept []*found
	for _, f := range k.found {
		box := boxes && f.node != nil && ancestor(f.node, infobox) != nil
		switch {
		case box && (len(f.Marks) == 0 || f.Kind == corpus.Heading):
		case f.Kind != corpus.Heading && leadsAway(f.Section) && !proseBlock(f):
		default:
			kept = append(kept, f)
		}
	}
	return dropEmptySections(kept)
}

// leadsAway reports whether a section, or one around it, is furniture.
func leadsAway(section []string) bool {
	for _, s := range section {
		if furnitureSections()[strings.ToLower(s)] {
			return true
		}
	}
	return false
}

// proseBlock reports whether a block of such a section is a statement of the article: a
// paragraph of whole sentences that is not made of links or of a citation.
func proseBlock(f *found) bool {
	if f.Kind != corpus.Paragraph || 2*f.links > len(f.Text) {
		return false
	}
	if !endsSentence(f.Text) || len(strings.Fields(f.Text)) < 8 {
		return false
	}
	if f.node == nil {
		return true
	}
	for n := range f.node.Descendants() {
		if citeElement(n) {
			return false
		}
	}
	return true
}

// dropEmptySections leaves out headings with nothing under them.
func dropEmptySections(list []*found) []*found {
	var kept []*found
	level := 0 // of the deepest section that has text, seen from the end
	for i := len(list) - 1; i >= 0; i-- {
		f := list[i]
		if f.Kind == corpus.Heading {
			if level < f.Level {
				continue
			}
			level = f.Level - 1
		} else {
			level = 6
		}
		kept = append(kept, f)
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	return kept
}

// endsSentence reports whether a text ends as sentences do.
func endsSentence(s string) bool {
	s = strings.TrimRight(s, ` "'”’»)]`)
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…:;。！？؟۔।", r) && s != ""
}
