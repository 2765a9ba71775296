package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// Part is the n-th of so many parts of the data; the zero value is all of it. Items are dealt out
// by their number, so that all parts together are everything.
type Part struct{ N, Of int }

// Has reports whether item i, counted from 0, is in the part.
func (p Part) Has(i int) bool { return p.Of <= 1 || i%p.Of == p.N-1 }

// VerifyPart checks the archive of a corpus folder as Verify does, but reads a part of the records
// only. That what a revisit refers to is sound, and that nothing stands between or behind the
// records, is not looked at.
func VerifyPart(ctx context.Context, dir string, part Part) (Report, error) {
	if part.Of <= 1 {
		return Verify(ctx, dir, nil)
	}
	v := &verifier{dir: filepath.Join(dir, folderName), sizes: map[int]int64{}, places: map[place]entry{},
		payloads: map[string]bool{}, bodies: map[corpus.SnapshotID]bool{}}
	beside := &Store{dir: v.dir, opt: Options{ReadOnly: true}, opened: map[int]disk.File{}}
	if err := errors.Join(beside.settlePurge(), v.survey(dir)); err != nil {
		return v.report, err
	}
	defer beside.letGo()
	if err := v.checkJournal(); err != nil {
		return v.report, err
	}
	for i, e := range v.journal.entries {
		size, there := v.sizes[e.Segment]
		if err := ctx.Err(); err != nil {
			return v.report, err
		}
		if !part.Has(i) || !there || e.Offset >= size {
			continue
		}
		f, err := beside.segment(e.Segment)
		if err != nil {
			return v.report, err
		}
		v.report.Records++
		v.report.Bytes += e.Length
		rec, err := warc.ReadAt(f, size, e.Offset, warc.ReadOptions{Name: segmentName(e.Segment)})
		var d *warc.Damage
		switch {
		case errors.As(err, &d):
			v.damaged(e.Segment, d, e.end())
		case err != nil:
			return v.report, err
		default:
			v.checkRecord(f, e.Segment, rec, e.end())
		}
	}
	if beside.purgedSince(v.journal.purges) {
		return VerifyPart(ctx, dir, part)
	}
	return v.report, v.checkIndex()
}

// Orphans lists what lies in the folder of an archive, by name in it, and nothing speaks of.
func Orphans(dir string) ([]string, error) {
	folder := filepath.Join(dir, folderName)
	names, err := disk.List(folder)
	if err != nil {
		return nil, deviceError(folder, "list", err)
	}
	j, _, err := readJournal(filepath.Join(folder, journalName))
	if err != nil {
		return nil, err
	}
	known := []string{journalName, indexName, tornName, lockName, purgeName}
	for _, e := range j.entries {
		if name := segmentName(e.Segment); known[len(known)-1] != name {
			known = append(known, name)
		}
	}
	return slices.DeleteFunc(names, func(name string) bool {
		bare := strings.TrimSuffix(strings.TrimSuffix(name, tmpSuffix), newSuffix)
		return slices.Contains(known, bare) || segmentNumber(name) > 0 // one not in the journal is a finding of Verify
	}), nil
}

// RewriteIndex makes the capture index anew from the journal.
func (s *Store) RewriteIndex() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return err
	}
	return s.writeIndex()
}

// RebuildJournal makes the journal of a corpus folder anew from the segments, and keeps the old one
// in torn/. Errors: Locked beside a writer, Corrupt where a record does not hold.
func RebuildJournal(dir string) (err error) {
	s := &Store{dir: filepath.Join(dir, folderName), opened: map[int]disk.File{}}
	lock, err := takeLock(s.path(lockName))
	if err != nil {
		return deviceError(s.path(lockName), "lock", err)
	}
	defer func() { err = errors.Join(err, s.letGo(), lock.Close()) }()
	if err := s.settlePurge(); err != nil {
		return err
	}
	entries, err := s.allRecords()
	if err != nil {
		return err
	}
	first := entry{Op: opArchive, Version: journalVersion}
	for _, e := range entries {
		if e.Op == opPurge {
			first.Purges++
		}
	}
	b, sum, err := appendLine(nil, 0, first)
	for _, e := range entries {
		if err == nil {
			b, sum, err = appendLine(b, sum, e)
		}
	}
	if err != nil {
		return err
	}
	if old, err := disk.ReadFile(s.path(journalName)); err == nil && len(old) > 0 {
		if _, err := s.keepTorn(journalName+".0", bytes.NewReader(old)); err != nil {
			return deviceError(s.path(tornName), "keep the old journal", err)
		}
	}
	if err := disk.Replace(s.path(journalName), b); err != nil {
		return deviceError(s.path(journalName), "write", err)
	}
	return s.writeIndex()
}

// allRecords reads every record of every segment; one that does not hold is an error.
func (s *Store) allRecords() (list []entry, err error) {
	names, err := disk.List(s.dir)
	if err != nil {
		return nil, deviceError(s.dir, "list", err)
	}
	for _, name := range names {
		n := segmentNumber(name)
		if n == 0 {
			continue
		}
		f, err := s.segment(n)
		if err != nil {
			return nil, err
		}
		size, err := f.Size()
		if err != nil {
			return nil, deviceError(s.path(name), "read its size", err)
		}
		es, at, reason, err := readTail(f, n, 0, size)
		if err == nil && reason != "" {
			err = corpus.Errorf(corpus.Corrupt, fmt.Sprintf("%s at byte %d", s.path(name), at), "%s", reason).
				WithRemedy(restoreRemedy)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, es...)
	}
	return list, nil
}
