// Package arch holds the shape of Ibid as tests that fail with the remedy.
//
// It owns the layer table (layers.tsv: which package may import which of ours), the table of
// libraries (libraries.tsv: through which package each enters) and the rules that a reader of
// any file may rely on: no cycle and no chain of more than five packages, one package doc
// each in doc.go, no init functions, no exit outside main, no clock in a stage, every
// exported identifier documented, files and functions of a size to read.
//
// It guarantees that a rule is checked on the source itself, by go/parser, and that each rule
// is seen to fire on a small tree that breaks it. It refuses to fix anything. It has no code
// that a program could call.
//
//	go test ./internal/arch
package arch
