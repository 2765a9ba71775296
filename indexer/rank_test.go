package indexer

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// asked is one thing that a rank sums over, as the oracle sees it.
type asked struct {
	node   query.Node
	word   string       // of a bare word, folded
	alt    bool         // stands under OR
	guards []query.Node // alternatives around it: it counts where all of them hold
}

// askedOf lists what a rank sums over, from the left; a word of several parts is several.
func askedOf(n query.Node, alt bool, guards []query.Node) []asked {
	var out []asked
	switch n := n.(type) {
	case query.And:
		for _, k := range n {
			out = append(out, askedOf(k, alt, guards)...)
		}
	case query.Or:
		for _, k := range n {
			out = append(out, askedOf(k, true, append(guards[:len(guards):len(guards)], k))...)
		}
	case query.Word:
		parts := textsOf(fold.Tokens(nil, n.Text))
		for i, part := range parts {
			a := asked{query.Word{Text: part}, part, alt, guards}
			if n.Prefix && i == len(parts)-1 {
				a.node, a.word = query.Word{Text: part, Prefix: true}, ""
			}
			out = append(out, a)
		}
	case query.Phrase:
		out = append(out, asked{n, "", alt, guards})
	}
	return out
}

// counts reports whether what is asked for counts in a passage.
func (a asked) counts(s *seen) bool {
	for _, g := range a.guards {
		if !s.finds(g) {
			return false
		}
	}
	return true
}

// closeTo counts the places of a word that have another at most two places away.
func closeTo(s *seen, first, second string) int {
	n := 0
	for i, w := range s.tokens {
		if w != first {
			continue
		}
		near := false
		for _, d := range []int{-2, -1, 1, 2} {
			near = near || i+d >= 0 && i+d < len(s.tokens) && s.tokens[i+d] == second
		}
		if near {
			n++
		}
	}
	return n
}

// scoreOracle is the rank of a tree by the book.
type scoreOracle struct {
	o       *oracle
	asks    []asked
	idf     []float64
	pairs   [][2]string
	pairIDF []float64
}

// newScorer weighs what a tree asks for.
func newScorer(o *oracle, tree query.Node) *scoreOracle {
	c := &scoreOracle{o: o, asks: askedOf(tree, false, nil)}
	highest := 0.0
	for _, a := range c.asks {
		idf := 0.0
		if p, ok := a.node.(query.Phrase); ok {
			for _, w := range textsOf(fold.Tokens(nil, p.Text)) {
				idf += o.idf(func(s *seen) bool { return contains(s.tokens, w) })
			}
		} else {
			idf = o.idf(func(s *seen) bool { return len(s.marks(a.node)) > 0 })
		}
		c.idf = append(c.idf, idf)
		if a.alt {
			highest = math.Max(highest, idf)
		}
	}
	for i, a := range c.asks {
		if a.alt && highest > 0 {
			c.idf[i] *= math.Sqrt(c.idf[i] / highest)
		}
	}
	c.pair(highest)
	return c
}

// pair finds the words side by side and weighs them.
func (c *scoreOracle) pair(highest float64) {
	common := func(w string) bool {
		n := 0
		for _, s := range c.o.all {
			if contains(s.tokens, w) {
				n++
			}
		}
		return n > len(c.o.all)/8
	}
	seen := map[[2]string]bool{}
	for i := 1; i < len(c.asks); i++ {
		a, b := c.asks[i-1].word, c.asks[i].word
		if a == "" || b == "" || a == b || seen[[2]string{a, b}] || seen[[2]string{b, a}] ||
			common(a) && common(b) {
			continue
		}
		seen[[2]string{a, b}] = true
		idf := c.o.idf(func(s *seenIn) bool { return closeTo(s, a, b) > 0 })
		if highest > 0 {
			idf *= math.Sqrt(idf / highest)
		}
		c.pairs, c.pairIDF = append(c.pairs, [2]string{a, b}), append(c.pairIDF, idf)
	}
}

// seenIn is seen, where a variable has that name.
type seenIn = seen

// score sums up a passage.
func (c *scoreOracle) score(s *seen) float64 {
	worth := func(n int) float64 {
		f, length := float64(n), float64(len(s.tokens))/c.o.average
		return f * (bm25K1 + 1) / (f + bm25K1*(1-bm25B+bm25B*length))
	}
	sum := 0.0
	done := map[string]bool{}
	for i, a := range c.asks {
		if a.word != "" && done[a.word] {
			continue
		}
		active := a.counts(s)
		for _, b := range c.asks[i:] {
			active = active || a.word != "" && a.word == b.word && b.counts(s)
		}
		done[a.word] = true
		if active {
			sum += c.idf[i] * worth(len(s.marks(a.node)))
		}
	}
	for i, p := range c.pairs {
		sum += nearWeight * c.pairIDF[i] * worth(closeTo(s, p[0], p[1]))
	}
	return math.Round(sum*1e6) / 1e6
}

// rankTree draws trees whose ranks differ in kind.
func rankTree(r *rand.Rand, o *oracle) query.Node {
	word := func() query.Node {
		return query.Word{Text: []string{"killed", "the", "raid", "Katyr-Yurt", "officers", "near",
			"police", "was", "absent", "1,145"}[r.IntN(10)]}
	}
	switch r.IntN(5) {
	case 0:
		return query.And{query.Word{Text: "killed"}, query.Word{Text: "the"}}
	case 1:
		return query.Or{query.Phrase{Text: "the militants"}, query.Word{Text: "raid"},
			query.Word{Text: "att", Prefix: true}, query.Phrase{Text: drawOne(r, o)}}
	case 2:
		return query.Or{query.And{word(), word()}, word(), word(), word()}
	case 3:
		return query.And{query.Or{word(), query.And{word(), query.Or{word(), word()}}}, word(), word()}
	}
	return query.Or{word(), word(), query.Not{Node: word()}, query.And{word(), query.Not{Node: word()}}}
}

func TestRanksEqualBM25ByTheBook(t *testing.T) {
	t.Parallel()
	items := world(14, 120)
	o := newOracle(items)
	byID := map[string]*seen{}
	for _, s := range o.all {
		byID[string(s.p.ID)] = s
	}
	for n, x := range shardings(t, items) {
		r := rand.New(rand.NewPCG(4, 4))
		for range often(30) {
			tree := rankTree(r, o)
			req := query.Request{Size: 100, Facets: []query.FacetRequest{}}
			last := 1e9
			lastID := ""
			res, err := x.search(t.Context(), req, reading{tree: tree})
			if err != nil {
				t.Fatal(err)
			}
			book := newScorer(o, tree)
			for _, h := range res.Hits {
				id := string(h.Passage.ID)
				if want := book.score(byID[id]); want != h.Score {
					t.Fatalf("%d shards: %s scores %v, by the book %v", n, h.Passage.Text, h.Score, want)
				}
				if h.Score > last || h.Score == last && id < lastID {
					t.Fatalf("%d shards: out of order at %s", n, id)
				}
				last, lastID = h.Score, id
			}
		}
	}
}

// drawOne draws a phrase of one reading that has a word.
func drawOne(r *rand.Rand, o *oracle) string {
	for {
		p := drawPhrase(r, o)
		if hasWord(p) && !strings.ContainsAny(p, "0123456789١٢") {
			return p
		}
	}
}
