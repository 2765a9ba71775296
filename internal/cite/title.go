package cite

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// title is where the title of the work stands: head ends before it, end comes after it.
type title struct {
	text      string
	head, end int
	witness   string
}

// findTitle looks for the title: the text of the link that is quoted, a quoted string, the
// text of the link to the work, the first italics.
func (r *reading) findTitle(links []corpus.Link) (title, bool) {
	for _, find := range []func([]corpus.Link) (title, bool){
		r.quotedLink, r.quotedText, r.linkedTitle, r.italicTitle,
	} {
		if t, ok := find(links); ok {
			r.comma = r.joinedByComma(t)
			return t, true
		}
	}
	return title{}, false
}

// joinedByComma reports whether the joint after the title, or before it, is a comma.
func (r *reading) joinedByComma(t title) bool {
	rest := strings.TrimLeft(string(r.s[t.end:]), " "+string(rune(blank)))
	if rest != "" {
		return rest[0] == ',' && !strings.Contains(rest, ". ")
	}
	return strings.HasSuffix(strings.TrimRight(string(r.s[:t.head]), " "), ",")
}

// quotedLink is a link whose whole text stands in quotation marks.
func (r *reading) quotedLink(links []corpus.Link) (title, bool) {
	for _, l := range links {
		text := tidy(l.Text)
		inner, ok := unquote(text)
		if !ok || inner == "" {
			continue
		}
		at := strings.Index(string(r.s), text)
		if at < 0 {
			continue
		}
		r.quoted = true
		return title{text: inner, head: at, end: at + len(text), witness: byText}, true
	}
	return title{}, false
}

// quotePairs are the quotation marks of the languages at hand.
var quotePairs = map[rune]rune{'"': '"', '“': '”', '„': '“', '«': '»'}

// unquote takes one pair of quotation marks off a string.
func unquote(s string) (string, bool) {
	first, last := firstRune(s), lastRune(s)
	end, ok := quotePairs[first]
	if !ok || len(s) < 2 || last != end && !(first == '„' && (last == '”' || last == '"')) {
		return s, false
	}
	return strings.TrimSpace(s[utf8.RuneLen(first) : len(s)-utf8.RuneLen(last)]), true
}

// quotedText is the first quoted stretch that starts a field.
func (r *reading) quotedText([]corpus.Link) (title, bool) {
	s := string(r.s)
	for i, c := range s {
		end, ok := quotePairs[c]
		if !ok || !r.startsField(i) {
			continue
		}
		stop := closing(s[i+utf8.RuneLen(c):], c, end)
		if stop <= 0 {
			continue
		}
		inner := i + utf8.RuneLen(c)
		r.quoted = true
		text := r.text(inner, inner+stop)
		if raw := strings.TrimSpace(s[inner : inner+stop]); !strings.ContainsRune(raw, blank) {
			text = raw
		}
		after := inner + stop + utf8.RuneLen(lastQuote(s[inner+stop:]))
		return title{text: text, head: i, end: after, witness: byText}, true
	}
	return title{}, false
}

func lastQuote(s string) rune { return firstRune(s) }

// startsField reports whether byte i is the first of a field.
func (r *reading) startsField(i int) bool {
	before := strings.TrimRight(string(r.s[:i]), " ")
	return before == "" || strings.ContainsRune(".,)]:;"+string(rune(blank)), lastRune(before))
}

// closing finds the mark that closes a quotation opened before s. A straight mark after
// white space or an opening bracket and before a letter opens a quotation inside.
func closing(s string, open, end rune) int {
	depth := 1
	prev := open
	for i, c := range s {
		next := firstRune(s[i+utf8.RuneLen(c):])
		switch {
		case c == end && (open != end || !opens(prev, next)):
			depth--
		case c == open && (open != end || opens(prev, next)):
			depth++
		}
		if depth == 0 {
			return i
		}
		prev = c
	}
	return -1
}

func opens(prev, next rune) bool {
	return (unicode.IsSpace(prev) || strings.ContainsRune("([\"“—", prev)) &&
		(unicode.IsLetter(next) || unicode.IsDigit(next) || strings.ContainsRune("'‘\"", next))
}

// linkedTitle is the text of the first link to the work or its archive that is no label.
func (r *reading) linkedTitle(links []corpus.Link) (title, bool) {
	for _, l := range links {
		text := tidy(l.Text)
		role := linkRole(l)
		if role != roleWork && role != roleArchive || !titleLike(text) {
			continue
		}
		if at := strings.Index(string(r.s), text); at >= 0 {
			inner, quoted := unquote(text)
			r.quoted = quoted
			return title{text: trimTitle(inner), head: at, end: at + len(text), witness: byLink}, true
		}
	}
	return title{}, false
}

// titleLike refuses labels ("Archived", "the original"), bare addresses and marks.
func titleLike(text string) bool {
	return utf8.RuneCountInString(text) >= 3 && !originalLabel(text) && !archiveLabel(text) &&
		!strings.Contains(text, "://") && !strings.HasPrefix(text, "www.") &&
		strings.ContainsFunc(text, unicode.IsLetter)
}

// italicTitle is the first italic stretch, with what follows it unparted ("Title (in Latin)").
func (r *reading) italicTitle([]corpus.Link) (title, bool) {
	for _, sp := range r.italic {
		text := r.text(sp.Start, sp.End)
		if text == "" || !r.startsField(sp.Start) {
			continue
		}
		text = trimTitle(string(r.s[sp.Start:sp.End]))
		return title{text: text, head: sp.Start, end: sp.End, witness: byText}, true
	}
	return title{}, false
}

// trimTitle takes joints off a title, but keeps a final question or exclamation mark.
func trimTitle(s string) string {
	return strings.Trim(tidy(strings.ReplaceAll(s, string(rune(blank)), " ")), ",;: ")
}
