package indexer

import (
	"context"
	"errors"
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

// drawAbsent draws a phrase of 1 to n words out of a passage, with some words changed, put in,
// left out or swapped.
func drawAbsent(r *rand.Rand, o *oracle, n int) string {
	words := strings.Fields(o.all[r.IntN(len(o.all))].p.Text)
	from := r.IntN(len(words))
	words = slices.Clone(words[from:min(len(words), from+1+r.IntN(n))])
	for range 1 + r.IntN(3)/2 {
		other := strings.Fields(o.all[r.IntN(len(o.all))].p.Text)
		k, w := r.IntN(len(words)), other[r.IntN(len(other))]
		switch r.IntN(6) {
		case 0:
			words[k] = w
		case 1:
			words = slices.Insert(words, k, w)
		case 2, 5:
			if len(words) > 2 {
				k = 1 + r.IntN(len(words)-2)
				words = slices.Delete(words, k, k+1)
			}
		case 3:
			j := r.IntN(len(words))
			words[j], words[k] = words[k], words[j]
		case 4:
			words[k] = "zzz"
		}
	}
	return strings.Join(words, " ")
}

// countRun counts the passages of some that hold words side by side.
func countRun(among []*seen, words []string) int {
	n := 0
	for _, s := range among {
		if len(scan(s.words, words, 0)) > 0 {
			n++
		}
	}
	return n
}

// wantParts lists the parts of a phrase that occur, by trying every run of every reading.
func (o *oracle) wantParts(text string, among []*seen) []string {
	type part struct {
		words []string
		count int
	}
	var all []part
	for _, reading := range fold.Readings(text) {
		w := textsOf(reading)
		count := func(i, j int) int {
			if i < 0 || j > len(w) {
				return 0
			}
			return countRun(among, w[i:j])
		}
		for i := range w {
			for j := i + 1; j <= len(w); j++ {
				if n := count(i, j); n > 0 && count(i-1, j) == 0 && count(i, j+1) == 0 {
					all = append(all, part{w[i:j], n})
				}
			}
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return len(all[i].words) > len(all[j].words) })
	var kept []part
	for _, p := range all {
		inside := func(q part) bool {
			return strings.Contains(" "+strings.Join(q.words, " ")+" ", " "+strings.Join(p.words, " ")+" ")
		}
		frequent := len(p.words) == 1 && len(all[0].words) > 1 &&
			countRun(o.all, p.words)*veryFrequent > len(o.all)
		if !slices.ContainsFunc(kept, inside) && !frequent {
			kept = append(kept, p)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool {
		a, b := kept[i], kept[j]
		return len(a.words) > len(b.words) || len(a.words) == len(b.words) && a.count > b.count
	})
	out := []string{}
	for _, p := range kept[:min(len(kept), maxParts)] {
		out = append(out, fmt.Sprint(strings.Join(p.words, " "), " ", p.count))
	}
	return out
}

// nearKind says how a row of words differs from a phrase; empty when by more than one edit.
func nearKind(w, got []string) string {
	n := len(w)
	without := func(list []string, k int) []string { return slices.Delete(slices.Clone(list), k, k+1) }
	switch len(got) {
	case n:
		var at []int
		for i := range w {
			if w[i] != got[i] {
				at = append(at, i)
			}
		}
		if len(at) == 1 {
			return "changed"
		}
		if len(at) == 2 && at[1] == at[0]+1 && w[at[0]] == got[at[1]] && w[at[1]] == got[at[0]] {
			return "swapped"
		}
	case n + 1:
		for k := 1; k < n; k++ {
			if slices.Equal(without(got, k), w) {
				return "added"
			}
		}
	case n - 1:
		if n < 3 || slices.Equal(got, w[1:]) || slices.Equal(got, w[:n-1]) {
			return ""
		}
		for k := 1; k < n-1; k++ {
			if slices.Equal(without(w, k), got) {
				return "missing"
			}
		}
	}
	return ""
}

// wantNear counts every wording one edit away from a reading, by trying every row of words of
// every passage.
func wantNear(w []string, among []*seen) map[string]int {
	out := map[string]int{}
	if len(w) < 2 {
		return out
	}
	for _, s := range among {
		met := map[string]bool{}
		for i := range s.tokens {
			for n := len(w) - 1; n <= len(w)+1; n++ {
				if i+n > len(s.tokens) {
					continue
				}
				if kind := nearKind(w, s.tokens[i:i+n]); kind != "" {
					met[kind+": "+strings.Join(s.tokens[i:i+n], " ")] = true
				}
			}
		}
		for key := range met {
			out[key]++
		}
	}
	return out
}

// gotNear is every near wording that the index tallies.
func gotNear(t *testing.T, x *Index, req query.Request, text string) []map[string]int {
	t.Helper()
	p, err := x.newPlan(req, reading{tree: query.Phrase{Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	g := &suggester{ctx: t.Context(), p: p, x: x, words: suggestWords}
	if err := g.open(); err != nil {
		t.Fatal(err)
	}
	var out []map[string]int
	for _, tokens := range fold.Readings(text) {
		m, all := map[string]int{}, map[edit]*sighting{}
		if words := textsOf(tokens); len(words) > 1 {
			if err := g.nearOf(0, words, &budget{left: suggestWords}, all); err != nil {
				t.Fatal(err)
			}
			for e, s := range all {
				m[nearKinds()[e.kind]+": "+strings.Join(e.words(words), " ")] += s.count
			}
		}
		out = append(out, m)
	}
	return out
}

// shownParts lists the parts among suggestions, by their folded words.
func shownParts(list []query.Suggestion) []string {
	out := []string{}
	for _, s := range list {
		if s.Kind == "part" {
			tree, _, _ := query.Parse(s.Query)
			out = append(out, fmt.Sprint(fold.Key(tree.(query.Phrase).Text), " ", s.Count))
		}
	}
	return out
}

func TestSuggestionsEqualAScan(t *testing.T) {
	t.Parallel()
	items := world(21, 120)
	o := newOracle(items)
	parts, near := 0, map[string]int{}
	for n, x := range shardings(t, items) {
		r := rand.New(rand.NewPCG(5, uint64(n)))
		for i := range often(120) {
			req := drawRequest(r)
			if i%2 == 0 {
				req = query.Request{Facets: []query.FacetRequest{}}
			}
			text := drawAbsent(r, o, 2+i%6)
			tree := query.Phrase{Text: text, Verbatim: i%7 == 0}
			if !hasWord(text) || len(o.hits(&req, tree)) > 0 || len(o.hits(&req, query.Phrase{Text: text})) > 0 {
				continue
			}
			among := o.under(&req, o.all)
			res, err := x.search(t.Context(), req, reading{tree: tree})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(o.wantParts(text, among), shownParts(res.Suggestions)); diff != "" {
				t.Fatalf("%d shards, parts of %q under %+v (-scan +index)\n%s", n, text, req, diff)
			}
			parts += len(shownParts(res.Suggestions))
			readings := fold.Readings(text)
			for k, got := range gotNear(t, x, req, text) {
				want := wantNear(textsOf(readings[k]), among)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%d shards, near %q under %+v (-scan +index)\n%s", n, text, req, diff)
				}
				if len(readings) == 1 {
					listed := wantListed(textsOf(readings[k]), want)
					if diff := cmp.Diff(listed, gotListed(res.Suggestions)); diff != "" {
						t.Fatalf("%d shards, listed of %q under %+v (-scan +index)\n%s", n, text, req, diff)
					}
				}
				for key := range want {
					near[strings.Split(key, ":")[0]]++
				}
			}
			checkSuggestions(t, x, req, res)
		}
	}
	if parts < 100 || near["changed"] < 50 || near["added"] < 10 || near["missing"] < 10 || near["swapped"] < 3 {
		t.Errorf("%d parts, near %v: too few to prove anything", parts, near)
	}
}

// checkSuggestions follows each suggestion: it leads to as many passages as it says, in order
// of counts, and its spans are its words.
func checkSuggestions(t *testing.T, x *Index, req query.Request, res *query.Result) {
	t.Helper()
	last, near := 1<<30, 0
	for _, s := range res.Suggestions {
		follow := req
		follow.Text, follow.Cursor = s.Query, ""
		got, err := x.Search(t.Context(), follow)
		if err != nil || got.Total != s.Count || s.Count == 0 || len(got.Suggestions) > 0 {
			t.Fatalf("%+v leads to %d passages (%v)", s, got.Total, err)
		}
		if s.Phrase[s.FromSpan.Start:s.FromSpan.End] == "" && s.Kind != "added" || s.Partial {
			t.Fatalf("%+v says nothing of what was typed", s)
		}
		if s.Kind == "part" {
			continue
		}
		if near++; near > maxNear || s.Count > last {
			t.Fatalf("%+v stands at the wrong place", s)
		}
		last = s.Count
		if s.From != s.Phrase[s.FromSpan.Start:s.FromSpan.End] || s.To != s.Text[s.ToSpan.Start:s.ToSpan.End] ||
			(s.From == "") != (s.Kind == "added") || (s.To == "") != (s.Kind == "missing") || s.Difference == "" {
			t.Fatalf("%+v does not show what differs", s)
		}
	}
}

func TestShardsDoNotChangeSuggestions(t *testing.T) {
	t.Parallel()
	items := world(22, 100)
	o := newOracle(items)
	indexes := shardings(t, items)
	r := rand.New(rand.NewPCG(6, 6))
	for range often(40) {
		tree := query.Phrase{Text: drawAbsent(r, o, 6)}
		if !hasWord(tree.Text) {
			continue
		}
		var first []query.Suggestion
		for _, n := range []int{1, 2, 7, 7} {
			res, err := indexes[n].search(t.Context(), query.Request{}, reading{tree: tree})
			if err != nil {
				t.Fatal(err)
			}
			if res.Total > 0 && res.Suggestions != nil {
				t.Fatalf("%q has hits and suggestions", tree.Text)
			}
			if n == 1 {
				first = res.Suggestions
			} else if diff := cmp.Diff(first, res.Suggestions); diff != "" {
				t.Fatalf("%q over %d shards (-1 shard)\n%s", tree.Text, n, diff)
			}
		}
	}
}

// lines builds an index of documents of one passage each.
func lines(t testing.TB, per int, texts ...string) *Index {
	t.Helper()
	var items []Item
	for i, text := range texts {
		url := fmt.Sprintf("https://lines.example/%04d", i)
		d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Language: "en",
			Snapshot: corpus.SnapshotIDOf([]byte(url))}
		items = append(items, Item{Document: d, Passages: []*corpus.Passage{{ID: corpus.PassageIDOf(url, text, 0),
			Document: d.ID, Kind: corpus.Paragraph, Text: text, Untraced: true}}})
	}
	return open(t, items, per)
}

func TestSuggestionsShowWhatDiffers(t *testing.T) {
	t.Parallel()
	x := lines(t, 2,
		"The man was killed in the raid.", "The man was killed in the raid, they said.",
		"The man was not killed in the raid.", "Nine men were held; ten men were held.",
		"Он не был убит вчера.", "Three U.S. soldiers fell.")
	for _, c := range []struct{ q, want string }{
		{`"was never killed in the raid"`,
			`part "killed in the raid" 3; missing "was killed in the raid" 2 -[never] +[] negation; changed "was not killed in the raid" 1 -[never] +[not] negation`},
		{`"man killed in the raid"`,
			`part "killed in the raid" 3; added "man was killed in the raid" 2 -[] +[was] other; ` +
				`changed "was killed in the raid" 2 -[man] +[was] other; changed "not killed in the raid" 1 -[man] +[not] negation`},
		{`"eight men were held"`,
			`part "men were held" 1; changed "Nine men were held" 1 -[eight] +[Nine] number; changed "ten men were held" 1 -[eight] +[ten] number`},
		{`"nine were men held"`,
			`part "nine" 1; part "were" 1; part "men" 1; part "held" 1; swapped "Nine men were held" 1 -[were men] +[men were] other`},
		{`"он был убит"`, `part "был убит" 1; added "Он не был убит" 1 -[] +[не] negation; changed "не был убит" 1 -[он] +[не] negation`},
		{`"4 U.S. soldiers"`, `part "U.S. soldiers" 1; changed "Three U.S. soldiers" 1 -[4] +[Three] number`},
		{`"was killed in the raid"`, ``},
		{`"killed raid"`, `part "killed" 3; part "raid" 3; changed "the raid" 3 -[killed] +[the] other; ` +
			`changed "killed in" 3 -[raid] +[in] other`},
		{`"zzz"`, ``},
		{`man raids zzz`, ``},
		{`exact:"Was Killed"`, ``},
		{`exact:"Was Hurt"`, `part "Was" 3; changed "was killed" 2 -[Hurt] +[killed] other; changed "was not" 1 -[Hurt] +[not] negation`},
		{`"was killed" "men were held"`, ``},
		{`"they said" "men were felled" language:en`, `part "men were" 1; changed "men were held" 1 -[felled] +[held] other`},
	} {
		res, err := x.Search(t.Context(), query.Request{Text: c.q})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range res.Suggestions {
			line := fmt.Sprintf("%s %q %d", s.Kind, s.Text, s.Count)
			if s.Kind != "part" {
				line += fmt.Sprintf(" -[%s] +[%s] %s", s.From, s.To, s.Difference)
			}
			got = append(got, line)
		}
		if g := strings.Join(got, "; "); g != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.q, g, c.want)
		}
	}
}

func TestSuggestionsAreForTheFirstThreePhrases(t *testing.T) {
	t.Parallel()
	x := lines(t, 0, "He was hurt.", "She was not hurt.")
	var got []string
	for _, s := range suggestionsOf(t, x, `"he fell" "a was" "he was" -"it was" ("c was" OR he) "d was"~2 exact:"Was Hurt" exact:"E was" "f was"`) {
		if len(got) == 0 || got[len(got)-1] != s.Phrase {
			got = append(got, s.Phrase)
		}
	}
	if diff := cmp.Diff([]string{"he fell", "a was", "d was"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := suggestionsOf(t, x, `"he fell" OR "a was"`); got != nil {
		t.Errorf("alternatives have suggestions: %+v", got)
	}
}

func TestSuggestionsHaveABound(t *testing.T) {
	t.Parallel()
	var texts []string
	for i := range 300 {
		texts = append(texts, fmt.Sprint(strings.Repeat("the of ", 40), i))
	}
	x := lines(t, 100, texts...)
	same := `"` + strings.Repeat("the ", 256) + `"`
	for _, q := range []string{same, `"` + strings.Repeat("of the the ", 85) + `"`} {
		whole := suggestionsOf(t, x, q)
		if len(whole) == 0 || whole[0].Partial {
			t.Fatalf("%.20s: %+v", q, whole)
		}
	}
	x.suggestLimit = 81 * 250 // too few words for 300 passages of 81
	res, err := x.Search(t.Context(), query.Request{Text: `"the of of the"`})
	if err != nil || len(res.Notices) != 1 || res.Notices[0].Code != "suggestions-partial" {
		t.Fatalf("%+v, %v: the cut is not told", res, err)
	}
	for _, s := range res.Suggestions {
		if !s.Partial || s.Count != 300 {
			t.Errorf("%+v: a count of what was cut is exact or not shown", s)
		}
	}
	// Which of several phrases has no hit is told by their pairs without reading.
	res, err = x.Search(t.Context(), query.Request{Text: `"the of" "of of" "the the"`})
	if err != nil || len(res.Suggestions) == 0 || len(res.Notices) != 1 {
		t.Errorf("%+v, %v: the cut is not told", res, err)
	}
	for _, s := range res.Suggestions {
		if !s.Partial || s.Phrase == "the of" {
			t.Errorf("%+v", s)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p, err := x.newPlan(query.Request{}, reading{tree: query.Phrase{Text: "of of"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := x.suggest(ctx, p, &query.Result{}); !errors.Is(err, context.Canceled) {
		t.Errorf("suggestions go on when nobody waits: %v", err)
	}
}

// suggestionsOf asks for the suggestions to a query.
func suggestionsOf(t *testing.T, x *Index, q string) []query.Suggestion {
	t.Helper()
	res, err := x.Search(t.Context(), query.Request{Text: q})
	if err != nil {
		t.Fatal(err)
	}
	return res.Suggestions
}

func TestDifferencesTableIsSound(t *testing.T) {
	t.Parallel()
	rows := strings.Split(strings.TrimSpace(differencesTSV), "\n")[1:]
	if !sort.StringsAreSorted(rows) {
		t.Error("the rows are not sorted")
	}
	for _, row := range rows {
		f := strings.Split(row, "\t")
		if len(f) != 5 || f[0] != "negation" && f[0] != "number" || f[4] == "" {
			t.Errorf("row %q", row)
			continue
		}
		whole := map[string]string{"word": f[3], "prefix": f[3] + "x", "suffix": "x" + f[3]}[f[1]]
		if toks := fold.Tokens(nil, whole); len(toks) != 1 || differences().kind(toks[0].Text) != f[0] {
			t.Errorf("row %q is never met", row)
		}
	}
}
