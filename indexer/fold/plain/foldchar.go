package plain

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// foldChar is what quote mode compares of one character: one base with its marks, in NFKC.
func foldChar(c char, caser cases.Caser) string {
	switch c.kind {
	case digit:
		return string(rune('0'+digitValue(c.base))) + marksOf(c.nfc)
	case sign:
		return foldSign(c)
	case apostrophe:
		return "'"
	case quotation:
		return `"`
	}
	folded := norm.NFD.String(caser.String(c.nfc))
	switch {
	case unicode.Is(raised, c.base):
		return norm.NFC.String(folded)
	case unicode.In(c.base, unicode.Latin):
		return foldLatin(folded)
	case unicode.In(c.base, unicode.Greek, unicode.Hebrew):
		return dropMarks(folded)
	case unicode.In(c.base, unicode.Cyrillic):
		return foldCyrillic(folded)
	case unicode.In(c.base, unicode.Arabic):
		return foldArabic(folded)
	}
	return norm.NFC.String(folded)
}

// digitValue is the value of a decimal digit: Unicode sets each ten of them in a row.
func digitValue(r rune) int {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return int(r-rune(t.Lo)) % 10
		}
	}
	panic("plain: no digit: " + string(r))
}

// marksOf is a character without its base.
func marksOf(s string) string {
	for i := range s {
		if i > 0 {
			return s[i:]
		}
	}
	return ""
}

// foldSign keeps a symbol as it is, but for the signs that Arabic has of its own.
func foldSign(c char) string {
	switch c.base {
	case '٪':
		return "%"
	case '؉':
		return "‰"
	}
	return c.nfc
}

func dropMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, s)
}

// latin are the letters without a decomposition. Hooked are those that Unicode names so.
var latin = strings.NewReplacer("ı", "i", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th",
	"ß", "ss", "æ", "ae", "œ", "oe", "ə", "e", "ħ", "h", "ŋ", "n",
	"ɓ", "b", "ƈ", "c", "ɗ", "d", "ɖ", "d", "ƒ", "f", "ɠ", "g", "ɦ", "h", "ƙ", "k", "ɱ", "m", "ɲ", "n", "ɳ", "n",
	"ƥ", "p", "ɋ", "q", "ʂ", "s", "ƭ", "t", "ʈ", "t", "ʋ", "v", "ⱳ", "w", "ƴ", "y", "ȥ", "z", "ʐ", "z")

func foldLatin(decomposed string) string {
	return latin.Replace(dropMarks(decomposed))
}

// vowels may carry a stress mark. й is no vowel: its breve stands before the mark.
const vowels = "аеиоуыэюяіїєѣѵѫѧѩѭѡәөүұ"

func foldCyrillic(decomposed string) string {
	base, marks := splitBase(decomposed)
	vowel := strings.Contains(vowels, base) && !(base == "и" && strings.ContainsRune(marks, 0x306))
	marks = strings.Map(func(r rune) rune {
		switch {
		case vowel && (r == 0x300 || r == 0x301), base == "е" && r == 0x308:
			return -1
		}
		return r
	}, marks)
	return norm.NFC.String(base + marks)
}

func splitBase(s string) (base, marks string) {
	marks = marksOf(s)
	return s[:len(s)-len(marks)], marks
}

// foldArabic drops the vowel and reading marks, then the hamza and madda of alef, and spells
// the Persian letters as the Arabic ones. A hamza on another letter is part of the letter.
// That a final ى is ي is for the word to decide.
func foldArabic(decomposed string) string {
	base, marks := splitBase(decomposed)
	marks = strings.Map(func(r rune) rune {
		hamza := r == 0x654 || r == 0x655
		if hamza && base != "ا" || !unicode.IsMark(r) {
			return r
		}
		return -1
	}, marks)
	switch base {
	case "ٱ":
		base = "ا"
	case "ی":
		base = "ي"
	case "ک":
		base = "ك"
	}
	return norm.NFC.String(base + marks)
}
