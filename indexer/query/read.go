package query

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

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
			return t, ModeOf(t), true, []Notice{literalNotice(syntax)}, nil
		}
	}
	return tree, ModeOf(tree), false, notices, err
}

// maxOffer is the longest query, in bytes, that a notice repeats.
const maxOffer = 200

// literalNotice tells of a literal reading and offers the query that may have been meant.
func literalNotice(e *SyntaxError) Notice {
	message := e.Message + "; the text was read as it stands"
	if e.Suggest != "" && len(e.Suggest) <= maxOffer {
		message += "; perhaps " + e.Suggest + " was meant"
	}
	return Notice{Code: "literal", At: e.At, Message: message}
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
		return nil, tooLong(text)
	}
	text = unwrap(strings.ToValidUTF8(text, "\uFFFD"))
	p := parser{tok: token{kind: phraseToken, text: text, verbatim: mode == Verbatim}}
	return p.phrase()
}

// unwrap drops one outer pair of quotes. Marks at both ends that close and open quotations of
// their own ("a" or "b") are no pair, and stay.
func unwrap(text string) string {
	text = strings.TrimFunc(text, blank)
	first, n := utf8.DecodeRuneInString(text)
	last, m := utf8.DecodeLastRuneInString(text)
	if len(text) < n+m {
		return text
	}
	end := len(text) - m
	l := newLexer(text)
	switch {
	case closers[first] != "":
		// Beside the proper closers, what people type instead.
		if !strings.ContainsRune(closers[first]+"\"”", last) || l.pair(n, first).to != end {
			return text
		}
	case singleOpeners[first] == "" || l.singleClose(n, singleOpeners[first]) != end:
		return text
	}
	return text[n:end]
}

// loose is a text as its plain words.
func loose(text string) (Node, error) {
	if len(text) > MaxBytes {
		return nil, tooLong(text)
	}
	words := plainWords(strings.ToValidUTF8(text, "\uFFFD"))
	var kids []Node
	for _, w := range words {
		kids = append(kids, Word{Text: w})
	}
	switch {
	case len(kids) == 0:
		return nil, noWord()
	case len(kids) > MaxClauses:
		return nil, tooMany(0)
	}
	return oneAnd(kids), nil
}

// literally is the reading of a text that breaks the syntax.
func literally(text string) (Node, error) {
	text = strings.TrimFunc(strings.ToValidUTF8(text, "\uFFFD"), blank)
	if first, _ := utf8.DecodeRuneInString(text); closers[first] != "" {
		return whole(strings.Trim(text, quoteMarks), Quote)
	}
	return loose(text)
}

// plainWords lists the words of a text, spelled so that none can be taken for an operator.
func plainWords(text string) []string {
	var out []string
	words := fold.Tokens(nil, text)
	for i := 0; i < len(words); {
		// One character may make several words (ﷺ): they stay together.
		k, end := i+1, words[i].End
		for k < len(words) && words[k].Start < end {
			end = max(end, words[k].End)
			k++
		}
		w := text[words[i].Start:end]
		if !slices.EqualFunc(fold.Tokens(nil, w), words[i:k], sameText) {
			_, n := utf8.DecodeRuneInString(text[end:]) // the last stop of "U.S."
			w += text[end : end+n]
		}
		w = strings.Map(plainRune, w)
		if w == "OR" || w == "AND" || w == "NOT" {
			w = strings.ToLower(w)
		}
		if len(fold.Tokens(nil, w)) > 0 {
			out = append(out, w)
		}
		i = k
	}
	return out
}

// plainRune drops what is not seen and spells what could be an operator in a plain word.
func plainRune(r rune) rune {
	switch {
	case unseen(r) || r == '|':
		return -1
	case strings.ContainsRune(quoteMarks, r):
		return '״' // the mark of a Hebrew abbreviation
	}
	return r
}

// blank reports whether r is white space or not seen.
func blank(r rune) bool { return unicode.IsSpace(r) || unseen(r) }
