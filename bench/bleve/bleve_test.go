package main

import (
	"testing"

	"ibid/bench/engine/enginetest"
)

func TestStock(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, &stock{}, "")
}
