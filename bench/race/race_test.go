package main

import (
	"encoding/json"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"ibid/bench/engine"
)

// Each query of a list is asked once in each class, whatever the length of the list.
func TestAskedMeetsAll(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 37, 74, 130, 200} {
		rows := make([]row, n)
		for i := range rows {
			rows[i] = row{ID: i, Actor: string(rune('a' + i%7)), YearFrom: 2010, YearTo: 2011}
		}
		if n < 7 {
			continue // too few actors for a random filter
		}
		for _, class := range []string{"phrase_top10", "random_filter_facets"} {
			var ids []int
			for _, q := range asked(class, rows) {
				ids = append(ids, q.ID)
				if class == "random_filter_facets" && (len(q.Actors) != 3 || q.To-q.From < 30*86400) {
					t.Errorf("query %d: actors %v, %d seconds", q.ID, q.Actors, q.To-q.From)
				}
				if class == "phrase_top10" && (q.To-q.From) != (365+365)*86400 {
					t.Errorf("query %d: %d seconds are no two years", q.ID, q.To-q.From)
				}
			}
			slices.Sort(ids)
			if ids = slices.Compact(ids); len(ids) != n {
				t.Errorf("%s: %d of %d queries", class, len(ids), n)
			}
		}
	}
}

// The phrases of a list occur as often as the list says, and their filters are of a passage.
func TestQueriesOccur(t *testing.T) {
	t.Parallel()
	corpus, list := filepath.Join(t.TempDir(), "c.jsonl"), filepath.Join(t.TempDir(), "q.jsonl")
	if err := fromGenerated(corpus, 3000, func(int, *engine.Passage) {}); err != nil {
		t.Fatal(err)
	}
	if err := makeQueries(corpus, list, 3000, 40); err != nil {
		t.Fatal(err)
	}
	rows, err := readRows(list)
	if err != nil {
		t.Fatal(err)
	}
	var all engine.Plain
	for p, err := range engine.Passages(corpus) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	for _, r := range rows {
		q := &engine.Query{Phrase: r.Phrase, Republic: r.Republic, Actor: r.Actor}
		if total, _ := all.Ask("phrase_top10", q); total != r.DF || total == 0 {
			t.Errorf("%q: %d passages, the list says %d", r.Phrase, total, r.DF)
		}
		if total, _ := all.Ask("filter_facets", q); total == 0 {
			t.Errorf("there is no passage in %q", r.Republic)
		}
	}
}

// A difference in a total, a value or a missing value is told; a facet that one engine does
// not count is no difference.
func TestDiffer(t *testing.T) {
	t.Parallel()
	base := `{"total":3,"facets":{"year":{"2001":2,"2002":1}}}`
	for _, c := range []struct {
		other string
		want  int
	}{
		{base, 0},
		{`{"total":4,"facets":{"year":{"2001":2,"2002":1}}}`, 1},
		{`{"total":3,"facets":{"year":{"2001":3,"2002":1}}}`, 1},
		{`{"total":3,"facets":{"year":{"2001":2}}}`, 1},
		{`{"total":3,"facets":{"year":{"2001":2,"2002":1,"2003":1}}}`, 1},
		{`{"total":3,"facets":{"year":{"2001":2,"2002":1},"decade":{"2000s":3}}}`, 0},
		{`{"total":3}`, 0},
	} {
		r := &race{lacking: map[string]bool{}, entrants: []*entrant{{contender: contender{name: "a"}}, {contender: contender{name: "b"}}}}
		answers := map[string]*engine.Answer{"a": {}, "b": {}}
		for name, text := range map[string]string{"a": base, "b": c.other} {
			if err := json.Unmarshal([]byte(text), answers[name]); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.differ("all_facets", &engine.Query{}, answers); len(got) != c.want {
			t.Errorf("%s: %q", c.other, got)
		}
	}
}

// What writeSamples writes readSamples reads.
func TestSamples(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "s.jsonl.gz")
	samples := []sample{{Class: "a", Query: 1, Total: 5, CPU: map[string]float64{"ours": rand.Float64()}, Wall: map[string]float64{}}}
	if err := writeSamples(path, header{Passages: 7}, samples); err != nil {
		t.Fatal(err)
	}
	h, got, err := readSamples(path)
	if err != nil || h.Passages != 7 || len(got) != 1 || got[0].CPU["ours"] != samples[0].CPU["ours"] {
		t.Errorf("%+v, %+v, %v", h, got, err)
	}
	if _, _, err := readSamples(filepath.Join(t.TempDir(), "none")); !os.IsNotExist(err) {
		t.Error(err)
	}
}
