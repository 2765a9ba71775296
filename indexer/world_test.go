package indexer

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// The tests run on a world of invented documents in four languages, drawn with a seed.

// dialect is a language with its invented stock of words.
type dialect struct {
	tag   string
	words []string
}

// dialects have words that fold, stem and cut in their own ways.
func dialects() []dialect {
	f := strings.Fields
	return []dialect{
		{"en", f(`the a of in was not were killed kill killing militants militant police officer
			officers attack attacks near Katyr-Yurt river's Harbour's 1,145 145 2 March 22 "U.S." US
			raid raids (2) phase—two café cafe $5 €5 5% that that's who, said. report reports IS
			is to be or and`)},
		{"ru", f(`отряд отряда напал на пост вооружённый вооруженный войны воины был не были убит
			убиты полиция полиции 3 марта 2019 году №5 «Заря» заря по-русски т.е. что в`)},
		{"ar", f(`الشرطة هاجمت أحمد احمد مدينة قرب في لم تكن ١٢ 12 المدينة على إلى`)},
		{"az", f(`şəhər şəhərdə polis qəsəbə Bakı İstanbul istanbul ISTANBUL və deyil öldürüldü
			çay 1.5 1,5`)},
	}
}

// worldPlaces are paths of places: ids, names and kinds.
func worldPlaces() []corpus.Place {
	mk := func(ids, names, kinds string) corpus.Place {
		i, n, k := strings.Fields(ids), strings.Fields(names), strings.Fields(kinds)
		return corpus.Place{ID: i[len(i)-1], Name: n[len(n)-1], Kind: k[len(k)-1], Path: n,
			PathIDs: i, PathKinds: k}
	}
	return []corpus.Place{
		mk("XA", "Arland", "country"),
		mk("XA XA-N", "Arland Norden", "country republic"),
		mk("XA XA-S", "Arland Suden", "country republic"),
		mk("XA XA-N XA-N-1", "Arland Norden Uplands", "country republic district"),
		mk("XA XA-N XA-N-1 p:1", "Arland Norden Uplands Oldmill", "country republic district place"),
		mk("XA XA-N XA-N-1 p:2", "Arland Norden Uplands Newmill", "country republic district place"),
		mk("XA XA-S p:3", "Arland Suden Oldmill", "country republic place"),
		mk("XB", "Belmark", "country"),
		mk("XB XB-7", "Belmark Seven", "country district"),
	}
}

// worldActors are groups, agencies and persons.
func worldActors() []corpus.Actor {
	return []corpus.Actor{
		{ID: "g:1", Name: "Grey League", Kind: "group", PathIDs: []string{"g:1"}},
		{ID: "g:2", Name: "Northern Wing", Kind: "group", Path: []string{"Grey League", "Northern Wing"},
			PathIDs: []string{"g:1", "g:2"}},
		{ID: "g:3", Name: "Hill Band", Kind: "group", PathIDs: []string{"g:1", "g:2", "g:3"}},
		{ID: "a:1", Name: "River Guard", Kind: "agency", PathIDs: []string{"a:1"}},
		{ID: "a:2", Name: "Harbour Office", Kind: "agency", PathIDs: []string{"a:2"}},
		{ID: "h:1", Name: "Ada Renn", Kind: "person", PathIDs: []string{"h:1"}},
		{ID: "h:2", Name: "Ivo Stahl", Kind: "person", PathIDs: []string{"h:2"}},
		{ID: "h:3", Name: "Ada Renn", Kind: "person", PathIDs: []string{"h:3"}},
	}
}

// worldDates are event dates of every precision.
func worldDates() []corpus.EventDate {
	day := corpus.DayOf
	mk := func(edtf string, first, last corpus.Day, precision string) corpus.EventDate {
		return corpus.EventDate{EDTF: edtf, First: first, Last: last,
			Precision: corpus.Precision(precision), Inference: "explicit"}
	}
	return []corpus.EventDate{
		mk("2018-04-21", day(2018, 4, 21), day(2018, 4, 21), "day"),
		mk("2018-05-01", day(2018, 5, 1), day(2018, 5, 1), "day"),
		mk("2019-04", day(2019, 4, 1), day(2019, 4, 30), "month"),
		mk("2019", day(2019, 1, 1), day(2019, 12, 31), "year"),
		mk("2018-12/2019-02", day(2018, 12, 1), day(2019, 2, 28), "range"),
		mk("2017/2019", day(2017, 1, 1), day(2019, 12, 31), "range"),
		mk("2015/..", day(2015, 1, 1), day(2015, 12, 31), "after"),
		mk("../2016-12", day(2016, 12, 1), day(2016, 12, 31), "before"),
		mk("2018-21", day(2018, 3, 1), day(2018, 5, 31), "season"),
	}
}

// text draws a text of some words; repeats and near-repeats are wanted.
func (d dialect) text(r *rand.Rand) string {
	n := 1 + r.IntN(24)
	words := make([]string, n)
	for i := range words {
		// Two draws, the lesser taken: the first words of the stock are frequent.
		words[i] = d.words[min(r.IntN(len(d.words)), r.IntN(len(d.words)))]
	}
	return strings.Join(words, " ")
}

// world draws n documents.
func world(seed uint64, n int) []Item {
	r := rand.New(rand.NewPCG(seed, 7))
	var items []Item
	for i := range n {
		items = append(items, worldItem(r, i))
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Document.URL < items[j].Document.URL })
	return items
}

// worldItem draws one document.
func worldItem(r *rand.Rand, i int) Item {
	pickOne := func(list ...string) string { return list[r.IntN(len(list))] }
	ds := dialects()
	dia := ds[min(r.IntN(len(ds)), r.IntN(len(ds)))]
	url := fmt.Sprintf("https://%s.example/%d", pickOne("wire", "herald", "monitor"), i)
	d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Title: fmt.Sprint("Title ", i),
		Snapshot: corpus.SnapshotIDOf([]byte(url)), Captured: time.Unix(1e9, 0).UTC(),
		Source: pickOne("wire", "herald", "file"), Publisher: pickOne("", "The Herald", "Wire!"),
		Published: pickOne("", "2018", "2019-05", "2019-05-06"), Language: dia.tag}
	if r.IntN(10) == 0 {
		d.Language = pickOne("", "en-GB", "xx")
	}
	var ps []*corpus.Passage
	seen := map[string]int{}
	for k := range 1 + r.IntN(6) {
		text := dia.text(r)
		norm := corpus.NormalizeText(text)
		p := &corpus.Passage{ID: corpus.PassageIDOf(url, text, seen[norm]), Document: d.ID, Ordinal: k,
			Kind: corpus.Paragraph, Text: text, Tags: worldTags(r),
			Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{k * 1000, k*1000 + len(text)}}}}
		seen[norm]++
		for range r.IntN(3) {
			p.Section = append(p.Section, pickOne("History", "Early history", "Attacks in 2018", "Sources"))
		}
		ps = append(ps, p)
	}
	return Item{Document: d, Passages: ps}
}

// worldTags draws tags; events point to some of the places.
func worldTags(r *rand.Rand) corpus.Tags {
	var t corpus.Tags
	for range r.IntN(3) {
		p := worldPlaces()[r.IntN(len(worldPlaces()))]
		p.Role, p.Spans = []string{"event", "event", "mention", ""}[r.IntN(4)], nil
		p.Embedded, p.Ambiguous = r.IntN(12) == 0, r.IntN(12) == 0
		t.Places = append(t.Places, p)
	}
	for range r.IntN(3) {
		t.Actors = append(t.Actors, worldActors()[r.IntN(len(worldActors()))])
	}
	for range r.IntN(3) {
		e := worldDates()[r.IntN(len(worldDates()))]
		e.Primary = r.IntN(2) == 0
		for _, p := range t.Places {
			if r.IntN(2) == 0 {
				e.Places = append(e.Places, p.ID)
			}
		}
		t.Events = append(t.Events, e)
	}
	return t
}

// each yields items as Build takes them.
func each(items []Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// build makes an index of items in a folder of its own.
func build(t testing.TB, items []Item, shardPassages int) (dir string, info Info) {
	t.Helper()
	dir = t.TempDir()
	info, err := Build(t.Context(), dir, each(items), BuildOptions{ShardPassages: shardPassages})
	if err != nil {
		t.Fatal(err)
	}
	return dir, info
}

// open builds items and opens the index until the test ends.
func open(t testing.TB, items []Item, shardPassages int) *Index {
	t.Helper()
	dir, _ := build(t, items, shardPassages)
	return openDir(t, dir)
}

// openDir opens an index until the test ends.
func openDir(t testing.TB, dir string) *Index {
	t.Helper()
	x, err := Open(dir, OpenOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// withdraw puts a generation in force that has lost the documents of those items for which gone
// holds, and gives the items that are left.
func withdraw(t testing.TB, dir string, items []Item, gone func(i int) bool) (left []Item) {
	t.Helper()
	g, err := readGeneration(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range items {
		if !gone(i) {
			left = append(left, it)
			continue
		}
		for k := range g.Shards {
			g.Shards[k].Dead = append(g.Shards[k].Dead, it.Document.ID)
		}
	}
	g.Number++
	if err := putInForce(dir, g); err != nil {
		t.Fatal(err)
	}
	return left
}

// passagesOf counts the passages of items.
func passagesOf(items []Item) int {
	n := 0
	for _, it := range items {
		n += len(it.Passages)
	}
	return n
}
