package indexer

import (
	"context"

	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// A query without hits gets suggestions for those of its phrases that have none either: parts
// of the phrase that occur (suggestparts.go) and wordings one word away (suggestnear.go). Both
// are read from the word numbers of passages under the request's filters, and every count is
// verified like that of a phrase. Each search is one pass that is linear in the text, so no
// phrase is hostile; what it may read is bounded by a number of words, not by a clock, so one
// index gives one answer. What the bound cut short says so.

// The bounds of suggestions.
const (
	maxSuggestPhrases = 3 // phrases of a query that are looked at, from the left
	maxParts          = 5 // suggestions of a phrase that are parts
	maxNear           = 5 // suggestions of a phrase that are other wordings

	// suggestWords is how many words of passages one pass may read, all phrases together: half
	// a million passages of usual length. There are four passes: which phrases have no hit, parts,
	// near wordings, counts. The worst phrases took 10 to 30 ns a word in all of them.
	suggestWords = 1 << 25

	// verbatimWords is what a word costs that has to be unpacked and compared by characters.
	verbatimWords = 8

	// veryFrequent is the share of passages, one in so many, from which a word alone says nothing.
	veryFrequent = 20
)

// suggester looks for suggestions to the phrases of one request.
type suggester struct {
	ctx   context.Context
	p     *plan
	x     *Index
	views []*view
	words int // that a pass may read for one phrase
}

// suggest adds suggestions to an answer without hits.
func (x *Index) suggest(ctx context.Context, p *plan, res *query.Result) error {
	phrases := topPhrases(p.read.tree)
	if len(phrases) == 0 {
		return nil
	}
	g := &suggester{ctx: ctx, p: p, x: x}
	if err := g.open(); err != nil {
		return err
	}
	first := &budget{left: x.suggestWords()}
	phrases, err := g.absent(phrases, first)
	if err != nil {
		return err
	}
	g.words = x.suggestWords() / max(1, len(phrases))
	cut := first.cut
	for _, ph := range phrases {
		list, partial, err := g.phrase(ph)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].Partial = partial
		}
		res.Suggestions = append(res.Suggestions, list...)
		cut = cut || partial
	}
	if cut {
		res.Notices = append(res.Notices[:len(res.Notices):len(res.Notices)], query.Notice{
			Code: "suggestions-partial", At: -1,
			Message: "the search for suggestions was cut short; there may be more of them"})
	}
	return nil
}

// suggestWords is the bound of a pass; tests lower it.
func (x *Index) suggestWords() int {
	if x.suggestLimit > 0 {
		return x.suggestLimit
	}
	return suggestWords
}

// topPhrases lists the phrases that a query as a whole asks for.
func topPhrases(tree query.Node) []query.Phrase {
	kids := []query.Node{tree}
	if and, ok := tree.(query.And); ok {
		kids = and
	}
	var out []query.Phrase
	for _, k := range kids {
		if ph, ok := k.(query.Phrase); ok {
			out = append(out, ph)
		}
	}
	return out
}

// open takes what the filters leave of each shard.
func (g *suggester) open() error {
	for _, s := range g.x.shards {
		v := &view{s: s, eval: &evaluation{ctx: g.ctx, s: s, records: s.records(),
			found: map[int]*tally{}}}
		err := guard(s.dir, s.hashed, func() error {
			sets, err := newSets(s, g.p)
			if err != nil {
				return err
			}
			main, err := sets.main()
			if err == nil {
				v.base, err = sets.finish(nil, main)
			}
			return err
		})
		if err != nil {
			return err
		}
		g.views = append(g.views, v)
	}
	return nil
}

// each runs f for every view, one after the other, so that a bound is spent in one order.
func (g *suggester) each(f func(v *view) error) error {
	for _, v := range g.views {
		if err := g.ctx.Err(); err != nil {
			return err
		}
		if err := guard(v.s.dir, v.s.hashed, func() error { return f(v) }); err != nil {
			return err
		}
	}
	return nil
}

// absent keeps the first phrases that have no hit, neither as a quotation nor as they stand: a
// verbatim phrase that occurs in other characters needs no other words. Past a phrase that the
// budget does not suffice to look for, none is kept.
func (g *suggester) absent(phrases []query.Phrase, b *budget) (out []query.Phrase, err error) {
	_, alone := g.p.read.tree.(query.Phrase) // then it is known to have no hit as it stands
	for _, ph := range phrases {
		asQuote := ph
		asQuote.Verbatim = false
		found := false
		if !alone || ph.Verbatim {
			found, err = g.occurs(asQuote, 1, b)
		}
		if err == nil && !found && ph.Verbatim && !alone {
			found, err = g.occurs(ph, verbatimWords, b)
		}
		if err != nil || b.cut {
			return out, err
		}
		if !found {
			out = append(out, ph)
		}
		if len(out) == maxSuggestPhrases {
			break
		}
	}
	return out, nil
}

// occurs reports whether a phrase has a hit under the filters; a word that is looked at costs
// as many words of the budget as price says.
func (g *suggester) occurs(ph query.Phrase, price int, b *budget) (found bool, err error) {
	c := &compiler{x: g.x, inNot: 1} // its leaves are not ranked
	root, err := c.compile(ph)
	if err != nil {
		return false, err
	}
	err = g.each(func(v *view) error {
		if found {
			return nil
		}
		e := *v.eval
		e.afford = func(i uint32) bool { return b.take(price * (v.s.words.length(i) + 1)) }
		hits, err := e.eval(root, v.base)
		found = err == nil && !hits.IsEmpty()
		return err
	})
	return found, err
}

// phrase gives the suggestions of one phrase, parts first.
func (g *suggester) phrase(ph query.Phrase) (out []query.Suggestion, partial bool, err error) {
	counts := &budget{left: g.words}
	readings := fold.Readings(ph.Text)
	parts, cutParts, err := g.parts(ph.Text, readings, counts)
	if err != nil {
		return nil, false, err
	}
	near, cutNear, err := g.near(ph.Text, readings, counts)
	return append(parts, near...), cutParts || cutNear || counts.cut, err
}
