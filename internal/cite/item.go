package cite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ibid/corpus"
)

// Item is one work to write down, with where Ibid found it cited.
type Item struct {
	Citation corpus.CSL
	FoundIn  Found
	Passage  string // the words that rest on the work; may be empty
}

// Found names the page whose note cited a work, and the capture that was read.
type Found struct {
	Title    string
	URL      string
	Captured time.Time
	Snapshot corpus.SnapshotID
}

// maxPassage is how much of a passage a note repeats, in runes: enough to find it again.
const maxPassage = 280

// Styles lists the styles that Write knows.
func Styles() []string { return []string{"csl", "bibtex", "ris", "wiki", "plain"} }

// Write writes items in a style: csl (a CSL-JSON array), bibtex, ris, wiki (citation
// templates) or plain (a paragraph each). Every record carries a note that it was extracted
// by machine, from which page and when captured. An unknown style is an Invalid error.
func Write(w io.Writer, style string, items []Item) error {
	write, ok := map[string]func([]entry) string{
		"csl": writeCSL, "bibtex": writeBibTeX, "ris": writeRIS, "wiki": writeWiki, "plain": writePlain,
	}[style]
	if !ok {
		return corpus.Errorf(corpus.Invalid, "style", "%q is unknown", style).
			WithRemedy("use one of " + strings.Join(Styles(), ", "))
	}
	_, err := io.WriteString(w, write(entries(items)))
	return err
}

// entry is an item made safe for every style: lines of text, http links, a key of its own.
type entry struct {
	corpus.CSL
	key  string
	note string
}

// entries cleans items and gives each its key: family, year and first long word of the
// title, with a number where two would be equal.
func entries(items []Item) []entry {
	out := make([]entry, len(items))
	used := map[string]int{}
	for i, it := range items {
		c := clean(it.Citation)
		key := keyOf(c)
		used[key]++
		if n := used[key]; n > 1 {
			key += "-" + strconv.Itoa(n)
		}
		out[i] = entry{CSL: c, key: key, note: it.note()}
	}
	return out
}

// note says how the record came to be.
func (it Item) note() string {
	var b strings.Builder
	b.WriteString("Machine-extracted by Ibid")
	if t := line(it.FoundIn.Title); t != "" {
		fmt.Fprintf(&b, "; found in “%s”", t)
	}
	if u := safeURL(it.FoundIn.URL); u != "" {
		b.WriteString(", " + u)
	}
	if !it.FoundIn.Captured.IsZero() {
		b.WriteString(", captured " + it.FoundIn.Captured.UTC().Format(time.DateOnly))
	}
	if it.FoundIn.Snapshot.Validate() == nil {
		b.WriteString(", sha256 " + string(it.FoundIn.Snapshot))
	}
	b.WriteString(".")
	if p := []rune(line(it.Passage)); len(p) > maxPassage {
		fmt.Fprintf(&b, " Passage: “%s…”", strings.TrimSpace(string(p[:maxPassage])))
	} else if len(p) > 0 {
		fmt.Fprintf(&b, " Passage: “%s”", string(p))
	}
	return b.String()
}

// line is a value of one line for output: tidy, without the characters that turn the
// direction of what follows.
func line(s string) string {
	return tidy(strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r >= 0x80 && r < 0xA0 {
			return ' '
		}
		return r
	}, s))
}

// clean makes every field of a record one line, and every address http or https or empty.
func clean(c corpus.CSL) corpus.CSL {
	for _, f := range []*string{&c.ID, &c.Type, &c.Title, &c.ContainerTitle, &c.Publisher,
		&c.PublisherPlace, &c.Page, &c.Volume, &c.Issue, &c.DOI, &c.ISBN, &c.ISSN, &c.PMID, &c.Language} {
		*f = line(*f)
	}
	c.URL = safeURL(line(c.URL))
	c.Author, c.Editor = cleanNames(c.Author), cleanNames(c.Editor)
	c.Issued, c.Accessed = cleanDate(c.Issued), cleanDate(c.Accessed)
	if c.Type == "" {
		c.Type = "document"
	}
	if c.Custom != nil {
		x := corpus.CSLCustom{ArchiveURL: safeURL(line(c.Custom.ArchiveURL)),
			ArchiveDate: cleanDate(c.Custom.ArchiveDate), Quote: line(c.Custom.Quote)}
		c.Custom = &x
		if x == (corpus.CSLCustom{}) {
			c.Custom = nil
		}
	}
	return c
}

func cleanNames(names []corpus.Name) []corpus.Name {
	var out []corpus.Name
	for _, n := range names {
		n = corpus.Name{Family: line(n.Family), Given: line(n.Given), Literal: line(n.Literal)}
		if n.Family == "" && n.Literal == "" {
			n = corpus.Name{Literal: n.Given}
		}
		if n.Family != "" {
			n.Literal = ""
		}
		if n != (corpus.Name{}) {
			out = append(out, n)
		}
	}
	return out
}

// cleanDate keeps what is a date; a raw form alone is kept as text.
func cleanDate(d *corpus.CSLDate) *corpus.CSLDate {
	if d == nil {
		return nil
	}
	out := corpus.CSLDate{Raw: line(d.Raw)}
	for _, p := range d.Parts {
		if q := append(slices.Clone(p), 0, 0, 0); len(p) > 0 && len(out.Parts) < 2 {
			if q = parts(q[0], q[1], q[2]); q != nil {
				out.Parts = append(out.Parts, q)
			}
		}
	}
	if out.Parts == nil && out.Raw == "" {
		return nil
	}
	return &out
}

// keyOf makes a key of lower-case ASCII letters and digits. A record whose names and title
// have none gets one from its hash.
func keyOf(c corpus.CSL) string {
	name := ""
	if len(c.Author) > 0 {
		name = c.Author[0].Family + c.Author[0].Literal
	} else if c.ContainerTitle != "" {
		name, _, _ = strings.Cut(c.ContainerTitle, " ")
	}
	word := ""
	for _, w := range strings.Fields(c.Title) {
		if w = ascii(w); len(w) > 3 {
			word = w
			break
		}
	}
	year, _, _ := strings.Cut(dateText(c.Issued), "-")
	year, _, _ = strings.Cut(year, "/")
	if name = ascii(name); name+word != "" {
		return name[:min(24, len(name))] + year + word[:min(24, len(word))]
	}
	h := sha256.Sum256([]byte(c.Title + "\x00" + c.URL))
	return "cite" + year + hex.EncodeToString(h[:4])
}

// ascii is the letters and digits of s in lower case without accents, others left out.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, norm.NFD.String(s))
}

// FromDocument is the record of a page itself, for passages without a note.
func FromDocument(d *corpus.Document) corpus.CSL {
	c := corpus.CSL{Type: "webpage", Title: d.Title, ContainerTitle: d.Publisher,
		Language: d.Language, URL: safeURL(d.URL), Issued: parseDate(d.Published)}
	switch d.Kind {
	case "encyclopedia":
		c.Type = "entry-encyclopedia"
	case "text":
		c.Type = "document"
	}
	if c.URL == "" {
		c.URL = safeURL(d.FinalURL)
	}
	if c.Title == "" {
		c.Title = d.URL
	}
	for _, by := range d.Byline {
		names, _ := parseNames(by)
		c.Author = append(c.Author, names...)
	}
	if !d.Captured.IsZero() {
		y, m, day := d.Captured.UTC().Date()
		c.Accessed = &corpus.CSLDate{Parts: [][]int{{y, int(m), day}}}
	}
	return c
}
