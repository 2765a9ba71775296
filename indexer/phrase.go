package indexer

// A phrase is found by its words' numbers (or the words themselves, when a hit is marked).
// Two ways, both linear in the text whatever repeats in it: a true phrase by the failure
// function of Knuth, Morris and Pratt; a phrase with words between by looking, from each
// first word, for the earliest next one within as many places as the phrase may span.
//
// Occurrences may overlap: "that that that" holds "that that" twice.

// phraseFinder finds one phrase in many texts.
type phraseFinder[T comparable] struct {
	words []T
	fail  []int // of words: how long the longest border of words[:i+1] is
	slop  int
}

// newPhraseFinder prepares a phrase of at least one word.
func newPhraseFinder[T comparable](words []T, slop int) *phraseFinder[T] {
	f := &phraseFinder[T]{words: words, fail: make([]int, len(words)), slop: slop}
	for i, k := 1, 0; i < len(words); i++ {
		for k > 0 && words[i] != words[k] {
			k = f.fail[k-1]
		}
		if words[i] == words[k] {
			k++
		}
		f.fail[i] = k
	}
	return f
}

// each calls found with the half-open range of words of each occurrence, in order.
func (f *phraseFinder[T]) each(text []T, found func(from, to int)) {
	if f.slop > 0 && len(f.words) > 1 {
		f.eachLoose(text, found)
		return
	}
	k, first := 0, f.words[0]
	for i, w := range text {
		if k == 0 && w != first {
			continue // nearly every word of a text
		}
		for k > 0 && (k == len(f.words) || w != f.words[k]) {
			k = f.fail[k-1]
		}
		if w == f.words[k] {
			k++
		}
		if k == len(f.words) {
			found(i+1-k, i+1)
			k = f.fail[k-1]
		}
	}
}

// eachLoose finds the phrase with at most slop words between its own.
func (f *phraseFinder[T]) eachLoose(text []T, found func(from, to int)) {
	for from, w := range text {
		if w != f.words[0] {
			continue
		}
		window := text[from:min(from+len(f.words)+f.slop, len(text))]
		k := 1
		for i := 1; i < len(window) && k < len(f.words); i++ {
			if window[i] != f.words[k] {
				continue
			}
			if k++; k == len(f.words) {
				found(from, from+i+1)
			}
		}
	}
}

// count is how often the phrase occurs.
func (f *phraseFinder[T]) count(text []T) int {
	n := 0
	f.each(text, func(int, int) { n++ })
	return n
}
