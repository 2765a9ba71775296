package cite

import (
	"regexp"
	"strings"

	"ibid/corpus"
)

// A note without a <cite>: one record for each link to a work, and one for a text that is
// plainly a citation (a quoted title after names and date, or before a day of access).

// plainCitation is the shape that a text without links must have to be read as a citation.
var plainCitation = regexp.MustCompile(`^[^"“«„]{0,400}` +
	`(?:\([^()]{4,40}\)[.,]?\s*)?["“«„][^"]{3,}["”»“]`)

func plain(n *corpus.Note) []corpus.Citation {
	if len(n.Text) > maxText || len(n.Links) > maxNames {
		return nil
	}
	cuts := workStarts(n)
	if len(cuts) == 0 {
		if c, ok := whole(n); ok {
			return []corpus.Citation{c}
		}
		return nil
	}
	var out []corpus.Citation
	for i, c := range cuts {
		begin, end := c.at, len(n.Text)
		if i == 0 {
			begin = 0
		}
		if i+1 < len(cuts) {
			end = cuts[i+1].at
		}
		out = append(out, fromLink(n.Text[begin:end], c.links))
	}
	return out
}

// start is where the words of a link to a work stand in a note, and the links that are of
// the same record: this one and those up to the next.
type start struct {
	at    int
	links []corpus.Link
}

// workStarts finds the records of a note by its links. An archived copy starts a record
// only when no link to a work goes before it.
func workStarts(n *corpus.Note) []start {
	var out []start
	at := 0
	for _, l := range n.Links {
		role := linkRole(l)
		if safeURL(l.URL) == "" {
			continue
		}
		pos := strings.Index(n.Text[at:], l.Text)
		if l.Text == "" || pos < 0 {
			pos = 0
		}
		label := originalLabel(l.Text) || archiveLabel(l.Text)
		opens := role == roleWork && !label || role == roleArchive && !label && len(out) == 0
		switch {
		case opens && (len(out) == 0 || pos > 0):
			out = append(out, start{at: at + pos, links: []corpus.Link{l}})
		case len(out) > 0:
			out[len(out)-1].links = append(out[len(out)-1].links, l)
		case role == roleWork || role == roleArchive:
			out = append(out, start{at: at + pos, links: []corpus.Link{l}})
		}
		at += pos
	}
	return out
}

// fromLink reads a record around a link: its address, its words as the title, and what
// labels announce. Nothing else of the text is interpreted unless it has the full shape.
func fromLink(text string, links []corpus.Link) corpus.Citation {
	d := newDraft()
	r := newReading(corpus.NotePart{Text: text})
	if plainCitation.MatchString(text) {
		d.text(r, links)
	} else {
		r.takeRemarks()
		d.takeIDs(r)
		d.takeDays(r)
		if t, ok := r.linkedTitle(links); ok {
			d.str(&d.Title, "title", t.text, byLink)
		}
	}
	d.links(links)
	d.kind("")
	return d.citation(tidy(text))
}

// whole reads a note that has no link to a work.
func whole(n *corpus.Note) (corpus.Citation, bool) {
	d := newDraft()
	r := newReading(corpus.NotePart{Text: n.Text})
	if plainCitation.MatchString(n.Text) {
		d.text(r, n.Links)
		if len(d.Author) == 0 && d.Issued == nil && d.Accessed == nil && d.ContainerTitle == "" {
			return corpus.Citation{}, false // a remark that quotes somebody
		}
	} else {
		d.takeIDs(r)
	}
	d.links(n.Links)
	if d.empty() {
		return corpus.Citation{}, false
	}
	d.kind("")
	return d.citation(tidy(n.Text)), true
}
