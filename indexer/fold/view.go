package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// view is a text as verbatim mode compares it: in NFC, a run of white space as one space,
// unseen characters left out.
type view struct {
	text string
	// from and to give for each byte of text the place of its normalisation segment in the
	// source; both are nil when text is the source itself.
	from, to []int
}

// newView looks at s. Nearly all stored text is its own view, which costs no allocation.
func newView(s string) view {
	if isOwnView(s) {
		return view{text: s}
	}
	bare, from, to := strip(s)
	v := view{from: make([]int, 0, len(bare)), to: make([]int, 0, len(bare))}
	var out strings.Builder
	out.Grow(len(bare))
	for a := 0; a < len(bare); {
		b := segmentEnd(bare, a)
		seg := norm.NFC.String(bare[a:b])
		out.WriteString(seg)
		for range len(seg) {
			v.from = append(v.from, from[a])
			v.to = append(v.to, to[b-1])
		}
		a = b
	}
	v.text = out.String()
	return v
}

// segmentEnd gives the end of the normalisation segment at a: what follows is normalised for
// itself. (norm.Iter cuts less finely: it keeps halfwidth voicing marks to their letter.)
func segmentEnd(s string, a int) int {
	for b := a; b < len(s); {
		p := norm.NFC.PropertiesString(s[b:])
		if b > a && p.BoundaryBefore() {
			return b
		}
		b += max(p.Size(), 1)
	}
	return len(s)
}

// isOwnView reports whether s has nothing to normalise.
func isOwnView(s string) bool {
	last := byte(0)
	ascii := true
	for i := 0; i < len(s); i++ {
		b := s[i]
		switch {
		case b >= utf8.RuneSelf:
			ascii = false
		case b == ' ' && last == ' ', b >= '\t' && b <= '\r':
			return false
		}
		last = b
	}
	if ascii {
		return true
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && (unseen(r) || unicode.IsSpace(r)) {
			return false
		}
	}
	return norm.NFC.IsNormalString(s)
}

// strip leaves out unseen characters and makes white space single. The slices give each
// byte's character in s.
func strip(s string) (bare string, from, to []int) {
	out := make([]byte, 0, len(s))
	from, to = make([]int, 0, len(s)), make([]int, 0, len(s))
	spaced := false // the last byte of out is a space
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		end := i + size
		switch {
		case unseen(r):
		case isBlank(r):
			if spaced {
				to[len(to)-1] = end
			} else {
				out, from, to = append(out, ' '), append(from, i), append(to, end)
			}
			spaced = true
		default:
			spaced = false
			for k := i; k < end; k++ {
				out, from, to = append(out, s[k]), append(from, i), append(to, end)
			}
		}
		i = end
	}
	return string(out), from, to
}

// isBlank reports white space of any kind.
func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) }

// unseen reports a character that verbatim mode passes over: soft hyphen, zero-width and
// bidi characters, joiners, variation selectors. The tatweel is seen.
func unseen(r rune) bool {
	if r < 0xAD || r == 'ـ' {
		return false
	}
	if r < lowEnd {
		return table().low[r][0].class == drop
	}
	return r == 0xFEFF || unicode.Is(unicode.Cf, r) &&
		!unicode.Is(unicode.Prepended_Concatenation_Mark, r) || table().class[r] == drop
}

// source gives the place in the source of text[i:j].
func (v view) source(i, j int) (start, end int) {
	if v.from == nil {
		return i, j
	}
	return v.from[i], v.to[j-1]
}

// whole reports whether text[i:j] begins and ends between characters: no combining mark of a
// character is cut off, none is taken from the one before.
func (v view) whole(i, j int) bool { return v.seam(i) && v.seam(j) }

// seam reports whether text[i:] begins with a character of its own, or with nothing.
func (v view) seam(i int) bool {
	if i == 0 || i == len(v.text) || v.from == nil && v.text[i] < utf8.RuneSelf {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(v.text[i:]); belongsBefore(r) {
		return false
	}
	if v.from != nil {
		return v.from[i] != v.from[i-1]
	}
	return norm.NFC.PropertiesString(v.text[i:]).BoundaryBefore()
}

// belongsBefore reports a character that is part of the one before it: a mark, a halfwidth
// voicing mark or a trailing Hangul letter.
func belongsBefore(r rune) bool {
	if unicode.IsMark(r) {
		return true
	}
	c := table().cells(r)[0].class
	return c == mark || c == point
}
