package indexer

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"

	"ibid/corpus"
	"ibid/indexer/query"
)

// countItems draws passages for the counting of facets: 80 republics and 2,000 groups by a power
// law, 4,000 days of 26 years, per passages a document, with hardly a text.
func countItems(n, per int) []Item {
	r := rand.New(rand.NewPCG(3, 3))
	places, groups := rand.NewZipf(r, 1.01, 1, 79), rand.NewZipf(r, 1.01, 1, 1999)
	var items []Item
	for len(items)*per < n {
		texts := make([]string, per)
		for i := range texts {
			texts[i] = fmt.Sprint("No ", i, " of ", r.IntN(1000))
		}
		item := story(fmt.Sprintf("https://wire.example/%07d", len(items)), texts...)
		for _, p := range item.Passages {
			id := fmt.Sprintf("XA-%02d", places.Uint64())
			p.Tags.Places = []corpus.Place{{ID: id, Name: id, Kind: "republic", Role: "event",
				Path: []string{"Arland", id}, PathIDs: []string{"XA", id},
				PathKinds: []string{"country", "republic"}}}
			for range r.IntN(4) {
				g := fmt.Sprintf("g:%04d", groups.Uint64())
				p.Tags.Actors = append(p.Tags.Actors, corpus.Actor{ID: g, Name: g, Kind: "group",
					PathIDs: []string{g}})
			}
			day := corpus.DayOf(2000, 1, 1) + corpus.Day(r.IntN(4000)*9497/4000)
			p.Tags.Events = []corpus.EventDate{{EDTF: day.String(), First: day, Last: day,
				Precision: "day", Inference: "explicit", Primary: true, Places: []string{id}}}
		}
		items = append(items, item)
	}
	return items
}

// cpuTime is the time that all threads have used, in nanoseconds: on a machine that is shared
// it says more than the clock.
func cpuTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

// BenchmarkCount asks 200,000 passages for three facets, in documents of one passage and of
// twenty, without hits and with the ids of ten.
func BenchmarkCount(b *testing.B) {
	from, to := corpus.DayOf(2006, 1, 1), corpus.DayOf(2011, 12, 31)
	years := []query.DateRange{{From: &from, To: &to}}
	one := []query.Filter{{Facet: "republic", Any: []string{"XA-03"}}}
	for _, per := range []int{1, 20} {
		built := sync.OnceValue(func() *Index { return open(b, countItems(200_000, per), 0) })
		for _, c := range []struct {
			name string
			req  query.Request
		}{
			{"all", query.Request{}},
			{"filter", query.Request{Filters: one}},
			{"frequent", query.Request{Filters: []query.Filter{{Facet: "republic", Any: []string{"XA-00"}}}}},
			{"exclude", query.Request{Filters: []query.Filter{{Facet: "republic", Not: []string{"XA-03"}}}}},
			{"years", query.Request{Dates: years}},
			{"drill", query.Request{Filters: append([]query.Filter{{Facet: "group", Any: []string{"g:0003"}}}, one...)}},
			{"sameevent", query.Request{Filters: one, Dates: years, SameEvent: true}},
		} {
			for _, size := range []int{-1, 10} {
				b.Run(fmt.Sprintf("%d/%s/%d", per, c.name, max(size, 0)), func(b *testing.B) {
					x := built()
					c.req.Size, c.req.Detail = size, query.IDDetail
					c.req.Facets = []query.FacetRequest{{Name: "republic"}, {Name: "group"}, {Name: "year"}}
					b.ReportAllocs()
					b.ResetTimer()
					before := cpuTime(b)
					for range b.N {
						if _, err := x.Search(b.Context(), c.req); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(cpuTime(b)-before)/float64(b.N)/1e3, "cpu-µs/op")
				})
			}
		}
	}
}
