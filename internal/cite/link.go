package cite

import (
	"net/url"
	"regexp"
	"strings"

	"ibid/corpus"
)

// The roles of a link in a note.
const (
	roleWork       = "work"       // the work itself
	roleArchive    = "archive"    // a copy of it in a web archive
	roleIdentifier = "identifier" // a resolver: DOI, PubMed, a library catalogue
	roleRef        = "ref"        // an entry of the bibliography on the same page
	roleOther      = "other"
)

// archivedPath is how web archives put a capture's time and address into a path.
var archivedPath = regexp.MustCompile(`/(\d{8,14})(?:[a-z]{2}_)?\*?/(https?:/?/?[^\s]+)$`)

// Role says what a link in a note is for, from its address alone: work, archive,
// identifier, ref for an anchor of a bibliography entry (#CITEREF…), other for what is not
// http or https.
func Role(rawURL string) string {
	if anchorOf(rawURL) != "" {
		return roleRef
	}
	u := parseURL(rawURL)
	if u == nil {
		return roleOther
	}
	if archivedPath.MatchString(u.String()) {
		return roleArchive
	}
	if row, ok := hostOf(u); ok {
		return row.role
	}
	if strings.Contains(u.Path, "/Special:BookSources/") {
		return roleIdentifier
	}
	return roleWork
}

// hostOf looks a host up in hosts.tsv, with the first step of the path and without it.
func hostOf(u *url.URL) (hostRow, bool) {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	step, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if row, ok := lex().hosts[host+"/"+step]; ok {
		return row, true
	}
	row, ok := lex().hosts[host]
	return row, ok
}

// anchorOf is the CITEREF anchor that a link of the page points to, or empty.
func anchorOf(rawURL string) string {
	_, frag, ok := strings.Cut(rawURL, "#")
	if !ok || !strings.HasPrefix(frag, "CITEREF") {
		return ""
	}
	if s, err := url.PathUnescape(frag); err == nil {
		return s
	}
	return frag
}

// parseURL accepts http and https with a host, and //host as https; nil for all else.
func parseURL(raw string) *url.URL {
	raw = strings.TrimSpace(raw)
	if strings.HasPrefix(raw, "//") {
		raw = "https:" + raw
	}
	if strings.ContainsFunc(raw, func(r rune) bool { return r <= ' ' || r == 0x7f || r == 0xFFFD }) {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// safeURL is raw in the spelling it came in when it is http or https, else empty.
func safeURL(raw string) string {
	if parseURL(raw) == nil {
		return ""
	}
	raw = strings.TrimSpace(raw)
	if strings.HasPrefix(raw, "//") {
		raw = "https:" + raw
	}
	return raw
}

// unwrap reads the address and the day out of an archive's URL; both may be empty.
func unwrap(archive string) (original string, day *corpus.CSLDate) {
	m := archivedPath.FindStringSubmatch(archive)
	if m == nil {
		return "", nil
	}
	if p := parts(atoi(m[1][:4]), atoi(m[1][4:6]), atoi(m[1][6:8])); p != nil {
		day = &corpus.CSLDate{Parts: [][]int{p}}
	}
	original = m[2]
	if scheme, rest, ok := strings.Cut(original, ":/"); ok && !strings.HasPrefix(rest, "/") {
		original = scheme + "://" + rest // some archives fold the two slashes into one
	}
	return safeURL(original), day
}

// identify reads an identifier out of a resolver's URL: its CSL field and value.
func identify(raw string) (field, value string) {
	u := parseURL(raw)
	if u == nil {
		return "", ""
	}
	if _, isbn, ok := strings.Cut(u.Path, "/Special:BookSources/"); ok {
		return "ISBN", cleanISBN(isbn)
	}
	row, ok := hostOf(u)
	if !ok || row.field == "" {
		return "", ""
	}
	value = strings.Trim(u.Path, "/")
	switch row.field {
	case "DOI":
		value = cleanDOI(value)
	case "PMID":
		value = strings.TrimPrefix(value, "pubmed/")
		if !digits(value) {
			return "", ""
		}
	}
	return row.field, value
}

// originalLabel and archiveLabel tell the links "the original" and "Archived" from titles.
func originalLabel(text string) bool { return lex().has("original", strings.Trim(text, " .")) }

func archiveLabel(text string) bool {
	return lex().has("archive-label", strings.Trim(text, " ."))
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
