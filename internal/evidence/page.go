package evidence

import (
	"bytes"
	_ "embed"
	"html/template"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/cite"
)

// The page is for a reader who has the bundle alone: what was said where, and how to follow it
// with tools that every system has. It has no script and loads nothing; what came from outside
// stands on it as text.

//go:embed page.html
var pageText string

// pageTemplate is the page; one that does not parse is a defect of the build.
func pageTemplate() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"clock":   func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
		"path":    func(s []string) string { return strings.Join(s, " › ") },
		"visible": visible,
	}).Parse(pageText))
}

// visible shows control characters, and those that turn the direction of text, as pictures or
// codes, so that none acts on the page.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f, r >= 0x80 && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return '\uFFFD'
		}
		return r
	}, s)
}

// shownPassage is a passage as the page shows it.
type shownPassage struct {
	N        int
	Passage  *corpus.Passage
	Document *corpus.Document
	Capture  *corpus.Capture
	Record   string // id of the WARC record
	Type     string
	Offset   int // of that record in the WARC
	Length   int
	Size     int // of the body
	Runs     []shownRun
	Works    []string // a paragraph each
}

// shownRun is a run with its piece of the text.
type shownRun struct {
	corpus.Run
	Says   string
	Skip   int // for tail -c +N, which counts from 1
	Length int
}

// page makes index.html.
func (c *contents) page() ([]byte, error) {
	offsets := map[*record]int{}
	at := len(c.info)
	for _, r := range c.records {
		offsets[r] = at
		at += len(r.raw)
	}
	var view struct {
		Passages []shownPassage
		Bodies   int
		Records  int
		Example  shownPassage // the first with runs
	}
	view.Bodies, view.Records = len(c.bodies), len(c.records)
	for i, p := range c.passages {
		s, err := c.shown(p)
		if err != nil {
			return nil, err
		}
		s.N, s.Offset = i+1, offsets[c.captureOf(p.Document)]
		view.Passages = append(view.Passages, s)
		if view.Example.N == 0 && len(s.Runs) > 0 {
			view.Example = s
		}
	}
	var out bytes.Buffer
	if err := pageTemplate().Execute(&out, view); err != nil {
		return nil, corpus.Errorf(corpus.Internal, pageName, "%w", err)
	}
	return out.Bytes(), nil
}

// shown lays out a passage.
func (c *contents) shown(p Cited) (shownPassage, error) {
	r := c.captureOf(p.Document)
	s := shownPassage{Passage: p.Passage, Document: p.Document, Capture: r.capture, Record: r.warc.ID,
		Type: string(r.warc.Type), Length: len(r.raw), Size: len(c.bodies[p.Document.Snapshot])}
	for _, run := range p.Passage.Runs {
		s.Runs = append(s.Runs, shownRun{Run: run, Says: p.Passage.Text[run.Text[0]:run.Text[1]],
			Skip: run.Bytes[0] + 1, Length: run.Bytes[1] - run.Bytes[0]})
	}
	for _, item := range (&contents{passages: []Cited{p}}).works() {
		var text bytes.Buffer
		if err := cite.Write(&text, "plain", []cite.Item{item}); err != nil {
			return s, err
		}
		s.Works = append(s.Works, strings.TrimSpace(text.String()))
	}
	return s, nil
}
