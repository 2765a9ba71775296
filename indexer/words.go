package indexer

import (
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

// words.col holds the text of every passage as numbers of its folded words, on which phrases
// are verified:
//
//	text    the words of the shard, in byte order, laid end to end
//	at      uint32 × (w+1): where each word begins in "text", and the end
//	offsets uint32 × (n+1): where each passage begins in "numbers", and the end
//	numbers uint32: for each word of each passage its place in the order of words
//	shared  uint32: the passages two of whose words have a byte in common, in rising order:
//	        one character may fold to several words, as U+FDFA and U+2105 do. A column
//	        without this section is read as if all passages were in it.
//	codes   uint8: for each of "numbers" how the word looks and what stands behind it, as
//	        package fold describes. In a column without this section verbatim phrases are
//	        found in the texts alone.
//
// Words in byte order make a prefix one range of numbers. Four bytes a number; two would do
// for most and are a later format.

// wordWriter numbers words as they come and gives them their final order at the end.
type wordWriter struct {
	number  map[string]uint32 // in the order of first sight
	words   []string
	offsets []uint32
	numbers []uint32
	shared  []uint32
	codes   []fold.Surface
}

// newWordWriter returns an empty column to be filled.
func newWordWriter() *wordWriter {
	return &wordWriter{number: map[string]uint32{}, offsets: []uint32{0}}
}

// add appends a passage, given by its text and the words of it.
func (w *wordWriter) add(text string, words []fold.Token) {
	for _, t := range words {
		k, ok := w.number[t.Text]
		if !ok {
			k = uint32(len(w.words))
			w.number[t.Text] = k
			w.words = append(w.words, t.Text)
		}
		w.numbers = append(w.numbers, k)
	}
	w.codes = fold.Surfaces(w.codes, text, words)
	if sharing(words) {
		w.shared = append(w.shared, uint32(len(w.offsets)-1))
	}
	w.offsets = append(w.offsets, uint32(len(w.numbers)))
}

// sharing reports whether two words have a byte in common.
func sharing(words []fold.Token) bool {
	for i := range words[min(1, len(words)):] {
		if words[i+1].Start < words[i].End {
			return true
		}
	}
	return false
}

// sections closes the column.
func (w *wordWriter) sections() []section {
	order := append([]string(nil), w.words...)
	sort.Strings(order)
	final := make([]uint32, len(order))
	for i, t := range order {
		final[w.number[t]] = uint32(i)
	}
	for i, k := range w.numbers {
		w.numbers[i] = final[k]
	}
	text, at := joinStrings(order)
	return []section{
		{"text", text}, {"at", rawNumbers(at)},
		{"offsets", rawNumbers(w.offsets)}, {"numbers", rawNumbers(w.numbers)},
		{"shared", rawNumbers(w.shared)}, {"codes", rawNumbers(w.codes)},
	}
}

// joinStrings lays strings end to end, with where each begins and where the last one ends.
func joinStrings(list []string) ([]byte, []uint32) {
	var text []byte
	at := make([]uint32, 0, len(list)+1)
	for _, s := range list {
		at = append(at, uint32(len(text)))
		text = append(text, s...)
	}
	return text, append(at, uint32(len(text)))
}

// wordColumn is the open column.
type wordColumn struct {
	col     *column
	text    []byte
	at      []uint32
	offsets []uint32
	numbers []uint32
	shared  *roaring.Bitmap // nil when the column does not say
	codes   []fold.Surface  // nil when the column has none
}

// openWords opens the column of n passages.
func openWords(path string, n int) (*wordColumn, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	w := &wordColumn{col: col}
	if err := w.load(n); err != nil {
		col.close()
		return nil, err
	}
	return w, nil
}

// load finds the sections.
func (w *wordColumn) load(n int) (err error) {
	if w.text, err = w.col.bytes("text"); err != nil {
		return err
	}
	if w.at, err = numbers[uint32](w.col, "at", -1); err != nil {
		return err
	}
	if w.offsets, err = numbers[uint32](w.col, "offsets", n+1); err != nil {
		return err
	}
	if w.numbers, err = numbers[uint32](w.col, "numbers", int(w.offsets[n])); err != nil {
		return err
	}
	if len(w.at) == 0 || int(w.at[len(w.at)-1]) != len(w.text) {
		return damaged(w.col.path, "its words do not fill their section")
	}
	if _, ok := w.col.sections["shared"]; ok {
		list, err := numbers[uint32](w.col, "shared", -1)
		if err != nil {
			return err
		}
		w.shared = roaring.BitmapOf(list...)
	}
	if _, ok := w.col.sections["codes"]; ok {
		w.codes, err = numbers[fold.Surface](w.col, "codes", len(w.numbers))
	}
	return err
}

// apart reports whether no two words of a passage have a byte in common.
func (w *wordColumn) apart(i uint32) bool { return w.shared != nil && !w.shared.Contains(i) }

// word gives the word of a number, seen in place.
func (w *wordColumn) word(k uint32) []byte { return w.text[w.at[k]:w.at[k+1]] }

// lower gives the first number whose word is not below s.
func (w *wordColumn) lower(s string) uint32 {
	return uint32(sort.Search(len(w.at)-1, func(k int) bool {
		return string(w.word(uint32(k))) >= s
	}))
}

// numberOf finds a word.
func (w *wordColumn) numberOf(s string) (uint32, bool) {
	k := w.lower(s)
	return k, int(k) < len(w.at)-1 && string(w.word(k)) == s
}

// prefixRange gives the numbers [lo, hi) of the words that begin with s.
func (w *wordColumn) prefixRange(s string) (lo, hi uint32) {
	lo = w.lower(s)
	n := sort.Search(len(w.at)-1-int(lo), func(k int) bool {
		t := w.word(lo + uint32(k))
		return len(t) < len(s) || string(t[:len(s)]) != s
	})
	return lo, lo + uint32(n)
}

// passage gives the numbers of a passage's words.
func (w *wordColumn) passage(i uint32) []uint32 {
	return w.numbers[w.offsets[i]:w.offsets[i+1]]
}

// surfaces gives the surfaces of a passage's words; the column must have them.
func (w *wordColumn) surfaces(i uint32) []fold.Surface {
	return w.codes[w.offsets[i]:w.offsets[i+1]]
}

// length is how many words a passage has.
func (w *wordColumn) length(i uint32) int { return int(w.offsets[i+1] - w.offsets[i]) }
