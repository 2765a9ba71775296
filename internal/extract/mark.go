package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bareMark matches a superscript in brackets: the mark of a note on a copy that lost the link.
var bareMark = regexp.MustCompile(`^\[\s*(\d{1,4}|[a-z]{1,2}|[ivxl]{1,6}|` +
	`(note|nb|n|прим|anm|not)\.? ?\d{1,3})\s*\]$`)

// collectMark notes the mark that a link is, if it is one: it leads to a note, or claims to.
func (p *page) collectMark(a *html.Node) {
	id, ok := fragment(a)
	wiki := strings.HasPrefix(id, "cite_note")
	note, sup := p.noteAt(id), markElement(a)
	if claims := wiki && (sup != a || ok); !claims && (note == "" || !ok) {
		return
	}
	holder := p.noteAround(a)
	switch {
	case holder != "" && holder == note && !wiki:
		return // the number of a note, linked to itself
	case holder != "" || inNoteList(a):
		p.nested[holder] = append(p.nested[holder], markID(note, id))
	case note != "" && sup == a && !showsLabel(a) && !hasClass(a, "mw-ref"):
		return // a link in prose ("see the note below") is text
	default:
		p.setLabel(note, a)
		p.marks[sup] = append(p.marks[sup], markID(note, id))
	}
	p.doc.Dangling += dangling(note)
}

// dangling is 1 for a mark without a note.
func dangling(note string) int {
	if note == "" {
		return 1
	}
	return 0
}

// markID is the note's id, else what the link claims it to be.
func markID(note, claimed string) string {
	if note != "" {
		return note
	}
	return claimed
}

// setLabel keeps what the first mark of a note shows as the note's label.
func (p *page) setLabel(note string, a *html.Node) {
	if note != "" && p.labels[note] == "" {
		p.labels[note] = strings.Trim(beginning(a, 24), "[]() ")
	}
}

// markElement is the element that goes with the mark: the superscript around the link, else
// the link.
func markElement(a *html.Node) *html.Node {
	n := a
	for up := 0; up < 3 && n.Parent != nil; up++ {
		n = n.Parent
		if n.DataAtom == atom.Sup {
			return n
		}
		if !inlineElement(n.DataAtom) {
			break
		}
	}
	return a
}

// noteAround is the id of the note that a node lies in; empty outside notes.
func (p *page) noteAround(n *html.Node) string {
	for ; n != nil; n = n.Parent {
		if id := p.drop[n]; id != "" {
			return id
		}
	}
	return ""
}

// bracketed reports whether a text is a remark in square brackets.
func bracketed(s string) bool {
	return strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && len(s) > 3
}

// showsLabel reports whether all that a link shows is a note's label.
func showsLabel(a *html.Node) bool {
	return footnoteLabel.MatchString(strings.ToLower(beginning(a, 24)))
}

// inNoteList reports whether a node stands in a list of notes, be it in one without an id.
func inNoteList(n *html.Node) bool {
	return ancestor(n, func(a *html.Node) bool {
		return a.DataAtom == atom.Ol && hasClass(a, "references")
	}) != nil
}

// collectBareMarks finds superscripts that show a mark and lead nowhere: their note is not on
// the page. Remarks of editors in brackets ("citation needed") and page numbers behind a mark
// (": 12") are no marks, yet no text either.
func (p *page) collectBareMarks() {
	for n := range p.tree.root.Descendants() {
		if n.DataAtom != atom.Sup || p.marks[n] != nil {
			continue
		}
		text := strings.ToLower(beginning(n, 80))
		switch {
		case bareMark.MatchString(text):
			p.marks[n] = []string{}
			if p.noteAround(n) == "" {
				p.doc.Dangling++
			}
		case hasClass(n, "reference"), hasClass(n, "Inline-Template"), hasClass(n, "noprint"),
			hasClass(n, "Template-Fact"), bracketed(text):
			p.marks[n] = []string{}
		}
	}
}
