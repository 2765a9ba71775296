package timex

import (
	"fmt"
	"slices"
	"strings"
)

// A rule is a sequence of token classes with a kind. All rules of a language are compiled
// into one trie over classes, the automaton; a match walks it once from each token that
// can begin one and keeps every place where a rule ends, the longest first.
//
// The pattern language of rules.tsv, elements separated by single spaces:
//
//	month        one token of that class
//	_month       the same, without white space before it
//	month?       or nothing
//	(a b|c)      either of two sequences; (a b|c)? may be missing
//	@name        the pattern of the row "def name"
//	< >          cut: what stands between is no part of an expression, and each side is one
type rule struct {
	name string
	kind string
}

// edge leads from a node by a class; tight ones ask that no white space stands before.
type edge struct {
	class class
	tight bool
	to    int32
}

// node is a state of the automaton.
type node struct {
	mask  set // classes of the edges
	edges []edge
	rule  int16 // that ends here, or -1
	cuts  []cut
}

// cut is a range of path elements between two expressions of one match.
type cut struct{ from, to int }

// automaton is the trie of a language; node 0 is its root.
type automaton struct {
	rules []rule
	nodes []node
}

// step is one element of an expanded pattern; class cNone marks a cut's beginning or end.
type step struct {
	class class
	tight bool
	mark  byte // '<', '>' or 0
}

// maxSteps bounds the length of a pattern, and so of a match, in tokens.
const maxSteps = 14

// compile builds the automaton of one language. Rows of kind "def" name a pattern for the
// rows after them; where two rules accept the same sequence the first one stands.
func compile(table [][]string, lang string) (*automaton, error) {
	a := &automaton{nodes: []node{{rule: -1}}}
	c := compiler{classes: classByName(), defs: map[string]string{}}
	for i, f := range table {
		name, langs, kind, pattern := f[0], f[1], f[2], f[3]
		if langs != "*" && !slices.Contains(strings.Split(langs, ","), lang) {
			continue
		}
		if kind == "def" {
			c.defs[name] = pattern
			continue
		}
		seqs, rest, err := c.alternatives(pattern)
		if err != nil || rest != "" {
			return nil, fmt.Errorf("data/rules.tsv:%d: %s: %q is not understood (%v)", i+2, name, rest, err)
		}
		a.rules = append(a.rules, rule{name: name, kind: kind})
		for _, s := range seqs {
			a.insert(s, int16(len(a.rules)-1))
		}
	}
	return a, nil
}

// compiler expands patterns into sequences of steps.
type compiler struct {
	classes map[string]class
	defs    map[string]string
	depth   int
}

// alternatives reads sequences separated by | up to the end or a closing bracket.
func (c *compiler) alternatives(p string) ([][]step, string, error) {
	var all [][]step
	for {
		seqs := [][]step{nil}
		for p = strings.TrimLeft(p, " "); p != "" && p[0] != '|' && p[0] != ')'; p = strings.TrimLeft(p, " ") {
			options, rest, err := c.element(p)
			if err != nil {
				return nil, p, err
			}
			seqs, p = product(seqs, options), rest
		}
		all = append(all, seqs...)
		if p == "" || p[0] == ')' {
			return all, p, nil
		}
		p = p[1:]
	}
}

// product appends each option to each sequence.
func product(seqs, options [][]step) [][]step {
	out := make([][]step, 0, len(seqs)*len(options))
	for _, s := range seqs {
		for _, o := range options {
			out = append(out, append(slices.Clip(s), o...))
		}
	}
	return out
}

// element reads one element of a pattern with its question mark.
func (c *compiler) element(p string) (options [][]step, rest string, err error) {
	switch {
	case p[0] == '(':
		options, rest, err = c.alternatives(p[1:])
		if err != nil || rest == "" {
			return nil, p, fmt.Errorf("no closing bracket: %w", err)
		}
		rest = rest[1:]
	case p[0] == '<' || p[0] == '>':
		return [][]step{{{mark: p[0]}}}, p[1:], nil
	default:
		n := strings.IndexAny(p+" ", " ?|)")
		if options, err = c.name(p[:n]); err != nil {
			return nil, p, err
		}
		rest = p[n:]
	}
	if strings.HasPrefix(rest, "?") {
		options, rest = append(options, nil), rest[1:]
	}
	return options, rest, nil
}

// name reads a class or a defined pattern.
func (c *compiler) name(word string) ([][]step, error) {
	if def, ok := strings.CutPrefix(word, "@"); ok {
		p, ok := c.defs[def]
		if !ok || c.depth > 8 {
			return nil, fmt.Errorf("no row defines %s", word)
		}
		c.depth++
		defer func() { c.depth-- }()
		seqs, rest, err := c.alternatives(p)
		if err == nil && rest != "" {
			err = fmt.Errorf("%s ends at %q", word, rest)
		}
		return seqs, err
	}
	bare, tight := strings.CutPrefix(word, "_")
	cl, ok := c.classes[bare]
	if !ok || cl == cNone {
		return nil, fmt.Errorf("no class %q", word)
	}
	return [][]step{{{class: cl, tight: tight}}}, nil
}

// insert adds one sequence. Sequences that are empty or too long are left out.
func (a *automaton) insert(seq []step, id int16) {
	var cuts []cut
	at, n := int32(0), 0
	for _, s := range seq {
		switch s.mark {
		case '<':
			cuts = append(cuts, cut{from: n})
			continue
		case '>':
			cuts[len(cuts)-1].to = n
			continue
		}
		if n++; n > maxSteps {
			return
		}
		at = a.child(at, s)
	}
	if n > 0 && a.nodes[at].rule < 0 {
		a.nodes[at].rule, a.nodes[at].cuts = id, cuts
	}
}

// child is the node after a step, made when it is not there.
func (a *automaton) child(at int32, s step) int32 {
	for _, e := range a.nodes[at].edges {
		if e.class == s.class && e.tight == s.tight {
			return e.to
		}
	}
	to := int32(len(a.nodes))
	a.nodes = append(a.nodes, node{rule: -1})
	n := &a.nodes[at]
	n.edges = append(n.edges, edge{class: s.class, tight: s.tight, to: to})
	n.mask |= s.class.bit()
	return to
}

// match is a rule that accepts tokens from at on, with the class each one played.
type match struct {
	at, n int
	rule  int16
	path  [maxSteps]class
	cuts  []cut
}

// matcher walks the automaton over the tokens of one text.
type matcher struct {
	a      *automaton
	tokens []token
	path   [maxSteps]class
	found  []match // of the present start
}

// from collects the matches that begin at token i, the longest first; equal lengths keep
// the order of the rules.
func (m *matcher) from(i int) []match {
	m.found = m.found[:0]
	m.walk(0, i, 0)
	if len(m.found) > 1 {
		slices.SortStableFunc(m.found, func(x, y match) int {
			if x.n != y.n {
				return y.n - x.n
			}
			return int(x.rule) - int(y.rule)
		})
	}
	return m.found
}

// walk follows every edge that the token at i+n allows.
func (m *matcher) walk(at int32, i, n int) {
	nd := &m.a.nodes[at]
	if nd.rule >= 0 {
		m.found = append(m.found, match{at: i, n: n, rule: nd.rule, path: m.path, cuts: nd.cuts})
	}
	if i+n >= len(m.tokens) || n >= maxSteps {
		return
	}
	t := &m.tokens[i+n]
	if nd.mask&t.set == 0 || n > 0 && t.first {
		return
	}
	for _, e := range nd.edges {
		if t.set.has(e.class) && (!e.tight || !t.space) {
			m.path[n] = e.class
			m.walk(e.to, i, n+1)
		}
	}
}
