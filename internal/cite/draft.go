package cite

import (
	"strings"

	"ibid/corpus"
)

// The witnesses of a field, as Citation.Witness names them.
const (
	byCOinS      = "coins"
	byText       = "text"
	byLink       = "link"
	byArchive    = "archive-link"
	byIdentifier = "identifier-link"
)

// draft is a record in the making. A field is given once: who comes first wins, so the
// strongest witness speaks first.
type draft struct {
	corpus.CSL
	witness map[string]string
}

func newDraft() *draft { return &draft{witness: map[string]string{}} }

// str gives a text field; nothing happens when it is there already or value is empty.
func (d *draft) str(field *string, name, value, witness string) {
	value = tidy(value)
	if *field != "" || value == "" {
		return
	}
	*field, d.witness[name] = value, witness
}

// names gives a list of people or bodies.
func (d *draft) names(field *[]corpus.Name, name string, value []corpus.Name, witness string) {
	if len(*field) > 0 || len(value) == 0 {
		return
	}
	*field, d.witness[name] = value, witness
}

// date gives a date, or a finer one that agrees with what stands there.
func (d *draft) date(field **corpus.CSLDate, name string, value *corpus.CSLDate, witness string) {
	if value == nil {
		return
	}
	if *field != nil && !finer(value, *field) {
		return
	}
	*field, d.witness[name] = value, witness
}

// finer reports whether a says the same as b and more.
func finer(a, b *corpus.CSLDate) bool {
	if len(a.Parts) != 1 || len(b.Parts) != 1 || len(a.Parts[0]) <= len(b.Parts[0]) {
		return false
	}
	for i, n := range b.Parts[0] {
		if a.Parts[0][i] != n {
			return false
		}
	}
	return true
}

// custom returns the place for what CSL has no variable for.
func (d *draft) custom() *corpus.CSLCustom {
	if d.Custom == nil {
		d.Custom = &corpus.CSLCustom{}
	}
	return d.Custom
}

func (d *draft) archiveURL(value, witness string) {
	if value != "" {
		d.str(&d.custom().ArchiveURL, "archive-url", value, witness)
	}
}

func (d *draft) archiveDate(value *corpus.CSLDate, witness string) {
	if value != nil {
		d.date(&d.custom().ArchiveDate, "archive-date", value, witness)
	}
}

func (d *draft) quote(value string) {
	if value != "" {
		d.str(&d.custom().Quote, "quote", value, byText)
	}
}

// identifier gives one of DOI, ISBN, ISSN, PMID.
func (d *draft) identifier(field, value, witness string) {
	switch field {
	case "DOI":
		d.str(&d.DOI, field, cleanDOI(value), witness)
	case "ISBN":
		d.str(&d.ISBN, field, cleanISBN(value), witness)
	case "ISSN":
		d.str(&d.ISSN, field, value, witness)
	case "PMID":
		if digits(value) {
			d.str(&d.PMID, field, value, witness)
		}
	}
}

// empty reports whether nothing was read that names a work.
func (d *draft) empty() bool {
	return d.Title == "" && d.URL == "" && d.DOI == "" && d.ISBN == "" && d.PMID == "" &&
		(d.Custom == nil || d.Custom.ArchiveURL == "") &&
		(len(d.Author) == 0 || d.Issued == nil)
}

// citation closes the record: what was read, with the text it was read from.
func (d *draft) citation(raw string) corpus.Citation {
	if d.Custom != nil && *d.Custom == (corpus.CSLCustom{}) {
		d.Custom = nil
	}
	return corpus.Citation{CSL: d.CSL, Raw: raw, Witness: d.witness}
}

// tidy makes a value of one line: single spaces, no control characters, none of the
// punctuation that joins fields at its ends.
func tidy(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func cleanDOI(s string) string {
	s = strings.TrimPrefix(strings.TrimSpace(s), "doi:")
	return strings.TrimRight(s, ".,;")
}

// cleanISBN keeps digits, X and hyphens; empty unless ten or thirteen characters count.
func cleanISBN(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r == 'X', r == '-':
			return r
		case r == 'x':
			return 'X'
		case r == '–' || r == '\u2010' || r == '\u2011':
			return '-'
		}
		return -1
	}, s)
	if n := len(strings.ReplaceAll(s, "-", "")); n != 10 && n != 13 {
		return ""
	}
	return strings.Trim(s, "-")
}
