package indexer

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ibid/corpus"
)

// After Erase an index holds, file by file, what a build of the documents that are left does:
// nothing of what was withdrawn is in a shard, an old generation or an interrupted build.
func TestEraseLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	items := world(7, 60)
	marked := items[11]
	marked.Passages[0].Text = "The zyxwvut clause was never meant to be read."
	marked.Passages[0].ID = corpus.PassageIDOf(marked.Document.URL, marked.Passages[0].Text, 0)
	marked.Passages[0].Tags, marked.Passages[0].Notes, marked.Passages[0].Untraced = corpus.Tags{}, nil, true
	marked.Document.Title = "zyxwvut"
	for _, per := range []int{0, 40} {
		dir, _ := build(t, items, per)
		left := withdraw(t, dir, items, func(i int) bool { return i == 11 || i%9 == 0 })
		if !holds(t, dir, "zyxwvut") {
			t.Fatal("an update alone takes the words away")
		}
		before := openDir(t, dir).Info()
		info, err := Erase(t.Context(), dir, BuildOptions{ShardPassages: per})
		if err != nil {
			t.Fatal(err)
		}
		_, built := build(t, left, per)
		if info.Corpus != before.Corpus || info.Corpus != built.Corpus || per == 0 && info.Content != built.Content {
			t.Errorf("erased %+v\nbefore %+v\nbuilt %+v", info, before, built)
		}
		if holds(t, dir, "zyxwvut") {
			t.Error("a file holds a word of a document that was erased")
		}
		if n, err := generationNumbers(dir); err != nil || len(n) != 1 {
			t.Errorf("generations %v are left, %v", n, err)
		}
		if errs := Verify(t.Context(), dir); len(errs) > 0 {
			t.Errorf("check: %v", errs)
		}
		again, err := Erase(t.Context(), dir, BuildOptions{ShardPassages: per})
		if err != nil || again.Corpus != info.Corpus {
			t.Errorf("erased again: %+v, %v", again, err)
		}
	}
}

// holds reports whether a file below a folder has a word in it.
func holds(t *testing.T, dir, word string) bool {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(word)) {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return len(found) > 0
}
