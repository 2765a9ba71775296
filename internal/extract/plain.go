package extract

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// Plain text, and what mirrors leave of a page.
//
// A line is a paragraph, a heading or an item. Text that was wrapped to a width is put
// together again at its blank lines. Nothing that may be prose is dropped: only the first
// line, when it says that it is the title, headings with nothing under them at the end, and
// lists of names there that follow such a heading or a label with a colon. A text of one line
// is one paragraph, with the signs that would make it a heading or an item elsewhere.

// line is a line of the text with its range in the decoded body, trimmed.
type line struct {
	start, end int
	blank      bool // before it stands an empty line, or nothing
	item       bool // began with a dash or a bullet, which is outside the range
	heading    bool
	signed     bool // the heading stood between signs
	level      int  // of the heading
}

// titleLine matches the first line of a text that names its source.
var titleLine = regexp.MustCompile(
	`^(?:Source|Title|Источник|Заголовок|Quelle|Titel|Kaynak|Başlık)\s*:\s+(\S.*)$`)

// extractPlain fills a document from plain text.
func extractPlain(d *corpus.Document, src *decoded) {
	d.Kind = "text"
	lines := splitLines(src.text)
	if len(lines) > 1 {
		if m := titleLine.FindStringSubmatch(src.text[lines[0].start:lines[0].end]); m != nil {
			d.Title, d.Witness["title"] = clean(m[1]), "first-line"
			lines = lines[1:]
		}
	}
	if len(lines) == 1 && d.Title == "" { // alone it heads nothing and is no item among others
		start, end := trimRange(src.text, 0, len(src.text))
		lines = []line{{start: start, end: end}}
	} else {
		lines = trimEnd(src.text, markHeadings(src.text, lines))
	}
	plainBlocks(d, src, lines)
	if d.Title == "" {
		plainTitle(d)
	}
	if lang := languageOf(d); lang != "" {
		d.Language, d.Witness["language"] = lang, "text"
	}
}

// plainTitle takes the title from a heading above everything else, which then is no section,
// else from the file's name.
func plainTitle(d *corpus.Document) {
	if len(d.Blocks) < 2 || d.Blocks[0].Kind != corpus.Heading {
		d.Title, d.Witness["title"] = fileTitle(d.URL), "url"
		return
	}
	d.Title, d.Witness["title"] = d.Blocks[0].Text, "first-line"
	d.Blocks = d.Blocks[1:]
	for i := range d.Blocks {
		if b := &d.Blocks[i]; len(b.Section) > 0 && b.Section[0] == d.Title {
			b.Section = b.Section[1:]
		}
	}
}

// splitLines cuts a text into lines that are not empty. Lines wrapped at a width are joined.
func splitLines(text string) []line {
	var out []line
	breaks := 2 // since the last line with text
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexAny(text[at:], "\n\r\u2028\u2029"); i >= 0 {
			end = at + i
		}
		if l := (line{start: at, end: end, blank: breaks > 1}); l.trim(text) {
			out = append(out, l)
			breaks = 0
		}
		if at = end; at < len(text) {
			at += breakLen(text[at:])
			breaks++
		}
	}
	if wrapped(text, out) {
		out = unwrap(out)
	}
	return out
}

// trim narrows a line to its words, behind the sign of an item. It reports whether any are left.
func (l *line) trim(text string) bool {
	l.start, l.end = trimRange(text, l.start, l.end)
	for _, sign := range []string{"- ", "* ", "• ", "· "} {
		if strings.HasPrefix(text[l.start:l.end], sign) {
			l.item = true
			l.start, l.end = trimRange(text, l.start+len(sign), l.end)
		}
	}
	return l.start < l.end
}

// breakLen is the length of the line break at the start of s.
func breakLen(s string) int {
	if strings.HasPrefix(s, "\r\n") {
		return 2
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// trimRange narrows a range of a text to what is not white space or dropped at its ends.
func trimRange(text string, start, end int) (int, int) {
	empty := func(r rune) bool { return unicode.IsSpace(r) || dropped(r) }
	s := strings.TrimLeftFunc(text[start:end], empty)
	start = end - len(s)
	return start, start + len(strings.TrimRightFunc(s, empty))
}

// wrapWidth bounds the lines of text wrapped by hand or by mail: 72 to 80 characters, and
// some more for accents in bytes.
const wrapWidth = 100

// wrapped reports whether a text is set in lines of a width, with blank lines between the
// paragraphs: no line is longer than that, and most lines do not end a sentence and are
// followed at once by another.
func wrapped(text string, lines []line) bool {
	inner, open := 0, 0
	for i, l := range lines {
		if utf8.RuneCountInString(text[l.start:l.end]) > wrapWidth {
			return false
		}
		if i > 0 && !l.blank {
			inner++
			prev := text[lines[i-1].start:lines[i-1].end]
			if !endsSentence(prev) && !l.item && len(prev) > 40 {
				open++
			}
		}
	}
	return inner > 2 && 3*open > 2*inner
}

// unwrap joins lines up to the next blank one or item.
func unwrap(lines []line) []line {
	var out []line
	for _, l := range lines {
		if n := len(out); n > 0 && !l.blank && !l.item {
			out[n-1].end = l.end
			continue
		}
		out = append(out, l)
	}
	return out
}

// plainBlocks writes the lines as blocks under their sections.
func plainBlocks(d *corpus.Document, src *decoded, lines []line) {
	var path []corpus.Block
	for _, l := range lines {
		w := &writer{src: src}
		w.token(token{uint32(l.start), uint32(l.end), true})
		b, ok := w.block()
		if !ok {
			continue
		}
		b.Kind = corpus.Paragraph
		switch {
		case l.heading:
			b.Kind, b.Level = corpus.Heading, l.level
			for n := len(path); n > 0 && path[n-1].Level >= l.level; n-- {
				path = path[:n-1]
			}
		case l.item:
			b.Kind = corpus.Item
		}
		for _, h := range path {
			b.Section = append(b.Section, h.Text)
		}
		if l.heading {
			path = append(path, b)
		}
		d.Blocks = append(d.Blocks, b)
	}
}
