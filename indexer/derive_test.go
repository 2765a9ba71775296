package indexer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func TestEventsCountInYearsAndMonths(t *testing.T) {
	t.Parallel()
	day := corpus.DayOf
	for _, c := range []struct {
		edtf        string
		first, last corpus.Day
		precision   corpus.Precision
		want        string // years, then months
	}{
		{"2018-04-21", day(2018, 4, 21), day(2018, 4, 21), "day", "2018 | 2018-04"},
		{"2018-12/2019-02", day(2018, 12, 1), day(2019, 2, 28), "range", "2018 2019 | 2018-12 2019-01 2019-02"},
		{"2018-12-30/2019-01-02", day(2018, 12, 30), day(2019, 1, 2), "range", "2018 2019 | 2018-12 2019-01"},
		{"2017/2018-03", day(2017, 1, 1), day(2018, 3, 31), "range", "2017 2018 | "},
		{"2015/..", day(2015, 1, 1), day(2015, 12, 31), "after", "2015 | "},
		{"2015-06/..", day(2015, 6, 1), day(2015, 6, 30), "after", "2015 | 2015-06"},
		{"../2016-12", day(2016, 12, 1), day(2016, 12, 31), "before", "2016 | 2016-12"},
		{"2018-21", day(2018, 3, 1), day(2018, 5, 31), "season", "2018 | "},
		{"2018-21/2018-08", day(2018, 3, 1), day(2018, 8, 31), "range", "2018 | "},
		{"2018-03?", day(2018, 3, 1), day(2018, 3, 31), "month", "2018 | 2018-03"},
		{"201X", day(2018, 1, 1), day(2019, 12, 31), "decade", "2018 2019 | "},
		{"-0479-12/-0478-01", day(-479, 12, 1), day(-478, 1, 31), "range", "-0478 -0479 | -0478-01 -0479-12"},
	} {
		p := &corpus.Passage{Tags: corpus.Tags{Events: []corpus.EventDate{{EDTF: c.edtf,
			First: c.first, Last: c.last, Precision: c.precision}}}}
		f := derive(&corpus.Document{}, p)
		got := list(f.values[year]) + " | " + list(f.values[month])
		if got != c.want {
			t.Errorf("%s counts in %s, want %s", c.edtf, got, c.want)
		}
	}
}

// list gives the ids of values.
func list(vs []value) string {
	var ids []string
	for _, v := range vs {
		ids = append(ids, v.id)
	}
	return strings.Join(ids, " ")
}

func TestPlacesAndActorsRollUp(t *testing.T) {
	t.Parallel()
	town, embedded := worldPlaces()[3+1], worldPlaces()[7]
	doubtful := worldPlaces()[6]
	embedded.Embedded, doubtful.Ambiguous = true, true
	p := &corpus.Passage{Tags: corpus.Tags{Places: []corpus.Place{town, embedded, doubtful},
		Actors: worldActors()[1:3]}}
	f := derive(&corpus.Document{Source: "s", Publisher: "P", Language: "en", Published: "2019-04"}, p)
	got := map[string]string{}
	for id, name := range map[facetID]string{country: "country", republic: "republic",
		district: "district", place: "place", ownPlace: "own places", group: "group",
		ownActor: "own actors", source: "source", publisher: "publisher", published: "published",
		language: "language", year: "year"} {
		got[name] = list(f.values[id])
	}
	want := map[string]string{"country": "XA", "republic": "XA-N XA-S", "district": "XA-N-1",
		"place": "XA XA-N XA-N-1 XA-S p:1", "own places": "XA-S p:1", "group": "g:1 g:2 g:3",
		"own actors": "g:2 g:3", "source": "s", "publisher": "P", "published": "2019",
		"language": "en", "year": ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, v := range f.values[group] {
		if want := map[string]value{"g:1": {"g:1", "Grey League", ""}, "g:2": {"g:2", "Northern Wing", "g:1"},
			"g:3": {"g:3", "Hill Band", "g:2"}}[v.id]; v != want {
			t.Errorf("value %+v, want %+v", v, want)
		}
	}
}

func TestSortDayIsThatOfThePrimaryEvent(t *testing.T) {
	t.Parallel()
	a, b := worldDates()[0], worldDates()[1]
	for name, c := range map[string]struct {
		events []corpus.EventDate
		want   corpus.Day
		dated  bool
	}{
		"none":          {nil, 0, false},
		"first":         {[]corpus.EventDate{b, a}, b.First, true},
		"primary":       {[]corpus.EventDate{b, primary(a)}, a.First, true},
		"two primaries": {[]corpus.EventDate{primary(b), primary(a)}, b.First, true},
	} {
		f := derive(&corpus.Document{}, &corpus.Passage{Tags: corpus.Tags{Events: c.events}})
		if f.day != c.want || f.dated != c.dated {
			t.Errorf("%s: %v %v, want %v %v", name, f.day, f.dated, c.want, c.dated)
		}
	}
}

func primary(e corpus.EventDate) corpus.EventDate { e.Primary = true; return e }

func TestYearOfPublication(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"": "", "2019": "2019", "2019-04-05": "2019", "-0044": "-0044",
		"201X": "", "20190": "", "May 2019": ""} {
		if got := yearOf(in); got != want {
			t.Errorf("yearOf(%q) = %q, want %q", in, got, want)
		}
	}
}
