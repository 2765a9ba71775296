package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// captures makes n captures whose body is their own URL.
func captures(n int) []corpus.Capture {
	var cs []corpus.Capture
	for i := range n {
		url := fmt.Sprintf("https://wire.example/%03d", i)
		cs = append(cs, corpus.Capture{URL: url, Snapshot: corpus.SnapshotIDOf([]byte(url)), At: time.Unix(0, 0).UTC(), Status: 200})
	}
	return cs
}

// stages makes a document of one passage of each capture; hooks may break single captures.
func stages(extract func(url string) error) Stages {
	return Stages{
		Body: func(id corpus.SnapshotID) ([]byte, error) { return []byte(id), nil },
		Extract: func(c corpus.Capture, body []byte) (*corpus.Document, error) {
			if err := extract(c.URL); err != nil {
				return nil, err
			}
			return &corpus.Document{ID: corpus.DocumentIDOf(c.URL), URL: c.URL, Snapshot: c.Snapshot,
				Blocks: []corpus.Block{{Text: c.URL}}, Notes: []corpus.Note{{ID: "n1"}}}, nil
		},
		Segment: func(d *corpus.Document) []*corpus.Passage {
			text := d.Blocks[0].Text
			return []*corpus.Passage{{ID: corpus.PassageIDOf(d.URL, text, 0), Document: d.ID, Text: text,
				Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}}
		},
		Tag: func(d *corpus.Document, ps []*corpus.Passage) {},
	}
}

func TestRunKeepsTheOrderOfItsCaptures(t *testing.T) {
	t.Parallel()
	cs := captures(50)
	slowFirst := func(url string) error {
		if strings.HasSuffix(url, "0") {
			time.Sleep(2 * time.Millisecond)
		}
		return nil
	}
	for _, workers := range []int{1, 2, 7} {
		var got []string
		for item, err := range Run(t.Context(), cs, stages(slowFirst), Options{Workers: workers}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, item.Document.URL)
			if item.Document.Blocks != nil {
				t.Errorf("%s: blocks went on past segmentation", item.Document.URL)
			}
		}
		for i, c := range cs {
			if i >= len(got) || got[i] != c.URL {
				t.Fatalf("%d workers: item %d is not %s; got %d items", workers, i, c.URL, len(got))
			}
		}
	}
}

func TestRunReportsWhatFailsAndGoesOn(t *testing.T) {
	t.Parallel()
	broken := func(url string) error {
		switch {
		case strings.HasSuffix(url, "3"):
			return corpus.Errorf(corpus.Format, url, "no text")
		case strings.HasSuffix(url, "7"):
			panic("nil map")
		}
		return nil
	}
	var items int
	var failed []Outcome
	report := func(o Outcome) {
		if o.Err != nil {
			failed = append(failed, o)
		} else if o.Passages != 1 || o.Notes != 1 || o.Unresolved != 1 || o.Undated != 1 {
			t.Errorf("%s: counts %+v", o.URL, o)
		}
	}
	for _, err := range Run(t.Context(), captures(20), stages(broken), Options{Workers: 3, Report: report}) {
		if err != nil {
			t.Fatal(err)
		}
		items++
	}
	if items != 16 || len(failed) != 4 {
		t.Fatalf("%d items and %d failures, want 16 and 4", items, len(failed))
	}
	if k := corpus.KindOf(failed[0].Err); k != corpus.Format {
		t.Errorf("%s: kind %s, want the stage's own kind", failed[0].URL, k)
	}
	if k := corpus.KindOf(failed[1].Err); k != corpus.Internal {
		t.Errorf("%s: a panic is of kind %s, want %s", failed[1].URL, k, corpus.Internal)
	}
}

func TestRunRefusesWhatBreaksTheRulesOfTheNouns(t *testing.T) {
	t.Parallel()
	st := stages(func(string) error { return nil })
	st.Tag = func(d *corpus.Document, ps []*corpus.Passage) {
		ps[0].Tags.Places = []corpus.Place{{ID: "RU", Path: []string{"Russia"}, PathIDs: []string{"RU"},
			PathKinds: []string{"country"}, Spans: []corpus.Span{{Start: 0, End: 999}}}}
	}
	var out Outcome
	for range Run(t.Context(), captures(1), st, Options{Report: func(o Outcome) { out = o }}) {
		t.Error("a passage with a span outside its text was passed on")
	}
	if out.Err == nil || !strings.Contains(out.Err.Error(), "spans") {
		t.Errorf("got %v, want the span named", out.Err)
	}
}

func TestRunStopsWhenTheContextDoes(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range Run(ctx, captures(100), stages(func(string) error { return nil }), Options{Workers: 2}) {
		last = err
		if n++; n == 5 {
			cancel()
		}
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("ended with %v, want the context's error", last)
	}
	if n > 20 {
		t.Errorf("went on for %d captures after the context ended", n)
	}
}

func TestRunMayBeLeftEarly(t *testing.T) {
	t.Parallel()
	for range Run(t.Context(), captures(100), stages(func(string) error { return nil }), Options{}) {
		break
	}
}
