package bench

import (
	"context"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"

	"ibid/indexer"
	"ibid/indexer/query"
	"ibid/internal/generate"
)

// passages is the size of the corpus that the query benchmarks ask.
const passages = 100_000

// built is the index of the query benchmarks, built once a run.
var built = sync.OnceValues(func() (*indexer.Index, error) {
	dir, err := mkTemp()
	if err != nil {
		return nil, err
	}
	if _, err := indexer.Build(context.Background(), dir, generate.Items(passages, 1), indexer.BuildOptions{}); err != nil {
		return nil, err
	}
	return indexer.Open(dir, indexer.OpenOptions{})
})

// BenchmarkBuild builds an index of 20,000 passages; passages/s counts wall time.
func BenchmarkBuild(b *testing.B) {
	const n = 20_000
	for b.Loop() {
		if _, err := indexer.Build(b.Context(), b.TempDir(), generate.Items(n, 1), indexer.BuildOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "passages/s")
}

// drawPhrases takes n phrases of two to four words out of the generated passages.
func drawPhrases(n int) []string {
	rng := rand.New(rand.NewPCG(7, 7))
	var texts []string
	for item := range generate.Items(passages/20, 1) {
		for _, p := range item.Passages {
			texts = append(texts, p.Text)
		}
	}
	var out []string
	for range n {
		words := strings.Fields(texts[rng.IntN(len(texts))])
		from := rng.IntN(len(words) - 4)
		out = append(out, strings.Join(words[from:from+2+rng.IntN(3)], " "))
	}
	return out
}

// BenchmarkPhrase asks for phrases at 100,000 passages, with and without facets and filters.
func BenchmarkPhrase(b *testing.B) {
	ix, err := built()
	if err != nil {
		b.Fatal(err)
	}
	phrases := drawPhrases(200)
	facets := []query.FacetRequest{{Name: "republic"}, {Name: "group"}, {Name: "year"}}
	filters := []query.Filter{{Facet: "republic", Any: []string{"XX-01"}}, {Facet: "year", Any: []string{"2018", "2019"}}}
	for _, c := range []struct {
		name string
		r    query.Request
	}{
		{"top10", query.Request{Facets: []query.FacetRequest{}}},
		{"facets", query.Request{Facets: facets}},
		{"filters-facets", query.Request{Facets: facets, Filters: filters}},
	} {
		b.Run(c.name, func(b *testing.B) {
			hits, allocated := 0, allocations()
			for i := 0; b.Loop(); i++ {
				r := c.r
				r.Text, r.Mode = phrases[i%len(phrases)], query.Quote
				hits += ask(b, ix, r).Total
			}
			perHit(b, hits, allocated)
		})
	}
	b.Run("all-facets", func(b *testing.B) {
		hits, allocated := 0, allocations()
		for b.Loop() {
			hits += ask(b, ix, query.Request{Facets: facets}).Total
		}
		perHit(b, hits, allocated)
	})
}

// allocations is how many objects this process has allocated so far.
func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// perHit reports the hits of a request, and the allocations since before for each hit that was
// found, counted and ranked. Ten hits of each request are read, which is most of them.
func perHit(b *testing.B, hits int, before uint64) {
	b.ReportAllocs()
	b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
	b.ReportMetric(float64(allocations()-before)/float64(max(1, hits)), "allocs/hit")
}
