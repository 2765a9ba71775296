package archive

import (
	"ibid/corpus"
	"ibid/internal/warc"
)

// Message returns the HTTP response of a capture as it was received, also of one whose bytes
// stand in an earlier record; nil for a file. Errors are those of Body.
func (s *Store) Message(c corpus.Capture) ([]byte, error) {
	s.mu.RLock()
	var own, first entry
	found := false
	for _, n := range s.byURL[corpus.NormalizeURL(c.URL)] {
		e := s.entries[n]
		if e.Capture.At.Equal(c.At) && e.Capture.Snapshot == c.Snapshot {
			own, found = e, true
			if held, ok := s.byBody[c.Snapshot]; ok {
				first = s.entries[held]
			} else {
				first = s.carriers[c.Snapshot]
			}
		}
	}
	s.mu.RUnlock()
	if !found {
		return nil, corpus.Errorf(corpus.NotFound, c.URL, "the archive has no such capture")
	}
	rec, err := s.record(own)
	if err != nil || own.Type == warc.Response {
		return rec.Block, err
	}
	if own.Type != warc.Revisit || len(rec.Block) == 0 {
		return nil, nil
	}
	held, err := s.record(first)
	if err != nil {
		return nil, err
	}
	payload := held.Block
	if first.Type == warc.Response {
		m, err := warc.ParseResponse(held.Block)
		if err != nil {
			return nil, err
		}
		payload = m.Payload
	}
	return append(rec.Block[:len(rec.Block):len(rec.Block)], payload...), nil
}

// record reads the record of an entry with all checks.
func (s *Store) record(e entry) (*warc.Record, error) {
	f, err := s.segment(e.Segment)
	if err != nil {
		return &warc.Record{}, err
	}
	name := s.path(segmentName(e.Segment))
	rec, err := warc.ReadAt(f, e.end(), e.Offset, warc.ReadOptions{Name: name})
	if err != nil {
		kind := corpus.Corrupt
		if corpus.KindOf(err) == corpus.Unavailable {
			kind = corpus.Unavailable
		}
		return &warc.Record{}, corpus.Errorf(kind, string(e.Capture.Snapshot), "%w", err).
			WithRemedy(restoreRemedy)
	}
	return rec, nil
}
