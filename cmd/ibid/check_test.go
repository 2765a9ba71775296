package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/internal/archive"
)

// filesOf lists the files of archive and index that are not empty.
func filesOf(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, folder := range []string{"archive", "index"} {
		err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if st, err := d.Info(); err != nil || st.Size() == 0 {
				return err
			}
			names = append(names, path)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// replaced puts bytes into a file and gives the way back.
func replaced(t *testing.T, path string, change func([]byte) []byte) (restore func()) {
	t.Helper()
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(b []byte) {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(change(bytes.Clone(sound)))
	return func() { write(sound) }
}

// One byte changed anywhere is damage, and one of the parts of the data finds it.
func TestPartsFindWhatTheWholeFinds(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	r := rand.New(rand.NewPCG(8, 8))
	files := filesOf(t, dir)
	const parts = 3
	for n := range parts {
		must(t, "check", "--corpus", dir, "--read-data-subset", fmt.Sprintf("%d/%d", n+1, parts))
	}
	for i := range rounds(2*len(files), 40*len(files)) {
		path := files[i%len(files)]
		where := 0
		restore := replaced(t, path, func(b []byte) []byte {
			where = r.IntN(len(b))
			b[where] ^= byte(1 + r.IntN(255))
			return b
		})
		_, log, code := ibid(t, "check", "--corpus", dir)
		found := 0
		for n := range parts {
			if _, _, code := ibid(t, "check", "--corpus", dir, "--read-data-subset", fmt.Sprintf("%d/%d", n+1, parts)); code == exitNothing {
				found++
			}
		}
		if code != exitNothing || found == 0 {
			t.Errorf("byte %d of %s: check ends with %d, %d parts of %d find it\n%s", where, path, code, found, parts, log)
		}
		restore()
	}
	must(t, "check", "--corpus", dir)
}

// What a repair says it would do is what it does, and it deletes nothing of the archive.
func TestRepair(t *testing.T) {
	t.Parallel()
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	for _, tt := range []struct {
		name   string
		file   string
		change func([]byte) []byte
		would  string
		after  int // exit code of the repair
	}{
		{"a line of the journal", "archive/journal", flip(700), "make archive/journal anew", exitFound},
		{"the first line of the journal", "archive/journal", flip(12), "make archive/journal anew", exitFound},
		{"an empty journal", "archive/journal", func([]byte) []byte { return nil }, "make archive/journal anew", exitFound},
		{"half a line", "archive/journal", func(b []byte) []byte { return append(b, "0badc0de {"...) }, "settle what", exitFound},
		{"half a record", "archive/000001.warc.gz", func(b []byte) []byte { return append(b, b[:99]...) }, "settle what", exitFound},
		{"a whole record more", "archive/journal", func(b []byte) []byte {
			return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1]
		}, "settle what", exitFound},
		{"the capture index", "archive/index.cdxj", flip(200), "make archive/index.cdxj anew", exitFound},
		{"the index", "index/CURRENT", flip(3), "make the index anew", exitFound},
		{"a record", "archive/000001.warc.gz", flip(900), "restore archive/000001.warc.gz", exitNothing},
		{"a file cut off", "archive/000001.warc.gz", func(b []byte) []byte { return b[:len(b)-50] },
			"restore archive/000001.warc.gz", exitNothing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := demoCorpus(t)
			answers := [][]string{{"Dagestan"}, {}, {"--year", "2018"}}
			before := answersOf(t, dir, answers)
			replaced(t, filepath.Join(dir, filepath.FromSlash(tt.file)), tt.change)
			damaged := contentsOf(t, dir)
			_, log, _ := ibid(t, "check", "--corpus", dir, "--repair")
			if !strings.Contains(log, tt.would) {
				t.Errorf("a repair would do other than %q:\n%s", tt.would, log)
			}
			if got := contentsOf(t, dir); got != damaged {
				t.Error("a repair that only tells changes files")
			}
			_, log, code := ibid(t, "check", "--corpus", dir, "--repair", "--act")
			if code != tt.after {
				t.Fatalf("the repair ends with %d, want %d:\n%s", code, tt.after, log)
			}
			if tt.after != exitFound {
				return
			}
			must(t, "check", "--corpus", dir)
			for i, got := range answersOf(t, dir, answers) {
				if got != before[i] {
					t.Errorf("%q answers %s, before %s", answers[i], got, before[i])
				}
			}
		})
	}
}

// contentsOf is every file of a corpus with its content.
func contentsOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	for _, path := range filesOf(t, dir) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) != "lock" {
			fmt.Fprintf(&b, "%s %x\n", path, data)
		}
	}
	return b.String()
}

// Whatever happens to the journal, what was withdrawn does not come back: the segments say it too.
func TestRepairKeepsWithdrawals(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	hits := allHits(t, dir)
	must(t, "remove", "--corpus", dir, string(hits[0].Source.Document), "--reason", "so")
	journal := filepath.Join(dir, "archive", "journal")
	for name, change := range map[string]func([]byte) []byte{
		"its line":        func(b []byte) []byte { b[len(b)-9] ^= 1; return b },
		"its line, lost":  func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-1], '\n')+1] },
		"the journal":     func([]byte) []byte { return nil },
		"a line before":   func(b []byte) []byte { b[700] ^= 1; return b },
		"the first line":  func(b []byte) []byte { b[12] ^= 1; return b },
		"nothing changed": func(b []byte) []byte { return b },
	} {
		replaced(t, journal, change)
		must(t, "check", "--corpus", dir, "--repair", "--act")
		store, err := archive.Open(dir, archive.Options{ReadOnly: true})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(store.History(hits[0].Source.URL)) != 0 || len(store.Withdrawals()) != 1 {
			t.Errorf("%s: a withdrawn page is back", name)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Passages whose snapshot has left the archive are damage, and an index made anew is without them.
func TestPassagesWithoutSnapshot(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	url := allHits(t, dir)[0].Source.URL
	store, err := archive.Open(dir, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Withdraw(archive.Withdrawal{What: url, Reason: "x", At: now()}, matching(url))
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	_, log, code := ibid(t, "check", "--corpus", dir, "--repair")
	if code != exitNothing || !strings.Contains(log, url+": ") || !strings.Contains(log, "would: make the index anew") {
		t.Errorf("%d: %s", code, log)
	}
	must(t, "check", "--corpus", dir, "--repair", "--act")
}

// Files that nothing speaks of are told and are no damage; what check cannot do has a code.
func TestCheckTellsOrphansAndCodes(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	for _, name := range []string{"archive/copy.bak", "index/notes.txt", "index/shards/old/words.col"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, log, code := ibid(t, "check", "--corpus", dir, "--json")
	var r checkReport
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitFound || !r.Sound || len(r.Findings) != 3 {
		t.Errorf("%d, %v, %+v\n%s", code, err, r, log)
	}
	if !strings.Contains(log, "index/shards/old: nothing speaks of this file") {
		t.Error(log)
	}
	held, err := archive.Open(dir, archive.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "archive", "index.cdxj"), 3); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		code int
		args []string
	}{
		{exitLocked, []string{"--corpus", dir, "--repair", "--act"}},
		{exitNothing, []string{"--corpus", dir}},
		{exitAbsent, []string{"--corpus", filepath.Join(dir, "nowhere")}},
		{exitAbsent, []string{filepath.Join(dir, "nowhere.wacz")}},
		{exitError, []string{"--corpus", dir, "--read-data-subset", "6/5"}},
		{exitError, []string{"--corpus", dir, "--read-data-subset", "x"}},
		{exitError, []string{"--corpus", dir, "--act"}},
		{exitError, []string{"a", "b"}},
	} {
		if _, log, code := ibid(t, append([]string{"check"}, tt.args...)...); code != tt.code {
			t.Errorf("check %q ends with %d, want %d: %s", tt.args, code, tt.code, log)
		}
	}
	if err := held.Close(); err != nil {
		t.Fatal(err)
	}
}
