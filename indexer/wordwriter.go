package indexer

import (
	"cmp"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// wordWriter gathers words.col. Words are numbered as they come and get their places and ranks
// at the end.
type wordWriter struct {
	number map[string]uint32 // in the order of first sight
	words  []string
	often  []uint32 // of each word: how often it stands
	last   []uint32 // of each word: the passage it was met in last, plus one
	in     []uint32 // of each word: how many passages have it
	seq    sequence // the numbers of all passages
	first  []uint32
	shared []uint32
	codes  []fold.Surface
	stems  map[string]*stemWriter // by language
	buf    []uint32
	short  [shortWords]shortWord
}

// shortWord is a word of at most seven bytes that was met lately, with its number plus one. Half
// of all words are a few short ones, and to look them up in a map of all was a fifth of a build.
type shortWord struct {
	key    uint64
	number uint32
}

// shortWords is how many are remembered, a power of two.
const shortWords = 1 << 12

// shortKey packs a word of at most seven bytes with its length.
func shortKey(s string) uint64 {
	key := uint64(0)
	for i := len(s) - 1; i >= 0; i-- {
		key = key<<8 | uint64(s[i])
	}
	return key | uint64(len(s))<<56
}

// numberOf gives the number of a word, a new one where it is new.
func (w *wordWriter) numberOf(word string) uint32 {
	var known *shortWord
	var key uint64
	if len(word) <= 7 {
		key = shortKey(word)
		known = &w.short[key*0x9E3779B97F4A7C15>>52]
		if known.key == key && known.number > 0 {
			return known.number - 1
		}
	}
	k, ok := w.number[word]
	if !ok {
		k = uint32(len(w.words))
		word = strings.Clone(word)
		w.number[word] = k
		w.words = append(w.words, word)
		w.often, w.last, w.in = append(w.often, 0), append(w.last, 0), append(w.in, 0)
	}
	if known != nil {
		*known = shortWord{key, k + 1}
	}
	return k
}

// newWordWriter returns an empty column to be filled.
func newWordWriter() *wordWriter {
	return &wordWriter{number: map[string]uint32{}, first: []uint32{0}, stems: map[string]*stemWriter{}}
}

// sequence is a long list of numbers, packed, in pieces, so that it never moves as it grows.
type sequence struct{ pieces [][]byte }

// sequencePiece is the number of bytes of a piece at least.
const sequencePiece = 1 << 20

// append adds a passage's numbers; they stay in one piece.
func (s *sequence) append(list []uint32) {
	n := len(s.pieces)
	if n == 0 || cap(s.pieces[n-1])-len(s.pieces[n-1]) < packLongest*len(list) {
		s.pieces = append(s.pieces, make([]byte, 0, max(sequencePiece, packLongest*len(list))))
		n++
	}
	for _, k := range list {
		s.pieces[n-1] = pack(s.pieces[n-1], k)
	}
}

// passages calls f with the numbers of each passage, given where each begins. They hold until it
// returns.
func (s *sequence) passages(first []uint32, f func(i uint32, list []uint32)) {
	var rest []byte
	var list []uint32
	piece := 0
	for i := range uint32(len(first) - 1) {
		n := int(first[i+1] - first[i])
		for n > 0 && len(rest) == 0 {
			rest, piece = s.pieces[piece], piece+1
		}
		list, rest = unpackSome(list[:0], rest, n)
		f(i, list)
	}
}

// add appends a passage in a language, given by its text and the words of it. The codes of its
// words hold until the next call.
func (w *wordWriter) add(text, language string, words []fold.Token) []fold.Surface {
	stems := w.stems[language]
	if stems == nil {
		stems = &stemWriter{}
		w.stems[language] = stems
	}
	w.buf = w.buf[:0]
	passage := uint32(len(w.first))
	for _, t := range words {
		k := w.numberOf(t.Text)
		w.often[k]++
		if w.last[k] != passage {
			w.last[k] = passage
			w.in[k]++
			stems.add(k)
		}
		w.buf = append(w.buf, k)
	}
	w.seq.append(w.buf)
	from := len(w.codes)
	w.codes = fold.Surfaces(w.codes, text, words)
	if sharing(words) {
		w.shared = append(w.shared, passage-1)
	}
	w.first = append(w.first, w.first[passage-1]+uint32(len(words)))
	return w.codes[from:]
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

// total is how many words all passages have.
func (w *wordWriter) total() int { return int(w.first[len(w.first)-1]) }

// vocabulary is the words of a shard in their final order.
type vocabulary struct {
	order  []string // by bytes
	place  []uint32 // of each number of first sight: its place in order
	rank   []uint32 // of each number of first sight: its place by frequency
	byRank []uint32 // the number of first sight of each rank
}

// vocabulary settles the order of the words.
func (w *wordWriter) vocabulary() *vocabulary {
	v := &vocabulary{order: slices.Sorted(slices.Values(w.words)), place: make([]uint32, len(w.words)),
		rank: make([]uint32, len(w.words)), byRank: make([]uint32, len(w.words))}
	for i, t := range v.order {
		v.place[w.number[t]] = uint32(i)
	}
	for k := range v.byRank {
		v.byRank[k] = uint32(k)
	}
	slices.SortFunc(v.byRank, func(a, b uint32) int {
		if c := cmp.Compare(w.often[b], w.often[a]); c != 0 {
			return c
		}
		return cmp.Compare(v.place[a], v.place[b])
	})
	for r, k := range v.byRank {
		v.rank[k] = uint32(r)
	}
	return v
}

// sections closes the column; languages gives the number of a language in facets.col.
func (w *wordWriter) sections(v *vocabulary, languages func(string) (uint32, bool)) ([]section, error) {
	rank := make([]uint32, len(v.order))
	byRank := make([]uint32, len(v.order))
	for k, p := range v.place {
		rank[p], byRank[v.rank[k]] = v.rank[k], p
	}
	begins := make([]uint32, 2, 2*len(w.first))
	packed := make([]byte, 0, w.total()*3/2)
	full := false
	w.seq.passages(w.first, func(i uint32, list []uint32) {
		for _, k := range list {
			packed = pack(packed, v.rank[k])
		}
		full = full || len(packed) > maxPacked
		begins = append(begins, uint32(len(packed)), w.first[i+1])
	})
	if full {
		return nil, errShardFull()
	}
	text, at := joinStrings(v.order)
	out := []section{
		{"text", text}, {"at", rawNumbers(at)}, {"rank", rawNumbers(rank)}, {"byrank", rawNumbers(byRank)},
		{"begins", rawNumbers(begins)}, {"packed", packed},
		{"shared", rawNumbers(w.shared)}, {"codes", rawNumbers(w.codes)},
	}
	more, err := w.repeatSections(v)
	return slices.Concat(out, more, w.stemSections(v, languages)), err
}

// maxPacked bounds the packed words of a shard: places in them are of 32 bits.
const maxPacked = 1<<32 - 1

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

// errShardFull is the error of a shard whose words do not fit it.
func errShardFull() error {
	return corpus.Errorf(corpus.Invalid, wordsCol, "a shard holds more than 4 GiB of words").
		WithRemedy("build smaller shards")
}
