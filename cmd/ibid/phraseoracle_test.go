package main

import (
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold/plain"
	"ibid/indexer/query"
)

// The oracle of phrases reads every passage once, with package plain, and notes where each of
// many phrases stands. In quote mode it looks up every run of words among the phrases' words;
// in verbatim mode it looks up the first characters at every place and compares the rest.

// place is where a phrase stands: a passage by its number, and bytes of its text.
type place struct{ passage, start, end int32 }

// phraseOracle holds the phrases and, once all passages are read, their places in order.
type phraseOracle struct {
	words   map[string]*[]place  // by the words of a reading, each with a space behind
	longest int                  // words of the longest reading
	exact   map[string][]*wanted // by the first characters
	typed   map[string]*wanted   // by the phrase
	heads   []int                // how many first characters there are, rising
}

// wanted is a phrase of verbatim mode with its places.
type wanted struct {
	chars  []plain.Character
	places []place
	free   int // characters of the passage being read that a place already covers
	in     int32
}

// headLength bounds the first characters that a phrase is looked up by.
const headLength = 12

// newPhraseOracle prepares phrases.
func newPhraseOracle(phrases []string) *phraseOracle {
	o := &phraseOracle{words: map[string]*[]place{}, exact: map[string][]*wanted{}, typed: map[string]*wanted{}}
	for _, p := range phrases {
		for _, r := range plain.Readings(p) {
			o.words[wordKey(r)] = &[]place{}
			o.longest = max(o.longest, len(r))
		}
		w := &wanted{chars: plain.Typed(p), in: -1}
		if o.typed[p] != nil || len(w.chars) == 0 {
			continue
		}
		n := min(len(w.chars), headLength)
		key := ""
		for _, c := range w.chars[:n] {
			key += c.Text
		}
		o.typed[p], o.exact[key] = w, append(o.exact[key], w)
		if !slices.Contains(o.heads, n) {
			o.heads = append(o.heads, n)
		}
	}
	slices.Sort(o.heads)
	return o
}

// wordKey is a reading as one string.
func wordKey(words []string) string { return strings.Join(words, " ") + " " }

// read notes what stands in a passage.
func (o *phraseOracle) read(passage int32, text string) {
	words := plain.Words(text)
	var b strings.Builder
	ends := make([]int, len(words)+1) // of each word's text with its space
	for i, w := range words {
		b.WriteString(w.Text + " ")
		ends[i+1] = b.Len()
	}
	joined := b.String()
	for i := range words {
		for n := 1; n <= o.longest && i+n <= len(words); n++ {
			if at := o.words[joined[ends[i]:ends[i+n]]]; at != nil {
				*at = append(*at, place{passage, int32(words[i].Start), int32(words[i+n-1].End)})
			}
		}
	}
	o.readExact(passage, plain.Characters(text))
}

// readExact notes the places of verbatim mode: leftmost, apart.
func (o *phraseOracle) readExact(passage int32, chars []plain.Character) {
	var b strings.Builder
	ends := make([]int, len(chars)+1)
	for i, c := range chars {
		b.WriteString(c.Text)
		ends[i+1] = b.Len()
	}
	joined := b.String()
	for i := range chars {
		for _, n := range o.heads {
			if i+n > len(chars) {
				break
			}
			for _, w := range o.exact[joined[ends[i]:ends[i+n]]] {
				if w.in == passage && i < w.free || !plain.At(chars, i, w.chars) {
					continue
				}
				end := i + len(w.chars)
				w.in, w.free = passage, end
				w.places = append(w.places, place{passage, int32(chars[i].Start), int32(chars[end-1].End)})
			}
		}
	}
}

// places lists where a phrase stands: by passage, the places of one passage in order and
// those that overlap joined, as an answer marks them.
func (o *phraseOracle) places(phrase string, mode query.Mode) map[int32][]corpus.Span {
	var all []place
	if mode == query.Verbatim && o.typed[phrase] != nil {
		all = o.typed[phrase].places
	}
	if mode == query.Quote {
		for _, r := range plain.Readings(phrase) {
			all = append(all, *o.words[wordKey(r)]...)
		}
	}
	slices.SortFunc(all, func(a, b place) int {
		return slices.Compare([]int32{a.passage, a.start, a.end}, []int32{b.passage, b.start, b.end})
	})
	out := map[int32][]corpus.Span{}
	for _, p := range all {
		spans := out[p.passage]
		if n := len(spans); n > 0 && int(p.start) < spans[n-1].End {
			spans[n-1].End = max(spans[n-1].End, int(p.end))
			continue
		}
		out[p.passage] = append(spans, corpus.Span{Start: int(p.start), End: int(p.end)})
	}
	return out
}
