package timex

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
)

// annotator carries the state of one document from text to text.
type annotator struct {
	lx      *lexicon
	mode    Mode
	scan    scanner
	resolve resolver
	section []string
	started bool
	story   story // what the passages before in this section told
}

// newAnnotator settles language and mode.
func newAnnotator(d Document) *annotator {
	a := &annotator{lx: language(d)}
	a.scan = scanner{lx: a.lx}
	published, _ := parseDay(d.Published)
	a.mode = d.Mode
	if a.mode == "" {
		a.mode = a.guessMode(d, published)
	}
	a.scan.mode = a.mode
	a.resolve = resolver{mode: a.mode, published: published}
	a.resolve.section(a.titleDate(d.Title))
	return a
}

// text annotates one text.
func (a *annotator) text(t Text) Result {
	if !a.started || !slices.Equal(a.section, t.Section) || t.Kind == corpus.Heading {
		a.enter(t)
	}
	a.scan.scan(t.Text)
	in := resolveInput{found: a.scan.found, tokens: a.scan.tokens, lx: a.lx}
	rs := a.resolve.text(in)
	if t.Kind == corpus.Heading {
		a.resolve.section(headingDate(rs))
	}
	out := Result{Unresolved: a.scan.bad}
	for i := range rs {
		out.Expressions = append(out.Expressions, rs[i].expression(t.Text))
	}
	if t.Kind != corpus.Heading {
		out.Events = a.events(t, rs)
	}
	return out
}

// enter begins a section. A heading that is given as a text sets the date itself; one that
// is only named in a section path is read here.
func (a *annotator) enter(t Text) {
	a.started, a.section = true, t.Section
	a.story = story{}
	a.resolve.section(moment{})
	if t.Kind == corpus.Heading {
		return
	}
	for _, h := range t.Section {
		if d := a.titleDate(h); d.grain() != byNothing {
			a.resolve.section(d)
		}
	}
}

// titleDate is the first date with a year in a title or heading that is no text.
func (a *annotator) titleDate(s string) moment {
	a.scan.scan(s)
	c := resolver{mode: a.mode, published: a.resolve.published}
	return headingDate(c.text(resolveInput{found: a.scan.found, tokens: a.scan.tokens, lx: a.lx}))
}

// headingDate is the first date with a year in a heading.
func headingDate(rs []resolved) moment {
	for _, x := range rs {
		if g := x.date.grain(); g <= byYear && (x.partial.year != 0 || x.inference == fromContext) {
			return x.date
		}
	}
	return moment{}
}

// expression is the outer form of a resolved partial.
func (x *resolved) expression(text string) Expression {
	e := Expression{Span: x.span, Text: text[x.span.Start:x.span.End], Type: x.kind,
		Value: x.val, Mod: codeName(x.mod)}
	if x.mod == 0 && x.apprx {
		e.Mod = codeName(approx)
	}
	if x.date.grain() == byNothing {
		return e
	}
	e.EDTF, e.Precision = x.date.edtf(), x.date.grain().precision()
	e.First, e.Last = x.date.bounds()
	if x.until.grain() != byNothing {
		e.EDTF += "/" + x.until.edtf()
		e.Precision = "range"
		_, e.Last = x.until.bounds()
	} else {
		e.EDTF += x.doubt_()
	}
	e.Inference, e.Rule, e.Anchor = x.inference, x.why, x.anchor
	if x.inference == explicit && e.Rule == "" {
		e.Rule = "the words say it"
	}
	return e
}

// doubt_ is the EDTF qualifier: ~ about, ? two readings clash, % both. Intervals that stand
// for a week, quarter or half year carry none.
func (x *resolved) doubt_() string {
	doubtful := x.doubtful || x.doubt
	switch g := x.date.grain(); {
	case g == byWeek || g == byQuarter || g == byHalf || x.date.bc && g >= byDecade:
		return ""
	case doubtful && x.apprx:
		return "%"
	case doubtful:
		return "?"
	case x.apprx:
		return "~"
	}
	return ""
}

// guessMode calls a document news when its day of publication is known and most of the
// years it names lie beside it.
func (a *annotator) guessMode(d Document, published moment) Mode {
	if published.grain() == byNothing {
		return Narrative
	}
	far, near := 0, 0
	for _, t := range d.Texts {
		a.scan.scan(t.Text)
		for _, p := range a.scan.found {
			if p.moment.year == 0 || p.yy || p.moment.century {
				continue
			}
			if y := p.astronomical() - published.astronomical(); y < -1 || y > 1 {
				far++
			} else {
				near++
			}
		}
	}
	if far >= 5 && 2*far > near {
		return Narrative
	}
	return News
}

// parseDay reads the EDTF level 0 date of a document: a year, month or day.
func parseDay(s string) (moment, bool) {
	var d moment
	parts := strings.Split(strings.TrimSpace(s), "-")
	if len(parts) > 3 || len(parts[0]) != 4 {
		return d, false
	}
	for i, p := range parts {
		n := 0
		for _, c := range []byte(p) {
			if c < '0' || c > '9' {
				return moment{}, false
			}
			n = n*10 + int(c-'0')
		}
		switch i {
		case 0:
			d.year = n
		case 1:
			d.month = n
		case 2:
			d.day = n
		}
	}
	if !exists(d.year, max(d.month, 1), max(d.day, 1)) {
		return moment{}, false
	}
	return d, true
}

// sampled is how many bytes of a document decide its language.
const sampled = 4 << 10

// language is the lexicon of a document: that of its declared language, else the one that
// knows most of its words, English on a tie.
func language(d Document) *lexicon {
	all := lexica()
	code, _, _ := strings.Cut(strings.ToLower(d.Language), "-")
	if lx, ok := all[code]; ok {
		return lx
	}
	names := make([]string, 0, len(all))
	for n := range all {
		names = append(names, n)
	}
	slices.Sort(names)
	best, most := all["en"], 0
	sample := sampleOf(d)
	for _, n := range append([]string{"en", "ru"}, names...) {
		hits := 0
		for _, t := range all[n].tokens(sample, nil) {
			if t.entry >= 0 {
				hits += t.end - t.start
			}
		}
		if hits > most {
			best, most = all[n], hits
		}
	}
	return best
}

// sampleOf is the beginning of a document's text.
func sampleOf(d Document) string {
	var b strings.Builder
	for _, t := range d.Texts {
		b.WriteString(t.Text)
		b.WriteByte('\n')
		if b.Len() >= sampled {
			break
		}
	}
	s := b.String()
	if len(s) <= sampled {
		return s
	}
	n := sampled
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
