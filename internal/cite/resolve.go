package cite

import (
	"strings"

	"ibid/corpus"
)

// maxText bounds what is read of one note; nothing that long is a citation.
const maxText = 20_000

// Resolve fills n.Citations from its parts, or from its own text and links when it has
// none. What was there before is replaced. Short references to a bibliography need
// ResolveAll.
func Resolve(n *corpus.Note) {
	n.Citations = nil
	if len(n.Parts) == 0 {
		n.Citations = plain(n)
		return
	}
	for _, p := range n.Parts {
		if c, ok := part(p); ok {
			n.Citations = append(n.Citations, c)
		}
	}
	if len(n.Citations) > 0 {
		outside(&n.Citations[len(n.Citations)-1], n)
	}
}

// part reads one <cite>.
func part(p corpus.NotePart) (corpus.Citation, bool) {
	if len(p.Text) > maxText || len(p.COinS)+len(p.Links) > 4*maxNames {
		p = clip(p)
	}
	d := newDraft()
	d.coins(p.COinS)
	if len(d.Author) > maxNames {
		d.Author = append(d.Author[:maxNames:maxNames], corpus.Name{Literal: etAl})
	}
	d.text(newReading(p), p.Links)
	d.links(p.Links)
	d.kind(p.Class)
	if d.empty() {
		return corpus.Citation{}, false
	}
	return d.citation(tidy(p.Text)), true
}

// clip cuts a part that is too large to be one.
func clip(p corpus.NotePart) corpus.NotePart {
	if len(p.Text) > maxText {
		p.Text, p.Italic = strings.ToValidUTF8(p.Text[:maxText], ""), nil
	}
	var pairs [][2]string
	authors := 0
	for _, kv := range p.COinS {
		if kv[0] == "rft.au" {
			authors++
		}
		if (kv[0] != "rft.au" || authors <= maxNames+1) && len(pairs) < 3*maxNames {
			pairs = append(pairs, kv)
		}
	}
	p.COinS = pairs
	p.Links = p.Links[:min(len(p.Links), 2*maxNames)]
	return p
}

// kind settles the type: the class of the <cite> says most, then COinS, then what was found.
func (d *draft) kind(class string) {
	if t := lex().types[kindOf(class)]; t != "" {
		if t == "book" && d.Type == "chapter" || t == "book" && d.ContainerTitle != "" {
			t = "chapter"
		}
		d.Type, d.witness["type"] = t, byText
		return
	}
	switch {
	case d.Type != "":
	case d.ISBN != "":
		d.str(&d.Type, "type", "book", byText)
	case d.DOI != "" || d.PMID != "" || d.Volume != "" && d.ContainerTitle != "":
		d.str(&d.Type, "type", "article-journal", byText)
	case d.URL != "":
		d.str(&d.Type, "type", "webpage", byLink)
	default:
		d.str(&d.Type, "type", "document", byText)
	}
}

// outside adds what a note says after its last <cite>: an archived copy, by its own
// template, and the day of access.
func outside(c *corpus.Citation, n *corpus.Note) {
	d := &draft{CSL: c.CSL, witness: c.Witness}
	for _, l := range n.Links {
		if linkRole(l) == roleArchive {
			d.links([]corpus.Link{l})
		}
	}
	*c = d.citation(c.Raw)
}

// ResolveAll resolves each note of a page, then follows short references ("Mech & Boitani
// 2003, p. 257") to the full ones they point to: by their link to a CITEREF anchor, else by
// the anchor that names and year would have. The full references are the parts of all notes
// and works, the entries of a bibliography that are no notes.
func ResolveAll(notes []corpus.Note, works ...corpus.NotePart) {
	full := map[string]corpus.Citation{}
	keep := func(p corpus.NotePart) {
		if _, seen := full[p.ID]; p.ID == "" || seen {
			return
		}
		if c, ok := part(p); ok {
			full[p.ID] = c
		}
	}
	for i := range notes {
		Resolve(&notes[i])
		for _, p := range notes[i].Parts {
			keep(p)
		}
	}
	for _, p := range works {
		keep(p)
	}
	for i := range notes {
		follow(&notes[i], full)
	}
}
