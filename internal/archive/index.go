package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// The capture index is CDXJ as pywb and its kin read it: lines of a key, a time and a JSON
// object, sorted by bytes. The key is the address turned round and simplified (surt.go). Key,
// time and object are, but for "snapshot", those that cdxj-indexer finds in the segments; the
// first line is ours and sorts first:
//
//	!ibid {"version":2,"journal_lines":3,"journal_sum":"5f1d09ab"}
//	example,wire)/a 20240302100000 {"url":"https://wire.example/a", …}
//
// It is made from the journal alone and never read to answer anything; it may lag behind
// after a crash, and the next writer to close makes it anew.
//
// Version history: 1, keys without simplification; 2, as above.

// indexVersion is the version that is written.
const indexVersion = 2

// indexHead is the first line of an index: which journal it was made from.
type indexHead struct {
	Version int    `json:"version"`
	Lines   int    `json:"journal_lines"`
	Sum     string `json:"journal_sum"`
}

// indexLine is the object of a line, with the names that other tools use.
type indexLine struct {
	URL      string `json:"url"`
	Mime     string `json:"mime"`
	Status   string `json:"status,omitempty"` // of an HTTP answer
	Digest   string `json:"digest"`           // of the payload, as in the WARC record
	Snapshot string `json:"snapshot"`
	Length   string `json:"length"`
	Offset   string `json:"offset"`
	Filename string `json:"filename"`
}

// headOf is the first line of the index of a journal.
func headOf(lines int, sum uint32) []byte {
	head := indexHead{Version: indexVersion, Lines: lines, Sum: fmt.Sprintf("%08x", sum)}
	b, _ := json.Marshal(head) // cannot fail
	return fmt.Appendf(nil, "!ibid %s\n", b)
}

// renderIndex makes the index of a journal.
func renderIndex(j journal) []byte {
	b := bytes.NewBuffer(headOf(j.lines, j.sum))
	for _, line := range indexLines(j) {
		b.WriteString(line)
	}
	return b.Bytes()
}

// indexLines are the lines of the captures of a journal, sorted.
func indexLines(j journal) []string {
	var lines []string
	counted, _ := parted(j.entries)
	for _, e := range counted {
		lines = append(lines, renderLine(e))
	}
	sort.Strings(lines)
	return lines
}

// renderLine makes the line of one capture.
func renderLine(e entry) string {
	return IndexLine(*e.Capture, &warc.Record{Type: e.Type, PayloadDigest: e.Payload, Offset: e.Offset,
		Length: e.Length}, segmentName(e.Segment))
}

// IndexLine is the line of a capture in the index of captures, for a record that stands at its
// offset in a file of that name.
func IndexLine(c corpus.Capture, rec *warc.Record, file string) string {
	line := indexLine{URL: warc.EscapeURI(targetOf(c)), Mime: c.MediaType, Digest: rec.PayloadDigest,
		Snapshot: string(c.Snapshot), Length: strconv.FormatInt(rec.Length, 10),
		Offset: strconv.FormatInt(rec.Offset, 10), Filename: file}
	if rec.Type == warc.Revisit {
		line.Mime = "warc/revisit"
	}
	if strings.HasPrefix(line.URL, "http") {
		line.Status = strconv.Itoa(c.Status)
	}
	return cdxjLine(line.URL, c.At, line)
}

// cdxjLine makes a line of a capture index.
func cdxjLine(url string, at time.Time, object indexLine) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(object) // strings alone: cannot fail
	return fmt.Sprintf("%s %s %s", surt(url), at.Format("20060102150405"), b.Bytes())
}

// writeIndex makes the index anew from the journal on disk.
func (s *Store) writeIndex() error {
	j, _, err := readJournal(s.path(journalName))
	if err != nil {
		return err
	}
	if err := disk.Replace(s.path(indexName), renderIndex(j)); err != nil {
		return deviceError(s.path(indexName), "write", err)
	}
	return nil
}

// indexIsCurrent reports whether the index was made from the journal as it is.
func (s *Store) indexIsCurrent() bool {
	b, err := disk.ReadFile(s.path(indexName))
	return err == nil && bytes.HasPrefix(b, headOf(s.writer.lines, s.writer.sum))
}
