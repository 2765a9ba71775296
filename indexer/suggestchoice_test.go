package indexer

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"ibid/indexer/query"
)

// wantListed says which near wordings of one reading are listed, each as its count or, where
// only its kind gave it its place, as its kind and count.
func wantListed(w []string, near map[string]int) []string {
	type wording struct {
		count      int
		difference string
	}
	var all []wording
	for key, n := range near {
		got := strings.Fields(strings.SplitN(key, ": ", 2)[1])
		a, b := w, got
		for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
			a, b = a[1:], b[1:]
		}
		for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
			a, b = a[:len(a)-1], b[:len(b)-1]
		}
		all = append(all, wording{n, differenceOf(slices.Concat(a, b))})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].count > all[j].count })
	out := []string{}
	room := min(maxNear, len(all))
	for _, kind := range []string{"negation", "number"} {
		i := slices.IndexFunc(all, func(x wording) bool { return x.difference == kind })
		if i >= 0 {
			out = append(out, fmt.Sprint("at least one ", kind, " ", all[i].count))
			out = append(out, fmt.Sprint(all[i].count))
			all = slices.Delete(all, i, i+1)
			room--
		}
	}
	for _, x := range all[:room] {
		out = append(out, fmt.Sprint(x.count))
	}
	sort.Strings(out)
	return out
}

// gotListed is the same of the suggestions of an answer.
func gotListed(list []query.Suggestion) []string {
	out := []string{}
	met := map[string]bool{"other": true}
	for _, s := range list {
		if s.Kind == "part" {
			continue
		}
		if out = append(out, fmt.Sprint(s.Count)); !met[s.Difference] {
			met[s.Difference] = true
			out = append(out, fmt.Sprint("at least one ", s.Difference, " ", s.Count))
		}
	}
	sort.Strings(out)
	return out
}

func TestSuggestionsKeepANegationAndANumber(t *testing.T) {
	t.Parallel()
	var texts []string
	for i, w := range []string{"militants", "gunmen", "rebels", "fighters", "officers", "men"} {
		for range 9 - i {
			texts = append(texts, w+" were killed in Magas", "the guards were "+w+" of Magas")
		}
	}
	texts = append(texts, "9 were killed in Magas", "none were killed in Magas", "none were killed in Magas",
		"9 were killed in Magas", "two were killed in Magas", "not were killed in Magas")
	for _, c := range []struct{ q, want string }{
		// Of the six more frequent wordings three are listed; the first of two numbers is.
		{`"soldiers were killed in Magas"`, `militants 9 other; gunmen 8 other; rebels 7 other; 9 2 number; none 2 negation`},
		// Where no wording has a negation or a number, the five most frequent ones are.
		{`"guards were soldiers of Magas"`, `militants 9 other; gunmen 8 other; rebels 7 other; fighters 6 other; officers 5 other`},
		// Every wording differs by a number here: those that do by a negation as well have it.
		{`"seven were killed in Magas"`, `militants 9 number; gunmen 8 number; rebels 7 number; fighters 6 number; none 2 negation`},
	} {
		for _, per := range []int{0, 7} {
			var got []string
			for _, s := range suggestionsOf(t, lines(t, per, texts...), c.q) {
				if s.Kind != "part" {
					got = append(got, fmt.Sprint(s.To, " ", s.Count, " ", s.Difference))
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.q, g, c.want)
			}
		}
	}
}
