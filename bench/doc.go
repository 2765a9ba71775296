// Package bench holds the benchmarks of the whole way: ingest in passages a second, the
// building of an index, and phrases with facets on 100,000 generated passages.
//
// It owns the generator of its corpus (same seed, same bytes) and nothing else; what is
// measured stands in README.md beside it, with the machine and the command, and raw runs
// under runs.
//
//	go test -run '^$' -bench . ./bench
package bench
