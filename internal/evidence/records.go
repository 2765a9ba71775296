package evidence

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// captureField is the field of a record header in which the archive keeps the capture as JSON.
const captureField = "Ibid-Capture"

// maxBody bounds the body of one capture, in bytes.
const maxBody = 64 << 20

// record is one record of a bundle.
type record struct {
	raw     []byte // its gzip member, as the archive has it
	warc    *warc.Record
	capture *corpus.Capture // nil for what is no capture: a request, metadata
	body    []byte          // nil for a revisit
	holds   bool            // body is that of the capture
}

// parseRecord reads one gzip member.
func parseRecord(raw []byte) (*record, error) {
	w, err := warc.ReadAt(bytes.NewReader(raw), int64(len(raw)), 0, warc.ReadOptions{Name: recordsName})
	if err != nil {
		return nil, err
	}
	if w.Length != int64(len(raw)) {
		return nil, corpus.Errorf(corpus.Invalid, w.ID, "more than one record")
	}
	return newRecord(raw, w)
}

// newRecord reads the capture of a record and its body.
func newRecord(raw []byte, w *warc.Record) (*record, error) {
	r := &record{raw: raw, warc: w}
	value := w.Field(captureField)
	if value == "" {
		return r, nil
	}
	r.capture = &corpus.Capture{}
	if err := json.Unmarshal([]byte(value), r.capture); err != nil {
		return nil, corpus.Errorf(corpus.Corrupt, w.ID, "the field %s cannot be read: %w", captureField, err)
	}
	if w.Type == warc.Revisit {
		return r, nil
	}
	r.body, r.holds = w.Block, true
	if strings.HasPrefix(w.ContentType, "application/http") && w.Type != warc.Resource {
		m, err := warc.ParseResponse(w.Block)
		if err != nil {
			return nil, err
		}
		if r.body, err = m.Body(warc.Limits{MaxBody: maxBody}); err != nil {
			return nil, err
		}
	}
	if corpus.SnapshotIDOf(r.body) != r.capture.Snapshot {
		return nil, corpus.Errorf(corpus.Corrupt, w.ID, "the body is not the one whose sha256 is %s", r.capture.Snapshot)
	}
	return r, nil
}

// sortRecords puts records in the order of their time, what is referred to before what refers to
// it, and drops repeats.
func sortRecords(rs []*record) []*record {
	late := func(r *record) int {
		if r.warc.Type == warc.Revisit {
			return 1
		}
		return 0
	}
	slices.SortFunc(rs, func(a, b *record) int {
		return cmp.Or(a.warc.Date.Compare(b.warc.Date), late(a)-late(b), cmp.Compare(a.warc.ID, b.warc.ID),
			bytes.Compare(a.raw, b.raw))
	})
	return slices.CompactFunc(rs, func(a, b *record) bool { return bytes.Equal(a.raw, b.raw) })
}

// readRecords reads the WARC member of a bundle, strictly: its warcinfo record and those behind.
// Each damage is a finding at the offset of its record.
func readRecords(data []byte) (info []byte, rs []*record, found []Finding) {
	rd := warc.NewReader(bytes.NewReader(data), int64(len(data)), warc.ReadOptions{Name: recordsName})
	for {
		w, err := rd.Next()
		if err == io.EOF {
			return info, rs, found
		}
		var d *warc.Damage
		if errors.As(err, &d) {
			found = append(found, findf(recordsName, d.Offset, "the record here: %s", d.Reason))
			continue
		}
		if err != nil { // bytes in memory can be read
			return info, rs, append(found, findf(recordsName, 0, "%v", err))
		}
		raw := data[w.Offset : w.Offset+w.Length]
		if w.Type == warc.Warcinfo && w.Offset == 0 {
			info = raw
			continue
		}
		r, err := newRecord(raw, w)
		if err != nil {
			found = append(found, findf(recordsName, w.Offset, "%v", err))
			continue
		}
		rs = append(rs, r)
	}
}

// captureIndex is the CDXJ of the records, which stand in the WARC from an offset on.
func captureIndex(rs []*record, offset int) []byte {
	var lines []string
	for _, r := range rs {
		if r.capture != nil {
			w := *r.warc
			w.Offset, w.Length = int64(offset), int64(len(r.raw))
			lines = append(lines, archive.IndexLine(*r.capture, &w, path.Base(recordsName)))
		}
		offset += len(r.raw)
	}
	slices.Sort(lines)
	return []byte(strings.Join(lines, ""))
}

// infoRecord opens the WARC of a bundle. Its date is that of the last capture.
func infoRecord(at time.Time) ([]byte, error) {
	return warc.MarshalGzip(&warc.Record{Type: warc.Warcinfo, Date: at, ContentType: warc.WarcFields,
		Fields: []warc.Field{{Name: "WARC-Filename", Value: path.Base(recordsName)}},
		Block:  []byte("software: Ibid\r\nformat: WARC File Format 1.1\r\n")})
}
