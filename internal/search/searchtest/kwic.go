package searchtest

import (
	"cmp"
	"slices"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// keyed is a line with what it is sorted by.
type keyed struct {
	line  query.Line
	row   row
	words []string // beside the keyword, in the order they are compared; nil to sort by passage
	score float64
}

// concordance sorts every mark of every row and cuts the page out of them.
func concordance(res *query.Result, r query.Request, found []row, tree query.Node) error {
	switch {
	case r.View != query.KWIC || !search.HasKeyword(tree):
		return corpus.Errorf(corpus.Invalid, "view", "a concordance needs a keyword")
	case r.Sort == "":
		r.Sort = query.Right1
	}
	var all []keyed
	for _, x := range found {
		marks := x.marks(tree)
		for _, m := range marks {
			all = append(all, keyed{line: query.Line{Passage: x.p, Document: x.d, Span: m}, row: x,
				words: beside(x.p.Text, m, r.Sort), score: float64(len(marks))})
		}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		c := slices.Compare(a.words, b.words)
		if c == 0 && a.words == nil {
			c = compare(r.Sort, a.row, b.row, a.score-b.score)
		}
		return cmp.Or(c, cmp.Compare(a.row.p.ID, b.row.p.ID),
			cmp.Compare(a.line.Span.Start, b.line.Span.Start))
	})
	lines := make([]query.Line, len(all))
	for i := range all {
		lines[i] = all[i].line
	}
	res.Occurrences = len(lines)
	var err error
	res.Lines, res.Next, err = cut(r, lines)
	return err
}

// beside gives the words that an order compares: the one it names, then the other two of that
// side from the nearest on; empty where there is none, nil for the orders of passages.
func beside(text string, m corpus.Span, s query.Sort) []string {
	k := slices.Index(search.SideSorts(), s) // left3, left2, left1, right1, right2, right3
	if k < 0 {
		return nil
	}
	var left, right []string
	for _, t := range fold.Tokens(nil, text) {
		if t.End <= m.Start {
			left = append(left, t.Text)
		}
		if t.Start >= m.End {
			right = append(right, t.Text)
		}
	}
	slices.Reverse(left)
	side, first := right, k-3
	if k < 3 {
		side, first = left, 2-k
	}
	side = append(side, "", "", "")[:3]
	return append([]string{side[first]}, slices.Delete(slices.Clone(side), first, first+1)...)
}
