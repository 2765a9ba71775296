package arch

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBench holds the module of the benchmarks to the rules for docs, names and sizes, and its
// program ours, which the figures of Ibid come from, to what others can embed.
func TestBench(t *testing.T) {
	t.Parallel()
	tr, err := readTree(os.DirFS(filepath.Join("..", "..", "bench")))
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.files) == 0 {
		t.Fatal("there are no files")
	}
	for _, rule := range []func(*tree) []problem{packageDocs, noInit, documented, sizes, public} {
		for _, p := range rule(tr) {
			t.Error("bench: ", p)
		}
	}
}

// public refuses internal packages in the program ours.
func public(t *tree) (out []problem) {
	for _, f := range t.code() {
		for _, imp := range f.imports() {
			if dep, ok := ours(imp); ok && f.pkg == "ours" && strings.HasPrefix(dep, "internal/") {
				out = append(out, problem{f.path, "imports " + dep, "race what others can embed: corpus, indexer, indexer/query"})
			}
		}
	}
	return out
}
