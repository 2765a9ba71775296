package search_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

func day(y, m, d int) *corpus.Day {
	x := corpus.DayOf(y, m, d)
	return &x
}

func TestParseValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		raw  string
		want query.Request
	}{
		{"", query.Request{}},
		{"q=", query.Request{}},
		{"q=%22a+b%22&mode=quote&sort=-date&size=5&cursor=x&explain=1&snippet=40", query.Request{
			Text: `"a b"`, Mode: query.Quote, Sort: query.DateDesc, Size: 5, Cursor: "x",
			Explain: true, Snippet: 40}},
		{"size=0", query.Request{Size: -1}},
		{"q=a&view=list", query.Request{Text: "a"}},
		{"q=a&view=kwic&sort=left2", query.Request{Text: "a", View: query.KWIC, Sort: query.Left2}},
		{"republic=RU-IN&republic=RU-DA&republic=RU-DA", query.Request{Filters: []query.Filter{
			{Facet: "republic", Any: []string{"RU-DA", "RU-IN"}}}}},
		{"-group=is&republic=none&actor=fsb", query.Request{Filters: []query.Filter{
			{Facet: "republic", Any: []string{"none"}}, {Facet: "group", Not: []string{"is"}},
			{Facet: "actor", Any: []string{"fsb"}}}}},
		{"date=2018-04&date=none&date=2019..", query.Request{Undated: true,
			Dates: []query.DateRange{{From: day(2018, 4, 1), To: day(2018, 4, 30)},
				{From: day(2019, 1, 1)}}}},
		{"date=", query.Request{}},
		{"date_match=certain&same_event=1&section=History&section=", query.Request{
			Certain: true, SameEvent: true, Section: []string{"History"}}},
		{"facet=year:100&facet=republic", query.Request{Facets: []query.FacetRequest{
			{Name: "republic"}, {Name: "year", Size: 100}}}},
		{"facet=none", query.Request{Facets: []query.FacetRequest{}}},
		{"group.all=b&group.all=a&group=c&-group=d&actor.all=none", query.Request{Filters: []query.Filter{
			{Facet: "group", Any: []string{"c"}, All: []string{"a", "b"}, Not: []string{"d"}},
			{Facet: "actor", All: []string{"none"}}}}},
		{"cross=republic,group&cross=year,+place:7&days=1", query.Request{Days: true, Cross: []query.Cross{
			{A: "republic", B: "group"}, {A: "year", B: "place", Size: 7}}}},
		{"facet=year&find.place=sul", query.Request{Facets: []query.FacetRequest{
			{Name: "place", Find: "sul"}, {Name: "year"}}}},
	}
	for _, tt := range tests {
		v, err := url.ParseQuery(tt.raw)
		if err != nil {
			t.Fatal(err)
		}
		got, err := search.ParseValues(v)
		if err != nil {
			t.Errorf("%s: %v", tt.raw, err)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.raw, d)
		}
	}
}

// find.NAME alone keeps the other facets.
func TestFindKeepsTheOtherFacets(t *testing.T) {
	t.Parallel()
	r, err := search.ParseValues(url.Values{"find.place": {"sul"}})
	if err != nil || len(r.Facets) != len(query.Facets()) {
		t.Errorf("%d facets, %v", len(r.Facets), err)
	}
}

// What is refused names its key and says what to do.
func TestParseValuesRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, key, text string }{
		{"republik=x", "republik", "there is no such key"},
		{"=x", "query string", "there is no such key"},
		{"find.region=x", "find.region", "there is no such key"},
		{"-date=2018", "-date", "there is no such key"},
		{"republic=", "republic", "republic=none"},
		{"-republic=+", "-republic", "has no value"},
		{"q=a&q=b", "q", "given 2 times"},
		{"mode=exact", "mode", "quote, verbatim and words"},
		{"sort=newest", "sort", "relevance, date and -date"},
		{"q=a&view=tree", "view", "list and kwic"},
		{"q=+&view=kwic", "view", "needs a keyword"},
		{"q=a&sort=left1", "sort", "view=kwic"},
		{"q=a&view=kwic&sort=left4", "sort", "right1 to right3"},
		{"size=101", "size", "from 0 to 100"},
		{"size=-1", "size", "from 0 to 100"},
		{"size=ten", "size", "from 0 to 100"},
		{"snippet=39", "snippet", "from 40 to 2000"},
		{"snippet=2001", "snippet", "from 40 to 2000"},
		{"snippet=-1", "snippet", "from 40 to 2000"},
		{"snippet=long", "snippet", "from 40 to 2000"},
		{"-group.all=a", "-group.all", "there is no such key"},
		{"group.all=", "group.all", "has no value"},
		{"cross=republic", "cross", "cross=republic,group"},
		{"cross=republic,group:0", "cross", "cross=republic,group"},
		{"cross=republic,colour", "cross", "is no facet"},
		{"cross=year,group:10001", "cross", "10000"},
		{"days=yes", "days", "days=1"},
		{"date=yesterday", "date", "is not a date"},
		{"date=2019..2018", "date", "ends before it begins"},
		{"date_match=maybe", "date_match", "date_match=certain"},
		{"same_event=yes", "same_event", "same_event=1"},
		{"facet=region", "facet", "is no facet"},
		{"facet=year:0", "facet", "facet=year:100"},
		{"facet=year:10001", "facet", "10000"},
		{"facet=year&facet=year:3", "facet", "asked for twice"},
		{"q=%FF", "q", "not valid UTF-8"},
		{"place=%FF", "place", "not valid UTF-8"},
		{"place=" + strings.Repeat("x", 1025), "place", "1024"},
		{"q=" + strings.Repeat("x", query.MaxBytes+1), "q", "8192"},
		{strings.Repeat("place=a&", 0) + manyValues(257), "filters", "257 values"},
	}
	for _, tt := range tests {
		v, err := url.ParseQuery(tt.raw)
		if err != nil {
			t.Fatal(err)
		}
		_, err = search.ParseValues(v)
		var e *corpus.Error
		if corpus.KindOf(err) != corpus.Invalid || !asError(err, &e) {
			t.Errorf("%.40s: %v is not of kind invalid", tt.raw, err)
			continue
		}
		if e.Item != tt.key || e.Remedy == "" || !strings.Contains(err.Error(), tt.text) {
			t.Errorf("%.40s: key %q, %q", tt.raw, e.Item, err)
		}
	}
}

func manyValues(n int) string {
	v := url.Values{}
	for i := range n {
		v.Add("place", strings.Repeat("a", i+1))
	}
	return v.Encode()
}

func TestDateText(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"2018", "2018-04", "2018-02", "2024-02", "2018-12", "2018-04-21",
		"2018-01-02..2018-12-31", "2018-04-01..2018-04-29",
		"2015..2024", "2018-04..2019-12", "2018-04-21..", "..2018-04-21", "2015..", "..2016-02",
		"-0480..-0001", "-0480-08"} {
		d, err := query.ParseDates(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := search.DateText(d); got != s {
			t.Errorf("%s is written as %s", s, got)
		}
	}
}

// A request that was read is written so that it reads the same, and written again is equal.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"", "q=a&size=0", "republic=b&republic=a&-republic=c&actor=x",
		"date=2018&date=none&date=..2019-05",
		"facet=year:3&facet=month&find.month=05", "facet=none",
		"section=a&section=b&same_event=1&date_match=certain&explain=1", "find.place=x",
		"date=-0480..-0001", "date=201X", "snippet=500", "q=a&view=kwic&sort=right3", "q=a&view=list"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		r, err := search.ParseValues(v)
		if err != nil {
			if corpus.KindOf(err) != corpus.Invalid {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		again, err := search.ParseValues(search.Values(r))
		if err != nil {
			t.Fatalf("%q is written as %q and refused: %v", raw, search.Values(r).Encode(), err)
		}
		if d := cmp.Diff(r, again); d != "" {
			t.Fatalf("%q changes when written:\n%s", raw, d)
		}
		if a, b := search.Values(r).Encode(), search.Values(again).Encode(); a != b {
			t.Fatalf("%q is written as %q and as %q", raw, a, b)
		}
	})
}
