package source

import (
	"bytes"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Caps on one page.
const (
	maxLinks = 10_000  // addresses taken from it
	maxTags  = 100_000 // links looked at, whatever they hold
	maxToken = 1 << 20 // bytes of one tag; a page with a larger one ends there
)

// Links gives the pages that an HTML page links to, each once, in their order. A page whose meta
// element asks robots not to follow has none. Images, archives and the like are left out by the
// ending of their names.
func Links(base string, page []byte) []string {
	at, err := url.Parse(base)
	if err != nil {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(maxToken)
	based := false
	for tags := 0; len(out) < maxLinks && tags < maxTags; {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		name, more := z.TagName()
		tag := atom.Lookup(name)
		if !more || tag != atom.A && tag != atom.Area && tag != atom.Base && tag != atom.Meta {
			continue
		}
		attrs := attributes(z)
		tags++
		switch tag {
		case atom.Meta:
			if strings.EqualFold(attrs["name"], "robots") && NoFollow(attrs["content"]) {
				return nil
			}
		case atom.Base:
			if u, ok := resolve(at, attrs["href"]); ok && !based {
				if to, err := url.Parse(u); err == nil {
					at, based = to, true
				}
			}
		default:
			if u, ok := resolve(at, attrs["href"]); ok && !seen[u] && isPage(u) {
				seen[u] = true
				out = append(out, u)
			}
		}
	}
	return out
}

// attributes are those of the tag in hand that matter; of two of one name the first counts.
func attributes(z *html.Tokenizer) map[string]string {
	out := map[string]string{}
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch k := string(key); k {
		case "href", "name", "content":
			if _, ok := out[k]; !ok {
				out[k] = string(value)
			}
		}
	}
	return out
}

// NoFollow reports whether the content of a robots meta element, or of an X-Robots-Tag field, asks
// for links not to be followed. A field that speaks to one crawler is taken to mean all.
func NoFollow(content string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(content), func(r rune) bool { return strings.ContainsRune(",: ", r) }) {
		if word == "nofollow" || word == "none" {
			return true
		}
	}
	return false
}

// isPage reports whether an address may well be a page, after the ending of its path.
func isPage(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".svg", ".ico", ".bmp", ".tif", ".tiff",
		".css", ".js", ".mjs", ".json", ".woff", ".woff2", ".ttf", ".eot",
		".mp3", ".mp4", ".m4a", ".m4v", ".webm", ".ogg", ".wav", ".avi", ".mov", ".mkv", ".flv",
		".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".iso", ".exe", ".dmg", ".apk", ".msi", ".deb", ".rpm",
		".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".epub", ".rss", ".atom":
		return false
	}
	return true
}
