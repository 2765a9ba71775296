package indexer

import (
	"cmp"
	"context"
	"runtime"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/indexer/query"
)

// A search runs over all shards side by side in two rounds. In the first each shard finds its
// hits, counts its facets and its words' passages; then, with the counts of all shards known,
// each ranks its hits and gives its best ones. Everything of an answer is cut from the hits of
// the first round, one bitmap a shard.

// Search answers one request on this generation. Counts and facets are exact. A request that
// breaks a rule is an error of kind Invalid that names the field; a query that breaks the
// syntax never is: its literal reading runs and the answer says so.
func (x *Index) Search(ctx context.Context, req query.Request) (*query.Result, error) {
	var res *query.Result
	err := x.use(func() error {
		read, err := readText(req.Text, req.Mode)
		if err != nil {
			return err
		}
		res, err = x.search(ctx, req, read)
		return err
	})
	return res, err
}

// search answers a request whose text was read.
func (x *Index) search(
	ctx context.Context, req query.Request, read reading,
) (*query.Result, error) {
	p, err := x.newPlan(req, read)
	if err == nil {
		err = x.choosePairs(ctx, p)
	}
	if err != nil {
		return nil, err
	}
	question := ""
	if !req.Bare {
		question = p.question()
		if p.readings = x.readings.of(question); p.readings != nil {
			p.others = nil
		}
	}
	r, parts, err := x.find(ctx, p)
	if err != nil {
		return nil, err
	}
	res := x.sum(p, parts)
	if !req.Bare {
		x.readings.keep(question, res.Readings)
	}
	if p.req.View == query.KWIC {
		err = x.concordance(ctx, r, parts, res)
	} else {
		err = x.list(ctx, r, parts, res)
	}
	if err == nil && res.Total == 0 && !req.Bare {
		err = x.suggest(ctx, p, res)
	}
	return res, err
}

// find runs the first round.
func (x *Index) find(ctx context.Context, p *plan) (*ranking, []*part, error) {
	parts := make([]*part, len(x.shards))
	err := x.each(ctx, func(i int) (err error) {
		parts[i], err = newPart(ctx, x.shards[i], p)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	r := &ranking{plan: p, live: x.info.Passages, average: x.words}
	r.weigh(parts)
	return r, parts, nil
}

// list fills an answer with a page of hits.
func (x *Index) list(ctx context.Context, r *ranking, parts []*part, res *query.Result) error {
	err := x.each(ctx, func(i int) error { return parts[i].rank(r) })
	if err != nil {
		return err
	}
	best, more := merge(r, parts)
	if res.Hits, err = hits(best); err != nil {
		return err
	}
	if more && len(best) > 0 {
		res.Next = x.cursor(r.plan, best[len(best)-1], 0)
	}
	return nil
}

// each runs f for every shard, as many at a time as there are processors, and gives the error
// of the first shard that has one.
func (x *Index) each(ctx context.Context, f func(i int) error) error {
	if len(x.shards) == 1 {
		err := guard(x.shards[0].dir, x.hashed(), func() error { return f(0) })
		return cmp.Or(ctx.Err(), err)
	}
	errs := make([]error, len(x.shards))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range x.shards {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			errs[i] = guard(x.shards[i].dir, x.hashed(), func() error { return f(i) })
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// part is what one shard gives to an answer.
type part struct {
	s        *shard
	p        *plan
	eval     *evaluation
	hits     *roaring.Bitmap
	counting // of the hits
	readings map[query.Mode]int
	df       [][]int  // for each leaf and each of its words: the live passages that hold it
	pairs    []*tally // for each pair of the plan: the live passages that have it
	best     []entry
	beyond   int // hits after the cursor
}

// newPart runs the first round on one shard.
func newPart(ctx context.Context, s *shard, p *plan) (*part, error) {
	t := &part{s: s, p: p, readings: map[query.Mode]int{},
		eval: &evaluation{ctx: ctx, s: s, records: s.records(), found: map[int]*tally{},
			within: map[int]*roaring.Bitmap{}, counting: p.size >= 0 && p.sort == query.Relevance}}
	sets, err := newSets(s, p)
	if err != nil {
		return nil, err
	}
	if t.eval.late = sets.late(); !p.dates.empty() {
		t.eval.dated = &sets.dates
	}
	text, err := t.evalText(sets)
	if err != nil {
		return nil, err
	}
	if text != nil {
		t.hits, err = sets.hitsOf(text)
	} else if t.hits, err = sets.main(); err == nil {
		text = sets.fixed
		t.hits, err = sets.finish(nil, t.hits)
	}
	if err != nil {
		return nil, err
	}
	if err := t.count(sets, text); err != nil {
		return nil, err
	}
	if err := t.countReadings(sets); err != nil {
		return nil, err
	}
	if err := t.countPairs(); err != nil {
		return nil, err
	}
	return t, t.countWords()
}

// evalText finds the passages that the query text holds in, among all that any count needs, or a
// phrase among more, which is then cut by the filters; nil without a text.
func (t *part) evalText(sets *sets) (*roaring.Bitmap, error) {
	if t.p.root == nil {
		return nil, nil
	}
	l, ok := t.p.root.(*leaf)
	if ok && l.kind == phraseLeaf && l.slop == 0 && len(sets.filters) > 0 && !sets.few() {
		t.eval.narrow = sets.all
		return t.eval.eval(l, sets.fixed)
	}
	among, err := sets.all()
	if err != nil {
		return nil, err
	}
	return t.eval.eval(t.p.root, among)
}

// countReadings counts the passages of each reading of the text under the same filters. The
// one that ran has its passages already.
func (t *part) countReadings(sets *sets) error {
	if len(t.p.others) == 0 {
		return nil
	}
	main, err := sets.main()
	if err != nil {
		return err
	}
	for m, root := range t.p.others {
		if root == nil {
			t.readings[m] = int(t.hits.GetCardinality())
			continue
		}
		b, err := t.eval.eval(root, main)
		if err != nil {
			return err
		}
		if b, err = sets.finish(nil, b); err != nil {
			return err
		}
		t.readings[m] = int(b.GetCardinality())
	}
	return nil
}

// sum adds up what the shards counted.
func (x *Index) sum(p *plan, parts []*part) *query.Result {
	res := &query.Result{Mode: p.read.ran, Query: p.read.tree, Literal: p.read.literal,
		Corpus: x.info.Corpus, Notices: p.notices, Folded: folded(p.read)}
	for _, t := range parts {
		res.Total += int(t.hits.GetCardinality())
		res.Documents += t.docs
		res.Readings.Verbatim += t.readings[query.Verbatim]
		res.Readings.Quote += t.readings[query.Quote]
		res.Readings.Words += t.readings[query.Words]
	}
	if p.readings != nil {
		res.Readings = *p.readings
	}
	if p.root == nil && !p.req.Bare {
		res.Readings = query.Readings{Verbatim: res.Total, Quote: res.Total, Words: res.Total}
	}
	x.sumCounts(p, parts, res)
	if p.req.Bare {
		bare(res)
	}
	return res
}

// bare takes away the documents, which were counted where that cost nothing.
func bare(res *query.Result) {
	res.Documents = 0
	for i := range res.Facets {
		f := &res.Facets[i]
		f.MissingDocuments = 0
		for k := range f.Values {
			f.Values[k].Documents = 0
		}
	}
	for i := range res.Cross {
		for k := range res.Cross[i].Cells {
			res.Cross[i].Cells[k].Documents = 0
		}
	}
}

// folded lists in plain words what the mode that ran treats as equal.
func folded(r reading) []string {
	if r.tree == nil || r.ran == query.Verbatim {
		return nil
	}
	list := []string{
		"upper and lower case", "accents and other marks on letters", "forms of one character",
		"shapes of apostrophes and dashes", "punctuation between words", "digits of all scripts",
		"ways to group digits and to write a decimal point",
	}
	if r.ran == query.Words {
		list = append(list, "endings of words", "order of words")
	}
	return list
}
