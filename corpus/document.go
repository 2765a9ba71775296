package corpus

import (
	"fmt"
	"time"
	"unicode/utf8"
)

// BlockKind says what a block of a document is.
type BlockKind string

// The kinds of block. Headings are never passages; they name the section of what follows.
const (
	Heading   BlockKind = "heading"
	Paragraph BlockKind = "paragraph"
	Item      BlockKind = "item"    // of a list
	Quote     BlockKind = "quote"   // block quotation
	Row       BlockKind = "row"     // of a table
	Caption   BlockKind = "caption" // of a figure or table
)

// Block is a stretch of main text as extraction found it, before segmentation.
type Block struct {
	Kind     BlockKind  `json:"kind"`
	Level    int        `json:"level,omitempty"` // of a heading: 1 to 6
	Section  []string   `json:"section"`         // path of headings above, outermost first
	Text     string     `json:"text"`            // clean UTF-8, single spaces
	Runs     []Run      `json:"runs"`
	Marks    []NoteMark `json:"marks,omitempty"`
	Untraced bool       `json:"untraced,omitempty"` // the runs do not cover the text
}

// Document is what extraction made of one snapshot of one URL.
type Document struct {
	ID        DocumentID `json:"id"`
	URL       string     `json:"url"` // normalised, as asked for
	FinalURL  string     `json:"final_url,omitempty"`
	Canonical string     `json:"canonical,omitempty"` // what the page says its address is; shown, never an identity
	Snapshot  SnapshotID `json:"snapshot"`
	Captured  time.Time  `json:"captured"`
	Source    string     `json:"source"` // id in corpus.yaml, else the host, else "file"
	MediaType string     `json:"media_type"`
	Charset   string     `json:"charset"`            // the encoding the body was decoded with, WHATWG name
	CharsetBy string     `json:"charset_by"`         // how it was decided: bom, header, meta, valid-utf8, detector, default
	Repaired  int        `json:"repaired,omitempty"` // bytes of the body that were no text in that encoding
	Kind      string     `json:"kind"`               // encyclopedia, article, text

	Title     string   `json:"title"`
	Byline    []string `json:"byline,omitempty"`
	Publisher string   `json:"publisher,omitempty"`
	Published string   `json:"published,omitempty"` // EDTF level 0: 2024, 2024-03, 2024-03-02
	Modified  string   `json:"modified,omitempty"`  // EDTF level 0
	Language  string   `json:"language,omitempty"`  // BCP 47

	// Witness names, for each field above by its JSON name, what in the page gave it:
	// json-ld, opengraph, meta, time, title, h1, html-lang, coins, first-line and so on.
	Witness map[string]string `json:"witness,omitempty"`

	Blocks    []Block `json:"blocks,omitempty"` // absent once segmented
	Notes     []Note  `json:"notes,omitempty"`
	Dangling  int     `json:"dangling,omitempty"` // marks whose note is not on the page
	Extractor string  `json:"extractor"`          // version of the extraction that ran
}

// Validate checks identity, text and runs of the whole document.
func (d *Document) Validate() error {
	if err := d.ID.Validate(); err != nil {
		return err
	}
	if d.ID != DocumentIDOf(d.URL) {
		return Errorf(Invalid, "id", "%s is not the id of %s", d.ID, d.URL)
	}
	if err := d.Snapshot.Validate(); err != nil {
		return err
	}
	for i, b := range d.Blocks {
		if err := validateText(b.Text, b.Runs, b.Untraced); err != nil {
			return fmt.Errorf("blocks[%d]: %w", i, err)
		}
		for _, m := range b.Marks {
			if m.At < 0 || m.At > len(b.Text) {
				return Errorf(Invalid, fmt.Sprintf("blocks[%d].marks", i), "mark at %d is outside a text of %d bytes", m.At, len(b.Text))
			}
		}
	}
	return nil
}

// validateText checks a text that is to be shown and searched, with its runs.
func validateText(text string, runs []Run, untraced bool) error {
	switch {
	case text == "":
		return Errorf(Invalid, "text", "empty")
	case !utf8.ValidString(text):
		return Errorf(Invalid, "text", "not valid UTF-8")
	case untraced:
		return nil
	}
	return ValidateRuns(text, runs)
}
