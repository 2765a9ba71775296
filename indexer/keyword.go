package indexer

import (
	"slices"
	"sort"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// The keywords of a concordance are the marks of its hits, and are found in the words' numbers
// as far as these tell them, since reading and cutting a text costs a hundred times as much:
//
//	a phrase    by its numbers, as it was verified
//	a beginning as a range of numbers
//	a stem      by the numbers of its forms
//
// A text is read where the numbers cannot tell. That is where two words share a character, so
// that marks apart in numbers may touch in bytes; and where a verbatim phrase may stand, unless
// the codes of its words tell, or it was found there exactly as often as its words in a row,
// which then are its places.

// spot is a keyword among the words of its passage: those before from are to its left, those
// at to and behind to its right. A word of which it covers a part is on neither side.
type spot struct{ from, to int }

// keywords finds the keywords of one shard's hits.
type keywords struct {
	t        *part
	phrases  []*phraseFinder[uint32]
	prefixes []numberRange
	stems    []stemForms
	verbatim []*verbatimFinder
	spots    []spot   // scratch
	words    []uint32 // scratch: of the passage at hand
}

// numberRange is the half-open range of the numbers of words that begin alike.
type numberRange struct{ lo, hi uint32 }

// newKeywords prepares for hits in rising order.
func newKeywords(t *part, docs []uint32) (*keywords, error) {
	k := &keywords{t: t}
	for _, l := range t.p.leaves {
		switch l.kind {
		case stemLeaf:
			g, err := t.s.stemGroups(l.words[0])
			if err != nil {
				return nil, err
			}
			k.stems = append(k.stems, g)
		case prefixLeaf:
			lo, hi := t.s.words.prefixRange(l.words[0])
			k.prefixes = append(k.prefixes, numberRange{lo, hi})
		case phraseLeaf:
			if n, ok := t.s.words.numbersOf(l.words); ok {
				k.phrases = append(k.phrases, newPhraseFinder(n, l.slop))
			}
		case verbatimLeaf:
			if n, ok := t.s.words.numbersOf(l.certain); ok {
				k.verbatim = append(k.verbatim, newVerbatimFinder(t, l, n, docs))
			}
		}
	}
	return k, nil
}

// numbersOf gives the numbers of words; false when the shard lacks one.
func (w *wordColumn) numbersOf(words []string) ([]uint32, bool) {
	out := make([]uint32, len(words))
	for i, t := range words {
		k, ok := w.numberOf(t)
		if !ok {
			return nil, false
		}
		out[i] = k
	}
	return out, true
}

// of gives the keywords of a passage, hit i, in the order of the text. They hold until the
// next call.
func (k *keywords) of(i int, d uint32) ([]spot, error) {
	if !k.t.s.words.apart(d) {
		return k.read(d)
	}
	words := k.passage(d)
	k.spots = k.spots[:0]
	for _, f := range k.verbatim {
		var ok bool
		if k.spots, ok = f.add(k.spots, i, d, words); !ok {
			return k.read(d)
		}
	}
	for _, f := range k.phrases {
		f.each(words, func(from, to int) { k.spots = append(k.spots, spot{from, to}) })
	}
	for _, r := range k.prefixes {
		for at, w := range words {
			if r.lo <= w && w < r.hi {
				k.spots = append(k.spots, spot{at, at + 1})
			}
		}
	}
	for _, f := range k.stems {
		k.spots = f.add(k.spots, d, words)
	}
	return joinSpots(k.spots), nil
}

// passage gives the numbers of a passage's words. They hold until the next call.
func (k *keywords) passage(d uint32) []uint32 {
	k.words = k.t.s.words.passage(d, k.words)
	return k.words
}

// read finds the keywords of a passage in its text, as hits are marked.
func (k *keywords) read(d uint32) ([]spot, error) {
	text, tokens, err := k.t.eval.records.tokens(d)
	if err != nil {
		return nil, err
	}
	m := newMarker(text, k.t.s.languageOf(d), tokens)
	for _, l := range k.t.p.leaves {
		m.leaf(l)
	}
	k.spots = k.spots[:0]
	for _, s := range m.spans() {
		k.spots = append(k.spots, spotOf(m.tokens, s))
	}
	return k.spots, nil
}

// spotOf gives the place of a mark among the words of its text.
func spotOf(words []fold.Token, s corpus.Span) spot {
	return spot{
		sort.Search(len(words), func(i int) bool { return words[i].End > s.Start }),
		sort.Search(len(words), func(i int) bool { return words[i].Start >= s.End }),
	}
}

// joinSpots puts places in order and joins those that overlap, as marker.spans does in bytes.
func joinSpots(list []spot) []spot {
	if len(list) < 2 {
		return list
	}
	sort.Slice(list, func(i, j int) bool { return list[i].from < list[j].from })
	out := list[:1]
	for _, p := range list[1:] {
		if last := &out[len(out)-1]; p.from < last.to {
			last.to = max(last.to, p.to)
			continue
		}
		out = append(out, p)
	}
	return out
}

// languageOf gives the language of a passage's document; empty when it is unknown.
func (s *shard) languageOf(d uint32) string {
	for _, v := range s.facets[language].of(d) {
		return s.facets[language].value(int(v)).id
	}
	return ""
}

// stemForms is the words that have one stem.
type stemForms []stemGroup

// add appends the places of the forms in passage d.
func (f stemForms) add(to []spot, d uint32, words []uint32) []spot {
	for _, g := range f {
		if g.among != nil && !g.among.Contains(d) {
			continue
		}
		for at, w := range words {
			if _, ok := slices.BinarySearch(g.words, w); ok {
				to = append(to, spot{at, at + 1})
			}
		}
	}
	return to
}

// verbatimFinder finds a verbatim phrase by its words where these tell its places.
type verbatimFinder struct {
	column *wordColumn
	codes  *surfaceFinder        // nil when there are no codes
	row    *phraseFinder[uint32] // its words side by side; nil when only the text can tell
	may    *phraseFinder[uint32] // words that a text with it must have; nil when there are none
	often  []uint32              // of each hit: how often it was found in the text, as far as known
}

// newVerbatimFinder prepares the words of a leaf, given by their numbers, for hits.
func newVerbatimFinder(t *part, l *leaf, certain []uint32, docs []uint32) *verbatimFinder {
	f := &verbatimFinder{column: t.s.words, codes: t.s.words.surfaceFinder(l),
		often: make([]uint32, len(docs))}
	switch {
	case l.sure:
		f.row = newPhraseFinder(certain, 0)
	case len(certain) > 0:
		f.may = newPhraseFinder(certain, l.slop)
	}
	if c := t.eval.found[l.number]; c != nil {
		c.counter(t.s.words, false)(docs, f.often)
	}
	return f
}

// add appends the places of the phrase in passage d, hit i; false when its text has to be read.
// Each place in the text has the words in a row, so where both are as many they are the same.
// No two words of the passage may share a byte.
func (f *verbatimFinder) add(to []spot, i int, d uint32, words []uint32) ([]spot, bool) {
	n := len(to)
	put := func(from, end int) { to = append(to, spot{from, end}) }
	if f.codes != nil {
		f.codes.each(f.column.bytes(d), f.column.surfaces(d), func(from, end int) bool {
			put(from, end)
			return true
		})
		if f.codes.decide || len(to) == n {
			return to, true
		}
		to = to[:n]
	}
	if f.row == nil {
		return to, f.may != nil && f.may.count(words) == 0
	}
	f.row.each(words, put)
	return to, len(to)-n == int(f.often[i])
}
