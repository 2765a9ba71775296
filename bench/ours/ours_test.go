package main

import (
	"slices"
	"testing"

	"ibid/bench/engine/enginetest"
	"ibid/indexer/query"
)

func TestOurs(t *testing.T) {
	t.Parallel()
	lacks := ""
	if !slices.Contains(query.Facets(), "decade") {
		lacks = "decade"
	}
	enginetest.Run(t, &ours{}, lacks)
}
