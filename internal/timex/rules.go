package timex

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// The recogniser is a deterministic automaton over token classes. All patterns of a
// language become one graph with free edges, and the usual subset construction turns that
// into states. Writing every sequence of every pattern into a trie was tried first: it
// gave 600,000 nodes a language and took a second to build; this gives some thousand.
//
// A token may have several classes, so a match still tries each class that a state allows.

// rule is one row of rules.tsv that is no definition.
type rule struct {
	name string
	kind string
	cuts bool // some of its sequences fall into several expressions
}

// edge leads from a state by a class; tight ones ask that no white space stands before.
type edge struct {
	class class
	tight bool
	to    int32
}

// automatonState is a state of the automaton.
type automatonState struct {
	mask  set // classes of the edges
	edges []edge
	rule  int16 // the first of the table that ends here, or -1
}

// cut is a range of path elements between two expressions of one match.
type cut struct{ from, to int }

// automaton is the recogniser of a language; state 0 begins a match.
type automaton struct {
	rules  []rule
	states []automatonState
	cuts   map[string][]cut // of the rules that cut, by rule and classes of a match
}

// maxSteps bounds the length of a match in tokens.
const maxSteps = 14

// compile builds the automaton of one language. Rows of kind "def" name a pattern for the
// rows after them; where two rules accept the same sequence the first one stands.
func compile(table [][]string, lang string) (*automaton, error) {
	a := &automaton{cuts: map[string][]cut{}}
	g := &graph{nodes: make([]graphNode, 1)}
	p := parser{classes: classByName(), defs: map[string]string{}}
	for i, f := range table {
		name, langs, kind := f[0], f[1], f[2]
		if langs != "*" && !slices.Contains(strings.Split(langs, ","), lang) {
			continue
		}
		if kind == "def" {
			p.defs[name] = f[3]
			continue
		}
		pat, rest, err := p.alternatives(f[3])
		if err != nil || rest != "" {
			return nil, fmt.Errorf("data/rules.tsv:%d: %s: %q is not understood: %v", i+2, name, rest, err)
		}
		id := len(a.rules)
		a.rules = append(a.rules, rule{name: name, kind: kind})
		g.nodes[g.add(pat, 0)].rules = []int16{int16(id)}
		if pat.cutting() {
			a.rules[id].cuts = true
			a.addCuts(id, pat)
		}
	}
	a.states = g.determine()
	return a, nil
}

// addCuts notes where the cuts of a rule fall, for each sequence that it accepts.
func (a *automaton) addCuts(id int, p pattern) {
	for _, seq := range p.sequences() {
		var cuts []cut
		var path []class
		for _, s := range seq {
			switch s.mark {
			case '<':
				cuts = append(cuts, cut{from: len(path)})
			case '>':
				cuts[len(cuts)-1].to = len(path)
			default:
				path = append(path, s.class)
			}
		}
		if key := cutKey(id, path); a.cuts[key] == nil {
			a.cuts[key] = cuts
		}
	}
}

// cutKey names a rule and the classes of a match.
func cutKey(rule int, path []class) string {
	b := make([]byte, 0, maxSteps+1)
	b = append(b, byte(rule))
	for _, c := range path {
		b = append(b, byte(c))
	}
	return string(b)
}

// graph is the automaton before the subset construction: nodes with edges by class and
// free ones.
type graph struct{ nodes []graphNode }

// graphNode is a node of a graph.
type graphNode struct {
	edges []edge
	free  []int32
	rules []int16 // that end here
}

// node adds a node.
func (g *graph) node() int32 {
	g.nodes = append(g.nodes, graphNode{})
	return int32(len(g.nodes) - 1)
}

// link adds a free edge.
func (g *graph) link(from, to int32) {
	g.nodes[from].free = append(g.nodes[from].free, to)
}

// add hangs a pattern on a node and returns the node where it ends.
func (g *graph) add(p pattern, from int32) int32 {
	switch p.op {
	case '.':
		// A node of its own, so that no alternative runs into another's beginning.
		at := g.node()
		g.link(from, at)
		for _, q := range p.parts {
			at = g.add(q, at)
		}
		return at
	case '|':
		to := g.node()
		for _, q := range p.parts {
			g.link(g.add(q, from), to)
		}
		return to
	case '?':
		to := g.node()
		g.link(g.add(p.parts[0], from), to)
		g.link(from, to)
		return to
	}
	to := g.node()
	if p.step.mark != 0 {
		g.link(from, to)
		return to
	}
	n := &g.nodes[from]
	n.edges = append(n.edges, edge{class: p.step.class, tight: p.step.tight, to: to})
	return to
}

// closure is the sorted set of nodes reached from some by free edges.
func (g *graph) closure(from []int32) []int32 {
	seen := map[int32]bool{}
	var out []int32
	for len(from) > 0 {
		n := from[len(from)-1]
		from = from[:len(from)-1]
		if seen[n] {
			continue
		}
		seen[n] = true
		out = append(out, n)
		from = append(from, g.nodes[n].free...)
	}
	slices.Sort(out)
	return out
}

// determine is the subset construction. States are numbered in the order in which they
// are met, so the same table gives the same automaton.
func (g *graph) determine() []automatonState {
	ids := map[string]int32{}
	var states []automatonState
	var members [][]int32
	enter := func(nodes []int32) int32 {
		key := make([]byte, 0, 4*len(nodes))
		for _, n := range nodes {
			key = binary.LittleEndian.AppendUint32(key, uint32(n))
		}
		if id, ok := ids[string(key)]; ok {
			return id
		}
		id := int32(len(states))
		ids[string(key)] = id
		states = append(states, automatonState{rule: g.firstRule(nodes)})
		members = append(members, nodes)
		return id
	}
	enter(g.closure([]int32{0}))
	for i := 0; i < len(states); i++ {
		for _, m := range g.moves(members[i]) {
			to := enter(g.closure(m.to))
			states[i].edges = append(states[i].edges, edge{class: m.class, tight: m.tight, to: to})
			states[i].mask |= m.class.bit()
		}
	}
	return states
}

// move is the set of nodes that a class leads to.
type move struct {
	class class
	tight bool
	to    []int32
}

// moves lists what leads out of a set of nodes, by class.
func (g *graph) moves(nodes []int32) []move {
	var out []move
	for _, n := range nodes {
		for _, e := range g.nodes[n].edges {
			i := slices.IndexFunc(out, func(m move) bool {
				return m.class == e.class && m.tight == e.tight
			})
			if i < 0 {
				i = len(out)
				out = append(out, move{class: e.class, tight: e.tight})
			}
			out[i].to = append(out[i].to, e.to)
		}
	}
	return out
}

// firstRule is the first rule of the table that ends in one of the nodes, or -1.
func (g *graph) firstRule(nodes []int32) int16 {
	best := int16(-1)
	for _, n := range nodes {
		for _, r := range g.nodes[n].rules {
			if best < 0 || r < best {
				best = r
			}
		}
	}
	return best
}

// match is a rule that accepts tokens from at on, with the class each one played.
type match struct {
	at, n int
	rule  int16
	path  [maxSteps]class
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
	s := &m.a.states[at]
	if s.rule >= 0 && n > 0 {
		m.found = append(m.found, match{at: i, n: n, rule: s.rule, path: m.path})
	}
	if i+n >= len(m.tokens) || n >= maxSteps {
		return
	}
	t := &m.tokens[i+n]
	if s.mask&t.set == 0 || n > 0 && t.first {
		return
	}
	for _, e := range s.edges {
		if t.set.has(e.class) && (!e.tight || !t.space) {
			m.path[n] = e.class
			m.walk(e.to, i, n+1)
		}
	}
}
