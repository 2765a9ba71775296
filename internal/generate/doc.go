// Package generate makes the corpus of tests and benchmarks that need many passages and no
// sense: words by Zipf's law, an event, a republic and groups for each passage.
//
// The same n and seed give the same items to the byte.
//
//	info, err := indexer.Build(ctx, dir, generate.Items(100_000, 1), indexer.BuildOptions{})
package generate
