package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"ibid/bench/engine"
	"ibid/corpus"
	"ibid/indexer"
	"ibid/indexer/query"
)

func main() {
	if err := engine.Serve(&ours{}, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// ours is an index of Ibid.
type ours struct {
	x      *indexer.Index
	marked int // bytes of highlighted texts, so that making them is not for nothing
}

// Index builds one generation.
func (o *ours) Index(path, dir string, lap func()) (int, error) {
	info, err := indexer.Build(context.Background(), dir, items(path), indexer.BuildOptions{})
	lap()
	return info.Passages, err
}

// Open opens it, manifests verified.
func (o *ours) Open(dir string) (int, string, error) {
	debug.SetGCPercent(400) // as ibid serve does
	x, err := indexer.Open(dir, indexer.OpenOptions{Verify: indexer.VerifyManifest})
	if err != nil {
		return 0, "", err
	}
	o.x = x
	i := x.Info()
	return i.Passages, fmt.Sprintf("%d shards", i.Shards), nil
}

// facetNames maps the names of the protocol to ours.
var facetNames = map[string]string{"republic": "republic", "actors": "group", "year": "year", "decade": "decade"}

// facetsOf lists the facets that a class counts, by the protocol's names. A facet that this
// state of Ibid does not have is left out; the coordinator says so.
func facetsOf(class string) []string {
	if !strings.HasSuffix(class, "facets") && !strings.HasPrefix(class, "drill") {
		return nil
	}
	var out []string
	for _, n := range []string{"republic", "actors", "year", "decade"} {
		if slices.Contains(query.Facets(), facetNames[n]) {
			out = append(out, n)
		}
	}
	return out
}

// request is the question of a class. It is the one place where what is asked of Ibid is
// decided: ten hits, ten values a facet, all values when the counts are to be checked. Like the
// peers it gives ids and scores, text and marks where they are highlighted, and counts no other
// reading of the phrase.
func request(class string, q *engine.Query, all bool) query.Request {
	r := query.Request{Facets: []query.FacetRequest{}, Detail: query.IDDetail, Bare: true}
	if class == "phrase_hl" {
		r.Detail = query.TextDetail
	}
	for _, n := range facetsOf(class) {
		f := query.FacetRequest{Name: facetNames[n]}
		if all {
			f.Size = 100_000 // the most that may be asked for
		}
		r.Facets = append(r.Facets, f)
	}
	if class == "phrase_count" {
		r.Size = -1
	}
	if strings.Contains(class, "phrase") {
		r.Text, r.Mode = q.Phrase, query.Quote
	}
	republic := []string{q.Republic}
	first, last := corpus.Day(q.From/86400), corpus.Day(q.To/86400-1)
	switch class {
	case "phrase_filter", "phrase_filter_facets":
		r.Filters = []query.Filter{{Facet: "republic", All: republic}}
		r.Dates = []query.DateRange{{From: &first, To: &last}}
	case "filter_facets":
		r.Filters = []query.Filter{{Facet: "republic", Any: republic}}
	case "drill_phrase", "drill_all":
		r.Filters = []query.Filter{{Facet: "republic", Any: republic}, {Facet: "group", Any: []string{q.Actor}}}
	case "random_filter_facets":
		r.Text = anyOf("group", q.Actors)
		r.Dates = []query.DateRange{{From: &first, To: &last}}
	}
	return r
}

// Ask answers a query of a class. The ten hits of phrase_hl get their marks set into the text.
func (o *ours) Ask(class string, q *engine.Query, all bool) (int, engine.Counts, error) {
	res, err := o.x.Search(context.Background(), request(class, q, all))
	if err != nil {
		return 0, nil, err
	}
	if class == "phrase_hl" {
		for _, h := range res.Hits {
			o.marked += len(mark(h.Passage.Text, h.Marks))
		}
	}
	if !all {
		return res.Total, nil, nil
	}
	counts := o.counts(class, res)
	if selected := selectedFacet(class); selected != "" {
		if res, err = o.x.Search(context.Background(), inText(class, q)); err != nil {
			return 0, nil, err
		}
		counts[selected] = o.counts(class, res)[selected]
	}
	return res.Total, counts, nil
}

// counts reads the facets of an answer.
func (o *ours) counts(class string, res *query.Result) engine.Counts {
	counts := engine.Counts{}
	for i, n := range facetsOf(class) {
		counts[n] = map[string]int{}
		for _, v := range res.Facets[i].Values {
			if v.Count > 0 {
				counts[n][v.Label] = v.Count // the id, but of a decade 2010s
			}
		}
	}
	return counts
}

// selectedFacet is the facet that a class filters by alternatives, unless the class drills
// sideways. Ibid counts such a facet without its own filter, which the peers do in no other
// class; in this one it does more than they. What they count is compared all the same, by
// asking Ibid for it with the filter as a part of the text. Elsewhere the filter is a value that
// must be there, or a part of the text, and the facet is counted under it as theirs are.
func selectedFacet(class string) string {
	if class == "filter_facets" {
		return "republic"
	}
	return ""
}

// inText is the question of a class with its filter of a facet moved into the text.
func inText(class string, q *engine.Query) query.Request {
	r := request(class, q, true)
	r.Text, r.Filters = anyOf(r.Filters[0].Facet, r.Filters[0].Any), nil
	return r
}

// anyOf writes alternatives of a facet as a query.
func anyOf(facet string, values []string) string {
	var list []string
	for _, v := range values {
		list = append(list, query.Field{Name: facet, Value: v}.String())
	}
	return "(" + strings.Join(list, " OR ") + ")"
}

// mark sets tags around the marks of a text.
func mark(text string, marks []corpus.Span) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(text[at:m.Start])
		b.WriteString("<b>")
		b.WriteString(text[m.Start:m.End])
		b.WriteString("</b>")
		at = m.End
	}
	b.WriteString(text[at:])
	return b.String()
}
