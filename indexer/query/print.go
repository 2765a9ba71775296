package query

import (
	"strings"
	"unicode/utf8"
)

// String joins the children by spaces; alternatives among them are put in brackets.
func (n And) String() string {
	parts := make([]string, len(n))
	for i, k := range n {
		parts[i] = k.String()
		if _, ok := k.(Or); ok {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, " ")
}

// String joins the children by OR.
func (n Or) String() string {
	parts := make([]string, len(n))
	for i, k := range n {
		parts[i] = k.String()
	}
	return strings.Join(parts, " OR ")
}

// String puts - before the child, in brackets when it has several parts.
func (n Not) String() string {
	s := n.Node.String()
	switch n.Node.(type) {
	case And, Or:
		s = "(" + s + ")"
	}
	return "-" + s
}

// String quotes the text: "…", with ~ and the slop, or exact:"…".
func (n Phrase) String() string {
	s := quoted(n.Text)
	switch {
	case n.Verbatim:
		return "exact:" + s
	case n.Slop > 0:
		return s + "~" + number(n.Slop)
	}
	return s
}

// String is the word, with a star for a beginning.
func (n Word) String() string {
	if n.Prefix {
		return n.Text + "*"
	}
	return n.Text
}

// String is name:value, the value in quotes when it would fall apart without.
func (n Field) String() string {
	first, _ := utf8.DecodeRuneInString(n.Value)
	if strings.ContainsAny(n.Value, "()（）|\\"+quoteMarks) || strings.ContainsRune("'‘‚‹[{", first) || hasUnseen(n.Value) {
		return n.Name + ":" + quoted(n.Value)
	}
	return n.Name + ":" + n.Value
}

// hasUnseen reports whether s holds white space or characters that are not seen.
func hasUnseen(s string) bool {
	return strings.IndexFunc(s, blank) >= 0
}

// quoted puts s between straight quotes with a backslash before quote marks.
func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if strings.ContainsRune(quoteMarks, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	// A backslash at the end would take the closing quote for text.
	if strings.HasSuffix(s, `\`) {
		b.WriteByte(' ')
	}
	b.WriteByte('"')
	return b.String()
}

// number writes a slop, which has at most two digits.
func number(n int) string {
	if n >= 10 {
		return string([]byte{byte('0' + n/10%10), byte('0' + n%10)})
	}
	return string([]byte{byte('0' + n)})
}
