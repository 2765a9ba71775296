package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// flushAt is how many bytes PutAll gathers before it writes and syncs them. Two syncs cost
// as much as writing some megabytes; larger batches gain nothing and hold memory.
const flushAt = 8 << 20

// writer is what a Store needs to write.
type writer struct {
	lock    io.Closer
	packer  warc.Packer
	journal disk.File
	lines   int    // of the journal
	sum     uint32 // of its last line
	segment int    // the last one; 0 when there is none
	size    int64  // of the last segment
	behind  bool   // the index is older than the journal
	broken  error  // a write failed: what is on disk is not known until the next Open
}

// Result is what became of a record: the capture there is now, and whether Put made it.
type Result struct {
	Capture corpus.Capture
	New     bool
}

// Put stores one record; see PutAll.
func (s *Store) Put(ctx context.Context, r Record) (corpus.Capture, bool, error) {
	results, err := s.PutAll(ctx, []Record{r})
	if err != nil {
		return corpus.Capture{}, false, err
	}
	return results[0].Capture, results[0].New, nil
}

// PutAll stores records in order and syncs them together, which is far cheaper than one by
// one. A record adds nothing when the URL's capture before it in time has the same bytes and
// status, or when the same capture is there already: its result is then that capture.
//
// The results are those of the first records, and are safe on disk when it returns, also
// together with an error; the record behind them is the one that failed, or the first that
// was not tried. A record that contradicts itself is an error of kind Invalid or Format.
// After one of kind Unavailable the disk is in doubt: the Store takes nothing more until the
// archive is opened again, which settles it.
func (s *Store) PutAll(ctx context.Context, records []Record) ([]Result, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return nil, err
	}
	var results []Result
	safe, entries := 0, len(s.entries)
	b := s.newBatch()
	flush := func() error {
		if err := s.flush(b); err != nil {
			s.writer.broken, s.writer.behind = err, false
			s.index(s.entries[:entries:entries])
			return err
		}
		safe, entries = len(results), len(s.entries)
		b = s.newBatch()
		return nil
	}
	var failed error
	for _, r := range records {
		if failed = ctx.Err(); failed != nil {
			break
		}
		var result Result
		if result, failed = s.stage(b, r); failed != nil {
			break
		}
		results = append(results, result)
		if b.bytes >= flushAt {
			if err := flush(); err != nil {
				return results[:safe], err
			}
		}
	}
	if err := flush(); err != nil {
		return results[:safe], err
	}
	return results, failed
}

// batch is what the next flush writes: bytes by segment, then journal lines.
type batch struct {
	packer  *warc.Packer
	parts   []part
	segment int
	size    int64 // of that segment once the batch is written
	journal []byte
	lines   int
	sum     uint32
	bytes   int64
}

// part is what a batch appends to one segment.
type part struct {
	segment int
	create  bool
	data    []byte
}

func (s *Store) newBatch() *batch {
	w := s.writer
	return &batch{packer: &w.packer, segment: w.segment, size: w.size, lines: w.lines, sum: w.sum}
}

// stage checks a record and puts it into the batch and the tables.
func (s *Store) stage(b *batch, r Record) (Result, error) {
	c, _, payload, err := checked(r)
	if err != nil {
		return Result{}, err
	}
	if known, ok := s.known(c); ok {
		return Result{Capture: known}, nil
	}
	w, err := toWARC(c, r)
	if err != nil {
		return Result{}, err
	}
	if n, held := s.byBody[c.Snapshot]; held && s.entries[n].Payload == warc.Digest(payload) {
		asRevisit(w, payload, s.entries[n])
	}
	if err := s.roll(b, c.At); err != nil {
		return Result{}, err
	}
	e, err := b.append(w)
	if err != nil {
		return Result{}, err
	}
	for _, w := range beside(e, r) {
		if _, err := b.append(w); err != nil {
			return Result{}, err
		}
	}
	s.add(e)
	return Result{Capture: *e.Capture, New: true}, nil
}

// roll begins a new segment in the batch when the last one is full, and opens one that is empty.
func (s *Store) roll(b *batch, at time.Time) error {
	if b.segment == 0 || b.size >= s.opt.MaxSegment {
		b.segment, b.size = b.segment+1, 0
		b.parts = append(b.parts, part{segment: b.segment, create: true})
	}
	if b.size > 0 {
		return nil
	}
	_, err := b.append(infoRecord(b.segment, at))
	return err
}

// known finds the capture that makes c superfluous.
func (s *Store) known(c corpus.Capture) (corpus.Capture, bool) {
	var before *corpus.Capture
	for _, n := range s.byURL[corpus.NormalizeURL(c.URL)] {
		k := s.entries[n].Capture
		if k.At.After(c.At) {
			break
		}
		if k.At.Equal(c.At) && k.Snapshot == c.Snapshot && k.Status == c.Status {
			return *k, true
		}
		before = k
	}
	if before != nil && before.Snapshot == c.Snapshot && before.Status == c.Status {
		return *before, true
	}
	return corpus.Capture{}, false
}

// append writes a record and its journal line into the batch. The record is read back first,
// down to its body: what is acknowledged has been readable once.
func (b *batch) append(w *warc.Record) (entry, error) {
	raw, err := b.packer.Marshal(w)
	if err != nil {
		return entry{}, err
	}
	rec, err := warc.ReadAt(bytes.NewReader(raw), int64(len(raw)), 0, warc.ReadOptions{})
	if err != nil {
		return entry{}, corpus.Errorf(corpus.Internal, w.TargetURI, "a record that was just "+
			"made cannot be read: %w", err)
	}
	rec.Offset = b.size
	e, err := entryOf(b.segment, rec, raw)
	if err != nil {
		return entry{}, corpus.Errorf(corpus.Internal, w.TargetURI, "a record that was just "+
			"made cannot be read: %w", err)
	}
	journal, sum, err := appendLine(b.journal, b.sum, e)
	if err != nil {
		return entry{}, err
	}
	if len(b.parts) == 0 || b.parts[len(b.parts)-1].segment != b.segment {
		b.parts = append(b.parts, part{segment: b.segment})
	}
	last := &b.parts[len(b.parts)-1]
	last.data = append(last.data, raw...)
	b.journal, b.sum, b.lines = journal, sum, b.lines+1
	b.size, b.bytes = b.size+int64(len(raw)), b.bytes+int64(len(raw))
	return e, nil
}

// flush makes a batch durable: the segments, the folder when it has new ones, then the
// journal. Nothing of it counts before the last sync has returned.
func (s *Store) flush(b *batch) error {
	if b.bytes == 0 {
		return nil
	}
	created := false
	for _, p := range b.parts {
		path, flag := s.path(segmentName(p.segment)), disk.ForAppend
		if p.create {
			flag, created = disk.ForNew, true
		}
		f, err := disk.Open(path, flag)
		if err != nil {
			return deviceError(path, "open", err)
		}
		if err := disk.AppendAndClose(f, p.data); err != nil {
			return deviceError(path, "write", err)
		}
	}
	if created {
		if err := disk.SyncDir(s.dir); err != nil {
			return deviceError(s.dir, "sync the folder", err)
		}
	}
	w := s.writer
	if err := appendSynced(w.journal, b.journal); err != nil {
		return deviceError(s.path(journalName), "write", err)
	}
	w.segment, w.size, w.lines, w.sum, w.behind = b.segment, b.size, b.lines, b.sum, true
	return nil
}

// appendSynced appends and syncs.
func appendSynced(f disk.File, b []byte) error {
	if _, err := f.Write(b); err != nil {
		return err
	}
	return f.Sync()
}

// closeWriter ends writing: the index is brought up to date, then the lock is let go.
func (s *Store) closeWriter() error {
	w := s.writer
	var errs []error
	if w.behind {
		errs = append(errs, s.writeIndex())
	}
	if w.journal != nil {
		errs = append(errs, w.journal.Close())
	}
	if w.lock != nil {
		errs = append(errs, w.lock.Close())
	}
	return errors.Join(errs...)
}
