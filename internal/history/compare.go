package history

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"ibid/corpus"
)

// What became of a passage from one version to the next.
const (
	Stands  = "stands"
	Changed = "changed"
	Came    = "added"
	Went    = "gone"
)

// Change is what became of one passage.
type Change struct {
	What   string          `json:"what"` // stands, added, gone or changed
	Before *corpus.Passage `json:"-"`    // nil for one that was added
	After  *corpus.Passage `json:"-"`    // nil for one that is gone
	Words  []Piece         `json:"words,omitempty"`
}

// alike is the share of common words from which two passages are taken for one that changed.
const alike = 0.5

// maxPairs bounds how many pairs of passages are compared; above it only those that stand at about
// the same place are.
const maxPairs = 1 << 20

// nearby is how far apart passages of a very large page may stand to be compared.
const nearby = 64

// Compare finds what became of the passages of one version in the next. The changes come in the
// order of the new version, what is gone at the place where it stood.
func Compare(before, after []*corpus.Passage) []Change {
	c := newComparison(before, after)
	c.pair()
	var out []Change
	told := make([]bool, len(before))
	tellGone := func(to int) {
		for i := range before[:to] {
			if c.forward[i] < 0 && !told[i] {
				told[i] = true
				out = append(out, Change{What: Went, Before: before[i]})
			}
		}
	}
	for j, p := range after {
		i := c.back[j]
		if i < 0 {
			out = append(out, Change{What: Came, After: p})
			continue
		}
		tellGone(i)
		change := Change{What: Stands, Before: before[i], After: p}
		if before[i].ID != p.ID {
			change.What, change.Words = Changed, Words(before[i].Text, p.Text)
		}
		out = append(out, change)
	}
	tellGone(len(before))
	return out
}

// comparison pairs two versions. Forward and back give for each passage its partner, -1 without.
type comparison struct {
	before, after []*corpus.Passage
	forward, back []int
}

func newComparison(before, after []*corpus.Passage) *comparison {
	c := &comparison{before: before, after: after,
		forward: slices.Repeat([]int{-1}, len(before)), back: slices.Repeat([]int{-1}, len(after))}
	places := map[corpus.PassageID]int{}
	for i, p := range before {
		places[p.ID] = i
	}
	for j, p := range after {
		if i, ok := places[p.ID]; ok {
			c.forward[i], c.back[j] = j, i
		}
	}
	return c
}

// match is a pair that may be one passage that changed.
type match struct {
	i, j     int
	likeness float64
}

// pair finds partners for passages whose id is in one version alone, the most alike first.
func (c *comparison) pair() {
	var matches []match
	left, right := c.bags(c.before, c.forward), c.bags(c.after, c.back)
	all := len(left)*len(right) <= maxPairs
	for _, a := range left {
		for _, b := range right {
			if !all && max(a.place-b.place, b.place-a.place) > nearby {
				continue
			}
			if l := likeness(a, b); l >= alike {
				matches = append(matches, match{a.place, b.place, l})
			}
		}
	}
	slices.SortFunc(matches, func(x, y match) int {
		return cmp.Or(cmp.Compare(y.likeness, x.likeness), cmp.Compare(x.i, y.i), cmp.Compare(x.j, y.j))
	})
	for _, m := range matches {
		if c.forward[m.i] < 0 && c.back[m.j] < 0 {
			c.forward[m.i], c.back[m.j] = m.j, m.i
		}
	}
}

// bag is the words of a passage, counted.
type bag struct {
	place int
	words map[string]int
	n     int
}

// bags counts the words of passages without a partner.
func (c *comparison) bags(list []*corpus.Passage, partner []int) (out []bag) {
	for i, p := range list {
		if partner[i] >= 0 {
			continue
		}
		b := bag{place: i, words: map[string]int{}}
		for _, w := range strings.FieldsFunc(p.Text, func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
			b.words[w]++
			b.n++
		}
		out = append(out, b)
	}
	return out
}

// likeness is the share of words that two bags have in common: 1 for equal ones.
func likeness(a, b bag) float64 {
	if a.n == 0 || b.n == 0 || 2*min(a.n, b.n) < int(alike*float64(a.n+b.n)) {
		return 0
	}
	if len(b.words) < len(a.words) {
		a, b = b, a
	}
	common := 0
	for w, n := range a.words {
		common += min(n, b.words[w])
	}
	return 2 * float64(common) / float64(a.n+b.n)
}
