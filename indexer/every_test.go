package indexer

import (
	"math/rand/v2"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

// All hits at once are those of the pages, whole or as far as asked for, from where a cursor
// stands.
func TestEveryHitIsThatOfThePages(t *testing.T) {
	t.Parallel()
	items := world(57, 400)
	hits := 0
	for n, x := range shardings(t, items) {
		for _, req := range []query.Request{
			{}, {Text: "the", Mode: query.Words}, {Text: `"the" OR "mill"`, Sort: query.DateAsc},
			{Text: "the", Sort: query.DateDesc, Detail: query.TextDetail},
			{Text: "the", Detail: query.IDDetail, Explain: true}, {Text: `"no such words here"`},
		} {
			req.Size = 70
			var want []query.Hit
			from := ""
			for page := req; ; page.Cursor = from {
				res, err := x.Search(t.Context(), page)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, res.Hits...)
				if from = res.Next; from == "" {
					break
				}
				if page.Cursor == "" {
					later := req
					later.Cursor = from
					if got := all(t, x, later); len(got) != res.Total-len(res.Hits) {
						t.Errorf("%d shards, %q from the second page on: %d hits", n, req.Text, len(got))
					}
				}
			}
			got := all(t, x, req)
			hits += len(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d shards, %q (-pages +all)\n%s", n, req.Text, diff)
			}
		}
	}
	if hits < 4*passagesOf(items) {
		t.Errorf("%d hits in all: the test proves little", hits)
	}
}

// all gives all hits of a request.
func all(t *testing.T, x *Index, req query.Request) (out []query.Hit) {
	t.Helper()
	for h, err := range x.Every(t.Context(), req) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h)
	}
	return out
}

func TestEveryHitEndsWithAnError(t *testing.T) {
	t.Parallel()
	x := open(t, world(58, 30), 0)
	last := func(req query.Request) (n int, err error) {
		for _, err = range x.Every(t.Context(), req) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, err
	}
	for name, req := range map[string]query.Request{
		"view":   {Text: "the", View: query.KWIC},
		"cursor": {Cursor: "made up"},
		"sort":   {Sort: "size"},
	} {
		if n, err := last(req); n > 0 || corpus.KindOf(err) != corpus.Invalid {
			t.Errorf("%s: %d hits, %v", name, n, err)
		}
	}
	n := 0
	for range x.Every(t.Context(), query.Request{}) {
		if n++; n == 3 {
			break
		}
	}
	x.Close()
	if got, err := last(query.Request{}); n != 3 || got > 0 || err == nil {
		t.Errorf("closed: %d hits, %v", got, err)
	}
}

// follow makes the click on one value that the answer counts.
func (q *askedFor) follow(t *testing.T, l *ledger, x *Index, found []*ledgerRow, res *query.Result, r *rand.Rand) {
	t.Helper()
	if len(res.Facets) == 0 {
		return
	}
	f := res.Facets[r.IntN(len(res.Facets))]
	value, count := query.None, f.Missing
	if len(f.Values) > 0 && r.IntN(4) > 0 {
		v := f.Values[r.IntN(len(f.Values))]
		value, count = v.Value, v.Count
	}
	clicked := click(q.req, f.Name, value)
	clicked.Size, clicked.Facets, clicked.Cross, clicked.Cursor = 100, []query.FacetRequest{}, nil, ""
	want := idsOfRows(l.under(l.ask(clicked), found))
	got := everyHit(t, x, *clicked, q.tree)
	list, err := x.every(t.Context(), *clicked, reading{tree: q.tree, ran: query.Quote})
	if err != nil {
		t.Fatalf("%+v: %v", clicked, err)
	}
	if diff := cmp.Diff(got, idsOfEntries(list)); diff != "" {
		t.Fatalf("%+v\ntree %#v (-pages +export)\n%s", clicked, q.tree, diff)
	}
	sort.Strings(got)
	if diff := cmp.Diff(want, got); diff != "" || count != len(got) {
		t.Fatalf("%s=%s counts %d, its pages have %d, %+v\ntree %#v (-scan +index)\n%s", f.Name, value,
			count, len(got), clicked, q.tree, diff)
	}
}

// idsOfEntries gives the ids of hits in their order.
func idsOfEntries(list []entry) []string {
	out := []string{}
	for _, e := range list {
		out = append(out, e.id.String())
	}
	return out
}

// idsOfRows gives the sorted ids of rows.
func idsOfRows(rows []*ledgerRow) []string {
	out := []string{}
	for _, r := range rows {
		out = append(out, r.id)
	}
	sort.Strings(out)
	return out
}
