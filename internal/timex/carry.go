package timex

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// afterThis adds the stretch that "After this," opens: from the date told last.
func (a *annotator) afterThis(cs []candidate, before story) []candidate {
	tokens := a.scan.tokens
	for i := 0; i+1 < len(tokens); i++ {
		if !tokens[i].first || !tokens[i].set.has(cAfter) ||
			tokens[i+1].set&(cThis.bit()|cThat.bit()) == 0 {
			continue
		}
		if i+2 < len(tokens) && !tokens[i+2].set.has(cComma) && a.lx.lang == "en" {
			continue
		}
		base, ok := before.recent, before.told
		at, n := 0, tokens[i].sentence
		for k, c := range cs {
			if c.sentence < n {
				at = k + 1
				if c.rank <= openRank {
					base, ok = c.event, true
				}
			}
		}
		if !ok {
			continue
		}
		e := base
		from := e.EDTF
		if strings.ContainsAny(from, "/~?%X") {
			from, e.First = edtfDay(e.Last), e.Last
		}
		e = corpus.EventDate{EDTF: from + "/..", First: e.First, Last: e.Last,
			Precision: "after", Inference: relative, Anchor: base.EDTF,
			Rule:     "it followed on what is told before, of " + base.EDTF,
			Evidence: []corpus.Span{{Start: tokens[i].start, End: tokens[i+1].end}}}
		c := candidate{event: e, shape: onward, rank: vagueRank, sentence: n}
		cs = append(cs[:at:at], append([]candidate{c}, cs[at:]...)...)
	}
	return cs
}

// inherit gives a passage without a date the date of the passage before, when its first
// words plainly carry that one on: "They fled", "The attackers fled".
func (a *annotator) inherit(t Text, before story) (corpus.EventDate, bool) {
	tokens := a.scan.tokens
	if !before.told || len(tokens) < 2 || t.Kind != corpus.Paragraph && t.Kind != corpus.Quote {
		return corpus.EventDate{}, false
	}
	k := 0
	if tokens[0].set.has(cThe) {
		k = 1
	}
	anaphoric := a.lx.role(tokens[k].entry, anaphor) && (k == 1 || a.lx.lang != "en") ||
		a.lx.role(tokens[0].entry, pronoun)
	for _, w := range tokens[:min(4, len(tokens))] {
		anaphoric = anaphoric && !a.lx.role(w.entry, state)
	}
	if !anaphoric {
		return corpus.EventDate{}, false
	}
	e := before.primary
	e.Anchor = strings.TrimRight(e.EDTF, "~")
	e.Rule = "carried on from the passage before, which tells of " + e.Anchor
	e.Inference, e.Evidence, e.Primary = inherited, nil, true
	if !strings.ContainsAny(e.EDTF, "/~?%") {
		e.EDTF += "~"
	}
	if e.Precision == "day" {
		e.Precision = "week"
	}
	return e, true
}

// silent reports whether a text tells of no event whatever dates stand in it: a title, an
// entry of a bibliography or of a list of links.
func (a *annotator) silent(t Text, rs []resolved) bool {
	for _, h := range t.Section {
		if a.reference(h) {
			return true
		}
	}
	verbs := false
	for _, k := range a.scan.tokens {
		if a.lx.role(k.entry, cite) {
			return true
		}
		verbs = verbs || a.lx.role(k.entry, verb) || k.punct == 0 && k.entry < 0 &&
			strings.HasSuffix(t.Text[k.start:k.end], "ed")
	}
	if verbs || closes(t.Text) || len(a.scan.tokens) > titleWords {
		return false
	}
	return len(rs) == 0 || !a.opening(rs[0].from)
}

// opening reports whether a line begins with the expression at token i: at most one word,
// or prepositions and articles, stand before it.
func (a *annotator) opening(i int) bool {
	words := 0
	for _, t := range a.scan.tokens[:i] {
		if t.punct == 0 && t.set&(cIn.bit()|cThe.bit()|cFrom.bit()|cBy.bit()) == 0 {
			words += 2
		} else if t.punct == 0 {
			words++
		}
	}
	return words <= 2
}

// titleWords is the length in tokens above which a line without an end is no title.
const titleWords = 40

// reference reports whether a heading is that of notes, sources or links. Documents in
// other languages often keep the English one.
func (a *annotator) reference(heading string) bool {
	h := strings.ToLower(strings.Trim(heading, " :="))
	for _, lx := range []*lexicon{a.lx, lexica()["en"]} {
		if id, ok := lx.forms[h]; ok && lx.role(id, reference) {
			return true
		}
	}
	return false
}

// closes reports whether a text ends like a sentence.
func closes(s string) bool {
	s = strings.TrimRight(s, " )]\"'”»’")
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…؟۔", r)
}

// upper reports whether a word is in capitals.
func upper(s string) bool {
	n := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		n++
	}
	return n > 1
}

// event is the event date that an expression gives in a shape.
func (x *resolved) event(s shape) corpus.EventDate {
	first, last := x.date.bounds()
	e := corpus.EventDate{First: first, Last: last, Inference: x.inference, Anchor: x.anchor,
		Evidence: []corpus.Span{x.span}, Precision: x.date.grain().precision(), Rule: x.reason()}
	switch s {
	case onward:
		e.EDTF, e.Precision = openEnd(x.date, false)+"/..", "after"
		e.Rule += "; it began then and may have gone on"
	case upTo:
		d := x.date
		if x.edge && d.grain() == byYear {
			d.month = map[code]int{start: 1, mid: 6, end: 12}[x.mod]
		}
		e.First, e.Last = d.bounds()
		e.EDTF, e.Precision = "../"+openEnd(d, true), "before"
		e.Rule += "; it was so by then at the latest"
	default:
		e.EDTF = x.date.edtf() + x.doubt_()
		if x.until.grain() != byNothing {
			e.EDTF = x.date.edtf() + "/" + x.until.edtf()
			_, e.Last = x.until.bounds()
			e.Precision = "range"
		}
	}
	return e
}

// between is the event date of a stretch with two ends.
func between(x, y *resolved) corpus.EventDate {
	e := x.event(point)
	_, e.Last = y.date.bounds()
	e.EDTF = openEnd(x.date, false) + "/" + openEnd(y.date, true)
	e.Precision = "range"
	e.Evidence = []corpus.Span{x.span, y.span}
	e.Rule = "from the one date to the other: " + x.reason()
	if y.inference != explicit {
		e.Inference, e.Anchor = y.inference, y.anchor
		e.Rule = "from the one date to the other: " + y.reason()
	}
	if x.inference != explicit {
		e.Inference, e.Anchor = x.inference, x.anchor
	}
	return e
}

// openEnd writes a moment as one end of an interval, in the coarsest form that is no
// interval itself.
func openEnd(m moment, last bool) string {
	first, end := m.bounds()
	if last {
		first = end
	}
	switch m.grain() {
	case byDay, byMonth, byYear, bySeason:
		return m.edtf()
	case byQuarter, byHalf:
		return edtfMonth(first)
	case byDecade, byCentury:
		return edtfYear(yearOf(first))
	}
	return edtfDay(first)
}

// reason is the inference of an expression in one plain sentence.
func (x *resolved) reason() string {
	if x.why != "" {
		return x.why
	}
	return "the words say it"
}
