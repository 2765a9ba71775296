package archive

import (
	"io"

	"ibid/corpus"
	"ibid/internal/warc"
)

// Members returns the records that prove a capture, each as it stands in the archive: one gzip
// member, held against the journal. For a revisit the record that holds the bytes comes first;
// request and metadata follow their capture.
// Errors: NotFound for a capture that is not in the archive, Corrupt when a record changed.
func (s *Store) Members(c corpus.Capture) ([][]byte, error) {
	if err := s.listBesides(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	var list []entry
	for _, n := range s.byURL[corpus.NormalizeURL(c.URL)] {
		e := s.entries[n]
		if e.Capture.At.Equal(c.At) && e.Capture.Snapshot == c.Snapshot {
			list = append(list, e)
			break
		}
	}
	if len(list) == 1 && list[0].Type == warc.Revisit {
		if carrier, held := s.carrierOf(list[0]); held {
			list = []entry{carrier, list[0]}
		}
	}
	var with []entry
	for _, e := range list {
		with = append(append(with, e), s.besides[e.ID]...)
	}
	s.mu.RUnlock()
	if len(list) == 0 {
		return nil, corpus.Errorf(corpus.NotFound, c.URL, "the archive has no capture of %v", c.At)
	}
	var out [][]byte
	for _, e := range with {
		raw, err := s.raw(e)
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	return out, nil
}

// listBesides notes what stands beside captures, as the journal has it now. Few ever ask for it, so
// it is not kept from the beginning on.
func (s *Store) listBesides() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.besides != nil && s.writer == nil {
		return nil
	}
	j, _, err := readJournal(s.path(journalName))
	if err != nil {
		return err
	}
	s.besides = map[string][]entry{}
	for _, b := range besides(j.entries) {
		id := j.entries[b.of].ID
		s.besides[id] = append(s.besides[id], j.entries[b.at])
	}
	return nil
}

// carrierOf finds the record that a revisit refers to: the first that holds its payload.
func (s *Store) carrierOf(revisit entry) (entry, bool) {
	for _, e := range s.entries {
		if e.Type != warc.Revisit && e.Payload == revisit.Payload {
			return e, true
		}
	}
	e, ok := s.carriers[revisit.Capture.Snapshot]
	return e, ok
}

// raw reads the bytes of an entry and holds them against its hash.
func (s *Store) raw(e entry) ([]byte, error) {
	f, err := s.segment(e.Segment)
	if err != nil {
		return nil, err
	}
	raw := make([]byte, e.Length)
	name := s.path(segmentName(e.Segment))
	if _, err := f.ReadAt(raw, e.Offset); err != nil && err != io.EOF {
		return nil, deviceError(name, "read", err)
	}
	if rawSum(raw) != e.Raw {
		return nil, corpus.Errorf(corpus.Corrupt, name, "the record at byte %d is not that of the journal", e.Offset).
			WithRemedy(restoreRemedy)
	}
	return raw, nil
}
