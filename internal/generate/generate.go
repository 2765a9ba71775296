package generate

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/indexer"
)

// Sizes of the generated corpus. A passage has 50 to 120 words, like those of real pages; the
// vocabulary and the facets follow Zipf's law.
const (
	vocabulary  = 60_000
	republics   = 80
	groups      = 400
	days        = 4_000
	perDocument = 10 // passages
)

// zipf draws ranks of n with weight 1/rank, by inversion of the harmonic sum.
type zipf struct {
	n   float64
	rng *rand.Rand
}

func (z zipf) draw() int {
	return int(math.Pow(z.n, z.rng.Float64())) - 1
}

// Word spells a rank as a pronounceable word; frequent ranks are short.
func Word(rank int) string {
	const consonants, vowels = "bdfgklmnprstvz", "aeiou"
	var b strings.Builder
	for n := rank + 1; n > 0; n /= len(consonants) * len(vowels) {
		i := n % (len(consonants) * len(vowels))
		b.WriteByte(consonants[i/len(vowels)])
		b.WriteByte(vowels[i%len(vowels)])
	}
	return b.String()
}

// Items yields n tagged passages in documents of ten. The same n and seed give the same
// items.
func Items(n int, seed uint64) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		rng := rand.New(rand.NewPCG(seed, 1))
		for i := 0; i < n; i += perDocument {
			url := fmt.Sprintf("https://generated.example/%08d", i)
			d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Source: "generated.example",
				Snapshot: corpus.SnapshotIDOf([]byte(url)), Captured: time.Unix(1.7e9, 0).UTC(),
				Title: url, Language: "en", Kind: "article", Published: "2024"}
			item := indexer.Item{Document: d}
			for j := range min(perDocument, n-i) {
				item.Passages = append(item.Passages, passage(d, j, rng))
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// passage makes one passage with an event, a place and up to two groups.
func passage(d *corpus.Document, ordinal int, rng *rand.Rand) *corpus.Passage {
	words := zipf{vocabulary, rng}
	var b strings.Builder
	for range 50 + rng.IntN(71) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Word(words.draw()))
	}
	text := b.String()
	day := corpus.DayOf(2014, 1, 1) + corpus.Day(rng.IntN(days))
	place := fmt.Sprintf("XX-%02d", zipf{republics, rng}.draw())
	p := &corpus.Passage{ID: corpus.PassageIDOf(d.URL, text, ordinal), Document: d.ID, Ordinal: ordinal,
		Kind: corpus.Paragraph, Text: text,
		Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}
	p.Tags.Events = []corpus.EventDate{{EDTF: day.String(), First: day, Last: day, Precision: "day",
		Inference: "explicit", Primary: true, Evidence: []corpus.Span{{Start: 0, End: 1}}}}
	p.Tags.Places = []corpus.Place{{ID: place, Name: place, Kind: "republic", Path: []string{"X", place},
		PathIDs: []string{"XX", place}, PathKinds: []string{"country", "republic"}, Role: "event",
		Spans: []corpus.Span{{Start: 0, End: 1}}}}
	for range rng.IntN(3) {
		id := fmt.Sprintf("group-%03d", zipf{groups, rng}.draw())
		p.Tags.Actors = append(p.Tags.Actors, corpus.Actor{ID: id, Name: id, Kind: "group",
			PathIDs: []string{id}, Spans: []corpus.Span{{Start: 0, End: 1}}})
	}
	return p
}
