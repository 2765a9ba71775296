package extract

import (
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// What a page says of itself is read from several witnesses, the most careful first: JSON-LD,
// then the metadata of scholarly pages (Highwire, Dublin Core), OpenGraph, plain meta
// elements, <time>, and the visible page last. The first that gives a value is the witness.

// metadata fills in what the page says of itself.
func (p *page) metadata() {
	tags := p.metaTags()
	ld := p.linkedData()
	shown, changed := p.visibleDates()
	p.set("title", &p.doc.Title, ld.title,
		first(tags, "citation_title", "dc.title", "dcterms.title"),
		first(tags, "og:title", "twitter:title"))
	p.set("publisher", &p.doc.Publisher, ld.publisher,
		first(tags, "citation_publisher", "dc.publisher", "dcterms.publisher", "citation_journal_title"),
		first(tags, "og:site_name"),
		first(tags, "application-name"))
	p.date("published", &p.doc.Published, ld.published,
		first(tags, "citation_publication_date", "citation_date", "dc.date", "dcterms.issued",
			"dcterms.created", "dc.date.issued"),
		first(tags, "article:published_time", "og:article:published_time", "og:published_time"),
		first(tags, "date", "pubdate", "publishdate", "parsely-pub-date", "sailthru.date",
			"article.published", "publish_date", "last-published", "itemprop:datepublished"),
		p.timeElement(), shown)
	p.date("modified", &p.doc.Modified, ld.modified,
		first(tags, "dcterms.modified", "dc.modified", "dc:modified"),
		first(tags, "article:modified_time", "og:updated_time"),
		first(tags, "last-modified", "lastmod", "itemprop:datemodified"), changed)
	p.bylines(ld, tags)
	p.canonical(tags)
	p.declaredLanguage(tags)
}

// value is a piece of metadata with what gave it.
type value struct{ text, witness string }

// set fills a field from the first value that is not empty.
func (p *page) set(field string, to *string, values ...value) {
	for _, v := range values {
		if text := untagged(v.text); text != "" {
			*to, p.doc.Witness[field] = text, v.witness
			return
		}
	}
}

// date fills a field from the first value that is a date.
func (p *page) date(field string, to *string, values ...value) {
	for _, v := range values {
		if d := metaDate(v.text); d != "" {
			*to, p.doc.Witness[field] = d, v.witness
			return
		}
	}
}

// metaTags maps the names of meta elements, in small letters, to their contents in order.
func (p *page) metaTags() map[string][]string {
	tags := map[string][]string{}
	p.find.Find("meta[content]").Each(func(_ int, s *goquery.Selection) {
		n := s.Nodes[0]
		content := attr(n, "content")
		for _, key := range []string{"name", "property"} {
			if k := strings.ToLower(attr(n, key)); k != "" {
				tags[k] = append(tags[k], content)
			}
		}
		if k := strings.ToLower(attr(n, "itemprop")); k != "" {
			tags["itemprop:"+k] = append(tags["itemprop:"+k], content)
		}
	})
	return tags
}

// first is the first content that one of the names has.
func first(tags map[string][]string, keys ...string) value {
	for _, k := range keys {
		for _, content := range tags[k] {
			if strings.TrimSpace(content) != "" {
				return value{content, witnessOf(k)}
			}
		}
	}
	return value{}
}

// witnessOf names the family that a meta name belongs to.
func witnessOf(key string) string {
	switch {
	case strings.HasPrefix(key, "og:"), strings.HasPrefix(key, "article:"):
		return "opengraph"
	case strings.HasPrefix(key, "citation_"):
		return "highwire"
	case strings.HasPrefix(key, "dc.") || strings.HasPrefix(key, "dc:"),
		strings.HasPrefix(key, "dcterms."):
		return "dublin-core"
	case strings.HasPrefix(key, "itemprop:"):
		return "microdata"
	}
	return "meta"
}

// timeElement is the first <time> that says it is the day of publication, else the first that
// stands in the head of the article.
func (p *page) timeElement() value {
	for _, q := range []string{"time[itemprop=datePublished]", "[itemprop=datePublished]",
		"time[pubdate]", "time.published", "time.entry-date", "article time[datetime]",
		"header time[datetime]", "time[datetime]"} {
		s := p.find.Find(q).First()
		for _, key := range []string{"datetime", "content"} {
			if v, ok := s.Attr(key); ok && metaDate(v) != "" {
				return value{v, "time"}
			}
		}
	}
	return value{}
}

// bylines fills in the authors.
func (p *page) bylines(ld linkedData, tags map[string][]string) {
	try := func(witness string, names []string) {
		if len(p.doc.Byline) > 0 {
			return
		}
		seen := map[string]bool{}
		for _, n := range names {
			n = author(n)
			if n != "" && !seen[n] && len(p.doc.Byline) < 50 {
				seen[n] = true
				p.doc.Byline = append(p.doc.Byline, n)
				p.doc.Witness["byline"] = witness
			}
		}
	}
	try("json-ld", ld.authors)
	try("highwire", tags["citation_author"])
	try("dublin-core", append(tags["dc.creator"], tags["dcterms.creator"]...))
	try("meta", append(tags["author"], append(tags["parsely-author"], tags["sailthru.author"]...)...))
	try("opengraph", tags["article:author"])
	for _, q := range []string{"[itemprop=author] [itemprop=name]", "[itemprop=author]",
		"[rel=author]", ".byline .author", ".author-name", ".byline-name"} {
		var names []string
		for _, n := range p.find.Find(q).Nodes {
			names = append(names, visibleText(n, nil))
		}
		try("byline", names)
	}
}

// authorPrefix is what pages print before a name.
var authorPrefix = regexp.MustCompile(`(?i)^(by|von|par|por|автор:?|posted by|written by)\s+`)

// author cleans a name; empty when it is an address or too long to be one.
func author(s string) string {
	s = authorPrefix.ReplaceAllString(untagged(s), "")
	if strings.Contains(s, "://") || len(s) > 120 || strings.HasPrefix(s, "@") {
		return ""
	}
	return strings.Trim(s, " ,;|")
}

// canonical fills in the address that the page gives itself.
func (p *page) canonical(tags map[string][]string) {
	href, _ := p.find.Find(`link[rel="canonical"][href]`).First().Attr("href")
	if address := p.link(href); href != "" && address != "" {
		p.doc.Canonical, p.doc.Witness["canonical"] = address, "link"
		return
	}
	if v := first(tags, "og:url"); v.text != "" && p.link(v.text) != "" {
		p.doc.Canonical, p.doc.Witness["canonical"] = p.link(v.text), v.witness
	}
}

// settleTitle fills in the title from the visible page where the head gives none, and drops
// the name of the site from it where the page's heading shows which part that is.
func (p *page) settleTitle() {
	h1 := p.heading()
	if p.doc.Kind == "encyclopedia" && h1 != "" {
		p.doc.Title, p.doc.Witness["title"] = h1, "h1"
		return
	}
	tag := clean(p.titleElement())
	p.set("title", &p.doc.Title, value{p.doc.Title, p.doc.Witness["title"]},
		value{partOf(tag, h1), "title"}, value{h1, "h1"}, value{fileTitle(p.doc.URL), "url"})
}

// heading is the text of the page's one level 1 heading; empty when there are several.
func (p *page) heading() string {
	if s := p.find.Find("#firstHeading").First(); s.Length() > 0 {
		return visibleText(s.Nodes[0], nil)
	}
	text := ""
	for _, n := range p.find.Find("h1").Nodes {
		t := visibleText(n, nil)
		if t != "" && text != "" && t != text {
			return ""
		}
		text = t
	}
	return text
}

// titleElement is the text of <title>, without the site's name when a sign divides it.
func (p *page) titleElement() string {
	s := p.find.Find("head title").First()
	if s.Length() == 0 {
		return ""
	}
	var b strings.Builder
	for n := range s.Nodes[0].Descendants() {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}

// partOf is h1 when it is a part of a page's title, else the title before its last divider
// (" | ", " - ", " — ") when what is left is the longer part.
func partOf(title, h1 string) string {
	if h1 != "" && strings.Contains(strings.ToLower(title), strings.ToLower(h1)) {
		return h1
	}
	for _, sign := range []string{" | ", " — ", " – ", " - ", " :: ", " » "} {
		if i := strings.LastIndex(title, sign); i > len(title)/2 {
			return title[:i]
		}
	}
	return title
}
