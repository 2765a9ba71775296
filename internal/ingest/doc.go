// Package ingest drives the stages that turn captures into tagged passages: read the body,
// extract, segment, tag.
//
// It owns the order and the bounds. Captures are worked on side by side, at most Workers at
// a time, and delivered in the order they came in, so that the same captures give the same
// index. A capture that cannot be read becomes an Outcome with its error and never stops the
// run; a panic of a stage is such an error too. Nothing is dropped without being counted.
//
// The stages themselves are passed in: ingest knows the nouns and nothing else.
//
//	for item, err := range ingest.Run(ctx, captures, stages, ingest.Options{}) { … }
package ingest
