package indexer

import (
	"cmp"
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// evaluation is one query tree on one shard. Each part is asked for its passages among
// candidates, so that a phrase is verified only where everything cheaper holds already.
type evaluation struct {
	ctx     context.Context
	s       *shard
	records *records
	words   map[string]*roaring.Bitmap // known postings
	found   map[int]*tally             // by the number of a phrase or verbatim leaf
	rows    map[string]row             // by the words of a phrase with a space between; made when needed
	// within gives, for leaves under OR, the passages in which their alternative holds: of
	// (a b) OR c, a and b count only where both are.
	within map[int]*roaring.Bitmap
	// afford, unless nil, is asked before a passage is read; after a no the answer is not whole.
	afford func(uint32) bool
	// late, unless nil, is a test that every hit has to pass in the end: what fails it need
	// not be verified. Leaving it out anywhere changes no answer.
	late func(uint32) bool
	// dated, unless nil, is the same as a set.
	dated *datedSet
	// narrow, unless nil, gives passages outside of which a phrase need not be looked for.
	narrow   func() (*roaring.Bitmap, error)
	counting bool // how often leaves occur will be asked of every hit
}

// tally is where a leaf occurs, and how often. It covers every candidate the leaf was asked
// about, so every hit.
type tally struct {
	bits   *roaring.Bitmap // passages with it
	more   []uint32        // those with it more than once, rising
	counts []uint32        // of these, how often
	listed *repeats        // unless nil, the same as a list not yet begun
	finder *packedFinder   // unless nil, counts where "more" does not
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
		if err == nil && e.dated != nil { // before it is joined with others
			b, err = e.dated.among(b)
		}
		if err != nil {
			return nil, err
		}
		return e.all([]*roaring.Bitmap{b}, c), nil
	case dateNode:
		return n.dates.passages(e.s, c)
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
	var list []*roaring.Bitmap
	for _, k := range n {
		b, err := e.eval(k, c)
		if err != nil {
			return nil, err
		}
		e.confine(k, b)
		list = append(list, b)
	}
	return union(list), nil
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
	for i, w := range words {
		if slices.Contains(words[:i], w) {
			continue
		}
		b, err := e.word(w)
		if err != nil {
			return nil, err
		}
		bits = append(bits, b)
	}
	return e.all(bits, c), nil
}

// word gives the passages that hold a word, for reading only.
func (e *evaluation) word(w string) (*roaring.Bitmap, error) {
	if b := e.words[w]; b != nil {
		return b, nil
	}
	b, err := e.s.text.bitmap([]byte(w))
	if e.words == nil {
		e.words = map[string]*roaring.Bitmap{}
	}
	e.words[w] = b
	return b, err
}

// all gives those of c that every bitmap has, for reading only.
func (e *evaluation) all(bits []*roaring.Bitmap, c *roaring.Bitmap) *roaring.Bitmap {
	if c != e.s.live || !e.s.whole() || len(bits) == 0 { // else it takes nothing away
		bits = append(bits, c)
	}
	slices.SortStableFunc(bits, func(a, b *roaring.Bitmap) int {
		return cmp.Compare(a.GetCardinality(), b.GetCardinality())
	})
	if len(bits) == 1 {
		return bits[0]
	}
	out := roaring.And(bits[0], bits[1])
	for _, b := range bits[2:] {
		out.And(b)
	}
	return out
}

// numbered prepares words that the shard has to be found by their numbers.
func (e *evaluation) numbered(words []string, slop int) (*phraseFinder[uint32], error) {
	numbers, ok := e.s.words.numbersOf(words)
	if !ok {
		return nil, damaged(e.s.path(wordsCol), "lacks a word of the postings among %q", words)
	}
	return newPhraseFinder(numbers, slop), nil
}

// phrase finds a phrase: by its pairs of frequent words where these say it all, else on the
// words of its candidates.
func (e *evaluation) phrase(l *leaf, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	if l.slop > 0 && len(l.words) > 1 {
		return e.loose(l, among)
	}
	t, done, err := e.side(l.words, among)
	if err != nil {
		return nil, err
	}
	if done {
		if l.number >= 0 {
			e.found[l.number] = t
		}
	} else {
		if e.narrow != nil && t.bits.GetCardinality() > narrowFrom {
			in, err := e.narrow()
			if err != nil {
				return nil, err
			}
			t.bits = roaring.And(t.bits, in)
		}
		count := t.finder.has
		if e.counting && l.number >= 0 {
			count = t.finder.count
		}
		t.bits, err = e.verify(l, t.bits, func(i uint32) (int, error) { return count(e.s.words.bytes(i)), nil })
		if found := e.found[l.number]; found != nil && !e.counting {
			found.finder = t.finder
		}
	}
	if err == nil {
		if e.rows == nil {
			e.rows = map[string]row{}
		}
		e.rows[strings.Join(l.words, " ")] = row{among, t.bits}
	}
	return t.bits, err
}

// narrowFrom is the number of passages from which on looking at each costs more than joining what
// the filters leave.
const narrowFrom = 4096

// side gives those of c that have, by postings and pairs, the words side by side; whether they
// do have, and then how often; else a finder to see.
func (e *evaluation) side(words []string, c *roaring.Bitmap) (t *tally, done bool, err error) {
	none := &tally{bits: roaring.New()}
	finder, ok := e.s.words.packedFinder(words)
	if !ok {
		return none, true, nil
	}
	var bits []*roaring.Bitmap
	paired := make([]bool, len(words))
	for i := range finder.ranks[1:] {
		pair, ok, err := e.s.pairs.of(finder.ranks[i], finder.ranks[i+1])
		if err != nil {
			return nil, false, err
		}
		if !ok {
			continue
		}
		if len(words) == 2 {
			pair.bits = e.all([]*roaring.Bitmap{pair.bits}, c)
			if l := pair.listed; l != nil && l.left/lookCost > pair.bits.GetCardinality() {
				pair.finder = finder
			}
			return pair, true, nil
		}
		if pair.bits.IsEmpty() {
			return none, true, nil
		}
		bits = append(bits, pair.bits)
		paired[i], paired[i+1] = true, true
	}
	for i, w := range words {
		if paired[i] || slices.Contains(words[:i], w) {
			continue
		}
		b, err := e.word(w)
		if err != nil {
			return nil, false, err
		}
		bits = append(bits, b)
	}
	return &tally{bits: e.all(bits, c), finder: finder}, len(words) == 1, nil
}

// loose verifies a phrase with words between on the word numbers of its candidates.
func (e *evaluation) loose(l *leaf, among *roaring.Bitmap) (*roaring.Bitmap, error) {
	c, err := e.withWords(l.words, among)
	if err != nil || c.IsEmpty() {
		return c, err
	}
	f, err := e.numbered(l.words, l.slop)
	if err != nil {
		return nil, err
	}
	var text []uint32
	return e.verify(l, c, func(i uint32) (int, error) {
		text = e.s.words.passage(i, text)
		return f.count(text), nil
	})
}

// verbatim verifies a phrase on the characters of its candidates: by codes where these decide,
// else in the text. The words that are sure to stand in every text with it stand there in
// order, so texts without them in order need not be read: of a hundred texts with the words, a
// few are left.
func (e *evaluation) verbatim(l *leaf, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	codes := e.s.words.surfaceFinder(l)
	c, err := e.candidates(l, codes, c)
	if err != nil {
		return nil, err
	}
	var f *phraseFinder[uint32]
	if codes == nil && len(l.certain) > 1 && !c.IsEmpty() {
		if f, err = e.numbered(l.certain, l.slop); err != nil {
			return nil, err
		}
	}
	var at [][2]int
	var words []uint32
	return e.verify(l, c, func(i uint32) (int, error) {
		if n, ok := codes.count(e.s.words, i); ok {
			return n, nil
		}
		if f != nil {
			if words = e.s.words.passage(i, words); f.count(words) == 0 {
				return 0, nil
			}
		}
		text, err := e.records.text(i)
		if err != nil {
			return 0, err
		}
		at = l.pattern.Find(at[:0], text)
		return len(at), nil
	})
}

// candidates gives those of c that may hold a verbatim phrase. Where its words stand in a row in
// each text with it, pairs tell some of that, and the reading as a quotation, which has looked
// for them already, all. Where words share characters no row is asked for.
func (e *evaluation) candidates(l *leaf, codes *surfaceFinder, c *roaring.Bitmap) (*roaring.Bitmap, error) {
	if codes == nil {
		return e.withWords(l.certain, c)
	}
	if r, ok := e.rows[strings.Join(l.certain, " ")]; ok && c.AndCardinality(r.asked) == c.GetCardinality() {
		if e.s.words.shared.IsEmpty() {
			return roaring.And(c, r.in), nil
		}
		return roaring.And(c, roaring.Or(r.in, e.s.words.shared)), nil
	}
	if !e.s.words.shared.IsEmpty() {
		return e.withWords(l.certain, c)
	}
	t, _, err := e.side(l.certain, c)
	if err != nil {
		return nil, err
	}
	return t.bits, nil
}

// verify keeps the candidates in which count finds something and remembers how often.
func (e *evaluation) verify(
	l *leaf, c *roaring.Bitmap, count func(uint32) (int, error),
) (*roaring.Bitmap, error) {
	t := &tally{}
	var found []uint32
	buf := make([]uint32, min(checkEvery, c.GetCardinality()))
	for it := c.ManyIterator(); ; {
		n := it.NextMany(buf)
		if n == 0 {
			break
		}
		if err := e.ctx.Err(); err != nil {
			return nil, err
		}
		for _, i := range buf[:n] {
			if e.late != nil && !e.late(i) || e.afford != nil && !e.afford(i) {
				continue
			}
			k, err := count(i)
			if err != nil {
				return nil, err
			}
			if k > 0 {
				found = append(found, i)
			}
			if k > 1 {
				t.more, t.counts = append(t.more, i), append(t.counts, uint32(k))
			}
		}
	}
	t.bits = bitmapOf(found)
	if l.number >= 0 {
		e.found[l.number] = t
	}
	return t.bits, nil
}
