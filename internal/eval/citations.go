package eval

import (
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
)

// Citations of a page against what its templates said. The gold keeps, for each note, the
// parameters of its citation templates, and for each passage the ordered ids of its notes.
//
// A record is whole when every field that the template gave is there and equal after
// trimming, NFC, folding of dashes and quotation marks and normalising of dates, with all
// authors in order. A record may hold more than the template.

// page is what extraction says of a page, in the shape that ibid extract --json prints.
type page struct {
	Passages []struct {
		Text  string   `json:"text"`
		Notes []string `json:"notes"`
	} `json:"passages"`
	Notes []corpus.Note `json:"notes"`
}

// citationGold is the gold file of one page.
type citationGold struct {
	Passages []struct {
		Text string   `json:"text"`
		Refs []string `json:"refs"`
	} `json:"passages"`
	Notes map[string]struct {
		Templates []template `json:"templates"`
	} `json:"notes"`
}

// template is one call of a citation template.
type template struct {
	Name   string            `json:"template"`
	Params map[string]string `json:"params"`
}

// Citations scores one page: records, by field and witness, and passages whose ordered notes
// are exact. The prediction is what ibid extract --json prints.
func Citations(gold, pred io.Reader) (Report, error) {
	r, _, err := citations(gold, pred)
	return r, err
}

// Misses lists, for a page, each field that is missing or differs: note, field, want, got.
func Misses(gold, pred io.Reader) ([][4]string, error) {
	_, m, err := citations(gold, pred)
	return m, err
}

func citations(gold, pred io.Reader) (Report, [][4]string, error) {
	var g citationGold
	var p page
	if err := json.NewDecoder(gold).Decode(&g); err != nil {
		return Report{}, nil, corpus.Errorf(corpus.Format, "gold", "%w", err)
	}
	if err := json.NewDecoder(pred).Decode(&p); err != nil {
		return Report{}, nil, corpus.Errorf(corpus.Format, "prediction", "%w", err)
	}
	t := tally{fields: map[string]*[2]int{}, witness: map[string]map[string]int{}}
	byID := map[string]corpus.Note{}
	for _, n := range p.Notes {
		byID[n.ID] = n
		t.resolved += min(1, len(n.Citations))
	}
	ids := make([]string, 0, len(g.Notes))
	for id := range g.Notes {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		if _, ok := byID[id]; ok {
			t.notes++
		}
		t.note(id, g.Notes[id].Templates, byID[id].Citations)
	}
	exact := exactPassages(&g, &p)
	return t.report(len(ids), exact, len(g.Passages)), t.misses, nil
}

// tally is the running score.
type tally struct {
	notes, resolved, records, found, whole int
	fields                                 map[string]*[2]int // equal, wanted
	witness                                map[string]map[string]int
	misses                                 [][4]string
}

// note pairs the templates of a note with its records, best pair first come.
func (t *tally) note(id string, templates []template, got []corpus.Citation) {
	left := slices.Clone(got)
	for _, tpl := range templates {
		t.records++
		want := wanted(tpl)
		best, at := -1, -1
		for i, c := range left {
			if n := equalFields(want, have(c.CSL)); n > best {
				best, at = n, i
			}
		}
		if at < 0 {
			t.misses = append(t.misses, [4]string{id, "record", tpl.Name, ""})
			for f := range want {
				t.field(f)[1]++
			}
			continue
		}
		t.found++
		t.record(id, want, left[at])
		left = slices.Delete(left, at, at+1)
	}
}

func (t *tally) field(name string) *[2]int {
	if t.fields[name] == nil {
		t.fields[name] = &[2]int{}
	}
	return t.fields[name]
}

// record compares one pair field by field.
func (t *tally) record(id string, want map[string]string, c corpus.Citation) {
	got := have(c.CSL)
	whole := true
	for _, f := range sortedKeys(want) {
		t.field(f)[1]++
		if equal(f, want[f], got[f]) {
			t.field(f)[0]++
			w := c.Witness[f]
			if w == "" {
				w = "unnamed"
			}
			if t.witness[f] == nil {
				t.witness[f] = map[string]int{}
			}
			t.witness[f][w]++
			continue
		}
		whole = false
		t.misses = append(t.misses, [4]string{id, f, want[f], got[f]})
	}
	if whole {
		t.whole++
	}
}

func equalFields(want, got map[string]string) int {
	n := 0
	for f := range want {
		if equal(f, want[f], got[f]) {
			n++
		}
	}
	return n
}

func (t *tally) report(notes, exact, passages int) Report {
	var fields, witness []Figure
	for _, f := range sortedKeys(t.fields) {
		c := t.fields[f]
		fields = append(fields, group(f, count("equal", c[0]), count("gold", c[1]),
			share("share", ratio(c[0], c[1]))))
		var by []Figure
		for _, w := range sortedKeys(t.witness[f]) {
			by = append(by, count(w, t.witness[f][w]))
		}
		if by != nil {
			witness = append(witness, group(f, by...))
		}
	}
	return Report{Figures: []Figure{
		group("notes", count("gold", notes), count("found", t.notes), count("resolved", t.resolved)),
		group("records", count("gold", t.records), count("found", t.found), count("whole", t.whole),
			share("share", ratio(t.whole, t.records))),
		group("passages", count("gold", passages), count("exact", exact),
			share("share", ratio(exact, passages))),
		group("fields", fields...), group("witness", witness...),
	}}
}

// sortedKeys is the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// cutAt is the length, in characters, to which the gold cuts the texts of long passages.
const cutAt = 160

// exactPassages counts gold passages that are found with exactly their notes in order: as
// consecutive pieces, or as the cell of a row that has no other notes.
func exactPassages(g *citationGold, p *page) int {
	letters := make([]string, len(p.Passages))
	for i, x := range p.Passages {
		letters[i] = bare(x.Text)
	}
	n := 0
	for _, want := range g.Passages {
		cut := utf8.RuneCountInString(want.Text) >= cutAt
		text := bare(openMark.ReplaceAllString(want.Text, ""))
		for i, l := range letters {
			if l == "" || text == "" {
				continue
			}
			starts := strings.HasPrefix(text, l) || cut && strings.HasPrefix(l, text)
			inRow := strings.Contains(l, text) && slices.Equal(p.Passages[i].Notes, want.Refs)
			if inRow || starts && p.exact(letters, i, text, cut, want.Refs) {
				n++
				break
			}
		}
	}
	return n
}

// openMark is a mark that the cut went through.
var openMark = regexp.MustCompile(`\[[^\]]{0,12}$`)

// exact reports whether the passages from i on spell text and have exactly the notes refs.
// A text that was cut may go on in the last of them and in those that follow.
func (p *page) exact(letters []string, i int, text string, cut bool, refs []string) bool {
	var notes []string
	for ; i < len(letters) && len(notes) <= len(refs); i++ {
		switch {
		case strings.HasPrefix(text, letters[i]):
			text = text[len(letters[i]):]
		case cut && strings.HasPrefix(letters[i], text):
			text = ""
		default:
			return false
		}
		notes = append(notes, p.Passages[i].Notes...)
		if text == "" && slices.Equal(notes, refs) {
			return true
		}
		if text == "" && !cut {
			return false
		}
	}
	return false
}
