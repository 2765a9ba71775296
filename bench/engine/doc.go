// Package engine is the line protocol between the coordinator of a race and the program of
// one search engine, and what the programs written in Go share: the reader of a corpus and
// the clock of the processor.
//
// A program reads one JSON object a line on its standard input and answers each with one
// line on its standard output, in order. It lives as long as its input, so that what it keeps
// in memory stays warm:
//
//	{"op":"index","corpus":FILE,"dir":DIR}   makes the index anew; cpu and wall at the commit and, where merged to one segment, after that
//	{"op":"open","dir":DIR}                  opens it for what follows; version and number of passages
//	{"op":"run","class":C,"query":{…},"reps":3}  asks reps times; cpu and wall of each, and the total
//	{"op":"check","class":C,"query":{…}}     asks once for the total and all values of all facets of the class
//
// cpu is the time of all processors for the whole process, user and system, in milliseconds.
// A failed request is answered with "error" and ends nothing.
package engine
