package gazetteer

import (
	"slices"
	"strconv"

	"ibid/internal/register"
)

// Which of the places of one name is meant is settled by points. A reading that needs no
// context has points of its own; a unit above it, named near by, gives more the nearer it
// stands and the smaller it is. The best reading wins. A lead under margin is no lead: then
// the name counts for what its readings have in common and for nothing below that.
const (
	usual     = 2 // the reading needs no context
	beside    = 6 // ", Chechnya" or "Chechnya's" stands beside the name
	elsewhere = 3 // it stood beside the same name elsewhere in the document
	margin    = 2 // a smaller lead is none
	enough    = 2 // points of context that confirm a reading that needs context
)

// near gives the points of a unit named in the passage, the section, the document; the
// country alone says less than what lies below it.
func near(country bool) [3]int {
	if country {
		return [3]int{2, 1, 1}
	}
	return [3]int{4, 3, 2}
}

// Reading is what a mention was settled to.
type Reading struct {
	ID        string   // empty when nothing was settled
	Rule      string   // why, in one plain sentence
	Rivals    []string // ids of other readings, sorted
	Margin    int      // points ahead of the best rival
	Ambiguous bool     // only the parent of ID is sure
	Vague     bool     // ID is only what the readings have in common
	Adjective bool     // the name is of or from the place
}

// Resolve settles the mentions of one document, in the order of the document. The result
// has one reading for each mention.
func (g *Gazetteer) Resolve(ms []register.Mention) []Reading {
	s := newScene(g, ms)
	out := make([]Reading, len(ms))
	for i := range ms {
		out[i] = s.settle(i)
	}
	return out
}

// scene is what the sure names of a document say about the others.
type scene struct {
	g     *Gazetteer
	ms    []register.Mention
	named [3]map[[2]string]bool // by passage, section, document: {number, id}
	told  map[string]bool       // readings that had their parent beside them once
}

// newScene collects the sure names.
func newScene(g *Gazetteer, ms []register.Mention) *scene {
	s := &scene{g: g, ms: ms, told: map[string]bool{}}
	for k := range s.named {
		s.named[k] = map[[2]string]bool{}
	}
	for _, m := range ms {
		id, ok := m.Sure()
		if !ok {
			continue
		}
		for _, p := range g.reg.Path(id) {
			for k, at := range scopes(m) {
				s.named[k][[2]string{at, p.ID}] = true
			}
		}
	}
	for i, m := range ms {
		if id := s.explained(i); id != "" && len(m.Candidates) > 1 {
			s.told[id] = true
		}
	}
	return s
}

// explained returns the one candidate of a mention that has its parent beside it.
func (s *scene) explained(i int) string {
	var one string
	for _, c := range s.ms[i].Candidates {
		if s.beside(i, c.ID) == "" {
			continue
		}
		if one != "" {
			return ""
		}
		one = c.ID
	}
	return one
}

// scopes numbers the passage, the section and the document of a mention.
func scopes(m register.Mention) [3]string {
	return [3]string{strconv.Itoa(m.Passage), strconv.Itoa(m.Section), ""}
}

// vote is one candidate with its points.
type vote struct {
	c     register.Candidate
	score int
	why   string
}

// settle chooses among the candidates of the i-th mention.
func (s *scene) settle(i int) Reading {
	var votes []vote
	for _, c := range s.ms[i].Candidates {
		v := vote{c: c}
		v.score, v.why = s.context(i, c.ID)
		if c.Waits() && v.score < enough {
			continue
		}
		if !c.Waits() {
			v.score += usual
		}
		votes = append(votes, v)
	}
	if len(votes) == 0 {
		return Reading{Rule: "nothing near by confirms this reading", Rivals: ids(s.ms[i])}
	}
	slices.SortStableFunc(votes, func(a, b vote) int { return b.score - a.score })
	best := votes[0]
	r := Reading{ID: best.c.ID, Adjective: best.c.Flags&register.Adjective != 0, Margin: best.score}
	for _, id := range ids(s.ms[i]) {
		if id != r.ID {
			r.Rivals = append(r.Rivals, id)
		}
	}
	r.Rule = rule(best, len(s.ms[i].Candidates))
	if len(votes) == 1 {
		return r
	}
	r.Margin = best.score - votes[1].score
	if r.Margin >= margin {
		return r
	}
	return s.blur(r, votes)
}

// ids lists the candidates of a mention.
func ids(m register.Mention) []string {
	var out []string
	for _, c := range m.Candidates {
		out = append(out, c.ID)
	}
	return out
}

// rule says why the best reading won, among n.
func rule(v vote, n int) string {
	quoted := strconv.Quote(v.c.Name)
	switch {
	case v.why != "" && (n > 1 || v.c.Waits()):
		return "name " + quoted + ": " + v.why
	case n > 1:
		return "name " + quoted + ": the usual reading"
	}
	return "name " + quoted + ": the only reading"
}

// blur keeps of a reading without a lead what it shares with the readings that are close.
func (s *scene) blur(r Reading, votes []vote) Reading {
	common := s.g.reg.Path(r.ID)
	full := len(common)
	for _, v := range votes[1:] {
		if votes[0].score-v.score >= margin {
			break
		}
		path, n := s.g.reg.Path(v.c.ID), 0
		for n < len(path) && n < len(common) && path[n] == common[n] {
			n++
		}
		common = common[:n]
	}
	switch {
	case len(common) == 0:
		r.ID, r.Rule = "", "several places have this name and nothing near by decides"
	case len(common) == full-1:
		r.Ambiguous = true
		r.Rule += ", with a rival as near"
	default:
		r.ID, r.Vague = common[len(common)-1].ID, true
		r.Rule = "several places have this name; they share " + strconv.Quote(common[len(common)-1].Name)
	}
	return r
}

// context gives the points that a reading has from what stands around it, and the reason.
func (s *scene) context(i int, id string) (int, string) {
	if name := s.beside(i, id); name != "" {
		return beside, strconv.Quote(name) + " stands beside it"
	}
	score, why := s.around(i, id)
	if s.told[id] {
		return score + elsewhere, "the document says elsewhere which one it means"
	}
	return score, why
}

// around gives the points of the nearest and smallest unit above a reading, or of a place
// that its row names as context.
func (s *scene) around(i int, id string) (score int, why string) {
	row, _ := s.g.reg.Row(id)
	above := slices.Clone(row.Context)
	for _, p := range s.g.reg.Path(row.Parent) {
		above = append(above, p.ID)
	}
	words := [3]string{"passage", "section", "document"}
	for _, a := range above {
		up, ok := s.g.reg.Row(a)
		if !ok {
			continue
		}
		points := near(up.Kind == Country && !slices.Contains(row.Context, a))
		for k, at := range scopes(s.ms[i]) {
			if s.named[k][[2]string{at, a}] && points[k] > score {
				score = points[k]
				why = strconv.Quote(up.Name) + " is named in the " + words[k]
			}
		}
	}
	return score, why
}

// beside returns the name of a unit above the reading that stands within a few words of the
// mention: "Kizlyar in the republic of Dagestan", "Dagestan's Kizlyar".
func (s *scene) beside(i int, id string) string {
	const after, before = 4, 2 // words between
	m := s.ms[i]
	for j := max(0, i-3); j < min(len(s.ms), i+4); j++ {
		n := s.ms[j]
		other, ok := n.Sure()
		if j == i || !ok || n.Passage != m.Passage || !s.g.reg.Under(id, other) {
			continue
		}
		behind, ahead := n.First-m.Last, m.First-n.Last
		if behind >= 0 && behind <= after || ahead >= 0 && ahead <= before {
			row, _ := s.g.reg.Row(other)
			return row.Name
		}
	}
	return ""
}
