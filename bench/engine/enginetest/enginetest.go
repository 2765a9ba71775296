package enginetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ibid/bench/engine"
)

// Run makes an index of some hundred passages with an engine and wants every total and every
// count of every class to be right. lacks names a facet that the engine does not count.
func Run(t *testing.T, e engine.Engine, lacks string) {
	t.Helper()
	passages := corpus()
	file, dir := filepath.Join(t.TempDir(), "corpus.jsonl"), filepath.Join(t.TempDir(), "index")
	var lines []byte
	for _, p := range passages {
		line, err := json.Marshal(&p)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if err := os.WriteFile(file, lines, 0o666); err != nil {
		t.Fatal(err)
	}
	if n, err := e.Index(file, dir, func() {}); err != nil || n != len(passages) {
		t.Fatalf("indexed %d of %d passages: %v", n, len(passages), err)
	}
	if n, _, err := e.Open(dir); err != nil || n != len(passages) {
		t.Fatalf("opened with %d of %d passages: %v", n, len(passages), err)
	}
	for i, q := range queries() {
		for _, c := range engine.Classes {
			class := c[0]
			total, counts := passages.Ask(class, q)
			got, _, err := e.Ask(class, q, false)
			if err != nil || got != total {
				t.Errorf("%s, query %d: %d hits, want %d: %v", class, i, got, total, err)
			}
			got, facets, err := e.Ask(class, q, true)
			if err != nil || got != total {
				t.Errorf("%s, query %d, with all values: %d hits, want %d: %v", class, i, got, total, err)
			}
			for name, want := range counts {
				if name != lacks && !maps.Equal(facets[name], want) {
					t.Errorf("%s, query %d: %s counts %v, want %v", class, i, name, facets[name], want)
				}
			}
		}
	}
}

// corpus draws passages of few words, so that phrases are frequent.
func corpus() (out engine.Plain) {
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 600 {
		p := engine.Passage{ID: i, Text: "On", Republic: fmt.Sprintf("land%d", rng.IntN(5))}
		for range 30 + rng.IntN(30) {
			p.Text += []string{" ", " ", " ", ", ", ". "}[rng.IntN(5)] + fmt.Sprintf("w%c", 'a'+rng.IntN(8))
		}
		for a := range 6 {
			if rng.IntN(3) == 0 {
				p.Actors = append(p.Actors, fmt.Sprintf("name of%d", a))
			}
		}
		year := 2000 + rng.IntN(27)
		p.Year, p.Date = fmt.Sprint(year), newYear(year)+int64(rng.IntN(365))*86400
		out = append(out, p)
	}
	return out
}

// newYear is the first second of a year from 2000 on.
func newYear(year int) int64 { return 946684800 + (int64(year-2000)*365+int64(year-2000+3)/4)*86400 }

// queries draws questions to corpus; some find nothing.
func queries() (out []*engine.Query) {
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 40 {
		q := &engine.Query{ID: i, Republic: fmt.Sprintf("land%d", rng.IntN(5)), Actor: fmt.Sprintf("name of%d", rng.IntN(6)),
			From: newYear(2000 + rng.IntN(20))}
		q.To = q.From + int64(1+rng.IntN(2000))*86400
		for a := range 3 {
			q.Actors = append(q.Actors, fmt.Sprintf("name of%d", a+rng.IntN(4)))
		}
		for w := range 2 + rng.IntN(3) {
			if w > 0 {
				q.Phrase += " "
			}
			q.Phrase += fmt.Sprintf("w%c", 'a'+rng.IntN(8))
		}
		out = append(out, q)
	}
	return out
}
