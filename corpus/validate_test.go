package corpus

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// soundDocument is a document without a fault, for tests to break.
func soundDocument() *Document {
	const u = "https://wire.example/a"
	return &Document{ID: DocumentIDOf(u), URL: u, Snapshot: SnapshotIDOf(nil),
		Blocks: []Block{{Kind: Paragraph, Text: "Two hurt.", Marks: []NoteMark{{At: 9, Note: "n1"}},
			Runs: []Run{{Text: [2]int{0, 9}, Bytes: [2]int{3, 12}}}}}}
}

// soundPassage is a passage with one tag of each kind and no fault.
func soundPassage() *Passage {
	d := soundDocument()
	b := d.Blocks[0]
	day := DayOf(2024, 3, 2)
	return &Passage{ID: PassageIDOf(d.URL, b.Text, 0), Document: d.ID, Kind: b.Kind, Text: b.Text,
		Runs: b.Runs, Notes: b.Marks, Tags: Tags{
			Events: []EventDate{{EDTF: "2024-03-02", First: day, Last: day, Precision: "day",
				Inference: "explicit", Evidence: []Span{{0, 3}}}},
			Places: []Place{{ID: "RU-IN", Path: []string{"Russia", "Ingushetia"}, PathIDs: []string{"RU", "RU-IN"},
				PathKinds: []string{"country", "republic"}, Spans: []Span{{0, 3}}}},
			Actors:     []Actor{{ID: "fsb", Kind: "agency", PathIDs: []string{"fsb"}, Spans: []Span{{4, 8}}}},
			Unresolved: []Unresolved{{Kind: "date", Span: Span{0, 3}}},
		}}
}

func TestDocumentValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*Document)
		want  string
	}{
		{"sound", func(*Document) {}, ""},
		{"no id", func(d *Document) { d.ID = "" }, "document"},
		{"an id of another page", func(d *Document) { d.URL = "https://wire.example/b" }, "is not the id of"},
		{"no snapshot", func(d *Document) { d.Snapshot = "" }, "snapshot"},
		{"empty text", func(d *Document) { d.Blocks[0].Text = "" }, "blocks[0]: text: empty"},
		{"invalid UTF-8", func(d *Document) { d.Blocks[0].Text = "\xff" }, "not valid UTF-8"},
		{"runs that miss text", func(d *Document) { d.Blocks[0].Runs = nil }, "in no run"},
		{"untraced text needs no runs", func(d *Document) { d.Blocks[0].Runs, d.Blocks[0].Untraced = nil, true }, ""},
		{"a mark outside", func(d *Document) { d.Blocks[0].Marks[0].At = 10 }, "mark at 10"},
	}
	for _, tt := range tests {
		d := soundDocument()
		tt.spoil(d)
		check(t, tt.name, d.Validate(), tt.want)
	}
}

func TestPassageValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		spoil func(*Passage)
		want  string
	}{
		{"sound", func(*Passage) {}, ""},
		{"no id", func(p *Passage) { p.ID = "" }, "passage"},
		{"no document", func(p *Passage) { p.Document = "" }, "document"},
		{"no text", func(p *Passage) { p.Text = "" }, "empty"},
		{"marks out of order", func(p *Passage) { p.Notes = []NoteMark{{At: 5}, {At: 2}} }, "notes[1]"},
		{"a day before the first", func(p *Passage) { p.Tags.Events[0].Last-- }, "is before first day"},
		{"a date without its reasoning", func(p *Passage) { p.Tags.Events[0].Inference = "" }, "must be given"},
		{"evidence outside", func(p *Passage) { p.Tags.Events[0].Evidence[0].End = 99 }, "tags.events[0].evidence"},
		{"a place that ends elsewhere", func(p *Passage) { p.Tags.Places[0].ID = "RU-DA" }, "tags.places[0]"},
		{"a place with an empty span", func(p *Passage) { p.Tags.Places[0].Spans[0].End = 0 }, "tags.places[0].spans"},
		{"an actor without a path", func(p *Passage) { p.Tags.Actors[0].PathIDs = nil }, "tags.actors[0]"},
		{"an actor of no kind", func(p *Passage) { p.Tags.Actors[0].Kind = "band" }, `kind "band"`},
		{"an actor outside", func(p *Passage) { p.Tags.Actors[0].Spans[0].End = 99 }, "tags.actors[0].spans"},
		{"an open question outside", func(p *Passage) { p.Tags.Unresolved[0].Span.End = 99 }, "tags.unresolved[0]"},
	}
	for _, tt := range tests {
		p := soundPassage()
		tt.spoil(p)
		check(t, tt.name, p.Validate(), tt.want)
	}
}

func TestCaptureValidate(t *testing.T) {
	t.Parallel()
	sound := Capture{URL: "file:a.html", At: time.Unix(1700000000, 0).UTC(), Status: 200, Snapshot: SnapshotIDOf(nil)}
	tests := []struct {
		name  string
		spoil func(*Capture)
		want  string
	}{
		{"sound", func(*Capture) {}, ""},
		{"no URL", func(c *Capture) { c.URL = "" }, "url"},
		{"local time", func(c *Capture) { c.At = c.At.In(time.FixedZone("x", 3600)) }, "at"},
		{"fractions of a second", func(c *Capture) { c.At = c.At.Add(1) }, "at"},
		{"no time", func(c *Capture) { c.At = time.Time{} }, "at"},
		{"no status", func(c *Capture) { c.Status = 0 }, "status"},
		{"negative size", func(c *Capture) { c.Size = -1 }, "size"},
		{"no snapshot", func(c *Capture) { c.Snapshot = "" }, "snapshot"},
	}
	for _, tt := range tests {
		c := sound
		tt.spoil(&c)
		check(t, tt.name, c.Validate(), tt.want)
	}
	if !sound.Good() || (Capture{Status: 404}).Good() || (Capture{Status: 304}).Good() {
		t.Error("only a capture with a page may carry search")
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	cause := errors.New("cut off")
	err := fmt.Errorf("add: %w", Errorf(Corrupt, "a.warc", "record 3: %w", cause).WithRemedy("fetch it again"))
	if got := err.Error(); got != "add: a.warc: record 3: cut off; fetch it again" {
		t.Errorf("the user reads %q", got)
	}
	if KindOf(err) != Corrupt || !errors.Is(err, cause) {
		t.Error("kind or cause is lost on the way up")
	}
	if KindOf(cause) != Internal || KindOf(nil) != Internal {
		t.Error("an error without a kind is a defect of ours")
	}
}

func check(t *testing.T, name string, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("%s: got %v, want %q", name, err, want)
	}
}
