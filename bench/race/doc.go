// Command race races Ibid against bleve, SQLite FTS5, Tantivy and Lucene on one corpus and one
// list of queries, and writes a dated table of what each query cost.
//
// Each engine is a program of its own that lives through the race and speaks the protocol of
// package engine. The coordinator builds the programs, makes the corpus and the indexes where
// they are not there, and then asks in three passes: one to warm the engines, one in which
// every total and every value of every facet must be equal among them, and one that is timed.
// In each pass the engines take turns at every query, another one first each time, so that
// what else the machine does hits all alike. It refuses to write figures when the engines
// disagree.
//
//	go run ./race -n 100000 -out DIR
package main
