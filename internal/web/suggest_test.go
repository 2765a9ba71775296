package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A phrase that is found nowhere comes with parts of it and with other wordings, marked and
// named as such; each link leads to as many passages as it says, under the same filters.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	path := "/?sort=date&language=en&year=2018&mode=quote&q=" + url.QueryEscape(`Ten gunmen were killed`)
	d := open(t, h, path)
	if got := d.texts(".nothing .parts a"); cmp.Diff([]string{"gunmen were killed"}, got) != "" {
		t.Errorf("parts %q", got)
	}
	near := d.one(t, ".nothing .near li")
	for sel, want := range map[string]string{"a del": "(typed: Ten)", "a ins": "(stands: nine)",
		".how": "one word changed", ".flag": "number differs", ".dim": "1 passage"} {
		if got := near.one(t, sel).text(); got != want {
			t.Errorf("%s is %q, want %q", sel, got, want)
		}
	}
	for _, li := range d.all(".suggest li") {
		for _, a := range li.all("a") {
			u, err := url.Parse(a.attr("href"))
			if err != nil || u.Query().Get("language") != "en" || u.Query().Get("sort") != "date" ||
				u.Query().Has("mode") {
				t.Errorf("%q leads to %s (%v)", a.text(), a.attr("href"), err)
			}
			total, _ := tally(t, open(t, h, a.attr("href")))
			if got := li.one(t, ".dim").text(); !strings.HasPrefix(got, count(total)+" passage") {
				t.Errorf("%q says %q and leads to %d", a.text(), got, total)
			}
		}
	}
	for _, c := range []struct{ q, how, flag string }{
		{`"nine gunmen were never killed"`, "one word less", "negation differs"},
		{`"gunmen nine were killed"`, "two words swapped", "number differs"},
		{`"two were hurt"`, "one word more", ""},
	} {
		d := open(t, h, "/?q="+url.QueryEscape(c.q))
		i := slices.IndexFunc(d.all(".near li"), func(li doc) bool { return li.one(t, ".how").text() == c.how })
		if i < 0 {
			t.Errorf("%s: %q", c.q, d.texts(".near .how"))
		} else if got := strings.Join(d.all(".near li")[i].texts(".flag"), " "); got != c.flag {
			t.Errorf("%s, %s is flagged %q", c.q, c.how, got)
		}
	}
	if d := open(t, h, "/?q=%22nine+gunmen%22"); len(d.all(".suggest")) > 0 {
		t.Error("suggestions beside hits")
	}
}

// Each part of the query can be taken away alone; filters and order stay, the page does not.
func TestQueryChips(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	const q = `"Nine gunmen" -Sulak (front OR killed)`
	d := open(t, h, "/?language=en&sort=date&q="+url.QueryEscape(q))
	var labels, left []string
	for _, a := range d.all(".asked a") {
		labels = append(labels, a.attr("aria-label"))
		u, err := url.Parse(a.attr("href"))
		if err != nil || u.Query().Get("language") != "en" || u.Query().Get("sort") != "date" || u.Query().Has("cursor") {
			t.Errorf("%q leads to %s (%v)", a.text(), a.attr("href"), err)
		}
		left = append(left, u.Query().Get("q"))
		open(t, h, a.attr("href"))
	}
	want := []string{`Remove "Nine gunmen" from the query`, `Remove not Sulak from the query`,
		`Remove (front OR killed) from the query`}
	if diff := cmp.Diff(want, labels); diff != "" {
		t.Errorf("labels (-want +got)\n%s", diff)
	}
	want = []string{`-Sulak (front OR killed)`, `"Nine gunmen" (front OR killed)`, `"Nine gunmen" -Sulak`}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("what is left (-want +got)\n%s", diff)
	}
	if got := d.all(".asked li")[0].text(); !strings.Contains(got, "looked for: nine gunmen") {
		t.Errorf("%q does not say what was folded", got)
	}
	d = open(t, h, "/?mode=quote&language=en&q="+url.QueryEscape(`nine OR gunmen`))
	if got := d.one(t, ".asked a").attr("href"); got != "/?language=en" {
		t.Errorf("a text that is one phrase leads to %q", got)
	}
	if d := open(t, h, "/?language=en"); len(d.all(".asked")) > 0 {
		t.Error("chips of no query")
	}
}

// A cursor belongs to one query.
func TestQueryChipsDropTheCursor(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?size=2&q=front")
	next := d.one(t, ".pager .next").attr("href")
	if !strings.Contains(next, "cursor=") {
		t.Fatal("there is no second page")
	}
	if got := open(t, h, next).one(t, ".asked a").attr("href"); got != "/?size=2" {
		t.Errorf("the chip leads to %q", got)
	}
}
