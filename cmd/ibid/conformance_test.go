package main

import (
	"testing"

	"ibid/indexer"
	"ibid/internal/search"
	"ibid/internal/search/searchtest"
)

// A real index keeps the contract that every backend keeps.
func TestIndexIsABackend(t *testing.T) {
	t.Parallel()
	searchtest.Run(t, func(t *testing.T, items []searchtest.Item) search.Backend {
		dir := t.TempDir()
		seq := func(yield func(indexer.Item, error) bool) {
			for _, i := range items {
				if !yield(indexer.Item{Document: i.Document, Passages: i.Passages}, nil) {
					return
				}
			}
		}
		if _, err := indexer.Build(t.Context(), dir, seq, indexer.BuildOptions{ShardPassages: 7}); err != nil {
			t.Fatal(err)
		}
		ix, err := indexer.Open(dir, indexer.OpenOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ix.Close() })
		return backend{ix}
	})
}
