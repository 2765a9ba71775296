package query

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"ibid/indexer/fold"
)

// Parse reads a query. The error is a *SyntaxError with the place of the fault, a query that
// parses where one can be offered, and the limit where one is exceeded. A query without any
// word is an error. Notices tell what was repaired.
func Parse(text string) (Node, []Notice, error) {
	n, notices, err := parse(text)
	if e, ok := err.(*SyntaxError); ok {
		if e.Suggest = sound(e.Suggest, text); e.Suggest == "" && e.Remedy == "" {
			e.Remedy = "write its words alone, and fewer of them"
		}
	}
	return n, notices, err
}

// sound is a query that parses: the suggestion, else what it suggests itself, else the plain
// words of the text; empty when none of them does.
func sound(suggest, text string) string {
	for range 4 {
		suggest = strings.TrimFunc(suggest, blank)
		if suggest == "" {
			break
		}
		_, _, err := parse(suggest)
		if err == nil {
			return suggest
		}
		suggest = err.(*SyntaxError).Suggest
	}
	if len(text) > MaxBytes {
		return ""
	}
	words, err := loose(text)
	if err != nil {
		return ""
	}
	return words.String()
}

// parse is Parse with suggestions that were not tried.
func parse(text string) (Node, []Notice, error) {
	if len(text) > MaxBytes {
		return nil, nil, tooLong(text)
	}
	p := parser{lex: newLexer(strings.ToValidUTF8(text, "\uFFFD"))}
	if err := crowded(p.lex.marks); err != nil {
		return nil, nil, err
	}
	if err := p.advance(); err != nil {
		return nil, nil, err
	}
	n, err := p.or(0)
	if err == nil && p.tok.kind == closeToken {
		err = p.fault("a bracket is closed that was not opened", p.without())
	}
	if err == nil && n == nil {
		err = noWord()
	}
	if err != nil {
		return nil, nil, err
	}
	return n, p.lex.notices, nil
}

// noWord refuses a query with nothing to look for.
func noWord() *SyntaxError {
	return &SyntaxError{Message: "the query holds no word", Remedy: "type at least one letter or digit"}
}

// tooLong refuses a query beyond MaxBytes.
func tooLong(text string) *SyntaxError {
	return &SyntaxError{At: MaxBytes, Remedy: "shorten the query",
		Message: fmt.Sprintf("the query has %d bytes, at most %d are read", len(text), MaxBytes)}
}

// tooMany refuses a query beyond MaxClauses.
func tooMany(at int) *SyntaxError {
	return &SyntaxError{At: at, Remedy: "ask in parts, or put words that stand together in quotes",
		Message: fmt.Sprintf("the query has more than %d parts", MaxClauses)}
}

// parser reads tokens by recursive descent; its depth is bounded by MaxDepth.
type parser struct {
	lex    lexer
	tok    token
	leaves int
}

func (p *parser) advance() (err error) {
	p.tok, err = p.lex.next()
	return err
}

// fault is an error at the token in hand.
func (p *parser) fault(message, suggest string) error {
	return &SyntaxError{At: p.tok.at, Message: message, Suggest: suggest}
}

// without is the query without the token in hand.
func (p *parser) without() string {
	return strings.TrimSpace(p.lex.s[:p.tok.at] + " " + p.lex.s[p.tok.end:])
}

// or reads alternatives.
func (p *parser) or(depth int) (Node, error) {
	var kids []Node
	for {
		n, empty, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		if empty && (len(kids) > 0 || p.tok.kind == orToken) {
			return nil, p.fault("OR stands without a word on one side", p.plain())
		}
		kids = appendFlat(kids, n)
		if p.tok.kind != orToken {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	return oneOr(kids), nil
}

// appendFlat adds an alternative; those of a nested Or join their parent's.
func appendFlat(kids []Node, n Node) []Node {
	if n == nil {
		return kids
	}
	if o, ok := n.(Or); ok {
		return append(kids, o...)
	}
	return append(kids, n)
}

func oneOr(kids []Node) Node {
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	}
	return Or(kids)
}

// and reads what must hold together. empty says that no term stood there at all; a nil node
// that is not empty held punctuation only.
func (p *parser) and(depth int) (n Node, empty bool, err error) {
	var kids []Node
	empty = true
	for {
		switch p.tok.kind {
		case endToken, closeToken, orToken:
			return oneAnd(kids), empty, nil
		case andToken:
			if empty {
				return nil, false, p.fault("AND stands without a word before it", p.without())
			}
			if err := p.advance(); err != nil {
				return nil, false, err
			}
			if k := p.tok.kind; k == endToken || k == closeToken || k == orToken || k == andToken {
				return nil, false, p.fault("AND stands without a word behind it", p.plain())
			}
			continue
		}
		kid, err := p.unary(depth)
		if err != nil {
			return nil, false, err
		}
		empty = false
		if a, ok := kid.(And); ok {
			kids = append(kids, a...)
		} else if kid != nil {
			kids = append(kids, kid)
		}
	}
}

func oneAnd(kids []Node) Node {
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	}
	return And(kids)
}

// unary reads a term with the negations before it; two of them cancel out.
func (p *parser) unary(depth int) (Node, error) {
	negated := false
	for p.tok.kind == notToken {
		negated = !negated
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	n, err := p.term(depth)
	if err != nil || n == nil || !negated {
		return n, err
	}
	if inner, ok := n.(Not); ok {
		return inner.Node, nil
	}
	return Not{n}, nil
}

// term reads a bracket or a leaf.
func (p *parser) term(depth int) (Node, error) {
	switch p.tok.kind {
	case openToken:
		return p.bracket(depth)
	case wordToken, phraseToken, fieldToken:
		n, err := p.leaf()
		if err != nil {
			return nil, err
		}
		return n, p.advance()
	}
	return nil, p.fault("NOT stands without a word behind it", p.plain())
}

// bracket reads ( … ); one that is not closed ends with the query.
func (p *parser) bracket(depth int) (Node, error) {
	if depth == MaxDepth {
		return nil, p.fault(fmt.Sprintf("brackets are nested more than %d deep", MaxDepth), p.plain())
	}
	open := p.tok
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.or(depth + 1)
	if err != nil {
		return nil, err
	}
	if p.tok.kind != closeToken {
		p.lex.notice("brackets", "the bracket is not closed; it was read to the end", open.at)
		return n, nil
	}
	return n, p.advance()
}

// leaf makes a node of a word, quotation or field; nil for one that is punctuation only.
func (p *parser) leaf() (Node, error) {
	if p.leaves++; p.leaves > MaxClauses {
		return nil, tooMany(p.tok.at)
	}
	switch p.tok.kind {
	case fieldToken:
		return p.field()
	case phraseToken:
		return p.phrase()
	}
	return p.word()
}

func (p *parser) field() (Node, error) {
	value := strings.TrimFunc(p.tok.text, blank)
	if value == "" {
		return nil, p.fault(p.tok.name+": has no value", p.without())
	}
	if p.tok.name == "date" && value != None {
		if _, err := ParseDates(value); err != nil {
			return nil, p.fault(err.Error(), p.without())
		}
	}
	if p.tok.name == "section" && len(fold.Tokens(nil, value)) == 0 {
		return nil, p.wordless("section: holds no word")
	}
	return Field{Name: p.tok.name, Value: value}, nil
}

func (p *parser) phrase() (Node, error) {
	text := strings.TrimSpace(p.tok.text)
	n := len(fold.Tokens(nil, text))
	switch {
	case n == 0 && (!p.tok.verbatim || text == ""):
		return nil, p.wordless("the quotation holds no word")
	case n == 0:
		return nil, p.wordless("the quotation holds no word; characters alone are not searched")
	case n > MaxPhraseWords:
		return nil, p.tooLong("quotation", n)
	}
	return Phrase{Text: text, Verbatim: p.tok.verbatim, Slop: p.tok.slop}, nil
}

// wordless is the fault of a quotation without a word.
func (p *parser) wordless(message string) error {
	return &SyntaxError{At: p.tok.at, Message: message, Suggest: p.without(), Remedy: noWord().Remedy}
}

// tooLong refuses what has more words than a phrase may have.
func (p *parser) tooLong(what string, n int) error {
	return &SyntaxError{At: p.tok.at, Remedy: "search for a shorter piece",
		Message: fmt.Sprintf("the %s has %d words, at most %d are read", what, n, MaxPhraseWords)}
}

// minPrefix is the least number of letters before a star: fewer begin a large part of all
// words.
const minPrefix = 3

func (p *parser) word() (Node, error) {
	text := p.tok.text
	base, prefix := strings.CutSuffix(text, "*")
	words := fold.Tokens(nil, base)
	switch {
	case len(words) == 0:
		p.lex.notice("ignored", fmt.Sprintf("%q holds no word and was passed over", text), p.tok.at)
		return nil, nil
	case len(words) > MaxPhraseWords:
		return nil, p.tooLong("run of words without a space", len(words))
	case strings.Contains(base, "*"):
		return nil, p.fault("a star may only stand at the end of a word", strings.ReplaceAll(p.lex.s, "*", ""))
	case prefix && (len(words) != 1 || utf8.RuneCountInString(words[0].Text) < minPrefix):
		return nil, p.fault(fmt.Sprintf("a star needs one word of %d letters or more before it", minPrefix),
			strings.ReplaceAll(p.lex.s, "*", ""))
	}
	return Word{Text: bare(base, words), Prefix: prefix}, nil
}

// bare takes off a word what is no word at its edges ("left,") but the stop of "U.S.", which
// makes it one. What would then be an operator is written small; what would be a field or an
// exclusion keeps a mark before it.
func bare(base string, words []fold.Token) string {
	from, to := words[0].Start, words[len(words)-1].End
	core := base[from:to]
	if !slices.EqualFunc(fold.Tokens(nil, core), words, sameText) {
		_, n := utf8.DecodeRuneInString(base[to:])
		core = base[from : to+n]
	}
	core = strings.TrimFunc(core, unseen)
	if core == "OR" || core == "AND" || core == "NOT" {
		return strings.ToLower(core)
	}
	l := newLexer(core)
	if t, err := l.next(); err == nil && t.kind == wordToken && t.text == core && t.end == len(core) {
		return core
	}
	return "," + core
}

func sameText(a, b fold.Token) bool { return a.Text == b.Text }

// plain is the query as bare words, for an error to suggest.
func (p *parser) plain() string { return strings.Join(plainWords(p.lex.s), " ") }
