package indexer

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func TestEventsCountInTheUnitsTheyTouch(t *testing.T) {
	t.Parallel()
	on := corpus.DayOf
	for _, c := range []struct {
		edtf        string
		first, last corpus.Day
		precision   corpus.Precision
		want        string // decades, years, months, days
	}{
		{"2018-04-21", on(2018, 4, 21), on(2018, 4, 21), "day", "2010 | 2018 | 2018-04 | 2018-04-21"},
		{"2018-12/2019-02", on(2018, 12, 1), on(2019, 2, 28), "range", "2010 | 2018 2019 | 2018-12 2019-01 2019-02 | "},
		{"2018-12-30/2019-01-02", on(2018, 12, 30), on(2019, 1, 2), "range", "2010 | 2018 2019 | 2018-12 2019-01 | "},
		{"2017/2018-03", on(2017, 1, 1), on(2018, 3, 31), "range", "2010 | 2017 2018 |  | "},
		{"2015/..", on(2015, 1, 1), on(2015, 12, 31), "after", "2010 | 2015 |  | "},
		{"2015-06/..", on(2015, 6, 1), on(2015, 6, 30), "after", "2010 | 2015 | 2015-06 | "},
		{"../2016-12", on(2016, 12, 1), on(2016, 12, 31), "before", "2010 | 2016 | 2016-12 | "},
		{"2018-21", on(2018, 3, 1), on(2018, 5, 31), "season", "2010 | 2018 |  | "},
		{"2018-21/2018-08", on(2018, 3, 1), on(2018, 8, 31), "range", "2010 | 2018 |  | "},
		{"2018-03?", on(2018, 3, 1), on(2018, 3, 31), "month", "2010 | 2018 | 2018-03 | "},
		{"201X", on(2018, 1, 1), on(2019, 12, 31), "decade", "2010 | 2018 2019 |  | "},
		{"-0479-12/-0478-01", on(-479, 12, 1), on(-478, 1, 31), "range", "-0470 | -0478 -0479 | -0478-01 -0479-12 | "},
	} {
		p := &corpus.Passage{Tags: corpus.Tags{Events: []corpus.EventDate{{EDTF: c.edtf,
			First: c.first, Last: c.last, Precision: c.precision}}}}
		f := derive(&corpus.Document{}, p)
		got := list(f.values[decade]) + " | " + list(f.values[year]) + " | " + list(f.values[month]) +
			" | " + list(f.values[day])
		if got != c.want || list(f.values[precision]) != string(c.precision) {
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
		w := newEventWriter()
		w.add(f)
		got := map[corpus.Day]bool{}
		for i, e := range w.events {
			if w.key[i] {
				got[e.first] = true
			}
		}
		if want := map[corpus.Day]bool{c.want: true}; c.dated && !maps.Equal(got, want) || !c.dated && len(got) > 0 {
			t.Errorf("%s: %v, want %v %v", name, got, c.want, c.dated)
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
