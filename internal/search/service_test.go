package search_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
	"ibid/internal/search/searchtest"
)

func asError(err error, to **corpus.Error) bool { return errors.As(err, to) }

func service(opt search.Options) *search.Service {
	return search.New(searchtest.NewMemory(searchtest.Items()), opt)
}

func ask(t *testing.T, s *search.Service, r query.Request) *search.Answer {
	t.Helper()
	a, err := s.Search(context.Background(), r)
	if err != nil {
		t.Fatalf("%+v: %v", r, err)
	}
	return a
}

// A name, an alias and a label of a register find what the id finds.
func TestResolve(t *testing.T) {
	t.Parallel()
	reg := searchtest.NewRegister()
	s := service(search.Options{Resolve: reg.Resolve, Label: reg.Label})
	want := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "republic",
		Any: []string{"XA-NO"}}}})
	if want.Total == 0 {
		t.Fatal("nothing in Norovia")
	}
	for _, name := range []string{"Norland", "Norovia", "NOROVIA"} {
		got := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "republic",
			Any: []string{name}}}})
		if got.Total != want.Total || len(got.Notices) > 0 {
			t.Errorf("%s: %d, want %d; %v", name, got.Total, want.Total, got.Notices)
		}
		if v := search.Selected(got.Request, "republic").Any; !slices.Equal(v, []string{"XA-NO"}) {
			t.Errorf("%s ran as %v", name, v)
		}
		got = ask(t, s, query.Request{Text: "republic:" + name})
		if got.Total != want.Total || got.Request.Text != "republic:"+name {
			t.Errorf("republic:%s typed: %d, want %d", name, got.Total, want.Total)
		}
	}
	alone := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "group",
		Any: []string{"Mountain Front!"}}}})
	all := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "group",
		Any: []string{"Mountain Front"}}}})
	if alone.Total == 0 || alone.Total >= all.Total {
		t.Errorf("the front alone has %d passages, with what lies under it %d", alone.Total,
			all.Total)
	}
	if got := s.Label(search.Actor, "guard"); got != "Civil Guard" {
		t.Errorf("the label is %q", got)
	}
	actor := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "actor",
		Any: []string{"Civil Guard", "Ilyas Varo"}}}})
	if actor.Total != 3 {
		t.Errorf("an actor of two kinds gives %d", actor.Total)
	}
}

// mute is a backend that says nothing of unknown values.
type mute struct{ search.Backend }

func (m mute) Search(ctx context.Context, r query.Request) (*query.Result, error) {
	res, err := m.Backend.Search(ctx, r)
	if err == nil {
		res.Notices = nil
	}
	return res, err
}

// A value that nothing knows is named once, whoever notices; one that the index knows is not.
func TestUnknownValue(t *testing.T) {
	t.Parallel()
	m := searchtest.NewMemory(searchtest.Items())
	for name, b := range map[string]search.Backend{"backend tells": m, "backend is mute": mute{m}} {
		s := search.New(b, search.Options{Resolve: searchtest.NewRegister().Resolve})
		a := ask(t, s, query.Request{Filters: []query.Filter{{Facet: "republic",
			Any: []string{"Nowhere", "Norovia"}}}})
		if len(a.Notices) != 1 || a.Notices[0].Code != "unknown-value" ||
			!strings.Contains(a.Notices[0].Message, "Nowhere") || a.Notices[0].At != -1 {
			t.Errorf("%s: notices %v", name, a.Notices)
		}
		if a.Total == 0 {
			t.Errorf("%s: the value beside it is lost", name)
		}
		for _, f := range []query.Filter{{Facet: "source", Any: []string{"example-wire"}},
			{Facet: "year", Any: []string{"2018"}},
			{Facet: "language", Not: []string{"ru"}}, {Facet: "place", Any: []string{"none"}}} {
			if a := ask(t, s, query.Request{Filters: []query.Filter{f}}); len(a.Notices) != 0 ||
				a.Total == 0 {
				t.Errorf("%s: %v gives %d and %v", name, f, a.Total, a.Notices)
			}
		}
	}
}

// Each note mark is there in order, with its records, or with its text and "unresolved".
func TestCitations(t *testing.T) {
	t.Parallel()
	s := service(search.Options{})
	type line struct {
		Note, Title, Raw string
		After            string // the text that the mark stands behind ends so
		Unresolved       bool
	}
	lines := func(q string) []line {
		var out []line
		a := ask(t, s, query.Request{Text: q})
		if a.Total != 1 {
			t.Fatalf("%s: %d passages", q, a.Total)
		}
		for _, c := range a.Hits[0].Citations {
			if c.Mark.Start != c.Mark.End || c.Witness == nil {
				t.Errorf("%+v", c)
			}
			out = append(out, line{c.Note, c.CSL.Title, c.Raw,
				a.Hits[0].Text[c.Mark.Start-5 : c.Mark.Start], c.Unresolved})
		}
		return out
	}
	gazette := "“Guard reports clash”, Northern Gazette, 21 April 2018."
	tests := map[string][]line{
		`"officers were hurt"`: {{"cite_note-1", "Guard reports clash", gazette, "said.", false},
			{"cite_note-2", "", "Interview with a resident, on file.", "spot.", true}},
		`"not the first"`: {{"cite_note-1", "Guard reports clash", gazette, "ound.", false},
			{"cite_note-9", "", "", "ound.", true}},
		`"held villages"`: {{"cite_note-b", "Two Winters", "Ridge, O. Two Winters.", "osed.",
			false},
			{"cite_note-b", "The pledge", "Vale, P. “The pledge”, Halden Review.", "osed.",
				false}},
	}
	for q, want := range tests {
		if d := cmp.Diff(want, lines(q)); d != "" {
			t.Errorf("%s (-want +got):\n%s", q, d)
		}
	}
}

// The JSON has every list as a list, and the names that are fixed.
func TestAnswerJSON(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	s := service(search.Options{Now: func() time.Time {
		now = now.Add(1500 * time.Microsecond)
		return now
	}})
	for _, r := range []query.Request{{}, {Text: `"nobody at all"`},
		{Facets: []query.FacetRequest{}, Size: -1}} {
		raw, err := json.Marshal(ask(t, s, r))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), ":null") {
			t.Errorf("null in %s", raw)
		}
	}
	a := ask(t, s, query.Request{Text: `"nine gunmen of the mountain front"`, Explain: true})
	raw, _ := json.Marshal(a)
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	if got["total"] != 1.0 || got["mode"] != "quote" || got["took_ms"] != 1.5 ||
		got["query"] != `"nine gunmen of the mountain front"` {
		t.Errorf("total %v, mode %v, took %v, query %v", got["total"], got["mode"], got["took_ms"],
			got["query"])
	}
	hit := got["hits"].([]any)[0].(map[string]any)
	text := hit["text"].(string)
	for _, k := range []string{"id", "marks", "score", "snippet", "snippet_marks", "section",
		"ordinal", "events", "places", "actors", "citations", "source"} {
		if _, ok := hit[k]; !ok {
			t.Errorf("a hit has no %s", k)
		}
	}
	mark := hit["marks"].([]any)[0].(map[string]any)
	marked := text[int(mark["start"].(float64)):int(mark["end"].(float64))]
	if marked != "nine gunmen of the Mountain Front" {
		t.Errorf("the mark is %q", marked)
	}
	src := hit["source"].(map[string]any)
	for _, k := range []string{"document", "url", "title", "publisher", "published", "captured",
		"snapshot", "runs"} {
		if _, ok := src[k]; !ok {
			t.Errorf("a source has no %s", k)
		}
	}
	event := hit["events"].([]any)[0].(map[string]any)
	if event["edtf"] != "2018-04-21" || event["first"] != "2018-04-21" ||
		event["precision"] != "day" {
		t.Errorf("event %v", event)
	}
}

// A snippet is a piece of the text at the place it names, and its marks are the text's; its
// length is the request's, else the service's.
func TestSnippetOfHit(t *testing.T) {
	t.Parallel()
	const text = `"were hurt & treated" guard`
	for _, a := range []*search.Answer{
		ask(t, service(search.Options{SnippetBytes: 40}), query.Request{Text: text}),
		ask(t, service(search.Options{}), query.Request{Text: text, Snippet: 40}),
	} {
		if a.Total != 1 {
			t.Errorf("%d passages", a.Total)
		}
		for _, h := range a.Hits {
			if h.Text[h.SnippetAt:h.SnippetAt+len(h.Snippet)] != h.Snippet || len(h.Snippet) > 40 {
				t.Errorf("snippet %q at %d", h.Snippet, h.SnippetAt)
			}
			found := false
			for _, m := range h.SnippetMarks {
				found = found || h.Snippet[m.Start:m.End] == "were hurt & treated"
			}
			if !found {
				t.Errorf("%q does not hold the phrase", h.Snippet)
			}
		}
	}
}

func TestPassageAndDocument(t *testing.T) {
	t.Parallel()
	s := service(search.Options{Version: func() string { return "v1" }})
	ctx := context.Background()
	it := searchtest.Items()[0]
	a, err := s.Passage(ctx, it.Passages[1].ID)
	if err != nil {
		t.Fatal(err)
	}
	if a.Previous != it.Passages[0].ID || a.Next != it.Passages[2].ID || a.Corpus != "v1" ||
		a.Text != it.Passages[1].Text {
		t.Errorf("%+v", a)
	}
	d, err := s.Document(ctx, it.Document.ID)
	if err != nil || len(d.Passages) != len(it.Passages) || d.Document.Title != it.Document.Title {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := s.Passage(ctx, "nonsense"); corpus.KindOf(err) != corpus.Invalid {
		t.Errorf("an id that is none gives %v", err)
	}
	if _, err := s.Document(ctx, corpus.DocumentID(strings.Repeat("0",
		32))); corpus.KindOf(err) != corpus.NotFound {
		t.Errorf("a document that is not there gives %v", err)
	}
}

// Chips show the query as it was typed, and lists are never null.
func TestChipsAndSuggestions(t *testing.T) {
	t.Parallel()
	reg := searchtest.NewRegister()
	s := service(search.Options{Resolve: reg.Resolve, Label: reg.Label})
	a := ask(t, s, query.Request{Text: `"Ten gunmen were killed" -republic:Norovia`})
	want := []query.Chip{
		{Kind: "phrase", Text: `"Ten gunmen were killed"`, Words: []string{"ten", "gunmen", "were", "killed"},
			Without: "-republic:Norovia"},
		{Kind: "field", Text: "republic:Norovia", Not: true, Without: `"Ten gunmen were killed"`},
	}
	if d := cmp.Diff(want, a.Chips); d != "" {
		t.Errorf("chips (-want +got):\n%s", d)
	}
	var got []string
	for _, s := range a.Suggestions {
		got = append(got, s.Kind+" "+s.Query+" "+s.Difference)
	}
	if d := cmp.Diff([]string{`part "gunmen were killed" `, `changed "nine gunmen were killed" number`},
		got); d != "" {
		t.Errorf("suggestions (-want +got):\n%s", d)
	}
	for _, r := range []query.Request{{}, {Text: `"nine gunmen"`}, {Text: "zzzz"}} {
		if a := ask(t, s, r); a.Chips == nil || a.Suggestions == nil || len(a.Suggestions) > 0 {
			t.Errorf("%q: chips %v, suggestions %v", r.Text, a.Chips, a.Suggestions)
		}
	}
	if a := ask(t, s, query.Request{Text: `ten OR "gunmen"`, Mode: query.Quote}); len(a.Chips) != 1 ||
		a.Chips[0].Without != "" {
		t.Errorf("a text that is one phrase has chips %+v", a.Chips)
	}
}
