package bench

import (
	"testing"

	"ibid/corpus"
	"ibid/corpus/demo"
	"ibid/internal/actor"
	"ibid/internal/cite"
	"ibid/internal/extract"
	"ibid/internal/gazetteer"
	"ibid/internal/segment"
	"ibid/internal/tag"
)

// BenchmarkIngest takes the demonstration pages from bytes to tagged passages, one after the
// other on one goroutine.
func BenchmarkIngest(b *testing.B) {
	pages, err := demo.Pages()
	if err != nil {
		b.Fatal(err)
	}
	g, err := gazetteer.Load()
	if err != nil {
		b.Fatal(err)
	}
	a, err := actor.Load()
	if err != nil {
		b.Fatal(err)
	}
	tagger, err := tag.New(g, a)
	if err != nil {
		b.Fatal(err)
	}
	passages, size := 0, 0
	for b.Loop() {
		for _, p := range pages {
			c := corpus.Capture{URL: p.URL, At: p.Captured, Status: 200, MediaType: "text/html",
				Snapshot: corpus.SnapshotIDOf(p.Body)}
			d, err := extract.Extract(c, p.Body, extract.Options{})
			if err != nil {
				b.Fatal(err)
			}
			cite.ResolveAll(d.Notes)
			ps := segment.Split(d)
			tagger.Tag(d, ps)
			passages += len(ps)
			size += len(p.Body)
		}
	}
	b.ReportMetric(float64(passages)/b.Elapsed().Seconds(), "passages/s")
	b.ReportMetric(float64(size)/1e6/b.Elapsed().Seconds(), "MB/s")
}
