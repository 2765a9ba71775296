package indexer

import (
	"context"
	"errors"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ibid/corpus"
)

// resuming yields items and, in the place of those that an interrupted build had finished and
// that are as they were, that they are kept. Read counts the others.
type resuming struct {
	items    []Item
	finished map[corpus.DocumentID]corpus.SnapshotID
	read     int
}

func newResuming(items []Item) *resuming {
	return &resuming{items: items, finished: map[corpus.DocumentID]corpus.SnapshotID{}}
}

func (r *resuming) resume(t *testing.T) func(*Index) {
	return func(x *Index) {
		for d, err := range x.Documents() {
			if err != nil {
				t.Error(err)
				return
			}
			r.finished[d.ID] = d.Snapshot
		}
	}
}

func (r *resuming) seq() iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, it := range r.items {
			if s, ok := r.finished[it.Document.ID]; ok && s == it.Document.Snapshot && len(it.Passages) > 0 {
				it = Item{Document: &corpus.Document{ID: it.Document.ID}, Kept: true}
			} else {
				r.read++
			}
			if !yield(it, nil) {
				return
			}
		}
	}
}

// However often a build or an update is interrupted, and whatever changes in between, what is
// put in force in the end is, to the byte, what one that ran through gives.
func TestRandomInterruptionsEndLikeARunThrough(t *testing.T) {
	t.Parallel()
	saved := 0
	for seed := range uint64(often(3)) {
		r := rand.New(rand.NewPCG(seed, 91))
		per := 5 + r.IntN(40)
		dir, base := t.TempDir(), t.TempDir()
		updating := seed%2 == 1
		if updating {
			first := world(500+seed, 10)
			for _, d := range []string{dir, base} {
				if _, err := Build(t.Context(), d, each(first), BuildOptions{}); err != nil {
					t.Fatal(err)
				}
			}
		}
		m := model{}
		for _, it := range world(seed, 50) {
			m[it.Document.ID] = it
		}
		run := func(ctx context.Context, dir string, seq iter.Seq2[Item, error], opt BuildOptions) (Info, error) {
			opt.ShardPassages = per
			if updating {
				return Update(ctx, dir, seq, nil, opt)
			}
			return Build(ctx, dir, seq, opt)
		}
		next := 100
		for range 4 {
			ctx, cancel := context.WithCancel(t.Context())
			limit := r.IntN(passagesOf(m.items()))
			src := newResuming(m.items())
			_, err := run(ctx, dir, src.seq(), BuildOptions{Resume: src.resume(t), Progress: func(n int) {
				if n >= limit {
					cancel()
				}
			}})
			cancel()
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if r.IntN(2) == 0 {
				m.drawChange(r, &next)
			}
		}
		src := newResuming(m.items())
		got, err := run(t.Context(), dir, src.seq(), BuildOptions{Resume: src.resume(t)})
		if err != nil {
			t.Fatal(err)
		}
		saved += len(src.items) - src.read
		want, err := run(t.Context(), base, each(m.items()), BuildOptions{})
		if err != nil || got.Content != want.Content || got.Corpus != want.Corpus {
			t.Fatalf("seed %d: interrupted %+v\nrun through %+v, %v", seed, got, want, err)
		}
		if errs := Verify(t.Context(), dir); len(errs) > 0 {
			t.Fatal(errs)
		}
		if _, err := os.Stat(filepath.Join(dir, unfinishedName)); err == nil {
			t.Error("the list of unfinished shards was left")
		}
	}
	if saved == 0 {
		t.Error("nothing was ever taken up")
	}
	t.Logf("figure: %d documents taken up", saved)
}

// What was finished by other versions, in other sizes, or is damaged, is not taken up.
func TestResumptionIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opt  BuildOptions
		harm func(dir string)
		want bool
	}{
		"as it was":      {opt: BuildOptions{ShardPassages: 30}, want: true},
		"other versions": {opt: BuildOptions{ShardPassages: 30, Versions: map[string]string{"tag": "2"}}},
		"another size":   {opt: BuildOptions{ShardPassages: 31}},
		"no list":        {opt: BuildOptions{ShardPassages: 30}, harm: func(dir string) { os.Remove(filepath.Join(dir, unfinishedName)) }},
		"a broken list":  {opt: BuildOptions{ShardPassages: 30}, harm: func(dir string) { put(t, dir, unfinishedName, []byte(`{"format": 2`)) }},
		"damaged shards": {opt: BuildOptions{ShardPassages: 30}, harm: func(dir string) {
			paths, _ := filepath.Glob(filepath.Join(dir, shardsName, "*", passagesCol))
			for _, p := range paths {
				damage(t, p, func(b []byte) { b[len(b)-1] ^= 1 })
			}
		}},
	} {
		dir := t.TempDir()
		items := world(92, 60)
		ctx, cancel := context.WithCancel(t.Context())
		src := newResuming(items)
		_, err := Build(ctx, dir, src.seq(), BuildOptions{ShardPassages: 30, Resume: src.resume(t),
			Progress: func(n int) {
				if n > 100 {
					cancel()
				}
			}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if c.harm != nil {
			c.harm(dir)
		}
		src = newResuming(items)
		c.opt.Resume = src.resume(t)
		got, err := Build(t.Context(), dir, src.seq(), c.opt)
		if err != nil || got.Passages != passagesOf(items) || (src.read < len(items)) != c.want {
			t.Errorf("%s: %d of %d documents read anew; %+v, %v", name, src.read, len(items), got, err)
		}
		if errs := Verify(t.Context(), dir); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

func TestKeptMustBeFinished(t *testing.T) {
	t.Parallel()
	items := world(93, 5)
	items[2].Kept = true
	_, err := Build(t.Context(), t.TempDir(), each(items), BuildOptions{})
	if corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("got %v, want an Invalid error", err)
	}
}
