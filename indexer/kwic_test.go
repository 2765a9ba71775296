package indexer

import (
	"fmt"
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

// lineSeen is a line of a concordance as a test compares it.
type lineSeen struct {
	Passage corpus.PassageID
	Span    corpus.Span
	Keyword string
}

// kwicSorts are all orders of a concordance.
func kwicSorts() []query.Sort {
	return []query.Sort{query.Left1, query.Left2, query.Left3, query.Right1, query.Right2,
		query.Right3, query.Relevance, query.DateAsc, query.DateDesc}
}

// kwicWorld is a world in which some characters are several words.
func kwicWorld(seed uint64, n int) []Item {
	items := world(seed, n)
	r := rand.New(rand.NewPCG(seed, 3))
	for _, it := range items {
		for k, p := range it.Passages {
			if r.IntN(4) > 0 {
				continue
			}
			words := strings.Fields(p.Text)
			for range 1 + r.IntN(3) {
				odd := []string{"ﷺ", "a℅o", "على", "الله", "عليه", "ﷺ ﷺ", "was\u00adkilled", "㍿"}
				words = slices.Insert(words, r.IntN(len(words)+1), odd[r.IntN(len(odd))])
			}
			p.Text = strings.Join(words, " ")
			p.ID = corpus.PassageIDOf(it.Document.URL, p.Text, 100+k)
			p.Runs[0].Text[1] = len(p.Text)
			p.Runs[0].Bytes[1] = p.Runs[0].Bytes[0] + len(p.Text)
		}
	}
	return items
}

// linesSeen gives every occurrence in hits, in an order that is given by the passages or, for
// the orders by words, by comparing the words beside each occurrence.
func linesSeen(hits []*seen, tree query.Node, order query.Sort, passages []string) []lineSeen {
	type found struct {
		lineSeen
		key   []string
		order int
	}
	var all []found
	for _, s := range hits {
		var spans []corpus.Span
		for _, l := range singleLeaves(tree) {
			spans = append(spans, s.marks(l)...)
		}
		for _, span := range joinSpans(spans) {
			f := found{lineSeen: lineSeen{s.p.ID, span, s.p.Text[span.Start:span.End]}}
			f.order = slices.Index(passages, string(s.p.ID))
			f.key = besideSeen(s.words, span, order)
			all = append(all, f)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if c := slices.Compare(a.key, b.key); c != 0 {
			return c < 0
		}
		if a.Passage != b.Passage && a.key == nil {
			return a.order < b.order
		}
		if a.Passage != b.Passage {
			return a.Passage < b.Passage
		}
		return a.Span.Start < b.Span.Start
	})
	out := []lineSeen{}
	for _, f := range all {
		out = append(out, f.lineSeen)
	}
	return out
}

// besideSeen gives the words that an order compares; nil for the orders of passages.
func besideSeen(words []fold.Token, span corpus.Span, s query.Sort) []string {
	var left, right []string // from the nearest to the farthest, then nothing
	for _, w := range words {
		if w.End <= span.Start {
			left = append([]string{w.Text}, left...)
		}
		if w.Start >= span.End {
			right = append(right, w.Text)
		}
	}
	left, right = append(left, "", "", ""), append(right, "", "", "")
	switch s {
	case query.Left1:
		return []string{left[0], left[1], left[2]}
	case query.Left2:
		return []string{left[1], left[0], left[2]}
	case query.Left3:
		return []string{left[2], left[0], left[1]}
	case query.Right1:
		return []string{right[0], right[1], right[2]}
	case query.Right2:
		return []string{right[1], right[0], right[2]}
	case query.Right3:
		return []string{right[2], right[0], right[1]}
	}
	return nil
}

// singleLeaves lists the phrases and words of a tree that marks come from, a word of several
// parts as its parts: where it stands in an alternative, one part alone is marked.
func singleLeaves(tree query.Node) []query.Node {
	var out []query.Node
	for _, l := range leavesOf(tree) {
		w, ok := l.(query.Word)
		if !ok {
			out = append(out, l)
			continue
		}
		parts := textsOf(fold.Tokens(nil, w.Text))
		for i, p := range parts {
			out = append(out, query.Word{Text: p, Prefix: w.Prefix && i == len(parts)-1})
		}
	}
	return out
}

// everyLine pages through a concordance. Each page tells the same counts.
func everyLine(t testing.TB, x *Index, req query.Request, tree query.Node) (out []lineSeen, occurrences int) {
	t.Helper()
	req.View = query.KWIC
	out = []lineSeen{}
	for page := 0; ; page++ {
		res, err := x.search(t.Context(), req, reading{tree: tree, ran: query.Quote})
		if err != nil {
			t.Fatalf("page %d: %v", page, err)
		}
		if len(res.Hits) > 0 || len(res.Lines) > req.Size || page > 0 && res.Occurrences != occurrences {
			t.Fatalf("page %d: %d hits, %d lines of %d, %d before", page, len(res.Hits),
				len(res.Lines), res.Occurrences, occurrences)
		}
		occurrences = res.Occurrences
		for _, l := range res.Lines {
			if l.Passage.Document != l.Document.ID {
				t.Fatalf("passage %s comes with document %s", l.Passage.ID, l.Document.ID)
			}
			out = append(out, lineSeen{l.Passage.ID, l.Span, l.Passage.Text[l.Span.Start:l.Span.End]})
		}
		if res.Next == "" {
			return out, occurrences
		}
		req.Cursor = res.Next
	}
}

// checkLines draws requests and holds a concordance in every order against the scan.
func checkLines(t *testing.T, x *Index, o *oracle, seed uint64, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 5))
	total := 0
	for i := range n {
		req := drawRequest(r)
		if i%2 == 0 {
			req.Filters, req.Dates, req.Section, req.Undated = nil, nil, nil, false
		}
		tree := drawTree(r, o, i%4)
		if len(leavesOf(tree)) == 0 {
			continue
		}
		hits := o.hits(&req, tree)
		for _, s := range kwicSorts() {
			req.Sort, req.Size = s, []int{1, 4, 30, 100}[r.IntN(4)]
			var passages []string
			if wordsBeside(s) == nil {
				passages = everyHit(t, x, req, tree)
			}
			want := linesSeen(hits, tree, s, passages)
			if len(want) > 150 && req.Size < 30 {
				req.Size = 30
			}
			got, count := everyLine(t, x, req, tree)
			if diff := cmp.Diff(want, got); diff != "" || count != len(want) {
				t.Fatalf("%s of %#v under %+v: %d lines, want %d (-scan +index)\n%s", s, tree, req,
					count, len(want), diff)
			}
			total += len(want)
		}
	}
	if total < 20*n {
		t.Errorf("%d lines in all are too few to prove anything", total)
	}
}

func TestConcordancesEqualAScan(t *testing.T) {
	t.Parallel()
	items := kwicWorld(71, 130)
	o := newOracle(items)
	for n, x := range shardings(t, items) {
		checkLines(t, x, o, uint64(n), often(10))
	}
}

func TestConcordancesLeaveOutTheWithdrawn(t *testing.T) {
	t.Parallel()
	items := kwicWorld(72, 100)
	dir, _ := build(t, items, 60)
	left := withdraw(t, dir, items, func(i int) bool { return i%3 == 1 })
	checkLines(t, openDir(t, dir), newOracle(left), 9, often(12))
}

func TestConcordanceOfOneCharacterThatIsFourWords(t *testing.T) {
	t.Parallel()
	item := story("https://wire.example/1", "قال ﷺ ثم", "صلى الله عليه وسلم", "one a℅o two")
	for i := range item.Passages {
		item.Passages[i].Ordinal = i
	}
	x := open(t, []Item{item}, 0)
	for text, want := range map[string]int{
		`الله`: 2, `صلى الله`: 3, `"صلى الله عليه وسلم"`: 2, `"قال صلى"`: 1, `صلى وسلم`: 3, `ac`: 1, `ac oo`: 1,
	} {
		res, err := x.Search(t.Context(), query.Request{Text: text, View: query.KWIC})
		if err != nil || res.Occurrences != want || len(res.Lines) != want {
			t.Errorf("%s: %d lines %v, want %d (%v)", text, res.Occurrences, res.Lines, want, err)
		}
	}
}

// Where the words of a verbatim phrase stand in other characters too, or where it was not looked
// for in a passage that another part of the query found, its lines are the marks of the hits.
func TestVerbatimLinesAreTheMarksOfHits(t *testing.T) {
	t.Parallel()
	x := open(t, []Item{story("https://wire.example/1", "A man saw a man", "a man and A MAN, a-man",
		"a a a", "a a a a", "A a a", "police, killed and police killed", "(a man) b", "man a", "ﷺ a man")}, 0)
	for text, want := range map[string]int{
		`'a man'`: 4, `'A man'`: 1, `'a a'`: 4, `'police, killed'`: 1, `'(a man'`: 1, `'man)'`: 1,
		`(zzz 'a man') OR saw`: 2, `(zzz 'a man') OR man`: 8, `'a man' OR "a man"`: 7, `'a a' OR 'A a'`: 4,
		`'(a man' OR 'man) b'`: 1, `'a man' -saw`: 3,
	} {
		res, err := x.Search(t.Context(), query.Request{Text: text, View: query.KWIC, Sort: query.Relevance, Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		list, err := x.Search(t.Context(), query.Request{Text: text, Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		var marks, lines []string
		for _, h := range list.Hits {
			for _, m := range h.Marks {
				marks = append(marks, h.Passage.Text+fmt.Sprint(m))
			}
		}
		for _, l := range res.Lines {
			lines = append(lines, l.Passage.Text+fmt.Sprint(l.Span))
		}
		if diff := cmp.Diff(marks, lines); diff != "" || res.Occurrences != want {
			t.Errorf("%s: %d lines, want %d (-marks +lines)\n%s", text, res.Occurrences, want, diff)
		}
	}
}

func TestPagesOfAConcordanceMeetWithoutAGap(t *testing.T) {
	t.Parallel()
	// Equal words on both sides of each keyword, so that only id and place tell lines apart.
	var items []Item
	for _, url := range strings.Fields("a b c d e f g h") {
		items = append(items, story("https://"+url+".example/",
			strings.Repeat("a b c key d e f ", 7), "key", "key key"))
	}
	for _, per := range []int{1, 7, 100} {
		x := open(t, items, per)
		for _, s := range kwicSorts() {
			var first []lineSeen
			for _, size := range []int{100, 80, 79, 40, 7} {
				req := query.Request{Sort: s, Size: size, Facets: []query.FacetRequest{}}
				got, count := everyLine(t, x, req, query.Word{Text: "key"})
				if first == nil {
					first = got
				}
				if diff := cmp.Diff(first, got); diff != "" || count != 80 || len(got) != 80 {
					t.Fatalf("%d passages a shard, %s, pages of %d: %d lines\n%s", per, s, size, count, diff)
				}
			}
		}
	}
}

// The readings of a question are remembered and hold for no other question.
func TestRememberedReadingsAreThoseOfTheQuestion(t *testing.T) {
	t.Parallel()
	items := world(76, 60)
	dir, _ := build(t, items, 40)
	x, o := openDir(t, dir), newOracle(items)
	r := rand.New(rand.NewPCG(76, 76))
	for range often(60) {
		req := drawRequest(r)
		var tree query.Node = drawLeaf(r, o)
		if w, ok := tree.(query.Word); ok && !hasWord(w.Text) {
			continue
		}
		if p, ok := tree.(query.Phrase); ok && !hasWord(p.Text) {
			continue
		}
		want, err := openDir(t, dir).search(t.Context(), req, reading{tree: tree})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			res, err := x.search(t.Context(), req, reading{tree: tree})
			if err != nil || res.Readings != want.Readings {
				t.Fatalf("%#v under %+v: %+v, want %+v (%v)", tree, req, res.Readings, want.Readings, err)
			}
			req.View, req.Sort, req.Size = query.KWIC, query.Left1, 3
		}
	}
	for i := range maxReadings + 5 {
		x.readings.keep(strings.Repeat("x", i), query.Readings{})
	}
	if n := len(x.readings.known); n > maxReadings {
		t.Errorf("%d questions are remembered", n)
	}
}

func TestConcordancesAreCountedWithoutLines(t *testing.T) {
	t.Parallel()
	x := open(t, world(74, 40), 0)
	for _, order := range kwicSorts() {
		req := query.Request{Text: "the", View: query.KWIC, Size: -1, Sort: order}
		res, err := x.Search(t.Context(), req)
		if err != nil || res.Occurrences < res.Total || res.Total == 0 || len(res.Lines) > 0 || res.Next != "" {
			t.Fatalf("%s: %+v, %v", order, res, err)
		}
	}
}

func TestBadConcordancesNameTheField(t *testing.T) {
	t.Parallel()
	x := open(t, world(75, 40), 20)
	good := query.Request{Text: "the OR a", View: query.KWIC, Size: 2}
	res, err := x.Search(t.Context(), good)
	if err != nil || res.Next == "" {
		t.Fatalf("%+v, %v", res, err)
	}
	for name, c := range map[string]struct {
		change func(*query.Request)
		want   string
	}{
		"no text":          {func(r *query.Request) { r.Text = "" }, "view: "},
		"only a field":     {func(r *query.Request) { r.Text = "country:XA" }, "view: "},
		"only what is not": {func(r *query.Request) { r.Text = "-killed" }, "view: "},
		"view":             {func(r *query.Request) { r.View = "tree" }, "view: "},
		"order of a list":  {func(r *query.Request) { r.View, r.Sort = "", query.Left1 }, "sort: "},
		"order":            {func(r *query.Request) { r.Sort = "left4" }, "sort: "},
		"cursor of a list": {func(r *query.Request) { r.View, r.Cursor = "", res.Next }, "cursor: belongs to another question"},
		"cursor of another order": {func(r *query.Request) { r.Sort, r.Cursor = query.Left1, res.Next },
			"cursor: belongs to another question"},
		"cursor of another text": {func(r *query.Request) { r.Text, r.Cursor = "the", res.Next },
			"cursor: belongs to another question"},
	} {
		req := good
		c.change(&req)
		_, err := x.Search(t.Context(), req)
		if corpus.KindOf(err) != corpus.Invalid || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an Invalid error %q", name, err, c.want)
		}
	}
	p, err := x.newPlan(good, reading{tree: query.Word{Text: "the"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, e := range map[string]entry{"no hit": {}, "no such line": {id: mustID(res.Lines[0].Passage.ID)}} {
		req := good
		req.Cursor = x.cursor(p, e, 999)
		_, err := x.search(t.Context(), req, reading{tree: query.Word{Text: "the"}})
		if corpus.KindOf(err) != corpus.Invalid || !strings.HasPrefix(err.Error(), "cursor: ") {
			t.Errorf("a forged cursor, %s: %v", name, err)
		}
	}
}

// mustID reads an id that an answer gave.
func mustID(s corpus.PassageID) rawID {
	id, ok := parseID(string(s))
	if !ok {
		panic(s)
	}
	return id
}

// FuzzConcordance holds that no text makes a concordance fail but with an error of kind
// Invalid, and that its lines are the marks of the hits.
func FuzzConcordance(f *testing.F) {
	x := open(f, kwicWorld(77, 25), 20)
	for _, s := range []string{`killed`, `"was not killed"`, `'café'`, `a OR (b -c)`, `"the of"~2`, `kil*`,
		`الله ﷺ`, `'ﷺ'`, `a℅o`, `ac oo`, `'1,145' OR 1145`, `NOT killed`, `republic:XA-N the`} {
		f.Add(s, "", byte(3))
		f.Add(s, "verbatim", byte(0))
		f.Add(s, "words", byte(6))
	}
	f.Fuzz(func(t *testing.T, text, mode string, order byte) {
		req := query.Request{Text: text, Mode: query.Mode(mode), Facets: []query.FacetRequest{}, Size: 100}
		list, err := x.Search(t.Context(), req)
		if err != nil {
			return
		}
		req.View, req.Sort = query.KWIC, kwicSorts()[int(order)%len(kwicSorts())]
		res, err := x.Search(t.Context(), req)
		if err != nil {
			if corpus.KindOf(err) != corpus.Invalid {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		marks := 0
		for _, h := range list.Hits {
			marks += len(h.Marks)
		}
		if res.Total != list.Total || res.Readings != list.Readings || list.Next == "" && res.Occurrences != marks {
			t.Errorf("%q: %d lines in %d hits, the list has %d marks in %d", text, res.Occurrences, res.Total,
				marks, list.Total)
		}
	})
}
