package indexer

import (
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// run is a part of a reading of the phrase.
type run struct {
	from, to int // its words in the reading
	tokens   []fold.Token
	words    []string
	count    int
}

// parts gives the longest parts of a phrase that occur, with their counts.
func (g *suggester) parts(
	text string, readings [][]fold.Token, counts *budget,
) (out []query.Suggestion, cut bool, err error) {
	pass := &budget{left: g.words}
	var runs []run
	for _, tokens := range readings {
		ends, err := g.longestRuns(textsOf(tokens), pass)
		if err != nil {
			return nil, false, err
		}
		runs = append(runs, maximal(tokens, ends)...)
	}
	if runs, err = g.telling(apart(runs)); err != nil {
		return nil, false, err
	}
	if runs, err = g.ranked(runs, counts); err != nil {
		return nil, false, err
	}
	for _, r := range runs {
		shown, q, ok := cutOut(text, r.tokens, r.from, r.to)
		if !ok {
			continue
		}
		start := r.tokens[r.from].Start
		out = append(out, query.Suggestion{Phrase: text, Kind: "part", Text: shown, Query: q,
			Count: r.count, FromSpan: corpus.Span{Start: start, End: start + len(shown)},
			ToSpan: corpus.Span{End: len(shown)}})
	}
	return out, pass.cut, nil
}

// longestRuns gives for each word of a reading the longest run that ends with it and occurs.
func (g *suggester) longestRuns(words []string, pass *budget) ([]int, error) {
	kinds, numbers := distinct(words)
	f := newRunFinder(numbers, len(kinds)+1)
	single := make([]bool, len(kinds))
	err := g.each(func(v *view) error {
		held, err := v.held(kinds)
		if err != nil {
			return err
		}
		among := roaring.New()
		for i, n := range numbers {
			single[n-1] = single[n-1] || !held[n-1].IsEmpty()
			if i > 0 {
				among.Or(roaring.And(held[numbers[i-1]-1], held[n-1]))
			}
		}
		table := make([]uint16, len(v.s.words.at)-1)
		for i, w := range kinds {
			if k, ok := v.s.words.numberOf(w); ok {
				table[k] = uint16(i + 1)
			}
		}
		return v.walk(among, pass, func(_ uint32, text []uint32) { f.read(text, table) })
	})
	ends := f.longest()
	for i, n := range numbers {
		if ends[i] == 0 && single[n-1] {
			ends[i] = 1
		}
	}
	return ends, err
}

// distinct lists the words of a phrase once, and the phrase by their numbers from 1 on.
func distinct(words []string) (kinds []string, numbers []uint16) {
	at := map[string]uint16{}
	for _, w := range words {
		if at[w] == 0 {
			kinds = append(kinds, w)
			at[w] = uint16(len(kinds))
		}
		numbers = append(numbers, at[w])
	}
	return kinds, numbers
}

// maximal gives the runs that lie inside no other, from the longest run at each end.
func maximal(tokens []fold.Token, ends []int) []run {
	var out []run
	for i, n := range ends {
		if n > 0 && (i+1 == len(ends) || ends[i+1] <= n) {
			out = append(out, run{from: i + 1 - n, to: i + 1, tokens: tokens,
				words: textsOf(tokens[i+1-n : i+1])})
		}
	}
	return out
}

// apart sorts runs, longest first, and drops each whose words stand in one that is kept: of a
// phrase that repeats words, or of another reading.
func apart(runs []run) []run {
	sort.SliceStable(runs, func(i, j int) bool { return len(runs[i].words) > len(runs[j].words) })
	var out []run
	for _, r := range runs {
		f := newPhraseFinder(r.words, 0)
		if !slices.ContainsFunc(out, func(o run) bool { return f.count(o.words) > 0 }) {
			out = append(out, r)
		}
	}
	return out
}

// telling drops runs of one very frequent word where there are longer runs.
func (g *suggester) telling(runs []run) ([]run, error) {
	if len(runs) == 0 || len(runs[0].words) == 1 {
		return runs, nil
	}
	var out []run
	for _, r := range runs {
		if len(r.words) == 1 {
			n, err := g.live(r.words[0])
			if err != nil {
				return nil, err
			}
			if n*veryFrequent > g.x.info.Passages {
				continue
			}
		}
		out = append(out, r)
	}
	return out, nil
}

// live counts the live passages with a word, whatever the filters.
func (g *suggester) live(word string) (n int, err error) {
	err = g.each(func(v *view) error {
		b, err := v.s.text.bitmap([]byte(word))
		if err == nil {
			n += int(b.AndCardinality(v.s.live))
		}
		return err
	})
	return n, err
}

// ranked counts the runs that may be among the first and keeps these: longest first, then by
// count, then by place. A run that the budget does not suffice to count is left out.
func (g *suggester) ranked(runs []run, counts *budget) ([]run, error) {
	var out []run
	for i, r := range runs {
		if i >= maxParts && len(r.words) < len(runs[maxParts-1].words) {
			break
		}
		n, ok, err := g.count(r.words, counts)
		if err != nil {
			return nil, err
		}
		if r.count = n; ok {
			out = append(out, r)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if a, b := len(out[i].words), len(out[j].words); a != b {
			return a > b
		}
		return out[i].count > out[j].count
	})
	return out[:min(len(out), maxParts)], nil
}
