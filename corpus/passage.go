package corpus

import "fmt"

// Passage is the unit of retrieval: a paragraph, list item, quotation, row or caption of one
// document, or part of one when it is long.
type Passage struct {
	ID       PassageID  `json:"id"`
	Document DocumentID `json:"document"`
	Ordinal  int        `json:"ordinal"` // from 0, in the order of the document
	Kind     BlockKind  `json:"kind"`
	Section  []string   `json:"section"`
	Text     string     `json:"text"`
	Runs     []Run      `json:"runs"`
	Notes    []NoteMark `json:"notes,omitempty"` // in the order of their marks
	Untraced bool       `json:"untraced,omitempty"`
	Tags     Tags       `json:"tags"`
}

// Validate checks identity, text, runs, marks and the spans of every tag.
func (p *Passage) Validate() error {
	if err := p.ID.Validate(); err != nil {
		return err
	}
	if err := p.Document.Validate(); err != nil {
		return err
	}
	if err := validateText(p.Text, p.Runs, p.Untraced); err != nil {
		return err
	}
	at := 0
	for i, m := range p.Notes {
		if m.At < at || m.At > len(p.Text) {
			return Errorf(Invalid, fmt.Sprintf("notes[%d]", i), "mark at %d is out of order or outside the text", m.At)
		}
		at = m.At
	}
	return p.Tags.validate(len(p.Text))
}
