package archive

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/disk/disktest"
	"ibid/internal/warc"
)

// secret stands in bodies of the source that is purged and nowhere else; agency is what both
// sources say.
const (
	secret = "The zyxwvut clause was never meant to be read."
	agency = "An agency report that three papers printed word for word."
)

// fillWorld adds pages of two sources over several segments. What "gone" says first, others repeat.
func fillWorld(s *Store) error {
	of := func(source string, r Record) Record {
		r.Source = source
		r.Request = []byte("GET / HTTP/1.1\r\nX-For: " + source + " " + r.URL + "\r\n\r\n")
		return r
	}
	_, err := s.PutAll(context.Background(), []Record{
		of("gone", page("https://gone.example/1", "<p>"+secret+"</p>", 1)),
		of("gone", page("https://gone.example/2", agency, 2)),
		of("stay", page("https://stay.example/1", agency, 3)),
		of("stay", page("https://stay.example/2", "A page of its own.", 4)),
		of("stay", page("https://stay.example/3", agency, 5)),
		of("gone", page("https://gone.example/1", "<p>"+secret+" And more.</p>", 6)),
		of("gone", saved("notes.txt", "A file. "+secret, 7)),
		of("stay", saved("copy.txt", "A file. "+secret+" Not the same.", 8)),
		of("gone", page("https://stay.example/2", "Another paper at the same address. "+secret+"</p>", 9)),
	})
	return err
}

func fromGone(c corpus.Capture) bool { return c.Source == "gone" }

// why is the withdrawal of the tests.
func why(n int) Withdrawal { return Withdrawal{What: "gone", Reason: "asked for", At: at(n)} }

// speaks lists the files below a folder that hold a text, as they are or unpacked.
func speaks(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	names, err := disk.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		path := filepath.Join(dir, name)
		st, err := disk.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if st.IsDir() {
			files = append(files, speaks(t, path, text)...)
			continue
		}
		b, err := disk.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) || bytes.Contains(unpacked(b), []byte(text)) {
			files = append(files, name)
		}
	}
	return files
}

func TestWithdraw(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{MaxSegment: 900})
	if err := fillWorld(s); err != nil {
		t.Fatal(err)
	}
	before := all(t, s)
	w, err := s.Withdraw(why(20), fromGone)
	if err != nil || len(w.Captures) != 5 {
		t.Fatalf("Withdraw: %v, %v", w.Captures, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Store{s, reopen(t, dir, Options{ReadOnly: true})} {
		if got := all(t, s); len(got) != len(before)-5 || strings.Contains(got[0].URL, "gone") {
			t.Errorf("after the withdrawal: %v", got)
		}
		if h := s.History("https://gone.example/1"); len(h) != 0 {
			t.Errorf("a withdrawn page has the history %v", h)
		}
		if got := s.Withdrawals(); len(got) != 1 || got[0].Reason != "asked for" {
			t.Errorf("the archive says of it: %v", got)
		}
	}
	s = reopen(t, dir, Options{})
	if _, err := s.Body(corpus.SnapshotIDOf([]byte(agency))); err != nil {
		t.Errorf("bytes that another page needs: %v", err)
	}
	if _, err := s.Body(corpus.SnapshotIDOf([]byte("<p>" + secret + "</p>"))); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("the body of a withdrawn page: %v", err)
	}
	for _, c := range s.History("https://stay.example/1") {
		if m, err := s.Members(c); err != nil || len(m) != 4 {
			t.Errorf("the records of a page whose original is withdrawn: %d, %v", len(m), err)
		}
	}
	if _, err := s.Withdraw(why(21), fromGone); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("what is withdrawn is withdrawn again: %v", err)
	}
	if _, isNew := put(t, s, page("https://gone.example/1", "<p>"+secret+"</p>", 30)); !isNew {
		t.Error("a page cannot be captured again after its withdrawal")
	}
	if len(s.History("https://gone.example/1")) != 1 {
		t.Error("a capture after the withdrawal does not count")
	}
	if r, err := s.Verify(t.Context(), nil); err != nil || len(r.Findings) > 0 {
		t.Errorf("Verify: %v, %v", r.Findings, err)
	}
}

func TestPurge(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{MaxSegment: 900})
	if err := fillWorld(s); err != nil {
		t.Fatal(err)
	}
	tear(t, dir)
	stays := map[string][]corpus.Capture{}
	for _, c := range all(t, s) {
		if !fromGone(c) {
			stays[c.URL] = s.History(c.URL)
		}
	}
	if _, err := s.Purge(t.Context(), why(20), fromGone); corpus.KindOf(err) != corpus.NotFound {
		t.Fatalf("what is not withdrawn is purged: %v", err)
	}
	if _, err := s.Withdraw(why(20), fromGone); err != nil {
		t.Fatal(err)
	}
	if got := speaks(t, dir, "zyxwvut clause was never meant to be read.</p>"); len(got) == 0 {
		t.Fatal("a withdrawal alone takes bytes away")
	}
	w, err := s.Purge(t.Context(), why(21), fromGone)
	if err != nil || len(w.Captures) != 5 {
		t.Fatalf("Purge: %v, %v", w.Captures, err)
	}
	checkPurged(t, s, dir)
	if names := speaks(t, dir, "https://other.example/torn"); len(names) == 0 {
		t.Error("what is torn of another page is gone too")
	}
	for url, want := range stays {
		for i, c := range s.History(url) {
			body, err := s.Body(c.Snapshot)
			if err != nil || corpus.SnapshotIDOf(body) != want[i].Snapshot || !c.At.Equal(want[i].At) {
				t.Errorf("%s: %v, %v", url, c, err)
			}
		}
	}
	if got := s.Withdrawals(); len(got) != 2 || got[0].Purged || !got[1].Purged || len(got[1].Captures) != 5 {
		t.Errorf("the archive says of it: %+v", got)
	}
	if _, isNew := put(t, s, page("https://stay.example/9", agency, 40)); !isNew {
		t.Error("nothing can be added behind a purge")
	}
}

// tear leaves a piece of a record of each source in torn/, and one that says nothing.
func tear(t *testing.T, dir string) {
	t.Helper()
	other, otherDir := newStore(t, Options{})
	put(t, other, page("https://gone.example/1", "<p>"+secret+"</p>", 1))
	put(t, other, page("https://other.example/torn", strings.Repeat("other ", 90), 2))
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := disk.ReadFile(filepath.Join(otherDir, folderName, segmentName(1)))
	if err != nil {
		t.Fatal(err)
	}
	j, _, err := readJournal(filepath.Join(otherDir, folderName, journalName))
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(dir, folderName, tornName)
	if err := disk.MkdirAll(torn); err != nil {
		t.Fatal(err)
	}
	gone, kept := j.entries[1], j.entries[2]
	for name, piece := range map[string][]byte{"a.1": b[gone.Offset : gone.end()-9], "b.2": b[kept.Offset : kept.end()-9],
		"c.3": b[gone.Offset+30 : gone.end()]} {
		if err := disk.Replace(filepath.Join(torn, name), piece); err != nil {
			t.Fatal(err)
		}
	}
}

// checkPurged demands that the archive is sound and that no file holds what was purged.
func checkPurged(t *testing.T, s *Store, dir string) {
	t.Helper()
	for _, text := range []string{"X-For: gone", secret + "</p>", secret + " And more", "A file. " + secret + "\r\n"} {
		if got := speaks(t, dir, text); len(got) > 0 {
			t.Errorf("%v hold %q after the purge", got, text)
		}
	}
	r, err := s.Verify(t.Context(), nil)
	if err != nil || len(r.Findings) > 0 || r.Captures != 4 {
		t.Errorf("Verify: %d captures, %v, %v", r.Captures, r.Findings, err)
	}
	if got := all(t, s); len(got) != 4 {
		t.Errorf("%d captures are left, want 4", len(got))
	}
	if body, err := s.Body(corpus.SnapshotIDOf([]byte(agency))); err != nil || string(body) != agency {
		t.Errorf("bytes that stay: %q, %v", body, err)
	}
	checkReferences(t, s)
}

// checkReferences demands that each revisit refers to a record before it that holds its payload.
func checkReferences(t *testing.T, s *Store) {
	t.Helper()
	whole, at := map[string]string{}, map[string]string{}
	for _, e := range s.entries {
		m, err := s.Members(*e.Capture)
		if err != nil {
			t.Fatal(err)
		}
		last, err := warc.ReadAt(bytes.NewReader(m[len(m)-1]), int64(len(m[len(m)-1])), 0, warc.ReadOptions{})
		if ref := "<" + e.ID + ">"; err != nil || last.Type != warc.Request || last.Field("WARC-Concurrent-To") != ref ||
			!bytes.Contains(last.Block, []byte("X-For: stay "+e.Capture.URL)) {
			t.Errorf("%s has the request %+v, %v", e.Capture.URL, last, err)
		}
		rec, err := s.recordOf(e)
		if err != nil {
			t.Fatal(err)
		}
		if e.Type != "revisit" {
			whole["<"+e.ID+">"], at["<"+e.ID+">"] = e.Payload, rec.TargetURI
		} else if ref := rec.Field("WARC-Refers-To"); whole[ref] != e.Payload ||
			rec.Field("WARC-Refers-To-Target-URI") != at[ref] {
			t.Errorf("%s refers to %s, which is no record before it with its payload", e.Capture.URL, ref)
		}
	}
}

// TestPurgeMayFailAnywhere has each operation of a purge fail, alone and with all after it. The
// archive opens, and holds either all that there was or nothing of what was purged; what stays is
// there in any case, and the purge can be asked for again.
func TestPurgeMayFailAnywhere(t *testing.T) {
	t.Parallel()
	start := func() (*disktest.Memory, string, *Store) {
		m, dir := newDisk(t)
		err := Create(dir)
		s, err2 := Open(dir, Options{MaxSegment: 900})
		if err := errors.Join(err, err2, fillWorld(s)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Withdraw(why(20), fromGone); err != nil {
			t.Fatal(err)
		}
		m.Fail(0, false)
		return m, dir, s
	}
	m, _, s := start()
	if _, err := s.Purge(t.Context(), why(21), fromGone); err != nil {
		t.Fatal(err)
	}
	operations := m.Operations()
	rng := rand.New(rand.NewPCG(5, 6))
	states := 0
	step := soak(4, 1) // each fourth operation, or all
	for i := 0; i < len(operations); i += step {
		for _, dead := range []bool{false, true} {
			m, dir, s := start()
			m.Fail(i+1, dead)
			_, purgeErr := s.Purge(t.Context(), why(21), fromGone)
			s.Close()
			m.Fail(0, false)
			for _, o := range disktest.Outcomes(rng, soak(2, 8)) {
				states++
				after := m.Crash(t, o)
				if purgeErr != nil {
					after = breakAgain(t, after, rng)
				}
				dir := filepath.Join(after.Path(""), filepath.Base(dir))
				s, err := Open(dir, Options{MaxSegment: 900})
				if err != nil {
					t.Fatalf("%s, dead %t, %s: %v", operations[i], dead, o.Name, err)
				}
				if _, err := s.Purge(t.Context(), why(22), fromGone); corpus.KindOf(err) == corpus.NotFound && err != nil {
					err = nil // it is done
				} else if purgeErr == nil {
					t.Errorf("%s, %s: a purge that was reported as done is not: %v", operations[i], o.Name, err)
				}
				checkPurged(t, s, dir)
				if err := s.Close(); err != nil || t.Failed() {
					t.Fatalf("%s, dead %t, %s: %v", operations[i], dead, o.Name, err)
				}
			}
		}
	}
	t.Logf("figure: each %d. of %d operations of a purge failed, %d states after a crash", step, len(operations), states)
}

// A reader that is open while a purge goes on reads what it has named, and one that opens finds
// all of it or nothing.
func TestReadersBesideAPurge(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t, Options{MaxSegment: 900})
	if err := fillWorld(s); err != nil {
		t.Fatal(err)
	}
	old := reopen(t, dir, Options{ReadOnly: true})
	if _, err := s.Withdraw(why(20), fromGone); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := s.Purge(context.Background(), why(21), fromGone)
		done <- err
	}()
	deadline := time.After(10 * time.Second)
	for busy := true; busy; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			busy = false
		case <-deadline:
			t.Fatal("the purge has no end")
		default:
		}
		r, err := Open(dir, Options{ReadOnly: true})
		if corpus.KindOf(err) == corpus.Locked && err != nil {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range append(all(t, r), all(t, old)...) {
			from := r
			if fromGone(c) {
				from = old
			}
			if _, err := from.Body(c.Snapshot); err != nil {
				t.Errorf("%s: %v", c.URL, err)
			}
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A plan names files of the archive alone, whatever it says.
func FuzzPlan(f *testing.F) {
	f.Add([]byte(`{"files":["000001.warc.gz","journal"],"torn":["a.1"]}`))
	f.Add([]byte(`{"files":["../x"],"torn":["/y"]}`))
	f.Add([]byte(`{"torn":["/"]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		plan, err := parsePlan(b)
		if err != nil {
			return
		}
		for _, name := range append(plan.Files, plan.Torn...) {
			if strings.ContainsAny(name, "/") || name == ".." {
				t.Errorf("%q leads out of the folder", name)
			}
		}
	})
}

// A record of a withdrawal is read back as it was, or refused.
func FuzzWithdrawal(f *testing.F) {
	w := why(3)
	w.Captures = []Withdrawn{{URL: "file:a", At: at(1), Snapshot: corpus.SnapshotIDOf(nil)}}
	rec, err := w.record()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rec.Block, opWithdraw)
	f.Add([]byte(`{"captures":null}`), opPurge)
	f.Fuzz(func(t *testing.T, block []byte, op string) {
		e, err := withdrawalOf(entry{Segment: 1, Length: 1, Raw: "x"}, &warc.Record{Block: block,
			Fields: []warc.Field{{Name: withdrawalField, Value: op}}})
		if err == nil && (e.Withdrawal == nil || len(e.Withdrawal.Captures) == 0) && (op == opWithdraw || op == opPurge) {
			t.Errorf("%q is a withdrawal of nothing", block)
		}
	})
}
