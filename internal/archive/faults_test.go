package archive

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/disk/disktest"
)

// session is a life of an archive: made, opened, filled in several ways, closed and opened
// again. It goes on after an error, as a careless caller would, and returns what was
// acknowledged.
func session(dir string) (created bool, ids []corpus.SnapshotID) {
	if err := Create(dir); err != nil {
		return false, nil
	}
	for part := range 2 {
		s, err := Open(dir, Options{MaxSegment: 1500})
		if err != nil {
			continue
		}
		for i := range 3 {
			var rs []Record
			for k := range i + 1 {
				n := part*100 + i*10 + k
				r := page(fmt.Sprintf("https://wire.example/%d", n), fmt.Sprint("text ", n/2), n)
				r.Request = fmt.Appendf(nil, "GET /%d HTTP/1.1\r\n\r\n", n)
				rs = append(rs, r)
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

// newDisk is a disk in memory with the folder of a corpus.
func newDisk(t testing.TB) (m *disktest.Memory, dir string) {
	m = disktest.New(t)
	if err := disk.MkdirAll(m.Path("corpus")); err != nil {
		t.Fatal(err)
	}
	m.Fail(0, false)
	return m, m.Path("corpus")
}

// TestEveryOperationMayFail has each operation of a session fail in turn: once alone, and
// once with all after it, as when the power goes. Then the archive is opened as the next
// process would find it, on the disk as it is and in several states after a crash.
func TestEveryOperationMayFail(t *testing.T) {
	t.Parallel()
	m, dir := newDisk(t)
	if _, ids := session(dir); len(ids) != 12 {
		t.Fatalf("without a fault %d captures are acknowledged, want 12", len(ids))
	}
	operations := m.Operations()
	checkAfter(t, "no fault", m.Kill(t), true, nil)
	rng := rand.New(rand.NewPCG(17, 4))
	count := 0
	for i, name := range operations {
		for _, dead := range []bool{false, true} {
			m, dir := newDisk(t)
			m.Fail(i+1, dead)
			created, ids := session(dir)
			m.Fail(0, false)
			for _, o := range disktest.Outcomes(rng, soak(1, 60)) {
				count++
				label := fmt.Sprintf("operation %d of %d, %s, dead %t, after a crash, on disk: %s",
					i+1, len(operations), name, dead, o.Name)
				checkAfter(t, label, breakAgain(t, m.Crash(t, o), rng), created, ids)
			}
			if !dead {
				checkAfter(t, fmt.Sprintf("operation %d, %s, failed", i+1, name), m.Kill(t), created, ids)
			}
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("figure: each of %d operations failed, %d states after a crash, nothing acknowledged lost",
		len(operations), count)
}

// breakAgain lets the recovery fail at a random operation, in every second state.
func breakAgain(t *testing.T, m *disktest.Memory, rng *rand.Rand) *disktest.Memory {
	if rng.IntN(2) == 0 {
		return m
	}
	m.Fail(1+rng.IntN(8), true)
	if s, err := Open(m.Path("corpus"), Options{}); err == nil {
		s.Close()
	}
	outcomes := disktest.Outcomes(rng, 3)
	return m.Crash(t, outcomes[rng.IntN(len(outcomes))])
}

// checkAfter opens an archive as the next process would, and demands what was acknowledged.
func checkAfter(t *testing.T, label string, m *disktest.Memory, created bool, ids []corpus.SnapshotID) {
	t.Helper()
	s, err := Open(m.Path("corpus"), Options{})
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
	r, err := Verify(t.Context(), m.Path("corpus"), nil)
	if err != nil || len(r.Findings) > 0 {
		t.Errorf("%s: not sound: %v, %v", label, r.Findings, err)
	}
}
