package indexer

import (
	"context"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

// evaluation is one query tree on one shard. Each part is asked for its passages among
// candidates, so that a phrase is verified only where everything cheaper holds already.
type evaluation struct {
	ctx     context.Context
	s       *shard
	records *records
	found   map[int]*tally // by the number of a phrase or verbatim leaf
	rows    map[string]row // by the words of a phrase with a space between; made when needed
	// within gives, for leaves under OR, the passages in which their alternative holds: of
	// (a b) OR c, a and b count only where both are.
	within map[int]*roaring.Bitmap
	// late, unless nil, is a test that every hit has to pass in the end: what fails it need
	// not be verified. Leaving it out anywhere changes no answer.
	late func(uint32) bool
}

// tally is how often a leaf occurs in passages, in rising order. It covers every candidate
// the leaf was asked about, so every hit.
type tally struct {
	passages []uint32
	counts   []uint32
}

// row is where the words of a phrase stand side by side, among the passages asked about.
type row struct{ asked, in *roaring.Bitmap }

// checkEvery is how many candidates are verified between two looks at the context.
const checkEvery = 1024

// eval gives the passages of c in which n holds.
func (e *evaluation) eval(n node, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	if err := e.ctx.Err(); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case andNode:
		return e.and(n, c)
	case orNode:
		return e.or(n, c)
	case notNode:
		b, err := e.eval(n.kid, c)
		if err != nil {
			return nil, err
		}
		return roaring.AndNot(c, b), nil
	case selectNode:
		b, err := n.sel.any.passages(e.s, n.sel.facets)
		if err != nil {
			return nil, err
		}
		return roaring.And(c, b), nil
	case dateNode:
		return n.dates.passages(e.s, c), nil
	case sectionNode:
		b, err := e.s.sections(n.keys)
		if err != nil {
			return nil, err
		}
		return roaring.And(c, b), nil
	}
	return e.leaf(n.(*leaf), c)
}

// and narrows the candidates by one part after the other, the cheap ones first.
func (e *evaluation) and(n andNode, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	kids := append(andNode(nil), n...)
	sort.SliceStable(kids, func(i, j int) bool { return kids[i].cost() < kids[j].cost() })
	for _, k := range kids {
		var err error
		if c, err = e.eval(k, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// or asks every part about every candidate, since each one's occurrences count in the rank.
func (e *evaluation) or(n orNode, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, k := range n {
		b, err := e.eval(k, c)
		if err != nil {
			return nil, err
		}
		e.confine(k, b)
		out.Or(b)
	}
	return out, nil
}

// confine notes that the leaves under n count in the passages of b alone.
func (e *evaluation) confine(n node, b *roaring.Bitmap) {
	var kids []node
	switch n := n.(type) {
	case andNode:
		kids = n
	case orNode:
		kids = n
	case *leaf:
		if old := e.within[n.number]; old != nil {
			b = roaring.And(old, b)
		}
		if n.number >= 0 {
			e.within[n.number] = b
		}
	}
	for _, k := range kids {
		e.confine(k, b)
	}
}

// leaf gives the candidates in which a leaf occurs.
func (e *evaluation) leaf(l *leaf, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	switch l.kind {
	case stemLeaf:
		b, err := e.s.stemmed(l.words[0])
		if err != nil {
			return nil, err
		}
		return roaring.And(c, b), nil
	case prefixLeaf:
		b, err := e.s.beginning(l.words[0])
		if err != nil {
			return nil, err
		}
		return roaring.And(c, b), nil
	case phraseLeaf:
		return e.phrase(l, c)
	}
	return e.verbatim(l, c)
}

// withWords gives those of c that hold each of the words somewhere.
func (e *evaluation) withWords(words []string, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	var bits []*roaring.Bitmap
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] {
			continue
		}
		seen[w] = true
		b, err := e.s.text.bitmap(fieldExact, w)
		if err != nil {
			return nil, err
		}
		bits = append(bits, b)
	}
	sort.SliceStable(bits, func(i, j int) bool {
		return bits[i].GetCardinality() < bits[j].GetCardinality()
	})
	for _, b := range bits {
		c = roaring.And(c, b)
	}
	return c, nil
}

// numbered prepares words that the shard has to be found by their numbers.
func (e *evaluation) numbered(words []string, slop int) (*phraseFinder[uint32], error) {
	numbers := make([]uint32, len(words))
	for i, w := range words {
		k, ok := e.s.words.numberOf(w)
		if !ok {
			return nil, damaged(e.s.path(wordsCol), "lacks the word %q of the postings", w)
		}
		numbers[i] = k
	}
	return newPhraseFinder(numbers, slop), nil
}

// phrase verifies a phrase on the word numbers of its candidates.
func (e *evaluation) phrase(l *leaf, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	c, err := e.withWords(l.words, among)
	if err != nil || c.IsEmpty() {
		return c, err
	}
	f, err := e.numbered(l.words, l.slop)
	if err != nil {
		return nil, err
	}
	b, err := e.verify(l, c, func(i uint32) (int, error) {
		return f.count(e.s.words.passage(i)), nil
	})
	if err == nil && l.slop == 0 {
		if e.rows == nil {
			e.rows = map[string]row{}
		}
		e.rows[strings.Join(l.words, " ")] = row{among, b}
	}
	return b, err
}

// verbatim verifies a phrase on the characters of its candidates: by codes where these decide,
// else in the text. The words that are sure to stand in every text with it stand there in
// order, so texts without them in order need not be unpacked: of a hundred texts with the
// words, a few are left.
func (e *evaluation) verbatim(l *leaf, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	c, err := e.withWords(l.certain, c)
	if err != nil {
		return nil, err
	}
	var f *phraseFinder[uint32]
	if len(l.certain) > 1 && !c.IsEmpty() {
		if f, err = e.numbered(l.certain, l.slop); err != nil {
			return nil, err
		}
	}
	codes := e.s.words.surfaceFinder(l)
	if codes != nil {
		c = e.inRow(l.certain, c)
	}
	var at [][2]int
	return e.verify(l, c, func(i uint32) (int, error) {
		if n, ok := codes.count(e.s.words, i); ok {
			return n, nil
		}
		if f != nil && f.count(e.s.words.passage(i)) == 0 {
			return 0, nil
		}
		text, err := e.records.text(i)
		if err != nil {
			return 0, err
		}
		at = l.pattern.Find(at[:0], text)
		return len(at), nil
	})
}

// inRow leaves out of c what is known not to have words in a row: the reading as a quotation
// has looked for them already. Where words share characters nothing is left out.
func (e *evaluation) inRow(words []string, c *roaring.Bitmap) *roaring.Bitmap {
	r, ok := e.rows[strings.Join(words, " ")]
	if !ok || e.s.words.shared == nil || c.AndCardinality(r.asked) < c.GetCardinality() {
		return c
	}
	return roaring.And(c, roaring.Or(r.in, e.s.words.shared))
}

// verify keeps the candidates in which count finds something and remembers how often.
func (e *evaluation) verify(
	l *leaf, c *roaring.Bitmap, count func(uint32) (int, error),
) (*roaring.Bitmap, error) {
	t := &tally{}
	var buf [checkEvery]uint32
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf[:])
		if n == 0 {
			break
		}
		if err := e.ctx.Err(); err != nil {
			return nil, err
		}
		for _, i := range buf[:n] {
			if e.late != nil && !e.late(i) {
				continue
			}
			k, err := count(i)
			if err != nil {
				return nil, err
			}
			if k > 0 {
				t.passages, t.counts = append(t.passages, i), append(t.counts, uint32(k))
			}
		}
	}
	if l.number >= 0 {
		e.found[l.number] = t
	}
	return roaring.BitmapOf(t.passages...), nil
}

// stemGroup is the stem of a word in some languages of a shard, with the passages in these;
// among is nil when that is every passage.
type stemGroup struct {
	stem  string
	among *roaring.Bitmap
}

// stemGroups gives the stems of a folded word in the languages of the shard. A passage is
// matched by the stem of its own language only.
func (s *shard) stemGroups(word string) ([]stemGroup, error) {
	f := s.facets[language]
	var out []stemGroup
	put := func(stem string, in *roaring.Bitmap) {
		for k := range out {
			if out[k].stem == stem {
				out[k].among = roaring.Or(out[k].among, in)
				return
			}
		}
		out = append(out, stemGroup{stem, in})
	}
	none, err := f.none()
	if err != nil {
		return nil, err
	}
	if !none.IsEmpty() {
		put(fold.Stem(word, ""), none)
	}
	for k := range f.size() {
		b, err := f.bitmap(uint32(k))
		if err != nil {
			return nil, err
		}
		put(fold.Stem(word, f.value(k).id), b)
	}
	if len(out) == 1 {
		out[0].among = nil
	}
	return out, nil
}

// stemmed gives the passages that hold a word by its stem.
func (s *shard) stemmed(word string) (*roaring.Bitmap, error) {
	groups, err := s.stemGroups(word)
	if err != nil {
		return nil, err
	}
	out := roaring.New()
	for _, g := range groups {
		b, err := s.text.bitmap(fieldStem, g.stem)
		if err != nil {
			return nil, err
		}
		if g.among != nil {
			b = roaring.And(b, g.among)
		}
		out.Or(b)
	}
	return out, nil
}

// beginning gives the passages that hold a word with this beginning.
func (s *shard) beginning(prefix string) (*roaring.Bitmap, error) {
	out := roaring.New()
	lo, hi := s.words.prefixRange(prefix)
	for k := lo; k < hi; k++ {
		b, err := s.text.bitmap(fieldExact, string(s.words.word(k)))
		if err != nil {
			return nil, err
		}
		out.Or(b)
	}
	return out, nil
}
