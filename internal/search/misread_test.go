package search

import (
	"strings"
	"testing"

	"ibid/indexer/query"
)

func TestWordsThatLookLikeSignsAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		q     string
		total int
		at    int
		want  string // part of the one notice; empty for none
	}{
		{`killed repulic:Dagestan`, 0, 7, "perhaps the field republic: was meant"},
		{`killed -repulic:Dagestan`, 9, 8, "perhaps the field republic: was meant"},
		{`Places：Grozny OR killed`, 3, 0, "perhaps the field place: was meant"},
		{`acotr:FSB`, 0, 0, "perhaps the field actor: was meant"},
		{`yaer:2018`, 0, 0, "perhaps the field year: was meant"},
		{`dat:2018`, 0, -1, ""}, // three letters are near too much
		{`note:this http://x.example 12:30`, 0, -1, ""},
		{`republics: Dagestan`, 0, -1, ""}, // a colon as in prose
		{`republic:Dagestan`, 0, -1, ""},
		{`"repulic:Dagestan"`, 0, -1, ""}, // quoted text
		{`"was killed" ~3`, 0, 13, "right behind a quotation"},
		{`"was killed" ~3`, 2, -1, ""},
		{`police && killed`, 0, 7, "all be there without it"},
		{`police & killed`, 0, -1, ""},
	} {
		tree, _, _, _, err := query.Read(c.q, "")
		if err != nil {
			t.Fatal(err)
		}
		got := misread(c.q, tree, c.total)
		switch {
		case c.want == "" && len(got) == 0:
		case len(got) != 1 || c.want == "" || !strings.Contains(got[0].Message, c.want) || got[0].At != c.at:
			t.Errorf("%s with %d found: %+v, want %q at %d", c.q, c.total, got, c.want, c.at)
		}
	}
}
