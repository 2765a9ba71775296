package eval

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"ibid/corpus"
)

// MarkReader reads a page: the ids that its marks lead to, in order, and the texts of its
// notes by id.
type MarkReader func(page []byte) (marks []string, notes map[string]string)

// Marks scores cases of footnote markup: in each, the marks in order must lead to their
// notes, and the notes must have their text. Wrong names the cases that went wrong, for a look.
func Marks(gold io.Reader, read MarkReader) (r Report, wrong []string, err error) {
	var cases, marksRight, notesRight, both int
	err = eachLine("gold", gold, func(n int, b []byte) error {
		var c struct {
			Test    string `json:"test"`
			Variant string `json:"variant"`
			HTML    string `json:"html"`
			Gold    struct {
				Refs  [][2]string       `json:"refs"`
				Notes map[string]string `json:"notes"`
			} `json:"gold"`
		}
		if err := json.Unmarshal(b, &c); err != nil {
			return corpus.Errorf(corpus.Format, "gold", "line %d: %w", n, err)
		}
		marks, notes := read([]byte(c.HTML))
		var want []string
		for _, ref := range c.Gold.Refs {
			want = append(want, ref[0])
		}
		m, t := slices.Equal(want, marks), sameNotes(c.Gold.Notes, notes)
		cases++
		marksRight += asInt(m)
		notesRight += asInt(t)
		both += asInt(m && t)
		if !m || !t {
			wrong = append(wrong, c.Test+" ("+c.Variant+")")
		}
		return nil
	})
	r = Report{Figures: []Figure{
		count("cases", cases), count("marks", marksRight), count("notes", notesRight),
		count("both", both), share("share", ratio(both, cases)),
	}}
	return r, wrong, err
}

func sameNotes(want, got map[string]string) bool {
	if len(want) != len(got) {
		return false
	}
	for id, w := range want {
		g, ok := got[id]
		if !ok || strings.Join(strings.Fields(w), " ") != strings.Join(strings.Fields(g), " ") {
			return false
		}
	}
	return true
}
