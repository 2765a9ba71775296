package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strconv"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// The journal is a text file. Each line is eight hexadecimal digits, a space, a JSON object
// and a line feed. The digits are the CRC-32C of the digits of the line before (zeros for
// the first line) and the JSON, so a line that is changed, lost or moved shows.
//
// The first line is {"op":"archive","version":1}. A "capture" line stands for each capture that
// is safe, an "info" line for each other record: the one that opens a segment, and the request
// and the metadata of a capture behind it. Both give the segment, the
// offset, the length and the sha256 of the bytes there, gzip member and all. A "withdraw" line
// takes captures before it out of use, a "purge" line says that their records are gone; see
// withdraw.go. A purge writes the journal anew and counts in the first line ("purges":1), so
// that whoever reads beside it sees that offsets have moved.
//
// Version history: 1, the first.

// journalVersion is the version that is written, and the only one that is read.
const journalVersion = 1

// Ops of journal lines.
const (
	opArchive  = "archive"
	opInfo     = "info"
	opCapture  = "capture"
	opWithdraw = "withdraw"
	opPurge    = "purge"
)

// entry is one line of the journal.
type entry struct {
	Op      string          `json:"op"`
	Version int             `json:"version,omitempty"`
	Segment int             `json:"segment,omitempty"`
	Offset  int64           `json:"offset,omitempty"`
	Length  int64           `json:"length,omitempty"`
	Raw     string          `json:"raw,omitempty"` // sha256 of the bytes in the segment
	Type    warc.Type       `json:"type,omitempty"`
	ID      string          `json:"id,omitempty"`      // of the WARC record
	Payload string          `json:"payload,omitempty"` // digest of what stands behind the HTTP header
	Capture *corpus.Capture `json:"capture,omitempty"`

	Purges     int         `json:"purges,omitempty"` // of the first line: how many there were
	Withdrawal *Withdrawal `json:"withdrawal,omitempty"`
}

// end is the offset behind the entry's bytes.
func (e entry) end() int64 { return e.Offset + e.Length }

// castagnoli is the CRC-32C, for which processors have an instruction.
func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// appendLine writes an entry as a line that follows one with the checksum before.
func appendLine(dst []byte, before uint32, e entry) ([]byte, uint32, error) {
	value, err := json.Marshal(e)
	if err != nil {
		return dst, before, corpus.Errorf(corpus.Internal, "journal", "%w", err)
	}
	sum := castagnoli(fmt.Appendf(nil, "%08x%s", before, value))
	return fmt.Appendf(dst, "%08x %s\n", sum, value), sum, nil
}

// parseLine reads a line without its line feed. Stated is the checksum that the line gives,
// right or wrong, which the next line is held against.
func parseLine(line []byte, before uint32) (e entry, stated uint32, err error) {
	if len(line) < 10 || line[8] != ' ' {
		return e, 0, fmt.Errorf("it is not a checksum and an entry")
	}
	n, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil {
		return e, 0, fmt.Errorf("it does not begin with a checksum")
	}
	stated = uint32(n)
	if sum := castagnoli(fmt.Appendf(nil, "%08x%s", before, line[9:])); sum != stated {
		return e, stated, fmt.Errorf("its checksum is %08x and should be %08x", stated, sum)
	}
	if fmt.Sprintf("%08x", stated) != string(line[:8]) {
		return e, stated, fmt.Errorf("its checksum is not in lower case")
	}
	if err := json.Unmarshal(line[9:], &e); err != nil {
		return e, stated, fmt.Errorf("its entry cannot be read: %w", err)
	}
	return e, stated, e.validate()
}

// validate checks the form of an entry; it was not made by chance, for its checksum holds.
func (e entry) validate() error {
	switch {
	case e.Op == opArchive && e.Version == journalVersion:
		return nil
	case e.Op == opArchive:
		return fmt.Errorf("it is of version %d, this program reads version %d", e.Version, journalVersion)
	case e.Op != opInfo && e.Op != opCapture && e.Op != opWithdraw && e.Op != opPurge:
		return fmt.Errorf("its op %q is not known: a newer version wrote it", e.Op)
	case e.Segment < 1 || e.Offset < 0 || e.Length < 1 || e.Raw == "":
		return fmt.Errorf("its place in the segments is not valid")
	case e.Op == opInfo:
		return nil
	case e.Op == opWithdraw || e.Op == opPurge:
		if e.Withdrawal == nil {
			return fmt.Errorf("it names no withdrawal")
		}
		return e.Withdrawal.validate()
	case e.Capture == nil || e.ID == "" || e.Payload == "":
		return fmt.Errorf("it names no capture")
	}
	return e.Capture.Validate()
}

// lineFault is a journal line that does not hold.
type lineFault struct {
	line   int // from 1
	offset int64
	reason string
}

// journal is the content of a journal disk.File.
type journal struct {
	entries []entry // of the sound lines, without the first
	purges  int     // as the first line says
	lines   int     // sound lines before the first fault, the first line among them
	sum     uint32  // checksum of the last of those
	good    int64   // bytes that those take
	faults  []lineFault
	torn    bool // all lines from the first fault on are faults: an interrupted write
}

// parseJournal reads a journal as far as it goes. A line behind a fault is still held
// against the checksum that the faulty line states.
func parseJournal(b []byte) journal {
	var j journal
	var before uint32
	var at int64
	for line := 1; len(b) > 0; line++ {
		text, rest, whole := bytes.Cut(b, []byte{'\n'})
		e, stated, err := parseLine(text, before)
		if !whole {
			err = fmt.Errorf("it has no end")
		}
		if err == nil && (e.Op == opArchive) != (line == 1) {
			err = fmt.Errorf("the line that opens a journal is not its first")
		}
		size := int64(len(b) - len(rest))
		switch {
		case err != nil:
			j.faults = append(j.faults, lineFault{line, at, err.Error()})
			j.torn = true
		case len(j.faults) == 0:
			j.lines, j.sum, j.good = line, stated, at+size
			fallthrough
		default:
			j.torn = false
			if line == 1 {
				j.purges = e.Purges
			} else {
				j.entries = append(j.entries, e)
			}
		}
		b, at, before = rest, at+size, stated
	}
	return j
}

// readJournal reads the journal of an archive folder.
func readJournal(path string) (journal, int64, error) {
	b, err := disk.ReadFile(path)
	if err != nil {
		return journal{}, 0, deviceError(path, "read the journal", err)
	}
	return parseJournal(b), int64(len(b)), nil
}

// err is the error of a journal that cannot be worked with: one with a fault before sound
// lines, or without its first line. What an interrupted write leaves is none.
func (j journal) err(path string) error {
	remedy := "restore archive/journal from a backup; the captures themselves stand in the " +
		"WARC files and are not touched by this"
	if j.lines == 0 {
		reason := "it is empty"
		if len(j.faults) > 0 {
			reason = "line 1: " + j.faults[0].reason
		}
		return corpus.Errorf(corpus.Corrupt, path, "%s", reason).WithRemedy(remedy)
	}
	if len(j.faults) == 0 || j.torn {
		return nil
	}
	f := j.faults[0]
	return corpus.Errorf(corpus.Corrupt, path, "line %d at byte %d: %s", f.line, f.offset, f.reason).
		WithRemedy(remedy)
}
