package web

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/language"

	"ibid/corpus"
)

// piece is a stretch of a quoted text: what a search found, or what stands between.
type piece struct {
	Mark  bool
	Parts []part
}

// part is text followed by the notes whose marks stand after it.
type part struct {
	Text  string
	Notes []noteRef
}

// noteRef is a note mark: the label it shows and the number of its note on the page.
type noteRef struct {
	Label string
	N     int
}

// noteAt is a note mark with its place in the text.
type noteAt struct {
	At int
	noteRef
}

// piecesOf cuts a text at marks and note marks. Each mark becomes one piece, with the notes
// that stand in it; joined again the parts are the text.
func piecesOf(text string, marks []corpus.Span, notes []noteAt) []piece {
	var out []piece
	at := 0
	add := func(end int, mark bool) {
		if end > at {
			out = append(out, piece{Mark: mark})
		}
		n := 0
		for n < len(notes) && notes[n].At <= end {
			n++
		}
		if len(out) == 0 && n > 0 {
			out = append(out, piece{})
		}
		if len(out) == 0 {
			return
		}
		last := &out[len(out)-1]
		last.Parts = append(last.Parts, partsOf(text[at:end], at, notes[:n])...)
		notes, at = notes[n:], end
	}
	for _, m := range marks {
		if m.Start < at || !m.In(len(text)) || m.Len() == 0 {
			continue
		}
		add(m.Start, false)
		add(m.End, true)
	}
	add(len(text), false)
	return out
}

// partsOf cuts one piece, which begins at base, at its note marks.
func partsOf(text string, base int, notes []noteAt) []part {
	var out []part
	at := 0
	for len(notes) > 0 {
		end := min(max(notes[0].At-base, at), len(text))
		p := part{Text: text[at:end]}
		for len(notes) > 0 && notes[0].At-base <= end {
			p.Notes = append(p.Notes, notes[0].noteRef)
			notes = notes[1:]
		}
		out = append(out, p)
		at = end
	}
	if at < len(text) {
		out = append(out, part{Text: text[at:]})
	}
	return out
}

// marksText writes marks for an address: 3-12,40-52.
func marksText(marks []corpus.Span) string {
	out := make([]string, len(marks))
	for i, m := range marks {
		out[i] = strconv.Itoa(m.Start) + "-" + strconv.Itoa(m.End)
	}
	return strings.Join(out, ",")
}

// parseMarks reads marks out of an address. They only colour a page, so what does not fit the
// text is passed over.
func parseMarks(s, text string) []corpus.Span {
	var out []corpus.Span
	for _, f := range strings.Split(s, ",") {
		a, b, ok := strings.Cut(f, "-")
		start, err := strconv.Atoi(a)
		end, err2 := strconv.Atoi(b)
		m := corpus.Span{Start: start, End: end}
		if ok && err == nil && err2 == nil && m.In(len(text)) && m.Len() > 0 &&
			edge(text, start) && edge(text, end) {
			out = append(out, m)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

// edge reports whether a character begins or the text ends at i.
func edge(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// langOf gives the lang and dir attributes of a text in a language. A tag that cannot be read
// is left unsaid, and the direction to the browser.
func langOf(tag string) (lang, dir string) {
	t, err := language.Parse(tag)
	if err != nil || t == language.Und {
		return "", "auto"
	}
	script, _ := t.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr":
		return t.String(), "rtl"
	}
	return t.String(), "ltr"
}
