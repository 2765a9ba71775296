package cite

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"ibid/corpus"
	"ibid/internal/eval"
)

// shared finds a file of the evaluation data; the test is skipped without it, but fails
// under CI.
func shared(t *testing.T, name string) string {
	t.Helper()
	root := filepath.Join("..", "..")
	dir := os.Getenv("IBID_SHARED")
	switch {
	case dir == "":
		dir = filepath.Join(root, "..", "shared")
	case !filepath.IsAbs(dir):
		dir = filepath.Join(root, dir)
	}
	path := filepath.Join(dir, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing and CI=true; set IBID_SHARED to the folder of the evaluation data", name)
		}
		t.Skipf("%s is not here; set IBID_SHARED to run this test", name)
	}
	return path
}

// TestRecordsOfARealPage holds the whole-record figures of the development page, with COinS
// and without. Raise the floors when the reader gets better; never lower them.
func TestRecordsOfARealPage(t *testing.T) {
	t.Parallel()
	gold, err := os.ReadFile(shared(t, "eval/extraction/citations/Dog.gold.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(shared(t, "eval/extraction/citations/Dog.html.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		strip func(*corpus.NotePart)
		floor float64
	}{
		{"all witnesses", func(*corpus.NotePart) {}, 0.98},
		{"COinS stripped", func(p *corpus.NotePart) { p.COinS = nil }, 0.95},
		{"class and italics stripped", func(p *corpus.NotePart) { p.Class, p.Italic = "", nil }, 0.95},
		{"all three stripped", func(p *corpus.NotePart) { p.COinS, p.Class, p.Italic = nil, "", nil }, 0.4},
	} {
		notes := pageNotes(t, body)
		for i := range notes {
			for j := range notes[i].Parts {
				c.strip(&notes[i].Parts[j])
			}
		}
		ResolveAll(notes)
		pred, err := json.Marshal(map[string]any{"notes": notes})
		if err != nil {
			t.Fatal(err)
		}
		report, err := eval.Citations(bytes.NewReader(gold), bytes.NewReader(pred))
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s\n%s", c.name, report)
		if got := report.Get("records", "share"); got < c.floor {
			t.Errorf("%s: %.4f of the records are whole, want at least %.4f", c.name, got, c.floor)
		}
		if testing.Verbose() {
			misses, _ := eval.Misses(bytes.NewReader(gold), bytes.NewReader(pred))
			for _, m := range misses {
				t.Logf("%s %s\n  want %q\n  got  %q", m[0], m[1], m[2], m[3])
			}
		}
	}
}

// pageNotes reads the notes of a MediaWiki page, for this test alone.
func pageNotes(t *testing.T, body []byte) []corpus.Note {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var notes []corpus.Note
	walk(root, func(n *html.Node) bool {
		if n.Data != "li" || !strings.HasPrefix(attr(n, "id"), "cite_note") {
			return true
		}
		var b noteReader
		walk(n, func(m *html.Node) bool {
			if m.Data == "span" && strings.Contains(attr(m, "class"), "reference-text") {
				b.read(m, -1, false)
				return false
			}
			return true
		})
		b.note.ID = attr(n, "id")
		b.note.Text = strings.Join(strings.Fields(string(b.all)), " ")
		notes = append(notes, b.note)
		return true
	})
	return notes
}

// noteReader collects text, parts and links of one note.
type noteReader struct {
	note corpus.Note
	all  []byte
}

func (b *noteReader) read(n *html.Node, part int, italic bool) {
	switch {
	case n.Type == html.TextNode:
		b.write(n.Data, part, italic)
		return
	case n.Type == html.ElementNode && strings.Contains(attr(n, "style"), "display:none"):
		return
	case n.Data == "cite":
		b.note.Parts = append(b.note.Parts, corpus.NotePart{ID: attr(n, "id"), Class: attr(n, "class")})
		part = len(b.note.Parts) - 1
	case n.Data == "i":
		italic = true
	case n.Data == "span" && attr(n, "class") == "Z3988" && len(b.note.Parts) > 0:
		b.note.Parts[len(b.note.Parts)-1].COinS = coinsPairs(attr(n, "title"))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.read(c, part, italic)
	}
	if n.Data == "a" {
		l := corpus.Link{URL: attr(n, "href"), Text: strings.Join(strings.Fields(textOf(n)), " ")}
		if strings.HasPrefix(l.URL, "./") {
			return
		}
		l.Role = Role(l.URL)
		if part >= 0 {
			b.note.Parts[part].Links = append(b.note.Parts[part].Links, l)
		} else {
			b.note.Links = append(b.note.Links, l)
		}
	}
}

// write adds text with single spaces to the note and the part it stands in.
func (b *noteReader) write(s string, part int, italic bool) {
	b.all = append(b.all, s...)
	if part < 0 {
		return
	}
	p := &b.note.Parts[part]
	from := len(p.Text)
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\u00a0' {
			if p.Text != "" && !strings.HasSuffix(p.Text, " ") {
				p.Text += " "
			}
			continue
		}
		p.Text += string(r)
	}
	if italic && len(p.Text) > from {
		p.Italic = append(p.Italic, corpus.Span{Start: from, End: len(p.Text)})
	}
}

func coinsPairs(s string) [][2]string {
	var out [][2]string
	for _, kv := range strings.Split(s, "&") {
		k, v, _ := strings.Cut(kv, "=")
		k, _ = url.QueryUnescape(k)
		v, _ = url.QueryUnescape(v)
		out = append(out, [2]string{k, v})
	}
	return out
}

func walk(n *html.Node, visit func(*html.Node) bool) {
	if n.Type == html.ElementNode && !visit(n) {
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

func textOf(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	s := ""
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s += textOf(c)
	}
	return s
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
