package indexer

import (
	"bytes"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// Wordings one word away from a phrase of n words are found in one pass over the passages that
// hold all its words but one. Of each place of a passage two numbers are known, each by one
// linear scan: how much of the beginning of the phrase stands behind it, and how much of the
// end of the phrase before it. Beginning and end then tell whether the words between two
// places are the phrase but for one word, and which.

// The kinds of near wording, in the order in which ties are listed.
const (
	changed = iota
	added
	missing
	swapped
)

// nearKinds names them for answers.
func nearKinds() []string { return []string{"changed", "added", "missing", "swapped"} }

// edit tells a near wording: the phrase (its reading), the place of the word that differs and
// the word that stands there, of a changed or added one.
type edit struct {
	reading, kind, at int
	word              string
	edge              bool // the first or last word changed: often a neighbour of a part, no more
}

// sighting counts the passages of a near wording and says where what is shown of it stands.
type sighting struct {
	edit
	count int
	v     *view
	least uint32 // the passage of the least id with it
	from  int    // the word there that it begins with
}

// near gives the most frequent wordings one word away from a phrase, with their counts. The
// first that differs by a negation and the first that differs by a number are among them,
// however frequent others are: they say something else.
func (g *suggester) near(
	text string, readings [][]fold.Token, counts *budget,
) (out []query.Suggestion, cut bool, err error) {
	pass := &budget{left: g.words}
	all := map[edit]*sighting{}
	phrases := make([][]string, len(readings))
	for i, tokens := range readings {
		words := textsOf(tokens)
		if phrases[i] = words; len(words) > 1 {
			if err := g.nearOf(i, words, pass, all); err != nil {
				return nil, false, err
			}
		}
	}
	c := &nearChoice{g: g, text: text, readings: readings, phrases: phrases, cut: pass.cut,
		counts: counts, list: inOrder(all), seen: map[string]bool{}}
	for _, kind := range []string{"negation", "number"} {
		if err := c.take(1, kind); err != nil {
			return nil, false, err
		}
	}
	err = c.take(maxNear, "")
	return c.listed(), pass.cut, err
}

// inOrder sorts wordings: most frequent first, ties by whether the edit lies inside, then by
// reading, kind, place and word.
func inOrder(all map[edit]*sighting) []*sighting {
	out := make([]*sighting, 0, len(all))
	for _, s := range all {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		switch {
		case a.count != b.count:
			return a.count > b.count
		case a.edge != b.edge:
			return b.edge
		case a.reading != b.reading:
			return a.reading < b.reading
		case a.kind != b.kind:
			return a.kind < b.kind
		case a.at != b.at:
			return a.at < b.at
		}
		return a.word < b.word
	})
	return out
}

// nearOf adds the near wordings of one reading in all shards.
func (g *suggester) nearOf(reading int, words []string, pass *budget, all map[edit]*sighting) error {
	return g.each(func(v *view) error {
		among, err := v.allButOne(words)
		if err != nil || among.IsEmpty() {
			return err
		}
		t := newNearTally(v.s.words, v.s.ids, words)
		err = v.walk(among, pass, func(i uint32, text []uint32) {
			pass.take(editWords * t.read(i, text)) // what exceeds it ends the walk
		})
		for k, m := range t.met {
			e := edit{reading: reading, kind: k.kind, at: k.at}
			e.edge = k.kind == changed && (k.at == 0 || k.at == len(words)-1)
			if k.kind == changed || k.kind == added {
				e.word = string(v.s.words.word(k.word))
			}
			s := all[e]
			if s == nil {
				s = &sighting{edit: e, v: v, least: m.least, from: m.from}
				all[e] = s
			} else if bytes.Compare(v.s.ids.passage(m.least), s.v.s.ids.passage(s.least)) < 0 {
				s.v, s.least, s.from = v, m.least, m.from
			}
			s.count += m.count
		}
		return err
	})
}

// allButOne gives the passages of the view that hold every word of a phrase, or all but one
// that the phrase has once.
func (v *view) allButOne(words []string) (*roaring.Bitmap, error) {
	kinds, numbers := distinct(words)
	held, err := v.held(kinds)
	if err != nil {
		return nil, err
	}
	times := make([]int, len(kinds))
	for _, n := range numbers {
		times[n-1]++
	}
	after := make([]*roaring.Bitmap, len(kinds)+1) // what holds all words from i on
	after[len(kinds)] = v.base
	for i := len(kinds) - 1; i >= 0; i-- {
		after[i] = roaring.And(after[i+1], held[i])
	}
	out := after[0].Clone()
	before := v.base
	for i := range kinds {
		if times[i] == 1 {
			out.Or(roaring.And(before, after[i+1]))
		}
		before = roaring.And(before, held[i])
	}
	return out, nil
}

// words gives the words of the wording, from those of the phrase.
func (e edit) words(phrase []string) []string {
	out := slices.Clone(phrase)
	switch e.kind {
	case changed:
		out[e.at] = e.word
	case added:
		out = slices.Insert(out, e.at, e.word)
	case missing:
		out = slices.Delete(out, e.at, e.at+1)
	case swapped:
		out[e.at], out[e.at+1] = out[e.at+1], out[e.at]
	}
	return out
}

// differ gives how many words from the place on differ in the phrase and in the wording.
func (e edit) differ() (typed, stands int) {
	switch e.kind {
	case added:
		return 0, 1
	case missing:
		return 1, 0
	case swapped:
		return 2, 2
	}
	return 1, 1
}

// difference says what kind of words the wording differs from its phrase by.
func (e edit) difference(phrase []string) string {
	n, _ := e.differ()
	words := slices.Clone(phrase[e.at : e.at+n])
	if e.word != "" {
		words = append(words, e.word)
	}
	return differenceOf(words)
}

// suggestion reads the wording out of the passage that shows it.
func (s *sighting) suggestion(
	typed string, tokens []fold.Token,
) (out query.Suggestion, ok bool, err error) {
	text, err := s.v.eval.records.text(s.least)
	if err != nil {
		return out, false, err
	}
	stands := fold.Tokens(nil, text)
	to := s.from + len(s.words(textsOf(tokens)))
	if to > len(stands) {
		return out, false, damaged(s.v.s.path(textsCol), "passage %d has other words than %s says",
			s.least, wordsCol)
	}
	shown, q, ok := cutOut(text, stands, s.from, to)
	n, m := s.differ()
	out = query.Suggestion{Phrase: typed, Kind: nearKinds()[s.kind], Text: shown, Query: q,
		Count: s.count, Difference: s.difference(textsOf(tokens)),
		FromSpan: spanOf(tokens, s.at, n), ToSpan: spanOf(stands[s.from:to], s.at, m)}
	out.From = typed[out.FromSpan.Start:out.FromSpan.End]
	out.To = text[out.ToSpan.Start:out.ToSpan.End]
	out.ToSpan = corpus.Span{Start: out.ToSpan.Start - stands[s.from].Start,
		End: out.ToSpan.End - stands[s.from].Start}
	return out, ok, nil
}

// spanOf gives the bytes of n words from the place on; of none, the end of the word before.
func spanOf(tokens []fold.Token, at, n int) corpus.Span {
	if n == 0 {
		return corpus.Span{Start: tokens[at-1].End, End: tokens[at-1].End}
	}
	return corpus.Span{Start: tokens[at].Start, End: tokens[at+n-1].End}
}
