package archive

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"ibid/corpus"
	"ibid/internal/disk"
)

// timeFormat is that of dates in record headers.
const timeFormat = time.RFC3339

// commit puts a purge that is written in force.
func (s *Store) commit(plan purgePlan) error {
	b, err := json.Marshal(plan)
	if err != nil {
		return corpus.Errorf(corpus.Internal, purgeName, "%w", err)
	}
	if err := disk.SyncDir(s.dir); err != nil {
		return deviceError(s.dir, "sync the folder", err)
	}
	if err := disk.Replace(s.path(purgeName), b); err != nil {
		return deviceError(s.path(purgeName), "write", err)
	}
	return s.apply(plan)
}

// apply does what remains of a purge in force. It may be done again after it broke off anywhere.
func (s *Store) apply(plan purgePlan) error {
	for _, name := range plan.Files {
		if err := s.putInPlace(name); err != nil {
			return deviceError(s.path(name), "put in place", err)
		}
	}
	for _, name := range plan.Torn {
		if err := disk.Remove(s.path(tornName + "/" + name)); err != nil {
			return deviceError(name, "remove", err)
		}
	}
	if len(plan.Torn) > 0 {
		if err := disk.SyncDir(s.path(tornName)); err != nil {
			return deviceError(s.path(tornName), "sync the folder", err)
		}
	}
	if err := s.writeIndex(); err != nil {
		return err
	}
	if err := errors.Join(disk.SyncDir(s.dir), disk.Remove(s.path(purgeName)), disk.SyncDir(s.dir)); err != nil {
		return deviceError(s.path(purgeName), "remove", err)
	}
	return s.clean()
}

// putInPlace copies NAME.new over NAME, by a name between, and leaves NAME.new.
func (s *Store) putInPlace(name string) error {
	from, err := disk.Open(s.path(name+newSuffix), disk.ForReading)
	if err != nil {
		return err
	}
	defer from.Close()
	size, err := from.Size()
	if err != nil {
		return err
	}
	to, err := disk.Open(s.path(name+tmpSuffix), disk.ForReplace)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.NewSectionReader(from, 0, size))
	if err == nil {
		err = to.Sync()
	}
	if err := errors.Join(err, to.Close()); err != nil {
		return err
	}
	if err := disk.Rename(s.path(name+tmpSuffix), s.path(name)); err != nil {
		return err
	}
	return disk.SyncDir(s.dir)
}

// clean removes what a purge that was not in force, or is done, has left.
func (s *Store) clean() error {
	names, err := disk.List(s.dir)
	if err != nil {
		return deviceError(s.dir, "list", err)
	}
	for _, name := range names {
		bare := strings.TrimSuffix(strings.TrimSuffix(name, tmpSuffix), newSuffix)
		ours := bare == journalName || bare == purgeName || segmentNumber(bare) > 0
		if bare != name && ours {
			if err := disk.Remove(s.path(name)); err != nil {
				return deviceError(s.path(name), "remove", err)
			}
		}
	}
	return nil
}

// settlePurge finishes a purge in force whose process died, or refuses to read beside it.
func (s *Store) settlePurge() error {
	b, err := disk.ReadFile(s.path(purgeName))
	if errors.Is(err, fs.ErrNotExist) {
		if s.opt.ReadOnly {
			return nil
		}
		return s.clean()
	}
	if err != nil {
		return deviceError(s.path(purgeName), "read", err)
	}
	if s.opt.ReadOnly {
		return corpus.Errorf(corpus.Locked, s.dir, "a purge is at work, or was interrupted").
			WithRemedy("try again; if nothing works on the corpus, the next command that adds to it ends the purge")
	}
	plan, err := parsePlan(b)
	if err != nil {
		return corpus.Errorf(corpus.Corrupt, s.path(purgeName), "it cannot be read: %w", err).
			WithRemedy("restore the corpus from a backup")
	}
	return s.apply(plan)
}

// parsePlan reads the file named purge. It names files of this folder alone.
func parsePlan(b []byte) (plan purgePlan, err error) {
	if err := json.Unmarshal(b, &plan); err != nil {
		return plan, err
	}
	for _, name := range plan.Files {
		if name != journalName && segmentNumber(name) == 0 {
			return plan, fmt.Errorf("%q is no file of an archive", name)
		}
	}
	for _, name := range plan.Torn {
		if !filepath.IsLocal(name) || name != filepath.Base(name) || name == "." {
			return plan, fmt.Errorf("%q is no name", name)
		}
	}
	return plan, nil
}

// purgedSince reports whether a purge came into force since the journal said that there were so
// many. A journal that cannot be read now says so to the next who opens it.
func (s *Store) purgedSince(purges int) bool {
	f, err := disk.Open(s.path(journalName), disk.ForReading)
	if err != nil {
		return false
	}
	defer f.Close()
	line := make([]byte, 256) // more than a first line takes
	n, err := f.ReadAt(line, 0)
	if err != nil && err != io.EOF {
		return false
	}
	first, _, _ := bytes.Cut(line[:n], []byte{'\n'})
	e, _, err := parseLine(first, 0)
	return err == nil && e.Purges != purges
}

// again reads the archive anew after a purge.
func (s *Store) again() error {
	w := s.writer
	err := errors.Join(s.letGo(), w.journal.Close())
	w.journal, w.segment, w.size = nil, 0, 0
	if err == nil {
		err = s.read()
	}
	if err != nil {
		w.broken = err
	}
	return err
}

// unpacked gives what can be read of gzip members, damaged or cut off as they may be.
func unpacked(b []byte) []byte {
	var out bytes.Buffer
	for {
		i := bytes.Index(b, []byte("\x1f\x8b\x08"))
		if i < 0 {
			return out.Bytes()
		}
		if z, err := gzip.NewReader(bytes.NewReader(b[i:])); err == nil {
			z.Multistream(false)
			_, _ = io.Copy(&out, io.LimitReader(z, maxHTTP)) // as far as it goes
		}
		b = b[i+1:]
	}
}
