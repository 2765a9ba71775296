package indexer

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/fold"
)

// Loose words are found by their stems. The postings have words alone; a stem is the words that
// have it, and which these are depends on the language of a passage. For each language of the
// shard words.col has a list of pairs of uint32, in rising order:
//
//	hash of the stem (FNV-1a, 32 bits), number of a word that passages in that language have
//
// The words of a stem are those beside its hash whose stem it is: it is made again to see, so
// two stems of one hash are told apart. That a field of stems beside the words was twice the
// postings to build and to keep is why there is none.

// stemWriter notes the words of one language, by their numbers of first sight.
type stemWriter struct{ has []bool }

// add notes a word.
func (w *stemWriter) add(k uint32) {
	for int(k) >= len(w.has) {
		w.has = append(w.has, false)
	}
	w.has[k] = true
}

// stemSections lists the words of each language by stem.
func (w *wordWriter) stemSections(v *vocabulary, languages func(string) (uint32, bool)) []section {
	var out []section
	for name, l := range w.stems {
		var pairs [][2]uint32
		for k, has := range l.has {
			if has {
				pairs = append(pairs, [2]uint32{stemHash(fold.Stem(w.words[k], name)), v.place[k]})
			}
		}
		slices.SortFunc(pairs, func(a, b [2]uint32) int {
			return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
		})
		flat := make([]uint32, 0, 2*len(pairs))
		for _, p := range pairs {
			flat = append(flat, p[0], p[1])
		}
		out = append(out, section{stemSection(languages(name)), rawNumbers(flat)})
	}
	slices.SortFunc(out, func(a, b section) int { return cmp.Compare(a.name, b.name) })
	return out
}

// stemSection names the section of a language by its number in facets.col.
func stemSection(k uint32, ok bool) string {
	if !ok {
		return "stems"
	}
	return fmt.Sprintf("stems.%d", k)
}

// stemHash is the hash of a stem.
func stemHash(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

// stemGroup is the words of one stem, rising, with the passages in whose languages they have it;
// among is nil when that is every passage.
type stemGroup struct {
	words []uint32
	among *roaring.Bitmap
}

// stemGroups gives the words that have the stem of a folded word in the languages of the shard.
// A passage is matched by the stem of its own language only.
func (s *shard) stemGroups(word string) ([]stemGroup, error) {
	f := s.facets[language]
	var out []stemGroup
	put := func(words []uint32, in *roaring.Bitmap) {
		if len(words) == 0 {
			return
		}
		for k := range out {
			if slices.Equal(out[k].words, words) {
				out[k].among = roaring.Or(out[k].among, in)
				return
			}
		}
		out = append(out, stemGroup{words, in})
	}
	none, err := f.none()
	if err != nil {
		return nil, err
	}
	languages := f.size()
	if !none.IsEmpty() {
		languages++
		words, err := s.words.stemmed(stemSection(0, false), word, "")
		if err != nil {
			return nil, err
		}
		put(words, none)
	}
	for k := range uint32(f.size()) {
		words, err := s.words.stemmed(stemSection(k, true), word, f.value(int(k)).id)
		if err != nil {
			return nil, err
		}
		in, err := f.bitmap(k)
		if err != nil {
			return nil, err
		}
		put(words, in)
	}
	if languages == 1 && len(out) == 1 {
		out[0].among = nil
	}
	return out, nil
}

// stemmed gives the numbers of the words that have the stem of word in a language, rising.
func (w *wordColumn) stemmed(name, word, lang string) ([]uint32, error) {
	pairs, err := numbers[uint32](w.col, name, -1)
	if err != nil {
		return nil, err
	}
	stem := fold.Stem(word, lang)
	hash := stemHash(stem)
	var out []uint32
	for k := sort.Search(len(pairs)/2, func(k int) bool { return pairs[2*k] >= hash }); 2*k+1 < len(pairs); k++ {
		if pairs[2*k] != hash {
			break
		}
		if n := pairs[2*k+1]; int(n) < w.size() && fold.Stem(string(w.word(n)), lang) == stem {
			out = append(out, n)
		}
	}
	return out, nil
}

// stemmed gives the passages that hold a word by its stem, for reading only.
func (s *shard) stemmed(word string) (*roaring.Bitmap, error) {
	groups, err := s.stemGroups(word)
	if err != nil {
		return nil, err
	}
	var all []*roaring.Bitmap
	for _, g := range groups {
		b, err := s.any(g.words)
		if err != nil {
			return nil, err
		}
		if g.among != nil {
			b = roaring.And(b, g.among)
		}
		all = append(all, b)
	}
	return union(all), nil
}

// any gives the passages that hold one of the words of some numbers, for reading only.
func (s *shard) any(words []uint32) (*roaring.Bitmap, error) {
	list := make([]*roaring.Bitmap, len(words))
	for i, k := range words {
		var err error
		if list[i], err = s.text.bitmap(s.words.word(k)); err != nil {
			return nil, err
		}
	}
	return union(list), nil
}

// beginning gives the passages that hold a word with this beginning, for reading only.
func (s *shard) beginning(prefix string) (*roaring.Bitmap, error) {
	lo, hi := s.words.prefixRange(prefix)
	list := make([]uint32, 0, hi-lo)
	for k := lo; k < hi; k++ {
		list = append(list, k)
	}
	return s.any(list)
}
