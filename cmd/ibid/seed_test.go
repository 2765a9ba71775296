package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// seedCorpus indexes the seed document by the command line alone.
func seedCorpus(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shared(t, "seed"), "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no seed text: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "c")
	must(t, "init", dir)
	must(t, append([]string{"add", "--corpus", dir}, files...)...)
	must(t, "index", "--corpus", dir)
	return dir
}

// What a fact-checker is promised of the seed document.
func TestSeed(t *testing.T) {
	t.Parallel()
	dir := seedCorpus(t)

	a := searchJSON(t, dir, `"nine IS militants were killed"`)
	if a.Total != 1 || len(a.Hits) != 1 {
		t.Fatalf("nine militants: %d hits, want 1", a.Total)
	}
	h := a.Hits[0]
	if len(h.Events) != 1 || h.Events[0].EDTF != "2018-04-21" || h.Events[0].First.String() != "2018-04-21" {
		t.Errorf("nine militants: events %+v, want 2018-04-21", h.Events)
	}
	if got := valuesOf(h, "republic"); len(got) != 1 || !got["RU-DA"] {
		t.Errorf("nine militants: republics %v, want Dagestan", got)
	}
	if got := h.Text[h.Marks[0].Start:h.Marks[0].End]; len(h.Marks) != 1 || got != "nine IS militants were killed" {
		t.Errorf("nine militants: marks %v hold %q", h.Marks, got)
	}

	a = searchJSON(t, dir, `"was killed alongside five other IS militants"`, "--republic", "Chechnya")
	if a.Total != 1 || !slices.Contains(edtfs(a.Hits[0]), "2021-01-20") {
		t.Fatalf("alongside five others: %d hits, want one of 2021-01-20", a.Total)
	}
	var actors []string
	for _, x := range a.Hits[0].Actors {
		actors = append(actors, x.Name)
	}
	if !slices.Contains(actors, "Aslan Byutukayev") {
		t.Errorf("alongside five others: actors %q lack Aslan Byutukayev", actors)
	}

	a = searchJSON(t, dir, "--republic", "Ingushetia", "--year", "2024", "--sort", "date")
	var days []string
	for _, h := range a.Hits {
		days = append(days, edtfs(h)...)
	}
	want := []string{"2024-03-02", "2024-09-03", "2024-09-30", "2024-10-11"}
	if a.Total != 4 || !slices.Equal(days, want) {
		t.Errorf("Ingushetia in 2024: %d passages of %q, want %q", a.Total, days, want)
	}

	if a = searchJSON(t, dir, `"Kata Kunci Pencarian"`); a.Total != 0 {
		t.Errorf("the mirror's furniture is found: %s", a.Hits[0].Text)
	}
	out := must(t, "check", "--corpus", dir)
	if !strings.Contains(out, "sound") {
		t.Errorf("check says %q", out)
	}
}
