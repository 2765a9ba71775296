package indexer

import (
	"slices"

	"ibid/indexer/fold"
)

// A verbatim phrase is found by its words' numbers and the codes beside them, where the column
// has codes: a text with it has its words in a row, looking the same and with the same between
// them, and the other way round. Unpacking and reading the text instead took ten times as long
// as all else in an answer.
//
// The numbers and codes are searched as a phrase is, by the failure function of Knuth, Morris
// and Pratt, so it stays linear in the text. Of the last word the code is compared without what
// stands behind the word, which is no equality of codes: that word is looked at apart.

// surfaceFinder finds one verbatim phrase in many texts.
type surfaceFinder struct {
	words  []uint32
	codes  []fold.Surface
	fail   []int // of the words but the last: the longest border of words[:i+1]
	decide bool  // what is found is the phrase; else it may be
}

// surfaceFinder prepares a leaf; nil when the column or the phrase has no codes, or the shard
// lacks a word.
func (w *wordColumn) surfaceFinder(l *leaf) *surfaceFinder {
	words, codes, ok := l.pattern.Surfaces()
	if !ok || w.codes == nil {
		return nil
	}
	numbers, ok := w.numbersOf(words)
	if !ok {
		return nil
	}
	return newSurfaceFinder(numbers, codes)
}

// newSurfaceFinder prepares a phrase of at least one word.
func newSurfaceFinder(words []uint32, codes []fold.Surface) *surfaceFinder {
	f := &surfaceFinder{words: words, codes: codes, fail: make([]int, len(words)-1)}
	f.decide = !slices.ContainsFunc(codes, func(c fold.Surface) bool { return !c.Known() })
	for i, k := 1, 0; i < len(f.fail); i++ {
		for k > 0 && !f.at(k, words[i], codes[i]) {
			k = f.fail[k-1]
		}
		if f.at(k, words[i], codes[i]) {
			k++
		}
		f.fail[i] = k
	}
	return f
}

// at reports whether a word of the text is word k of the phrase, with what stands behind it.
func (f *surfaceFinder) at(k int, word uint32, code fold.Surface) bool {
	return f.words[k] == word && f.codes[k] == code
}

// each calls found with the half-open range of words of each occurrence, leftmost first, apart.
func (f *surfaceFinder) each(words []uint32, codes []fold.Surface, found func(from, to int)) {
	k, last, first := 0, len(f.fail), f.words[0]
	for i, w := range words {
		if k == 0 && w != first {
			continue // nearly every word of a text
		}
		if k == last && w == f.words[last] && codes[i].Form() == f.codes[last].Form() {
			found(i-last, i+1)
			k = 0
			continue
		}
		for k > 0 && (k == last || !f.at(k, w, codes[i])) {
			k = f.fail[k-1]
		}
		if k < last && f.at(k, w, codes[i]) {
			k++
		}
	}
}

// count is how often the phrase occurs in passage i; false when only the text can tell.
func (f *surfaceFinder) count(w *wordColumn, i uint32) (int, bool) {
	if f == nil || !w.apart(i) {
		return 0, false
	}
	n := 0
	f.each(w.passage(i), w.surfaces(i), func(int, int) { n++ })
	return n, n == 0 || f.decide
}
