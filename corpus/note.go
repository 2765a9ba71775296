package corpus

// NoteMark is the place in a text where the mark of a footnote stood. The mark itself
// ("[12]") is not part of the text.
type NoteMark struct {
	At   int    `json:"at"`   // byte offset into the text
	Note string `json:"note"` // id of the note on its page
}

// Note is a footnote as the page shows it, with the records that were read out of it.
type Note struct {
	ID        string     `json:"id"`              // the page's own id: cite_note-dag-4
	Label     string     `json:"label,omitempty"` // as printed: 4, a, note 1
	Group     string     `json:"group,omitempty"`
	Text      string     `json:"text"`                // visible text, single spaces
	Parts     []NotePart `json:"parts,omitempty"`     // one for each <cite>, in order
	Links     []Link     `json:"links,omitempty"`     // links outside any part
	Citations []Citation `json:"citations,omitempty"` // filled by cite; empty means unresolved
}

// NotePart is one <cite> of a note.
type NotePart struct {
	ID     string      `json:"id,omitempty"`    // CITEREF…
	Class  string      `json:"class,omitempty"` // class attribute of the <cite>: citation book
	Text   string      `json:"text"`
	Italic []Span      `json:"italic,omitempty"` // what stands in <i> or <em>, ranges of Text
	COinS  [][2]string `json:"coins,omitempty"`  // decoded key and value pairs of its Z3988 span, in order
	Links  []Link      `json:"links,omitempty"`
}

// Link is a link of a note with the part it plays.
type Link struct {
	URL  string `json:"url"` // http or https only
	Text string `json:"text"`
	Role string `json:"role"` // work, archive, identifier, ref (to a bibliography entry on the page), other
}

// Citation is the original work behind a note as a structured record.
type Citation struct {
	CSL     CSL               `json:"csl"`
	Raw     string            `json:"raw"`               // the visible text it was read from
	Witness map[string]string `json:"witness,omitempty"` // CSL field name to what gave it: coins, link, text, archive-link
}

// CSL is a record in the terms of the Citation Style Language 1.0.2 (CSL-JSON).
type CSL struct {
	ID             string     `json:"id,omitempty"`
	Type           string     `json:"type,omitempty"` // article-newspaper, webpage, book, report …
	Title          string     `json:"title,omitempty"`
	Author         []Name     `json:"author,omitempty"`
	Editor         []Name     `json:"editor,omitempty"`
	ContainerTitle string     `json:"container-title,omitempty"`
	Publisher      string     `json:"publisher,omitempty"`
	PublisherPlace string     `json:"publisher-place,omitempty"`
	Issued         *CSLDate   `json:"issued,omitempty"`
	Accessed       *CSLDate   `json:"accessed,omitempty"`
	Page           string     `json:"page,omitempty"`
	Volume         string     `json:"volume,omitempty"`
	Issue          string     `json:"issue,omitempty"`
	DOI            string     `json:"DOI,omitempty"`
	ISBN           string     `json:"ISBN,omitempty"`
	ISSN           string     `json:"ISSN,omitempty"`
	PMID           string     `json:"PMID,omitempty"`
	URL            string     `json:"URL,omitempty"`
	Language       string     `json:"language,omitempty"`
	Custom         *CSLCustom `json:"custom,omitempty"`
}

// CSLCustom holds what CSL has no variable for, in the place CSL keeps for such things.
type CSLCustom struct {
	ArchiveURL  string   `json:"archive-url,omitempty"`
	ArchiveDate *CSLDate `json:"archive-date,omitempty"`
	Quote       string   `json:"quote,omitempty"`
}

// Name is a CSL name: family and given, or literal for bodies and names that do not split.
type Name struct {
	Family  string `json:"family,omitempty"`
	Given   string `json:"given,omitempty"`
	Literal string `json:"literal,omitempty"`
}

// CSLDate is a CSL date: one or two [year, month, day] lists, cut after what is known.
type CSLDate struct {
	Parts [][]int `json:"date-parts,omitempty"`
	Raw   string  `json:"raw,omitempty"`
}
