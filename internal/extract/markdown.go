package extract

import (
	"regexp"
	"strings"

	"ibid/corpus"
)

// Markdown, as CommonMark and its tables and footnotes have it. Signs of markup are no text: a
// block is made of what stands between them, each stretch at its bytes. Pictures, link targets,
// comments and tags go; code stays as it is.

// The forms of a line.
var (
	mdHeading   = regexp.MustCompile(`^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$`)
	mdItem      = regexp.MustCompile(`^\s*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?`)
	mdQuote     = regexp.MustCompile(`^ {0,3}(?:>[ \t]?)+`)
	mdFence     = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})")
	mdRule      = regexp.MustCompile(`^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$`)
	mdUnderline = regexp.MustCompile(`^ {0,3}(=+|-+)[ \t]*$`)
	mdColumns   = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$`)
	mdTarget    = regexp.MustCompile(`^ {0,3}\[[^\]^]+\]:`)
	mdNote      = regexp.MustCompile(`^ {0,3}\[\^[^\]]+\]:[ \t]*`)
	mdField     = regexp.MustCompile(`^(title|date|author)[ \t]*:[ \t]*(.+)$`)
)

// markdown is the state of extractMarkdown.
type markdown struct {
	doc  *corpus.Document
	src  *decoded
	w    *writer
	kind corpus.BlockKind
	path []corpus.Block // headings above
}

// extractMarkdown fills a document from Markdown.
func extractMarkdown(d *corpus.Document, src *decoded) {
	d.Kind = "text"
	m := &markdown{doc: d, src: src, w: &writer{src: src}, kind: corpus.Paragraph}
	lines := rawLines(src.text)
	for i := m.front(lines); i < len(lines); {
		i = m.line(lines, i)
	}
	m.flush(0)
	if d.Title == "" || len(d.Blocks) > 1 && d.Blocks[0].Kind == corpus.Heading && sameTitle(d.Blocks[0].Text, d.Title) {
		by := d.Witness["title"]
		if plainTitle(d); by != "" {
			d.Witness["title"] = by
		}
	}
	if lang := languageOf(d); lang != "" {
		d.Language, d.Witness["language"] = lang, "text"
	}
}

// rawLines are the ranges of the lines of a text, without their ends.
func rawLines(text string) []corpus.Span {
	var out []corpus.Span
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		out = append(out, corpus.Span{Start: at, End: at + len(strings.TrimSuffix(text[at:end], "\r"))})
		at = end + 1
	}
	return out
}

// front reads the fields in front of the text, between two rules, and returns the first line
// behind them.
func (m *markdown) front(lines []corpus.Span) int {
	if len(lines) == 0 || m.text(lines[0]) != "---" {
		return 0
	}
	for i := 1; i < len(lines); i++ {
		s := m.text(lines[i])
		if s == "---" || s == "..." {
			return i + 1
		}
		if f := mdField.FindStringSubmatch(s); f != nil {
			m.field(f[1], untagged(strings.Trim(f[2], `"' `)))
		}
	}
	return 0
}

// field takes a field in front of the text.
func (m *markdown) field(name, v string) {
	witness := func(field string) { m.doc.Witness[field] = "front-matter" }
	switch name {
	case "title":
		m.doc.Title = v
		witness("title")
	case "date":
		if m.doc.Published = metaDate(v); m.doc.Published != "" {
			witness("published")
		}
	case "author":
		m.doc.Byline = []string{v}
		witness("byline")
	}
}

// text is the text of a line.
func (m *markdown) text(s corpus.Span) string { return m.src.text[s.Start:s.End] }

// line takes in the line i and those that belong to it, and returns the next one.
func (m *markdown) line(lines []corpus.Span, i int) int {
	l, s := lines[i], m.text(lines[i])
	next := ""
	if i+1 < len(lines) {
		next = m.text(lines[i+1])
	}
	if f := mdFence.FindStringSubmatch(s); f != nil {
		return m.code(lines, i+1, f[1])
	}
	if h := mdHeading.FindStringSubmatchIndex(s); h != nil {
		m.flush(0)
		if h[4] >= 0 {
			m.inline(l.Start+h[4], l.Start+h[5])
			m.flush(h[3] - h[2])
		}
		return i + 1
	}
	switch {
	case strings.TrimSpace(s) == "", mdTarget.MatchString(s), mdRule.MatchString(s):
		m.flush(0)
		return i + 1
	case strings.Contains(s, "|") && strings.Contains(next, "|") && mdColumns.MatchString(next):
		return m.table(lines, i)
	}
	m.begin(s)
	at := len(mdQuote.FindString(s))
	at += len(mdItem.FindString(s[at:]))
	at += len(mdNote.FindString(s[at:]))
	m.w.space()
	m.inline(l.Start+at, l.End)
	if u := mdUnderline.FindStringSubmatch(next); u != nil && m.kind == corpus.Paragraph {
		m.flush(map[byte]int{'=': 1, '-': 2}[u[1][0]])
		return i + 2
	}
	return i + 1
}

// begin opens a block where a line is the first of one.
func (m *markdown) begin(s string) {
	quote := mdQuote.FindString(s)
	switch rest := s[len(quote):]; {
	case mdItem.MatchString(rest):
		m.flush(0)
		m.kind = corpus.Item
	case mdNote.MatchString(rest), quote != "" && strings.TrimSpace(rest) == "":
		m.flush(0)
	case quote != "" && m.kind != corpus.Quote:
		m.flush(0)
		m.kind = corpus.Quote
	}
}

// code makes one block of the lines up to a fence's end.
func (m *markdown) code(lines []corpus.Span, i int, fence string) int {
	m.flush(0)
	for ; i < len(lines); i++ {
		if f := mdFence.FindStringSubmatch(m.text(lines[i])); f != nil && strings.HasPrefix(f[1], fence) {
			i++
			break
		}
		m.w.space()
		m.w.token(token{uint32(lines[i].Start), uint32(lines[i].End), true})
	}
	m.flush(0)
	return i
}

// table makes a block of each row of a table whose head is line i.
func (m *markdown) table(lines []corpus.Span, i int) int {
	m.flush(0)
	for head := i; i < len(lines) && strings.Contains(m.text(lines[i]), "|"); i++ {
		if i == head+1 {
			continue // the line of dashes
		}
		l := lines[i]
		for at, c := l.Start, 0; at <= l.End; at += c + 1 {
			if c = strings.IndexByte(m.src.text[at:l.End], '|'); c < 0 {
				c = l.End - at
			}
			m.w.space()
			m.inline(at, at+c)
		}
		m.kind = corpus.Row
		m.flush(0)
	}
	return i
}

// flush closes the block in work: a heading of a level, or a block of the kind that it has.
func (m *markdown) flush(level int) {
	b, ok := m.w.block()
	m.w.reset()
	kind := m.kind
	m.kind = corpus.Paragraph
	if !ok {
		return
	}
	b.Kind, b.Level = kind, level
	if level > 0 {
		b.Kind = corpus.Heading
		for n := len(m.path); n > 0 && m.path[n-1].Level >= level; n-- {
			m.path = m.path[:n-1]
		}
	}
	for _, h := range m.path {
		b.Section = append(b.Section, h.Text)
	}
	if level > 0 {
		m.path = append(m.path, b)
	}
	m.doc.Blocks = append(m.doc.Blocks, b)
}
