package robots

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// MaxBytes is how much of a file counts: what RFC 9309 asks for at least. A line that is cut
// there is dropped, since half a path would rule more than the whole.
const MaxBytes = 500 << 10

// Rules are what a robots.txt asks of one crawler. The zero value allows everything.
type Rules struct {
	Delay    time.Duration // Crawl-delay, the longest if there are several; 0 if not asked for
	Sitemaps []string      // addresses as they stand there, whoever they are meant for

	rules []rule
}

// rule is one Allow or Disallow.
type rule struct {
	pattern string // normalised; * and a $ at the end are wild
	allow   bool
}

// Token is the part of a user agent that robots.txt names: its first product, letters, hyphens
// and underscores.
func Token(userAgent string) string {
	n := 0
	for n < len(userAgent) && isToken(userAgent[n]) {
		n++
	}
	return strings.ToLower(userAgent[:n])
}

func isToken(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_'
}

// Parse reads a file for the crawler of a token. Lines that are no rule are passed over.
func Parse(body []byte, token string) *Rules {
	p := parser{token: strings.ToLower(token), out: &Rules{}}
	for line := range lines(body) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if ok {
			p.record(strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value))
		}
	}
	g := &p.any
	if p.named.seen {
		g = &p.named
	}
	p.out.rules, p.out.Delay = g.rules, g.delay
	return p.out
}

// lines yields the lines of a file up to MaxBytes, whatever ends them, without a byte order mark.
func lines(body []byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		body = bytes.TrimPrefix(body, []byte("\ufeff"))
		if len(body) > MaxBytes {
			body = body[:MaxBytes]
			body = body[:bytes.LastIndexAny(body, "\r\n")+1]
		}
		for len(body) > 0 {
			n := bytes.IndexAny(body, "\r\n")
			if n < 0 {
				n = len(body)
			}
			if !yield(string(body[:n])) {
				return
			}
			body = body[min(n+1, len(body)):]
		}
	}
}

// group gathers the rules of all groups of one crawler.
type group struct {
	seen  bool
	rules []rule
	delay time.Duration
}

// parser reads record after record. A group is the agents named one after another and the
// rules up to the next agent; other records, Crawl-delay too, do not end the list of agents.
type parser struct {
	token      string
	any, named group // for everybody; for us
	forAny     bool  // the group in hand names everybody
	forUs      bool  // it names us
	ruled      bool  // it has a rule already: another agent begins a new group
	out        *Rules
}

// record takes one "key: value".
func (p *parser) record(key, value string) {
	switch key {
	case "user-agent", "useragent":
		if p.ruled {
			p.forAny, p.forUs, p.ruled = false, false, false
		}
		p.agent(value)
	case "allow", "disallow":
		p.ruled = true
		if value != "" {
			r := rule{pattern: normalize(value, false), allow: key == "allow"}
			p.each(func(g *group) { g.rules = append(g.rules, r) })
		}
	case "crawl-delay":
		if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 && !math.IsInf(s, 0) {
			d := time.Duration(min(s, 1e6) * float64(time.Second))
			p.each(func(g *group) { g.delay = max(g.delay, d) })
		}
	case "sitemap":
		if value != "" {
			p.out.Sitemaps = append(p.out.Sitemaps, value)
		}
	}
}

// agent adds a crawler to the group in hand.
func (p *parser) agent(value string) {
	switch {
	case value == "*" || strings.HasPrefix(value, "* ") || strings.HasPrefix(value, "*\t"):
		p.forAny, p.any.seen = true, true
	case p.token != "" && Token(value) == p.token:
		p.forUs, p.named.seen = true, true
	}
}

// each calls f with the groups that the record in hand belongs to.
func (p *parser) each(f func(*group)) {
	if p.forAny {
		f(&p.any)
	}
	if p.forUs {
		f(&p.named)
	}
}

// Allows reports whether a path with its query may be asked for. robots.txt itself always may.
func (r *Rules) Allows(path string) bool {
	if r == nil || path == "/robots.txt" {
		return true
	}
	path = normalize(path, true)
	allowed, longest := true, -1
	for _, l := range r.rules {
		if len(l.pattern) < longest || len(l.pattern) == longest && !l.allow {
			continue
		}
		if matches(l.pattern, path) {
			allowed, longest = l.allow, len(l.pattern)
		}
	}
	return allowed
}

// matches reports whether a pattern covers the beginning of a path, or all of it where the
// pattern ends in $. Each piece between stars is looked for from where the one before it
// ended: the leftmost place leaves most for the rest, so no other need be tried.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	first, rest, wild := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	if !wild {
		return !whole || path == ""
	}
	for {
		piece, more, wild := strings.Cut(rest, "*")
		if !wild {
			return whole && strings.HasSuffix(path, piece) || !whole && strings.Contains(path, piece)
		}
		n := strings.Index(path, piece)
		if n < 0 {
			return false
		}
		path, rest = path[n+len(piece):], more
	}
}

const upperHex = "0123456789ABCDEF"

// normalize gives paths and patterns one spelling: what need not be escaped is not, what is not
// ASCII is, escapes are in capitals. In a path * and $ are characters and become escapes, so that
// only those of a pattern are wild; so does a $ of a pattern that does not stand at its end.
func normalize(s string, path bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		escaped := false
		if c == '%' && i+2 < len(s) {
			if hi, lo := unhex(s[i+1]), unhex(s[i+2]); hi >= 0 && lo >= 0 {
				c, escaped, i = byte(hi<<4|lo), true, i+2
			}
		}
		switch {
		case escaped && !unreserved(c), c == '%', c >= 0x80 || c <= ' ' || c == 0x7f, path && c == '*', !escaped && c == '$' && (path || i+1 < len(s)):
			b.WriteByte('%')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unhex is the value of a hexadecimal digit, or -1.
func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// unreserved are the characters that mean the same with and without escape (RFC 3986, 2.3).
func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		c == '-' || c == '.' || c == '_' || c == '~'
}
