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
	bare       int // end of the base alone
}

// ascii holds each byte below 0x80 at its own place, so that a text of them costs no memory.
var ascii = func() string {
	b := make([]byte, utf8.RuneSelf)
	for i := range b {
		b[i] = byte(i)
	}
	return string(b)
}()

// clusters cuts a text into bases with what attaches to them. Nothing is folded yet: a ligature
// is one.
func clusters(text string, attaches func(before, r rune) bool) []char {
	var out []char
	raw := []byte(nil)
	flush := func() {
		if len(raw) == 1 {
			out[len(out)-1].nfc = ascii[raw[0] : raw[0]+1]
		} else if len(raw) > 0 {
			last := &out[len(out)-1]
			last.nfc = norm.NFC.String(string(raw))
			last.base, _ = utf8.DecodeRuneInString(last.nfc)
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
		if len(out) == 0 || !attaches(out[len(out)-1].base, r) {
			flush()
			out = append(out, char{base: r, start: i, bare: i + size})
		}
		raw = utf8.AppendRune(raw, r)
		out[len(out)-1].end = i + size
	}
	flush()
	return out
}

// composes says that a rune belongs to the base before it: a mark, one with a place of its own
// among them, the am of Thai and Lao, or a jamo that completes a syllable.
func composes(_, r rune) bool {
	return r >= 0x300 && (unicode.IsMark(r) || vowelSign(r) || r == 'ำ' || r == 'ຳ' ||
		!norm.NFKC.PropertiesString(string(r)).BoundaryBefore())
}

// carried says the same of quote mode, where a jamo needs something that it can complete, and
// where the iota that Greek writes below a vowel is the letter that full case folding makes of it.
func carried(before, r rune) bool {
	if r == 0x345 || r < 0x300 {
		return false
	}
	if spelled, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r))); 0x1160 <= spelled && spelled <= 0x11FF {
		k := kindOf(before)
		return k == letter || k == digit || k == sign || k == solo
	}
	return composes(before, r) && !vowelSign(r) && r != 'ำ' && r != 'ຳ'
}

// unseen says that a character is passed over in both modes: format characters, the grapheme
// joiner and variation selectors. The number and verse signs of Arabic and their like are
// format characters by category but are seen.
func unseen(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0x34F, 0xFE00 <= r && r <= 0xFE0F, 0xE0100 <= r && r <= 0xE01EF:
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

const tatweel = 'ـ'

// characters are the clusters of a text as quote mode sees them: tatweel is gone, and what NFKC
// spells out as several bases is several.
func characters(text string) []char {
	caser := cases.Fold()
	var out []char
	for _, c := range clusters(text, carried) {
		if len(c.nfc) == 1 {
			if c.kind, c.fold = kindOf(c.base), strings.ToLower(c.nfc); c.kind != letter {
				c.fold = foldChar(c, caser)
			}
			out = append(out, c)
			continue
		}
		if unicode.IsSpace(c.base) {
			c.kind, c.fold = space, " "
			if groups(c.base) {
				c.kind = groupSpace
			}
			out = append(out, c)
			continue
		}
		parts := clusters(iotaApart(compatible(c)), carried)
		if c.base == tatweel || vowelSign(c.base) || unicode.IsMark(parts[0].base) {
			end := c.bare
			if len(parts) == 1 {
				end = c.end
			}
			parts = onto(out, parts, end, caser)
		}
		for i, part := range parts {
			if part.start, part.end = c.start, c.bare; i == len(parts)-1 {
				part.end = c.end
			}
			part.kind = kindOf(part.base)
			part.fold = foldChar(part, caser)
			out = append(out, part)
		}
	}
	return out
}

// iotaApart spells the iota below a vowel as a letter.
func iotaApart(s string) string {
	if d := norm.NFD.String(s); strings.ContainsRune(d, 0x345) {
		return strings.ReplaceAll(d, "\u0345", "ι")
	}
	return s
}

// onto gives marks to the character before them and returns what else there is: the marks on
// a tatweel, an Arabic vowel sign that stands free, and the nasal sign that NFKC makes of the
// Thai and Lao vowel am. Without a character before them they are lost.
func onto(out, parts []char, end int, caser cases.Caser) []char {
	if n := len(out); n > 0 {
		last := &out[n-1]
		marks := parts[0].nfc
		if !unicode.IsMark(parts[0].base) {
			marks = marksOf(marks)
		}
		if vowelSign(parts[0].base) {
			marks = ""
		}
		if parts[0].base != tatweel || marks != "" {
			last.nfc, last.end = norm.NFC.String(last.nfc+marks), end
			last.fold = foldChar(*last, caser)
		}
	}
	return parts[1:]
}

// vowelSign says that a character is an Arabic vowel mark with a place of its own.
func vowelSign(r rune) bool {
	return 0xFC5E <= r && r <= 0xFC63 || 0xFCF2 <= r && r <= 0xFCF4 || 0xFE70 <= r && r <= 0xFE7F
}

// groups says which spaces may stand inside a number: thin, narrow and those that do not break.
// The figure space is made for numbers and does not break.
func groups(r rune) bool {
	return r == 0xA0 || r == 0x2009 || r == 0x202F || r == 0x2007
}

// compatible is the NFKC of a cluster, or its NFC where NFKC would make another fact of it:
// superscripts, subscripts, every number that is no digit (fractions, circled numbers, note
// marks), №, and accents that stand free. All numbers of category No stay, the ones in
// brackets and with a point too: ⒈ after 145 must not make 1451 either. Of circled letters the
// meaning says nothing; they stay as circled numbers do, like ©.
func compatible(c char) string {
	s := norm.NFKC.String(c.nfc)
	if unicode.In(c.base, unicode.No, raised, circled) || c.base == '№' || s != c.nfc && s[0] == ' ' {
		return norm.NFC.String(string(c.base) + norm.NFKC.String(marksOf(c.nfc)))
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

// circled are the letters and words whose decomposition is marked <circle>.
var circled = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x24B6, 0x24E9, 1}, {0x3244, 0x3247, 1}, {0x3260, 0x327E, 1}, {0x328A, 0x32B0, 1}, {0x32D0, 0x32FE, 1},
	},
	R32: []unicode.Range32{{0x1F12B, 0x1F12E, 1}, {0x1F250, 0x1F251, 1}},
}

// kindOf is the kind of a character by its base.
func kindOf(r rune) kind {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', 'ʾ', 'ʿ', '′', '´', '`', '＇', '׳':
		return apostrophe
	case '"', '״', '“', '”':
		return quotation
	case '·':
		return middot
	case '՚', '՛', '՜', '՞', '՟':
		return armenian
	case '.', '٫':
		return point
	case ',', '٬', '،':
		return comma // the Arabic comma is typed in numbers too
	case '%', '‰', '‱', '&', '@', '#', '§', '٪', '؉':
		return sign // the Arabic per cent and per mille signs are their signs
	case 'ー', '〆':
		return solo // stand with kana and Han; common to several scripts
	}
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return letter
	case unicode.IsSpace(r):
		return space
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.IsSymbol(r), unicode.Is(unicode.No, r), unicode.Is(raised, r):
		return sign
	case unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		if unicode.In(r, withoutSpaces...) {
			return solo
		}
		return letter
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r), unicode.In(r, unicode.Co, unicode.Cn):
		return sign // a character of an unknown meaning is not dropped from a quotation
	}
	return other // marks that stand free, punctuation, controls
}

// withoutSpaces are the scripts that set no space between words: those that the meaning names,
// and their neighbours that are written alike.
var withoutSpaces = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo,
	unicode.Yi, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet}
