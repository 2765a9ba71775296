package extract

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// What a page calls its parts. Class and id tell furniture apart, by whole words and by parts of
// names, as names.tsv lists them; names lie often enough that whoever asks weighs the text too.

//go:embed names.tsv
var namesTSV string

// names holds what names.tsv says of the page's own words.
var names = sync.OnceValue(func() *nameTable {
	t := &nameTable{drop: map[string]bool{}, links: map[string]bool{}, label: map[string]bool{}}
	for _, row := range rows(namesTSV) {
		switch row[1] {
		case "part":
			if strings.Contains(row[0], "-") {
				t.starts[row[0][0]] = append(t.starts[row[0][0]], row[0])
			} else {
				t.parts = append(t.parts, row[0])
			}
		case "drop":
			t.drop[row[0]] = true
		case "links":
			t.links[row[0]] = true
		case "label":
			t.label[row[0]] = true
		case "archived":
			t.archived = append(t.archived, row[0])
		}
	}
	return t
})

// nameTable divides the names of furniture.
type nameTable struct {
	drop  map[string]bool // whole words in class or id
	links map[string]bool // the same, for furniture made of links
	parts []string        // words anywhere in class or id, within other words too

	starts [256][]string   // several words from the start of one, by their first byte
	label  map[string]bool // whole lines of text

	archived []string // how the text of a link to an archived copy begins
}

// layoutNames matches names of what holds the text and furniture beside it.
var layoutNames = regexp.MustCompile(`[a-z]*(?:content|with|has|no|without|layout|hide|show|one|two|left|right)[-_]+sidebars?[a-z-]*`)

// named is how class or id name an element.
type named int

const (
	unnamed     named = iota
	asLinks           // furniture made of links: navigation, contents, tags
	asFurniture       // any other furniture
)

// nameOf reads the class and id of an element; most stand on many.
func (p *page) nameOf(n *html.Node) named {
	key := attr(n, "class") + "\x00" + attr(n, "id") + "\x00" + n.Data
	name, known := p.named[key]
	if !known {
		name = readName(n)
		p.named[key] = name
	}
	return name
}

// readName reads the class and id of an element.
func readName(n *html.Node) named {
	s := attr(n, "class") + " " + ownID(n)
	if len(s) < 3 || len(s) > 600 {
		return unnamed
	}
	t := names()
	low := strings.ToLower(s)
	if s = hyphened(s); strings.Contains(s, "sidebar") {
		s = layoutNames.ReplaceAllString(s, "")
	}
	if t.part(s) {
		return asFurniture
	}
	out := unnamed
	for _, w := range strings.FieldsFunc(s, notSmall) {
		switch {
		case t.drop[w] && (len(w) >= wholeName || alone(low, w)):
			return asFurniture
		case t.links[w] && (len(w) >= wholeName || alone(low, w)):
			out = asLinks
		}
	}
	return out
}

// part reports whether names hold a part of names of furniture. One of several words begins
// where a word does: "ad-container" is no part of "lead-container".
func (t *nameTable) part(s string) bool {
	for _, part := range t.parts {
		if strings.Contains(s, part) {
			return true
		}
	}
	for i := range len(s) {
		if i > 0 && !notSmall(rune(s[i-1])) {
			continue
		}
		for _, part := range t.starts[s[i]] {
			if strings.HasPrefix(s[i:], part) {
				return true
			}
		}
	}
	return false
}

// ownID is the id of an element where it names the element; empty where it repeats a heading.
func ownID(n *html.Node) string {
	id := attr(n, "id")
	words := 1 + strings.Count(id, "-")
	if headingLevel(n.DataAtom) > 0 || n.DataAtom == atom.Section && words > 1 || strings.ToLower(id) != id && words > 3 {
		return ""
	}
	return id
}

// wholeName is the length from which a word counts that only a capital sets apart: the short
// ones turn up in generated names.
const wholeName = 4

// notSmall reports whether a character is no small Latin letter.
func notSmall(r rune) bool { return r < 'a' || r > 'z' }

// alone reports whether a word stands in names apart from letters.
func alone(s, word string) bool {
	for _, w := range strings.FieldsFunc(s, notSmall) {
		if w == word {
			return true
		}
	}
	return false
}

// hyphened brings names to one form, small words with hyphens: photoCaption and photo__caption
// are photo-caption.
func hyphened(s string) string {
	out := make([]byte, 0, len(s)+8)
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z':
			if 'a' <= s[max(i-1, 0)] && s[max(i-1, 0)] <= 'z' {
				out = append(out, '-')
			}
			c += 'a' - 'A'
		case c == '_' || c == ':' || c == '/' || c == '.':
			c = '-'
		case c < ' ':
			c = ' '
		}
		if c == '-' && last == '-' {
			continue
		}
		out, last = append(out, c), c
	}
	return string(out)
}
