package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"ibid/bench/engine"
)

// options is what the command line says.
type options struct {
	n             int
	out, runs     string
	corpus, text  string
	only, without []string
	classes       []string
	reindex       []string
	budget        float64 // CPU seconds of each engine in each class
	reps          int
	check         bool
	prepare       bool
}

// race is one race on one corpus.
type race struct {
	opt      options
	src      string // folder of this module
	name     string // of the corpus
	dir      string // of the corpus and its indexes
	corpus   string
	date     string
	rows     []row
	entrants []*entrant
	samples  []sample
	compared map[string]map[string]int // class and engine to the queries on which it was compared
	lacking  map[string]bool           // "Ibid: decade": a facet that an engine did not count
	apart    []string                  // of real text: phrases on which the engines differ, with their totals
}

// sample is what one query of one class cost each engine that still had budget: the median of
// its repetitions, in milliseconds.
type sample struct {
	Class string             `json:"class"`
	Query int                `json:"query"`
	Band  string             `json:"band"`
	Total int                `json:"total"`
	CPU   map[string]float64 `json:"cpu"`
	Wall  map[string]float64 `json:"wall"`
}

// luceneThread is the name under which samples hold the time of Lucene's asking thread alone,
// without its compiler and collector.
const luceneThread = "lucene-thread"

// say tells what is being done.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s %s\n", time.Now().Format("15:04:05"), fmt.Sprintf(format, args...))
}

// turns yields the engines in the order of turn i: another one first each time.
func (r *race) turns(i int) []*entrant {
	at := i % len(r.entrants)
	return append(slices.Clone(r.entrants[at:]), r.entrants[:at]...)
}

// wanted is the classes of this race.
func (r *race) wanted() (out []string) {
	for _, c := range engine.Classes {
		if len(r.opt.classes) == 0 || slices.Contains(r.opt.classes, c[0]) {
			out = append(out, c[0])
		}
	}
	return out
}

// warm asks each query twice within a third of the budget, so that files are in memory and
// the JVM has compiled what it will run.
func (r *race) warm() error {
	for _, class := range r.wanted() {
		say("warming: %s", class)
		spent := map[string]float64{}
		for i, q := range asked(class, r.rows) {
			for _, e := range r.turns(i) {
				if spent[e.name] > r.opt.budget*1000/3 {
					continue
				}
				a, err := e.p.ask(engine.Request{Op: "run", Class: class, Query: q, Reps: 2})
				if err != nil {
					return err
				}
				spent[e.name] += sum(a.CPU)
			}
		}
	}
	return nil
}

// part leaves out the phrases of real text on which the engines differ, since they part text
// into words by rules of their own, and notes them for the table.
func (r *race) part() error {
	var same []row
	for _, q := range asked("phrase_count", r.rows) {
		var totals []string
		equal, before := true, -1
		for _, e := range r.entrants {
			a, err := e.p.ask(engine.Request{Op: "run", Class: "phrase_count", Query: q, Reps: 1})
			if err != nil {
				return err
			}
			totals = append(totals, fmt.Sprintf("%s %d", e.title, a.Total))
			equal, before = equal && (before < 0 || a.Total == before), a.Total
		}
		if equal {
			same = append(same, r.rows[slices.IndexFunc(r.rows, func(x row) bool { return x.ID == q.ID })])
		} else {
			r.apart = append(r.apart, q.Phrase+": "+strings.Join(totals, ", "))
		}
	}
	slices.SortFunc(same, func(a, b row) int { return a.ID - b.ID })
	slices.Sort(r.apart)
	r.rows = same
	return nil
}

// compare wants every total and every value of every facet to be equal among the engines.
func (r *race) compare() error {
	var differences []string
	for _, class := range r.wanted() {
		if !counted(class) {
			continue // its totals are compared while it is timed
		}
		say("comparing: %s", class)
		spent := map[string]time.Duration{}
		r.compared[class] = map[string]int{}
		for i, q := range asked(class, r.rows) {
			if class == "all_facets" && i > 0 {
				break
			}
			answers := map[string]*engine.Answer{}
			for _, e := range r.turns(i) {
				if spent[e.name].Seconds() > r.opt.budget {
					continue
				}
				from := time.Now()
				a, err := e.p.ask(engine.Request{Op: "check", Class: class, Query: q})
				if err != nil {
					return err
				}
				spent[e.name] += time.Since(from)
				answers[e.name] = a
				r.compared[class][e.name]++
			}
			differences = append(differences, r.differ(class, q, answers)...)
		}
	}
	if len(differences) > 0 {
		return fmt.Errorf("the engines disagree, %d times:\n%s", len(differences),
			strings.Join(differences[:min(40, len(differences))], "\n"))
	}
	return nil
}

// differ holds the answers to one query against those of the first engine that gave one.
func (r *race) differ(class string, q *engine.Query, answers map[string]*engine.Answer) (out []string) {
	var base *engine.Answer
	merged := engine.Counts{}
	for _, e := range r.entrants {
		a := answers[e.name]
		if a == nil {
			continue
		}
		if base == nil {
			base = a
		}
		if a.Total != base.Total {
			out = append(out, fmt.Sprintf("%s, query %d %q: %s finds %d, not %d", class, q.ID, q.Phrase, e.name, a.Total, base.Total))
		}
		for _, f := range []string{"republic", "actors", "year", "decade"} {
			counts, ok := a.Facets[f]
			switch {
			case !ok:
				r.lacking[e.title+": "+f] = true
			case merged[f] == nil:
				merged[f] = counts
			case !maps.Equal(merged[f], counts):
				out = append(out, fmt.Sprintf("%s, query %d %q: %s counts %s %s", class, q.ID, q.Phrase, e.name, f,
					unequal(counts, merged[f])))
			}
		}
	}
	return out
}

// unequal lists values that two counts do not share, three at the most.
func unequal(got, want map[string]int) string {
	keys := map[string]bool{}
	for k := range got {
		keys[k] = got[k] != want[k]
	}
	for k := range want {
		keys[k] = got[k] != want[k]
	}
	var out []string
	for k, differs := range keys {
		if differs {
			out = append(out, fmt.Sprintf("%s %d, not %d", k, got[k], want[k]))
		}
	}
	sort.Strings(out)
	return strings.Join(out[:min(3, len(out))], "; ")
}

// time asks each query of each class and keeps what it cost.
func (r *race) time() error {
	for _, class := range r.wanted() {
		say("timing: %s", class)
		spent, hits, answered := map[string]float64{}, 0, 0
		for i, q := range asked(class, r.rows) {
			s := sample{Class: class, Query: q.ID, Band: q.Band, Total: -1, CPU: map[string]float64{}, Wall: map[string]float64{}}
			for _, e := range r.turns(i) {
				if spent[e.name] > r.opt.budget*1000 {
					continue
				}
				a, err := e.p.ask(engine.Request{Op: "run", Class: class, Query: q, Reps: r.opt.reps})
				if err != nil {
					return err
				}
				spent[e.name] += sum(a.CPU)
				s.CPU[e.name], s.Wall[e.name] = quantile(a.CPU, 0.5), quantile(a.Wall, 0.5)
				if len(a.Query) > 0 {
					s.CPU[luceneThread] = quantile(a.Query, 0.5)
				}
				if s.Total >= 0 && a.Total != s.Total {
					return fmt.Errorf("the engines disagree: %s, query %d %q: %s finds %d, another %d",
						class, q.ID, q.Phrase, e.name, a.Total, s.Total)
				}
				s.Total = a.Total
			}
			if s.Total < 0 {
				continue // nobody has budget left
			}
			hits, answered = hits+s.Total, answered+1
			r.samples = append(r.samples, s)
		}
		if r.opt.text == "shared" && r.opt.corpus == "" && answered == len(r.rows) {
			if err := checkKnown(r.opt.n, class, hits); err != nil {
				return err
			}
		}
	}
	for _, e := range r.entrants {
		e.memory, _ = engine.Memory(e.p.cmd.Process.Pid)
	}
	return nil
}

// sum adds.
func sum(a []float64) (s float64) {
	for _, x := range a {
		s += x
	}
	return s
}

// quantile is the value at a share of the sorted values, the nearest one.
func quantile(a []float64, share float64) float64 {
	if len(a) == 0 {
		return 0
	}
	b := slices.Clone(a)
	slices.Sort(b)
	return b[int(share*float64(len(b)-1)+0.5)]
}
