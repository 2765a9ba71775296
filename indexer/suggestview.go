package indexer

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
)

// view is a shard with what the filters leave of it.
type view struct {
	s    *shard
	eval *evaluation
	base *roaring.Bitmap
}

// budget is what one pass may still read.
type budget struct {
	left int
	cut  bool // it did not suffice
}

// take spends n words; once it fails it fails for good.
func (b *budget) take(n int) bool {
	if n > b.left {
		b.left, b.cut = 0, true
		return false
	}
	b.left -= n
	return true
}

// walk calls f with the word numbers of passages, until the budget is spent.
func (v *view) walk(c *roaring.Bitmap, b *budget, f func(i uint32, text []uint32)) error {
	n := 0
	var text []uint32
	for it := c.Iterator(); it.HasNext(); n++ {
		if n%checkEvery == 0 {
			if err := v.eval.ctx.Err(); err != nil {
				return err
			}
		}
		i := it.Next()
		text = v.s.words.passage(i, text)
		if !b.take(len(text) + 1) {
			return nil
		}
		f(i, text)
	}
	return nil
}

// count counts the passages with a run of words; ok is false where the budget did not suffice.
func (g *suggester) count(words []string, b *budget) (n int, ok bool, err error) {
	if b.cut { // thousands of wordings may wait for it: not even their postings are read
		return 0, false, nil
	}
	err = g.each(func(v *view) error {
		c, err := v.eval.withWords(words, v.base)
		if err != nil || c.IsEmpty() {
			return err
		}
		if len(words) == 1 {
			n += int(c.GetCardinality())
			return nil
		}
		f, err := v.eval.numbered(words, 0)
		if err != nil {
			return err
		}
		return v.walk(c, b, func(_ uint32, text []uint32) {
			if f.count(text) > 0 {
				n++
			}
		})
	})
	return n, !b.cut, err
}

// held gives, for each of some words, the passages of the view that hold it.
func (v *view) held(words []string) ([]*roaring.Bitmap, error) {
	out := make([]*roaring.Bitmap, len(words))
	for i, w := range words {
		b, err := v.s.text.bitmap([]byte(w))
		if err != nil {
			return nil, fmt.Errorf("word %q: %w", w, err)
		}
		out[i] = roaring.And(b, v.base)
	}
	return out, nil
}
