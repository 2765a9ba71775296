package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sort"
	"sync"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// Names inside the folder of an archive.
const (
	folderName  = "archive"
	journalName = "journal"
	indexName   = "index.cdxj"
	tornName    = "torn"
	lockName    = "lock"
)

// defaultSegment is where a segment is full. A segment is what a purge has to rewrite and
// what a backup copies again, so it should not be large; each costs a file.
const defaultSegment = 256 << 20

// Options say how an archive is opened. The zero value is a writer.
type Options struct {
	ReadOnly   bool  // no lock, nothing is changed, Put is refused
	MaxSegment int64 // bytes from which on a new segment is begun; 0 means 256 MiB
}

func (o Options) withDefaults() Options {
	if o.MaxSegment <= 0 {
		o.MaxSegment = defaultSegment
	}
	return o
}

// Store is an open archive. Its methods may be called side by side; what a writer adds is
// seen by the Store that added it, and by those opened later.
type Store struct {
	dir string // the folder archive/
	opt Options

	mu          sync.RWMutex
	entries     []entry // captures, by segment and offset
	byURL       map[string][]int
	byBody      map[corpus.SnapshotID]int   // the entry that holds the bytes
	carriers    map[corpus.SnapshotID]entry // those withdrawn that hold bytes of what counts
	besides     map[string][]entry          // request and metadata, by the record of their capture; made by Members
	withdrawals []Withdrawal
	hidden      int     // withdrawn captures whose records are there
	writer      *writer // nil when read-only
	recovered   []Finding

	openMu sync.Mutex
	opened map[int]disk.File // segments open for reading
}

// Create makes the empty archive of a corpus folder, in one step: it is there or it is not.
func Create(dir string) error {
	final, temporary := filepath.Join(dir, folderName), filepath.Join(dir, folderName+".tmp")
	if _, err := disk.List(final); err == nil {
		return corpus.Errorf(corpus.Invalid, final, "there is an archive already").
			WithRemedy("choose another folder, or add to this corpus")
	}
	first, _, err := appendLine(nil, 0, entry{Op: opArchive, Version: journalVersion})
	if err != nil {
		return err
	}
	if err := disk.Remove(temporary); err != nil { // of an interrupted Create
		return deviceError(temporary, "remove", err)
	}
	if err := disk.MkdirAll(temporary); err != nil {
		return deviceError(temporary, "make the folder", err)
	}
	if err := disk.Replace(filepath.Join(temporary, journalName), first); err != nil {
		return deviceError(temporary, "write the journal", err)
	}
	index := renderIndex(parseJournal(first))
	if err := disk.Replace(filepath.Join(temporary, indexName), index); err != nil {
		return deviceError(temporary, "write the index", err)
	}
	if err := disk.Rename(temporary, final); err != nil {
		return deviceError(final, "rename", err)
	}
	if err := disk.SyncDir(dir); err != nil {
		return deviceError(dir, "sync the folder", err)
	}
	return nil
}

// Open opens the archive of a corpus folder. Errors: NotFound when there is none, Locked
// with the holder's process id when another writer has it, Corrupt when the journal cannot
// be trusted or speaks of bytes that are not there, Unavailable when the disk refuses.
//
// A writer first settles what an interrupted write left: whole records behind the journal's
// end are taken into it, the rest is moved aside. Recovered says what was done.
func Open(dir string, opt Options) (*Store, error) {
	s := &Store{dir: filepath.Join(dir, folderName), opt: opt.withDefaults(),
		opened: map[int]disk.File{}}
	if _, err := disk.List(s.dir); errors.Is(err, fs.ErrNotExist) {
		return nil, corpus.Errorf(corpus.NotFound, dir, "there is no corpus here").
			WithRemedy("make one with: ibid init " + dir)
	}
	if err := s.load(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// load takes the lock, reads the journal, and has a writer recover.
func (s *Store) load() error {
	var lock io.Closer
	if !s.opt.ReadOnly {
		var err error
		if lock, err = takeLock(s.path(lockName)); err != nil {
			return deviceError(s.path(lockName), "lock", err)
		}
		s.writer = &writer{lock: lock}
	}
	return s.read()
}

// read reads the journal, and has a writer recover. A reader that comes upon a purge at work reads
// again.
func (s *Store) read() error {
	if err := s.settlePurge(); err != nil {
		return err
	}
	j, size, err := readJournal(s.path(journalName))
	if err != nil {
		return err
	}
	if err := j.err(s.path(journalName)); err != nil {
		return err
	}
	err = s.checkPlaces(j.entries)
	if s.opt.ReadOnly {
		if err2 := s.settlePurge(); err2 != nil { // one began: the segments may be of another journal
			return err2
		}
		if s.purgedSince(j.purges) {
			if err := s.letGo(); err != nil {
				return err
			}
			return s.read()
		}
	} else if err == nil {
		j, err = s.recover(j, size)
	}
	if err == nil {
		s.settle(j.entries)
	}
	return err
}

// path is a name inside the archive folder.
func (s *Store) path(name string) string { return filepath.Join(s.dir, name) }

// checkPlaces refuses a journal that points past the end of a segment.
func (s *Store) checkPlaces(entries []entry) error {
	sizes := map[int]int64{}
	for _, e := range entries {
		size, seen := sizes[e.Segment]
		if !seen {
			f, err := s.segment(e.Segment)
			if err != nil {
				return err
			}
			if size, err = f.Size(); err != nil {
				return deviceError(s.path(segmentName(e.Segment)), "read its size", err)
			}
			sizes[e.Segment] = size
		}
		if e.end() > size {
			return corpus.Errorf(corpus.Corrupt, s.path(segmentName(e.Segment)),
				"the file has %d bytes, the journal speaks of a record up to byte %d", size, e.end()).
				WithRemedy("restore the file from a backup")
		}
	}
	return nil
}

// segment opens a segment for reading, once.
func (s *Store) segment(n int) (disk.File, error) {
	s.openMu.Lock()
	defer s.openMu.Unlock()
	if f := s.opened[n]; f != nil {
		return f, nil
	}
	path := s.path(segmentName(n))
	f, err := disk.Open(path, disk.ForReading)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, corpus.Errorf(corpus.Corrupt, path, "the journal speaks of this file and it is missing").
			WithRemedy("restore the file from a backup")
	}
	if err != nil {
		return nil, deviceError(path, "open", err)
	}
	s.opened[n] = f
	return f, nil
}

// index builds the tables over the entries.
func (s *Store) index(entries []entry) {
	sort.SliceStable(entries, func(i, j int) bool {
		a, b := entries[i], entries[j]
		return a.Segment < b.Segment || a.Segment == b.Segment && a.Offset < b.Offset
	})
	s.entries = make([]entry, 0, len(entries)) // never in place: Walk may hold the old one
	s.byURL, s.byBody = map[string][]int{}, map[corpus.SnapshotID]int{}
	for _, e := range entries {
		s.add(e)
	}
}

// add takes one more entry into the tables. The captures of a URL are kept by time, and
// within a second in the order they came.
func (s *Store) add(e entry) {
	n := len(s.entries)
	s.entries = append(s.entries, e)
	key := corpus.NormalizeURL(e.Capture.URL)
	list := s.byURL[key]
	at := sort.Search(len(list), func(i int) bool {
		return s.entries[list[i]].Capture.At.After(e.Capture.At)
	})
	list = append(list, 0)
	copy(list[at+1:], list[at:])
	list[at] = n
	s.byURL[key] = list
	if _, held := s.byBody[e.Capture.Snapshot]; !held && e.Type != warc.Revisit {
		s.byBody[e.Capture.Snapshot] = n
	}
}

// Recovered says what a writer found of an interrupted write when it opened the archive,
// and what became of it.
func (s *Store) Recovered() []Finding { return s.recovered }

// Body returns the bytes of a snapshot, held against its hash. Errors: NotFound for one that
// is not in the archive, Corrupt when the bytes have changed.
func (s *Store) Body(id corpus.SnapshotID) ([]byte, error) {
	s.mu.RLock()
	n, held := s.byBody[id]
	var e entry
	if held {
		e = s.entries[n]
	} else {
		e, held = s.carriers[id]
	}
	s.mu.RUnlock()
	if !held {
		return nil, corpus.Errorf(corpus.NotFound, string(id), "the archive has no such snapshot")
	}
	rec, err := s.record(e)
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(rec, nil)
	if err == nil && corpus.SnapshotIDOf(body) != id {
		err = fmt.Errorf("the body has another hash")
	}
	if err != nil {
		return nil, corpus.Errorf(corpus.Corrupt, string(id), "%s at byte %d: %w",
			s.path(segmentName(e.Segment)), e.Offset, err).
			WithRemedy(restoreRemedy)
	}
	return body, nil
}

// restoreRemedy is what can be done about bytes that changed.
const restoreRemedy = "restore the file from a backup, or capture the page again"

// Walk calls f with each capture, in the order of the archive: by segment, then by offset,
// which is the order in which they were added. It stops at the first error of f.
func (s *Store) Walk(f func(corpus.Capture) error) error {
	s.mu.RLock()
	entries := s.entries[:len(s.entries):len(s.entries)]
	s.mu.RUnlock()
	for _, e := range entries {
		if err := f(*e.Capture); err != nil {
			return err
		}
	}
	return nil
}

// Latest returns the newest good capture of each URL that has one, sorted by URL.
func (s *Store) Latest() []corpus.Capture {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var latest []corpus.Capture
	for _, list := range s.byURL {
		for i := len(list) - 1; i >= 0; i-- {
			if c := s.entries[list[i]].Capture; c.Good() {
				latest = append(latest, *c)
				break
			}
		}
	}
	sort.Slice(latest, func(i, j int) bool { return latest[i].URL < latest[j].URL })
	return latest
}

// History returns all captures of a URL, oldest first; none is no error.
func (s *Store) History(url string) []corpus.Capture {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var cs []corpus.Capture
	for _, n := range s.byURL[corpus.NormalizeURL(url)] {
		cs = append(cs, *s.entries[n].Capture)
	}
	return cs
}

// Close writes the capture index anew if it is behind, and lets go of the lock and files.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	if s.writer != nil {
		errs = append(errs, s.closeWriter())
		s.writer = nil
	}
	return errors.Join(append(errs, s.letGo())...)
}

// letGo closes the segments that are open.
func (s *Store) letGo() error {
	s.openMu.Lock()
	defer s.openMu.Unlock()
	var errs []error
	for _, f := range s.opened {
		errs = append(errs, f.Close())
	}
	s.opened = map[int]disk.File{}
	return errors.Join(errs...)
}
