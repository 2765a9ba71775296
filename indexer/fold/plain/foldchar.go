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
		return string(rune('0'+digitValue(c.base))) + dropMarks(marksOf(c.nfc)) // a mark makes no other number
	case sign:
		return foldSign(c, caser)
	case apostrophe:
		return "'"
	case armenian, middot:
		return string(c.base)
	case quotation:
		return "״"
	}
	folded := dropPoints(norm.NFD.String(caser.String(c.nfc)))
	switch {
	case unicode.Is(unicode.Cherokee, c.base): // package cases swaps its two cases
		return strings.ToLower(c.nfc)
	case unicode.In(c.base, unicode.Latin, unicode.Greek):
		return latin.Replace(dropMarks(folded))
	case unicode.In(c.base, unicode.Cyrillic):
		return foldCyrillic(folded)
	case unicode.In(c.base, unicode.Arabic):
		return foldArabic(folded)
	}
	return norm.NFC.String(folded)
}

// dropPoints drops Hebrew points and Arabic vowel and reading marks, whatever carries them. The
// madda and the hamza are no such marks.
func dropPoints(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x653 || r == 0x654 || r == 0x655, !unicode.IsMark(r):
			return r
		case 0x591 <= r && r <= 0x5C7, unicode.Is(unicode.Arabic, r), 0x64B <= r && r <= 0x670:
			return -1
		}
		return r
	}, s)
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

// foldSign keeps a symbol as it is, but for its case and the signs that Arabic has of its own.
func foldSign(c char, caser cases.Caser) string {
	switch c.base {
	case '٪':
		return "%" + dropPoints(marksOf(c.nfc))
	case '؉':
		return "‰" + dropPoints(marksOf(c.nfc))
	}
	return norm.NFC.String(dropPoints(caser.String(c.nfc)))
}

// dropMarks drops every combining mark.
func dropMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, s)
}

// latin are the letters without a decomposition that the meaning lists.
var latin = strings.NewReplacer(append([]string{"ı", "i", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th",
	"ß", "ss", "æ", "ae", "œ", "oe", "ə", "e", "ħ", "h", "ŋ", "n", "ɵ", "o", "ʉ", "u"}, altered()...)...)

// altered are the letters with a hook, and with a stroke, tail, curl or bar, which the meaning
// does not list but which are a letter with an addition as well: each with its plain letter,
// as its name in Unicode says.
func altered() (pairs []string) {
	for _, p := range strings.Fields(`
ŧt ƀb ƃb ƈc ƌd ƒf ƙk ƚl ƞn ƥp ƫt ƭt ƴy ƶz ǥg ȡd ȥz ȴl ȵn ȶt ȼc ȿs ɀz ɇe
ɉj ɋq ɍr ɏy ɓb ɕc ɖd ɗd ɠg ɦh ɨi ɫl ɭl ɱm ɲn ɳn ɼr ɽr ɾr ʂs ʈt ʋv ʐz ʑz
ʝj ʠq ᵬb ᵭd ᵮf ᵯm ᵰn ᵱp ᵲr ᵳr ᵴs ᵵt ᵶz ᵽp ᶀb ᶁd ᶂf ᶃg ᶄk ᶅl ᶆm ᶇn ᶈp ᶉr
ᶊs ᶌv ᶍx ᶎz ᶏa ᶑd ᶒe ᶖi ᶙu ⱡl ⱥa ⱦt ⱱv ⱳw ⱴv ꝁk ꝃk ꝅk ꝉl ꝋo ꝑp ꝕp ꝗq ꝙq
ꝟv ꞎl ꞓc ꞔc ꞕh ꞙf ꞡg ꞣk ꞥn ꞧr ꞩs ꞹu ꟈd ꟊs
ꭒu 𝼉t 𝼑l 𝼓l 𝼖r 𝼚i 𝼛o 𝼝c`) {
		r := []rune(p)
		pairs = append(pairs, string(r[0]), string(r[1]))
	}
	return pairs
}

// vowels may carry a stress mark. That й is no vowel makes no odds: nobody stresses it.
const vowels = "аеиоуыэюяіїєѣѵѫѧѩѭѡәөүұ"

// foldCyrillic drops the dots of ё and stress marks on vowels.
func foldCyrillic(decomposed string) string {
	base, marks := splitBase(decomposed)
	vowel := strings.Contains(vowels, base)
	marks = strings.Map(func(r rune) rune {
		switch {
		case vowel && (r == 0x300 || r == 0x301), base == "е" && r == 0x308:
			return -1
		}
		return r
	}, marks)
	return norm.NFC.String(base + marks)
}

// splitBase parts a decomposed character.
func splitBase(s string) (base, marks string) {
	marks = marksOf(s)
	return s[:len(s)-len(marks)], marks
}

// foldArabic spells the Persian letters as the Arabic ones and drops the hamza and madda of
// alef. A hamza on another letter is part of the letter. That a final ى is ي is for the word to
// decide.
func foldArabic(decomposed string) string {
	base, marks := splitBase(decomposed)
	switch base {
	case "ٱ":
		base = "ا"
	case "ی":
		base = "ي"
	case "ک":
		base = "ك"
	}
	if base == "ا" {
		marks = strings.Map(func(r rune) rune {
			if r == 0x653 || r == 0x654 || r == 0x655 {
				return -1
			}
			return r
		}, marks)
	}
	return norm.NFC.String(base + marks)
}
