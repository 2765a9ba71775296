package cite

import (
	"maps"
	"regexp"
	"strings"

	"ibid/corpus"
)

// shortNote is "Mech & Boitani 2003, p. 257", "Иванов (2003), с. 5".
var shortNote = regexp.MustCompile(`^\s*((?:\p{Lu}[\p{L}'’-]+)` +
	`(?:(?:,\s|\s&\s|\sand\s|,?\set al\.?\s?|\sи\s)(?:\p{Lu}[\p{L}'’-]+)?){0,4})` +
	`\s*\(?(\d{4}[a-z]?)\)?[,.:]?\s*(.*)$`)

// shortJoint parts the families of a short reference.
var shortJoint = regexp.MustCompile(`,\s|\s&\s|\sand\s|\sи\s`)

// follow puts the records behind short references into a note: one for each CITEREF link,
// or for the anchor that its text amounts to. Links inside a part belong to that part.
func follow(n *corpus.Note, full map[string]corpus.Citation) {
	if len(n.Citations) > 0 && len(n.Parts) > 0 {
		return
	}
	var found []corpus.Citation
	for _, l := range n.Links {
		if c, ok := full[anchorOf(l.URL)]; ok && anchorOf(l.URL) != "" {
			found = append(found, pinned(c, n.Text, byLink))
		}
	}
	m := shortNote.FindStringSubmatch(n.Text)
	if m != nil && len(found) == 0 && len(n.Citations) == 0 {
		if c, ok := full[anchorFor(m[1], m[2])]; ok {
			found = append(found, pinned(c, n.Text, byText))
		} else if c, ok := shortRecord(m, n.Text); ok {
			found = append(found, c)
		}
	}
	n.Citations = append(n.Citations, found...)
}

// anchorFor is the anchor MediaWiki's templates give to a work: CITEREF, families, year.
func anchorFor(names, year string) string {
	var b strings.Builder
	b.WriteString("CITEREF")
	for _, f := range strings.FieldsFunc(names, func(r rune) bool { return strings.ContainsRune(" ,&", r) }) {
		if f != "and" && f != "и" && f != "et" && strings.Trim(f, ".") != "al" {
			b.WriteString(f)
		}
	}
	return b.String() + year
}

// pinned is a full record as a short reference cites it: at a page of its own, with both
// texts as its raw form.
func pinned(c corpus.Citation, text, witness string) corpus.Citation {
	c.Witness = maps.Clone(c.Witness)
	if m := label().pages.FindStringSubmatch(text); m != nil {
		c.CSL.Page, c.Witness["page"] = tidy(m[1]), byText
	}
	c.Witness["bibliography"] = witness
	c.Raw = tidy(text) + " → " + c.Raw
	return c
}

// shortRecord is what a short reference says by itself: families, year, page.
func shortRecord(m []string, text string) (corpus.Citation, bool) {
	day := parseDate(m[2])
	rest := strings.TrimSpace(m[3])
	pages := label().pages.FindStringSubmatch(" " + rest)
	if day == nil || rest != "" && pages == nil {
		return corpus.Citation{}, false
	}
	d := newDraft()
	var names []corpus.Name
	for _, f := range shortJoint.Split(m[1], -1) {
		f, others := strings.CutSuffix(strings.TrimRight(f, ". ,"), " et al")
		if f = strings.TrimSpace(f); f != "" {
			names = append(names, corpus.Name{Family: f})
		}
		if others {
			names = append(names, corpus.Name{Literal: etAl})
		}
	}
	d.names(&d.Author, "author", names, byText)
	d.date(&d.Issued, "issued", day, byText)
	if pages != nil {
		d.str(&d.Page, "page", pages[1], byText)
	}
	d.str(&d.Type, "type", "document", byText)
	return d.citation(tidy(text)), true
}
