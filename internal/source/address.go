package source

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
)

// maxURL is how many bytes an address may have; the archive takes no more.
const maxURL = 8 << 10

// resolve gives the address that a reference on a page means. What cannot be fetched is false.
func resolve(base *url.URL, ref string) (string, bool) {
	if len(ref) > maxURL || !utf8.ValidString(ref) {
		return "", false
	}
	ref = strings.Map(func(r rune) rune { // as browsers do: line breaks inside mean nothing
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimSpace(ref))
	if ref == "" {
		return "", false
	}
	u, err := url.Parse(ref)
	if err != nil {
		return "", false
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return "", false
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	out := u.String()
	again, err := url.Parse(out)
	if err != nil || again.String() != out || len(out) > maxURL || !utf8.ValidString(out) {
		return "", false
	}
	return out, true
}

// escapeQuery escapes what may not stand in a query.
func escapeQuery(q string) string {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if c := q[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// The ways in which a crawl can be bounded.
const (
	Path = "path" // at or below the folder of the first page
	Host = "host" // the host of the first page
	Site = "site" // the host without "www." and all hosts below it
)

// Scope says which addresses belong to a crawl. http and https are not told apart.
type Scope struct {
	kind, host, port, folder string
}

// NewScope is the scope of a kind around an address; "" means Host.
func NewScope(from, kind string) (Scope, error) {
	u, err := url.Parse(from)
	if err != nil || u.Hostname() == "" {
		return Scope{}, corpus.Errorf(corpus.Invalid, from, "is not an http or https address")
	}
	s := Scope{kind: kind, host: hostOf(u), port: portOf(u), folder: "/"}
	switch kind {
	case "":
		s.kind = Host
	case Host:
	case Site:
		s.host = strings.TrimPrefix(s.host, "www.")
	case Path:
		p := u.EscapedPath()
		s.folder = p[:strings.LastIndexByte(p, '/')+1]
	default:
		return Scope{}, corpus.Errorf(corpus.Invalid, kind, "is no scope").WithRemedy("use path, host or site")
	}
	return s, nil
}

// Contains reports whether an address lies inside.
func (s Scope) Contains(rawURL string) bool {
	u, err := url.Parse(rawURL)
	if err != nil || portOf(u) != s.port {
		return false
	}
	h := hostOf(u)
	if s.kind == Site {
		return h == s.host || strings.HasSuffix(h, "."+s.host)
	}
	return h == s.host && (s.kind == Host || strings.HasPrefix("/"+strings.TrimPrefix(u.EscapedPath(), "/"), s.folder))
}

func hostOf(u *url.URL) string { return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") }

// portOf is the port of an address, "" for those that are not written.
func portOf(u *url.URL) string {
	if p := u.Port(); p != "80" && p != "443" {
		return p
	}
	return ""
}
