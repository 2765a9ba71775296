package indexer

import (
	"slices"

	"ibid/indexer/fold"
)

// A verbatim phrase is found by its words and their codes: a text with it has its words in a
// row, looking the same and with the same between them, and the other way round. Reading the
// text instead took ten times as long as all else in an answer.
//
// Of the last word the code is compared without what stands behind the word.

// surfaceFinder finds one verbatim phrase in many passages.
type surfaceFinder struct {
	*packedFinder
	codes  []fold.Surface
	decide bool // what is found is the phrase; else it may be
}

// surfaceFinder prepares a leaf; nil when the phrase has no codes, or the shard lacks a word.
func (w *wordColumn) surfaceFinder(l *leaf) *surfaceFinder {
	words, codes, ok := l.pattern.Surfaces()
	if !ok {
		return nil
	}
	row, ok := w.packedFinder(words)
	if !ok {
		return nil
	}
	return newSurfaceFinder(row, codes)
}

// newSurfaceFinder prepares a phrase of at least one word.
func newSurfaceFinder(row *packedFinder, codes []fold.Surface) *surfaceFinder {
	return &surfaceFinder{row, codes,
		!slices.ContainsFunc(codes, func(c fold.Surface) bool { return !c.Known() })}
}

// looks reports whether words of a passage look as those of the phrase.
func (f *surfaceFinder) looks(codes []fold.Surface) bool {
	last := len(f.codes) - 1
	return slices.Equal(f.codes[:last], codes[:last]) && f.codes[last].Form() == codes[last].Form()
}

// each calls found with the half-open range of words of each occurrence in a passage, leftmost
// first, apart, until found says no.
func (f *surfaceFinder) each(b []byte, codes []fold.Surface, found func(from, to int) bool) {
	word, at := 0, 0 // words before at
	for p := f.next(b, 0); p >= 0; {
		word += packedWords(b[at:p])
		at = p
		step := f.head
		if f.looks(codes[word : word+len(f.ranks)]) {
			if !found(word, word+len(f.ranks)) {
				return
			}
			step = len(f.run)
		}
		p = f.next(b, p+step)
	}
}

// count is how often the phrase occurs in passage i; false when only the text can tell.
func (f *surfaceFinder) count(w *wordColumn, i uint32) (int, bool) {
	if f == nil || !w.apart(i) {
		return 0, false
	}
	n := 0
	f.each(w.bytes(i), w.surfaces(i), func(int, int) bool { n++; return true })
	return n, n == 0 || f.decide
}
