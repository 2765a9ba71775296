package indexer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

// model is what an index should hold after some changes: the documents by id.
type model map[corpus.DocumentID]Item

// items gives the documents by URL, as Build takes them.
func (m model) items() []Item { return byURL(slices.Collect(maps.Values(m))) }

// byURL sorts items.
func byURL(items []Item) []Item {
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Document.URL, b.Document.URL) })
	return items
}

// revised draws a new version of a document: other texts, tags and facts at the same URL.
func revised(r *rand.Rand, old Item) Item {
	item := worldItem(r, 0)
	item.Document.URL, item.Document.ID = old.Document.URL, old.Document.ID
	item.Document.Snapshot = corpus.SnapshotIDOf(fmt.Append(nil, old.Document.URL, r.Uint64()))
	seen := map[string]int{}
	for _, p := range item.Passages {
		norm := corpus.NormalizeText(p.Text)
		p.Document, p.ID = item.Document.ID, corpus.PassageIDOf(item.Document.URL, p.Text, seen[norm])
		seen[norm]++
	}
	return item
}

// change is the arguments of one Update.
type change struct {
	items []Item
	gone  []corpus.DocumentID
}

// drawChange draws additions, new versions, documents as they are, documents that lost all
// passages, and withdrawals, and does the same to the model.
func (m model) drawChange(r *rand.Rand, next *int) change {
	var c change
	for range r.IntN(4) {
		c.items = append(c.items, worldItem(r, *next))
		*next++
	}
	for _, old := range m.items() {
		switch r.IntN(20) {
		case 0:
			c.items = append(c.items, revised(r, old))
		case 1:
			c.items = append(c.items, old)
		case 2:
			c.items = append(c.items, Item{Document: old.Document})
		case 3, 4:
			c.gone = append(c.gone, old.Document.ID)
		}
	}
	if r.IntN(3) == 0 {
		c.gone = append(c.gone, corpus.DocumentIDOf("https://never.example/"))
	}
	byURL(c.items)
	for _, id := range c.gone {
		delete(m, id)
	}
	for _, it := range c.items {
		if m[it.Document.ID] = it; len(it.Passages) == 0 {
			delete(m, it.Document.ID)
		}
	}
	return c
}

// equalsBuild holds that the index in dir is what a build of the model gives.
func (m model) equalsBuild(t *testing.T, dir string, requests int) (built Info) {
	t.Helper()
	x := openDir(t, dir)
	fresh, built := build(t, m.items(), 0)
	got := x.Info()
	if got.Corpus != built.Corpus || got.Passages != built.Passages || got.Documents != built.Documents {
		t.Fatalf("updated %+v\nbuilt %+v", got, built)
	}
	sameAnswers(t, x, openDir(t, fresh), m.items(), requests)
	if errs := Verify(t.Context(), dir); len(errs) > 0 {
		t.Fatalf("check: %v", errs)
	}
	return built
}

// Whatever the changes and compactions, an index holds and answers what a build of the documents
// that are left does; compacted whole, it is that build to the byte.
func TestRandomUpdatesEqualBuilds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(often(3)) {
		r := rand.New(rand.NewPCG(seed, 71))
		dir, m, next := t.TempDir(), model{}, 0
		per := 1 + r.IntN(60)
		for range 12 {
			switch r.IntN(6) {
			case 0:
				compactDir(t, dir, BuildOptions{ShardPassages: per})
			case 1:
				compactDir(t, dir, BuildOptions{ShardPassages: per, Whole: true})
			default:
				c := m.drawChange(r, &next)
				_, err := Update(t.Context(), dir, each(c.items), c.gone, BuildOptions{ShardPassages: per})
				if err != nil {
					t.Fatal(err)
				}
			}
			if len(m) > 0 {
				m.equalsBuild(t, dir, 4)
			}
		}
		whole := compactDir(t, dir, BuildOptions{Whole: true})
		if _, built := build(t, m.items(), 0); whole.Content != built.Content {
			t.Errorf("seed %d: compacted whole the content is %s, built it is %s", seed, whole.Content, built.Content)
		}
	}
}

// compactDir compacts an index, if there is one.
func compactDir(t testing.TB, dir string, opt BuildOptions) Info {
	t.Helper()
	info, err := Compact(t.Context(), dir, opt)
	if err != nil && corpus.KindOf(err) != corpus.NotFound {
		t.Fatal(err)
	}
	return info
}

// apply changes an index.
func apply(t testing.TB, dir string, items []Item, gone ...corpus.DocumentID) Info {
	t.Helper()
	info, err := Update(t.Context(), dir, each(items), gone, BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestNoChangeIsNoGeneration(t *testing.T) {
	t.Parallel()
	items := world(72, 20)
	dir, before := build(t, items, 0)
	again := apply(t, dir, world(72, 20)[3:9], corpus.DocumentIDOf("https://never.example/"))
	if again.Generation != before.Generation || again.Content != before.Content {
		t.Errorf("documents as they are: %+v, before %+v", again, before)
	}
	if got := compactDir(t, dir, BuildOptions{Whole: true}); got.Generation != before.Generation {
		t.Errorf("one whole shard is compacted: %+v", got)
	}
	later := world(72, 20)[:1]
	later[0].Document.Title = "Another"
	got := apply(t, dir, later)
	if got.Generation != before.Generation+1 || got.Corpus != before.Corpus {
		t.Errorf("another title: %+v, before %+v", got, before)
	}
	if d, _, err := openDir(t, dir).Document(later[0].Document.ID); err != nil || d.Title != "Another" {
		t.Errorf("the title is %v, %v", d, err)
	}
}

func TestUpdateBeginsAnIndex(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	items := world(73, 10)
	got := apply(t, dir, items, corpus.DocumentIDOf("https://never.example/"))
	if _, built := build(t, items, 0); got.Content != built.Content {
		t.Errorf("begun by an update %+v, built %+v", got, built)
	}
	var ids []corpus.DocumentID
	for _, it := range items {
		ids = append(ids, it.Document.ID)
	}
	if got := apply(t, dir, nil, ids...); got.Passages != 0 || got.Shards != 0 {
		t.Errorf("all withdrawn: %+v", got)
	}
	if got := apply(t, dir, items); got.Passages != passagesOf(items) {
		t.Errorf("all back: %+v", got)
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	fresh := func() []Item { return world(74, 6) }
	foreign := fresh()[:1]
	foreign[0] = story("https://wire.example/new", "A text of its own.")
	foreign[0].Passages[0].ID = fresh()[2].Passages[0].ID
	for name, c := range map[string]struct {
		items []Item
		gone  []corpus.DocumentID
		opt   BuildOptions
		want  string
	}{
		"document twice":      {items: append(fresh()[:1], fresh()[0]), want: "came twice"},
		"passage that stays":  {items: foreign, want: "stands in document"},
		"passage that is met": {items: append(foreign, fresh()[2]), want: "came twice"},
		"added and withdrawn": {items: fresh()[:1], gone: []corpus.DocumentID{fresh()[0].Document.ID}, want: "both"},
		"no id":               {gone: []corpus.DocumentID{"x"}, want: "id"},
		"other versions":      {opt: BuildOptions{Versions: map[string]string{"tag": "2"}}, want: "versions"},
	} {
		dir, before := build(t, fresh(), 0)
		_, err := Update(t.Context(), dir, each(c.items), c.gone, c.opt)
		if corpus.KindOf(err) != corpus.Invalid || !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: got %v, want an Invalid error with %q", name, err, c.want)
		}
		if got := openDir(t, dir).Info(); got.Generation != before.Generation {
			t.Errorf("%s: generation %d", name, got.Generation)
		}
	}
	// A passage may pass on from a document that leaves in the same change.
	dir, _ := build(t, fresh(), 0)
	apply(t, dir, foreign, fresh()[2].Document.ID)
}

func TestUpdatesAndCompactionsStopWithTheirContext(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(75, 20), 10)
	before := apply(t, dir, nil, world(75, 20)[0].Document.ID)
	ctx, stop := stopped(t)
	_, err := Update(ctx, dir, each(world(76, 20)), nil, BuildOptions{Progress: stop})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("update: got %v", err)
	}
	ctx, stop = stopped(t)
	if _, err := Compact(ctx, dir, BuildOptions{Whole: true, Progress: stop}); !errors.Is(err, context.Canceled) {
		t.Errorf("compaction: got %v", err)
	}
	if got := openDir(t, dir).Info(); cmp.Diff(before.Content, got.Content) != "" || got.Generation != before.Generation {
		t.Errorf("got %+v, before %+v", got, before)
	}
}

// stopped gives a context and a Progress that ends it.
func stopped(t *testing.T) (ctx context.Context, stop func(int)) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, func(int) { cancel() }
}

// What changes while a compaction is at work holds afterwards too.
func TestChangesDuringACompaction(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(r *rand.Rand, dir string, m model){
		"withdrawn and added": func(r *rand.Rand, dir string, m model) {
			next := 1000
			for range 4 {
				c := m.drawChange(r, &next)
				apply(t, dir, c.items, c.gone...)
			}
		},
		"a whole shard": func(r *rand.Rand, dir string, m model) {
			// The old shards lose what is left of them, one after the other; two versions of a
			// document were in them.
			for _, it := range m.items() {
				m[it.Document.ID] = revised(r, it)
				apply(t, dir, []Item{m[it.Document.ID]})
			}
		},
		"built anew": func(r *rand.Rand, dir string, m model) {
			next := 1000
			m.drawChange(r, &next)
			if _, err := Build(t.Context(), dir, each(m.items()), BuildOptions{ShardPassages: 20}); err != nil {
				t.Fatal(err)
			}
		},
		"back to what it was": func(r *rand.Rand, dir string, m model) {
			clear(m)
			for _, it := range world(77, 30) {
				m[it.Document.ID] = it
			}
			if _, err := Build(t.Context(), dir, each(m.items()), BuildOptions{ShardPassages: 20}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		r := rand.New(rand.NewPCG(77, 77))
		m := model{}
		for _, it := range world(77, 30) {
			m[it.Document.ID] = it
		}
		dir, _ := build(t, m.items(), 20)
		next := 500
		for range 3 {
			c := m.drawChange(r, &next)
			apply(t, dir, c.items, c.gone...)
		}
		once := false
		_, err := Compact(t.Context(), dir, BuildOptions{Whole: true, Progress: func(int) {
			if !once {
				once = true
				meanwhile(r, dir, m)
			}
		}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		m.equalsBuild(t, dir, 3)
		if got := compactDir(t, dir, BuildOptions{Whole: true}); got.Shards > 1 {
			t.Errorf("%s: %d shards after a whole compaction", name, got.Shards)
		}
		m.equalsBuild(t, dir, 3)
	}
}

// Small additions in a row leave few shards when each is followed by a compaction.
func TestCompactionKeepsShardsFew(t *testing.T) {
	t.Parallel()
	dir, m, written := t.TempDir(), model{}, 0
	r := rand.New(rand.NewPCG(78, 78))
	for i := range 150 {
		it := worldItem(r, i)
		m[it.Document.ID] = it
		apply(t, dir, []Item{it})
		last := 0
		got := compactDir(t, dir, BuildOptions{ShardPassages: 400, Progress: func(n int) { last = n }})
		written += last
		if got.Shards > 3*5 {
			t.Fatalf("%d shards after %d documents", got.Shards, i+1)
		}
	}
	m.equalsBuild(t, dir, 5)
	if n := passagesOf(m.items()); written > 5*n {
		t.Errorf("compactions wrote %d passages for %d", written, n)
	}
}

// A damaged shard is refused by name before anything of it is read into another.
func TestDamageStopsUpdatesAndCompactions(t *testing.T) {
	t.Parallel()
	items := world(79, 30)
	dir, _ := build(t, items, 40)
	apply(t, dir, nil, items[0].Document.ID)
	g, err := readGeneration(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{idsCol, textsCol} {
		work := copyIndex(t, dir)
		path := work + "/" + shardsName + "/" + g.Shards[0].Name + "/" + name
		damage(t, path, func(b []byte) { b[len(b)-9] ^= 4 })
		_, err := Compact(t.Context(), work, BuildOptions{Whole: true})
		if corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: compaction says %v", name, err)
		}
		if _, err = Update(t.Context(), work, each(nil), nil, BuildOptions{}); (err == nil) != (name == textsCol) {
			t.Errorf("%s: update says %v", name, err)
		}
	}
}

func TestDocumentsAreThoseOfWalk(t *testing.T) {
	t.Parallel()
	items := world(80, 30)
	dir, _ := build(t, items, 40)
	apply(t, dir, nil, items[3].Document.ID)
	x := openDir(t, dir)
	var want, got []*corpus.Document
	for it, err := range x.Walk(t.Context()) {
		want = append(want, collect(t, it.Document, err))
	}
	for d, err := range x.Documents() {
		got = append(got, collect(t, d, err))
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 29 {
		t.Errorf("%d documents (-walk +documents)\n%s", len(got), diff)
	}
	x.Close()
	for _, err := range x.Documents() {
		if err == nil {
			t.Error("a closed index lists documents")
		}
	}
}

// collect gives a value that must have come without an error.
func collect[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// What is shown of a wording does not tell in which order passages came into the index.
func TestSuggestionsDoNotShowTheOrder(t *testing.T) {
	t.Parallel()
	items := []Item{story("https://wire.example/1", "The Guard was hurt."),
		story("https://wire.example/2", "the guard, was hurt"), story("https://wire.example/3", "THE GUARD was hurt!")}
	want := answerToNear(t, open(t, items, 0))
	for _, order := range [][]int{{2, 1, 0}, {1, 2, 0}, {0, 2, 1}} {
		dir := t.TempDir()
		for _, i := range order {
			apply(t, dir, items[i:i+1])
		}
		if got := answerToNear(t, openDir(t, dir)); got != want {
			t.Errorf("added as %v:\n%s\nbuilt:\n%s", order, got, want)
		}
	}
}

// answerToNear is the answer to a phrase that occurs but for one word.
func answerToNear(t *testing.T, x *Index) string {
	t.Helper()
	res, err := x.Search(t.Context(), query.Request{Text: `"the guard was not hurt"`})
	if err != nil || len(res.Suggestions) == 0 {
		t.Fatalf("%+v, %v", res, err)
	}
	return asJSON(res)
}
