package query

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChips(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		want  []Chip
	}{
		{`"Police Killed"`, []Chip{{Kind: "phrase", Text: `"Police Killed"`, Words: []string{"police", "killed"}}}},
		{`'Katyr-Yurt' Raids`, []Chip{
			{Kind: "verbatim", Text: `exact:"Katyr-Yurt"`, Without: `Raids`},
			{Kind: "word", Text: "Raids", Words: []string{"raids"}, Without: `exact:"Katyr-Yurt"`}}},
		{`"a b"~3 shoot* Katyr-Yurt`, []Chip{
			{Kind: "slop", Text: `"a b"~3`, Words: []string{"a", "b"}, Without: `shoot* Katyr-Yurt`},
			{Kind: "prefix", Text: `shoot*`, Words: []string{"shoot"}, Without: `"a b"~3 Katyr-Yurt`},
			{Kind: "word", Text: `Katyr-Yurt`, Words: []string{"katyr", "yurt"}, Without: `"a b"~3 shoot*`}}},
		{`a OR b`, []Chip{{Kind: "group", Text: "a OR b", Words: []string{"a", "b"}}}},
		{`(a OR -b) -republic:Dagestan -(c d)`, []Chip{
			{Kind: "group", Text: "(a OR -b)", Words: []string{"a"}, Without: "-republic:Dagestan -(c d)"},
			{Kind: "field", Text: "republic:Dagestan", Not: true, Without: "(a OR -b) -(c d)"},
			{Kind: "group", Text: "(c d)", Words: []string{"c", "d"}, Not: true, Without: "(a OR -b) -republic:Dagestan"}}},
		{`(a OR b) c`, []Chip{
			{Kind: "group", Text: "(a OR b)", Words: []string{"a", "b"}, Without: "c"},
			{Kind: "word", Text: "c", Words: []string{"c"}, Without: "a OR b"}}},
	} {
		tree, _, err := Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, Chips(tree)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", c.query, diff)
		}
		checkWithout(t, tree)
	}
	if got := Chips(nil); got != nil {
		t.Errorf("no query has chips %v", got)
	}
}

// checkWithout holds that each chip's query without it is the tree without that part.
func checkWithout(t *testing.T, tree Node) {
	t.Helper()
	parts, ok := tree.(And)
	if !ok {
		parts = And{tree}
	}
	chips := Chips(tree)
	if len(chips) != len(parts) {
		t.Fatalf("%s has %d parts and %d chips", tree, len(parts), len(chips))
	}
	for i, c := range chips {
		var want, got Node
		switch rest := slices.Delete(slices.Clone(parts), i, i+1); len(rest) {
		case 0:
		case 1:
			want = rest[0]
		default:
			want = rest
		}
		if c.Without != "" {
			var err error
			if got, _, err = Parse(c.Without); err != nil {
				t.Fatalf("%s without %s is %q: %v", tree, c.Text, c.Without, err)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s without %s is %q (-want +got)\n%s", tree, c.Text, c.Without, diff)
		}
		shown := c.Text
		if c.Not {
			shown = "-" + shown
		}
		if whole := parts[i].String(); shown != whole && shown != "("+whole+")" {
			t.Fatalf("%s is shown as %s", whole, shown)
		}
	}
}

func FuzzChips(f *testing.F) {
	for _, s := range []string{`"a b" -c (d e)`, `'x y' (a OR b) republic:"N O"`, `-(a OR b) c`, `NOT NOT a "b`, `a OR b c`,
		`\" -"x" date:2018..`, `-0 OR 0`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range []Mode{"", Quote, Verbatim, Words} {
			if tree, _, _, _, err := Read(s, m); err == nil && tree != nil {
				checkWithout(t, tree)
			}
		}
	})
}
