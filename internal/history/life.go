package history

import (
	"time"

	"ibid/corpus"
)

// Version is what one capture of an address gave.
type Version struct {
	At       time.Time
	Snapshot corpus.SnapshotID
	Passages []*corpus.Passage
}

// What happens in the life of a passage.
const (
	FirstSeen  = "first seen"
	BackAgain  = "back"
	BecameThat = "changed"
)

// Event is something that happened to a passage: it was seen for the first time, or again after it
// had gone; it changed into another, or went. At is the time of the capture that shows it; the
// deed lies between the capture before, Since, and that.
type Event struct {
	What     string            `json:"what"` // first seen, back, changed or gone
	At       time.Time         `json:"at"`
	Since    *time.Time        `json:"since,omitempty"` // absent in the first capture
	Snapshot corpus.SnapshotID `json:"snapshot"`
	// Passage is what it was before, when it came by a change, or what it became.
	Passage corpus.PassageID `json:"passage,omitempty"`
	Words   []Piece          `json:"words,omitempty"`
}

// Life is what happened to one passage over the captures of its address.
type Life struct {
	ID     corpus.PassageID `json:"id"`
	Text   string           `json:"text"`
	Stands bool             `json:"stands"` // in the last version
	Events []Event          `json:"events"` // oldest first
}

// Lives follows every passage through the versions of its address, oldest first. Passages come in
// the order in which they were seen first.
func Lives(versions []Version) []*Life {
	var order []*Life
	lives := map[corpus.PassageID]*Life{}
	note := func(p *corpus.Passage, e Event) {
		l := lives[p.ID]
		if l == nil {
			l = &Life{ID: p.ID, Text: p.Text}
			lives[p.ID], order = l, append(order, l)
			if e.What == BackAgain {
				e.What = FirstSeen
			}
		}
		l.Events = append(l.Events, e)
		l.Stands = e.What == FirstSeen || e.What == BackAgain
	}
	var before []*corpus.Passage
	var since *time.Time
	for _, v := range versions {
		for _, c := range Compare(before, v.Passages) {
			e := Event{At: v.At, Since: since, Snapshot: v.Snapshot, Words: c.Words}
			switch c.What {
			case Came:
				e.What = BackAgain
				note(c.After, e)
			case Went:
				e.What = Went
				note(c.Before, e)
			case Changed:
				e.What, e.Passage = BecameThat, c.After.ID
				note(c.Before, e)
				e.What, e.Passage = BackAgain, c.Before.ID
				note(c.After, e)
			}
		}
		before, since = v.Passages, &v.At
	}
	return order
}
