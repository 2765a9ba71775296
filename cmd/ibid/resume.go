package main

import (
	"fmt"
	"io"
	"iter"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/ingest"
)

// resumed is what an interrupted run had finished and the archive still says.
type resumed struct {
	s         *site
	log       io.Writer
	documents map[corpus.DocumentID]*corpus.Document
}

// offer notes the documents that the indexer has from the interrupted run. One that cannot be
// read is read from the archive again.
func (f *resumed) offer(finished *indexer.Index) {
	for d, err := range finished.Documents() {
		if err == nil {
			d.Notes = nil
			f.documents[d.ID] = d
		}
	}
	if n := len(f.documents); n > 0 {
		fmt.Fprintf(f.log, "taking up an interrupted run: %s are finished\n", count(n, "document"))
	}
}

// stands reports whether the document of a capture is finished.
func (f *resumed) stands(c corpus.Capture) bool {
	d := f.documents[corpus.DocumentIDOf(c.URL)]
	return d != nil && f.s.stands(d, c)
}

// items yields what the indexer is to take in, in the order of captures: finished documents as
// kept, each with a call of step, the others as run makes them. What run makes comes in the
// order of its captures, some of which give nothing.
func (f *resumed) items(
	captures []corpus.Capture, run func([]corpus.Capture) iter.Seq2[ingest.Item, error], step func(),
) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		var left []corpus.Capture
		for _, c := range captures {
			if !f.stands(c) {
				left = append(left, c)
			}
		}
		next, stop := iter.Pull2(run(left))
		defer stop()
		item, err, more := next()
		for _, c := range captures {
			id := corpus.DocumentIDOf(c.URL)
			switch {
			case f.stands(c):
				step()
				if !yield(indexer.Item{Document: f.documents[id], Kept: true}, nil) {
					return
				}
			case more && err != nil:
				yield(indexer.Item{}, err)
				return
			case more && item.Document.ID == id:
				if !yield(indexer.Item{Document: item.Document, Passages: item.Passages}, nil) {
					return
				}
				item, err, more = next()
			}
		}
		if more && err != nil {
			yield(indexer.Item{}, err)
		}
	}
}
