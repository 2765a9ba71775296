package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// Intake brings files into one archive. Its methods may not be called side by side.
type Intake struct {
	Store    *archive.Store
	Source   string // id of the source that pages belong to which name none
	Salvaged bool   // take records too that a search behind a damage of unknown extent has found
	// Taken is told of each capture once it is safe on disk. An error of it ends the work.
	Taken func(label string, c corpus.Capture, isNew bool) error
	// Refused is told of each record or file that was not taken over, and why.
	Refused func(error)

	staged  []staged
	bytes   int
	refused int                // records of the file at hand
	origins map[string]*origin // by payload digest, in lower case
	waiting []*revisit         // whose first record was not met yet
}

// staged is a record that waits to be written together with others.
type staged struct {
	label  string // for Taken: file and address
	where  string // for errors: file and offset
	record archive.Record
}

// Bounds of what waits to be written.
const (
	maxStaged = 64
	maxBytes  = 4 << 20
)

// stage takes a record, which is safe after the next flush.
func (in *Intake) stage(ctx context.Context, s staged) error {
	if s.record.Source == "" {
		s.record.Source = in.Source
	}
	in.staged = append(in.staged, s)
	in.bytes += len(s.record.HTTP) + len(s.record.Body)
	if len(in.staged) < maxStaged && in.bytes < maxBytes {
		return nil
	}
	return in.flush(ctx)
}

// flush makes what is staged safe and tells of it. A record that the archive refuses is told,
// and the others go on; an error is one that ends the work.
func (in *Intake) flush(ctx context.Context) error {
	for len(in.staged) > 0 {
		records := make([]archive.Record, len(in.staged))
		for i, s := range in.staged {
			records[i] = s.record
		}
		results, err := in.Store.PutAll(ctx, records)
		for i, r := range results {
			if err := in.Taken(in.staged[i].label, r.Capture, r.New); err != nil {
				return err
			}
		}
		in.staged = in.staged[len(results):]
		if err == nil {
			break
		}
		if len(in.staged) == 0 || !ofRecord(err) {
			return err
		}
		in.refuse(in.staged[0].where, err)
		in.staged = in.staged[1:]
	}
	in.staged, in.bytes = nil, 0
	return nil
}

// ofRecord reports whether an error is about the record, and not about the disk or the program.
func ofRecord(err error) bool {
	switch corpus.KindOf(err) {
	case corpus.Invalid, corpus.Format, corpus.Corrupt:
		return true
	}
	return false
}

// refuse tells of a record that was not taken over.
func (in *Intake) refuse(where string, err error) {
	in.refused++
	var told *corpus.Error
	if errors.As(err, &told) && told.Item == where {
		in.Refused(err)
		return
	}
	in.Refused(corpus.Errorf(corpus.KindOf(err), where, "%w", err))
}

// verdict is the error of a file of which records were refused.
func (in *Intake) verdict(name string) error {
	n := in.refused
	in.refused = 0
	if n == 0 {
		return nil
	}
	what := "records"
	if n == 1 {
		what = "record"
	}
	return corpus.Errorf(corpus.Format, name, "%d %s could not be taken over", n, what).
		WithRemedy("the others are archived; get the file again from where it came")
}

// importedFrom is the metadata of a record that was taken over.
func importedFrom(name string, rec *warc.Record) corpus.Header {
	return corpus.Header{Name: "imported-from",
		Value: fmt.Sprintf("%s, record %s", place(filepath.Base(name), rec.Offset), rec.ID)}
}

// place names a record of a file.
func place(name string, offset int64) string { return fmt.Sprintf("%s at byte %d", name, offset) }
