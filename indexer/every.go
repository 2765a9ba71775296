package indexer

import (
	"context"
	"iter"

	"ibid/corpus"
	"ibid/indexer/query"
)

// everyAtOnce is how many passages are read at a time: in the order of their files, which reads
// each block of texts once for those of its passages.
const everyAtOnce = 512

// Every gives all hits of a request beyond its cursor in their order, as its pages would, from one
// generation: they are found and ordered once and then read a few hundred at a time. The facets
// and the size that the request names are not looked at. An error, which is one of those of
// Search, is the last thing given.
func (x *Index) Every(ctx context.Context, req query.Request) iter.Seq2[query.Hit, error] {
	return func(yield func(query.Hit, error) bool) {
		var best []entry
		err := x.use(func() error {
			read, err := readText(req.Text, req.Mode)
			if err == nil {
				best, err = x.every(ctx, req, read)
			}
			return err
		})
		for err == nil && len(best) > 0 {
			var list []query.Hit
			n := min(everyAtOnce, len(best))
			err = x.use(func() (err error) {
				list, err = hits(best[:n])
				return err
			})
			for _, h := range list {
				if !yield(h, nil) {
					return
				}
			}
			if best = best[n:]; err == nil {
				err = ctx.Err()
			}
		}
		if err != nil {
			yield(query.Hit{}, err)
		}
	}
}

// every finds all hits of a request whose text was read and puts them in order.
func (x *Index) every(ctx context.Context, req query.Request, read reading) ([]entry, error) {
	if req.View != "" {
		return nil, corpus.Errorf(corpus.Invalid, "view", "%q has no list of all its hits", req.View).
			WithRemedy("leave it out")
	}
	req.Facets, req.Cross, req.Days, req.Bare, req.Size = []query.FacetRequest{}, nil, false, true, 0
	p, err := x.newPlan(req, read)
	if err != nil {
		return nil, err
	}
	p.size, p.whole = x.info.Passages, true
	if err := x.choosePairs(ctx, p); err != nil {
		return nil, err
	}
	r, parts, err := x.find(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := x.each(ctx, func(i int) error { return parts[i].rank(r) }); err != nil {
		return nil, err
	}
	best, _ := merge(r, parts)
	return best, nil
}
