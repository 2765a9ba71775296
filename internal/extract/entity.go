package extract

import (
	"strings"

	"golang.org/x/net/html"
)

// longestBareName is the length of the longest name, without "&", that HTML takes for a
// character reference without a semicolon ("frac12", "Ccedil").
const longestBareName = 6

// reference measures the character reference at the start of s, which begins with "&". It
// returns its length and what it stands for; a length of 0 says that the "&" stands for
// itself. The table of names is x/net/html's: what the parser decodes, and nothing else, is
// a reference.
func reference(s string) (int, string) {
	end := candidate(s)
	whole := html.UnescapeString(s[:end])
	if whole == s[:end] {
		return 0, ""
	}
	if s[1] == '#' {
		return numeric(s[:end], whole)
	}
	if s[end-1] == ';' && !strings.HasSuffix(whole, ";") || whole[0] == ';' {
		return end, whole
	}
	// A bare name at the front, and text behind it. Of two names that both begin here the parser
	// takes the longer, and then the shorter one does not give the same whole.
	for n := 3; n <= min(longestBareName+1, end); n++ {
		if u := html.UnescapeString(s[:n]); u != s[:n] && whole == u+s[n:end] {
			return n, u
		}
	}
	return 0, ""
}

// candidate is how far what may be a reference goes: letters and digits, and a semicolon.
func candidate(s string) int {
	end := 1
	if strings.HasPrefix(s, "&#") {
		end = 2
	}
	for end < len(s) && alnum(s[end]) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return end
}

// numeric measures a reference by number: digits of its base and a semicolon, if any.
func numeric(s, whole string) (int, string) {
	end, hex := 2, false
	if end < len(s) && s[end]|0x20 == 'x' {
		end, hex = 3, true
	}
	for end < len(s) && (digit(s[end]) || hex && hexLetter(s[end])) {
		end++
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return end, strings.TrimSuffix(whole, s[end:])
}

// alnum reports whether a byte is an ASCII letter or digit.
func alnum(b byte) bool { return digit(b) || asciiLetter(b) }

// digit reports whether a byte is an ASCII digit.
func digit(b byte) bool { return '0' <= b && b <= '9' }

// hexLetter reports whether a byte is a letter of hexadecimal numbers.
func hexLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'f' }
