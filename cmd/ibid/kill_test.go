package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// killedChild names, in the environment, the command line that a copy of the test binary
// runs as ibid itself.
const killedChild = "IBID_TEST_COMMAND"

func TestMain(m *testing.M) {
	if line := os.Getenv(killedChild); line != "" {
		args := strings.Split(line, "\x1f")
		os.Exit(run(context.Background(), args, stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	testscript.Main(m, map[string]func(){"ibid": main})
}

// child is ibid as a process of its own, so that it can be killed.
func child(args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), killedChild+"="+strings.Join(args, "\x1f"))
	return cmd
}

// killAt starts a child, kills it with signal 9 after d, and returns the lines it had printed.
func killAt(t *testing.T, d time.Duration, args ...string) []string {
	t.Helper()
	cmd := child(args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(d, func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
	var lines []string
	for sc := bufio.NewScanner(out); sc.Scan(); {
		lines = append(lines, sc.Text())
	}
	timer.Stop()
	_ = cmd.Wait() // killed or done: both are wanted
	return lines
}

// writePages makes n small pages with a sentence of their own each.
func writePages(t *testing.T, dir string, n int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		text := fmt.Sprintf("<html><body><article><p>The report numbered %d names the road to Nazran "+
			"on 2 March 2024.</p><p>Nobody was hurt near post %d.</p></article></body></html>", i, i)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("p%04d.html", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever add printed before it was killed is in the archive, and the corpus opens.
func TestKillAdd(t *testing.T) {
	t.Parallel()
	pages := filepath.Join(t.TempDir(), "pages")
	writePages(t, pages, 150)
	rng := rand.New(rand.NewPCG(3, 1))
	killed := 0
	for round := range rounds(5, 20) {
		dir := filepath.Join(t.TempDir(), "c")
		must(t, "init", dir)
		lines := killAt(t, time.Duration(20+rng.IntN(400))*time.Millisecond, "add", "--corpus", dir, pages)
		if len(lines) < 150 {
			killed++
		}
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("round %d: check after the kill: exit code %d\n%s", round, code, log)
		}
		must(t, "index", "--corpus", dir)
		held := map[string]bool{}
		for _, h := range allHits(t, dir) {
			held[h.Source.URL] = true
		}
		for _, l := range lines {
			path, _, _ := strings.Cut(l, "\t")
			if !held["file:"+filepath.Base(path)] {
				t.Fatalf("round %d: %s was acknowledged and is lost", round, l)
			}
		}
		again := strings.Count(must(t, "add", "--corpus", dir, pages), "\n")
		must(t, "index", "--corpus", dir)
		if a := searchJSON(t, dir, `"Nobody was hurt"`); a.Total != 150 || a.Documents != 150 || again != 150 {
			t.Fatalf("round %d: after going on there are %d passages in %d documents, %d lines printed",
				round, a.Total, a.Documents, again)
		}
	}
	t.Logf("figure: %d of the adds were killed at work", killed)
}

// An index that was killed leaves the old generation answering as before.
func TestKillIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "c")
	pages := filepath.Join(t.TempDir(), "pages")
	writePages(t, pages, 100)
	must(t, "init", dir)
	must(t, "add", "--corpus", dir, pages)
	must(t, "index", "--corpus", dir)
	before := searchJSON(t, dir, `"Nobody was hurt"`)
	writePages(t, pages, 220)
	must(t, "add", "--corpus", dir, pages)
	rng := rand.New(rand.NewPCG(3, 2))
	done := 0
	for round := range rounds(5, 20) {
		killAt(t, time.Duration(20+rng.IntN(500))*time.Millisecond, "index", "--corpus", dir)
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("round %d: check after the kill: exit code %d\n%s", round, code, log)
		}
		a := searchJSON(t, dir, `"Nobody was hurt"`)
		switch {
		case a.Total == 220:
			done++
		case a.Total != 100 || a.Corpus != before.Corpus:
			t.Fatalf("round %d: %d passages of version %s, want the 100 of %s", round, a.Total, a.Corpus, before.Corpus)
		}
	}
	t.Logf("figure: %d rounds had swapped before the kill", done)
	must(t, "index", "--corpus", dir)
	if a := searchJSON(t, dir, `"Nobody was hurt"`); a.Total != 220 {
		t.Errorf("after a whole run there are %d passages, want 220", a.Total)
	}
}
