package tag

import (
	_ "embed"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// seedTSV says what the narrative lines of the seed hold, by ordinal, judged by hand. The
// cells of dates must be among the events; all others are whole: what stands there and
// nothing else, embedded places left out. A date may carry the places of its event.
//
//go:embed testdata/seed.tsv
var seedTSV string

// shared returns a folder of the shared data, or skips the test; under CI it fails.
func shared(t *testing.T, folder string) string {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
		root = filepath.Dir(root)
	}
	path := os.Getenv("IBID_SHARED")
	if path == "" {
		path = filepath.Join("..", "shared")
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	path = filepath.Join(path, folder)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("set IBID_SHARED: %v", err)
		}
		t.Skipf("set IBID_SHARED to run this test: %v", err)
	}
	return path
}

// narrative returns the seed as passages: the long lines that end a sentence, under the
// short line before them.
func narrative(t *testing.T) []*corpus.Passage {
	files, err := filepath.Glob(filepath.Join(shared(t, "seed"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no seed: %v", err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var ps []*corpus.Passage
	var section []string
	for line := range strings.Lines(string(b)) {
		line = strings.TrimLeft(strings.TrimSpace(line), "= ")
		switch {
		case len(line) > 90 && strings.HasSuffix(line, "."):
			ps = append(ps, &corpus.Passage{Kind: corpus.Paragraph, Section: section, Text: line})
		case line != "":
			section = []string{line}
		}
	}
	return ps
}

// kinds lists the ids of the counted places and actors of a passage by kind, parents too.
func kinds(p *corpus.Passage) map[string][]string {
	got := map[string][]string{}
	add := func(kind, id string) {
		if !slices.Contains(got[kind], id) {
			got[kind] = append(got[kind], id)
		}
	}
	for _, pl := range p.Tags.Places {
		if pl.Embedded {
			continue
		}
		for i, id := range pl.PathIDs {
			add(pl.PathKinds[i], id)
		}
	}
	for _, a := range p.Tags.Actors {
		for _, id := range a.PathIDs {
			add(a.Kind, id)
		}
	}
	for _, ids := range got {
		slices.Sort(ids)
	}
	return got
}

// TestSeed compares every narrative line of the seed with the table.
func TestSeed(t *testing.T) {
	t.Parallel()
	ps := narrative(t)
	tagger(t).Tag(&corpus.Document{Language: "en"}, ps)
	lines := strings.Split(strings.TrimSuffix(seedTSV, "\n"), "\n")
	if len(lines)-1 != len(ps) {
		t.Fatalf("%d lines in the seed, %d in the table", len(ps), len(lines)-1)
	}
	columns := strings.Split(lines[0], "\t")
	for i, line := range lines[1:] {
		got := kinds(ps[i])
		for k, cell := range strings.Split(line, "\t")[2:] {
			want := strings.Fields(cell)
			slices.Sort(want)
			if d := cmp.Diff(want, got[columns[k+2]]); d != "" && len(want)+len(got[columns[k+2]]) > 0 {
				t.Errorf("line %d %s: %s", i+1, columns[k+2], d)
			}
		}
		for want := range strings.FieldsSeq(strings.Split(line, "\t")[1]) {
			if !hasEvent(ps[i], want) {
				t.Errorf("line %d: no event %s among %v", i+1, want, ps[i].Tags.Events)
			}
		}
	}
}

// hasEvent reports whether a passage has an event written as date or date@place,place.
func hasEvent(p *corpus.Passage, want string) bool {
	date, places, ok := strings.Cut(want, "@")
	return slices.ContainsFunc(p.Tags.Events, func(e corpus.EventDate) bool {
		return e.EDTF == date && (!ok || strings.Join(e.Places, ",") == places)
	})
}

// TestSeedAcceptance asks what the users of the seed ask: a republic and a year.
func TestSeedAcceptance(t *testing.T) {
	t.Parallel()
	ps := narrative(t)
	tagger(t).Tag(&corpus.Document{Language: "en"}, ps)
	tests := []struct {
		republic string
		year     int
		want     []string // dates of the primary events
	}{
		{"RU-IN", 2024, []string{"2024-03-02", "2024-09-03", "2024-09-30", "2024-10-11"}},
		{"RU-IN", 2023, []string{"2021-01-20"}}, // the same passage tells of 3 April 2023
		{"RU-CE", 2021, []string{"2021-01-20"}},
		{"RU-DA", 2018, []string{"2018-02-18", "2018-04-21"}},
		{"RU-SE", 2024, []string{"2024-10-11"}},
	}
	for _, tt := range tests {
		var got []string
		for _, p := range ps {
			if slices.Contains(kinds(p)["republic"], tt.republic) && primary(p, tt.year) != "" {
				got = append(got, primary(p, tt.year))
			}
		}
		slices.Sort(got)
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s in %d: %s", tt.republic, tt.year, d)
		}
	}
}

// primary returns the primary date of a passage that touches a year.
func primary(p *corpus.Passage, year int) (date string) {
	touches := false
	for _, e := range p.Tags.Events {
		first, _, _ := e.First.Date()
		last, _, _ := e.Last.Date()
		touches = touches || first <= year && year <= last
		if e.Primary {
			date = e.EDTF
		}
	}
	if !touches {
		return ""
	}
	return date
}
