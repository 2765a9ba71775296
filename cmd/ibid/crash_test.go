package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ibid/internal/disk/disktest"
)

// life is a corpus from its making through two rounds of add and index.
func life(t *testing.T) (commands [][]string) {
	pages := t.TempDir()
	writePages(t, filepath.Join(pages, "a"), 3)
	writePages(t, filepath.Join(pages, "b"), 6)
	return [][]string{{"init"}, {"add", filepath.Join(pages, "a")}, {"index"}, {"add", filepath.Join(pages, "b")}, {"index"}}
}

// onDisk runs a command on the corpus of a disk in memory.
func onDisk(t *testing.T, m *disktest.Memory, args []string) (stdout, stderr string, code int) {
	t.Helper()
	if args[0] == "init" {
		return ibid(t, "init", m.Path("c"))
	}
	return ibid(t, append([]string{args[0], "--corpus", m.Path("c")}, args[1:]...)...)
}

// TestACorpusOutlastsACrash lets operations on the disk fail in the life of a corpus, alone and
// with all after them, and goes on with the same commands on what a crash may have left. The
// corpus must be sound, what was acknowledged must be there, and in the end all is.
//
// The tests of archive and indexer do so at every operation; here it is a part of them, for the
// commands as users run them.
func TestACorpusOutlastsACrash(t *testing.T) {
	t.Parallel()
	commands := life(t)
	whole := disktest.New(t)
	whole.Fail(0, false)
	for _, args := range commands {
		if _, log, code := onDisk(t, whole, args); code != exitFound {
			t.Fatalf("ibid %s without a fault: %s", args[0], log)
		}
	}
	operations := whole.Operations()
	rng := rand.New(rand.NewPCG(8, 9))
	stride, states := rounds(len(operations)/12, 7), 0
	for at := rng.IntN(stride); at < len(operations); at += stride {
		dead := rng.IntN(3) > 0
		m := disktest.New(t)
		m.Fail(at+1, dead)
		done, acknowledged := 0, []string(nil)
		for _, args := range commands {
			out, _, code := onDisk(t, m, args)
			if args[0] == "add" {
				acknowledged = append(acknowledged, addedNames(out)...)
			}
			if code != exitFound {
				break
			}
			done++
		}
		m.Fail(0, false)
		outcomes := disktest.Outcomes(rng, 2)
		o := outcomes[rng.IntN(len(outcomes))]
		label := fmt.Sprintf("operation %d of %d, %s, dead %t, on disk: %s", at+1, len(operations), operations[at], dead, o.Name)
		checkCorpus(t, label, m.Crash(t, o), commands, done, acknowledged)
		if states++; t.Failed() {
			return
		}
	}
	t.Logf("figure: %d of %d operations failed in init, add and index; every corpus opened, nothing acknowledged lost",
		states, len(operations))
}

// addedNames are the addresses of the files that add acknowledged.
func addedNames(out string) (names []string) {
	for line := range strings.Lines(out) {
		path, _, _ := strings.Cut(line, "\t")
		names = append(names, "file:"+filepath.Base(path))
	}
	return names
}

// checkCorpus goes on with a corpus on which so many commands were acknowledged.
func checkCorpus(t *testing.T, label string, m *disktest.Memory, commands [][]string, done int, acknowledged []string) {
	t.Helper()
	if done > 0 {
		if out, log, code := onDisk(t, m, []string{"check"}); code != exitFound {
			t.Errorf("%s: %d commands were acknowledged and the corpus is not sound: %s%s", label, done, out, log)
			return
		}
	} else if _, log, code := onDisk(t, m, []string{"init"}); code != exitFound && !strings.Contains(log, "is a corpus already") {
		t.Errorf("%s: init cannot be repeated: %s", label, log)
		return
	}
	if _, log, code := onDisk(t, m, []string{"index"}); code != exitFound {
		t.Errorf("%s: index: %s", label, log)
		return
	}
	var held []string
	for _, h := range allHits(t, m.Path("c")) {
		held = append(held, h.Source.URL)
	}
	for _, name := range acknowledged {
		if !slices.Contains(held, name) {
			t.Errorf("%s: %s was acknowledged and is lost; there are %v", label, name, held)
		}
	}
	for _, args := range commands[1:] {
		if _, log, code := onDisk(t, m, args); code != exitFound {
			t.Errorf("%s: going on, ibid %s: %s", label, args[0], log)
			return
		}
	}
	if a := searchJSON(t, m.Path("c"), `"Nobody was hurt"`); a.Total != 6 || a.Documents != 6 {
		t.Errorf("%s: in the end %d passages of %d documents, want 6", label, a.Total, a.Documents)
	}
}
