package query

import (
	"errors"
	"strings"
	"unicode"

	"ibid/indexer/fold"
)

// Read reads a text as a mode asks. With the empty mode the text is a query (Parse); a text
// that breaks the syntax is read literally, as a quotation when it begins with a quote mark and
// as its plain words otherwise, and a notice says so. With Quote or Verbatim the whole text,
// less one outer pair of quotes, is one phrase; with Words all its words are loose.
//
// ran is the mode that the tree amounts to. A blank text gives a nil tree. The error says that
// the text holds no word or exceeds a limit.
func Read(text string, mode Mode) (tree Node, ran Mode, literal bool, notices []Notice, err error) {
	if strings.TrimFunc(text, blank) == "" {
		return nil, Words, false, nil, nil
	}
	switch mode {
	case Quote, Verbatim:
		tree, err = whole(text, mode)
		return tree, mode, false, nil, err
	case Words:
		tree, err = loose(text)
		return tree, mode, false, nil, err
	case "":
	default:
		return nil, "", false, nil, &SyntaxError{Message: "mode " + string(mode) + " is none of quote, verbatim, words"}
	}
	tree, notices, err = Parse(text)
	var syntax *SyntaxError
	if errors.As(err, &syntax) && len(text) <= MaxBytes {
		if t, lerr := literally(text); lerr == nil {
			return t, ModeOf(t), true, []Notice{{Code: "literal", At: syntax.At,
				Message: syntax.Message + "; the text was read as it stands"}}, nil
		}
	}
	return tree, ModeOf(tree), false, notices, err
}

// ModeOf is the reading a tree amounts to: Verbatim when all its phrases are, Quote when it
// has a phrase of words, else Words.
func ModeOf(n Node) Mode {
	verbatim, quote := phraseKinds(n)
	switch {
	case quote:
		return Quote
	case verbatim:
		return Verbatim
	}
	return Words
}

// phraseKinds reports which kinds of phrase a tree holds.
func phraseKinds(n Node) (verbatim, quote bool) {
	var kids []Node
	switch t := n.(type) {
	case Phrase:
		return t.Verbatim, !t.Verbatim
	case Not:
		return phraseKinds(t.Node)
	case And:
		kids = t
	case Or:
		kids = t
	}
	for _, k := range kids {
		v, q := phraseKinds(k)
		verbatim, quote = verbatim || v, quote || q
	}
	return verbatim, quote
}

// whole is a text as one phrase.
func whole(text string, mode Mode) (Node, error) {
	if len(text) > MaxBytes {
		return refuse(text)
	}
	text = unwrap(strings.ToValidUTF8(text, "\uFFFD"))
	p := parser{tok: token{kind: phraseToken, text: text, verbatim: mode == Verbatim}}
	return p.phrase()
}

// unwrap drops one outer pair of quotes.
func unwrap(text string) string {
	text = strings.TrimFunc(text, blank)
	runes := []rune(text)
	if len(runes) < 2 {
		return text
	}
	first, last := runes[0], runes[len(runes)-1]
	closers := openers[first] + singleOpeners[first]
	if closers == "" || !strings.ContainsRune(closers, last) {
		return text
	}
	return string(runes[1 : len(runes)-1])
}

// loose is a text as its plain words.
func loose(text string) (Node, error) {
	if len(text) > MaxBytes {
		return refuse(text)
	}
	words := plainWords(strings.ToValidUTF8(text, "\uFFFD"))
	var kids []Node
	for _, w := range words {
		kids = append(kids, Word{Text: w})
	}
	switch {
	case len(kids) == 0:
		return nil, &SyntaxError{Message: "the query holds no word"}
	case len(kids) > MaxClauses:
		return refuse(strings.Repeat("x ", MaxClauses+1))
	}
	return oneAnd(kids), nil
}

// literally is the reading of a text that breaks the syntax.
func literally(text string) (Node, error) {
	text = strings.TrimFunc(strings.ToValidUTF8(text, "\uFFFD"), blank)
	for first := range openers {
		if strings.HasPrefix(text, string(first)) {
			return whole(strings.Trim(text, anyCloser), Quote)
		}
	}
	return loose(text)
}

// plainWords lists the words of a text, spelled so that none can be taken for an operator.
func plainWords(text string) []string {
	var out []string
	for _, t := range fold.Tokens(nil, text) {
		w := strings.Map(func(r rune) rune {
			if unseen(r) || r == '|' || strings.ContainsRune(anyCloser, r) {
				return -1
			}
			return r
		}, text[t.Start:t.End])
		if w == "OR" || w == "AND" || w == "NOT" {
			w = strings.ToLower(w)
		}
		if len(fold.Tokens(nil, w)) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// refuse is Parse for callers inside that know the text to exceed a limit: it gives that error.
func refuse(text string) (Node, error) {
	n, _, err := Parse(text)
	return n, err
}

func blank(r rune) bool { return isSpaceRune(r) || unseen(r) }

func isSpaceRune(r rune) bool { return unicode.IsSpace(r) }
