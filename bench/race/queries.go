package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"time"

	"ibid/bench/engine"
)

// readRows reads a query list.
func readRows(path string) ([]row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var rows []row
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var r row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s holds no queries", path)
	}
	return rows, nil
}

// plainWords splits a text into lower-case words of ASCII letters and digits. An apostrophe
// joins what stands around it.
func plainWords(s string) []string {
	s = strings.ToLower(strings.NewReplacer("'", "", "’", "").Replace(s))
	return strings.FieldsFunc(s, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
}

// occurrences is in how many passages each phrase of a sample stands, and the first of them.
type occurrences struct {
	passages []engine.Passage
	df       map[string]int
	home     map[string][]int // at most 40
}

// makeQueries writes a list of n queries made from the first passages of a corpus: phrases of
// two to four words that occur, in three bands of frequency, each with a republic, an actor
// and years of a passage that has it. The same corpus gives the same list.
func makeQueries(corpus, out string, first, n int) error {
	rng := rand.New(rand.NewSource(1))
	o, err := draw(rng, corpus, first)
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	enc := json.NewEncoder(f)
	id := 0
	bands := o.bands()
	for _, b := range []struct {
		name string
		n    int
	}{{"high", n / 4}, {"mid", n * 2 / 5}, {"low", n - n/4 - n*2/5}} {
		c := bands[b.name]
		rng.Shuffle(len(c), func(i, j int) { c[i], c[j] = c[j], c[i] })
		for _, s := range c[:min(b.n, len(c))] {
			r := o.row(rng, s)
			r.ID, r.Band = id, b.name
			if err := enc.Encode(&r); err != nil {
				return err
			}
			id++
		}
	}
	return f.Close()
}

// draw takes phrases out of a corpus and counts the passages of each.
func draw(rng *rand.Rand, corpus string, first int) (*occurrences, error) {
	o := &occurrences{df: map[string]int{}, home: map[string][]int{}}
	var words [][]string
	for p, err := range engine.Passages(corpus) {
		if err != nil {
			return nil, err
		}
		if len(o.passages) == first {
			break
		}
		words = append(words, plainWords(p.Text))
		o.passages = append(o.passages, p)
	}
	for range 150_000 {
		t := words[rng.Intn(len(words))]
		n := 2 + rng.Intn(3)
		if len(t) < n {
			continue
		}
		at := rng.Intn(len(t) - n + 1)
		o.df[strings.Join(t[at:at+n], " ")] = 0
	}
	for i, t := range words {
		o.count(i, t)
	}
	return o, nil
}

// count counts the phrases of a passage, each once.
func (o *occurrences) count(passage int, words []string) {
	mine := map[string]bool{}
	for n := 2; n <= 4; n++ {
		for at := 0; at+n <= len(words); at++ {
			s := strings.Join(words[at:at+n], " ")
			if _, ok := o.df[s]; !ok || mine[s] {
				continue
			}
			mine[s] = true
			o.df[s]++
			if h := o.home[s]; len(h) < 40 {
				o.home[s] = append(h, passage)
			}
		}
	}
}

// bands parts the phrases by how frequent they are: in one of a hundred passages or more, of
// 200 to 2,000, of 5,000 or fewer (but twice at least). What lies between is left out.
func (o *occurrences) bands() map[string][]string {
	var phrases []string
	for s := range o.df {
		phrases = append(phrases, s)
	}
	sort.Strings(phrases)
	bands := map[string][]string{}
	for _, s := range phrases {
		switch x := float64(o.df[s]) / float64(len(o.passages)); {
		case x >= 0.01:
			bands["high"] = append(bands["high"], s)
		case x >= 0.0005 && x < 0.005:
			bands["mid"] = append(bands["mid"], s)
		case x <= 0.0002 && o.df[s] >= 2:
			bands["low"] = append(bands["low"], s)
		}
	}
	return bands
}

// row takes the filters for a phrase from a passage that has it.
func (o *occurrences) row(rng *rand.Rand, phrase string) row {
	home := o.home[phrase]
	p := &o.passages[home[rng.Intn(len(home))]]
	r := row{Phrase: phrase, DF: o.df[phrase], Republic: p.Republic}
	for try := 0; len(p.Actors) == 0 && try < 100; try++ {
		p = &o.passages[home[rng.Intn(len(home))]]
		if len(p.Actors) == 0 && try > 60 {
			p = &o.passages[rng.Intn(len(o.passages))]
		}
	}
	r.Actor = p.Actors[rng.Intn(len(p.Actors))]
	year := time.Unix(p.Date, 0).UTC().Year()
	r.YearFrom, r.YearTo = year-rng.Intn(4), year+rng.Intn(4)
	return r
}
