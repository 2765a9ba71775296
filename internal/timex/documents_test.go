package timex

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// A known day of publication makes news of a document, unless its years lie elsewhere.
func TestGuessMode(t *testing.T) {
	t.Parallel()
	old := strings.Repeat("In 1911 it rained. In 1912 it did not. ", 4)
	for _, tt := range []struct {
		d    Document
		want Mode
	}{
		{Document{}, Narrative},
		{Document{Published: "2024-07-02"}, News},
		{Document{Published: "2024-07-02", Texts: []Text{{Text: old}}}, Narrative},
		{Document{Published: "1912-07-02", Texts: []Text{{Text: old}}}, News},
		{Document{Published: "someday"}, Narrative},
		{Document{Mode: News}, News},
	} {
		if got := newAnnotator(tt.d).mode; got != tt.want {
			t.Errorf("published %q: %s, want %s", tt.d.Published, got, tt.want)
		}
	}
}

// Kinds of text that carry no event, and those that do.
func TestKinds(t *testing.T) {
	t.Parallel()
	const s = "On 5 May 2019 a bridge fell."
	for kind, want := range map[corpus.BlockKind]int{corpus.Heading: 0, corpus.Paragraph: 1,
		corpus.Item: 1, corpus.Quote: 1, corpus.Row: 1, corpus.Caption: 1} {
		r := Annotate(Document{Texts: []Text{{Kind: kind, Text: s}}})
		if len(r[0].Events) != want || len(r[0].Expressions) != 1 {
			t.Errorf("%s: %d events and %d expressions", kind, len(r[0].Events), len(r[0].Expressions))
		}
	}
}

// A heading given as a text and one named in the section path lead to the same dates.
func TestHeadings(t *testing.T) {
	t.Parallel()
	p := Text{Kind: corpus.Paragraph, Text: "In June it rained.", Section: []string{"Rain of 1911"}}
	with := Annotate(Document{Texts: []Text{
		{Kind: corpus.Heading, Text: "Rain of 1911", Section: p.Section}, p}})
	without := Annotate(Document{Texts: []Text{p}})
	title := Annotate(Document{Title: "Rain of 1911", Texts: []Text{{Kind: p.Kind, Text: p.Text}}})
	if diff := cmp.Diff(without[0].Events, title[0].Events); diff != "" {
		t.Errorf("- from the path, + from the title:\n%s", diff)
	}
	if diff := cmp.Diff(without[0].Events, with[1].Events); diff != "" ||
		with[1].Events[0].EDTF != "1911-06" {
		t.Errorf("- from the path, + from the heading:\n%s", diff)
	}
}

// Nothing is carried into another section, nor over a passage that tells of nothing.
func TestInheritance(t *testing.T) {
	t.Parallel()
	events := func(sections ...string) []int {
		d := Document{}
		for i, s := range sections {
			texts := []string{"On 5 May 2019 a bridge fell.", "They had built it badly.",
				"Concrete is made of sand.", "They had built it badly."}
			d.Texts = append(d.Texts, Text{Kind: corpus.Paragraph, Text: texts[i], Section: []string{s}})
		}
		var n []int
		for _, r := range Annotate(d) {
			n = append(n, len(r.Events))
		}
		return n
	}
	if got := events("a", "a", "a", "a"); !slices.Equal(got, []int{1, 1, 0, 0}) {
		t.Errorf("in one section %v", got)
	}
	if got := events("a", "b"); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("into another section %v", got)
	}
}

// Each event of a document says where it came from; the anchor is a date named before.
func TestReasons(t *testing.T) {
	t.Parallel()
	rs := Annotate(Document{Texts: []Text{
		{Kind: corpus.Paragraph, Text: "On 5 May 2019 a bridge fell. Two days later it stood."}}})
	got := rs[0].Events[1]
	want := corpus.EventDate{EDTF: "2019-05-07", First: corpus.DayOf(2019, 5, 7),
		Last: corpus.DayOf(2019, 5, 7), Precision: "day", Inference: "relative",
		Anchor: "2019-05-05", Rule: "reckoned from 2019-05-05",
		Evidence: []corpus.Span{{Start: 29, End: 43}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}

// Lines are texts, short ones between empty lines are headings, and each is found again.
func TestParagraphs(t *testing.T) {
	t.Parallel()
	s := "\n  Rain\n\nIt rained in May. It was 1911.\r\n\nNo heading,\nas it goes on.\n\nIt ended.\n"
	texts, at := Paragraphs(s)
	var got []string
	for i, x := range texts {
		got = append(got, string(x.Kind)+" "+x.Text)
		if s[at[i]:at[i]+len(x.Text)] != x.Text {
			t.Errorf("%q is not at %d", x.Text, at[i])
		}
	}
	want := []string{"heading Rain", "paragraph It rained in May. It was 1911.",
		"paragraph No heading,", "paragraph as it goes on.", "paragraph It ended."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("- want, + got:\n%s", diff)
	}
}
