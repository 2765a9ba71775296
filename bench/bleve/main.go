package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/search/query"

	"ibid/bench/engine"
)

func main() {
	if err := engine.Serve(&stock{}, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// stock is an index of bleve.
type stock struct{ x bleve.Index }

// Open opens the index for reading.
func (s *stock) Open(dir string) (int, string, error) {
	x, err := bleve.OpenUsing(dir, map[string]any{"read_only": true})
	if err != nil {
		return 0, "", err
	}
	s.x = x
	n, err := x.DocCount()
	return int(n), version(), err
}

// version is that of the library.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, d := range b.Deps {
			if d.Path == "github.com/blevesearch/bleve/v2" {
				return d.Version
			}
		}
	}
	return "unknown"
}

// allFacets is the facets of the race.
var allFacets = []string{"republic", "actors", "year", "decade"}

// Ask answers a query of a class. A drill sideways is three searches here.
func (s *stock) Ask(class string, q *engine.Query, all bool) (int, engine.Counts, error) {
	phrase := func() query.Query { return bleve.NewPhraseQuery(strings.Fields(q.Phrase), "text") }
	a := asking{x: s.x, all: all, counts: engine.Counts{}}
	switch class {
	case "phrase_top10":
		a.ask(phrase(), 10)
	case "phrase_count":
		a.ask(phrase(), 0)
	case "phrase_hl":
		a.highlight = true
		a.ask(phrase(), 10)
	case "phrase_facets":
		a.ask(phrase(), 10, allFacets...)
	case "phrase_filter":
		a.ask(filtered(phrase(), term("republic", q.Republic), dates(q)), 10)
	case "phrase_filter_facets":
		a.ask(filtered(phrase(), term("republic", q.Republic), dates(q)), 10, allFacets...)
	case "all_facets":
		a.ask(bleve.NewMatchAllQuery(), 10, allFacets...)
	case "filter_facets":
		a.ask(term("republic", q.Republic), 10, allFacets...)
	case "random_filter_facets":
		any := make([]query.Query, len(q.Actors))
		for i, v := range q.Actors {
			any[i] = term("actors", v)
		}
		a.ask(bleve.NewConjunctionQuery(bleve.NewDisjunctionQuery(any...), dates(q)), 10, allFacets...)
	case "drill_phrase":
		republic, actor := term("republic", q.Republic), term("actors", q.Actor)
		a.ask(filtered(phrase(), republic, actor), 10, "year", "decade")
		a.ask(filtered(phrase(), actor), 0, "republic")
		a.ask(filtered(phrase(), republic), 0, "actors")
	case "drill_all":
		republic, actor := term("republic", q.Republic), term("actors", q.Actor)
		a.ask(bleve.NewConjunctionQuery(republic, actor), 10, "year", "decade")
		a.ask(actor, 0, "republic")
		a.ask(republic, 0, "actors")
	default:
		return 0, nil, fmt.Errorf("there is no class %q", class)
	}
	return a.total, a.counts, a.err
}

// asking is one question in one or more searches. Its total is that of the first.
type asking struct {
	x         bleve.Index
	all       bool
	highlight bool
	asked     bool
	total     int
	counts    engine.Counts
	err       error
}

// ask runs one search with the named facets. Without hits it asks for no scores either.
func (a *asking) ask(q query.Query, size int, facets ...string) {
	if a.err != nil {
		return
	}
	r := bleve.NewSearchRequestOptions(q, size, 0, false)
	if size == 0 {
		r.Score = "none"
	}
	if a.highlight {
		r.Highlight = bleve.NewHighlightWithStyle("html")
		r.Highlight.AddField("text")
	}
	values := 10
	if a.all {
		values = 1 << 20
	}
	for _, f := range facets {
		r.AddFacet(f, bleve.NewFacetRequest(f, values))
	}
	res, err := a.x.Search(r)
	if err != nil {
		a.err = err
		return
	}
	if !a.asked {
		a.total, a.asked = int(res.Total), true
	}
	if !a.all {
		return
	}
	for name, f := range res.Facets {
		a.counts[name] = map[string]int{}
		for _, t := range f.Terms.Terms() {
			a.counts[name][t.Term] = t.Count
		}
	}
}

func term(field, value string) query.Query {
	t := bleve.NewTermQuery(value)
	t.SetField(field)
	return t
}

func dates(q *engine.Query) query.Query {
	d := bleve.NewDateRangeQuery(time.Unix(q.From, 0).UTC(), time.Unix(q.To, 0).UTC())
	d.SetField("date")
	return d
}

// filtered restricts a query by filters that do not score.
func filtered(must query.Query, filters ...query.Query) query.Query {
	b := bleve.NewBooleanQuery()
	b.AddMust(must)
	if len(filters) == 1 {
		b.AddFilter(filters[0])
	} else {
		b.AddFilter(bleve.NewConjunctionQuery(filters...))
	}
	return b
}

// fields are the values of a passage as bleve indexes them.
func fields(p *engine.Passage) (string, map[string]any) {
	return strconv.Itoa(p.ID), map[string]any{"text": p.Text, "republic": p.Republic, "actors": p.Actors,
		"year": p.Year, "decade": engine.Decade(p.Year), "date": time.Unix(p.Date, 0).UTC()}
}
