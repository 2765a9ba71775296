package indexer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// TestRandomRequests holds random requests of everything that can be asked for against a look at
// every passage, over 1, 2 and 7 shards of which a seventh of the documents is withdrawn. Some
// clicks are followed: the count is the total that the click gives, the hits that its pages walk
// through and, in the same order, those of its export. Soaking asks 10,000 times on 100,000 passages
// and follows more than 1,000 clicks.
func TestRandomRequests(t *testing.T) {
	t.Parallel()
	for name, alone := range map[string]bool{"several": false, "alone": true} {
		t.Run(name, func(t *testing.T) {
			documents, rounds, leaves := 700, 120, 40
			if soak() {
				documents, rounds, leaves = 28_900, 5000, 100
			}
			if alone {
				documents = documents * 7 / 2
			}
			randomRequests(t, wideWorld(101, documents, alone), rounds, leaves)
		})
	}
}

// wideWorld is a world with some hundred groups and days more; alone leaves each document one
// passage.
func wideWorld(seed uint64, documents int, alone bool) []Item {
	items := world(seed, documents)
	r := rand.New(rand.NewPCG(seed, 2))
	for i := range items {
		if alone {
			items[i].Passages = items[i].Passages[:1]
		}
		for _, p := range items[i].Passages {
			if r.IntN(2) == 0 {
				id := fmt.Sprintf("w:%03d", min(r.IntN(400), r.IntN(400)))
				p.Tags.Actors = append(p.Tags.Actors, corpus.Actor{ID: id, Name: id, Kind: "group",
					PathIDs: []string{id}})
			}
			if r.IntN(3) == 0 {
				on := corpus.DayOf(2016, 1, 1) + corpus.Day(r.IntN(1700))
				p.Tags.Events = append(p.Tags.Events, corpus.EventDate{EDTF: on.String(), First: on,
					Last: on, Precision: "day", Inference: "explicit", Primary: r.IntN(2) == 0})
			}
		}
	}
	return items
}

// randomRequests asks in ten chunks, each of its own seed.
func randomRequests(t *testing.T, items []Item, rounds, leaves int) {
	t.Helper()
	var indexes []*Index
	var left []Item
	for _, n := range []int{1, 2, 7} {
		dir, _ := build(t, items, passagesOf(items)/n+1)
		left = withdraw(t, dir, items, func(i int) bool { return i%7 == 3 })
		x := openDir(t, dir)
		for _, s := range x.shards {
			s.besides.least = 2 // nearly every value has its counts kept
		}
		indexes = append(indexes, x)
	}
	l := newLedger(left)
	pool := drawLeaves(rand.New(rand.NewPCG(102, 1)), l, leaves)
	t.Logf("figure: %d requests on %d passages, %d of them live", rounds, passagesOf(items), len(l.rows))
	const chunks = 10
	for c := range uint64(chunks) {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := rand.New(rand.NewPCG(103, c))
			followed := 0
			for i := range rounds / chunks {
				q := drawAsk(r, pool)
				q.checkAll(t, l, indexes, i%8 == 0, r)
				if i%8 == 0 && (q.req.Facets == nil || len(q.req.Facets) > 0) {
					followed++
				}
			}
			t.Logf("figure: %d requests equal a look at %d passages, %d clicks their pages and exports",
				rounds/chunks, len(l.rows), followed)
		})
	}
}

// drawLeaves draws phrases and words and learns where they are.
func drawLeaves(r *rand.Rand, l *ledger, n int) (pool []query.Node) {
	for len(pool) < n {
		if leaf := drawTree(r, l.o, 0); l.texts[leaf] == nil {
			l.learn([]query.Node{leaf})
			pool = append(pool, leaf)
		}
	}
	return pool
}

// askedFor is one request with its text as a tree.
type askedFor struct {
	req  query.Request
	tree query.Node
}

// drawAsk draws a request of everything there is.
func drawAsk(r *rand.Rand, pool []query.Node) askedFor {
	q := askedFor{req: drawRequest(r)}
	if r.IntN(3) == 0 {
		q.req.Filters = q.req.Filters[:min(1, len(q.req.Filters))]
	}
	if r.IntN(3) > 0 {
		q.tree = drawFrom(r, pool, r.IntN(3))
	}
	if len(q.req.Dates) > 0 && r.IntN(2) == 0 { // whole years
		from, to := corpus.DayOf(2015+r.IntN(5), 1, 1), corpus.DayOf(2019, 12, 31)
		q.req.Dates = []query.DateRange{{From: &from, To: &to}}
		if r.IntN(3) == 0 {
			last := corpus.DayOf(2015, 12, 31)
			q.req.Dates = append(q.req.Dates, query.DateRange{To: &last})
		}
	}
	q.req.Sort = []query.Sort{"", query.DateAsc, query.DateDesc, query.Relevance}[r.IntN(4)]
	q.req.Size = []int{1, 7, 10, 100}[r.IntN(4)]
	q.req.Days = r.IntN(4) == 0
	q.req.Facets = nil
	if r.IntN(8) > 0 {
		q.req.Facets = []query.FacetRequest{}
		names := query.Facets()
		r.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names[:r.IntN(6)] {
			q.req.Facets = append(q.req.Facets, query.FacetRequest{Name: name,
				Size: []int{0, 1, 3, 1000}[r.IntN(4)], Find: []string{"", "", "", "mill", "2018", "a"}[r.IntN(6)]})
		}
	}
	for range max(0, r.IntN(4)-2) {
		names := query.Facets()
		q.req.Cross = append(q.req.Cross, query.Cross{A: names[r.IntN(len(names))],
			B: names[r.IntN(len(names))], Size: []int{0, 5, 5000}[r.IntN(3)]})
	}
	q.req.Detail = query.IDDetail
	return q
}

// drawFrom draws a tree of leaves from a pool.
func drawFrom(r *rand.Rand, pool []query.Node, depth int) query.Node {
	if depth == 0 {
		return pool[r.IntN(len(pool))]
	}
	a, b := drawFrom(r, pool, depth-1), drawFrom(r, pool, depth-1)
	switch r.IntN(6) {
	case 0:
		return query.Not{Node: a}
	case 1, 2:
		return query.Or{a, b}
	case 3:
		return query.And{a, query.Field{Name: "year", Value: "2018"}}
	}
	return query.And{a, b}
}

// checkAll asks every index; the answers must be those of the ledger.
func (q *askedFor) checkAll(t *testing.T, l *ledger, indexes []*Index, follow bool, r *rand.Rand) {
	t.Helper()
	found := l.found(q.tree, q.req.Certain)
	a := l.ask(&q.req)
	want := l.under(a, found)
	var asked []query.FacetRequest
	if asked = q.req.Facets; asked == nil {
		for _, name := range query.Facets() {
			asked = append(asked, query.FacetRequest{Name: name})
		}
	}
	outline := []string{fmt.Sprint(len(want), " in ", docsIn(want))}
	for _, f := range asked {
		outline = append(outline, l.facet(a, f, found))
	}
	for _, c := range q.req.Cross {
		outline = append(outline, l.cross(a, c, want))
	}
	if q.req.Days {
		outline = append(outline, daysIn(want))
	}
	clicked := r.IntN(len(indexes))
	for i, x := range indexes {
		res, err := x.search(t.Context(), q.req, reading{tree: q.tree, ran: query.Quote})
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		if diff := cmp.Diff(outline, outlineOf(res, q.req.Days)); diff != "" {
			t.Fatalf("index %d: %+v\ntree %#v (-scan +index)\n%s", i, q.req, q.tree, diff)
		}
		q.checkOrder(t, l, x, want, res)
		if i == clicked {
			q.checkBare(t, x, res)
		}
		if follow && i == clicked {
			q.follow(t, l, x, found, res, r)
		}
	}
}

// checkBare holds that a bare answer is the whole one without its documents.
func (q *askedFor) checkBare(t *testing.T, x *Index, whole *query.Result) {
	t.Helper()
	req := q.req
	req.Bare = true
	res, err := x.search(t.Context(), req, reading{tree: q.tree, ran: query.Quote})
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	stripped := *whole
	stripped.Facets, stripped.Cross = nil, nil
	for _, f := range whole.Facets {
		f.Values = slices.Clone(f.Values)
		stripped.Facets = append(stripped.Facets, f)
	}
	for _, c := range whole.Cross {
		c.Cells = slices.Clone(c.Cells)
		stripped.Cross = append(stripped.Cross, c)
	}
	bare(&stripped)
	if diff := cmp.Diff(outlineOf(&stripped, q.req.Days), outlineOf(res, q.req.Days)); diff != "" {
		t.Fatalf("%+v\ntree %#v (-whole +bare)\n%s", req, q.tree, diff)
	}
}

// outlineOf is all of an answer but its hits, as text.
func outlineOf(res *query.Result, days bool) []string {
	out := []string{fmt.Sprint(res.Total, " in ", res.Documents)}
	for _, f := range res.Facets {
		s := []string{fmt.Sprintf("%s %d: none %d in %d %v %v", f.Name, f.Total, f.Missing,
			f.MissingDocuments, f.MissingSelected, f.MissingExcluded)}
		for _, v := range f.Values {
			s = append(s, fmt.Sprintf("%s %d in %d %v %v", v.Value, v.Count, v.Documents, v.Selected, v.Excluded))
			if days {
				s = append(s, spanText(v.First, v.Last))
			}
		}
		out = append(out, strings.Join(s, "; "))
	}
	for _, c := range res.Cross {
		s := []string{fmt.Sprintf("%s × %s %d", c.A, c.B, c.Total)}
		for _, cell := range c.Cells {
			s = append(s, fmt.Sprintf("%s × %s %d in %d", cell.A, cell.B, cell.Count, cell.Documents))
		}
		out = append(out, strings.Join(s, "; "))
	}
	if days {
		out = append(out, spanText(res.First, res.Last))
	}
	return out
}

// spanText is a first and last day as text; empty for none.
func spanText(first, last *corpus.Day) string {
	if first == nil || last == nil {
		return " "
	}
	return first.String() + " " + last.String()
}

// facet counts one facet, as outlineOf writes it: each value by the rows that the click leaves.
func (l *ledger) facet(a *asking, f query.FacetRequest, found []*ledgerRow) string {
	click := *a
	click.filters = slices.Clone(a.filters)
	at := click.filter(f.Name)
	chosen := click.filters[at]
	click.filters[at].any = nil
	base := l.under(&click, found)
	n := slices.Index(l.facets, f.Name)
	rows := map[int32][]*ledgerRow{}
	var unknown []*ledgerRow
	clicks := l.clicks(n)
	for _, r := range base {
		for _, k := range r.counts.possible[n] {
			click.filters[at].any = clicks[k]
			if l.clicked(r, &click, at) {
				rows[k] = append(rows[k], r)
			}
		}
		click.filters[at].any = clicks[len(clicks)-1]
		if l.clicked(r, &click, at) {
			unknown = append(unknown, r)
		}
	}
	selected, excluded := marked(n, append(slices.Clone(chosen.any), chosen.all...)), marked(n, chosen.not)
	var list []int32
	for k := range l.names[n] {
		v := int32(k)
		find := fold.Key(f.Find)
		if (len(rows[v]) > 0 || selected[v] || excluded[v]) && strings.Contains(l.label(f.Name, l.names[n][k]), find) {
			list = append(list, v)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		x, y := list[i], list[j]
		if len(rows[x]) != len(rows[y]) {
			return len(rows[x]) > len(rows[y])
		}
		return l.names[n][x] < l.names[n][y]
	})
	s := []string{fmt.Sprintf("%s %d: none %d in %d %v %v", f.Name, len(list), len(unknown),
		docsIn(unknown), selected[-1], excluded[-1])}
	size := f.Size
	if size == 0 {
		size = 10
	}
	for i, k := range list {
		if i >= size && !selected[k] && !excluded[k] {
			continue
		}
		s = append(s, fmt.Sprintf("%s %d in %d %v %v", l.names[n][k], len(rows[k]), docsIn(rows[k]),
			selected[k], excluded[k]))
		if a.Days {
			s = append(s, daysIn(rows[k]))
		}
	}
	return strings.Join(s, "; ")
}

// clicks gives for each value of a facet, and last for the unknown, what a click on it chooses.
func (l *ledger) clicks(n int) (out [][]want) {
	for k := range l.names[n] {
		out = append(out, []want{{facets: []int{n}, is: []wanted{{facet: n, numbers: []int32{int32(k)}}}}})
	}
	return append(out, []want{{facets: []int{n}, none: true}})
}

// marked gives the numbers of the values chosen in a facet; -1 for the unknown.
func marked(facet int, list []want) map[int32]bool {
	out := map[int32]bool{}
	for _, w := range list {
		for _, is := range w.is {
			for _, k := range is.numbers {
				if is.facet == facet {
					out[k] = true
				}
			}
		}
		if w.none {
			out[-1] = true
		}
	}
	return out
}

// cross counts a table: each cell by the rows left when both its values are asked for besides.
func (l *ledger) cross(a *asking, c query.Cross, hits []*ledgerRow) string {
	n, m := slices.Index(l.facets, c.A), slices.Index(l.facets, c.B)
	rows := map[[2]int32][]*ledgerRow{}
	click, as, bs := *a, l.clicks(n), l.clicks(m)
	click.filters = append(slices.Clone(a.filters), ledgerFilter{facet: c.A}, ledgerFilter{facet: c.B})
	last := click.filters[len(a.filters):]
	for _, r := range hits {
		for _, i := range r.counts.possible[n] {
			for _, j := range r.counts.possible[m] {
				last[0].all, last[1].all = as[i], bs[j]
				if l.passes(r, &click) {
					rows[[2]int32{i, j}] = append(rows[[2]int32{i, j}], r)
				}
			}
		}
	}
	var list [][2]int32
	for k := range rows {
		list = append(list, k)
	}
	sort.Slice(list, func(x, y int) bool {
		p, q := list[x], list[y]
		switch {
		case len(rows[p]) != len(rows[q]):
			return len(rows[p]) > len(rows[q])
		case p[0] != q[0]:
			return l.names[n][p[0]] < l.names[n][q[0]]
		}
		return l.names[m][p[1]] < l.names[m][q[1]]
	})
	s := []string{fmt.Sprintf("%s × %s %d", c.A, c.B, len(list))}
	size := c.Size
	if size == 0 {
		size = 100
	}
	for _, k := range list[:min(size, len(list))] {
		s = append(s, fmt.Sprintf("%s × %s %d in %d", l.names[n][k[0]], l.names[m][k[1]], len(rows[k]),
			docsIn(rows[k])))
	}
	return strings.Join(s, "; ")
}

// checkOrder holds the first page and, by its cursor, the second against the order of the scan.
// By relevance the scores are taken from the answer: that they are right is tested apart.
func (q *askedFor) checkOrder(t *testing.T, l *ledger, x *Index, want []*ledgerRow, res *query.Result) {
	t.Helper()
	rows := slices.Clone(want)
	ranked := q.req.Sort == query.Relevance || q.req.Sort == "" && q.tree != nil
	switch {
	case ranked && q.tree != nil:
		q.checkRanks(t, res)
		return
	case ranked:
		sort.Slice(rows, func(i, j int) bool { return rows[i].id < rows[j].id })
	default:
		byDate(rows, q.req.Sort)
	}
	at := 0
	for page := range 2 {
		var got, ids []string
		for _, h := range res.Hits {
			got = append(got, string(h.Passage.ID))
		}
		for _, r := range rows[at:min(at+q.req.Size, len(rows))] {
			ids = append(ids, r.id)
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Fatalf("page %d of %+v\ntree %#v (-scan +index)\n%s", page, q.req, q.tree, diff)
		}
		if at += len(got); (res.Next == "") != (at == len(rows)) {
			t.Fatalf("page %d of %+v: next %q after %d of %d", page, q.req, res.Next, at, len(rows))
		}
		if res.Next == "" {
			return
		}
		next := q.req
		next.Cursor, next.Facets, next.Cross = res.Next, []query.FacetRequest{}, nil
		var err error
		if res, err = x.search(t.Context(), next, reading{tree: q.tree, ran: query.Quote}); err != nil {
			t.Fatal(err)
		}
	}
}

// checkRanks holds that a page goes by score, then by id.
func (q *askedFor) checkRanks(t *testing.T, res *query.Result) {
	t.Helper()
	if want := min(q.req.Size, res.Total); len(res.Hits) != want {
		t.Fatalf("%+v: %d hits on a page, want %d", q.req, len(res.Hits), want)
	}
	last, id := math.Inf(1), ""
	for _, h := range res.Hits {
		if h.Score > last || h.Score == last && string(h.Passage.ID) <= id {
			t.Fatalf("%+v: %v %s comes after %v %s", q.req, h.Score, h.Passage.ID, last, id)
		}
		last, id = h.Score, string(h.Passage.ID)
	}
}
