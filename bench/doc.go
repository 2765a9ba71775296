// Package bench holds the benchmarks of the whole way: ingest in passages a second, the
// building of an index, and phrases with facets on 100,000 generated passages.
//
// It is the root of a module of its own, so that what other engines need enters no build of
// Ibid. Beside it are the race with other engines (race, engine and a folder for each of them)
// and the load over HTTP (load). What was measured stands in README.md, with the machine and
// the command, and raw runs under runs.
//
//	cd bench && go test -run '^$' -bench . .
package bench
