package indexer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"ibid/corpus"
	"ibid/internal/disk/disktest"
)

// life is what is done to an index in the fault tests, step by step: a build of two shards, an
// update that adds, replaces and withdraws, and a compaction of all into one.
func life() []func(dir string) (Info, error) {
	items := byURL(world(51, 8))
	r := rand.New(rand.NewPCG(5, 6))
	changed := byURL(append(world(52, 2), revised(r, items[1])))
	ctx := context.Background()
	opt := BuildOptions{ShardPassages: passagesOf(items)/2 + 1, Resume: func(*Index) {}}
	return []func(dir string) (Info, error){
		func(dir string) (Info, error) { return Build(ctx, dir, each(items), opt) },
		func(dir string) (Info, error) {
			return Update(ctx, dir, each(changed), []corpus.DocumentID{items[3].Document.ID}, opt)
		},
		func(dir string) (Info, error) { return Compact(ctx, dir, BuildOptions{Whole: true}) },
	}
}

// TestEveryOperationMayFail has each operation on the disk in the life of an index fail in
// turn: once alone, and once with all after it, as when the power goes. Then the index is opened
// as the next process would find it, in several states of a disk: it must be sound to the byte
// and be the generation that was acknowledged last, or the one whose making was interrupted.
// The next process goes on from there and gets where it would have got without the fault.
func TestEveryOperationMayFail(t *testing.T) {
	t.Parallel()
	m := disktest.New(t)
	m.Fail(0, false)
	f := &faults{steps: life(), rng: rand.New(rand.NewPCG(41, 4))}
	for i, step := range f.steps {
		info, err := step(m.Path("index"))
		if err != nil {
			t.Fatalf("step %d without a fault: %v", i, err)
		}
		f.want = append(f.want, info)
	}
	operations := m.Operations()
	stride, random := 31, 0
	if soak() {
		stride, random = 1, 1
	}
	for at := f.rng.IntN(stride); at < len(operations); at += stride {
		for _, dead := range []bool{false, true} {
			label := fmt.Sprintf("operation %d of %d, %s, dead %t", at+1, len(operations), operations[at], dead)
			f.sweep(t, label, at+1, dead, random)
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("figure: %d of %d operations failed, %d states of a disk opened, nothing acknowledged lost",
		(len(operations)+stride-1)/stride, len(operations), f.states)
}

// faults is one run of TestEveryOperationMayFail.
type faults struct {
	steps  []func(dir string) (Info, error)
	want   []Info // after each step
	rng    *rand.Rand
	states int
}

// sweep lets one operation fail and opens what is left of the index.
func (f *faults) sweep(t *testing.T, label string, operation int, dead bool, random int) {
	t.Helper()
	m := disktest.New(t)
	m.Fail(operation, dead)
	done := 0
	for _, step := range f.steps {
		if _, err := step(m.Path("index")); err != nil {
			break
		}
		done++
	}
	m.Fail(0, false)
	outcomes := disktest.Outcomes(f.rng, random)
	if !soak() { // one of them, in turn
		i := f.rng.IntN(len(outcomes))
		outcomes = outcomes[i : i+1]
	}
	for _, o := range outcomes {
		f.check(t, label+", on disk: "+o.Name, m.Crash(t, o), done)
	}
	if !dead {
		f.check(t, label+", gone on", m.Kill(t), done)
	}
}

// check opens the index on a disk on which so many steps were acknowledged, and goes on.
func (f *faults) check(t *testing.T, label string, m *disktest.Memory, done int) {
	t.Helper()
	f.states++
	dir := m.Path("index")
	x, err := Open(dir, OpenOptions{Verify: VerifyFull})
	switch {
	case err == nil:
		got := x.Info()
		x.Close()
		i := slices.IndexFunc(f.want, func(w Info) bool {
			return w.Content == got.Content && w.Corpus == got.Corpus && w.Documents == got.Documents
		})
		if i+1 < done || i+1 > done+1 {
			t.Errorf("%s: %d steps were acknowledged and the index is that of step %d", label, done, i+1)
			return
		}
		done = i + 1
	case done > 0 || corpus.KindOf(err) != corpus.NotFound && corpus.KindOf(err) != corpus.Corrupt:
		t.Errorf("%s: %d steps were acknowledged, and: %v", label, done, err)
		return
	}
	for i := done; i < len(f.steps); i++ {
		info, err := f.steps[i](dir)
		if err != nil || info.Corpus != f.want[i].Corpus || info.Content != f.want[i].Content {
			t.Errorf("%s: going on, step %d: %+v, %v; want %+v", label, i+1, info, err, f.want[i])
			return
		}
	}
	if errs := Verify(t.Context(), dir); len(errs) > 0 {
		t.Errorf("%s: not sound in the end: %v", label, errs)
	}
}
