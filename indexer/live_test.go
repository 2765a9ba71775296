package indexer

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/indexer/query"
)

// openLive opens an index for readers until the test ends.
func openLive(t testing.TB, dir string) *Live {
	t.Helper()
	l, err := OpenLive(dir, OpenOptions{Verify: VerifyFull})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// wantSwap refreshes and holds that another generation answers, or that none does.
func wantSwap(t testing.TB, l *Live, want bool) {
	t.Helper()
	if got, err := l.Refresh(); err != nil || got != want || l.Degraded() != nil {
		t.Fatalf("refresh: swapped %v, %v; degraded %v", got, err, l.Degraded())
	}
}

// corpusOf is the version of the corpus that answers now.
func corpusOf(l *Live) string {
	x, release := l.Acquire()
	defer release()
	return x.Info().Corpus
}

func TestReadersKeepTheirGeneration(t *testing.T) {
	t.Parallel()
	items := world(81, 40)
	dir, before := build(t, items, 60)
	l := openLive(t, dir)
	wantSwap(t, l, false)
	x, release := l.Acquire()
	after := apply(t, dir, nil, items[0].Document.ID)
	wantSwap(t, l, true)
	if got := corpusOf(l); got != after.Corpus {
		t.Errorf("the swap left corpus %s in force, want %s", got, after.Corpus)
	}
	res, err := x.Search(t.Context(), query.Request{Size: 1})
	if err != nil || res.Corpus != before.Corpus || res.Total != before.Passages {
		t.Errorf("the reader of the old generation: %+v, %v", res, err)
	}
	y, releaseNew := l.Acquire()
	if shared := x.shards[1].openFiles == y.shards[1].openFiles; !shared {
		t.Error("a shard of both generations is open twice")
	}
	next := query.Request{Cursor: res.Next}
	if _, err := y.Search(t.Context(), next); corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("a cursor of the old corpus: %v", err)
	}
	release()
	release()
	if _, err := x.Search(t.Context(), query.Request{}); err == nil {
		t.Error("the old generation outlives its last reader")
	}
	l.Close()
	if _, err := y.Search(t.Context(), query.Request{}); err != nil {
		t.Errorf("closed under a reader: %v", err)
	}
	releaseNew()
	z, done := l.Acquire()
	defer done()
	if _, err := z.Search(t.Context(), query.Request{}); err == nil {
		t.Error("a closed index answers")
	}
	if _, err := l.Refresh(); err == nil || mappings(t, dir) > 0 {
		t.Errorf("closed: refresh says %v, %d mappings are left", err, mappings(t, dir))
	}
}

// An index that was removed and built anew counts its generations from one again.
func TestRefreshSeesAnIndexBuiltAnew(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(82, 10), 0)
	l := openLive(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Refresh(); corpus.KindOf(err) != corpus.Corrupt || l.Degraded() == nil {
		t.Errorf("removed: %v", err)
	}
	again, err := Build(t.Context(), dir, each(world(83, 10)), BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	wantSwap(t, l, true)
	if got := corpusOf(l); got != again.Corpus || again.Generation != 1 {
		t.Errorf("corpus %s answers, want that of %+v", got, again)
	}
}

// mappings counts the mapped files of a folder, where the system tells.
func mappings(t testing.TB, dir string) int {
	t.Helper()
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return 0
	}
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		if strings.Contains(s.Text(), dir) {
			n++
		}
	}
	return n
}

// heapBytes is what is allocated after garbage was collected.
func heapBytes() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// edition makes the documents that each generation k of the swap test has anew: each of their
// passages says k in its text, and their publisher is k.
func edition(k int) []Item {
	var items []Item
	for i := range 3 + k%3 {
		it := story(fmt.Sprintf("https://wire.example/edition-%d", i),
			fmt.Sprintf("The marker of edition%d is here.", k), fmt.Sprintf("Edition%d has a marker too.", k))
		it.Document.Publisher = fmt.Sprint("edition", k)
		items = append(items, it)
	}
	return items
}

// editionGone are the documents of edition k that edition k+1 lacks.
func editionGone(k int) (ids []corpus.DocumentID) {
	for i := 3 + k%3; i < 5; i++ {
		ids = append(ids, corpus.DocumentIDOf(fmt.Sprintf("https://wire.example/edition-%d", i)))
	}
	return ids
}

// askEdition holds that all answers of one generation are of one edition.
func askEdition(ctx context.Context, x *Index) error {
	info := x.Info()
	publisher := ""
	for _, req := range []query.Request{
		{Text: `marker`, Size: 100}, {Text: `"a marker too" OR "the marker of"`, Size: 100},
		{Text: `'marker'`, Size: 100, Sort: query.DateDesc}, {Text: `mark* -killed`, Size: 100},
		{Text: "marker", View: query.KWIC, Size: 100}, {Size: 3},
	} {
		res, err := x.Search(ctx, req)
		if err != nil {
			return err
		}
		if res.Corpus != info.Corpus || req.Text == "" && res.Total != info.Passages {
			return fmt.Errorf("%q: %d passages of corpus %s from %+v", req.Text, res.Total, res.Corpus, info)
		}
		if req.Text == "" {
			continue
		}
		for _, f := range res.Facets {
			if f.Name != "publisher" {
				continue
			}
			if len(f.Values) != 1 || f.Values[0].Count != res.Total {
				return fmt.Errorf("%q: %d hits, publishers %+v", req.Text, res.Total, f.Values)
			}
			if publisher == "" {
				publisher = f.Values[0].Value
			}
		}
		k := 0
		if _, err := fmt.Sscanf(publisher, "edition%d", &k); err != nil || res.Total != 2*(3+k%3) {
			return fmt.Errorf("%q: %d hits in %q", req.Text, res.Total, publisher)
		}
		for _, h := range res.Hits {
			if !strings.Contains(strings.ToLower(h.Passage.Text), publisher+" ") || h.Document.Publisher != publisher {
				return fmt.Errorf("%q: %q of %s among those of %s", req.Text, h.Passage.Text, h.Document.Publisher, publisher)
			}
		}
	}
	return nil
}

// Swap after swap under load: no error, no answer of two generations, memory flat. It is not
// parallel, since it looks at the memory of the process.
func TestSoakSwapsUnderLoad(t *testing.T) {
	swaps := 20
	if soak() {
		swaps = 1000
	}
	dir, _ := build(t, append(world(84, 200), edition(0)...), 300)
	l := openLive(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var asked atomic.Int64
	for range 3 {
		wg.Go(func() {
			for ctx.Err() == nil {
				x, release := l.Acquire()
				if err := askEdition(t.Context(), x); err != nil {
					t.Error(err)
					cancel()
				}
				release()
				asked.Add(1)
			}
		})
	}
	var early uint64
	for k := 1; k <= swaps && ctx.Err() == nil; k++ {
		apply(t, dir, edition(k), editionGone(k)...)
		wantSwap(t, l, true)
		if k%7 == 0 {
			compactDir(t, dir, BuildOptions{ShardPassages: 300})
		}
		if k == swaps/5 {
			early = heapBytes()
		}
	}
	late := heapBytes()
	cancel()
	wg.Wait()
	x, release := l.Acquire()
	defer release()
	if n, want := mappings(t, dir), len(x.shards)*len(shardFiles()); n > want {
		t.Errorf("%d mappings for %d shards of %d files", n, len(x.shards), len(shardFiles()))
	}
	if late > early+early/4+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", early, late)
	}
	t.Logf("figure: %d swaps under %d rounds of questions; heap %d KiB after a fifth, %d KiB at the end, %d shards",
		swaps, asked.Load(), early>>10, late>>10, len(x.shards))
}

// Whatever happens to a file of a new generation, it is named, and the old one goes on answering
// until the file is sound again.
func TestDamageKeepsTheOldGeneration(t *testing.T) {
	t.Parallel()
	items := world(85, 30)
	dir, old := build(t, items, 50)
	current, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, dir, []Item{revised(rand.New(rand.NewPCG(85, 1)), items[4])}, items[7].Document.ID)
	next, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		t.Fatal(err)
	}
	g, err := readGeneration(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := []string{currentName, filepath.Join(generationName, fmt.Sprintf("%d.json", g.Number))}
	for _, s := range g.Shards {
		for _, f := range append(shardFiles(), manifestName) {
			files = append(files, filepath.Join(shardsName, s.Name, f))
		}
	}
	rounds := 60
	if soak() {
		rounds = 1000
	}
	r := rand.New(rand.NewPCG(85, 85))
	for i := range rounds {
		name := files[i%len(files)]
		put(t, dir, currentName, current)
		l := openLive(t, dir)
		put(t, dir, currentName, next)
		sound, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		how := harmFile(t, r, dir, name, sound)
		_, err = l.Refresh()
		if corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(fmt.Sprint(err), name) || l.Degraded() != err {
			t.Fatalf("%s of %s: refresh says %v, degraded %v", how, name, err, l.Degraded())
		}
		x, release := l.Acquire()
		if res, err := x.Search(t.Context(), query.Request{Text: "the"}); err != nil || res.Corpus != old.Corpus {
			t.Fatalf("%s of %s: the old generation says %+v, %v", how, name, res, err)
		}
		release()
		put(t, dir, name, sound)
		wantSwap(t, l, true)
		if corpusOf(l) != g.Corpus {
			t.Fatalf("%s of %s: healed, and corpus %s answers", how, name, corpusOf(l))
		}
		l.Close()
	}
	t.Logf("figure: %d files damaged one after the other in %d places", len(files), rounds)
}

// put writes a file anew, as a disk or a backup would: not in place, so that who has the old one
// mapped keeps it.
func put(t testing.TB, dir, name string, b []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// harmFile flips, cuts, zeroes, lengthens or removes a file.
func harmFile(t testing.TB, r *rand.Rand, dir, name string, sound []byte) (how string) {
	t.Helper()
	for {
		k := r.IntN(len(harms()) + 1)
		if k == len(harms()) {
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			return "removal"
		}
		h := harms()[k]
		if bad, changed := h.do(r, append([]byte(nil), sound...)); changed {
			put(t, dir, name, bad)
			return h.name
		}
	}
}

// A shard that both generations share is looked at again when its file was written to.
func TestDamageInPlaceOfASharedShard(t *testing.T) {
	t.Parallel()
	items := world(86, 30)
	dir, _ := build(t, items, 0)
	l := openLive(t, dir)
	apply(t, dir, nil, items[0].Document.ID)
	x, release := l.Acquire()
	defer release()
	path := x.shards[0].path(idsCol)
	time.Sleep(20 * time.Millisecond) // past the grain of the time of change
	damage(t, path, func(b []byte) { b[len(b)-1] ^= 1 })
	if _, err := l.Refresh(); corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), idsCol) {
		t.Errorf("refresh says %v", err)
	}
}

// Reading, adding, compacting and swapping go on side by side: for ten minutes when soaking.
func TestSoakMixedWork(t *testing.T) {
	t.Parallel()
	span := 2 * time.Second
	if soak() {
		span = 10 * time.Minute
	}
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	r := rand.New(rand.NewPCG(87, 87))
	m, next := model{}, 0
	for _, it := range world(87, 60) {
		m[it.Document.ID] = it
		next++
	}
	dir, first := build(t, m.items(), 80)
	l := openLive(t, dir)
	var sizes sync.Map // corpus version to passages
	sizes.Store(first.Corpus, first.Passages)
	var wg sync.WaitGroup
	var counts [4]atomic.Int64
	run := func(n int, f func() error) {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := f(); err != nil {
					t.Error(err)
					cancel()
				}
				counts[n].Add(1)
			}
		})
	}
	run(0, func() error {
		c := m.drawChange(r, &next)
		info, err := Update(t.Context(), dir, each(c.items), c.gone, BuildOptions{ShardPassages: 80})
		sizes.Store(info.Corpus, info.Passages)
		return err
	})
	run(1, func() error {
		_, err := Compact(t.Context(), dir, BuildOptions{ShardPassages: 80})
		return err
	})
	run(2, func() error {
		_, err := l.Refresh()
		return err
	})
	for seed := range uint64(3) {
		r, o := rand.New(rand.NewPCG(seed, 88)), newOracle(world(87, 60))
		run(3, func() error { return askLive(ctx, l, r, o, &sizes) })
	}
	wg.Wait()
	m.equalsBuild(t, dir, 10)
	t.Logf("figure: in %v %d updates, %d compactions, %d looks for a generation, %d rounds of questions", span,
		counts[0].Load(), counts[1].Load(), counts[2].Load(), counts[3].Load())
}

// askLive asks one generation for everything and for something drawn.
func askLive(ctx context.Context, l *Live, r *rand.Rand, o *oracle, sizes *sync.Map) error {
	x, release := l.Acquire()
	defer release()
	all, err := x.Search(context.Background(), query.Request{Size: 1})
	if err != nil {
		return err
	}
	if n, known := sizes.Load(all.Corpus); known && n != all.Total {
		return fmt.Errorf("corpus %s has %d passages, listed are %d", all.Corpus, n, all.Total)
	}
	res, err := x.search(ctx, drawRequest(r), reading{tree: drawTree(r, o, 2), ran: query.Quote})
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	if res.Corpus != all.Corpus {
		return fmt.Errorf("corpus %s answers, then %s", all.Corpus, res.Corpus)
	}
	return nil
}
