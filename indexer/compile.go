package indexer

import (
	"fmt"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// A query tree is compiled once for all shards into the nodes below. What can be found in a
// text and ranked is a leaf, numbered from the left.

// textField names the field of a request in errors about its query text.
const textField = "q"

// maxSlop bounds the words between those of a phrase.
const maxSlop = 100

// sureSlop is what is allowed between the words of a verbatim phrase when all of them are
// sure: nothing stands between them; the rest is caution that costs nothing.
const sureSlop = 2

// node is a compiled part of a query.
type node interface {
	// cost orders the parts of a conjunction: what is cheap and narrow goes first.
	cost() int
}

type (
	andNode     []node
	orNode      []node
	notNode     struct{ kid node }
	selectNode  struct{ sel *selection }
	dateNode    struct{ dates dateFilter }
	sectionNode struct{ keys []string }
)

func (n andNode) cost() int     { return dearest(n) }
func (n orNode) cost() int      { return dearest(n) }
func (n notNode) cost() int     { return 9 }
func (n selectNode) cost() int  { return 1 }
func (n dateNode) cost() int    { return 3 }
func (n sectionNode) cost() int { return 2 }

// dearest is the cost of the dearest child.
func dearest(kids []node) int {
	c := 0
	for _, k := range kids {
		c = max(c, k.cost())
	}
	return c
}

// leafKind is how a leaf is found in a text.
type leafKind int

// The kinds of leaf.
const (
	stemLeaf     leafKind = iota // one word by its stem
	prefixLeaf                   // words that begin alike
	phraseLeaf                   // words in order
	verbatimLeaf                 // characters
)

// leaf is one thing to be found in texts, with what its rank follows from.
type leaf struct {
	kind    leafKind
	number  int          // in the query; -1 for one that only excludes
	shown   string       // as explanations name it
	words   []string     // folded: of the phrase, or the one word or beginning
	slop    int          // words that may stand between
	pattern fold.Pattern // of a verbatim leaf
	certain []string     // words that a text with the pattern must have
	sure    bool         // of a verbatim leaf: it begins and ends with words, and all are certain

	alternative bool // stands under OR
	first       int  // number of the first leaf that asks for the same word
}

// same reports whether two leaves are one bare word.
func (l *leaf) same(m *leaf) bool {
	return l == m || l.kind == stemLeaf && m.kind == stemLeaf && l.words[0] == m.words[0]
}

func (l *leaf) cost() int { return 4 + int(l.kind) }

// compiler turns trees into nodes and numbers their leaves.
type compiler struct {
	x       *Index
	leaves  []*leaf
	notices []query.Notice
	clauses int
	inNot   int        // depth of negations
	inOr    int        // depth of alternatives
	as      query.Mode // how phrases are read, when not as they stand
	certain bool       // dates are read as certain
}

// compile reads a tree; a query without anything to look for is Invalid.
func (c *compiler) compile(tree query.Node) (node, error) {
	n, err := c.node(tree)
	if err == nil && n == nil {
		err = corpus.Errorf(corpus.Invalid, textField, "the query holds no word").
			WithRemedy("type at least one letter, digit or sign that counts")
	}
	return n, err
}

// node compiles one part; nil when it holds nothing to look for.
func (c *compiler) node(tree query.Node) (node, error) {
	switch t := tree.(type) {
	case query.And:
		kids, err := c.kids(t)
		return joined(andNode(kids), kids), err
	case query.Or:
		c.inOr++
		kids, err := c.kids(t)
		c.inOr--
		return joined(orNode(kids), kids), err
	case query.Not:
		c.inNot++
		kid, err := c.node(t.Node)
		c.inNot--
		if kid == nil {
			return nil, err
		}
		return notNode{kid}, err
	}
	if c.clauses++; c.clauses > query.MaxClauses {
		return nil, corpus.Errorf(corpus.Invalid, textField, "more than %d parts", query.MaxClauses).
			WithRemedy("ask in parts")
	}
	switch t := tree.(type) {
	case query.Phrase:
		return c.phrase(t)
	case query.Word:
		return c.word(t)
	case query.Field:
		return c.field(t)
	}
	return nil, corpus.Errorf(corpus.Invalid, textField, "a query of type %T", tree)
}

// kids compiles children and drops those that hold nothing.
func (c *compiler) kids(list []query.Node) ([]node, error) {
	var out []node
	for _, t := range list {
		n, err := c.node(t)
		if err != nil {
			return nil, err
		}
		if n != nil {
			out = append(out, n)
		}
	}
	return out, nil
}

// joined is the node over children: nil over none, the child itself over one.
func joined(n node, kids []node) node {
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	}
	return n
}

// leaf numbers a leaf.
func (c *compiler) leaf(l *leaf) node {
	l.number, l.alternative = -1, c.inOr > 0
	if c.inNot == 0 {
		l.number = len(c.leaves)
		c.leaves = append(c.leaves, l)
		l.first = slices.IndexFunc(c.leaves, l.same)
	}
	return l
}

// phrase compiles a quotation: one leaf, or one for each way it may be read.
func (c *compiler) phrase(p query.Phrase) (node, error) {
	if p.Slop < 0 || p.Slop > maxSlop {
		return nil, corpus.Errorf(corpus.Invalid, textField, "%d words between are too many", p.Slop).
			WithRemedy(fmt.Sprintf("allow at most %d", maxSlop))
	}
	readings := fold.Readings(p.Text)
	if len(readings) == 0 || len(readings[0]) == 0 {
		return nil, corpus.Errorf(corpus.Invalid, textField, "the phrase %q holds no word", p.Text).
			WithRemedy("type at least one letter, digit or sign that counts")
	}
	if err := c.checkLength(readings[0]); err != nil {
		return nil, err
	}
	if c.as == query.Verbatim || c.as == "" && p.Verbatim {
		return c.verbatim(p.Text)
	}
	var ways []node
	for _, r := range readings {
		if c.as == query.Words {
			ways = append(ways, c.loose(textsOf(r)))
			continue
		}
		l := &leaf{kind: phraseLeaf, shown: p.Text, words: textsOf(r), slop: p.Slop}
		ways = append(ways, c.leaf(l))
	}
	return joined(orNode(ways), ways), nil
}

// checkLength bounds the words of what was typed as one phrase or word.
func (c *compiler) checkLength(tokens []fold.Token) error {
	if c.as != "" || len(tokens) <= query.MaxPhraseWords {
		return nil
	}
	return corpus.Errorf(corpus.Invalid, textField, "a phrase of more than %d words",
		query.MaxPhraseWords).
		WithRemedy("quote a shorter piece")
}

// loose compiles folded words that must all be there, by stem, each asked for once.
func (c *compiler) loose(words []string) node {
	seen := map[string]bool{}
	var kids []node
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			kids = append(kids, c.leaf(&leaf{kind: stemLeaf, shown: w, words: []string{w}}))
		}
	}
	return joined(andNode(kids), kids)
}

// verbatim compiles a phrase that is found by its characters.
func (c *compiler) verbatim(text string) (node, error) {
	pattern, err := fold.NewPattern(text)
	if err != nil && c.as != "" {
		return orNode(nil), nil // has no such reading: found nowhere
	}
	if err != nil {
		return nil, corpus.Errorf(corpus.Invalid, textField, "the phrase %q: %w", text, err).
			WithRemedy("quote a piece that holds a word")
	}
	l := &leaf{kind: verbatimLeaf, shown: text, pattern: pattern, certain: pattern.Tokens()}
	l.words = l.certain
	all := textsOf(fold.Tokens(nil, text))
	if len(l.words) == 0 {
		l.words = all
	}
	// Where words of the phrase are not sure, as many may stand between as it has characters.
	l.slop = sureSlop
	if len(l.certain) < len(all) {
		l.slop = len(text)
	}
	l.sure = len(l.certain) == len(all) && pattern.WordEdges()
	return c.leaf(l), nil
}

// word compiles a bare word. What typing joins (Katyr-Yurt) may be several words; all must be
// there. Of a beginning, only the last of them is one.
func (c *compiler) word(w query.Word) (node, error) {
	tokens := fold.Tokens(nil, w.Text)
	if err := c.checkLength(tokens); err != nil {
		return nil, err
	}
	var kids []node
	for i, t := range textsOf(tokens) {
		l := &leaf{kind: stemLeaf, shown: t, words: []string{t}}
		if w.Prefix && i == len(tokens)-1 {
			l.kind, l.shown = prefixLeaf, t+"*"
		}
		kids = append(kids, c.leaf(l))
	}
	return joined(andNode(kids), kids), nil
}

// field compiles a restriction typed into the query.
func (c *compiler) field(f query.Field) (node, error) {
	switch f.Name {
	case "section":
		keys, err := sectionKeys(textField, []string{f.Value})
		return sectionNode{keys}, err
	case "date":
		if f.Value == query.None {
			return dateNode{dateFilter{undated: true}}, nil
		}
		r, err := query.ParseDates(f.Value)
		return dateNode{dateFilter{ranges: []query.DateRange{r}, certain: c.certain}}, err
	}
	sel, ok := newSelection(f.Name)
	if !ok {
		return nil, corpus.Errorf(corpus.Invalid, textField, "there is no facet %q", f.Name).
			WithRemedy("facets are " + strings.Join(query.Facets(), ", "))
	}
	c.notices = append(c.notices, c.x.fill(sel, query.Filter{Any: []string{f.Value}}, c.certain, -1)...)
	return selectNode{sel}, nil
}

// textsOf gives the folded texts of tokens.
func textsOf(tokens []fold.Token) []string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		out[i] = t.Text
	}
	return out
}
