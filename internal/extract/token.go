package extract

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"ibid/corpus"
)

// How each text node finds its bytes.
//
// x/net/html keeps no offsets in its tree, and the tree is not in the order of the page: text
// in a table is moved in front of it, unclosed tags are re-opened. So the page goes through
// the tokenizer first, which knows where each token stands, and is written anew with a short
// placeholder (a private-use character, a number, another) for each text token. The parser
// then builds its tree as ever, wherever it moves a placeholder the number goes with it, and
// restore puts the text back. Tried before: aligning tokens with text nodes by order, which
// loses the thread at the first moved text; a comment in front of each token, which costs a
// node each and is text itself inside title and textarea.
//
// White space alone stays as it is, since the parser treats it unlike text. What is inside
// script, style and their like is no text of the page and stays too.

// token is one text token: a range of the decoded text.
type token struct {
	start, end uint32
	raw        bool // character references are not decoded
}

// The characters around a token's number. Text tokens of the page never reach the parser, so
// that these cannot be forged but by a CDATA section; restore takes each number once.
const (
	placeholderOpen  = '\uE000'
	placeholderClose = '\uE001'
)

// Bounds on hostile pages. The largest page of the evaluation sets has 15,800 tags and no
// token above 1 MiB; an element costs a kilobyte on its way at worst, and a page must stay
// under 256 MiB in all.
const (
	maxTags  = 150_000
	maxAttrs = 200_000 // the largest page has 39,100
	maxToken = 4 << 20 // bytes of one tag, comment, script or text
)

// marked is a page with its text tokens taken out.
type marked struct {
	html   string
	tokens []token
	tags   int // start tags
	attrs  int // their attributes
}

// markText writes a page anew with a placeholder for each text token.
func markText(text string) (*marked, error) {
	m := &marked{}
	var out strings.Builder
	out.Grow(len(text)/2 + 64)
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxToken)
	at, inside := 0, atom.Atom(0)
	for {
		kind := z.Next()
		start := at
		at += len(z.Raw())
		raw := text[start:at]
		switch kind {
		case html.ErrorToken:
			m.html = out.String()
			return m, tokenFault(z.Err())
		case html.TextToken:
			m.text(&out, raw, start, inside)
		case html.CommentToken: // no text, and the parser would only keep it
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			inside = atom.Lookup(name)
			for m.tags++; more; m.attrs++ {
				_, _, more = z.TagAttr()
			}
			out.WriteString(raw)
		default:
			inside = 0
			out.WriteString(raw)
		}
		switch {
		case m.tags > maxTags:
			return nil, tooMuch("more than %d tags", maxTags)
		case m.attrs > maxAttrs:
			return nil, tooMuch("more than %d attributes", maxAttrs)
		}
	}
}

// text adds a text token to the page: verbatim when it is space or code, else a placeholder.
func (m *marked) text(out *strings.Builder, raw string, start int, inside atom.Atom) {
	if codeElement(inside) || strings.Trim(raw, " \t\r\n\f\x00") == "" {
		out.WriteString(raw)
		return
	}
	out.WriteRune(placeholderOpen)
	out.WriteString(strconv.Itoa(len(m.tokens)))
	out.WriteRune(placeholderClose)
	verbatim := inside == atom.Xmp || inside == atom.Plaintext
	m.tokens = append(m.tokens, token{uint32(start), uint32(start + len(raw)), verbatim})
}

// codeElement reports whether the text inside an element is code that the parser must see.
func codeElement(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Iframe, atom.Noembed, atom.Noframes:
		return true
	}
	return false
}

// tokenFault turns what ended the tokenizer into an error; nil at the end of the page.
func tokenFault(err error) error {
	if errors.Is(err, html.ErrBufferExceeded) {
		return tooMuch("a tag, comment, script or text above %d bytes", maxToken)
	}
	return nil
}

// tooMuch is the refusal of a page that no reader could mean.
func tooMuch(format string, bound int) error {
	return corpus.Errorf(corpus.Invalid, "page", format, bound).WithRemedy(splitRemedy)
}
