package searchtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// fixtureJSON is the corpus in short form: names of places and actors apart, evidence as
// words, note marks as [^id].
//
//go:embed fixture.json
var fixtureJSON []byte

// fixture is the short form.
type fixture struct {
	Places    map[string]fixtureName `json:"places"`
	Actors    map[string]fixtureName `json:"actors"`
	Documents []fixtureDocument      `json:"documents"`
}

// fixtureName is a place or actor.
type fixtureName struct{ Name, Kind, Parent string }

// fixtureDocument is a document with its passages.
type fixtureDocument struct {
	URL, Title, Publisher, Published, Language, Source, Charset, Media string
	Byline                                                             []string
	Notes                                                              []corpus.Note
	Passages                                                           []fixturePassage
}

// fixturePassage is a passage with its tags.
type fixturePassage struct {
	Section    []string
	Kind, Text string
	Events     []struct {
		corpus.EventDate
		Words []string
	}
	Places []struct {
		ID, Role, Rule      string
		Words               []string
		Embedded, Ambiguous bool
	}
	Actors []struct {
		ID    string
		Words []string
	}
	Unresolved []struct {
		Kind, Reason string
		Words        []string
	}
}

// Items returns the invented corpus: six documents in four languages, with every kind of tag
// and note there is. Each passage's runs lead into its document's body.
func Items() []Item {
	f := readFixture()
	var out []Item
	for _, d := range f.Documents {
		out = append(out, f.item(d))
	}
	return out
}

// Register knows the places and actors of the corpus by name, as the registers of a real one
// do, and one alias: "Norland" is Norovia.
type Register struct{ f fixture }

// NewRegister returns the register of the corpus.
func NewRegister() Register { return Register{readFixture()} }

// Resolve gives the id of a name in a facet.
func (r Register) Resolve(facet, name string) []string {
	if facet == "republic" && name == "Norland" {
		return []string{"XA-NO"}
	}
	for _, names := range []map[string]fixtureName{r.f.Places, r.f.Actors} {
		for id, n := range names {
			if n.Kind == facet && (id == name || fold.Key(n.Name) == fold.Key(name)) {
				return []string{id}
			}
		}
	}
	return nil
}

// Label names an id that Resolve knows.
func (r Register) Label(_, id string) string {
	if n, ok := r.f.Places[id]; ok {
		return n.Name
	}
	return r.f.Actors[id].Name
}

// readFixture reads the short form, which is in the binary and sound.
func readFixture() fixture {
	var f fixture
	if err := json.Unmarshal(fixtureJSON, &f); err != nil {
		panic("fixture.json: " + err.Error())
	}
	return f
}

// item builds a document, its body and its passages.
func (f *fixture) item(d fixtureDocument) Item {
	doc := &corpus.Document{ID: corpus.DocumentIDOf(d.URL), URL: d.URL, Title: d.Title,
		Publisher: d.Publisher, Published: d.Published, Language: d.Language, Source: d.Source,
		Byline: d.Byline, Notes: d.Notes, Captured: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC),
		MediaType: "text/html", Charset: "utf-8", CharsetBy: "header", Kind: "article",
		Extractor: "fixture", Witness: map[string]string{"title": "h1", "published": "json-ld"}}
	if d.Charset != "" {
		doc.Charset, doc.CharsetBy = d.Charset, "meta"
	}
	if d.Media != "" {
		doc.MediaType, doc.Kind = d.Media, "text"
	}
	b := bodyBuilder{plain: doc.MediaType == "text/plain"}
	if enc, err := htmlindex.Get(doc.Charset); err == nil {
		b.enc = enc.NewEncoder()
	}
	b.markup("<!doctype html><title>" + html.EscapeString(d.Title) + "</title>\n")
	b.markup("<script>var x = 'never run';</script>\n")
	repeats := map[string]int{}
	var passages []*corpus.Passage
	for i, fp := range d.Passages {
		b.markup("<p class=\"a\">")
		text, runs, marks := b.passage(fp.Text)
		b.markup("</p>\n")
		b.raw("\n")
		p := &corpus.Passage{ID: corpus.PassageIDOf(d.URL, text, repeats[text]),
			Document: doc.ID, Ordinal: i, Kind: corpus.Paragraph, Section: fp.Section, Text: text,
			Runs: runs, Notes: marks}
		repeats[text]++
		if fp.Kind != "" {
			p.Kind = corpus.BlockKind(fp.Kind)
		}
		p.Tags = f.tags(fp, text)
		passages = append(passages, p)
	}
	doc.Snapshot = corpus.SnapshotIDOf(b.out)
	return Item{Document: doc, Passages: passages, Body: b.out}
}

// tags builds the tags of a passage.
func (f *fixture) tags(fp fixturePassage, text string) corpus.Tags {
	var t corpus.Tags
	for _, e := range fp.Events {
		e.Evidence = spansOf(text, e.Words)
		t.Events = append(t.Events, e.EventDate)
	}
	for _, p := range fp.Places {
		pl := corpus.Place{ID: p.ID, Name: f.Places[p.ID].Name, Kind: f.Places[p.ID].Kind,
			Role: p.Role, Rule: p.Rule, Embedded: p.Embedded, Ambiguous: p.Ambiguous,
			Spans: spansOf(text, p.Words)}
		for id := p.ID; id != ""; id = f.Places[id].Parent {
			n := f.Places[id]
			pl.Path = append([]string{n.Name}, pl.Path...)
			pl.PathIDs = append([]string{id}, pl.PathIDs...)
			pl.PathKinds = append([]string{n.Kind}, pl.PathKinds...)
		}
		t.Places = append(t.Places, pl)
	}
	for _, a := range fp.Actors {
		x := corpus.Actor{ID: a.ID, Name: f.Actors[a.ID].Name, Kind: f.Actors[a.ID].Kind,
			Spans: spansOf(text, a.Words)}
		for id := a.ID; id != ""; id = f.Actors[id].Parent {
			x.Path = append([]string{f.Actors[id].Name}, x.Path...)
			x.PathIDs = append([]string{id}, x.PathIDs...)
		}
		t.Actors = append(t.Actors, x)
	}
	for _, u := range fp.Unresolved {
		for _, s := range spansOf(text, u.Words) {
			t.Unresolved = append(t.Unresolved,
				corpus.Unresolved{Kind: u.Kind, Reason: u.Reason, Text: text[s.Start:s.End],
					Span: s})
		}
	}
	return t
}

// spansOf finds the first place of each of words in a text.
func spansOf(text string, words []string) []corpus.Span {
	var out []corpus.Span
	for _, w := range words {
		i := strings.Index(text, w)
		if i < 0 {
			panic(fmt.Sprintf("fixture.json: %q is not in %q", w, text))
		}
		out = append(out, corpus.Span{Start: i, End: i + len(w)})
	}
	return out
}

// bodyBuilder writes a body and remembers where each piece of text lies in it.
type bodyBuilder struct {
	plain bool
	enc   *encoding.Encoder
	out   []byte
}

// noteMark is how the short form writes a note mark.
var noteMark = regexp.MustCompile(`\[\^([^\]]+)\]`)

// passage writes a text with its note marks and gives it back without them.
func (b *bodyBuilder) passage(s string) (text string, runs []corpus.Run, marks []corpus.NoteMark) {
	at := 0
	found := append(noteMark.FindAllStringSubmatchIndex(s, -1), []int{len(s), len(s), 0, 0})
	for _, m := range found {
		runs = append(runs, b.text(s[at:m[0]], len(text))...)
		text += s[at:m[0]]
		if m[1] > m[0] {
			marks = append(marks, corpus.NoteMark{At: len(text), Note: s[m[2]:m[3]]})
			b.markup(`<sup><a href="#` + s[m[2]:m[3]] + `">[n]</a></sup>`)
		}
		at = m[1]
	}
	return text, runs, marks
}

// text writes a piece of text that begins at base; & and < become character references.
func (b *bodyBuilder) text(s string, base int) []corpus.Run {
	var runs []corpus.Run
	for s != "" {
		n := strings.IndexAny(s, "&<")
		if b.plain || n < 0 {
			n = len(s)
		}
		ref := n == 0
		if ref {
			n = 1
		}
		from := len(b.out)
		if ref {
			b.raw(html.EscapeString(s[:1]))
		} else {
			b.raw(s[:n])
		}
		runs = append(runs, corpus.Run{Text: [2]int{base, base + n},
			Bytes: [2]int{from, len(b.out)}, Ref: ref})
		base, s = base+n, s[n:]
	}
	return runs
}

// markup writes tags, which a plain text has none of.
func (b *bodyBuilder) markup(s string) {
	if !b.plain {
		b.raw(s)
	}
}

// raw writes text in the encoding of the body.
func (b *bodyBuilder) raw(s string) {
	out, err := b.enc.String(s)
	if err != nil {
		panic(fmt.Sprintf("fixture.json: %q: %v", s, err))
	}
	b.out = append(b.out, out...)
}
