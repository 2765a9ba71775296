package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"ibid/internal/archive"
)

// demoCorpus builds the demonstration corpus.
func demoCorpus(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	c := &cobra.Command{}
	c.SetErr(&bytes.Buffer{})
	if err := buildDemo(t.Context(), dir, c); err != nil {
		t.Fatal(err)
	}
	return dir
}

// drawRequests draws requests over the texts of a corpus: phrases, words, filters, dates, lists.
func drawRequests(t *testing.T, dir string, n int) (list [][]string) {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 12))
	hits := allHits(t, dir)
	for range n {
		words := strings.Fields(hits[r.IntN(len(hits))].Text)
		i := r.IntN(len(words))
		some := strings.Join(words[i:min(len(words), i+1+r.IntN(4))], " ")
		args := []string{"--size", fmt.Sprint(1 + r.IntN(20))}
		switch r.IntN(6) {
		case 0:
			args = append(args, "--year", fmt.Sprint(2014+r.IntN(11)))
		case 1:
			args = append(args, "--republic", "Dagestan")
		case 2:
			args = append(args, "--sort", "-date")
		}
		switch r.IntN(5) {
		case 0:
			args = append(args, "--mode", "quote", "--", some)
		case 1:
			args = append(args, "--mode", "verbatim", "--", some)
		case 2:
		case 3:
			args = append(args, "--view", "kwic", "--mode", "words", "--", words[i])
		default:
			args = append(args, "--mode", "words", "--", some)
		}
		list = append(list, args)
	}
	return list
}

// unstable is what answers may differ in (settled: time taken, cursors).
var unstable = regexp.MustCompile(`"(took_ms|next)": [^\n]*`)

// answersOf gives the answers to requests, to the byte but for what is unstable.
func answersOf(t *testing.T, dir string, requests [][]string) (list []string) {
	t.Helper()
	for _, args := range requests {
		out, log, code := ibid(t, append([]string{"search", "--corpus", dir, "--json"}, args...)...)
		list = append(list, fmt.Sprint(code, unstable.ReplaceAllString(out, ""), log))
	}
	return list
}

// A restored corpus answers requests as before, to the byte, and proves as much.
func TestRestoreAnswersAsBefore(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	copied, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if err := os.WriteFile(filepath.Join(dir, "registers", "places.tsv"), []byte("id\tkind\tname\tsource\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	requests := drawRequests(t, dir, rounds(40, 200))
	before := answersOf(t, dir, requests)
	must(t, "backup", "--corpus", dir, copied)
	if out := must(t, "backup", "--corpus", dir, copied, "--whole"); !strings.HasPrefix(out, "complete") {
		t.Errorf("made again: %s", out)
	}
	must(t, "restore", copied, "--corpus", restored)
	found, distinct := 0, map[string]bool{}
	for i, got := range answersOf(t, restored, requests) {
		if got != before[i] {
			t.Errorf("%q answers\n%s\nbefore\n%s", requests[i], got, before[i])
		}
		if strings.HasPrefix(got, "0") {
			found++
		}
		distinct[got] = true
	}
	t.Logf("figure: %d requests, %d find something, %d different answers, all as before", len(requests), found, len(distinct))
	if a, b := must(t, "check", "--corpus", dir), must(t, "check", "--corpus", restored); a != b {
		t.Errorf("check says %q, before %q", b, a)
	}
	if _, log, code := ibid(t, "restore", copied, "--corpus", restored); code != exitError {
		t.Errorf("a restore over a corpus: %d, %s", code, log)
	}
}

// A damaged index does not keep the archive from being saved.
func TestBackupWithoutTheIndex(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	replaced(t, filepath.Join(dir, "index", "CURRENT"), func(b []byte) []byte { b[3] ^= 1; return b })
	copied, restored := filepath.Join(t.TempDir(), "backup"), filepath.Join(t.TempDir(), "restored")
	if _, log, code := ibid(t, "backup", "--corpus", dir, copied); code != exitFound || !strings.Contains(log, "index is left out") {
		t.Errorf("%d: %s", code, log)
	}
	must(t, "restore", copied, "--corpus", restored)
	must(t, "index", "--corpus", restored)
	must(t, "check", "--corpus", restored)
}

// A changed byte of a backup does not come back.
func TestRestoreRefusesDamage(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	copied := filepath.Join(t.TempDir(), "backup")
	must(t, "backup", "--corpus", dir, copied)
	var m struct{ Files map[string]json.RawMessage }
	data, err := os.ReadFile(filepath.Join(copied, "backup.json"))
	if err != nil || json.Unmarshal(data, &m) != nil {
		t.Fatal(err)
	}
	for name := range m.Files {
		path := filepath.Join(copied, filepath.FromSlash(name))
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(sound) == 0 {
			continue
		}
		bad := bytes.Clone(sound)
		bad[len(bad)/2] ^= 4
		if err := os.WriteFile(path, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "restored")
		if _, log, code := ibid(t, "restore", copied, "--corpus", to); code != exitError || !strings.Contains(log, filepath.Base(name)) {
			t.Errorf("%s is damaged: %d, %s", name, code, log)
		}
		if err := os.WriteFile(path, sound, 0o644); err != nil {
			t.Fatal(err)
		}
		must(t, "restore", copied, "--corpus", to) // goes on where it was
	}
}

// A backup that is made while others add, index and purge is a corpus of one moment.
func TestBackupOfALiveCorpus(t *testing.T) {
	t.Parallel()
	dir := demoCorpus(t)
	copied := filepath.Join(t.TempDir(), "backup")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- work(ctx, dir) }()
	for i := range rounds(5, 60) {
		must(t, "backup", "--corpus", dir, copied)
		to := filepath.Join(t.TempDir(), fmt.Sprint(i))
		must(t, "restore", copied, "--corpus", to)
		must(t, "check", "--corpus", to)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// work adds pages, indexes them and purges some until the context ends.
func work(ctx context.Context, dir string) error {
	for i := 0; ctx.Err() == nil; i++ {
		time.Sleep(time.Duration(i%5) * 20 * time.Millisecond)
		store, err := archive.Open(dir, archive.Options{MaxSegment: 1 << 16})
		if err != nil {
			return err
		}
		_, _, err = store.Put(context.Background(), archive.Record{URL: fmt.Sprintf("file:%d.txt", i), At: now(),
			MediaType: "text/plain", Body: fmt.Appendf(nil, "Page %d says what no other page says.", i)})
		if err := store.Close(); err != nil {
			return err
		}
		if err != nil {
			return err
		}
		args := []string{"index", "--corpus", dir}
		if i%10 == 9 {
			args = []string{"remove", "--corpus", dir, fmt.Sprintf("file:%d.txt", i-2), "--reason", "x", "--purge"}
		}
		var log bytes.Buffer
		if code := run(context.Background(), args, stdio{In: &bytes.Buffer{}, Out: &log, Err: &log}); code != exitFound {
			return fmt.Errorf("%q: %s", args, log.String())
		}
	}
	return nil
}
