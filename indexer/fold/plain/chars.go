package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// kind is what a character does to the words around it.
type kind int

const (
	other      kind = iota // separates words and does not count
	letter                 // stands in a word with its neighbours
	solo                   // a letter of a script without spaces: a word of its own
	digit                  // a decimal digit of any script
	sign                   // a word of its own: a symbol, or a number that is no digit
	space                  // white space of any kind
	groupSpace             // white space that may stand inside a number
	point                  // may stand inside a number or an abbreviation
	comma                  // may stand inside a number
	apostrophe             // may stand inside a word, or group a number
	quotation              // " or gershayim: may stand inside a Hebrew word
	middot                 // may stand between two l of Catalan
	armenian               // a mark that Armenian sets inside a word
)

// char is a base with the marks on it, without what is unseen.
type char struct {
	nfc        string // what verbatim mode compares
	fold       string // what quote mode compares
	base       rune
	kind       kind
	start, end int // half-open byte range in the text; chars of one ligature share it
}

// ascii holds each byte below 0x80 at its own place, so that a text of them costs no memory.
var ascii = func() string {
	b := make([]byte, utf8.RuneSelf)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}()

// clusters cuts a text into bases with their marks. Nothing is folded yet: a ligature is one.
func clusters(text string) []char {
	var out []char
	raw := []byte(nil)
	flush := func() {
		if len(raw) == 1 {
			out[len(out)-1].nfc = ascii[raw[0] : raw[0]+1]
		} else if len(raw) > 0 {
			out[len(out)-1].nfc = norm.NFC.String(string(raw))
		}
		raw = raw[:0]
	}
	for i, r := range text {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(text[i:])
		}
		if unseen(r) {
			continue
		}
		if len(out) == 0 || !attaches(r) {
			flush()
			out = append(out, char{base: r, start: i})
		}
		raw = utf8.AppendRune(raw, r)
		out[len(out)-1].end = i + size
	}
	flush()
	return out
}

// attaches says that a rune belongs to the base before it: a mark, or a jamo that completes a
// syllable. The Arabic vowel signs that are drawn on a tatweel are marks once it is dropped.
func attaches(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r == 0xFE71 || r == 0xFE77 || r == 0xFE79 || r == 0xFE7B || r == 0xFE7D || r == 0xFE7F:
		return true
	}
	return unicode.IsMark(r) || !norm.NFKC.PropertiesString(string(r)).BoundaryBefore()
}

// unseen says that a character is passed over in both modes: format characters and what else
// Unicode lets a display ignore. The number and verse signs of Arabic and their like are format
// characters by category but are seen.
func unseen(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case 0x600 <= r && r <= 0x605, r == 0x6DD, r == 0x70F, r == 0x890, r == 0x891, r == 0x8E2,
		r == 0x110BD, r == 0x110CD, 0x13430 <= r && r <= 0x1343F:
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}

const tatweel = 'ـ'

// characters are the clusters of a text as quote mode sees them: tatweel is gone, and what NFKC
// spells out as several bases is several.
func characters(text string) []char {
	caser := cases.Fold()
	var out []char
	for _, c := range clusters(text) {
		if len(c.nfc) == 1 {
			c.kind, c.fold = kindOf(c.base), strings.ToLower(c.nfc)
			out = append(out, c)
			continue
		}
		if unicode.Is(unicode.White_Space, c.base) {
			c.kind, c.fold = space, " "
			if groups(c.base) {
				c.kind = groupSpace
			}
			out = append(out, c)
			continue
		}
		if c.base == tatweel { // its marks go to the letter before it
			if n := len(out); n > 0 {
				more := clusters(out[n-1].nfc + marksOf(c.nfc))
				out[n-1].nfc, out[n-1].end = more[0].nfc, c.end
				out[n-1].fold = foldChar(out[n-1], caser)
			}
			continue
		}
		for _, part := range clusters(compatible(c)) {
			part.start, part.end = c.start, c.end
			part.kind = kindOf(part.base)
			part.fold = foldChar(part, caser)
			out = append(out, part)
		}
	}
	return out
}

// groups says which spaces may stand inside a number: thin, narrow and those that do not break.
// The figure space is made for numbers and does not break.
func groups(r rune) bool {
	return r == 0xA0 || r == 0x2009 || r == 0x202F || r == 0x2007
}

// compatible is the NFKC of a cluster, or its NFC where NFKC would make another fact of it:
// superscripts, subscripts, every number that is no digit (fractions, circled numbers, note
// marks), №, and accents that stand free. All numbers of category No stay, the ones in
// brackets and with a point too: ⒈ after 145 must not make 1451 either.
func compatible(c char) string {
	if unicode.In(c.base, unicode.No, raised) || c.base == '№' {
		return c.nfc
	}
	s := norm.NFKC.String(c.nfc)
	if s != c.nfc && s[0] == ' ' {
		return c.nfc
	}
	return s
}

// raised are the characters whose decomposition is marked <super> or <sub> in Unicode.
var raised = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0xAA, 0xAA, 1}, {0xB2, 0xB3, 1}, {0xB9, 0xBA, 1}, {0x2B0, 0x2B8, 1}, {0x2E0, 0x2E4, 1},
		{0x10FC, 0x10FC, 1}, {0x1D2C, 0x1D2E, 1}, {0x1D30, 0x1D3A, 1}, {0x1D3C, 0x1D4D, 1},
		{0x1D4F, 0x1D6A, 1}, {0x1D78, 0x1D78, 1}, {0x1D9B, 0x1DBF, 1}, {0x2070, 0x2071, 1},
		{0x2074, 0x208E, 1}, {0x2090, 0x209C, 1}, {0x2120, 0x2120, 1}, {0x2122, 0x2122, 1},
		{0x2C7C, 0x2C7D, 1}, {0x2D6F, 0x2D6F, 1}, {0x3192, 0x319F, 1}, {0xA69C, 0xA69D, 1},
		{0xA770, 0xA770, 1}, {0xA7F2, 0xA7F4, 1}, {0xA7F8, 0xA7F9, 1}, {0xAB5C, 0xAB5F, 1}, {0xAB69, 0xAB69, 1},
	},
	R32: []unicode.Range32{
		{0x10781, 0x10785, 1}, {0x10787, 0x107B0, 1}, {0x107B2, 0x107BA, 1}, {0x1E030, 0x1E06D, 1}, {0x1F16A, 0x1F16C, 1},
	},
	LatinOffset: 2,
}

// kindOf is the kind of a character by its base.
func kindOf(r rune) kind {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', 'ʾ', 'ʿ', '′', '´', '`', '＇', '׳':
		return apostrophe
	case '"', '״':
		return quotation
	case '·':
		return middot
	case '՚', '՛', '՜', '՞', '՟':
		return armenian
	case '.', '٫':
		return point
	case ',', '٬':
		return comma
	case '%', '‰', '&', '@', '#', '§', '٪', '؉':
		return sign // the Arabic per cent and per mille signs are their signs
	case 'ー':
		return solo // lengthens a kana; common to two scripts
	}
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return letter
	case unicode.IsSpace(r):
		return space
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.IsSymbol(r), unicode.Is(unicode.No, r):
		return sign
	case unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			return solo
		}
		return letter
	}
	return other // marks that stand free, punctuation, controls, what is not assigned
}
