package intake

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// WARC takes the pages of a WARC file over: responses and resources that hold HTML or text, with
// the request and the metadata beside them, and revisits of such. Name is the file's, for
// errors. The error says how many records were refused; each was told before.
func (in *Intake) WARC(ctx context.Context, name string, r io.ReaderAt, size int64) error {
	if size == 0 {
		return corpus.Errorf(corpus.Format, name, "the file is empty")
	}
	f, sound := &warcFile{in: in, name: name}, 0
	rd := warc.NewReader(r, size, warc.ReadOptions{Name: name})
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := rd.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var d *warc.Damage
		if errors.As(err, &d) {
			in.refuse(place(name, d.Offset), err)
			continue
		}
		if err != nil {
			return err
		}
		sound++
		if err := f.take(ctx, rec); err != nil {
			return err
		}
	}
	if err := f.release(ctx); err != nil {
		return err
	}
	if err := in.flush(ctx); err != nil {
		return err
	}
	err := in.verdict(name)
	var told *corpus.Error
	if sound == 0 && errors.As(err, &told) {
		told.Remedy = "where a whole WARC file was packed at once, unpack it and add that"
	}
	return err
}

// warcFile is a WARC file on its way. A response waits for the record behind it, which may be
// its request or metadata; a request waits for the response behind it.
type warcFile struct {
	in    *Intake
	name  string
	held  *staged      // the last response, until it is known what belongs to it
	id    string       // its record id
	asked *warc.Record // the last request
}

// take looks at one record.
func (f *warcFile) take(ctx context.Context, rec *warc.Record) error {
	where := place(f.name, rec.Offset)
	if rec.Salvaged && !f.in.Salvaged {
		f.in.refuse(where, corpus.Errorf(corpus.Corrupt, where, "the record was found by searching "+
			"behind a damage and may be part of what was damaged").
			WithRemedy("look at it, then add the file with --salvaged"))
		return nil
	}
	if why := partly(rec); why != "" {
		f.in.refuse(where, corpus.Errorf(corpus.Format, where, "%s", why))
		return nil
	}
	switch rec.Type {
	case warc.Request, warc.Metadata:
		f.attach(rec)
		return nil
	case warc.Revisit:
		if err := f.release(ctx); err != nil {
			return err
		}
		return f.in.revisit(ctx, &revisit{rec: rec, where: where, name: f.name})
	case warc.Response, warc.Resource:
		if err := f.release(ctx); err != nil {
			return err
		}
		return f.page(rec, where)
	}
	return nil
}

// partly says why a record does not hold all of what it is about; "" when it does.
func partly(rec *warc.Record) string {
	why := rec.Field("WARC-Truncated")
	switch {
	case rec.Field("WARC-Segment-Number") != "":
		return "the record is one of several that hold a page in parts"
	case why != "" && (rec.Type == warc.Response || rec.Type == warc.Resource):
		return "the record was cut off by what wrote it (WARC-Truncated: " + strconv.Quote(why) + ")"
	}
	return ""
}

// page holds a response or resource back as a record of the archive, when it is a page.
func (f *warcFile) page(rec *warc.Record, where string) error {
	r, ok, err := recordOf(rec)
	if err != nil {
		f.in.refuse(where, err)
		return nil
	}
	f.in.remember(rec, r, ok)
	if !ok {
		return nil
	}
	r.Metadata = append(r.Metadata, importedFrom(f.name, rec))
	if rec.Salvaged {
		r.Metadata = append(r.Metadata, corpus.Header{Name: "salvaged",
			Value: "found by searching behind a damaged record, of which it may be a part"})
	}
	if f.asked != nil && (beside(rec, f.asked.ID) || beside(f.asked, rec.ID)) {
		r.Request = f.asked.Block
	}
	f.asked = nil
	f.held, f.id = &staged{label: f.name + "\t" + rec.TargetURI, where: where, record: r}, rec.ID
	return nil
}

// attach gives a request or metadata to the response it belongs to.
func (f *warcFile) attach(rec *warc.Record) {
	mine := f.held != nil && beside(rec, f.id)
	switch {
	case rec.Type == warc.Request && mine:
		f.held.record.Request = rec.Block
	case rec.Type == warc.Request:
		f.asked = rec
	case mine && rec.ContentType == warc.WarcFields:
		fields := metadataOf(rec.Block)
		f.held.record.Metadata = append(fields, f.held.record.Metadata...)
	}
}

// metadataOf reads a block of fields; what is none is left out.
func metadataOf(block []byte) (fields []corpus.Header) {
	for line := range strings.SplitSeq(string(block), "\r\n") {
		name, value, ok := strings.Cut(line, ":")
		if value = strings.TrimSpace(value); ok && warc.IsField(name, value) {
			fields = append(fields, corpus.Header{Name: name, Value: value})
		}
	}
	return fields
}

// beside reports whether a record names another as of the same capture.
func beside(rec *warc.Record, id string) bool {
	return slices.ContainsFunc(rec.Fields, func(f warc.Field) bool {
		name := strings.ToLower(f.Name)
		return (name == "warc-concurrent-to" || name == "warc-refers-to") && f.Value == "<"+id+">"
	})
}

// release stages the response that was held back.
func (f *warcFile) release(ctx context.Context) error {
	if f.held == nil {
		return nil
	}
	s := *f.held
	f.held, f.id = nil, ""
	return f.in.stage(ctx, s)
}

// recordOf makes a record of the archive of a response or resource; false when it holds no page:
// an answer that is neither HTML nor text, or a tool's own notes.
func recordOf(rec *warc.Record) (r archive.Record, ok bool, err error) {
	r, ours, err := archive.Recorded(rec)
	if ours || err != nil {
		return r, ours, err
	}
	r = archive.Record{URL: rec.TargetURI, At: rec.Date.UTC().Truncate(time.Second)}
	switch {
	case rec.Type == warc.Response && isWeb(rec.TargetURI):
		m, err := warc.ParseResponse(rec.Block)
		if err != nil {
			return r, false, err
		}
		if media, _ := warc.MediaType(m.Field("Content-Type")); !readable(media) || m.Status == 304 {
			return r, false, nil
		}
		r.HTTP = rec.Block
		return r, true, nil
	case rec.Type == warc.Resource && (isWeb(rec.TargetURI) || strings.HasPrefix(rec.TargetURI, "file:")):
		r.Status, r.Body = 200, rec.Block
		r.MediaType, r.Charset = warc.MediaType(rec.ContentType)
		return r, readable(r.MediaType), nil
	}
	return r, false, nil
}

// isWeb reports whether an address is one of HTTP.
func isWeb(uri string) bool {
	return strings.HasPrefix(uri, "http://") || strings.HasPrefix(uri, "https://")
}

// readable reports whether pages of a media type can be read.
func readable(media string) bool {
	switch media {
	case "text/html", "application/xhtml+xml", "text/plain", "text/markdown", "":
		return true
	}
	return false
}
