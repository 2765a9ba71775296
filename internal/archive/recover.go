package archive

import (
	"errors"
	"fmt"
	"io"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// Recovery. A writer that died can have left, behind what the journal acknowledges: whole
// records whose line is missing, a piece of a record, a piece of a line, a new segment that
// is empty. Nothing of it was acknowledged. Whole records are kept, because somebody may
// have waited for them; pieces are moved to torn/, because they are bytes and we do not
// throw bytes away.

// recover settles what an interrupted write left, and opens journal and last segment.
func (s *Store) recover(j journal, size int64) (journal, error) {
	w := s.writer
	if size > j.good {
		if err := s.moveAside(journalName, j.good, "an interrupted write left part of a line"); err != nil {
			return j, err
		}
	}
	var err error
	if w.journal, err = disk.Open(s.path(journalName), disk.ForAppend); err != nil {
		return j, deviceError(s.path(journalName), "open", err)
	}
	w.lines, w.sum = j.lines, j.sum
	ends := map[int]int64{}
	for _, e := range j.entries {
		ends[e.Segment] = max(ends[e.Segment], e.end())
	}
	names, err := disk.List(s.dir)
	if err != nil {
		return j, deviceError(s.dir, "list", err)
	}
	for _, name := range names {
		n := segmentNumber(name)
		if n == 0 {
			continue
		}
		adopted, end, err := s.recoverSegment(n, ends[n])
		if err != nil {
			return j, err
		}
		j.entries = append(j.entries, adopted...)
		w.segment, w.size = n, end
	}
	w.behind = !s.indexIsCurrent()
	return j, nil
}

// recoverSegment takes whole records behind the journal's end of a segment into the journal
// and moves the rest aside. It returns their entries and the segment's new size.
func (s *Store) recoverSegment(n int, end int64) ([]entry, int64, error) {
	name := segmentName(n)
	f, err := s.segment(n)
	if err != nil {
		return nil, 0, err
	}
	size, err := f.Size()
	if err != nil {
		return nil, 0, deviceError(s.path(name), "read its size", err)
	}
	if size <= end {
		return nil, size, nil
	}
	adopted, at, reason, err := readTail(f, n, end, size)
	if err != nil {
		return nil, 0, err
	}
	if len(adopted) > 0 {
		if err := s.adopt(n, adopted); err != nil {
			return nil, 0, err
		}
		s.recovered = append(s.recovered, Finding{File: name, Offset: end, Torn: true,
			Reason: fmt.Sprintf("%d whole records stood behind the end of the journal", len(adopted)),
			Remedy: "they were taken in; nothing is to be done"})
	}
	if at < size {
		reason = "an interrupted write left part of a record: " + reason
		if err := s.moveAside(name, at, reason); err != nil {
			return nil, 0, err
		}
	}
	return adopted, at, nil
}

// readTail reads the records of a segment from an offset on, up to the first that is not
// whole: at is where that one begins.
func readTail(f disk.File, segment int, from, size int64) (es []entry, at int64, reason string, err error) {
	rd := warc.NewReader(f, size, warc.ReadOptions{Name: segmentName(segment), From: from})
	for at = from; ; {
		rec, err := rd.Next()
		if err == io.EOF {
			return es, at, "", nil
		}
		if corpus.KindOf(err) == corpus.Unavailable && err != nil {
			return nil, 0, "", err
		}
		if err != nil {
			var d *warc.Damage
			errors.As(err, &d)
			return es, at, d.Reason, nil
		}
		e, err := entryAt(f, segment, rec)
		if err != nil {
			return es, at, err.Error(), nil
		}
		es, at = append(es, e), e.end()
	}
}

// entryAt makes the entry of a record that was read from a segment.
func entryAt(f io.ReaderAt, segment int, rec *warc.Record) (entry, error) {
	raw := make([]byte, rec.Length)
	if _, err := f.ReadAt(raw, rec.Offset); err != nil && err != io.EOF {
		return entry{}, err
	}
	return entryOf(segment, rec, raw)
}

// adopt makes records durable whose journal lines were never written, then writes those.
func (s *Store) adopt(segment int, es []entry) error {
	path := s.path(segmentName(segment))
	f, err := disk.Open(path, disk.ForAppend)
	if err != nil {
		return deviceError(path, "open", err)
	}
	if err := disk.AppendAndClose(f, nil); err != nil {
		return deviceError(path, "sync", err)
	}
	if err := disk.SyncDir(s.dir); err != nil {
		return deviceError(s.dir, "sync the folder", err)
	}
	w := s.writer
	var lines []byte
	for _, e := range es {
		if lines, w.sum, err = appendLine(lines, w.sum, e); err != nil {
			return err
		}
		w.lines++
	}
	if err := appendSynced(w.journal, lines); err != nil {
		return deviceError(s.path(journalName), "write", err)
	}
	return nil
}

// moveAside copies the end of a file into torn/ and cuts it off, in this order.
func (s *Store) moveAside(name string, from int64, reason string) error {
	path := s.path(name)
	f, err := disk.Open(path, disk.ForAppend)
	if err != nil {
		return deviceError(path, "open", err)
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return deviceError(path, "read its size", err)
	}
	kept, err := s.keepTorn(fmt.Sprintf("%s.%d", name, from), io.NewSectionReader(f, from, size-from))
	if err != nil {
		return deviceError(path, "move the end aside", err)
	}
	if err := f.Truncate(from); err != nil {
		return deviceError(path, "cut off", err)
	}
	if err := f.Sync(); err != nil {
		return deviceError(path, "sync", err)
	}
	s.recovered = append(s.recovered, Finding{File: name, Offset: from, Torn: true,
		Reason: reason,
		Remedy: fmt.Sprintf("its %d bytes were moved to archive/%s/%s; what was being added and "+
			"was not reported as added can be added again", size-from, tornName, kept)})
	return nil
}

// keepTorn writes a durable copy into torn/ under a name that is free.
func (s *Store) keepTorn(name string, r io.Reader) (string, error) {
	folder := s.path(tornName)
	if err := disk.MkdirAll(folder); err != nil {
		return "", err
	}
	taken, err := disk.List(folder)
	if err != nil {
		return "", err
	}
	free := fmt.Sprintf("%s.%d", name, len(taken)+1)
	f, err := disk.Open(s.path(tornName+"/"+free), disk.ForReplace)
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(f, r); err != nil {
		return "", errors.Join(err, f.Close())
	}
	if err := disk.AppendAndClose(f, nil); err != nil {
		return "", err
	}
	if err := disk.SyncDir(folder); err != nil {
		return "", err
	}
	return free, disk.SyncDir(s.dir)
}
