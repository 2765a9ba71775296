package indexer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

// story makes a document in English of some texts, with tags set by the caller.
func story(url string, texts ...string) Item {
	d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Language: "en", Title: url,
		Snapshot: corpus.SnapshotIDOf([]byte(url)), Source: "wire"}
	item := Item{Document: d}
	for i, text := range texts {
		item.Passages = append(item.Passages, &corpus.Passage{Document: d.ID, Ordinal: i, Text: text,
			ID:   corpus.PassageIDOf(url, text, 0),
			Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}})
	}
	return item
}

func TestReadingsSayWhatExactnessCosts(t *testing.T) {
	t.Parallel()
	x := open(t, []Item{
		story("https://wire.example/1", "The guard was not killed in the raid.",
			"the Guard was not killed, in the raid", "Killed: the guard. Was the raid not in vain?",
			"No guards were killing."),
		story("https://wire.example/2", "Nothing of it."),
	}, 0)
	for _, c := range []struct {
		text string
		mode query.Mode
		ran  query.Mode
		want query.Readings
	}{
		{`"The guard was not killed in the raid"`, "", query.Quote, query.Readings{Verbatim: 1, Quote: 2, Words: 3}},
		{`'guard was not killed in'`, "", query.Verbatim, query.Readings{Verbatim: 1, Quote: 2, Words: 3}},
		{`guard was not killed in`, "", query.Words, query.Readings{Verbatim: 1, Quote: 2, Words: 3}},
		{`"guard was not killed in"`, query.Words, query.Words, query.Readings{Verbatim: 1, Quote: 2, Words: 3}},
		{`guard was, not killed in`, "", query.Words, query.Readings{Verbatim: 0, Quote: 2, Words: 3}},
		{`raid -"was not killed"`, "", query.Quote, query.Readings{Verbatim: 1, Quote: 1, Words: 0}},
		{``, "", query.Words, query.Readings{Verbatim: 5, Quote: 5, Words: 5}},
	} {
		res, err := x.Search(t.Context(), query.Request{Text: c.text, Mode: c.mode})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, res.Readings); diff != "" || res.Mode != c.ran {
			t.Errorf("%s: ran as %s, readings (-want +got)\n%s", c.text, res.Mode, diff)
		}
		total := map[query.Mode]int{query.Verbatim: res.Readings.Verbatim,
			query.Quote: res.Readings.Quote, query.Words: res.Readings.Words}[res.Mode]
		if res.Total != total {
			t.Errorf("%s: total %d is not that of its own reading, %d", c.text, res.Total, total)
		}
		if folds := len(res.Folded) > 0; folds != (c.text != "" && res.Mode != query.Verbatim) {
			t.Errorf("%s: folded %v", c.text, res.Folded)
		}
	}
}

func TestReadingsOfTreesEqualTheirOwnSearch(t *testing.T) {
	t.Parallel()
	items := world(41, 100)
	o := newOracle(items)
	x := open(t, items, 60)
	r := rand.New(rand.NewPCG(41, 41))
	for range often(40) {
		req := drawRequest(r)
		var tree query.Node = query.Phrase{Text: drawOne(r, o)}
		if r.IntN(2) == 0 {
			tree = query.And{tree, query.Not{Node: query.Phrase{Text: drawOne(r, o), Verbatim: true}}}
		}
		res, err := x.search(t.Context(), req, reading{tree: tree})
		if err != nil {
			t.Fatal(err)
		}
		want := query.Readings{
			Verbatim: len(o.hits(&req, inMode(tree, query.Verbatim))),
			Quote:    len(o.hits(&req, inMode(tree, query.Quote))),
			Words:    len(o.hits(&req, inMode(tree, query.Words))),
		}
		if diff := cmp.Diff(want, res.Readings); diff != "" {
			t.Fatalf("%#v (-want +got)\n%s", tree, diff)
		}
	}
}

// inMode rewrites the phrases of a tree for the oracle.
func inMode(n query.Node, m query.Mode) query.Node {
	switch n := n.(type) {
	case query.And:
		out := query.And{}
		for _, k := range n {
			out = append(out, inMode(k, m))
		}
		return out
	case query.Not:
		return query.Not{Node: inMode(n.Node, m)}
	case query.Phrase:
		if m != query.Words {
			return query.Phrase{Text: n.Text, Verbatim: m == query.Verbatim}
		}
		out := query.And{}
		for _, w := range strings.Fields(n.Text) {
			if hasWord(w) {
				out = append(out, query.Word{Text: w})
			}
		}
		return out
	}
	return n
}

func TestBadRequestsNameTheField(t *testing.T) {
	t.Parallel()
	x := open(t, world(42, 20), 0)
	from, to := corpus.DayOf(2020, 1, 1), corpus.DayOf(2019, 1, 1)
	many := make([]string, maxChosen+1)
	for name, c := range map[string]struct {
		req   query.Request
		field string
	}{
		"facet of a filter": {query.Request{Filters: []query.Filter{{Facet: "colour", Any: []string{"red"}}}}, "colour"},
		"facet":             {query.Request{Facets: []query.FacetRequest{{Name: "colour"}}}, "facet"},
		"facet size":        {query.Request{Facets: []query.FacetRequest{{Name: "year", Size: -1}}}, "facet"},
		"sort":              {query.Request{Sort: "loudest"}, "sort"},
		"size":              {query.Request{Size: 101}, "size"},
		"dates":             {query.Request{Dates: []query.DateRange{{From: &from, To: &to}}}, "date"},
		"mode":              {query.Request{Text: "a", Mode: "psychic"}, "q"},
		"no word":           {query.Request{Text: `"—"`}, "q"},
		"long text":         {query.Request{Text: strings.Repeat("word ", 3000)}, "q"},
		"long phrase":       {query.Request{Text: strings.Repeat("a ", 300), Mode: query.Quote}, "q"},
		"many filters":      {query.Request{Filters: []query.Filter{{Facet: "year", Any: many}}}, "filters"},
		"section":           {query.Request{Section: []string{"—"}}, "section"},
		"cursor":            {query.Request{Cursor: "!!"}, "cursor"},
		"empty cursor":      {query.Request{Cursor: "e30"}, "cursor"},
		"long value":        {query.Request{Filters: []query.Filter{{Facet: "year", Any: []string{strings.Repeat("x", 2000)}}}}, "year"},
	} {
		_, err := x.Search(t.Context(), c.req)
		if corpus.KindOf(err) != corpus.Invalid || !strings.HasPrefix(err.Error(), c.field+":") {
			t.Errorf("%s: got %v, want an Invalid error about %s", name, err, c.field)
		}
	}
}

func TestCursorsBelongToOneQuestionAndCorpus(t *testing.T) {
	t.Parallel()
	x, other := open(t, world(43, 60), 0), open(t, world(44, 60), 0)
	base := query.Request{Text: "killed OR the", Size: 2}
	res, err := x.Search(t.Context(), base)
	if err != nil || res.Next == "" {
		t.Fatalf("%+v, %v", res, err)
	}
	next := base
	next.Cursor = res.Next
	next.Size, next.Facets, next.Explain = 7, []query.FacetRequest{}, true
	page, err := x.Search(t.Context(), next)
	if err != nil || len(page.Hits) != 7 || page.Total != res.Total {
		t.Fatalf("size, facets and explanations may change: %v", err)
	}
	for name, c := range map[string]struct {
		x      *Index
		change func(*query.Request)
		want   string
	}{
		"text":   {x, func(r *query.Request) { r.Text = "killed" }, "another question"},
		"sort":   {x, func(r *query.Request) { r.Sort = query.DateAsc }, "another question"},
		"filter": {x, func(r *query.Request) { r.Filters = []query.Filter{{Facet: "year", Any: []string{"2018"}}} }, "another question"},
		"corpus": {other, func(*query.Request) {}, "another version of the corpus"},
		"flip":   {x, func(r *query.Request) { r.Cursor = "x" + r.Cursor[1:] }, "not one that an answer gave"},
	} {
		req := next
		c.change(&req)
		_, err := c.x.Search(t.Context(), req)
		if corpus.KindOf(err) != corpus.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestUnknownValuesAreTold(t *testing.T) {
	t.Parallel()
	x := open(t, world(45, 20), 0)
	for _, req := range []query.Request{
		{Filters: []query.Filter{{Facet: "republic", Any: []string{"Atlantis"}}}},
		{Text: "republic:Atlantis"},
	} {
		res, err := x.Search(t.Context(), req)
		if err != nil || res.Total != 0 || len(res.Notices) != 1 || res.Notices[0].Code != "unknown-value" {
			t.Errorf("%+v: %+v, %v", req, res, err)
		}
	}
}

func TestOneEventCarriesDateAndPlace(t *testing.T) {
	t.Parallel()
	item := story("https://wire.example/e", "Two events are told of here.", "One event only.")
	north, south := worldPlaces()[1], worldPlaces()[2]
	early, late := worldDates()[0], worldDates()[3]
	early.Places, late.Places = []string{north.ID}, []string{south.ID}
	item.Passages[0].Tags = corpus.Tags{Places: []corpus.Place{north, south},
		Events: []corpus.EventDate{early, late}}
	item.Passages[1].Tags = corpus.Tags{Places: []corpus.Place{south}, Events: []corpus.EventDate{late}}
	x := open(t, []Item{item}, 0)
	req := query.Request{Filters: []query.Filter{{Facet: "year", Any: []string{"2018"}},
		{Facet: "republic", Any: []string{"Suden"}}}}
	for same, want := range map[bool]int{false: 1, true: 0} {
		req.SameEvent = same
		res, err := x.Search(t.Context(), req)
		if err != nil || res.Total != want {
			t.Errorf("same event %v: total %d, want %d (%v)", same, res.Total, want, err)
		}
		for _, f := range res.Facets {
			for _, v := range f.Values {
				if f.Name == "year" && v.Value == "2019" && v.Count != 2 {
					t.Errorf("same event %v: 2019 in Suden counts %d, want 2", same, v.Count)
				}
				if f.Name == "year" && v.Value == "2018" && v.Count != want {
					t.Errorf("same event %v: 2018 in Suden counts %d, want %d", same, v.Count, want)
				}
			}
		}
	}
}

func TestFacetListsAreCutAndFound(t *testing.T) {
	t.Parallel()
	x := open(t, world(46, 80), 40)
	req := query.Request{Filters: []query.Filter{{Facet: "place", Any: []string{"p:2"}, Not: []string{"p:3"}}},
		Facets: []query.FacetRequest{{Name: "place", Size: 2}, {Name: "place", Find: "OLDMILL"}}}
	res, err := x.Search(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	cut, found := res.Facets[0], res.Facets[1]
	if cut.Total < 5 || len(cut.Values) > 4 || cut.Values[0].Count < cut.Values[1].Count {
		t.Errorf("cut to two: %+v", cut)
	}
	marks := map[string]string{}
	for _, v := range cut.Values {
		marks[v.Value] = fmt.Sprint(v.Selected, v.Excluded)
	}
	if marks["p:2"] != "true false" || marks["p:3"] != "false true" {
		t.Errorf("chosen values are not kept and marked: %+v", cut.Values)
	}
	for _, v := range found.Values {
		if v.Label != "Oldmill" {
			t.Errorf("find within: %+v", v)
		}
	}
	if found.Total != 2 {
		t.Errorf("find within gives %d values, want 2: %+v", found.Total, found.Values)
	}
}

func TestWithdrawnDocumentsCountNowhere(t *testing.T) {
	t.Parallel()
	items := world(47, 80)
	dir, before := build(t, items, 50)
	left := withdraw(t, dir, items, func(i int) bool { return i%5 == 2 })
	x, fresh := openDir(t, dir), open(t, left, 0)
	if a, b := x.Info(), fresh.Info(); a.Corpus != b.Corpus || a.Passages != b.Passages ||
		a.Documents != b.Documents || a.Corpus == before.Corpus {
		t.Fatalf("with tombstones %+v\nbuilt without them %+v", a, b)
	}
	gone := items[2].Document.ID
	if _, _, err := x.Document(gone); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("a withdrawn document is found: %v", err)
	}
	if _, _, err := x.Passage(items[2].Passages[0].ID); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("a withdrawn passage is found: %v", err)
	}
	sameAnswers(t, x, fresh, left, 30)
	r, o := rand.New(rand.NewPCG(49, 49)), newOracle(items)
	for range 30 {
		if tree := (query.Phrase{Text: drawAbsent(r, o, 5)}); hasWord(tree.Text) {
			if a, b := answer(t, x, query.Request{}, tree), answer(t, fresh, query.Request{}, tree); a != b {
				t.Fatalf("%q:\n%s\n%s", tree.Text, a, b)
			}
		}
	}
	if errs := Verify(t.Context(), dir); len(errs) > 0 {
		t.Errorf("check: %v", errs)
	}
}

// sameAnswers holds that two indexes of the same passages answer alike to the byte.
func sameAnswers(t *testing.T, a, b *Index, items []Item, n int) {
	t.Helper()
	o := newOracle(items)
	r := rand.New(rand.NewPCG(48, 48))
	for range often(n) {
		req := drawRequest(r)
		req.Facets, req.Explain = nil, true
		var tree query.Node
		if r.IntN(4) > 0 {
			tree = drawTree(r, o, 2)
		}
		first := answer(t, a, req, tree)
		if got := answer(t, b, req, tree); got != first {
			t.Fatalf("%+v %#v:\n%s\n%s", req, tree, first, got)
		}
	}
}

// answer asks and gives the answer as JSON.
func answer(t *testing.T, x *Index, req query.Request, tree query.Node) string {
	t.Helper()
	res, err := x.search(t.Context(), req, reading{tree: tree, ran: query.Quote})
	if err != nil {
		t.Fatal(err)
	}
	return asJSON(res)
}

// asJSON is an answer as JSON, without its cursor.
func asJSON(res *query.Result) string {
	res.Next = ""
	b, err := json.Marshal(res)
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(b)
}

// Two builds from the same input, and one shard and seven, give the same bytes of an answer; 1,000
// requests each when soaking.
func TestShardsAndBuildsAnswerAlikeToTheByte(t *testing.T) {
	t.Parallel()
	n := 120
	if soak() {
		n = 6000
	}
	items := world(49, n)
	one, again, seven := open(t, items, 0), open(t, world(49, n), 0), open(t, items, passagesOf(items)/7+1)
	if len(one.shards) != 1 || len(seven.shards) != 7 {
		t.Fatalf("%d and %d shards", len(one.shards), len(seven.shards))
	}
	sameAnswers(t, one, again, items, 100)
	sameAnswers(t, one, seven, items, 100)
	t.Logf("figure: %d requests answered alike to the byte by two builds, and by 1 and 7 shards, of %d passages",
		often(100), one.info.Passages)
}

func TestSearchStopsWithItsContext(t *testing.T) {
	t.Parallel()
	x := open(t, world(50, 30), 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Search(ctx, query.Request{Text: "killed"}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestClosedIndexRefuses(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(51, 5), 0)
	x, err := Open(dir, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	x.Close()
	x.Close()
	if _, err := x.Search(t.Context(), query.Request{}); err == nil {
		t.Error("a closed index answers")
	}
	for _, err := range x.Walk(t.Context()) {
		if err == nil {
			t.Error("a closed index is walked")
		}
	}
}

func TestConcurrentReadersAndBuilds(t *testing.T) {
	t.Parallel()
	items := world(52, 60)
	dir, _ := build(t, items, 40)
	x := openDir(t, dir)
	trees := []query.Node{query.Phrase{Text: "was killed"}, query.Word{Text: "killed"},
		query.Word{Text: "mil", Prefix: true}, query.Phrase{Text: "the", Verbatim: true}}
	var want []string
	for _, tree := range trees {
		want = append(want, answer(t, x, query.Request{}, tree))
	}
	var wg sync.WaitGroup
	for k := range 4 {
		wg.Go(func() {
			for i := range 20 {
				n := (i + k) % len(trees)
				res, err := x.search(t.Context(), query.Request{}, reading{tree: trees[n], ran: query.Quote})
				if err != nil {
					t.Error(err)
				} else if got := asJSON(res); got != want[n] {
					t.Errorf("an answer changed under a build:\n%s\n%s", want[n], got)
				}
			}
		})
	}
	for seed := range uint64(3) {
		if _, err := Build(t.Context(), dir, each(world(seed, 30)), BuildOptions{}); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}
