package timex

import (
	"fmt"
	"strings"
)

// The pattern language of rules.tsv, elements separated by single spaces:
//
//	month        one token of that class
//	_month       the same, without white space before it
//	month?       or nothing
//	(a b|c)      either of two sequences; (a b|c)? may be missing
//	@name        the pattern of the row "def name"
//	< >          cut: what stands between is no part of an expression, and each side is one

// step is one element of a sequence: a class, or a mark where a cut begins or ends.
type step struct {
	class class
	tight bool
	mark  byte // '<', '>' or 0
}

// pattern is a parsed pattern: a step, or parts in sequence or as alternatives.
type pattern struct {
	op    byte // 0 a step, '.' a sequence, '|' alternatives, '?' the one part or nothing
	step  step
	parts []pattern
}

// parser reads patterns.
type parser struct {
	classes map[string]class
	defs    map[string]string
	depth   int
}

// alternatives reads sequences separated by | up to the end or a closing bracket, and
// returns what stands after them.
func (c *parser) alternatives(p string) (pattern, string, error) {
	all := pattern{op: '|'}
	for {
		seq := pattern{op: '.'}
		for p = strings.TrimLeft(p, " "); p != "" && p[0] != '|' && p[0] != ')'; {
			part, rest, err := c.element(p)
			if err != nil {
				return all, p, err
			}
			seq.parts = append(seq.parts, part)
			p = strings.TrimLeft(rest, " ")
		}
		all.parts = append(all.parts, seq)
		if p == "" || p[0] == ')' {
			return all, p, nil
		}
		p = p[1:]
	}
}

// element reads one element with its question mark.
func (c *parser) element(p string) (out pattern, rest string, err error) {
	switch {
	case p[0] == '(':
		out, rest, err = c.alternatives(p[1:])
		if err != nil {
			return out, p, err
		}
		if rest == "" {
			return out, p, fmt.Errorf("a bracket is not closed")
		}
		rest = rest[1:]
	case p[0] == '<' || p[0] == '>':
		return pattern{step: step{mark: p[0]}}, p[1:], nil
	default:
		n := strings.IndexAny(p+" ", " ?|)")
		if out, err = c.name(p[:n]); err != nil {
			return out, p, err
		}
		rest = p[n:]
	}
	if strings.HasPrefix(rest, "?") {
		out, rest = pattern{op: '?', parts: []pattern{out}}, rest[1:]
	}
	return out, rest, nil
}

// name reads a class or a defined pattern.
func (c *parser) name(word string) (pattern, error) {
	if def, ok := strings.CutPrefix(word, "@"); ok {
		p, ok := c.defs[def]
		if !ok || c.depth > 8 {
			return pattern{}, fmt.Errorf("no row before this one defines %s", word)
		}
		c.depth++
		defer func() { c.depth-- }()
		out, rest, err := c.alternatives(p)
		if err == nil && rest != "" {
			err = fmt.Errorf("%s ends at %q", word, rest)
		}
		return out, err
	}
	bare, tight := strings.CutPrefix(word, "_")
	cl, ok := c.classes[bare]
	if !ok || cl == cNone {
		return pattern{}, fmt.Errorf("there is no class %q", word)
	}
	return pattern{step: step{class: cl, tight: tight}}, nil
}

// cutting reports whether a cut stands anywhere in the pattern.
func (p pattern) cutting() bool {
	if p.op == 0 {
		return p.step.mark != 0
	}
	for _, q := range p.parts {
		if q.cutting() {
			return true
		}
	}
	return false
}

// sequences lists every sequence of steps that the pattern stands for.
func (p pattern) sequences() [][]step {
	switch p.op {
	case 0:
		return [][]step{{p.step}}
	case '?':
		return append(p.parts[0].sequences(), nil)
	case '|':
		var out [][]step
		for _, q := range p.parts {
			out = append(out, q.sequences()...)
		}
		return out
	}
	out := [][]step{nil}
	for _, q := range p.parts {
		var longer [][]step
		for _, head := range out {
			for _, tail := range q.sequences() {
				longer = append(longer, append(head[:len(head):len(head)], tail...))
			}
		}
		out = longer
	}
	return out
}
