package main

import (
	"fmt"
	"reflect"

	"ibid/corpus"
	"ibid/internal/evidence"
	"ibid/internal/extract"
	"ibid/internal/segment"
)

// proveRuns cuts every run of a passage out of the body of its document again. Of an untraced
// passage, whose runs do not cover the text, those there are hold.
func proveRuns(d *corpus.Document, p *corpus.Passage, body []byte) error {
	dec, err := extract.NewDecoder(d.Charset)
	if err != nil {
		return err
	}
	if !p.Untraced {
		return dec.Check(body, p.Text, p.Runs)
	}
	for i, r := range p.Runs {
		piece := corpus.Span{Start: r.Text[0], End: r.Text[1]}
		if !piece.In(len(p.Text)) {
			return corpus.Errorf(corpus.Corrupt, fmt.Sprintf("runs[%d]", i), "is outside the text")
		}
		alone := r
		alone.Text = [2]int{0, piece.Len()}
		if err := dec.Check(body, p.Text[piece.Start:piece.End], []corpus.Run{alone}); err != nil {
			return err
		}
	}
	return nil
}

// proveAgain proves the runs of a passage, and where it was read by the steps of this program, that
// reading the body again gives the same passage.
func proveAgain(c corpus.Capture, body []byte, cited evidence.Cited, versions map[string]string) error {
	d, p := cited.Document, cited.Passage
	if err := proveRuns(d, p, body); err != nil {
		return err
	}
	if versions["extract"] != extract.Version || versions["segment"] != segment.Version {
		return nil
	}
	again, err := extractDocument(c, body)
	if err != nil {
		return err
	}
	for _, q := range segment.Split(again) {
		if q.ID != p.ID {
			continue
		}
		if q.Text != p.Text || !reflect.DeepEqual(q.Runs, p.Runs) {
			return corpus.Errorf(corpus.Corrupt, string(p.ID), "reading the body again gives the text with other places")
		}
		return nil
	}
	return corpus.Errorf(corpus.Corrupt, string(p.ID), "reading the body again does not give the passage")
}
