package main

import (
	"fmt"
	"iter"
	"time"

	"ibid/bench/engine"
	"ibid/corpus"
	"ibid/indexer"
)

// perDocument is how many passages of the corpus make one document.
const perDocument = 10

// items turns a corpus file into documents.
func items(path string) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		var item indexer.Item
		n := 0
		for p, err := range engine.Passages(path) {
			if err != nil {
				yield(indexer.Item{}, err)
				return
			}
			if len(item.Passages) == perDocument {
				if !yield(item, nil) {
					return
				}
				item = indexer.Item{}
			}
			if item.Document == nil {
				item.Document = document(n)
				n++
			}
			item.Passages = append(item.Passages, passage(item.Document, len(item.Passages), &p))
		}
		if item.Document != nil {
			yield(item, nil)
		}
	}
}

// document is the n-th one; its address sorts by its number.
func document(n int) *corpus.Document {
	url := fmt.Sprintf("https://race.example/%08d", n)
	return &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Source: "race.example",
		Snapshot: corpus.SnapshotIDOf([]byte(url)), Captured: time.Unix(1.7e9, 0).UTC(),
		Title: url, Language: "en", Kind: "article", Published: "2026"}
}

// passage makes a line of the corpus a tagged passage.
func passage(d *corpus.Document, ordinal int, p *engine.Passage) *corpus.Passage {
	day := corpus.Day(p.Date / 86400)
	evidence := []corpus.Span{{Start: 0, End: 1}}
	out := &corpus.Passage{ID: corpus.PassageIDOf(d.URL, p.Text, ordinal), Document: d.ID, Ordinal: ordinal,
		Kind: corpus.Paragraph, Text: p.Text,
		Runs: []corpus.Run{{Text: [2]int{0, len(p.Text)}, Bytes: [2]int{0, len(p.Text)}}}}
	out.Tags.Events = []corpus.EventDate{{EDTF: day.String(), First: day, Last: day, Precision: "day",
		Inference: "explicit", Primary: true, Evidence: evidence}}
	out.Tags.Places = []corpus.Place{{ID: p.Republic, Name: p.Republic, Kind: "republic", Role: "event",
		Path: []string{"X", p.Republic}, PathIDs: []string{"XX", p.Republic},
		PathKinds: []string{"country", "republic"}, Spans: evidence}}
	for _, a := range p.Actors {
		out.Tags.Actors = append(out.Tags.Actors, corpus.Actor{ID: a, Name: a, Kind: "group",
			PathIDs: []string{a}, Spans: evidence})
	}
	return out
}
