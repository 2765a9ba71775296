package indexer

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strconv"

	"ibid/corpus"
	"ibid/internal/disk"
)

// A compaction reads the live documents of some shards, merged by URL, and writes them into new
// shards as a build does. So the shards that a whole compaction leaves are, to the byte, those
// of a build from the same documents by URL.
//
// Shards are written beside the index, without its lock: updates go on meanwhile. Only the swap
// takes the lock. What was withdrawn from the old shards since the compaction began gets its
// tombstone in the new ones; when the old shards were put back in force in another state, by a
// build, the compaction is dropped.

// Compact merges small shards, and those with many dead passages, into larger ones and puts the
// outcome in force as a new generation; opt.Whole merges all shards. Nothing that can be asked
// changes: the corpus version stays. When nothing is worth merging there is no new generation.
// opt.ShardPassages is when a shard is closed, as with Build; opt.Versions is not used.
//
// Memory is that of one shard being built. The end of ctx ends a compaction, and it changes
// nothing then. A second compaction at the same time is refused as Locked; an update at the same
// time is not.
func Compact(ctx context.Context, dir string, opt BuildOptions) (Info, error) {
	unlock, err := lockFile(dir, compactLock, "compacting")
	if err != nil {
		return Info{}, err
	}
	defer unlock()
	c := &compaction{dir: dir, opt: opt.withDefaults(), folder: filepath.Join(dir, compactingName)}
	if c.g, err = readGeneration(dir); err != nil {
		return Info{}, err
	}
	if c.base, err = openGeneration(dir, c.g, VerifyManifest, nil); err != nil {
		return Info{}, err
	}
	defer c.base.Close()
	if c.inputs = c.due(); len(c.inputs) == 0 {
		return infoOf(c.g), nil
	}
	if err := disk.Remove(c.folder); err != nil {
		return Info{}, err
	}
	g, err := c.run(ctx)
	if err = errors.Join(err, disk.Remove(c.folder)); err != nil {
		return Info{}, err
	}
	return infoOf(g), nil
}

// compaction is one run of Compact.
type compaction struct {
	dir, folder string
	opt         BuildOptions
	g           *generation // in force when the compaction began
	base        *Index      // the same, open
	inputs      []int       // shards of base to be merged, in order
	outputs     []shardEntry
	done        int // passages written
}

// tierWidth is how many shards of about one size are merged. Each passage is then written again
// once for every fourfold growth of its shard, and a million passages that came ten at a time
// stand in some twenty shards.
const tierWidth = 4

// due chooses the shards to merge: those of which more than a quarter is dead; and of the shards
// below half of ShardPassages, by tiers that each span a factor of four, a tier that holds four
// with all below it, as far up as the merged shard makes the next tier full.
func (c *compaction) due() []int {
	chosen := map[int]bool{}
	tiers := map[int][]int{}
	top := 0
	for i, s := range c.base.shards {
		live := int(s.live.GetCardinality())
		if c.opt.Whole || c.opt.erase && live < s.n || 4*(s.n-live) > s.n {
			chosen[i] = true
		} else if 2*live < c.opt.ShardPassages {
			t := tierOf(live)
			tiers[t] = append(tiers[t], i)
			top = max(top, t)
		}
	}
	sum, below := 0, []int(nil)
	for t := 0; t <= top; t++ {
		n := len(tiers[t])
		if sum > 0 && tierOf(sum) == t {
			n++
		}
		if below = append(below, tiers[t]...); n < tierWidth {
			continue
		}
		for _, i := range below {
			chosen[i] = true
			sum += int(c.base.shards[i].live.GetCardinality())
		}
		below = nil
	}
	if c.opt.Whole && len(chosen) == 1 && c.base.shards[0].n == c.base.info.Passages {
		return nil
	}
	return slices.Sorted(maps.Keys(chosen))
}

// tierOf gives the power of four that is not above n.
func tierOf(n int) int {
	t := 0
	for ; n >= tierWidth; n /= tierWidth {
		t++
	}
	return t
}

// run merges and puts the outcome in force.
func (c *compaction) run(ctx context.Context) (*generation, error) {
	for _, i := range c.inputs {
		// A fault must not be read into a shard that vouches for it.
		e := c.g.Shards[i]
		m, err := readManifest(c.dir, e)
		if err != nil {
			return nil, err
		}
		var first error
		checkFiles(filepath.Join(c.dir, shardsName, e.Name), m, true, func(err error) {
			first = firstOf(first, err)
		})
		if first != nil {
			return nil, first
		}
	}
	if err := c.merge(ctx); err != nil {
		return nil, err
	}
	unlock, err := lockIndex(ctx, c.dir, -1)
	if err != nil {
		return nil, err
	}
	defer unlock()
	return c.swap()
}

// merge writes the live documents of the inputs, by URL, into new shards.
func (c *compaction) merge(ctx context.Context) error {
	queue, err := c.queue()
	if err != nil {
		return err
	}
	var w *shardWriter
	for len(queue) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		least := 0
		for i := range queue {
			if queue[i].item.Document.URL < queue[least].item.Document.URL {
				least = i
			}
		}
		if w == nil {
			folder := filepath.Join(c.folder, strconv.Itoa(len(c.outputs)))
			if w, err = newShardWriter(folder, c.g.Versions); err != nil {
				return err
			}
		}
		if err := w.add(queue[least].item); err != nil {
			return err
		}
		c.done += len(queue[least].item.Passages)
		c.opt.Progress(c.done)
		if more, err := queue[least].next(); err != nil {
			return err
		} else if !more {
			queue = slices.Delete(queue, least, least+1)
		}
		if len(queue) == 0 || w.size() >= c.opt.ShardPassages {
			e, err := w.finish()
			if err != nil {
				return err
			}
			c.outputs, w = append(c.outputs, e), nil
		}
	}
	return nil
}

// mergeSource reads the live documents of one input in order.
type mergeSource struct {
	r    *records
	at   int // the document read last
	item Item
}

// queue starts reading the inputs; those without live documents are not in it.
func (c *compaction) queue() ([]*mergeSource, error) {
	var list []*mergeSource
	for _, i := range c.inputs {
		q := &mergeSource{r: c.base.shards[i].records(), at: -1}
		more, err := q.next()
		if err != nil {
			return nil, err
		}
		if more {
			list = append(list, q)
		}
	}
	return list, nil
}

// next reads the next live document; false after the last.
func (q *mergeSource) next() (bool, error) {
	s := q.r.s
	for q.at++; q.at < len(s.ids.first)-1; q.at++ {
		if !s.live.Contains(s.ids.first[q.at]) {
			continue
		}
		err := guard(s.dir, s.hashed, func() (err error) {
			q.item.Document, q.item.Passages, err = q.r.whole(q.at)
			return err
		})
		return true, err
	}
	return false, nil
}

// swap puts the new shards in the place of the old ones in the generation in force by now.
func (c *compaction) swap() (*generation, error) {
	now, err := readGeneration(c.dir)
	if err != nil {
		return nil, err
	}
	since, ok := c.withdrawn(now)
	if !ok {
		return now, nil
	}
	g := &generation{Versions: now.Versions}
	old := map[string]bool{}
	for _, i := range c.inputs {
		old[c.g.Shards[i].Name] = true
	}
	placed := false
	for _, e := range now.Shards {
		if !old[e.Name] {
			g.Shards = append(g.Shards, e)
			continue
		}
		if placed {
			continue
		}
		placed = true
		for i, e := range c.outputs {
			live, err := c.place(i, &e, since)
			if err != nil {
				return nil, err
			}
			if live {
				g.Shards = append(g.Shards, e)
			}
		}
	}
	if !placed || contentHash(g.Shards) == now.Content {
		return now, nil
	}
	if err := sumUp(c.dir, g); err != nil {
		return nil, err
	}
	if g.Corpus != now.Corpus {
		return nil, corpus.Errorf(corpus.Internal, c.dir, "compaction gives corpus version %s for %s",
			g.Corpus, now.Corpus)
	}
	return g, publish(c.dir, g)
}

// withdrawn lists the documents that left the inputs since the compaction began; false when an
// input has documents back that it had lost, so that they are missing from the outputs.
func (c *compaction) withdrawn(now *generation) (since []corpus.DocumentID, ok bool) {
	entries := map[string]shardEntry{}
	for _, e := range now.Shards {
		entries[e.Name] = e
	}
	for _, i := range c.inputs {
		old := c.g.Shards[i]
		e, stays := entries[old.Name]
		if !stays { // all of its documents are dead, or replaced by a build
			s := c.base.shards[i]
			for k := range s.documentsAlive() {
				since = append(since, s.ids.documentID(uint32(k)))
			}
			continue
		}
		before, after := setOf(old.Dead), setOf(e.Dead)
		for d := range before {
			if !after[d] {
				return nil, false
			}
		}
		for d := range after {
			if !before[d] {
				since = append(since, d)
			}
		}
	}
	slices.Sort(since)
	return since, maps.Equal(now.Versions, c.g.Versions)
}

// setOf gives ids as a set.
func setOf(ids []corpus.DocumentID) map[corpus.DocumentID]bool {
	m := make(map[corpus.DocumentID]bool, len(ids))
	for _, d := range ids {
		m[d] = true
	}
	return m
}

// place moves an output to its name, with tombstones for what left since; false when nothing of
// it is live any more.
func (c *compaction) place(i int, e *shardEntry, since []corpus.DocumentID) (live bool, err error) {
	w := &shardWriter{dir: filepath.Join(c.folder, strconv.Itoa(i))}
	if err := w.place(c.dir, *e); err != nil {
		return false, err
	}
	f, err := openShard(c.dir, *e, true) // it was written a moment ago
	if err != nil {
		return false, err
	}
	defer f.release()
	since = slices.DeleteFunc(slices.Clone(since), func(d corpus.DocumentID) bool {
		id, _ := parseID(string(d))
		_, ok := f.ids.findDocument(id)
		return !ok
	})
	s, err := newShard(f, *e)
	if err != nil {
		return false, err
	}
	return e.withdraw(s, since)
}
