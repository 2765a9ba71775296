package archive

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/internal/warc"
)

// A withdrawal is a metadata record in the segments, with a line of the journal as any other. It
// names captures before it, and from there on they are in no history and no list of what is to be
// indexed; their bytes stay. A purge takes the records of withdrawn captures out of the segments
// (see purge.go) and leaves a record of its own. So the archive tells what was in it, when it went,
// and why, and a journal made anew from the segments forgets no withdrawal. What is captured after
// the record counts as anything else does.

// withdrawalField marks the record of a withdrawal, or of a purge, whose block is a Withdrawal as
// JSON.
const withdrawalField = "Ibid-Withdrawal"

// Withdrawal says what was taken out, when and why.
type Withdrawal struct {
	What     string      `json:"what"` // as it was asked for: a source, URL or document
	Reason   string      `json:"reason"`
	At       time.Time   `json:"at"`               // UTC, whole seconds
	Purged   bool        `json:"purged,omitempty"` // the bytes too
	Captures []Withdrawn `json:"captures"`
}

// Withdrawn is a capture that is there no more.
type Withdrawn struct {
	URL      string            `json:"url"`
	At       time.Time         `json:"at"`
	Snapshot corpus.SnapshotID `json:"snapshot"`
}

// validate checks what is to be written.
func (w Withdrawal) validate() error {
	switch {
	case w.What == "" || w.Reason == "" || !utf8.ValidString(w.What+w.Reason):
		return corpus.Errorf(corpus.Invalid, "reason", "a withdrawal says what and why").
			WithRemedy("write --reason TEXT")
	case w.At.IsZero() || w.At.Location() != time.UTC || w.At.Nanosecond() != 0:
		return corpus.Errorf(corpus.Invalid, "at", "%v is not a time in UTC in whole seconds", w.At)
	case len(w.Captures) == 0:
		return corpus.Errorf(corpus.NotFound, w.What, "the archive has no such capture")
	}
	return nil
}

// record is the WARC record of a withdrawal.
func (w Withdrawal) record() (*warc.Record, error) {
	op := opWithdraw
	if w.Purged {
		op = opPurge
	}
	block, err := json.MarshalIndent(w, "", " ")
	if err != nil {
		return nil, corpus.Errorf(corpus.Internal, w.What, "%w", err)
	}
	return &warc.Record{Type: warc.Metadata, Date: w.At, ContentType: "application/json", Block: append(block, '\n'),
		Fields: []warc.Field{{Name: withdrawalField, Value: op}}}, nil
}

// withdrawalOf reads a withdrawal back into the entry of its record.
func withdrawalOf(e entry, rec *warc.Record) (entry, error) {
	e.Op, e.Withdrawal = rec.Field(withdrawalField), &Withdrawal{}
	if err := json.Unmarshal(rec.Block, e.Withdrawal); err != nil {
		return e, fmt.Errorf("the withdrawal cannot be read: %w", err)
	}
	return e, e.validate()
}

// withdrawn is the tombstone of an entry.
func (e entry) withdrawn() Withdrawn {
	return Withdrawn{URL: e.Capture.URL, At: e.Capture.At, Snapshot: e.Capture.Snapshot}
}

// parted separates the captures of a journal into those that count and those withdrawn.
func parted(entries []entry) (counted, hidden []entry) {
	if !slices.ContainsFunc(entries, func(e entry) bool { return e.Op == opWithdraw }) {
		for _, e := range entries {
			if e.Op == opCapture {
				counted = append(counted, e)
			}
		}
		return counted, nil
	}
	var all []int
	byName := map[Withdrawn][]int{}
	gone := map[int]bool{}
	for i, e := range entries {
		switch e.Op {
		case opCapture:
			all = append(all, i)
			byName[e.withdrawn()] = append(byName[e.withdrawn()], i)
		case opWithdraw:
			for _, w := range e.Withdrawal.Captures {
				for _, n := range byName[w] {
					gone[n] = true
				}
				delete(byName, w)
			}
		}
	}
	for _, i := range all {
		if gone[i] {
			hidden = append(hidden, entries[i])
		} else {
			counted = append(counted, entries[i])
		}
	}
	return counted, hidden
}

// settle builds the tables over a journal. Records of withdrawn captures whose bytes a capture
// refers to that counts are carriers: they are read, and named nowhere.
func (s *Store) settle(entries []entry) {
	counted, hidden := parted(entries)
	s.carriers, s.withdrawals, s.hidden = map[corpus.SnapshotID]entry{}, nil, len(hidden)
	s.besides = nil
	s.index(counted)
	holds := map[corpus.SnapshotID]entry{}
	for _, e := range hidden {
		if e.Type != warc.Revisit {
			holds[e.Capture.Snapshot] = e
		}
	}
	for _, e := range counted {
		id := e.Capture.Snapshot
		carrier, ok := holds[id]
		if _, held := s.byBody[id]; ok && !held {
			s.carriers[id] = carrier
		}
	}
	for _, e := range entries {
		if e.Withdrawal != nil {
			s.withdrawals = append(s.withdrawals, *e.Withdrawal)
		}
	}
}

// Withdrawals returns what was taken out of the archive, oldest first.
func (s *Store) Withdrawals() []Withdrawal {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.withdrawals
}

// Hidden counts the withdrawn captures whose records are in the segments yet: what copies these
// hands them on.
func (s *Store) Hidden() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.hidden
}

// Withdraw takes the captures that match out of history and search, from now on and for every
// Store that is opened later; it returns w with these captures. It is on disk when it returns.
// Errors: NotFound when none matches, Invalid without a reason.
func (s *Store) Withdraw(w Withdrawal, match func(corpus.Capture) bool) (Withdrawal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return w, err
	}
	w.Captures, w.Purged = nil, false
	for _, e := range s.entries {
		if match(*e.Capture) {
			w.Captures = append(w.Captures, e.withdrawn())
		}
	}
	if err := w.validate(); err != nil {
		return w, err
	}
	rec, err := w.record()
	if err != nil {
		return w, err
	}
	b := s.newBatch()
	if err := s.roll(b, w.At); err != nil {
		return w, err
	}
	if _, err := b.append(rec); err != nil {
		return w, err
	}
	if err := s.flush(b); err != nil {
		s.writer.broken, s.writer.behind = err, false
		return w, err
	}
	j, _, err := readJournal(s.path(journalName))
	if err != nil {
		return w, err
	}
	s.settle(j.entries)
	return w, nil
}

// mayWrite refuses a Store that is open for reading, or whose disk is in doubt.
func (s *Store) mayWrite() error {
	if s.writer == nil {
		return corpus.Errorf(corpus.Invalid, s.dir, "the archive is open for reading only")
	}
	if s.writer.broken != nil {
		return corpus.Errorf(corpus.Unavailable, s.dir, "an earlier write failed: %w",
			s.writer.broken).WithRemedy("open the corpus again")
	}
	return nil
}
