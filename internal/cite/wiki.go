package cite

import (
	"fmt"
	"strconv"
	"strings"

	"ibid/corpus"
)

// wikiTemplate gives the citation template of a CSL type; others are cite web when they have
// an address, else citation.
func wikiTemplate(e entry) string {
	switch e.Type {
	case "article-journal":
		return "cite journal"
	case "article-magazine":
		return "cite magazine"
	case "article-newspaper":
		return "cite news"
	case "book", "chapter":
		return "cite book"
	case "entry-encyclopedia", "entry-dictionary":
		return "cite encyclopedia"
	case "paper-conference":
		return "cite conference"
	case "report":
		return "cite report"
	case "thesis":
		return "cite thesis"
	}
	if e.URL != "" {
		return "cite web"
	}
	return "citation"
}

// wikiEscape writes as character references what wikitext gives a meaning: template and link
// marks, tags, signatures, list marks are harmless inside a parameter.
var wikiEscape = strings.NewReplacer("&", "&amp;", "|", "&#124;", "{", "&#123;", "}", "&#125;",
	"[", "&#91;", "]", "&#93;", "<", "&lt;", ">", "&gt;",
	"~", "&#126;", "''", "&#39;&#39;", "__", "&#95;&#95;")

// wikiURL writes what would end an address in wikitext.
var wikiURL = strings.NewReplacer("|", "%7C", "{", "%7B", "}", "%7D", "[", "%5B", "]", "%5D",
	"<", "%3C", ">", "%3E", `"`, "%22", "'", "%27", " ", "%20", "~~", "%7E%7E", "__", "%5F%5F")

func writeWiki(items []entry) string {
	var b strings.Builder
	for _, e := range items {
		b.WriteString("{{" + wikiTemplate(e))
		for _, f := range wikiFields(e) {
			if f[1] != "" {
				fmt.Fprintf(&b, " |%s=%s", f[0], f[1])
			}
		}
		b.WriteString("}}<!-- " + comment(e.note) + " -->\n")
	}
	return b.String()
}

// comment makes text safe inside an HTML comment.
func comment(s string) string {
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "- -")
	}
	return strings.NewReplacer("<", "‹", ">", "›").Replace(s)
}

func wikiFields(e entry) [][2]string {
	x := e.custom()
	out := append(wikiNames("", e.Author), wikiNames("editor-", e.Editor)...)
	title, container := "title", "work"
	switch wikiTemplate(e) {
	case "cite book":
		if e.Type == "chapter" || e.ContainerTitle != "" {
			title, container = "chapter", "title"
		}
	case "cite journal":
		container = "journal"
	case "cite magazine":
		container = "magazine"
	case "cite news":
		container = "newspaper"
	case "cite web":
		container = "website"
	case "cite encyclopedia":
		container = "encyclopedia"
	}
	pages := "page"
	if strings.ContainsAny(e.Page, "–-,") {
		pages = "pages"
	}
	t := wikiEscape.Replace
	return append(out, [][2]string{
		{title, t(e.Title)}, {"url", wikiURL.Replace(e.URL)}, {container, t(e.ContainerTitle)},
		{"publisher", t(e.Publisher)}, {"location", t(e.PublisherPlace)},
		{"date", t(wikiDate(e.Issued))}, {"volume", t(e.Volume)}, {"issue", t(e.Issue)},
		{pages, t(e.Page)}, {"doi", t(e.DOI)}, {"isbn", t(e.ISBN)}, {"issn", t(e.ISSN)},
		{"pmid", t(e.PMID)}, {"language", t(e.Language)},
		{"archive-url", wikiURL.Replace(x.ArchiveURL)}, {"archive-date", t(wikiDate(x.ArchiveDate))},
		{"access-date", t(wikiDate(e.Accessed))}, {"quote", t(x.Quote)},
	}...)
}

// wikiNames numbers people as last1, first1 and bodies as author1. Whoever is left out is
// said by display-authors.
func wikiNames(prefix string, names []corpus.Name) [][2]string {
	who := "author"
	if prefix != "" {
		who = strings.TrimSuffix(prefix, "-")
	}
	var out [][2]string
	for i, n := range names {
		k := strconv.Itoa(i + 1)
		switch {
		case n.Literal == etAl:
			out = append(out, [2]string{"display-" + who + "s", "etal"})
		case n.Family == "":
			out = append(out, [2]string{who + k, wikiEscape.Replace(n.Literal)})
		default:
			out = append(out, [2]string{prefix + "last" + k, wikiEscape.Replace(n.Family)},
				[2]string{prefix + "first" + k, wikiEscape.Replace(n.Given)})
		}
	}
	return out
}

// monthName and seasonName are as the templates of the English wiki want them.
func monthName(m int) string {
	return []string{"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"}[m-1]
}

func seasonName(m int) string {
	return []string{"Spring", "Summer", "Autumn", "Winter"}[m-21]
}

// wikiDate is "18 February 2018", "February 2018", "2018", two of them joined by a dash.
func wikiDate(d *corpus.CSLDate) string {
	if d == nil {
		return ""
	}
	var out []string
	for _, p := range d.Parts {
		switch {
		case len(p) == 3:
			out = append(out, fmt.Sprintf("%d %s %d", p[2], monthName(p[1]), p[0]))
		case len(p) == 2 && p[1] > 12:
			out = append(out, fmt.Sprintf("%s %d", seasonName(p[1]), p[0]))
		case len(p) == 2:
			out = append(out, fmt.Sprintf("%s %d", monthName(p[1]), p[0]))
		case len(p) == 1:
			out = append(out, strconv.Itoa(p[0]))
		}
	}
	if len(out) == 0 {
		return d.Raw
	}
	return strings.Join(out, " – ")
}
