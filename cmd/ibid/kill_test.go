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

	"ibid/internal/archive"
	"ibid/internal/warc"
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

// killAt starts a child, kills it with signal 9 after d, and returns the lines it had printed
// and whether the signal met it at work.
func killAt(t *testing.T, d time.Duration, args ...string) (lines []string, killed bool) {
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
	for sc := bufio.NewScanner(out); sc.Scan(); {
		lines = append(lines, sc.Text())
	}
	_ = cmd.Wait() // killed or done: both are wanted
	timer.Stop()
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	return lines, ok && status.Signaled()
}

// timed measures a whole run of a child, which bounds the moments worth a kill.
func timed(t *testing.T, args ...string) time.Duration {
	t.Helper()
	begin := time.Now()
	if err := child(args...).Run(); err != nil {
		t.Fatal(err)
	}
	return time.Since(begin)
}

// untilKilled calls try with random moments of a run of length whole until n of the kills
// have met the child at work.
func untilKilled(t *testing.T, n int, whole time.Duration, rng *rand.Rand, try func(d time.Duration) bool) {
	t.Helper()
	met, tries := 0, 0
	for ; met < n && tries < 10*n; tries++ {
		if try(time.Duration(rng.Int64N(int64(whole)))) {
			met++
		}
	}
	if met < n {
		t.Fatalf("%d kills of %d met the child at work, %d are wanted", met, tries, n)
	}
	t.Logf("figure: %d kills at work in %d tries over runs of %v", met, tries, whole)
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
	writePages(t, pages, 300)
	first := filepath.Join(t.TempDir(), "c")
	must(t, "init", first)
	whole := timed(t, "add", "--corpus", first, pages)
	rng := rand.New(rand.NewPCG(3, 1))
	untilKilled(t, rounds(5, 20), whole, rng, func(d time.Duration) bool {
		dir := filepath.Join(t.TempDir(), "c")
		must(t, "init", dir)
		lines, killed := killAt(t, d, "add", "--corpus", dir, pages)
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("check after a kill at %v: exit code %d\n%s", d, code, log)
		}
		must(t, "index", "--corpus", dir)
		held := map[string]bool{}
		for _, h := range allHits(t, dir) {
			held[h.Source.URL] = true
		}
		for _, l := range lines {
			path, _, _ := strings.Cut(l, "\t")
			if !held["file:"+filepath.Base(path)] {
				t.Fatalf("kill at %v: %s was acknowledged and is lost", d, l)
			}
		}
		again := strings.Count(must(t, "add", "--corpus", dir, pages), "\n")
		must(t, "index", "--corpus", dir)
		if a := searchJSON(t, dir, `"Nobody was hurt"`); a.Total != 300 || a.Documents != 300 || again != 300 {
			t.Fatalf("kill at %v: after going on there are %d passages in %d documents, %d lines printed",
				d, a.Total, a.Documents, again)
		}
		return killed
	})
}

// So it is with the records of a WARC file, which are made safe many at a time.
func TestKillAddWARC(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pages.warc.gz")
	writeWARC(t, file, 2000)
	first := filepath.Join(t.TempDir(), "c")
	must(t, "init", first)
	whole := timed(t, "add", "--corpus", first, file)
	rng := rand.New(rand.NewPCG(3, 3))
	held := 0
	untilKilled(t, rounds(3, 20), whole, rng, func(d time.Duration) bool {
		dir := filepath.Join(t.TempDir(), "c")
		must(t, "init", dir)
		lines, killed := killAt(t, d, "add", "--corpus", dir, file)
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("check after a kill at %v: exit code %d\n%s", d, code, log)
		}
		store, err := archive.Open(dir, archive.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		for _, l := range lines {
			fields := strings.Split(l, "\t") // file, address, snapshot
			if len(fields) == 3 && len(store.History(fields[1])) != 1 {
				t.Fatalf("kill at %v: %s was acknowledged and is lost", d, l)
			}
		}
		held += len(lines)
		return killed
	})
	t.Logf("figure: %d captures were acknowledged before the kills, none lost", held)
}

// writeWARC makes a WARC file of n pages.
func writeWARC(t *testing.T, path string, n int) {
	t.Helper()
	var file []byte
	var p warc.Packer
	for i := range n {
		page := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Page %d of the file.</p>", i)
		b, err := p.Marshal(&warc.Record{Type: warc.Response, Date: time.Date(2024, 3, 2, 10, 0, 0, 0, time.UTC),
			TargetURI: fmt.Sprintf("https://wire.example/%d", i), ContentType: warc.HTTPResponse, Block: []byte(page)})
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, b...)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
}

// An index that was killed leaves the old generation answering as before, and checking sound.
func TestKillIndex(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "c")
	pages := filepath.Join(t.TempDir(), "pages")
	const most = 900
	must(t, "init", dir)
	n := 100
	writePages(t, pages, n)
	must(t, "add", "--corpus", dir, pages)
	must(t, "index", "--corpus", dir)
	before := searchJSON(t, dir, `"Nobody was hurt"`)
	old := filepath.Join(t.TempDir(), "index")
	copyTree(t, filepath.Join(dir, "index"), old)
	writePages(t, pages, most)
	must(t, "add", "--corpus", dir, pages)
	fresh := filepath.Join(t.TempDir(), "fresh")
	must(t, "init", fresh)
	must(t, "add", "--corpus", fresh, pages)
	whole := timed(t, "index", "--corpus", fresh)
	rng := rand.New(rand.NewPCG(3, 2))
	swapped := 0
	untilKilled(t, rounds(5, 20), whole, rng, func(d time.Duration) bool {
		_, killed := killAt(t, d, "index", "--corpus", dir)
		if _, log, code := ibid(t, "check", "--corpus", dir); code != exitFound {
			t.Fatalf("check after a kill at %v: exit code %d\n%s", d, code, log)
		}
		a := searchJSON(t, dir, `"Nobody was hurt"`)
		switch {
		case a.Total == most: // the swap came first; go back to the old state for the next kill
			swapped++
			if err := os.RemoveAll(filepath.Join(dir, "index")); err != nil {
				t.Fatal(err)
			}
			copyTree(t, old, filepath.Join(dir, "index"))
		case a.Total != n || a.Corpus != before.Corpus:
			t.Fatalf("kill at %v: %d passages of version %s, want the %d of %s", d, a.Total, a.Corpus, n, before.Corpus)
		}
		return killed
	})
	t.Logf("figure: %d runs had swapped before the kill", swapped)
	must(t, "index", "--corpus", dir)
	if a := searchJSON(t, dir, `"Nobody was hurt"`); a.Total != most {
		t.Errorf("after a whole run there are %d passages, want %d", a.Total, most)
	}
}

// copyTree copies a folder.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
