package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/warc"
)

// segmentSuffix ends the name of each segment.
const segmentSuffix = ".warc.gz"

// segmentName is the file name of a segment; segments count from 1.
func segmentName(n int) string { return fmt.Sprintf("%06d%s", n, segmentSuffix) }

// segmentNumber reads a file name back; 0 when it is no segment's.
func segmentNumber(name string) int {
	digits, ok := strings.CutSuffix(name, segmentSuffix)
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || segmentName(n) != name {
		return 0
	}
	return n
}

// infoRecord opens a segment: it says for other tools what wrote the file. Its date is that
// of the first capture, so that the same captures give the same bytes.
func infoRecord(n int, at time.Time) *warc.Record {
	return &warc.Record{Type: warc.Warcinfo, Date: at, ContentType: warc.WarcFields,
		Fields: []warc.Field{{Name: "WARC-Filename", Value: segmentName(n)}},
		Block:  []byte("software: Ibid\r\nformat: WARC File Format 1.1\r\n")}
}

// rawSum is the hash of bytes as they stand in a segment.
func rawSum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// entryOf makes the journal entry of a record as read from a segment, given its bytes there.
// It is the same that the writer made, so the journal can be held against the segments, and
// made again from them. The body is decoded and held against the snapshot id.
func entryOf(segment int, rec *warc.Record, raw []byte) (entry, error) {
	e := entry{Op: opInfo, Segment: segment, Offset: rec.Offset, Length: rec.Length,
		Raw: rawSum(raw), Type: rec.Type, ID: rec.ID}
	if rec.Type == warc.Metadata && rec.Field(withdrawalField) != "" {
		return withdrawalOf(e, rec)
	}
	if rec.Type == warc.Warcinfo || rec.Type == warc.Request || rec.Type == warc.Metadata {
		return e, nil
	}
	var n note
	value := rec.Field(captureField)
	if value == "" {
		return e, fmt.Errorf("the record has no field %s: Ibid did not write it", captureField)
	}
	if err := json.Unmarshal([]byte(value), &n); err != nil {
		return e, fmt.Errorf("the field %s cannot be read: %w", captureField, err)
	}
	e.Op, e.Payload, e.Capture = opCapture, rec.PayloadDigest, &n.Capture
	body, err := bodyOf(rec, e.Capture)
	if err != nil {
		return e, err
	}
	if rec.Type != warc.Revisit && corpus.SnapshotIDOf(body) != n.Snapshot {
		return e, fmt.Errorf("the body is not the one whose hash is %s", n.Snapshot)
	}
	return e, e.validate()
}

// bodyOf takes the body out of a record, nil for a revisit; a header that was left out of
// the capture is filled in when c is given.
func bodyOf(rec *warc.Record, c *corpus.Capture) ([]byte, error) {
	if !strings.HasPrefix(rec.ContentType, "application/http") || rec.Type == warc.Resource {
		return rec.Block, nil
	}
	m, err := warc.ParseResponse(rec.Block)
	if err != nil {
		return nil, err
	}
	if c != nil {
		c.Header = headerOf(m)
	}
	if rec.Type == warc.Revisit {
		return nil, nil
	}
	return m.Body(warc.Limits{MaxBody: maxBody})
}
