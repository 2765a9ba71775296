package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ibid/corpus"
)

// eachLine calls use with each line that is not blank and its number from 1. Lines may be
// of any length: whole books stand in one.
func eachLine(name string, r io.Reader, use func(n int, line []byte) error) error {
	b := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := b.ReadBytes('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return corpus.Errorf(corpus.Unavailable, name, "line %d: %w", n, err)
		}
		if t := bytes.TrimSpace(line); len(t) > 0 {
			if err := use(n, t); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
	}
}

// documents is a file of one JSON object a line, by document id and in the order of the file.
type documents[T any] struct {
	ids  []string
	byID map[string]T
}

// readDocuments reads a file whose lines have a doc_id; id picks it out.
func readDocuments[T any](name string, r io.Reader, id func(T) string) (documents[T], error) {
	d := documents[T]{byID: map[string]T{}}
	err := eachLine(name, r, func(n int, line []byte) error {
		var v T
		if err := json.Unmarshal(line, &v); err != nil {
			return corpus.Errorf(corpus.Format, name, "line %d: %w", n, err)
		}
		key := id(v)
		if _, twice := d.byID[key]; twice || key == "" {
			return corpus.Errorf(corpus.Invalid, name, "line %d: doc_id %q is empty or twice", n, key).
				WithRemedy("give each document one line")
		}
		d.ids = append(d.ids, key)
		d.byID[key] = v
		return nil
	})
	return d, err
}

// within refuses predictions for documents that the gold does not have.
func within[T, U any](pred documents[T], gold documents[U]) error {
	for _, id := range pred.ids {
		if _, ok := gold.byID[id]; !ok {
			return corpus.Errorf(corpus.Invalid, "prediction", "document %q is not in the gold file", id).
				WithRemedy("predict on the gold file that is scored")
		}
	}
	return nil
}

// writeLine writes one JSON value and a newline, without escaping what HTML minds.
func writeLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write prediction: %w", err)
	}
	return nil
}
