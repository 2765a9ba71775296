package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// proseCell is the number of words above which a table cell is prose and its table there for
// the layout: the longest cell of the evaluation pages' tables of data has 96.
const proseCell = 120

// dataRow reports whether a row belongs to a table of data, so that it is read as one block,
// and not to a table that only places things on the page.
func (p *page) dataRow(tr *html.Node) bool {
	table := ancestor(tr, func(n *html.Node) bool { return n.DataAtom == atom.Table })
	if table == nil {
		return false
	}
	data, known := p.tables[table]
	if !known {
		data = dataTable(table)
		p.tables[table] = data
	}
	return data
}

// dataTable reports whether a table has rows of several short cells, and nothing in it that
// only a page's layout has.
func dataTable(table *html.Node) bool {
	if role := attr(table, "role"); role == "presentation" || role == "none" {
		return false
	}
	widest := 0
	for n := range table.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Table, atom.H1, atom.H2, atom.H3, atom.Article, atom.Form, atom.Blockquote:
			return false
		case atom.Tr:
			widest = max(widest, cells(n))
		case atom.Td:
			if proseIn(n) {
				return false
			}
		}
	}
	return widest > 1
}

// cells counts the cells of a row.
func cells(tr *html.Node) int {
	n := 0
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			n++
		}
	}
	return n
}

// proseIn reports whether a cell holds paragraphs.
func proseIn(td *html.Node) bool {
	paragraphs, words := 0, 0
	for n := range td.Descendants() {
		switch {
		case n.DataAtom == atom.P:
			paragraphs++
		case n.Type == html.TextNode && !codeElement(n.Parent.DataAtom):
			words += len(strings.Fields(n.Data))
		}
		if words > proseCell || paragraphs > 2 {
			return true
		}
	}
	return false
}
