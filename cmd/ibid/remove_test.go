package main

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// A purged source leaves no byte of its body in any file of the corpus: each file is searched as
// it is, and with every stretch unpacked that can be.
func TestPurgeLeavesNoByte(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "c")
	pages := t.TempDir()
	// Words that stand nowhere else, so that each piece of the body can be looked for.
	body := "The zyxwvut clause was signed by Qwertolan Abrakwast on 2 March 2024 near Derbent. " +
		strings.Repeat("Flombardine krestovar ulminates bezrukov. ", 40)
	shared := "An agency report that two papers printed word for word, in the same bytes."
	write := func(name, text string) string {
		path := filepath.Join(pages, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	must(t, "init", dir)
	must(t, "add", "--corpus", dir, "--source", "gone", write("gone.txt", body), write("first.txt", shared))
	must(t, "add", "--corpus", dir, "--source", "stay", write("stay.txt", "A page that stays where it is."),
		write("second.txt", shared))
	must(t, "index", "--corpus", dir)
	must(t, "add", "--corpus", dir, "--source", "stay", write("late.txt", "A page that came late."))
	must(t, "index", "--corpus", dir)
	torn := filepath.Join(dir, "archive", "torn", "000001.warc.gz.7.1")
	if err := os.MkdirAll(filepath.Dir(torn), 0o755); err != nil {
		t.Fatal(err)
	}
	record, err := os.ReadFile(filepath.Join(dir, "archive", "000001.warc.gz"))
	if err != nil || os.WriteFile(torn, record[:len(record)/2], 0o644) != nil {
		t.Fatal(err)
	}
	pieces := []string{"zyxwvut", "qwertolan", "abrakwast", "flombardine", "krestovar", "ulminates", "bezrukov",
		"signed by"}
	if found := searchFiles(t, dir, pieces); len(found) == 0 {
		t.Fatal("the body is not found before it is purged: the search is blind")
	}
	out, _, code := ibid(t, "remove", "--corpus", dir, "gone", "--dry-run")
	if code != exitFound || strings.Count(out, "\n") != 2 {
		t.Errorf("dry run: %d, %q", code, out)
	}
	must(t, "remove", "--corpus", dir, "gone", "--reason", "the court said so")
	if a := searchJSON(t, dir, "zyxwvut"); a.Total != 0 {
		t.Errorf("%d passages are found after the withdrawal", a.Total)
	}
	if found := searchFiles(t, dir, pieces); len(found) == 0 {
		t.Error("a withdrawal alone took bytes away")
	}
	must(t, "remove", "--corpus", dir, "gone", "--reason", "the court said so", "--purge")
	if found := searchFiles(t, dir, pieces); len(found) > 0 {
		t.Errorf("after the purge: %v", found)
	}
	must(t, "check", "--corpus", dir)
	if a := searchJSON(t, dir, `"printed word for word"`); a.Total != 1 || a.Hits[0].Source.URL != "file:second.txt" {
		t.Errorf("what another page needs: %+v", a.Hits)
	}
	must(t, "index", "--corpus", dir, "--rebuild")
	if a := searchJSON(t, dir); a.Total != 3 {
		t.Errorf("%d passages after a build of what is left, want 3", a.Total)
	}
	journal, err := os.ReadFile(filepath.Join(dir, "archive", "journal"))
	if err != nil || !bytes.Contains(journal, []byte("the court said so")) ||
		!bytes.Contains(journal, []byte("file:gone.txt")) {
		t.Errorf("the journal does not say what went and why: %v", err)
	}
	if _, log, code := ibid(t, "remove", "--corpus", dir, "gone", "--reason", "again"); code != exitError {
		t.Errorf("what is not there is removed: %s", log)
	}
}

// searchFiles looks for pieces of text, in any case, in every file below a folder.
func searchFiles(t *testing.T, dir string, pieces []string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, b := range append(unpackAnywhere(data), data) {
			for _, piece := range pieces {
				if bytes.Contains(bytes.ToLower(b), []byte(piece)) {
					found = append(found, filepath.Base(path)+": "+piece)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// unpackAnywhere tries to unpack data from each of its bytes on, by every method that Ibid uses.
func unpackAnywhere(data []byte) (out [][]byte) {
	keep := func(r io.Reader) {
		b, _ := io.ReadAll(io.LimitReader(r, 1<<20)) // as far as it goes
		if len(b) > 16 {
			out = append(out, b)
		}
	}
	magic := []byte{0x28, 0xb5, 0x2f, 0xfd}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil
	}
	defer z.Close()
	for i := range data {
		rest := data[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("\x1f\x8b\x08")):
			if g, err := gzip.NewReader(bytes.NewReader(rest)); err == nil {
				g.Multistream(false)
				keep(g)
			}
		case bytes.HasPrefix(rest, magic):
			if z.Reset(bytes.NewReader(rest)) == nil {
				keep(z)
			}
		case len(data) < 1<<16:
			keep(flate.NewReader(bytes.NewReader(rest[:min(len(rest), 4<<10)])))
		}
	}
	return out
}

// Captures are told apart by address, document and source.
func TestRemoveByAddressAndDocument(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "c")
	pages := t.TempDir()
	for name, text := range map[string]string{"a.txt": "The first page.", "b.txt": "The second page.", "c.txt": "The third page."} {
		if err := os.WriteFile(filepath.Join(pages, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "init", dir)
	must(t, "add", "--corpus", dir, pages)
	must(t, "index", "--corpus", dir)
	must(t, "remove", "--corpus", dir, "file:a.txt", "--reason", "x")
	hits := searchJSON(t, dir, `"second page"`).Hits
	must(t, "remove", "--corpus", dir, string(hits[0].Source.Document), "--reason", "y", "--purge")
	if a := searchJSON(t, dir); a.Total != 1 || a.Hits[0].Text != "The third page." {
		got, _ := json.Marshal(a.Hits)
		t.Errorf("left is %s", got)
	}
	if found := searchFiles(t, dir, []string{"the second page"}); len(found) > 0 {
		t.Errorf("after the purge: %v", found)
	}
	must(t, "remove", "--corpus", dir, "file:a.txt", "--reason", "x", "--purge")
	if found := searchFiles(t, dir, []string{"the first page"}); len(found) > 0 {
		t.Errorf("after the purge: %v", found)
	}
	must(t, "check", "--corpus", dir)
}
