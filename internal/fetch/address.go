package fetch

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"ibid/corpus"
)

// parseURL accepts http and https addresses without credentials, and writes their host in
// the one spelling that is looked up and sent.
func parseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, corpus.Errorf(corpus.Invalid, raw, "is not an http or https address")
	case u.User != nil:
		return nil, corpus.Errorf(corpus.Invalid, raw, "holds a user name or password").
			WithRemedy("leave it out")
	}
	host, err := plainHost(u.Hostname())
	if err != nil {
		return nil, corpus.Errorf(corpus.Invalid, raw, "%w", err).
			WithRemedy("write the host as browsers show it")
	}
	if port := u.Port(); port != "" {
		u.Host = net.JoinHostPort(host, port)
	} else if strings.Contains(host, ":") {
		u.Host = "[" + host + "]"
	} else {
		u.Host = host
	}
	u.Fragment, u.RawFragment = "", ""
	u.RawQuery = escapeQuery(u.RawQuery)
	return u, nil
}

// escapeQuery escapes what would break the line of a request: blanks and other scripts, which
// net/url leaves in a query as they are.
func escapeQuery(q string) string {
	var b strings.Builder
	for i := 0; i < len(q); i++ {
		if c := q[i]; c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// plainHost gives the host of an address in lower-case ASCII. An IP address has to stand there
// in its usual form: 127.1, 0x7f.1, 2130706433 and digits of other scripts are read as numbers
// by some programs and as names by others, which is what they are written for.
func plainHost(host string) (string, error) {
	if strings.Contains(host, ":") {
		a, err := netip.ParseAddr(host)
		if err != nil || a.Zone() != "" {
			return "", corpus.Errorf(corpus.Invalid, host, "is not an address that others can reach")
		}
		return a.String(), nil
	}
	name := strings.ToLower(host)
	if !isASCII(host) {
		var err error
		if name, err = idna.Lookup.ToASCII(host); err != nil {
			return "", corpus.Errorf(corpus.Invalid, host, "is not a host's name: %w", err)
		}
	}
	if len(name) > 253 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-._") != "" {
		return "", corpus.Errorf(corpus.Invalid, host, "is not a host's name")
	}
	if endsInNumber(name) {
		if a, err := netip.ParseAddr(name); err != nil || a.String() != host {
			return "", corpus.Errorf(corpus.Invalid, host, "is a number in an unusual spelling")
		}
	}
	return name, nil
}

// endsInNumber reports whether the last label is a number, which makes all of it one to the
// programs that read such hosts (WHATWG URL, host parsing).
func endsInNumber(name string) bool {
	name = strings.TrimSuffix(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	hex, isHex := strings.CutPrefix(last, "0x")
	return last != "" && (strings.Trim(last, "0123456789") == "" || isHex && strings.Trim(hex, "0123456789abcdef") == "")
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// nextURL is where a redirect leads.
func nextURL(at *url.URL, resp *Response) (*url.URL, error) {
	to, err := at.Parse(resp.Field("Location"))
	if err != nil || resp.Field("Location") == "" {
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "redirects to nowhere: %q", resp.Field("Location"))
	}
	next, err := parseURL(to.String())
	if err != nil {
		return nil, corpus.Errorf(corpus.KindOf(err), at.String(), "redirects to %w", err)
	}
	return next, nil
}

// hostOf is the host that requests queue up for, whatever the scheme and port.
func hostOf(u *url.URL) string { return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".") }

// Host names the host of an address as Drive wants it; two addresses of one host give one name.
func Host(rawURL string) string {
	u, err := parseURL(rawURL)
	if err != nil {
		return ""
	}
	return hostOf(u)
}
