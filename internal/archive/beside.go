package archive

import (
	"bytes"

	"ibid/corpus"
	"ibid/internal/warc"
)

// What is kept beside a capture stands in records of their own behind it, which name it by
// WARC-Concurrent-To: the request as it was sent, and metadata.

// maxMetadata is the most bytes of the metadata of one capture.
const maxMetadata = 64 << 10

// beside makes the records that follow that of a capture.
func beside(e entry, r Record) []*warc.Record {
	var ws []*warc.Record
	add := func(t warc.Type, contentType string, block []byte) {
		ws = append(ws, &warc.Record{Type: t, Date: e.Capture.At, TargetURI: targetOf(*e.Capture),
			ContentType: contentType, Block: block,
			Fields: []warc.Field{{Name: "WARC-Concurrent-To", Value: "<" + e.ID + ">"}}})
	}
	if len(r.Request) > 0 {
		add(warc.Request, warc.HTTPRequest, r.Request)
	}
	if len(r.Metadata) > 0 {
		var b bytes.Buffer
		for _, h := range r.Metadata {
			b.WriteString(h.Name + ": " + h.Value + "\r\n")
		}
		add(warc.Metadata, warc.WarcFields, b.Bytes())
	}
	return ws
}

// checkBeside refuses what beside could not write so that it is read back.
func checkBeside(r Record) error {
	if len(r.Request) > maxHTTP {
		return corpus.Errorf(corpus.Invalid, r.URL, "an HTTP request of %d bytes is more than the %d "+
			"that are kept", len(r.Request), maxHTTP)
	}
	size := 0
	for _, h := range r.Metadata {
		size += len(h.Name) + len(h.Value)
		if !warc.IsField(h.Name, h.Value) || size > maxMetadata {
			return corpus.Errorf(corpus.Invalid, r.URL, "the metadata %q cannot be kept", h.Name)
		}
	}
	return nil
}

// standsBeside is the place of a record beside a capture, and of that capture, in a journal.
type standsBeside struct{ at, of int }

// besides finds the records that stand beside captures: they follow these in the same segment.
func besides(entries []entry) (list []standsBeside) {
	last := -1
	for i, e := range entries {
		switch {
		case e.Op == opCapture:
			last = i
		case e.Op == opInfo && (e.Type == warc.Request || e.Type == warc.Metadata):
			if last >= 0 && entries[last].Segment == e.Segment && entries[last].Offset < e.Offset {
				list = append(list, standsBeside{at: i, of: last})
			}
		case e.Op == opInfo:
			last = -1
		}
	}
	return list
}
