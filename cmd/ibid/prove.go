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

// prover proves passages by reading their bodies again. It keeps what the last body gave, for the
// passages of a page come one after the other.
type prover struct {
	of       corpus.Capture
	passages map[corpus.PassageID]*corpus.Passage
	err      error
}

// prove proves the runs of a passage, and where it was read by the steps of this program, that
// reading the body again gives the same passage.
func (v *prover) prove(c corpus.Capture, body []byte, cited evidence.Cited, versions map[string]string) error {
	d, p := cited.Document, cited.Passage
	if err := proveRuns(d, p, body); err != nil {
		return err
	}
	if versions["extract"] != extract.Version || versions["segment"] != segment.Version {
		return nil
	}
	if v.passages == nil || v.of.URL != c.URL || !v.of.At.Equal(c.At) || v.of.Snapshot != c.Snapshot {
		v.read(c, body)
	}
	q := v.passages[p.ID]
	switch {
	case v.err != nil:
		return v.err
	case q == nil:
		return corpus.Errorf(corpus.Corrupt, string(p.ID), "reading the body again does not give the passage")
	case q.Text != p.Text || !reflect.DeepEqual(q.Runs, p.Runs):
		return corpus.Errorf(corpus.Corrupt, string(p.ID), "reading the body again gives the text with other places")
	}
	return nil
}

// read reads the passages of a body.
func (v *prover) read(c corpus.Capture, body []byte) {
	var d *corpus.Document
	v.of, v.passages = c, map[corpus.PassageID]*corpus.Passage{}
	if d, v.err = extractDocument(c, body); v.err != nil {
		return
	}
	for _, q := range segment.Split(d) {
		v.passages[q.ID] = q
	}
}
