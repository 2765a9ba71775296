package indexer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

func TestBuildKeepsEveryPassage(t *testing.T) {
	t.Parallel()
	items := world(1, 60)
	for _, per := range []int{0, 40} {
		x := open(t, items, per)
		var got []Item
		for it, err := range x.Walk(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, it)
		}
		if diff := cmp.Diff(items, got); diff != "" {
			t.Fatalf("shards of %d: walked items differ (-built +walked):\n%s", per, diff)
		}
		for _, it := range items[:5] {
			d, ps, err := x.Document(it.Document.ID)
			if err != nil || cmp.Diff(it, Item{Document: d, Passages: ps}) != "" {
				t.Errorf("document %s: %v", it.Document.URL, err)
			}
			p, d, err := x.Passage(it.Passages[0].ID)
			if err != nil || d.ID != it.Document.ID || cmp.Diff(it.Passages[0], p) != "" {
				t.Errorf("passage %s: %v", it.Passages[0].ID, err)
			}
		}
		info := x.Info()
		if info.Passages != passagesOf(items) || info.Documents != len(items) || info.Verified != VerifyFull {
			t.Errorf("info %+v", info)
		}
	}
}

func TestEqualInputGivesEqualBytes(t *testing.T) {
	t.Parallel()
	dirA, a := build(t, world(2, 80), 50)
	dirB, b := build(t, world(2, 80), 50)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatalf("two builds differ:\n%s", diff)
	}
	files, _ := filepath.Glob(filepath.Join(dirA, "*", "*"))
	more, _ := filepath.Glob(filepath.Join(dirA, "*", "*", "*"))
	for _, f := range append(files, more...) {
		if st, err := os.Stat(f); err != nil || st.IsDir() {
			continue
		}
		rel, _ := filepath.Rel(dirA, f)
		ha, _, _ := hashFile(f)
		hb, _, err := hashFile(filepath.Join(dirB, rel))
		if err != nil || ha != hb {
			t.Errorf("%s differs: %v", rel, err)
		}
	}
	_, whole := build(t, world(2, 80), 0)
	if whole.Corpus != a.Corpus || whole.Content == a.Content || whole.Shards == a.Shards {
		t.Errorf("one shard: %+v\nmany: %+v\nwant the same corpus version and another content hash", whole, a)
	}
}

func TestCorpusVersionFollowsWhatCounts(t *testing.T) {
	t.Parallel()
	_, base := build(t, world(3, 10), 0)
	for name, change := range map[string]func(*Item){
		"tags":      func(i *Item) { i.Passages[0].Tags.Actors = worldActors()[:1] },
		"section":   func(i *Item) { i.Passages[0].Section = []string{"Elsewhere"} },
		"publisher": func(i *Item) { i.Document.Publisher = "Another" },
		"passage":   func(i *Item) { i.Passages = i.Passages[:len(i.Passages)-1] },
	} {
		items := world(3, 10)
		change(&items[3])
		if _, got := build(t, items, 0); got.Corpus == base.Corpus {
			t.Errorf("a change of %s kept the corpus version", name)
		}
	}
	dir := t.TempDir()
	got, err := Build(t.Context(), dir, each(world(3, 10)), BuildOptions{Versions: map[string]string{"tag": "2"}})
	if err != nil || got.Corpus == base.Corpus {
		t.Errorf("another version of tagging kept the corpus version (%v)", err)
	}
}

func TestBuildRefusesBrokenItems(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func([]Item) []Item{
		"no document":    func(is []Item) []Item { return append(is, Item{}) },
		"document twice": func(is []Item) []Item { return append(is, is[0]) },
		"wrong document": func(is []Item) []Item { is[0].Passages[0].Document = is[1].Document.ID; return is },
		"no text":        func(is []Item) []Item { is[0].Passages[0].Text = ""; return is },
		"passage twice": func(is []Item) []Item {
			is[0].Passages = append(is[0].Passages, is[0].Passages[0])
			return is
		},
	} {
		dir, before := build(t, world(4, 5), 0)
		_, err := Build(t.Context(), dir, each(change(world(5, 5))), BuildOptions{})
		if corpus.KindOf(err) != corpus.Invalid {
			t.Errorf("%s: got %v, want an Invalid error", name, err)
		}
		if got := openDir(t, dir).Info(); got.Corpus != before.Corpus {
			t.Errorf("%s: the old generation is gone: %+v", name, got)
		}
	}
}

func TestBuildStopsWithItsContextAndItsItems(t *testing.T) {
	t.Parallel()
	dir, before := build(t, world(4, 5), 0)
	ctx, cancel := context.WithCancel(t.Context())
	items := func(yield func(Item, error) bool) {
		for i, it := range world(5, 20) {
			if i == 10 {
				cancel()
			}
			if !yield(it, nil) {
				return
			}
		}
	}
	if _, err := Build(ctx, dir, items, BuildOptions{ShardPassages: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	broken := errors.New("the archive broke off")
	failing := func(yield func(Item, error) bool) { yield(Item{}, broken) }
	if _, err := Build(t.Context(), dir, failing, BuildOptions{}); !errors.Is(err, broken) {
		t.Errorf("failing items: got %v", err)
	}
	if got := openDir(t, dir).Info(); got.Corpus != before.Corpus || got.Generation != before.Generation {
		t.Errorf("the old generation is gone: %+v", got)
	}
}

func TestGenerationsFollowEachOther(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(6, 10), 0)
	old := openDir(t, dir)
	var last Info
	for seed := range uint64(4) {
		var err error
		if last, err = Build(t.Context(), dir, each(world(seed, 10)), BuildOptions{ShardPassages: 8}); err != nil {
			t.Fatal(err)
		}
	}
	numbers, _ := generationNumbers(dir)
	if diff := cmp.Diff([]int{4, 5}, numbers); diff != "" || last.Generation != 5 {
		t.Errorf("generations on disk differ, last is %d:\n%s", last.Generation, diff)
	}
	if res, err := old.Search(t.Context(), query.Request{}); err != nil || res.Total != old.Info().Passages {
		t.Errorf("the reader of a generation long gone: %v", err)
	}
	again, err := Build(t.Context(), dir, each(world(3, 10)), BuildOptions{ShardPassages: 8})
	if err != nil || again.Content != last.Content {
		t.Errorf("the same input again: %+v, %v", again, err)
	}
	if errs := Verify(t.Context(), dir); len(errs) > 0 {
		t.Errorf("check: %v", errs)
	}
}

func TestEmptyIndex(t *testing.T) {
	t.Parallel()
	x := open(t, nil, 0)
	res, err := x.Search(t.Context(), query.Request{Text: "anything"})
	if err != nil || res.Total != 0 || len(res.Facets) != len(query.Facets()) {
		t.Errorf("got %+v, %v", res, err)
	}
}

func TestSecondWriterIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inner := func(yield func(Item, error) bool) {
		_, err := Build(t.Context(), dir, each(nil), BuildOptions{})
		if corpus.KindOf(err) != corpus.Locked {
			t.Errorf("a build within a build: got %v, want Locked", err)
		}
	}
	if _, err := Build(t.Context(), dir, inner, BuildOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestNoIndexIsNotFound(t *testing.T) {
	t.Parallel()
	_, err := Open(filepath.Join(t.TempDir(), "index"), OpenOptions{})
	if corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("got %v, want NotFound", err)
	}
}
