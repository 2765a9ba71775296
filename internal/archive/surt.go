package archive

import (
	"net/url"
	"path"
	"regexp"
	"sort"
	"strings"
)

// The key of a line of the capture index is the address in the form of the Internet Archive's
// "sort-friendly URI reordering transform" with its simplifications, as the indexers of pywb
// write it: the host turned round, without www, user, default port and fragment; the path
// without empty and dotted steps and without a slash at its end; the parameters sorted, without
// those that name a session; all in lower case.

// sessions are parameters that name a session, by the length of their values.
var sessions = regexp.MustCompile(`(?i)(^|&)(jsessionid=[0-9a-z]{32}|phpsessid=[0-9a-z]{32}|` +
	`sid=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24})(&|$)`)

// www is the part of a host that stands for nothing.
var www = regexp.MustCompile(`^www\d*\.`)

// surt is the key of an address.
func surt(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return strings.ToLower(strings.ReplaceAll(escapeKey(raw), "%25", "%"))
	}
	key := turned(u)
	key += ")" + cleanPath(u)
	if q := cleanQuery(u.RawQuery); q != "" {
		key += "?" + q
	}
	return strings.ToLower(key)
}

// turned is the host from its end, with a port that is not the scheme's own.
func turned(u *url.URL) string {
	host := www.ReplaceAllString(strings.ToLower(u.Hostname()), "")
	labels := strings.Split(host, ".")
	for i, k := 0, len(labels)-1; i < k; i, k = i+1, k-1 {
		labels[i], labels[k] = labels[k], labels[i]
	}
	host = strings.Join(labels, ",")
	own := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	if p := u.Port(); p != "" && p != own {
		host += ":" + p
	}
	return host
}

// cleanPath is the path, unescaped and escaped anew, without what leads nowhere.
func cleanPath(u *url.URL) string {
	if u.Path == "" || u.Path == "/" {
		return "/"
	}
	return escapeKey(path.Clean("/" + unescaped(u.Path)))
}

// cleanQuery sorts the parameters and takes out those that name a session.
func cleanQuery(q string) string {
	for {
		m := sessions.FindStringSubmatchIndex(q)
		if m == nil {
			break
		}
		q = q[:m[2]] + q[m[5]:] // of the & before it and behind it one stays
		q = strings.Trim(q, "&")
	}
	if q == "" {
		return ""
	}
	parts := strings.Split(strings.ToLower(escapeKey(unescaped(q))), "&")
	sort.Strings(parts)
	return strings.Join(parts, "&")
}

// unescaped undoes escapes until none is left, as some addresses are escaped twice.
func unescaped(s string) string {
	for range 8 {
		plain, err := url.PathUnescape(s)
		if err != nil || plain == s {
			break
		}
		s = plain
	}
	return s
}

// escapeKey escapes what would part the fields of a line or read as an escape.
func escapeKey(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '#' || c == '%' {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
