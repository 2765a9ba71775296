package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// warc archives the pages of a WARC file. A damaged record is reported and the sound ones
// around it are kept; the file then counts as not added whole.
func (a *adder) warc(ctx context.Context, path string) error {
	f, size, err := openForReading(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if size == 0 {
		return corpus.Errorf(corpus.Format, path, "the file is empty")
	}
	damaged := 0
	r := warc.NewReader(f, size, warc.ReadOptions{Name: path})
	for ctx.Err() == nil {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var d *warc.Damage
		if errors.As(err, &d) {
			damaged++
			fmt.Fprintf(a.log, "not added: %v\n", err)
			continue
		}
		if err != nil {
			return err
		}
		if err := a.record(ctx, path, rec); err != nil {
			damaged++
			fmt.Fprintf(a.log, "not added: %s: record at %d: %v\n", path, rec.Offset, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if damaged > 0 {
		return corpus.Errorf(corpus.Format, path, "%s could not be taken over", count(damaged, "record")).
			WithRemedy("the others are archived; get the file again from where it came")
	}
	return nil
}

// record archives one record of a WARC file. Records that hold no page are passed over:
// requests, metadata, answers that are neither HTML nor text.
func (a *adder) record(ctx context.Context, path string, rec *warc.Record) error {
	r := archive.Record{URL: rec.TargetURI, At: rec.Date.UTC().Truncate(time.Second), Source: a.source}
	switch {
	case rec.Salvaged:
		return corpus.Errorf(corpus.Corrupt, rec.TargetURI, "found by searching behind a damage; it proves nothing")
	case rec.Type == warc.Response && strings.HasPrefix(rec.TargetURI, "http"):
		m, err := warc.ParseResponse(rec.Block)
		if err != nil {
			return err
		}
		if media, _ := warc.MediaType(m.Field("Content-Type")); !readable(media) {
			return nil
		}
		r.HTTP = rec.Block
	case rec.Type == warc.Resource && readable(firstPart(rec.ContentType)):
		r.Status, r.Body = 200, rec.Block
		r.MediaType, r.Charset = warc.MediaType(rec.ContentType)
	case rec.Type == warc.Revisit:
		return a.revisit(rec)
	default:
		return nil
	}
	return a.put(ctx, path+"\t"+rec.TargetURI, r)
}

// revisit says that a record repeats an earlier one, whose bytes are archived already or not.
func (a *adder) revisit(rec *warc.Record) error {
	if _, known := a.latest(rec.TargetURI); known {
		return nil
	}
	return corpus.Errorf(corpus.Format, rec.TargetURI, "is a revisit of a record that is not archived").
		WithRemedy("add the WARC file with the first capture")
}

// readable reports whether pages of a media type can be read.
func readable(media string) bool {
	switch media {
	case "text/html", "application/xhtml+xml", "text/plain", "":
		return true
	}
	return false
}

// firstPart is a media type without its parameters.
func firstPart(contentType string) string {
	media, _ := warc.MediaType(contentType)
	return media
}
