// Package plain decides the same as package fold, slowly: an oracle for tests.
//
// It was written from the meaning of quote mode and verbatim mode alone, before its author had
// read fold, and shares no code and no table with it: a mistake of one is not a mistake of the
// other. It goes character by character, keeps nothing between calls and is imported by tests
// only. Where the meaning leaves a case open, both make the same choice, which is said beside
// the code that makes it.
//
//	plain.Words("killing 1,145 people")              // killing, 1145, people
//	plain.Quote("IS–K gunmen", "is-k")               // [[0 6]]
//	plain.Verbatim("killing 1,145 people", "145 people") // none: 145 is inside a number
package plain
