package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sort"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// Finding is one thing that is not as it should be.
type Finding struct {
	File   string `json:"file"` // inside archive/
	Offset int64  `json:"offset"`
	Reason string `json:"reason"`
	Remedy string `json:"remedy"`
	// Torn marks what an interrupted write explains: nothing that was acknowledged is lost,
	// and the next writer settles it.
	Torn bool `json:"torn,omitempty"`
}

// String is the finding in one line.
func (f Finding) String() string {
	return fmt.Sprintf("archive/%s at byte %d: %s; %s", f.File, f.Offset, f.Reason, f.Remedy)
}

// Report is the outcome of Verify.
type Report struct {
	Segments  int       `json:"segments"`
	Records   int       `json:"records"` // WARC records read, whole or not
	Captures  int       `json:"captures"`
	Snapshots int       `json:"snapshots"`
	Bytes     int64     `json:"bytes"`
	Findings  []Finding `json:"findings"` // by file and offset
}

// Sound reports whether nothing was found but what an interrupted write explains.
func (r Report) Sound() bool {
	for _, f := range r.Findings {
		if !f.Torn {
			return false
		}
	}
	return true
}

// Verify checks the archive; see the function of the same name.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (Report, error) {
	return Verify(ctx, filepath.Dir(s.dir), progress)
}

// Verify reads every byte of the archive of a corpus folder again and holds it against all
// that is known of it: digests, journal, capture index, and each body against its snapshot
// id. It changes nothing and works on an archive that Open refuses. Damage is in the report;
// an error means that the check could not be done. Progress counts bytes and may be nil.
func Verify(ctx context.Context, dir string, progress func(done, total int64)) (Report, error) {
	beside := &Store{dir: filepath.Join(dir, folderName), opt: Options{ReadOnly: true}}
	for {
		if err := beside.settlePurge(); err != nil {
			return Report{}, err
		}
		r, purges, err := verify(ctx, dir, progress)
		if err != nil {
			return r, err
		}
		if err := beside.settlePurge(); err != nil { // what was found may be of its making
			return Report{}, err
		}
		if !beside.purgedSince(purges) {
			return r, nil
		}
	}
}

// verify is one reading; purges is what the journal said then.
func verify(ctx context.Context, dir string, progress func(done, total int64)) (r Report, purges int, err error) {
	v := &verifier{dir: filepath.Join(dir, folderName), progress: progress,
		sizes: map[int]int64{}, places: map[place]entry{}, payloads: map[string]bool{},
		bodies: map[corpus.SnapshotID]bool{}}
	if progress == nil {
		v.progress = func(int64, int64) {}
	}
	if err := v.survey(dir); err != nil {
		return v.report, v.journal.purges, err
	}
	if err := v.checkJournal(); err != nil {
		return v.report, v.journal.purges, err
	}
	for _, n := range sortedKeys(v.sizes) {
		if err := v.checkSegment(ctx, n); err != nil {
			return v.report, v.journal.purges, err
		}
	}
	v.checkRevisits()
	if err := v.checkIndex(); err != nil {
		return v.report, v.journal.purges, err
	}
	v.report.Snapshots = len(v.bodies)
	sort.SliceStable(v.report.Findings, func(i, j int) bool {
		a, b := v.report.Findings[i], v.report.Findings[j]
		return a.File < b.File || a.File == b.File && a.Offset < b.Offset
	})
	return v.report, v.journal.purges, nil
}

// verifier is one run of Verify.
type verifier struct {
	dir      string
	report   Report
	journal  journal
	sizes    map[int]int64 // segments on disk
	places   map[place]entry
	payloads map[string]bool // payload digests that stand in records of their own
	bodies   map[corpus.SnapshotID]bool
	writing  bool // a writer is at work: what lies behind the journal is its business
	progress func(done, total int64)
	total    int64
}

// place is where a record begins.
type place struct {
	segment int
	offset  int64
}

func sortedKeys[V any](m map[int]V) []int {
	var keys []int
	for n := range m {
		keys = append(keys, n)
	}
	sort.Ints(keys)
	return keys
}

// find adds a finding.
func (v *verifier) find(file string, offset int64, remedy, format string, args ...any) {
	v.report.Findings = append(v.report.Findings, Finding{File: file, Offset: offset,
		Reason: fmt.Sprintf(format, args...), Remedy: remedy})
}

// survey takes the sizes of the segments. It comes before the journal is read, so that all
// that a writer at work has acknowledged within those sizes is in the journal.
func (v *verifier) survey(dir string) error {
	names, err := disk.List(v.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return corpus.Errorf(corpus.NotFound, dir, "there is no corpus here").
			WithRemedy("make one with: ibid init " + dir)
	}
	if err != nil {
		return deviceError(v.dir, "list", err)
	}
	_, v.writing = disk.Holder(filepath.Join(v.dir, lockName))
	for _, name := range names {
		n := segmentNumber(name)
		if n == 0 {
			continue
		}
		f, err := disk.Open(filepath.Join(v.dir, name), disk.ForReading)
		if err != nil {
			return deviceError(name, "open", err)
		}
		size, err := f.Size()
		if err := errors.Join(err, f.Close()); err != nil {
			return deviceError(name, "read its size", err)
		}
		v.sizes[n] = size
		v.total += size
	}
	v.report.Segments = len(v.sizes)
	return nil
}

// Remedies that several findings share.
const (
	journalRemedy = "restore archive/journal from a backup; the captures stand in the WARC files"
	tornRemedy    = "the next command that adds to the corpus settles it"
	indexRemedy   = "delete archive/index.cdxj: the next command that adds to the corpus makes it anew"
)

// checkJournal reads the journal and notes where each record should be.
func (v *verifier) checkJournal() error {
	path := filepath.Join(v.dir, journalName)
	j, _, err := readJournal(path)
	if errors.Is(err, fs.ErrNotExist) {
		v.find(journalName, 0, journalRemedy, "the journal is missing")
		err = nil
	} else if err == nil && j.lines == 0 && len(j.faults) == 0 {
		v.find(journalName, 0, journalRemedy, "the journal is empty")
	}
	if err != nil {
		return err
	}
	v.journal = j
	for _, f := range j.faults {
		if v.writing && j.torn && j.lines > 0 {
			break // the line that is being written
		}
		v.find(journalName, f.offset, journalRemedy, "line %d: %s", f.line, f.reason)
		last := &v.report.Findings[len(v.report.Findings)-1]
		if last.Torn = j.torn && j.lines > 0; last.Torn {
			last.Remedy = tornRemedy
		}
	}
	for _, e := range j.entries {
		v.places[place{e.Segment, e.Offset}] = e
		if e.Op == opCapture {
			v.report.Captures++
		}
		size, there := v.sizes[e.Segment]
		if !there {
			v.find(segmentName(e.Segment), e.Offset, restoreRemedy, "the file is missing")
		} else if e.end() > size && e.Offset >= size {
			v.find(segmentName(e.Segment), e.Offset, restoreRemedy,
				"the file ends at byte %d, before a record of the journal", size)
		}
	}
	return nil
}

// checkSegment reads a segment to its end and holds each record against the journal.
func (v *verifier) checkSegment(ctx context.Context, n int) error {
	name := segmentName(n)
	f, err := disk.Open(filepath.Join(v.dir, name), disk.ForReading)
	if err != nil {
		return deviceError(name, "open", err)
	}
	defer f.Close()
	end := v.journalEnd(n)
	rd := warc.NewReader(f, v.sizes[n], warc.ReadOptions{Name: name})
	before := v.done(n)
	for at := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := rd.Next()
		var d *warc.Damage
		switch {
		case err == io.EOF:
			v.missed(n, at, v.sizes[n])
			return nil
		case errors.As(err, &d):
			v.report.Records++
			v.damaged(n, d, end)
			v.missed(n, d.Offset+1, d.Offset+d.Length)
			at = d.Offset + d.Length
		case err != nil:
			return err
		default:
			v.report.Records++
			v.checkRecord(f, n, rec, end)
			at = rec.Offset + rec.Length
		}
		v.report.Bytes = before + at
		v.progress(before+at, v.total)
	}
}

// done is the size of all segments before one.
func (v *verifier) done(n int) int64 {
	var sum int64
	for k, size := range v.sizes {
		if k < n {
			sum += size
		}
	}
	return sum
}

// journalEnd is the offset behind the last record of a segment that the journal knows.
func (v *verifier) journalEnd(n int) int64 {
	var end int64
	for _, e := range v.journal.entries {
		if e.Segment == n {
			end = max(end, e.end())
		}
	}
	return end
}

// damaged notes a record that cannot be read. Behind the journal's end it is what an
// interrupted write left, or what a writer is at.
func (v *verifier) damaged(n int, d *warc.Damage, end int64) {
	if d.Offset < end {
		v.find(segmentName(n), d.Offset, restoreRemedy, "%s", d.Reason)
		return
	}
	v.behind(n, d.Offset, "part of a record: "+d.Reason)
}

// behind notes what lies behind the end of the journal.
func (v *verifier) behind(n int, offset int64, what string) {
	if v.writing {
		return
	}
	v.find(segmentName(n), offset, tornRemedy, "behind the end of the journal: %s", what)
	v.report.Findings[len(v.report.Findings)-1].Torn = true
}

// missed notes records of the journal that begin in a range in which none was found.
func (v *verifier) missed(n int, from, to int64) {
	for _, e := range v.journal.entries {
		if e.Segment == n && e.Offset >= from && e.Offset < to {
			v.find(segmentName(n), e.Offset, restoreRemedy, "a record of the journal is not there")
		}
	}
}

// checkRecord holds a whole record against its journal line.
func (v *verifier) checkRecord(f io.ReaderAt, n int, rec *warc.Record, end int64) {
	want, listed := v.places[place{n, rec.Offset}]
	got, err := entryAt(f, n, rec)
	switch {
	case !listed && rec.Offset >= end:
		v.behind(n, rec.Offset, "a whole record")
		return
	case !listed:
		v.find(segmentName(n), rec.Offset, journalRemedy, "the journal does not have this record")
		return
	case err != nil:
		v.find(segmentName(n), rec.Offset, restoreRemedy, "%v", err)
		return
	case got.Raw != want.Raw:
		v.find(segmentName(n), rec.Offset, restoreRemedy, "its bytes are not those of the journal")
	case !sameEntry(got, want):
		v.find(segmentName(n), rec.Offset, journalRemedy, "the journal says something else of it")
	}
	if got.Op == opCapture && got.Type != warc.Revisit {
		v.payloads[got.Payload] = true
		v.bodies[got.Capture.Snapshot] = true
	}
}

// sameEntry compares entries as they are written.
func sameEntry(a, b entry) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

// checkRevisits looks for captures whose bytes no sound record holds.
func (v *verifier) checkRevisits() {
	for _, e := range v.journal.entries {
		if e.Type == warc.Revisit && (!v.bodies[e.Capture.Snapshot] || !v.payloads[e.Payload]) {
			v.find(segmentName(e.Segment), e.Offset, restoreRemedy,
				"the record with the bytes of snapshot %s is not sound", e.Capture.Snapshot)
		}
	}
}

// checkIndex makes the index anew, up to the journal line that it says it was made from, and
// compares. An index that is behind is no fault.
func (v *verifier) checkIndex() error {
	path := filepath.Join(v.dir, indexName)
	got, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		v.find(indexName, 0, indexRemedy, "the capture index is missing")
		return nil
	}
	if err != nil {
		return deviceError(path, "read", err)
	}
	var head indexHead
	line, _, _ := bytes.Cut(got, []byte{'\n'})
	value, ok := bytes.CutPrefix(line, []byte("!ibid "))
	if !ok || json.Unmarshal(value, &head) != nil || head.Lines < 1 {
		v.find(indexName, 0, indexRemedy, "its first line does not say which journal it is of")
		return nil
	}
	want, err := v.indexAt(head.Lines)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		at := int64(0)
		for at < int64(min(len(got), len(want))) && got[at] == want[at] {
			at++
		}
		v.find(indexName, at, indexRemedy, "it is not the index of the journal")
	}
	return nil
}

// indexAt makes the index of the first lines of the journal.
func (v *verifier) indexAt(lines int) ([]byte, error) {
	path := filepath.Join(v.dir, journalName)
	b, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, deviceError(path, "read", err)
	}
	end := 0
	for range lines {
		i := bytes.IndexByte(b[end:], '\n')
		if i < 0 {
			break
		}
		end += i + 1
	}
	return renderIndex(parseJournal(b[:end])), nil
}
