package archive

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// The child of the kill test adds pages to the archive named by this variable until it is
// killed, and prints each snapshot once Put has returned.
const childVariable = "IBID_ARCHIVE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childVariable); dir != "" {
		if err := fill(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// fill adds pages in batches of random size.
func fill(dir string) error {
	s, err := Open(dir, Options{MaxSegment: 20_000})
	if err != nil {
		return err
	}
	n := len(s.Latest())
	rng := rand.New(rand.NewPCG(uint64(n), 9))
	for {
		var rs []Record
		for range 1 + rng.IntN(4) {
			n++
			text := fmt.Sprintf("Page %d %s", n, noise(strings.Repeat("x", rng.IntN(2000))))
			rs = append(rs, page(fmt.Sprintf("https://wire.example/%d", n), text, n))
		}
		results, err := s.PutAll(context.Background(), rs)
		if err != nil {
			return err
		}
		for _, r := range results {
			fmt.Println(r.Capture.Snapshot)
		}
	}
}

// TestKill kills a writer at random moments. What it acknowledged must be there, the archive
// must open and be sound after the next writer has opened it.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Create(dir); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[corpus.SnapshotID]bool{}
	recovered, rounds := 0, soak(10, 60)
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	for round := range rounds {
		for _, id := range killed(t, dir, time.Duration(20+rng.IntN(150))*time.Millisecond) {
			acknowledged[id] = true
		}
		if r, err := Verify(t.Context(), dir, nil); err != nil || !r.Sound() {
			t.Fatalf("round %d: after the kill: %+v, %v", round, r.Findings, err)
		}
		s := reopen(t, dir, Options{})
		recovered += len(s.Recovered())
		for id := range acknowledged {
			if _, err := s.Body(id); err != nil {
				t.Fatalf("round %d: acknowledged and gone: %v", round, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		sound(t, dir)
	}
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged in any round: the test tests nothing")
	}
	t.Logf("figure: %d kills, %d captures acknowledged, %d interrupted writes settled, none lost",
		rounds, len(acknowledged), recovered)
}

// killed runs the child for a while and returns what it acknowledged.
func killed(t *testing.T, dir string, after time.Duration) (ids []corpus.SnapshotID) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil && stderr.Len() > 0 {
		t.Fatalf("the child: %v: %s", err, stderr.String())
	}
	in := bufio.NewScanner(&stdout)
	for in.Scan() {
		if id := corpus.SnapshotID(in.Text()); id.Validate() == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
