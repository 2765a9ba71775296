package cite

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"ibid/corpus"
)

// tail reads what follows the title: the book it is part of, container, place and publisher,
// a lone date, a quotation.
func (d *draft) tail(r *reading, start int) {
	start = d.partOf(r, start)
	d.firstPage(r, start)
	segs := r.segments(start, len(r.s))
	var plain []string
	for i, g := range segs {
		printed := sameText(g.text, d.ContainerTitle)
		switch {
		case g.italic && r.quoted:
			d.str(&d.ContainerTitle, "container-title", r.pointed(g), byText)
		case printed && !g.italic && (r.marked || r.container):
			plain = append(plain, g.text) // the paper is its own publisher, and says so
		case d.known(g.text):
			r.container = r.container || printed
		case d.imprint(g.text, false):
		case d.lone(g.text):
		case quotation(g.text, i):
			text, _ := unquote(g.text)
			d.quote(text)
		default:
			plain = append(plain, g.text)
		}
	}
	d.plain(r, plain)
}

// onlyPage is ": 53", a page without a volume.
var onlyPage = regexp.MustCompile(`^[\s\x01]*:\s*([A-Za-z]{0,3}\d[^.\x01]{0,40})`)

// firstPage reads a page that follows the title at once.
func (d *draft) firstPage(r *reading, start int) {
	if loc := onlyPage.FindSubmatchIndex(r.s[start:]); loc != nil {
		d.str(&d.Page, "page", trimJoint(string(r.s[start+loc[2]:start+loc[3]])), byText)
		r.wipe(start+loc[0], start+loc[1])
	}
}

// pointed is the text of a name, with the full stop behind it when the name is abbreviated
// throughout ("Vet. J."): there the stop both ends the word and parts the fields.
func (r *reading) pointed(g segment) string {
	w := strings.Fields(g.text)
	if len(w) < 2 || g.end >= len(r.s) || r.s[g.end] != '.' || strings.HasSuffix(g.text, ".") {
		return g.text
	}
	for _, x := range w[:len(w)-1] {
		if !strings.HasSuffix(x, ".") {
			return g.text
		}
	}
	return g.text + "."
}

// known reports whether another witness gave what a segment says.
func (d *draft) known(s string) bool {
	return sameText(s, d.ContainerTitle) || sameText(s, d.Title) || sameText(s, d.Publisher) ||
		sameText(s, d.PublisherPlace)
}

// sameText compares without case, punctuation and spaces.
func sameText(a, b string) bool { return b != "" && letters(a) == letters(b) }

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// partOf reads ", in Editor, A. Book" up to the book, and returns where to go on.
func (d *draft) partOf(r *reading, start int) int {
	s := string(r.s[start:])
	at := len(s) - len(strings.TrimLeft(s, " .,"+string(rune(blank))))
	rest := s[at:]
	if len(rest) < 3 || !lex().has("in", strings.TrimRight(rest[:2], " ")) || rest[2] != ' ' {
		return start
	}
	begin := start + at + 3
	for _, sp := range r.italic {
		if sp.Start >= begin {
			names, _ := parseNames(r.text(begin, sp.Start))
			d.names(&d.Editor, "editor", names, byText)
			d.str(&d.ContainerTitle, "container-title", r.text(sp.Start, sp.End), byText)
			return sp.End
		}
	}
	segs := r.segments(begin, len(r.s))
	if len(segs) >= 2 && strings.ContainsAny(segs[0].text, ",;") &&
		len(strings.Fields(segs[0].text)) <= 12 {
		names, _ := parseNames(segs[0].text)
		d.names(&d.Editor, "editor", names, byText)
		segs = segs[1:]
	}
	if len(segs) == 0 {
		return start
	}
	d.str(&d.ContainerTitle, "container-title", segs[0].text, byText)
	return segs[0].end
}

// lone reads a segment that is nothing but a volume number.
func (d *draft) lone(s string) bool {
	if len(s) > 4 || !digits(strings.TrimRight(s, "ABCabc")) {
		return false
	}
	d.str(&d.Volume, "volume", s, byText)
	return true
}

// quotation reports whether a segment is words quoted from the work: quoted after the
// title, or a sentence late in the citation.
func quotation(s string, at int) bool {
	if _, ok := unquote(s); ok {
		return true
	}
	return at >= 1 && len(strings.Fields(s)) >= 12
}

// plain reads the segments that nothing marks. The last is the publisher; series stand
// before it. Where neither italics nor COinS say what the title is part of, the first is the
// container and a second may be anything. After the name of a newspaper a single name is a
// place.
func (d *draft) plain(r *reading, segs []string) {
	segs = slices.DeleteFunc(segs, func(s string) bool {
		return strings.HasPrefix(s, "[") || len(strings.Fields(s)) > 20
	})
	coins := d.witness["title"] == byCOinS
	switch {
	case len(segs) == 0 || !r.quoted || len(r.italic) > 0:
	case coins && d.ContainerTitle != "" && !r.container:
		segs = segs[1:] // the container as printed, which COinS spells out
	case !coins && !r.marked && d.ContainerTitle == "" && d.Publisher == "":
		d.str(&d.ContainerTitle, "container-title", segs[0], byText)
		segs = segs[1:]
	}
	if len(segs) == 0 || !r.marked && !coins {
		return
	}
	news := r.class == "news" || r.class == "" && len(segs) > 1
	if s := segs[0]; news && d.ContainerTitle != "" && placeName(s) &&
		len(strings.Fields(s)) <= 2 && !body(s) && !sameText(s, d.ContainerTitle) {
		d.str(&d.PublisherPlace, "publisher-place", s, byText)
		segs = segs[1:]
	}
	if len(segs) > 0 {
		d.str(&d.Publisher, "publisher", segs[len(segs)-1], byText)
	}
}

// links gives the record what its links hold: the address of the work, of its archived copy
// with day, and identifiers.
func (d *draft) links(links []corpus.Link) {
	for _, l := range links {
		raw := safeURL(l.URL)
		if raw == "" {
			continue
		}
		switch linkRole(l) {
		case roleWork:
			d.workLink(raw, l.Text)
		case roleArchive:
			d.archiveURL(raw, byArchive)
			_, day := unwrap(raw)
			d.archiveDate(day, byArchive)
		case roleIdentifier:
			field, value := identify(raw)
			d.identifier(field, value, byIdentifier)
		}
	}
	if d.URL == "" && d.Custom != nil {
		original, _ := unwrap(d.Custom.ArchiveURL)
		d.str(&d.URL, "URL", original, byArchive)
	}
}

// workLink takes the first link to the work; "the original" beats the others.
func (d *draft) workLink(raw, text string) {
	if originalLabel(text) && d.witness["URL"] == byLink {
		d.URL = ""
	}
	d.str(&d.URL, "URL", raw, byLink)
}

// linkRole trusts the address over the role that came with a link: an archive stays one. A
// resolver that is linked by words, not by its number, stands for the work.
func linkRole(l corpus.Link) string {
	role := Role(l.URL)
	switch {
	case role == roleIdentifier && titleLike(l.Text) && len(strings.Fields(l.Text)) > 2:
		return roleWork
	case role != roleWork || l.Role == "":
		return role
	}
	return l.Role
}
