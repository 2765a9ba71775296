package eval

import (
	"fmt"
	"io"
	"regexp"
	"sort"
	"strings"
)

// Temporal expressions. Inside a document they are matched one to one: exact spans first,
// then any overlap, longest first. Nested ones are dropped from both sides. Figures are
// micro averages:
//
//	strict   the spans are equal
//	relaxed  the spans overlap
//	type     relaxed, and the types are equal
//	value    relaxed, and the normalised values are equal; the headline
//	sval     strict, and the values are equal
//	calday   value among calendar dates (year, month or day) alone
//	fullday  value among days alone
//
// Gold without a value is left out of value and sval, with what it was matched to.

// timex is an expression in a file: offsets in code points, end exclusive.
type timex struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Type   string `json:"type"`
	Value  string `json:"value"`
	Nested any    `json:"nested"` // true, false, 0, 1 or absent
}

type timexDocument struct {
	ID      string  `json:"doc_id"`
	Timexes []timex `json:"timexes"`
}

// Dates scores predictions of temporal expressions; both are files of a document a line. A
// document without a prediction counts as an empty one.
func Dates(gold, pred io.Reader) (Report, error) {
	id := func(d timexDocument) string { return d.ID }
	g, err := readDocuments("gold", gold, id)
	if err != nil {
		return Report{}, err
	}
	p, err := readDocuments("prediction", pred, id)
	if err != nil {
		return Report{}, err
	}
	if err := within(p, g); err != nil {
		return Report{}, err
	}
	var s dateScore
	for _, id := range g.ids {
		s.document(cleanTimexes(g.byID[id].Timexes), cleanTimexes(p.byID[id].Timexes))
	}
	return s.report(), nil
}

// cell counts true positives, predictions and gold of one measure.
type cell struct{ tp, pred, gold int }

type dateScore struct{ strict, relaxed, kind, value, sval, calday, fullday cell }

// document adds one document.
func (s *dateScore) document(gold, pred []timex) {
	pairs := matchTimexes(gold, pred)
	for _, c := range []*cell{&s.strict, &s.relaxed, &s.kind} {
		c.pred += len(pred)
		c.gold += len(gold)
	}
	without := 0 // gold without a value
	ignored := map[int]bool{}
	for _, g := range gold {
		without += asInt(normalValue(g.Value) == "")
	}
	for _, m := range pairs {
		if normalValue(gold[m.gold].Value) == "" {
			ignored[m.pred] = true
		}
	}
	for _, c := range []*cell{&s.value, &s.sval} {
		c.pred += len(pred) - len(ignored)
		c.gold += len(gold) - without
	}
	s.calendar(gold, pred, ignored)
	for _, m := range pairs {
		s.pair(gold[m.gold], pred[m.pred], m.exact)
	}
}

// calendar counts what is a calendar date on each side.
func (s *dateScore) calendar(gold, pred []timex, ignored map[int]bool) {
	for i, p := range pred {
		if v := normalValue(p.Value); !ignored[i] {
			s.calday.pred += asInt(calendarValue.MatchString(v))
			s.fullday.pred += asInt(dayValue.MatchString(v))
		}
	}
	for _, g := range gold {
		v := normalValue(g.Value)
		s.calday.gold += asInt(calendarValue.MatchString(v))
		s.fullday.gold += asInt(dayValue.MatchString(v))
	}
}

// pair counts one matched pair.
func (s *dateScore) pair(g, p timex, exact bool) {
	s.relaxed.tp++
	s.strict.tp += asInt(exact)
	s.kind.tp += asInt(g.Type == p.Type)
	v := normalValue(g.Value)
	if v == "" || v != normalValue(p.Value) {
		return
	}
	s.value.tp++
	s.sval.tp += asInt(exact)
	s.calday.tp += asInt(calendarValue.MatchString(v))
	s.fullday.tp += asInt(dayValue.MatchString(v))
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *dateScore) report() Report {
	row := func(name string, c cell) Figure {
		p, r := ratio(c.tp, c.pred), ratio(c.tp, c.gold)
		return group(name, count("tp", c.tp), count("pred", c.pred), count("gold", c.gold),
			share("P", p), share("R", r), share("F1", f1(p, r)))
	}
	return Report{Figures: []Figure{
		row("strict", s.strict), row("relaxed", s.relaxed), row("type", s.kind),
		row("value", s.value), row("sval", s.sval), row("calday", s.calday), row("fullday", s.fullday)}}
}

// normalValue folds a TIMEX value: upper case, up to the first space, years BC as negative.
func normalValue(v string) string {
	v, _, _ = strings.Cut(strings.ToUpper(strings.TrimSpace(v)), " ")
	if v == "NULL" || v == "NONE" {
		return ""
	}
	if m := yearBC.FindStringSubmatch(v); m != nil {
		return "-" + fmt.Sprintf("%04s", m[1]) + m[2]
	}
	return v
}

var (
	yearBC        = regexp.MustCompile(`^BC(\d{1,4})(.*)$`)
	calendarValue = regexp.MustCompile(`^-?\d{4}(-\d{2}(-\d{2})?)?$`)
	dayValue      = regexp.MustCompile(`^-?\d{4}-\d{2}-\d{2}$`)
)

// cleanTimexes drops nested and empty ones and repeats of a span, and sorts by span.
func cleanTimexes(list []timex) []timex {
	seen := map[[2]int]bool{}
	var out []timex
	for _, t := range list {
		k := [2]int{t.Start, t.End}
		if truthy(t.Nested) || t.End <= t.Start || seen[k] {
			continue
		}
		seen[k] = true
		out = append(out, t)
	}
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Start != out[j].Start {
			return out[i].Start < out[j].Start
		}
		return out[i].End < out[j].End
	})
	return out
}

// truthy is how the set's files mean a flag: present and neither false, 0 nor empty.
func truthy(v any) bool {
	switch x := v.(type) {
	case bool:
		return x
	case float64:
		return x != 0
	case string:
		return x != ""
	}
	return v != nil
}

type timexPair struct {
	gold, pred int
	exact      bool
}

// matchTimexes pairs gold and prediction of one document.
func matchTimexes(gold, pred []timex) []timexPair {
	var out []timexPair
	usedGold, usedPred := map[int]bool{}, map[int]bool{}
	at := map[[2]int]int{}
	for j, p := range pred {
		at[[2]int{p.Start, p.End}] = j
	}
	take := func(i, j int, exact bool) {
		out = append(out, timexPair{i, j, exact})
		usedGold[i], usedPred[j] = true, true
	}
	for i, g := range gold {
		if j, ok := at[[2]int{g.Start, g.End}]; ok {
			take(i, j, true)
		}
	}
	type candidate struct{ overlap, i, j int }
	var cands []candidate
	for i, g := range gold {
		for j, p := range pred {
			if p.Start >= g.End {
				break // predictions are sorted by start
			}
			if o := min(g.End, p.End) - max(g.Start, p.Start); o > 0 && !usedGold[i] && !usedPred[j] {
				cands = append(cands, candidate{o, i, j})
			}
		}
	}
	sort.Slice(cands, func(a, b int) bool {
		x, y := cands[a], cands[b]
		if x.overlap != y.overlap {
			return x.overlap > y.overlap
		}
		if x.i != y.i {
			return x.i < y.i
		}
		return x.j < y.j
	})
	for _, c := range cands {
		if !usedGold[c.i] && !usedPred[c.j] {
			take(c.i, c.j, false)
		}
	}
	return out
}
