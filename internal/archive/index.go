package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"ibid/internal/disk"
	"ibid/internal/warc"
)

// The capture index is CDXJ, which other archive tools read: lines of a key, a time and a
// JSON object, sorted. The key is the URL with the host turned round, so that the pages of a
// site stand together. The first line is ours and sorts first:
//
//	!ibid {"journal_lines":3,"journal_sum":"5f1d09ab"}
//	example,wire)/a 20240302100000 {"url":"https://wire.example/a", …}
//
// It is made from the journal alone and never read to answer anything; it may lag behind
// after a crash, and the next writer to close makes it anew.

// indexHead is the first line of an index: which journal it was made from.
type indexHead struct {
	Lines int    `json:"journal_lines"`
	Sum   string `json:"journal_sum"`
}

// indexLine is the object of a line, with the names that other tools use.
type indexLine struct {
	URL      string `json:"url"`
	Mime     string `json:"mime"`
	Status   string `json:"status"`
	Digest   string `json:"digest"` // of the payload, as in the WARC record
	Snapshot string `json:"snapshot"`
	Length   string `json:"length"`
	Offset   string `json:"offset"`
	Filename string `json:"filename"`
}

// headOf is the first line of the index of a journal.
func headOf(lines int, sum uint32) []byte {
	b, _ := json.Marshal(indexHead{Lines: lines, Sum: fmt.Sprintf("%08x", sum)}) // cannot fail
	return fmt.Appendf(nil, "!ibid %s\n", b)
}

// renderIndex makes the index of a journal.
func renderIndex(j journal) []byte {
	var lines []string
	for _, e := range captures(j.entries) {
		lines = append(lines, renderLine(e))
	}
	sort.Strings(lines)
	var b bytes.Buffer
	b.Write(headOf(j.lines, j.sum))
	for _, line := range lines {
		b.WriteString(line)
	}
	return b.Bytes()
}

// renderLine makes the line of one capture.
func renderLine(e entry) string {
	c := e.Capture
	mime := c.MediaType
	if e.Type == warc.Revisit {
		mime = "warc/revisit"
	}
	value, _ := json.Marshal(indexLine{URL: c.URL, Mime: mime, Status: strconv.Itoa(c.Status), // cannot fail
		Digest: e.Payload, Snapshot: string(c.Snapshot), Length: strconv.FormatInt(e.Length, 10),
		Offset: strconv.FormatInt(e.Offset, 10), Filename: segmentName(e.Segment)})
	return fmt.Sprintf("%s %s %s\n", sortKey(c.URL), c.At.Format("20060102150405"), value)
}

// sortKey turns the host of a URL round and drops the scheme; spaces are escaped, because
// they part the fields of a line.
func sortKey(raw string) string {
	key := raw
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		labels := strings.Split(strings.ToLower(u.Hostname()), ".")
		for i, k := 0, len(labels)-1; i < k; i, k = i+1, k-1 {
			labels[i], labels[k] = labels[k], labels[i]
		}
		key = strings.Join(labels, ",")
		if u.Port() != "" {
			key += ":" + u.Port()
		}
		key += ")" + u.RequestURI()
	}
	return strings.NewReplacer(" ", "%20", "\n", "%0A", "\r", "%0D", "\t", "%09").Replace(key)
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
