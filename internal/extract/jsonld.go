package extract

import (
	"encoding/json"
	"strings"
)

// linkedData is what the JSON-LD of a page says of its article.
type linkedData struct {
	title, publisher, published, modified value
	authors                               []string
	language                              string
}

// maxLinkedData bounds one JSON-LD script: real ones are below 100 KiB.
const maxLinkedData = 1 << 20

// linkedData reads the JSON-LD scripts of a page. Of several nodes the first that is an
// article counts. A script that is no JSON is passed over: it says nothing.
func (p *page) linkedData() linkedData {
	byID := map[string]map[string]any{}
	var nodes []map[string]any
	for _, n := range p.find.Find(`script[type="application/ld+json"]`).Nodes {
		if n.FirstChild == nil || len(n.FirstChild.Data) > maxLinkedData {
			continue
		}
		var v any
		raw := strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(n.FirstChild.Data)
		if json.Unmarshal([]byte(strings.TrimRight(strings.TrimSpace(raw), ";")), &v) == nil {
			nodes = append(nodes, ldNodes(v, 0)...)
		}
	}
	for _, n := range nodes {
		if id := ldText(n["@id"]); id != "" && byID[id] == nil {
			byID[id] = n
		}
	}
	for _, n := range nodes {
		if ldArticle(n["@type"]) {
			return readArticle(n, byID)
		}
	}
	return linkedData{}
}

// ldNodes lists the objects of a JSON-LD value: of lists, of @graph, and a page's mainEntity.
func ldNodes(v any, depth int) []map[string]any {
	var out []map[string]any
	if depth > 8 {
		return nil
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			out = append(out, ldNodes(e, depth+1)...)
		}
	case map[string]any:
		out = append(out, v)
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage"} {
			out = append(out, ldNodes(v[key], depth+1)...)
		}
	}
	return out
}

// ldArticle reports whether a type is a kind of article.
func ldArticle(t any) bool {
	switch t := t.(type) {
	case string:
		for _, kind := range []string{"Article", "BlogPosting", "Report", "Review"} {
			if strings.HasSuffix(t, kind) {
				return true
			}
		}
	case []any:
		for _, e := range t {
			if ldArticle(e) {
				return true
			}
		}
	}
	return false
}

// readArticle takes out of an article's node what a document has a field for.
func readArticle(n map[string]any, byID map[string]map[string]any) linkedData {
	ld := func(s string) value { return value{s, "json-ld"} }
	out := linkedData{
		title:     ld(ldText(n["headline"])),
		publisher: ld(strings.Join(ldNames(n["publisher"], byID), ", ")),
		published: ld(ldText(n["datePublished"])),
		modified:  ld(ldText(n["dateModified"])),
		authors:   ldNames(n["author"], byID),
		language:  ldText(n["inLanguage"]),
	}
	if out.title.text == "" {
		out.title = ld(ldText(n["name"]))
	}
	if len(out.authors) == 0 {
		out.authors = ldNames(n["creator"], byID)
	}
	return out
}

// ldText is a value as text: a string, or the first of a list.
func ldText(v any) string {
	switch v := v.(type) {
	case string:
		return unescapeTwice(v)
	case []any:
		if len(v) > 0 {
			return ldText(v[0])
		}
	case map[string]any:
		return ldText(v["@value"])
	}
	return ""
}

// ldNames lists the names of persons or bodies, following references within the page.
func ldNames(v any, byID map[string]map[string]any) []string {
	switch v := v.(type) {
	case string:
		if n := byID[v]; n != nil {
			return ldNames(n["name"], nil)
		}
		return []string{unescapeTwice(v)}
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, ldNames(e, byID)...)
		}
		return out
	case map[string]any:
		if name := ldText(v["name"]); name != "" {
			return []string{name}
		}
		if n := byID[ldText(v["@id"])]; n != nil {
			return ldNames(n["name"], nil)
		}
	}
	return nil
}
