package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"ibid/corpus"
)

// session is a life of an archive: made, opened, filled in several ways, closed and opened
// again. It goes on after an error, as a careless caller would, and returns what was
// acknowledged.
func session(m *memory) (created bool, ids []corpus.SnapshotID) {
	if err := m.mkdir("disk/corpus"); err != nil {
		return false, nil
	}
	if err := m.syncDir("disk"); err != nil {
		return false, nil
	}
	if err := create(m, "disk/corpus"); err != nil {
		return false, nil
	}
	for part := range 2 {
		s, err := open(m, "disk/corpus", Options{MaxSegment: 900})
		if err != nil {
			continue
		}
		for i := range 3 {
			var rs []Record
			for k := range i + 1 {
				n := part*100 + i*10 + k
				rs = append(rs, page(fmt.Sprintf("https://wire.example/%d", n), fmt.Sprint("text ", n/2), n))
			}
			results, _ := s.PutAll(context.Background(), rs)
			for _, r := range results {
				ids = append(ids, r.Capture.Snapshot)
			}
		}
		s.Close()
	}
	return true, ids
}

// TestEveryOperationMayFail has each operation of a session fail in turn: once alone, and
// once with all after it, as when the power goes. Then the archive is opened as the next
// process would find it, on the disk as it is and in several states after a crash.
func TestEveryOperationMayFail(t *testing.T) {
	t.Parallel()
	plain := newMemory()
	if _, ids := session(plain); len(ids) != 12 {
		t.Fatalf("without a fault %d captures are acknowledged, want 12", len(ids))
	}
	checkAfter(t, "no fault", plain, true, nil)
	states := soak(2, 60)
	rng := rand.New(rand.NewPCG(17, 4))
	count := 0
	for op := 1; op <= plain.ops; op++ {
		for _, dead := range []bool{false, true} {
			m := newMemory()
			m.failAt, m.dead = op, dead
			created, ids := session(m)
			m.failAt = 0
			for range states {
				count++
				label := fmt.Sprintf("operation %d of %d, dead %t, after a crash", op, plain.ops, dead)
				after := m.crashed(rng)
				breakAgain(after, rng)
				checkAfter(t, label, after, created, ids)
			}
			if !dead {
				checkAfter(t, fmt.Sprintf("operation %d of %d failed", op, plain.ops), m, created, ids)
			}
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("figure: each of %d operations failed, %d states after a crash, nothing acknowledged lost",
		plain.ops, count)
}

// breakAgain lets the recovery fail at a random operation, in every second state.
func breakAgain(m *memory, rng *rand.Rand) {
	if rng.IntN(2) == 0 {
		return
	}
	m.failAt, m.dead = 1+rng.IntN(8), true
	if s, err := open(m, "disk/corpus", Options{}); err == nil {
		s.Close()
	}
	crashed := m.crashed(rng)
	m.root, m.failAt, m.dead, m.ops = crashed.root, 0, false, 0
}

// checkAfter opens an archive as the next process would, and demands what was acknowledged.
func checkAfter(t *testing.T, label string, m *memory, created bool, ids []corpus.SnapshotID) {
	t.Helper()
	s, err := open(m, "disk/corpus", Options{})
	if err != nil {
		if created {
			t.Errorf("%s: does not open: %v", label, err)
		} else if k := corpus.KindOf(err); k != corpus.NotFound {
			t.Errorf("%s: never made, and: %v", label, err)
		}
		return
	}
	for _, id := range ids {
		if _, err := s.Body(id); err != nil {
			t.Errorf("%s: acknowledged and gone: %v", label, err)
		}
	}
	if _, isNew, err := s.Put(t.Context(), saved("after", "after", 9)); err != nil || !isNew {
		t.Errorf("%s: nothing can be added: %v", label, err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("%s: close: %v", label, err)
	}
	r, err := verify(t.Context(), m, "disk/corpus", nil)
	if err != nil || len(r.Findings) > 0 {
		t.Errorf("%s: not sound: %v, %v", label, r.Findings, err)
	}
}
