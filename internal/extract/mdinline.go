package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline writes the text of a range of the page, without the signs of Markdown.
func (m *markdown) inline(start, end int) {
	text := m.src.text
	from := start // of the stretch of text in work
	cut := func(at, n int) {
		m.w.token(token{uint32(from), uint32(at), false})
		from = at + n
	}
	for at := start; at < end; {
		s := text[at:end]
		keep, skip, raw := mdSign(s, text[start:at])
		switch {
		case skip == 0:
			_, n := utf8.DecodeRuneInString(s)
			at += n
			continue
		case keep[1] == keep[0]:
			cut(at, skip)
		case raw:
			cut(at, keep[0])
			m.w.token(token{uint32(from), uint32(at + keep[1]), true})
			from = at + skip
		default: // what a link says may have signs itself; one level is bound by the pattern
			cut(at, skip)
			m.inline(at+keep[0], at+keep[1])
		}
		if strings.HasPrefix(strings.ToLower(s[:min(len(s), 3)]), "<br") {
			m.w.space()
		}
		at += skip
	}
	m.w.token(token{uint32(from), uint32(end), false})
}

// mdSign measures the sign that s begins with: how much of it is taken up, 0 for none, and the
// range within that stays text, as it stands when raw.
func mdSign(s, before string) (keep [2]int, skip int, raw bool) {
	switch s[0] {
	case '\\':
		if len(s) > 1 && strings.IndexByte("\\`*_{}[]()#+-.!|<>~", s[1]) >= 0 {
			return [2]int{1, 2}, 2, true
		}
	case '!':
		if len(s) > 1 && s[1] == '[' {
			if _, all := mdLink(s[1:]); all > 0 {
				skip = 1 + all
			}
		}
	case '[':
		text, all := mdLink(s)
		switch {
		case text > 1 && s[1] == '^':
			skip = text + 1
		case all > 0:
			return [2]int{1, text}, all, false
		}
	case '<':
		return mdAngle(s)
	case '`':
		n := len(s) - len(strings.TrimLeft(s, "`"))
		if c := strings.Index(s[n:min(len(s), mdReach)], s[:n]); n < 9 && c > 0 {
			return [2]int{n, n + c}, 2*n + c, true
		}
	case '*', '~':
		n := len(s) - len(strings.TrimLeft(s, s[:1]))
		if n < 4 && (s[0] == '*' || n == 2) && touches(before, s[n:]) {
			skip = n
		}
	case '_':
		n := len(s) - len(strings.TrimLeft(s, "_"))
		left, _ := utf8.DecodeLastRuneInString(before)
		right, _ := utf8.DecodeRuneInString(s[n:])
		if n < 4 && isWordRune(left) != isWordRune(right) {
			skip = n
		}
	}
	return keep, skip, false
}

// mdReach is how far a sign may stand from the one that closes it, in bytes.
const mdReach = 2000

// mdLink measures a link or the mark of a note: where its text ends, 0 for neither, and all of
// it, 0 where no target follows.
func mdLink(s string) (text, all int) {
	near := s[:min(len(s), mdReach)]
	text = strings.IndexByte(near, ']')
	if text < 2 || strings.Contains(near[1:text], "[") {
		return 0, 0
	}
	for _, pair := range []string{"()", "[]"} {
		if rest := near[text+1:]; strings.HasPrefix(rest, pair[:1]) {
			if c := strings.IndexByte(rest, pair[1]); c > 0 {
				return text, text + 2 + c
			}
		}
	}
	return text, 0
}

// mdAngle measures an address between angle brackets, which stays, a tag or a comment.
func mdAngle(s string) (keep [2]int, skip int, raw bool) {
	if strings.HasPrefix(s, "<!--") {
		if c := strings.Index(s[:min(len(s), mdReach)], "-->"); c > 0 {
			return keep, c + 3, false
		}
		return keep, 0, false
	}
	c := strings.IndexByte(s[:min(len(s), mdReach)], '>')
	if c < 2 {
		return keep, 0, false
	}
	inner := s[1:c]
	switch letter := inner[0] | 0x20; {
	case strings.HasPrefix(inner, "http://"), strings.HasPrefix(inner, "https://"):
		return [2]int{1, c}, c + 1, true
	case inner[0] == '/', 'a' <= letter && letter <= 'z':
		skip = c + 1
	}
	return keep, skip, false
}

// touches reports whether a sign stands at the edge of a word or mark and not between spaces.
func touches(before, after string) bool {
	left, _ := utf8.DecodeLastRuneInString(before)
	right, _ := utf8.DecodeRuneInString(after)
	open := func(r rune) bool { return r == utf8.RuneError || unicode.IsSpace(r) }
	return !open(left) || !open(right)
}
