package archive

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/corpus"
)

// filled makes a closed archive of five segments with pages, files and revisits.
func filled(t testing.TB) (dir string, bodies map[corpus.SnapshotID]string) {
	t.Helper()
	s, dir := newStore(t, Options{MaxSegment: 3000})
	bodies = map[corpus.SnapshotID]string{}
	for i := range 18 {
		text := fmt.Sprintf("Page %d. %s", i/2, noise(strings.Repeat("x", 500+i/2)))
		c, _ := put(t, s, page(fmt.Sprintf("https://wire.example/%02d", i), text, i))
		bodies[c.Snapshot] = text
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, bodies
}

// contents reads all files of an archive, the lock left out.
func contents(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	names, _ := filepath.Glob(filepath.Join(dir, "archive", "*"))
	for _, name := range names {
		if filepath.Base(name) == lockName {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = b
	}
	return files
}

// soak picks a count: the small one in tests, the full one with IBID_SOAK=1.
func soak(small, full int) int {
	if os.Getenv("IBID_SOAK") == "1" {
		return full
	}
	return small
}

// TestEveryDamageIsReported changes random bytes of random files. Verify must say so, and no
// reader may get other bytes than were put.
func TestEveryDamageIsReported(t *testing.T) {
	t.Parallel()
	dir, bodies := filled(t)
	whole := contents(t, dir)
	rng := rand.New(rand.NewPCG(3, 5))
	rounds := soak(50, 2500)
	for round := range rounds {
		for _, name := range []string{"000001.warc.gz", "000005.warc.gz", journalName, indexName} {
			bad, how := damage(rng, whole[name])
			path := filepath.Join(dir, "archive", name)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			label := fmt.Sprintf("round %d, %s: %s", round, name, how)
			checkReported(t, dir, label)
			checkBodies(t, dir, label, bodies)
			if err := os.WriteFile(path, whole[name], 0o600); err != nil {
				t.Fatal(err)
			}
			if t.Failed() {
				return
			}
		}
	}
	sound(t, dir)
	t.Logf("figure: %d of %d damages reported, no wrong body", 4*rounds, 4*rounds)
}

// damage flips a bit, zeroes, overwrites, cuts out, puts in or cuts off, and says what.
func damage(rng *rand.Rand, b []byte) ([]byte, string) {
	bad := bytes.Clone(b)
	lo := rng.IntN(len(b))
	hi := min(lo+1+rng.IntN(300), len(b))
	kind := rng.IntN(6)
	switch kind {
	case 0:
		bad[lo] ^= 1 << rng.IntN(8)
	case 1:
		clear(bad[lo:hi])
		bad[lo] = b[lo] ^ 0x55
	case 2:
		bad = bad[:lo]
	case 3:
		bad = append(bad[:lo], bad[hi:]...)
	case 4:
		bad = append(bad[:lo:lo], append([]byte{'x'}, b[lo:]...)...)
	case 5:
		bad = append(bad, b[lo:hi]...)
	}
	names := [...]string{"flip", "zero", "truncate", "cut out", "insert", "append"}
	return bad, fmt.Sprintf("%s %d to %d of %d", names[kind], lo, hi, len(b))
}

func checkReported(t *testing.T, dir, label string) {
	t.Helper()
	r, err := Verify(t.Context(), dir, nil)
	if err != nil {
		t.Errorf("%s: %v", label, err)
	}
	if len(r.Findings) == 0 {
		t.Errorf("%s: not reported", label)
	}
	for _, f := range r.Findings {
		if f.File == "" || f.Reason == "" || f.Remedy == "" {
			t.Errorf("%s: a finding without file, reason or remedy: %+v", label, f)
		}
	}
}

func checkBodies(t *testing.T, dir, label string, bodies map[corpus.SnapshotID]string) {
	t.Helper()
	s, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		if corpus.KindOf(err) != corpus.Corrupt {
			t.Errorf("%s: open: %v", label, err)
		}
		return
	}
	defer s.Close()
	for id, want := range bodies {
		b, err := s.Body(id)
		var known *corpus.Error
		if err == nil && string(b) != want {
			t.Errorf("%s: body %s is wrong", label, id)
		} else if err != nil && !errors.As(err, &known) {
			t.Errorf("%s: body %s: %v is no error of a kind", label, id, err)
		}
	}
}

// TestTornTailIsSettled appends what an interrupted write may leave, in segment and journal.
func TestTornTailIsSettled(t *testing.T) {
	t.Parallel()
	dir, bodies := filled(t)
	whole := contents(t, dir)
	s, extra := newStore(t, Options{})
	put(t, s, page("https://wire.example/new", "new text", 50))
	s.Close()
	segment, lines := contents(t, extra)["000001.warc.gz"], contents(t, extra)[journalName]
	record := segment[bytes.LastIndex(segment, []byte("\x1f\x8b\x08")):]
	line := lines[bytes.LastIndexByte(lines[:len(lines)-1], '\n')+1:]
	last := "000005.warc.gz"
	for name, c := range map[string]struct {
		segment, journal []byte
		captures         int
	}{
		"nothing":              {nil, nil, 18},
		"a whole record":       {record, nil, 19},
		"part of a record":     {record[:len(record)-1], nil, 18},
		"two bytes":            {record[:2], nil, 18},
		"a record and a piece": {append(bytes.Clone(record), record[:40]...), nil, 19},
		"zeros":                {make([]byte, 100), nil, 18},
		"part of a line":       {record, line[:len(line)/2], 19},
		"a line of zeros":      {record, make([]byte, 50), 19},
	} {
		write(t, dir, last, append(bytes.Clone(whole[last]), c.segment...))
		write(t, dir, journalName, append(bytes.Clone(whole[journalName]), c.journal...))
		r, err := Verify(t.Context(), dir, nil)
		if err != nil || !r.Sound() || (len(r.Findings) > 0) != (name != "nothing") {
			t.Errorf("%s: before: %+v, %v", name, r.Findings, err)
		}
		s := reopen(t, dir, Options{})
		if n := len(all(t, s)); n != c.captures || (len(s.Recovered()) > 0) != (name != "nothing") {
			t.Errorf("%s: %d captures, want %d; recovered %v", name, n, c.captures, s.Recovered())
		}
		if _, isNew := put(t, s, saved("after "+name, "after "+name, 60)); !isNew {
			t.Errorf("%s: nothing can be added", name)
		}
		s.Close()
		checkBodies(t, dir, name, bodies)
		sound(t, dir)
		write(t, dir, last, whole[last])
		write(t, dir, journalName, whole[journalName])
		write(t, dir, indexName, whole[indexName])
	}
	if torn, _ := filepath.Glob(filepath.Join(dir, "archive", tornName, "*")); len(torn) < 6 {
		t.Errorf("pieces moved aside: %v", torn)
	}
}

func write(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "archive", name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestAJournalThatIsCutOffIsMadeGood takes lines off the journal: the records are whole, so
// a writer takes them in again.
func TestAJournalThatIsCutOffIsMadeGood(t *testing.T) {
	t.Parallel()
	dir, bodies := filled(t)
	whole := contents(t, dir)
	lines := bytes.SplitAfter(whole[journalName], []byte{'\n'})
	write(t, dir, journalName, bytes.Join(lines[:4], nil))
	if r, err := Verify(t.Context(), dir, nil); err != nil || r.Sound() {
		t.Errorf("an index that knows more than the journal is no torn write: %+v, %v", r, err)
	}
	s := reopen(t, dir, Options{})
	s.Close()
	checkBodies(t, dir, "cut off", bodies)
	sound(t, dir)
	if got := contents(t, dir); !bytes.Equal(got[journalName], whole[journalName]) || !bytes.Equal(got[indexName], whole[indexName]) {
		t.Error("the journal made again is another one")
	}
}

func FuzzJournal(f *testing.F) {
	dir, _ := filled(f)
	b := contents(f, dir)[journalName]
	f.Add(b)
	f.Add(b[:len(b)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		j := parseJournal(b)
		if j.good > int64(len(b)) || (len(j.faults) == 0) != (j.good == int64(len(b))) {
			t.Fatalf("%d bytes of %d are sound, with %d faults", j.good, len(b), len(j.faults))
		}
		renderIndex(j)
	})
}
