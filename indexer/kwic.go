package indexer

import (
	"bytes"
	"context"
	"slices"
	"sort"

	"ibid/indexer/query"
)

// A concordance lists every keyword of every hit, a line each. Each shard finds the lines of
// all its hits, counts them, and keeps as many as a page has, so the whole is never sorted and
// no text is read but those of a page. Within a shard the words beside a keyword are compared
// by their ranks, since words are numbered in their order; between shards by their bytes.
//
// The place after a page is a passage and the number of a line in it. Its words are looked up
// in the passage again, so a cursor stays short whatever the words are.

// besides is how many words on a side an order compares.
const besides = 3

// wordsBeside gives the places, counted from the keyword, of the words that an order compares:
// -1 is the word before it, 1 the word after. nil for the orders of passages.
func wordsBeside(s query.Sort) []int {
	switch s {
	case query.Left1:
		return []int{-1, -2, -3}
	case query.Left2:
		return []int{-2, -1, -3}
	case query.Left3:
		return []int{-3, -1, -2}
	case query.Right1:
		return []int{1, 2, 3}
	case query.Right2:
		return []int{2, 1, 3}
	case query.Right3:
		return []int{3, 1, 2}
	}
	return nil
}

// line is one keyword in the order of an answer.
type line struct {
	entry
	number int             // of the line in its passage
	ranks  [besides]rank   // of the words compared, in the shard
	words  [besides]string // these words, once the line is on a page
}

// rank is the place of a word among those of a shard: 2n+2 for number n, 0 for a word that is
// missing, and an odd rank between two for a word that the shard has not.
type rank uint64

// rankOf gives the rank of a number.
func rankOf(n uint32) rank { return 2*rank(n) + 2 }

// rankOfWord gives the rank of a word; the empty word is the missing one.
func (w *wordColumn) rankOfWord(s string) rank {
	if s == "" {
		return 0
	}
	if n, ok := w.numberOf(s); ok {
		return rankOf(n)
	}
	return rankOf(w.lower(s)) - 1
}

// wordOfRank gives the word of an even rank; nothing for a missing one.
func (w *wordColumn) wordOfRank(r rank) []byte {
	if r == 0 {
		return nil
	}
	return w.word(uint32(r/2) - 1)
}

// ranks gives the ranks of the words that an order compares beside a keyword.
func ranks(order []int, words []uint32, at spot) (out [besides]rank) {
	for i, k := range order {
		if k < 0 {
			k += at.from
		} else {
			k += at.to - 1
		}
		if 0 <= k && k < len(words) {
			out[i] = rankOf(words[k])
		}
	}
	return out
}

// concordance fills an answer with the number of lines and a page of them.
func (x *Index) concordance(
	ctx context.Context, r *ranking, parts []*part, res *query.Result,
) error {
	after, err := r.plan.wordsAfter(parts)
	if err != nil {
		return err
	}
	pages := make([]linePage, len(parts))
	err = x.each(ctx, func(i int) (err error) {
		pages[i], err = parts[i].lines(r, after)
		return err
	})
	if err != nil {
		return err
	}
	var best []line
	beyond := 0
	for _, g := range pages {
		res.Occurrences += g.count
		beyond += g.beyond
		best = append(best, g.best...)
	}
	sort.Slice(best, func(i, j int) bool { return r.plan.lineBefore(&best[i], &best[j]) })
	best = best[:min(len(best), max(r.plan.size, 0))]
	if res.Lines, err = readLines(best); err != nil {
		return err
	}
	if n := len(best); n > 0 && beyond > n {
		res.Next = x.cursor(r.plan, best[n-1].entry, best[n-1].number)
	}
	return nil
}

// linePage is what one shard gives to a concordance.
type linePage struct {
	count  int // lines of all its hits
	beyond int // of them, those after the cursor
	best   []line
}

// lines finds the lines of the shard and keeps the first of them beyond the cursor, whose
// words are given.
func (t *part) lines(r *ranking, after []string) (g linePage, err error) {
	docs := t.hits.ToArray()
	finder, err := newKeywords(t, docs)
	if err != nil {
		return g, err
	}
	scores, err := t.lineScores(r, docs)
	if err != nil {
		return g, err
	}
	order, start := wordsBeside(t.p.sort), t.startLine(after)
	for i, d := range docs {
		if i%checkEvery == 0 && t.eval.ctx.Err() != nil {
			return g, t.eval.ctx.Err()
		}
		spots, err := finder.of(i, d)
		if err != nil {
			return g, err
		}
		g.count += len(spots)
		if t.p.size < 0 {
			continue
		}
		l := line{entry: t.entry(d)}
		if scores != nil {
			l.score = scores[i]
		}
		words := finder.passage(d)
		for n, at := range spots {
			l.number, l.ranks = n, ranks(order, words, at)
			if start != nil && !t.p.lineBefore(start, &l) {
				continue
			}
			g.beyond++
			g.best = keep(g.best, l, t.p.size, t.p.lineBefore)
		}
	}
	for i := range g.best {
		g.best[i].words = t.wordsOf(g.best[i].ranks)
	}
	return g, nil
}

// lineScores gives the scores of all hits when lines go by them.
func (t *part) lineScores(r *ranking, docs []uint32) ([]float64, error) {
	if t.p.sort != query.Relevance || t.p.size < 0 {
		return nil, nil
	}
	sc, err := t.scorer(r)
	if err != nil {
		return nil, err
	}
	return sc.scores(docs), nil
}

// wordsOf gives the words of ranks, a missing one empty.
func (t *part) wordsOf(ranks [besides]rank) (words [besides]string) {
	for i, r := range ranks {
		words[i] = string(t.s.words.wordOfRank(r))
	}
	return words
}

// startLine is the line that the cursor stands on, with its words as this shard ranks them.
func (t *part) startLine(words []string) *line {
	a := t.p.after
	if a == nil {
		return nil
	}
	l := &line{entry: entry{score: a.score, day: a.day, id: a.id, part: t}, number: a.line}
	for i, w := range words {
		l.ranks[i] = t.s.words.rankOfWord(w)
	}
	return l
}

// wordsAfter gives the words that the order compares of the line that the cursor stands on, a
// missing one empty; nil without a cursor.
func (p *plan) wordsAfter(parts []*part) (words []string, err error) {
	if p.after == nil {
		return nil, nil
	}
	for _, t := range parts {
		if d, ok := t.s.ids.find(p.after.id); ok && t.hits.Contains(d) {
			err = guard(t.s.dir, t.s.hashed, func() (err error) {
				words, err = t.wordsBeside(d, p.after.line)
				return err
			})
			return words, err
		}
	}
	return nil, foreignCursor()
}

// wordsBeside gives the words that the order compares beside keyword n of a passage.
func (t *part) wordsBeside(d uint32, n int) ([]string, error) {
	k, err := newKeywords(t, []uint32{d})
	if err != nil {
		return nil, err
	}
	spots, err := k.of(0, d)
	if err != nil {
		return nil, err
	}
	if n < 0 || n >= len(spots) {
		return nil, foreignCursor()
	}
	order := wordsBeside(t.p.sort)
	words := t.wordsOf(ranks(order, k.passage(d), spots[n]))
	return words[:], nil
}

// lineBefore is the order of a concordance. Two lines are never equal.
func (p *plan) lineBefore(a, b *line) bool {
	if wordsBeside(p.sort) != nil {
		if c := compareWords(a, b); c != 0 {
			return c < 0
		}
		if c := bytes.Compare(a.id[:], b.id[:]); c != 0 {
			return c < 0
		}
	}
	if a.id != b.id {
		return p.before(&a.entry, &b.entry)
	}
	return a.number < b.number
}

// compareWords compares the words beside two keywords: those of one shard by rank, those of
// lines on the pages of different shards by bytes.
func compareWords(a, b *line) int {
	if a.part == b.part {
		return slices.Compare(a.ranks[:], b.ranks[:])
	}
	return slices.Compare(a.words[:], b.words[:])
}

// readLines reads the passages of a page of lines and finds the places of the keywords in
// their texts. They are read in the order they are stored in, each once.
func readLines(best []line) ([]query.Line, error) {
	var entries []entry
	at := map[rawID]int{}
	for _, l := range best {
		if _, ok := at[l.id]; !ok {
			at[l.id] = len(entries)
			entries = append(entries, l.entry)
		}
	}
	read, err := hits(entries)
	if err != nil {
		return nil, err
	}
	out := make([]query.Line, len(best))
	for i, l := range best {
		h := read[at[l.id]]
		if l.number >= len(h.Marks) {
			return nil, damaged(l.part.s.path(wordsCol), "passage %d has other words than its text",
				l.passage)
		}
		out[i] = query.Line{Passage: h.Passage, Document: h.Document, Span: h.Marks[l.number]}
	}
	return out, nil
}
