package indexer

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

// often is how many rounds a property runs: ten times as many when soaking.
func often(n int) int {
	if soak() {
		return 10 * n
	}
	return n
}

// shardings are the spreads that every property is tried on: 1, 2 and 7 shards.
func shardings(t testing.TB, items []Item) map[int]*Index {
	t.Helper()
	out := map[int]*Index{}
	for _, n := range []int{1, 2, 7} {
		per := passagesOf(items)/n + 1
		x := open(t, items, per)
		if got := x.Info().Shards; got != n && got != n-1 {
			t.Fatalf("%d shards, want %d", got, n)
		}
		out[n] = x
	}
	return out
}

// drawPhrase takes a phrase out of a random passage; one in three is changed a little.
func drawPhrase(r *rand.Rand, o *oracle) string {
	words := strings.Fields(o.all[r.IntN(len(o.all))].p.Text)
	from := r.IntN(len(words))
	words = append([]string(nil), words[from:min(len(words), from+1+r.IntN(5))]...)
	switch k := r.IntN(len(words)); r.IntN(9) {
	case 0:
		words[k] = "zzz"
	case 1:
		words = append(words[:k], words[k:]...)
		words[k] = strings.ToUpper(words[k])
	case 2:
		j := r.IntN(len(words))
		words[k], words[j] = words[j], words[k]
	}
	return strings.Join(words, " ")
}

// drawLeaf draws a phrase or a word.
func drawLeaf(r *rand.Rand, o *oracle) query.Node {
	phrase := drawPhrase(r, o)
	word := strings.Fields(phrase)[0]
	switch r.IntN(6) {
	case 0:
		return query.Phrase{Text: phrase, Verbatim: true}
	case 1:
		return query.Phrase{Text: phrase, Slop: 1 + r.IntN(4)}
	case 2:
		return query.Word{Text: word}
	case 3:
		if rs := []rune(word); len(rs) > 2 && hasWord(string(rs[:2])) {
			return query.Word{Text: string(rs[:2]), Prefix: true}
		}
	}
	return query.Phrase{Text: phrase}
}

// drawTree draws a tree; leaves without a word are drawn again.
func drawTree(r *rand.Rand, o *oracle, depth int) query.Node {
	if depth == 0 || r.IntN(3) == 0 {
		for {
			l := drawLeaf(r, o)
			if p, ok := l.(query.Phrase); ok && hasWord(p.Text) {
				return l
			}
			if w, ok := l.(query.Word); ok && hasWord(w.Text) {
				return l
			}
		}
	}
	a, b := drawTree(r, o, depth-1), drawTree(r, o, depth-1)
	switch r.IntN(5) {
	case 0:
		return query.Not{Node: a}
	case 1, 2:
		return query.Or{a, b}
	case 3:
		return query.And{a, query.Field{Name: "country", Value: "XA"}}
	}
	return query.And{a, b}
}

// drawRequest draws filters, dates, sections and the rest.
func drawRequest(r *rand.Rand) query.Request {
	var req query.Request
	stock := [][]string{
		{"country", "XA", "XB", "XA!", "none", "Arland"},
		{"republic", "XA-N", "XA-S", "norden", "none", "XA-N!"},
		{"district", "XA-N-1", "XB-7", "none"},
		{"place", "XA", "p:1", "p:2", "Oldmill", "XA-N!", "none"},
		{"group", "g:1", "g:2", "g:1!", "Hill Band", "none"},
		{"person", "Ada Renn", "h:2", "none"},
		{"actor", "g:2", "Ada Renn", "a:1", "none"},
		{"year", "2018", "2019", "2015", "none"},
		{"month", "2018-04", "2019-01", "none"},
		{"decade", "2010", "2010s", "none"},
		{"day", "2018-04-21", "2018-05-01", "none"},
		{"precision", "day", "range", "season", "none"},
		{"role", "event", "mention", "none"},
		{"publisher", "The Herald", "Wire!", "none", "Nobody"},
		{"language", "en", "ru", "none"},
	}
	for range r.IntN(4) {
		s := stock[r.IntN(len(stock))]
		f := query.Filter{Facet: s[0]}
		for range 1 + r.IntN(2) {
			v := s[1+r.IntN(len(s)-1)]
			switch r.IntN(6) {
			case 0:
				f.Not = append(f.Not, v)
			case 1:
				f.All = append(f.All, v)
			default:
				f.Any = append(f.Any, v)
			}
		}
		for _, g := range req.Filters {
			if g.Facet == f.Facet {
				f = query.Filter{} // filters of one facet are joined: tested apart
			}
		}
		if f.Facet != "" {
			req.Filters = append(req.Filters, f)
		}
	}
	if r.IntN(3) == 0 {
		from, to := corpus.DayOf(2018, 3+r.IntN(3), 1), corpus.DayOf(2018+r.IntN(2), 12, 31)
		req.Dates = append(req.Dates, query.DateRange{From: &from, To: &to})
		req.Undated = r.IntN(4) == 0
	}
	if r.IntN(6) == 0 {
		req.Section = []string{"history", "2018"}[:1+r.IntN(2)]
	}
	req.Certain, req.SameEvent = r.IntN(3) == 0, r.IntN(2) == 0
	req.Facets, req.Size = []query.FacetRequest{}, 100
	return req
}

func TestTotalsAndHitsEqualAScan(t *testing.T) {
	t.Parallel()
	items := world(11, 150)
	o := newOracle(items)
	for n, x := range shardings(t, items) {
		r := rand.New(rand.NewPCG(1, 1))
		found := 0
		for i := range often(25) {
			req := drawRequest(r)
			if i%3 == 0 {
				req.Filters = nil
			}
			tree := drawTree(r, o, i%4)
			want := o.hits(&req, tree)
			found += len(want)
			got := everyHit(t, x, req, tree)
			sort.Strings(got)
			if diff := cmp.Diff(idsOf(want), got); diff != "" {
				t.Fatalf("%d shards, request %d: %#v\nunder %+v (-scan +index)\n%s", n, i, tree, req, diff)
			}
			res, err := x.search(t.Context(), req, reading{tree: tree})
			if err != nil || res.Total != len(want) || res.Documents != documentsOf(want) {
				t.Fatalf("%d shards, request %d: total %d of %d documents, want %d of %d (%v)",
					n, i, res.Total, res.Documents, len(want), documentsOf(want), err)
			}
		}
		if found < 120 {
			t.Errorf("the requests found %d passages in all: too few to prove anything", found)
		}
	}
}

func TestPhrasesEqualAScan(t *testing.T) {
	t.Parallel()
	items := world(12, 200)
	o := newOracle(items)
	x := open(t, items, 100)
	r := rand.New(rand.NewPCG(2, 2))
	for range often(150) {
		text := drawPhrase(r, o)
		if !hasWord(text) {
			continue
		}
		tree := query.Phrase{Text: text, Verbatim: r.IntN(2) == 0}
		req := query.Request{Facets: []query.FacetRequest{}, Size: 100}
		want := o.hits(&req, tree)
		got := everyHit(t, x, req, tree)
		sort.Strings(got)
		if diff := cmp.Diff(idsOf(want), got); diff != "" {
			t.Fatalf("%#v (-scan +index)\n%s", tree, diff)
		}
	}
}

func TestFacetCountsEqualTheClick(t *testing.T) {
	t.Parallel()
	items := world(13, 150)
	o := newOracle(items)
	r := rand.New(rand.NewPCG(3, 3))
	indexes := shardings(t, items)
	for i := range often(24) {
		req := drawRequest(r)
		req.Facets = nil
		var tree query.Node
		if i%2 == 0 {
			tree = drawTree(r, o, 1)
		}
		var first string
		for _, n := range []int{1, 2, 7} {
			res, err := indexes[n].search(t.Context(), allValues(req), reading{tree: tree})
			if err != nil {
				t.Fatal(err)
			}
			if n == 1 {
				first = fmt.Sprintf("%+v", res.Facets)
				checkClicks(t, o, req, tree, res)
			} else if got := fmt.Sprintf("%+v", res.Facets); got != first {
				t.Fatalf("request %+v: facets over %d shards differ:\n%s\n%s", req, n, got, first)
			}
		}
	}
}

// allValues asks for every value of every facet.
func allValues(req query.Request) query.Request {
	for _, f := range query.Facets() {
		req.Facets = append(req.Facets, query.FacetRequest{Name: f, Size: 1000})
	}
	return req
}

// checkClicks holds each value's count against the hits of the request that a click on it
// makes: the value alone in place of what is selected in its facet.
func checkClicks(t *testing.T, o *oracle, req query.Request, tree query.Node, res *query.Result) {
	t.Helper()
	found := o.found(tree)
	for _, f := range res.Facets {
		listed := map[string]bool{}
		for _, v := range f.Values {
			listed[v.Value] = true
			hits := o.under(click(req, f.Name, v.Value), found)
			if v.Count != len(hits) || v.Documents != documentsOf(hits) {
				t.Fatalf("%s=%s says %d passages in %d documents, the click gives %d in %d\nrequest %+v\ntree %#v",
					f.Name, v.Value, v.Count, v.Documents, len(hits), documentsOf(hits), req, tree)
			}
		}
		hits := o.under(click(req, f.Name, query.None), found)
		if f.Missing != len(hits) || f.MissingDocuments != documentsOf(hits) {
			t.Fatalf("%s unknown says %d in %d, the click gives %d in %d\nrequest %+v", f.Name,
				f.Missing, f.MissingDocuments, len(hits), documentsOf(hits), req)
		}
		for _, s := range o.all {
			for id := range s.values[f.Name] {
				if !listed[id] && len(o.under(click(req, f.Name, id), found)) > 0 {
					t.Fatalf("%s=%s is not listed", f.Name, id)
				}
				listed[id] = true
			}
		}
	}
}

// click gives the request with one value selected in a facet.
func click(req query.Request, facet, value string) *query.Request {
	out := req
	out.Filters = nil
	one := query.Filter{Facet: facet}
	for _, f := range req.Filters {
		if f.Facet == facet {
			one = f
			continue
		}
		out.Filters = append(out.Filters, f)
	}
	one.Any = []string{value}
	out.Filters = append(out.Filters, one)
	return &out
}

func TestOrdersByDate(t *testing.T) {
	t.Parallel()
	items := world(15, 100)
	o := newOracle(items)
	key := map[string]string{}
	for _, s := range o.all {
		id := string(s.p.ID)
		for i, e := range s.p.Tags.Events {
			if i == 0 || e.Primary {
				key[id] = e.First.String()
			}
			if e.Primary {
				break
			}
		}
	}
	want := map[query.Sort][]string{query.DateAsc: idsOf(o.all), query.DateDesc: idsOf(o.all)}
	for order, ids := range want {
		sort.SliceStable(ids, func(i, j int) bool {
			a, b := key[ids[i]], key[ids[j]]
			if a == "" || b == "" {
				return b == "" && a != ""
			}
			return a != b && (a < b) == (order == query.DateAsc)
		})
	}
	for n, x := range shardings(t, items) {
		for order, ids := range want {
			got := everyHit(t, x, query.Request{Sort: order, Size: 17}, nil)
			if diff := cmp.Diff(ids, got); diff != "" {
				t.Fatalf("%d shards by %s (-want +got)\n%s", n, order, diff)
			}
		}
		if got := everyHit(t, x, query.Request{Size: 31}, nil); cmp.Diff(want[query.DateDesc], got) != "" {
			t.Errorf("%d shards: without text the order is not -date", n)
		}
	}
}

func TestPagesOfEverySizeGiveOneList(t *testing.T) {
	t.Parallel()
	items := world(16, 160)
	tree := query.Or{query.Word{Text: "the"}, query.Phrase{Text: "was killed"}}
	var first []string
	for n, x := range shardings(t, items) {
		for _, size := range []int{1, 3, 10, 100} {
			got := everyHit(t, x, query.Request{Size: size, Facets: []query.FacetRequest{}}, tree)
			if first == nil {
				first = got
			}
			if diff := cmp.Diff(first, got); diff != "" {
				t.Fatalf("%d shards, pages of %d:\n%s", n, size, diff)
			}
		}
	}
	if len(first) < 50 {
		t.Errorf("%d hits are too few to page through", len(first))
	}
}

func TestMarksAreTheOccurrences(t *testing.T) {
	t.Parallel()
	items := world(17, 120)
	o := newOracle(items)
	byID := map[string]*seen{}
	for _, s := range o.all {
		byID[string(s.p.ID)] = s
	}
	x := open(t, items, 70)
	r := rand.New(rand.NewPCG(6, 6))
	for range often(80) {
		tree := drawTree(r, o, 0)
		res, err := x.search(t.Context(), query.Request{Size: 100, Explain: true}, reading{tree: tree})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range res.Hits {
			want := joinSpans(byID[string(h.Passage.ID)].marks(tree))
			if diff := cmp.Diff(want, h.Marks); diff != "" {
				t.Fatalf("%#v in %q:\n%s", tree, h.Passage.Text, diff)
			}
			if len(h.Explain) == 0 {
				t.Fatalf("%#v in %q is not explained", tree, h.Passage.Text)
			}
		}
	}
}

// joinSpans sorts spans and joins those that overlap, by painting bytes.
func joinSpans(spans []corpus.Span) []corpus.Span {
	sort.Slice(spans, func(i, j int) bool { return spans[i].Start < spans[j].Start })
	var out []corpus.Span
	for _, s := range spans {
		if n := len(out) - 1; n >= 0 && out[n].Overlaps(s) {
			out[n].End = max(out[n].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}
