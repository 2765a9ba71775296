package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/warc"
)

// A purge writes the segments anew that hold records of withdrawn captures, without these. Where
// a capture that stays refers to a record that goes, the first such capture gets the bytes: its
// revisit record becomes a whole one, and the others refer to that. The last segment gets a record
// that says what went and why. Then the journal is written anew, with the new places.
//
// All that is written to NAME.new first; a file named purge, put in place at once, says that it
// is whole. From there on the purge is done: it only remains to copy each NAME.new over its NAME,
// and whoever opens the archive for writing does so if the process died. A reader that finds the
// file waits for that. The copies go last, so a name that was lost by a crash is made again.
//
// What an interrupted write once left in torn/ goes too, where it speaks of a purged capture or
// cannot be read. It was never acknowledged.

// Names of the files of a purge.
const (
	purgeName = "purge"
	newSuffix = ".new"
	tmpSuffix = ".tmp"
)

// purgePlan is the file named purge.
type purgePlan struct {
	Files []string `json:"files"` // to be replaced by NAME.new
	Torn  []string `json:"torn"`  // to be removed
}

// purge is one run of Purge.
type purge struct {
	s       *Store
	entries []entry
	gone    map[int]bool      // by place in entries
	beside  map[int]int       // the capture of a record beside one, both by place
	renamed map[int]string    // ids of captures that became other records
	ids     map[string]bool   // record ids of those that go
	payload map[string]int    // what those hold: the place in entries by payload
	holders map[string]holder // records that stay or were made whole, by payload
	told    []byte            // the record that says what went
	last    int               // the segment that gets it
	plan    purgePlan
}

// holder is a record that others can refer to.
type holder struct {
	id   string
	date string
	url  string
}

// Purge takes the records of withdrawn captures that match out of every file of the archive, and
// leaves a line in the journal that says what, when and why. It returns w with these captures.
// Bytes that other captures need are kept and moved to these. Errors: NotFound when no withdrawn
// capture matches, Corrupt when a record that stays does not hold: nothing is changed then.
func (s *Store) Purge(ctx context.Context, w Withdrawal, match func(corpus.Capture) bool) (Withdrawal, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.mayWrite(); err != nil {
		return w, err
	}
	j, _, err := readJournal(s.path(journalName))
	if err != nil {
		return w, err
	}
	p := &purge{s: s, entries: j.entries, gone: map[int]bool{}, ids: map[string]bool{},
		beside: map[int]int{}, renamed: map[int]string{},
		payload: map[string]int{}, holders: map[string]holder{}}
	w.Captures, w.Purged = p.choose(match), true
	if err := w.validate(); err != nil {
		return w, err
	}
	if err := p.write(ctx, j, w); err != nil {
		return w, errors.Join(err, s.clean())
	}
	if err := s.commit(p.plan); err != nil {
		s.writer.broken = err
		return w, err
	}
	return w, s.again()
}

// choose picks the withdrawn captures that match.
func (p *purge) choose(match func(corpus.Capture) bool) []Withdrawn {
	_, hidden := parted(p.entries)
	chosen := map[place]bool{}
	var list []Withdrawn
	for _, e := range hidden {
		if match(*e.Capture) {
			chosen[place{e.Segment, e.Offset}] = true
			list = append(list, e.withdrawn())
		}
	}
	for i, e := range p.entries {
		if e.Op != opCapture || !chosen[place{e.Segment, e.Offset}] {
			continue
		}
		p.gone[i], p.ids[e.ID] = true, true
		if _, held := p.payload[e.Payload]; !held && e.Type != warc.Revisit {
			p.payload[e.Payload] = i
		}
	}
	for _, b := range besides(p.entries) {
		p.beside[b.at] = b.of
		if p.gone[b.of] {
			p.gone[b.at] = true
		}
	}
	return list
}

// write writes all that the purge puts in place.
func (p *purge) write(ctx context.Context, j journal, w Withdrawal) error {
	if err := p.s.clean(); err != nil {
		return err
	}
	rec, err := w.record()
	if err != nil {
		return err
	}
	if p.told, err = p.s.writer.packer.Marshal(rec); err != nil {
		return err
	}
	segments := map[int][]int{}
	for i, e := range p.entries {
		segments[e.Segment] = append(segments[e.Segment], i)
		p.last = max(p.last, e.Segment)
	}
	for _, n := range sortedKeys(segments) {
		if err := ctx.Err(); err != nil {
			return err
		}
		list := segments[n]
		slices.SortFunc(list, func(a, b int) int { return int(p.entries[a].Offset - p.entries[b].Offset) })
		if err := p.segment(n, list); err != nil {
			return err
		}
	}
	torn, err := p.torn()
	if err != nil {
		return err
	}
	p.plan.Torn = torn
	return p.journal(j.purges + 1)
}

// segment writes a segment anew if a record of it goes or changes. List is its entries in order.
func (p *purge) segment(n int, list []int) error {
	changed := n == p.last || slices.ContainsFunc(list, func(i int) bool { return p.gone[i] })
	made := map[int][]byte{}
	for _, i := range list {
		raw, err := p.remade(i)
		if err != nil {
			return err
		}
		if raw != nil {
			made[i], changed = raw, true
		}
	}
	if !changed {
		return nil
	}
	name := segmentName(n)
	p.plan.Files = append(p.plan.Files, name)
	f, err := disk.Open(p.s.path(name+newSuffix), disk.ForReplace)
	if err != nil {
		return deviceError(p.s.path(name+newSuffix), "open", err)
	}
	if err := errors.Join(p.copyTo(f, n, list, made), f.Sync(), f.Close()); err != nil {
		return deviceError(p.s.path(name+newSuffix), "write", err)
	}
	return nil
}

// copyTo writes the records that stay, and notes their new places.
func (p *purge) copyTo(f disk.File, n int, list []int, made map[int][]byte) error {
	at := int64(0)
	for _, i := range list {
		if p.gone[i] {
			continue
		}
		e, raw := p.entries[i], made[i]
		var err error
		if raw == nil {
			raw, err = p.s.raw(e)
		} else {
			e, err = entryOfRaw(n, raw)
		}
		if err != nil {
			return err
		}
		if _, err := f.Write(raw); err != nil {
			return err
		}
		e.Offset = at
		p.entries[i] = e
		at += e.Length
	}
	if n != p.last {
		return nil
	}
	e, err := entryOfRaw(n, p.told)
	e.Offset = at
	p.entries = append(p.entries, e)
	if err == nil {
		_, err = f.Write(p.told)
	}
	return err
}

// entryOfRaw makes the entry of a record that was just made, at offset 0.
func entryOfRaw(segment int, raw []byte) (entry, error) {
	rec, err := warc.ReadAt(bytes.NewReader(raw), int64(len(raw)), 0, warc.ReadOptions{})
	if err != nil {
		return entry{}, err
	}
	return entryOf(segment, rec, raw)
}

// remade gives a record that stays and refers to one that goes a new form; nil for all others.
func (p *purge) remade(i int) ([]byte, error) {
	e := p.entries[i]
	if of, ok := p.beside[i]; ok && !p.gone[i] && p.renamed[of] != "" {
		return p.besideOf(e, p.renamed[of])
	}
	if p.gone[i] || e.Op != opCapture {
		return nil, nil
	}
	carrier, lost := p.payload[e.Payload]
	if !lost {
		return nil, nil
	}
	if e.Type != warc.Revisit {
		p.hold(e.Payload, e.ID, e)
		return nil, nil
	}
	rec, err := p.s.recordOf(e)
	if err != nil {
		return nil, err
	}
	if !p.ids[strings.Trim(rec.Field("WARC-Refers-To"), "<>")] {
		return nil, nil
	}
	if h, ok := p.holders[e.Payload]; ok {
		referTo(rec, h)
		raw, _, err := p.marshal(i, rec)
		return raw, err
	}
	from, err := p.s.recordOf(p.entries[carrier])
	if err != nil {
		return nil, err
	}
	makeWhole(rec, from)
	raw, id, err := p.marshal(i, rec)
	p.hold(e.Payload, id, e)
	return raw, err
}

// marshal gives the new form of the record of a capture, and its id.
func (p *purge) marshal(i int, rec *warc.Record) (raw []byte, id string, err error) {
	if raw, err = p.s.writer.packer.Marshal(rec); err != nil {
		return nil, "", err
	}
	made, err := warc.ReadAt(bytes.NewReader(raw), int64(len(raw)), 0, warc.ReadOptions{})
	if err != nil {
		return nil, "", corpus.Errorf(corpus.Internal, rec.TargetURI, "a record that was just made cannot be read: %w", err)
	}
	p.renamed[i] = made.ID
	return raw, made.ID, nil
}

// besideOf gives a record beside a capture the new id of that.
func (p *purge) besideOf(e entry, id string) ([]byte, error) {
	rec, err := p.s.recordOf(e)
	if err != nil {
		return nil, err
	}
	rec.ID, rec.BlockDigest = "", ""
	for i, f := range rec.Fields {
		if strings.EqualFold(f.Name, "WARC-Concurrent-To") {
			rec.Fields[i].Value = "<" + id + ">"
		}
	}
	return p.s.writer.packer.Marshal(rec)
}

// hold notes the first record that holds a payload.
func (p *purge) hold(payload, id string, e entry) {
	if _, held := p.holders[payload]; !held {
		p.holders[payload] = holder{id: id, date: e.Capture.At.Format(timeFormat),
			url: warc.EscapeURI(targetOf(*e.Capture))}
	}
}

// recordOf reads the record of an entry.
func (s *Store) recordOf(e entry) (*warc.Record, error) {
	raw, err := s.raw(e)
	if err != nil {
		return nil, err
	}
	return warc.ReadAt(bytes.NewReader(raw), int64(len(raw)), 0, warc.ReadOptions{Name: segmentName(e.Segment)})
}

// referTo turns a revisit record to another original.
func referTo(rec *warc.Record, h holder) {
	rec.ID, rec.BlockDigest = "", ""
	for i, f := range rec.Fields {
		switch strings.ToLower(f.Name) {
		case "warc-refers-to":
			rec.Fields[i].Value = "<" + h.id + ">"
		case "warc-refers-to-date":
			rec.Fields[i].Value = h.date
		case "warc-refers-to-target-uri":
			rec.Fields[i].Value = h.url
		}
	}
}

// makeWhole turns a revisit record into one that holds the payload of its original.
func makeWhole(rec, from *warc.Record) {
	payload := from.Block
	if strings.HasPrefix(from.ContentType, "application/http") && from.Type != warc.Resource {
		if m, err := warc.ParseResponse(from.Block); err == nil { // it was read before it was written
			payload = m.Payload
		}
	}
	rec.Type = warc.Resource
	if strings.HasPrefix(rec.ContentType, "application/http") {
		rec.Type = warc.Response
	}
	rec.Block = slices.Concat(rec.Block, payload)
	rec.ID, rec.BlockDigest, rec.PayloadDigest = "", "", ""
	rec.Fields = slices.DeleteFunc(rec.Fields, func(f warc.Field) bool {
		name := strings.ToLower(f.Name)
		return name == "warc-profile" || strings.HasPrefix(name, "warc-refers-to")
	})
}

// journal writes the journal anew.
func (p *purge) journal(purges int) error {
	b, sum, err := appendLine(nil, 0, entry{Op: opArchive, Version: journalVersion, Purges: purges})
	for i, e := range p.entries {
		if err == nil && !p.gone[i] {
			b, sum, err = appendLine(b, sum, e)
		}
	}
	if err != nil {
		return err
	}
	p.plan.Files = append(p.plan.Files, journalName)
	path := p.s.path(journalName + newSuffix)
	if err := disk.Replace(path, b); err != nil {
		return deviceError(path, "write", err)
	}
	return nil
}

// torn lists the pieces in torn/ that speak of a purged capture, or cannot be read.
func (p *purge) torn() ([]string, error) {
	names, err := disk.List(p.s.path(tornName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, deviceError(p.s.path(tornName), "list", err)
	}
	var out []string
	for _, name := range names {
		b, err := disk.ReadFile(p.s.path(tornName + "/" + name))
		if err != nil {
			return nil, deviceError(name, "read", err)
		}
		plain := b
		if !strings.HasPrefix(name, journalName) {
			plain = unpacked(b)
		}
		if len(plain) == 0 && len(b) > 0 || p.speaksOf(plain) {
			out = append(out, name)
		}
	}
	return out, nil
}

// speaksOf reports whether text holds the URL of a purged capture as captureField and the journal
// write it.
func (p *purge) speaksOf(text []byte) bool {
	for i := range p.gone {
		if p.entries[i].Op != opCapture {
			continue
		}
		url, err := json.Marshal(p.entries[i].Capture.URL)
		if err != nil || bytes.Contains(text, append([]byte(`"url":`), url...)) {
			return true
		}
	}
	return false
}
