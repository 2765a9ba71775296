package searchtest

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// Open makes the backend under test over items. It closes it with t.Cleanup.
type Open func(t *testing.T, items []Item) search.Backend

// Requests lists the query strings in which a backend must agree with the brute force.
func Requests() []string {
	var out []string
	for _, q := range []string{
		``, `"nine gunmen"`, `"nine gunmen were killed"`, `'nine gunmen'`, `'Nine gunmen'`,
		`"port sulak"`, `"Порт Сулаке"`,
		`"двое ранены"`, `'двое ранены'`, `"الجبهة الجبلية"`, `"uc nefer"`, `'üç nəfər'`,
		`"1145 shells"`, `'1,145'`,
		`front`, `sulak norovia`, `"no such words here"`, `front -sulak`, `gunm*`,
		`(halden OR sulak)`, `"they call" OR "nobody has"`,
		`republic:XA-NO`, `killed date:2018`, `section:history`, `AND AND`, `"unclosed quote`,
		`<script>`, `"Civil Guard said" killed`,
		`"nine gunmen were never killed"`, `"ten gunmen were killed"`, `'Nine gunmen, killed'`,
		`"killed nine gunmen" "двое были ранены"`, `"gunmen nine"`,
	} {
		out = append(out, "q="+url.QueryEscape(q))
	}
	out = append(out,
		"republic=XA-NO", "republic=XA-NO&republic=XA-SU", "republic=Norovia", "republic=none",
		"republic=XA-NO&republic=none",
		"-republic=XA-NO", "-republic=none", "-republic=XA-NO&republic=XA-SU",
		"country=XA&year=2018", "place=XA-NO!", "place=XB-1",
		"group=front", "group=front!", "-group=front", "actor=guard",
		"actor=guard&actor=ilyas-varo", "actor=none", "-actor=guard",
		"year=2018", "year=2017&year=2019", "month=2018-04", "year=none", "date=2018",
		"date=2018-04-21", "date=..2016",
		"date=2018&date=none", "date=none", "date=2018&date_match=certain",
		"date=2017-12..2018-02&date_match=certain",
		"source=file", "language=ru&language=ar", "language=none", "published=2018",
		"publisher=Example+Wire", "section=history",
		"section=history&section=background", "republic=nowhere",
		"date=2018&place=XA-NO&same_event=1", "year=2019&place=XB&same_event=1",
		"year=2018&place=XB&same_event=1", "year=2018&place=XB", "facet=republic:2&facet=year",
		"facet=none", "find.place=sulak", "sort=date",
		"decade=2010s", "decade=2010&date_match=certain", "-decade=2010", "day=2018-04-21",
		"precision=day&precision=range", "-precision=day&date_match=certain", "role=event",
		"role=none", "year=2018&date_match=certain", "month=2018-04&date_match=certain",
		"place.all=XA-NO&place.all=XA", "group.all=front&actor.all=guard", "year.all=none",
		"year.all=2018&year=2019", "year.all=2018&place.all=XB&same_event=1",
		"cross=republic,group", "cross=year,place:3&same_event=1", "date=2018&cross=place,year&same_event=1",
		"cross=year,month&date_match=certain", "days=1", "days=1&republic=XA-NO&facet=group",
	)
	for _, q := range []string{`front`, `"were killed"`, `'Civil'`, `"двое ранены"`, `"uc nefer"`,
		`الجبهة`, `front -sulak`, `gunm*`, `front republic:XA-NO`, `"no such words here"`} {
		out = append(out, "view=kwic&q="+url.QueryEscape(q))
	}
	for _, s := range append(search.SideSorts(), query.DateAsc, query.DateDesc, query.Relevance) {
		out = append(out, "view=kwic&q=front&sort="+string(s),
			"view=kwic&q=the+OR+the*&year=2018&sort="+string(s))
	}
	return append(out, "q=%22ten+gunmen+were+killed%22&year=2018&republic=XA-NO",
		"q=two+officers&mode=quote&language=ru", "q=gunmen&year=2018&republic=XA-NO", "q=front&-language=ru&group=front",
		"q=%22Mountain+Front%22&republic=XA-NO&year=2015&country=XA")
}

// Run holds a backend against the brute force over the invented corpus.
func Run(t *testing.T, open Open) {
	items := Items()
	b, m := open(t, items), NewMemory(items)
	for _, raw := range Requests() {
		t.Run(raw, func(t *testing.T) {
			v, err := url.ParseQuery(raw)
			if err != nil {
				t.Fatal(err)
			}
			r, err := search.ParseValues(v)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, b, m, r)
			clicks(t, b, r)
			follow(t, b, r)
			pages(t, b, r)
		})
	}
	t.Run("by id", func(t *testing.T) { byID(t, b, items) })
	t.Run("refusals", func(t *testing.T) { refusals(t, b) })
}

// agree compares one answer with that of the brute force.
func agree(t *testing.T, b, m search.Backend, r query.Request) {
	t.Helper()
	r.Size = search.MaxSize
	got, err := b.Search(context.Background(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	want, err := m.Search(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(outline(r, want), outline(r, got)); d != "" {
		t.Errorf("the answer differs from a look at every passage (-want +got):\n%s", d)
	}
}

// outline is what must be equal in two answers.
func outline(r query.Request, a *query.Result) map[string]any {
	var ids []string
	marks := map[string][]corpus.Span{}
	for _, h := range a.Hits {
		ids = append(ids, string(h.Passage.ID))
		if oneLeaf(a.Query) {
			marks[string(h.Passage.ID)] = append([]corpus.Span{}, h.Marks...)
		}
	}
	if a.Query != nil && r.Sort == "" || r.Sort == query.Relevance {
		sort.Strings(ids)
	}
	facets := map[string]query.Facet{}
	for _, f := range a.Facets {
		// What is left out counts nothing; whether it is listed at all is the backend's taste.
		f.Values = slices.DeleteFunc(slices.Clone(f.Values),
			func(v query.FacetValue) bool { return v.Count == 0 })
		if len(f.Values) == 0 {
			f.Values = nil
		}
		f.Total = 0
		if r.SameEvent {
			// Whether an event of no place is of an unknown one is not settled; that the count is
			// what a click gives is tested all the same.
			f.Missing, f.MissingDocuments = 0, 0
		}
		facets[f.Name] = f
	}
	out := map[string]any{"total": a.Total, "documents": a.Documents, "mode": a.Mode,
		"literal": a.Literal,
		"hits":    ids, "marks": marks, "facets": facets,
		"occurrences": a.Occurrences, "lines": linesOf(a, r.Sort == query.Relevance)}
	if len(a.Cross) > 0 {
		out["cross"] = a.Cross
	}
	if r.Days {
		out["first"], out["last"] = a.First, a.Last
	}
	if oneLeaf(a.Query) || a.Query == nil {
		out["readings"] = a.Readings
	}
	if a.Total == 0 {
		out["suggestions"] = suggested(a.Suggestions)
	} else if a.Suggestions != nil {
		out["suggestions"] = "although there are hits"
	}
	return out
}

// suggested is what must be equal in two lists of suggestions: the parts, and how many there
// are; the near wordings unless a tie decides which of them are listed. Of a full list that is
// so at the lowest count that is there for its frequency, and of rarer ones, which are there
// as the first of their kind.
func suggested(list []query.Suggestion) map[string][]string {
	out := map[string][]string{}
	full := map[string][]query.Suggestion{}
	for _, s := range list {
		key := s.Phrase + " " + s.Kind
		if s.Kind != "part" {
			key = s.Phrase + " near"
		}
		full[key] = append(full[key], s)
		out[key] = append(out[key], fmt.Sprintf("%s %q %d: %q to %q, %s", s.Kind, fold.Key(s.Text),
			s.Count, fold.Key(s.From), fold.Key(s.To), s.Difference))
	}
	for key, all := range full {
		if len(all) == 5 && strings.HasSuffix(key, " near") {
			lowest, met := 0, map[string]bool{"other": true}
			for _, s := range all {
				if met[s.Difference] {
					lowest = s.Count
				}
				met[s.Difference] = true
			}
			for k, s := range all {
				if s.Count == lowest {
					out[key][k] = fmt.Sprintf("one of %d", s.Count)
				} else if s.Count < lowest {
					out[key][k] = fmt.Sprintf("one of %d, %s", s.Count, s.Difference)
				}
			}
		}
		sort.Strings(out[key])
	}
	return out
}

// follow runs every suggestion: its count is the total it leads to under the same filters.
func follow(t *testing.T, b search.Backend, r query.Request) {
	t.Helper()
	a, err := b.Search(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range a.Suggestions {
		q := r
		q.Text, q.Mode, q.Facets = s.Query, "", []query.FacetRequest{}
		got, err := b.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if got.Total != s.Count || s.Count == 0 || s.From != s.Phrase[s.FromSpan.Start:s.FromSpan.End] &&
			s.Kind != "part" || s.To != s.Text[s.ToSpan.Start:s.ToSpan.End] && s.Kind != "part" {
			t.Errorf("%+v leads to %d passages", s, got.Total)
		}
	}
}

// oneLeaf reports whether a query is one phrase or one word, so that its readings and its
// marks leave nothing to taste.
func oneLeaf(n query.Node) bool {
	switch n := n.(type) {
	case query.Phrase:
		return n.Slop == 0
	case query.Word:
		return !n.Prefix
	}
	return false
}

// clicks follows every value of every facet: its count is the total it leads to.
func clicks(t *testing.T, b search.Backend, r query.Request) {
	t.Helper()
	r.Size = -1
	a, err := b.Search(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Facets {
		values := append(slices.Clone(f.Values),
			query.FacetValue{Value: query.None, Count: f.Missing, Documents: f.MissingDocuments})
		for _, v := range values {
			chosen := search.Selected(r, f.Name)
			if v.Excluded || slices.Contains(chosen.Not, v.Value) {
				continue
			}
			q := search.With(r, query.Filter{Facet: f.Name, Any: []string{v.Value},
				All: chosen.All, Not: chosen.Not})
			q.Facets = []query.FacetRequest{}
			got, err := b.Search(context.Background(), q)
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != v.Count || got.Documents != v.Documents {
				t.Errorf("%s=%s says %d passages in %d documents and leads to %d in %d", f.Name,
					v.Value,
					v.Count, v.Documents, got.Total, got.Documents)
			}
		}
	}
}

// pages follows the cursor in pages of two: every hit comes once, in the order of one page.
func pages(t *testing.T, b search.Backend, r query.Request) {
	t.Helper()
	r.Facets = []query.FacetRequest{}
	whole := r
	whole.Size = search.MaxSize
	want, err := b.Search(context.Background(), whole)
	if err != nil {
		t.Fatal(err)
	}
	var got []corpus.PassageID
	r.Size = 2
	for range search.MaxSize {
		a, err := b.Search(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, idsOf(a)...)
		if r.Cursor = a.Next; a.Next == "" {
			break
		}
	}
	if d := cmp.Diff(idsOf(want), got); d != "" {
		t.Errorf("pages of two differ from one page (-want +got):\n%s", d)
	}
	every, err := everyHit(b, whole)
	if r.View != "" {
		if corpus.KindOf(err) != corpus.Invalid {
			t.Errorf("all hits of the view %q: %v", r.View, err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want.Hits, every, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("all hits differ from one page (-want +got):\n%s", d)
	}
}

// everyHit collects all hits of a request.
func everyHit(b search.Backend, r query.Request) (out []query.Hit, err error) {
	for h, err := range b.Every(context.Background(), r) {
		if err != nil {
			return out, err
		}
		out = append(out, h)
	}
	return out, nil
}

func idsOf(a *query.Result) []corpus.PassageID {
	var out []corpus.PassageID
	for _, h := range a.Hits {
		out = append(out, h.Passage.ID)
	}
	for _, l := range a.Lines {
		out = append(out, l.Passage.ID)
	}
	return out
}

// linesOf tells the lines of a concordance, without their order where that is a rank.
func linesOf(a *query.Result, ranked bool) []string {
	var out []string
	for _, l := range a.Lines {
		out = append(out, fmt.Sprint(l.Passage.ID, l.Document.ID, l.Span))
	}
	if ranked {
		sort.Strings(out)
	}
	return out
}

// byID asks for every passage and document, and for some that are not there.
func byID(t *testing.T, b search.Backend, items []Item) {
	ctx := context.Background()
	for _, it := range items {
		d, all, err := b.Document(ctx, it.Document.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(it.Document, d); diff != "" {
			t.Errorf("document (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(it.Passages, all); diff != "" {
			t.Errorf("passages of %s (-want +got):\n%s", it.Document.URL, diff)
		}
		for _, want := range it.Passages {
			p, d, err := b.Passage(ctx, want.ID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, p) + cmp.Diff(it.Document, d); diff != "" {
				t.Errorf("passage (-want +got):\n%s", diff)
			}
		}
	}
	gone := fmt.Sprintf("%032x", 0)
	if _, _, err := b.Passage(ctx, corpus.PassageID(gone)); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("a passage that is not there gives %v", err)
	}
	_, _, err := b.Document(ctx, corpus.DocumentID(gone))
	if corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("a document that is not there gives %v", err)
	}
}

// refusals asks what must be refused, and says nothing of what else may be.
func refusals(t *testing.T, b search.Backend) {
	for _, r := range []query.Request{
		{Cursor: "not a cursor"},
		{Text: `""`, Mode: query.Quote},
		{View: query.KWIC},
		{View: query.KWIC, Text: "-front"},
		{View: query.KWIC, Text: "republic:XA-NO"},
	} {
		if _, err := b.Search(context.Background(), r); err == nil {
			t.Errorf("%+v is answered", r)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Search(ctx, query.Request{}); err == nil {
		t.Error("a search goes on when nobody waits for it")
	}
}
