package extract

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// inlineElement reports whether an element lies within a line of text: its tags end no block.
func inlineElement(a atom.Atom) bool {
	switch a {
	case 0, atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Br, atom.Cite,
		atom.Code, atom.Data, atom.Del, atom.Dfn, atom.Em, atom.Font, atom.I, atom.Img, atom.Ins,
		atom.Kbd, atom.Label, atom.Link, atom.Mark, atom.Math, atom.Meta, atom.Nobr, atom.Q, atom.Rb,
		atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike,
		atom.Strong, atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}

// silentElement reports whether nothing inside an element is text to read.
func silentElement(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Svg, atom.Iframe,
		atom.Object, atom.Embed, atom.Video, atom.Audio, atom.Canvas, atom.Map, atom.Noframes,
		atom.Noembed, atom.Select, atom.Option, atom.Datalist, atom.Button, atom.Input,
		atom.Textarea, atom.Annotation, atom.AnnotationXml, atom.Rp, atom.Dialog, atom.Progress:
		return true
	}
	return false
}

// headingLevel is 1 to 6 for a heading and 0 for everything else.
func headingLevel(a atom.Atom) int {
	switch a {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}

// attr is the value of an attribute; empty when there is none.
func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hasAttr reports whether a node has an attribute, with a value or without.
func hasAttr(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// hidden reports whether a page hides an element from every reader. The panels of tabs are hidden
// in turn, and MediaWiki's sections on small screens; readers open them.
func hidden(n *html.Node) bool {
	if attr(n, "role") == "tabpanel" || hasAttr(n, "data-mw-section-id") || hasClass(n, "collapsible-block") {
		return false
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return a.Val != "until-found"
		case "style":
			style := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// classes lists the class names of an element.
func classes(n *html.Node) []string { return strings.Fields(attr(n, "class")) }

// hasClass reports whether an element is of a class.
func hasClass(n *html.Node, name string) bool {
	c := attr(n, "class")
	for c != "" {
		i := strings.Index(c, name)
		if i < 0 {
			return false
		}
		end := i + len(name)
		if (i == 0 || c[i-1] <= ' ') && (end == len(c) || c[end] <= ' ') {
			return true
		}
		c = c[end:]
	}
	return false
}

// ancestor is the nearest node, from n upwards, that a test accepts; nil when there is none.
func ancestor(n *html.Node, accept func(*html.Node) bool) *html.Node {
	for ; n != nil; n = n.Parent {
		if n.Type == html.ElementNode && accept(n) {
			return n
		}
	}
	return nil
}

// within reports whether n is root or lies below it.
func within(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}
