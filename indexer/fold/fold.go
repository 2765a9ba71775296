package fold

import "strings"

// Version names the rules of this package. It enters the manifest of an index and changes
// whenever a token, a stem or a key of any text changes.
const Version = "fold-2"

// Token is one word of a text in quote mode.
type Token struct {
	Text       string // folded
	Start, End int    // bytes of the source that made it, half open
}

// Tokens appends the words of s in quote mode to dst, in order. Starts never fall. Bytes
// that are no UTF-8 count as U+FFFD. Two tokens share their bytes only where one character
// stands for several words.
//
// Plain words between plain separators are cut straight from the text: measured on English
// prose, that is nine words of ten. All else goes through cells.
func Tokens(dst []Token, s string) []Token {
	c := cutter{src: s, dst: dst, tab: table()}
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b >= 0x80:
			i = c.chunk(i)
		case asciiKind[b] == wordByte:
			j, upper := plainRun(s, i)
			if !plainEnd(s, i, j) {
				i = c.chunk(i)
				continue
			}
			c.emitPlain(i, j, upper)
			i = j
		case asciiKind[b] == signByte && (i+1 == len(s) || s[i+1] < 0x80):
			c.dst = append(c.dst, Token{s[i : i+1], i, i + 1})
			i++
		case asciiKind[b] == signByte:
			i = c.chunk(i)
		default:
			i++
		}
	}
	return c.dst
}

// The kinds of an ASCII byte for the short way.
const (
	plainByte byte = iota // separates, whatever stands around it
	wordByte              // letter or digit
	signByte              // a word of its own
	innerByte             // separates or not, after what stands around it
)

// asciiKind gives the kind of each ASCII byte.
var asciiKind = func() (k [128]byte) {
	for b := range k {
		switch c := byte(b); {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9':
			k[b] = wordByte
		case strings.IndexByte("$+<=>^|~%&@#", c) >= 0:
			k[b] = signByte
		case strings.IndexByte(".,'\"`", c) >= 0:
			k[b] = innerByte
		}
	}
	return k
}()

// plainRun gives the end of the run of ASCII letters and digits from i and whether it holds
// a capital.
func plainRun(s string, i int) (j int, upper bool) {
	for j = i; j < len(s) && s[j] < 0x80 && asciiKind[s[j]] == wordByte; j++ {
		upper = upper || 'A' <= s[j] && s[j] <= 'Z'
	}
	return j, upper
}

// plainEnd reports whether the word s[i:j] surely ends at j: nothing that could belong to it
// follows.
func plainEnd(s string, i, j int) bool {
	if j == len(s) {
		return true
	}
	if s[j] >= 0x80 {
		return false
	}
	if asciiKind[s[j]] != innerByte || j+1 == len(s) {
		return true
	}
	return s[j+1] < 0x80 && asciiKind[s[j+1]] != wordByte
}

// Key returns the folded words of s joined by one space: equal keys mean equal names.
func Key(s string) string {
	var b strings.Builder
	for i, t := range Tokens(nil, s) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
	}
	return b.String()
}
