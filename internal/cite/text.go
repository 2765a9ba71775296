package cite

import (
	"strings"
	"unicode/utf8"

	"ibid/corpus"
)

// The visible text of a citation is read from the outside in. What is plain by its label is
// taken first wherever it stands: identifiers, the day of access, the archive, remarks of
// the page. Then the title is found; names and date stand before it, container, publisher,
// place, volume and pages after it. What was taken is blanked, so that offsets (of italics)
// keep their meaning.

// blank marks bytes that were taken; it parts fields as a full stop does.
const blank = '\x01'

// reading is a text under the reader's hands.
type reading struct {
	s      []byte
	italic []corpus.Span
	quoted bool // the title stood in quotation marks: it is part of something, or on its own
	comma  bool // fields are parted by commas (CS2), not by full stops
	class  string
	marked bool // italics and class are known, so that their absence means something

	container bool // the container was met, as another witness spells it
}

func newReading(p corpus.NotePart) *reading {
	s := []byte(strings.ToValidUTF8(p.Text, "?"))
	for i, c := range s {
		if c < ' ' || c == 0x7f {
			s[i] = ' '
		}
	}
	r := &reading{s: s, class: kindOf(p.Class), marked: p.Class != ""}
	for _, sp := range p.Italic {
		if sp.Start >= 0 && sp.Start < sp.End && sp.End <= len(s) && len(s) == len(p.Text) {
			r.italic = append(r.italic, sp)
		}
	}
	return r
}

// kindOf picks the word of a class attribute that names a kind of work.
func kindOf(class string) string {
	for _, c := range strings.Fields(strings.ToLower(class)) {
		if _, ok := lex().types[c]; ok {
			return c
		}
	}
	return ""
}

// wipe blanks a range.
func (r *reading) wipe(start, end int) {
	for i := start; i < end; i++ {
		r.s[i] = blank
	}
}

// text is a range without what was taken, joints trimmed from its ends.
func (r *reading) text(start, end int) string {
	s := strings.ReplaceAll(string(r.s[start:end]), string(rune(blank)), " ")
	return trimJoint(tidy(s))
}

// trimJoint takes the punctuation between fields off both ends. A final full stop stays
// after an initial ("Julie K.") and an abbreviation ("Jr.").
func trimJoint(s string) string {
	s = strings.TrimLeft(strings.TrimSpace(s), ".,;: ")
	for {
		cut := strings.TrimRight(s, ",;: ")
		if strings.HasSuffix(cut, ".") && !endsShort(cut[:len(cut)-1]) {
			cut = cut[:len(cut)-1]
		}
		if cut == s {
			return s
		}
		s = cut
	}
}

// endsShort reports whether s, before its full stop, ends in an initial or abbreviation.
func endsShort(s string) bool {
	at := strings.LastIndexAny(s, " ("+string(rune(blank))+"-")
	w := s[at+1:]
	if i := strings.LastIndexByte(w, '.'); i >= 0 && utf8.RuneCountInString(w[i+1:]) == 1 {
		return true // U.S
	}
	return utf8.RuneCountInString(w) == 1 && capital(w) || w != "" && lex().has("abbreviation", w)
}

// text reads everything that the visible text of a part gives.
func (d *draft) text(r *reading, links []corpus.Link) {
	r.takeRemarks()
	d.takeIDs(r)
	d.takeDays(r)
	d.takeLanguage(r)
	t, ok := r.findTitle(links)
	if !ok {
		d.untitled(r)
		return
	}
	d.head(r, t.head)
	d.str(&d.Title, "title", t.text, t.witness)
	d.takeLocators(r, t.end)
	d.tail(r, t.end)
}

// head reads names, date and editors before the title.
func (d *draft) head(r *reading, end int) {
	s := r.text(0, end)
	if day, loc := dateInBrackets(s); day != nil {
		d.date(&d.Issued, "issued", day, byText)
		after := trimJoint(s[loc[1]:])
		s = s[:loc[0]]
		if names, editors := parseNames(after); editors {
			d.names(&d.Editor, "editor", names, byText)
		}
	}
	s = trimJoint(s)
	if s == "" || len(strings.Fields(s)) > 400 {
		return
	}
	names, editors := parseNames(s)
	if editors {
		d.names(&d.Editor, "editor", names, byText)
		return
	}
	d.names(&d.Author, "author", names, byText)
}

// dateInBrackets finds the date after the names and the range it takes; nil when there is
// none. Other brackets may stand before it.
func dateInBrackets(s string) (*corpus.CSLDate, []int) {
	for _, loc := range headDate.FindAllStringSubmatchIndex(s, 8) {
		if day := parseDate(strings.TrimPrefix(s[loc[2]:loc[3]], "c. ")); day != nil {
			return day, loc
		}
	}
	return nil, nil
}

// untitled reads a text without quotation marks, italics or a linked title: authors, a date
// in brackets, then the title up to the publisher.
func (d *draft) untitled(r *reading) {
	s := string(r.s)
	start := 0
	if day, loc := dateInBrackets(s); day != nil {
		start = loc[1]
		d.head(r, start)
	} else if !r.marked {
		return
	}
	d.takeLocators(r, start)
	segs := r.segments(start, len(r.s))
	if len(segs) == 0 {
		return
	}
	last := len(segs)
	for last > 1 && d.imprint(segs[last-1].text, r.class == "book" && last == len(segs)) {
		last--
	}
	var title []string
	for _, g := range segs[:last] {
		title = append(title, g.text)
	}
	d.str(&d.Title, "title", strings.Join(title, ". "), byText)
}

// imprint reads "Place: Publisher", a lone date, or (when lone is set) a publisher's name;
// it reports whether s was one of these.
func (d *draft) imprint(s string, lone bool) bool {
	if day := parseDate(s); day != nil {
		d.date(&d.Issued, "issued", day, byText)
		return true
	}
	if place, name, ok := strings.Cut(s, ": "); ok && placeName(place) {
		d.str(&d.PublisherPlace, "publisher-place", place, byText)
		d.str(&d.Publisher, "publisher", name, byText)
		return true
	}
	if lone {
		d.str(&d.Publisher, "publisher", s, byText)
	}
	return lone
}

// placeName reports whether s can be the place of a publisher: a few capitalised words.
func placeName(s string) bool {
	w := strings.Fields(s)
	return len(w) > 0 && len(w) <= 4 && capital(w[0]) && !strings.ContainsAny(s, "0123456789\"")
}

// segment is a field of the text between two joints.
type segment struct {
	text       string
	start, end int
	italic     bool
}

// segments parts a range at its joints: full stops (commas in CS2) that end a field, blanked
// stretches, and the edges of italics.
func (r *reading) segments(start, end int) []segment {
	var out []segment
	add := func(a, b int) {
		t, italic := r.text(a, b), r.isItalic(a, b)
		if strings.Trim(t, "()[]–- .,") == "" {
			return
		}
		if sp, ok := r.italicAt(a); ok && italic && sp.End == b {
			t = trimTitle(string(r.s[a:b])) // a full stop in italics is the name's own
		}
		out = append(out, segment{text: t, start: a, end: b, italic: italic})
	}
	from := start
	for i := start; i < end; i++ {
		if sp, ok := r.italicAt(i); ok {
			if i == sp.Start && r.atJoint(from, i) {
				add(from, i)
				from = i
			}
			i = min(sp.End, end) - 1
			if from == sp.Start {
				add(from, i+1)
				from = i + 1
			}
			continue
		}
		if r.joint(i, end) {
			add(from, i+1)
			from = i + 1
		}
	}
	add(from, end)
	return out
}

// atJoint reports whether nothing but joints lies between from and i.
func (r *reading) atJoint(from, i int) bool {
	t := strings.TrimRight(string(r.s[from:i]), " ")
	return t == "" || strings.HasSuffix(t, ".") || strings.HasSuffix(t, ",") ||
		strings.HasSuffix(t, string(rune(blank))) || strings.HasSuffix(t, ":")
}

// joint reports whether byte i ends a field.
func (r *reading) joint(i, end int) bool {
	next := byte(' ')
	if i+1 < end {
		next = r.s[i+1]
	}
	switch c := r.s[i]; {
	case c == blank:
		return true
	case next != ' ' && next != blank:
		return false
	case r.comma:
		return c == ','
	default:
		return c == '.' && !endsShort(string(r.s[max(0, i-24):i]))
	}
}

func (r *reading) italicAt(i int) (corpus.Span, bool) {
	for _, sp := range r.italic {
		if sp.Start <= i && i < sp.End {
			return sp, true
		}
	}
	return corpus.Span{}, false
}

// isItalic reports whether the letters of a range stand in italics.
func (r *reading) isItalic(start, end int) bool {
	for i := start; i < end; i++ {
		if c := r.s[i]; c == ' ' || c == blank || strings.IndexByte(".,;:()\"'", c) >= 0 {
			continue
		}
		_, ok := r.italicAt(i)
		return ok
	}
	return false
}
