package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/internal/search"
)

// hrefs gives the addresses of links by their text.
func hrefs(d doc, selector string) map[string]string {
	out := map[string]string{}
	for _, a := range d.all(selector) {
		out[a.text()] = a.attr("href")
	}
	return out
}

// The concordance is a table with a caption and a heading for each column; every line has its
// keyword marked and leads to its passage with that mark.
func TestConcordance(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?view=kwic&q=killed")
	if len(d.all(".hits")) > 0 || d.one(t, "table.kwic caption").text() == "" {
		t.Error("the page of a concordance lists hits, or its table has no caption")
	}
	want := []string{"Before", "Keyword", "After", "Event", "Source"}
	if diff := cmp.Diff(want, d.texts("table.kwic th")); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for _, th := range d.all("table.kwic th") {
		if th.attr("scope") != "col" {
			t.Errorf("%q is not the head of a column", th.text())
		}
	}
	rows := d.all("table.kwic tbody tr")
	if len(rows) < 3 {
		t.Fatalf("%d lines are too few", len(rows))
	}
	if head := d.one(t, "main h1").text(); !strings.HasPrefix(head, count(len(rows))+" occurrences in ") {
		t.Errorf("%d lines under %q", len(rows), head)
	}
	for _, tr := range rows {
		mark := tr.one(t, ".kwic-key mark").text()
		p := open(t, h, tr.one(t, ".kwic-source a").attr("href"))
		if got := p.texts("blockquote mark"); !slices.Equal(got, []string{mark}) {
			t.Errorf("the line of %q leads to a passage with the marks %q", mark, got)
		}
	}
}

// The page of a concordance shows the lines of the JSON answer in their order.
func TestConcordanceIsThatOfTheAnswer(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, s := range append([]string{""}, "left1", "right3", "date", "relevance") {
		raw := "view=kwic&q=front&size=5"
		if s != "" {
			raw += "&sort=" + s
		}
		var a search.Answer
		if err := json.Unmarshal(get(t, h, "/v1/search?"+raw).Body.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, l := range a.Lines {
			want = append(want, strings.TrimSpace(l.Left)+"|"+l.Keyword+"|"+strings.TrimSpace(l.Right))
		}
		var got []string
		for _, tr := range open(t, h, "/?"+raw).all("table.kwic tbody tr") {
			got = append(got, strings.TrimSpace(tr.one(t, ".kwic-left bdi").text())+"|"+
				tr.one(t, ".kwic-key mark").text()+"|"+strings.TrimSpace(tr.one(t, ".kwic-right bdi").text()))
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
			t.Errorf("%s (-answer +page):\n%s", raw, diff)
		}
	}
}

// Next pages lead through every line once.
func TestPagesOfAConcordance(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	whole := open(t, h, "/?view=kwic&q=the&size=100&sort=left2").texts("table.kwic tbody tr")
	var got []string
	at := "/?view=kwic&q=the&size=3&sort=left2"
	for range 100 {
		d := open(t, h, at)
		got = append(got, d.texts("table.kwic tbody tr")...)
		next := d.all(".pager .next")
		if len(next) == 0 {
			break
		}
		at = next[0].attr("href")
	}
	if diff := cmp.Diff(whole, got); diff != "" || len(whole) < 7 {
		t.Errorf("pages of three differ from one of %d (-one +three):\n%s", len(whole), diff)
	}
}

// The views are a switch where there is a keyword, and nothing where there is none.
func TestViewSwitch(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for path, want := range map[string][]string{
		"/":                            nil,
		"/?q=republic%3AXA-NO":         nil,
		"/?q=-front":                   nil,
		"/?q=front&sort=date":          {"List"},
		"/?q=front&view=kwic":          {"Concordance"},
		"/?q=%22no+such%22&view=kwic":  {"Concordance"},
		"/?q=front+republic%3Anowhere": {"List"},
	} {
		d := open(t, h, path)
		if got := d.texts(".views [aria-current=true]"); !slices.Equal(got, want) {
			t.Errorf("%s: the current view is %q, want %q", path, got, want)
		}
		if n := len(d.all(".views a")); want != nil && n != 2 || want == nil && n != 0 {
			t.Errorf("%s: %d views", path, n)
		}
	}
	links := hrefs(open(t, h, "/?q=front&view=kwic&sort=left2&year=2018&cursor="), ".views a")
	if want := map[string]string{"List": "/?q=front&year=2018",
		"Concordance": "/?q=front&sort=left2&view=kwic&year=2018"}; cmp.Diff(want, links) != "" {
		t.Errorf("views lead to %v", links)
	}
}

// A concordance can be put in the order of any word beside the keyword, without a script.
func TestOrdersOfAConcordance(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?q=front&view=kwic")
	links := hrefs(d, ".sorts a")
	for label, sort := range map[string]string{"left 3": "left3", "left 2": "left2", "left 1": "left1",
		"right 1": "right1", "right 2": "right2", "right 3": "right3", "relevance": "relevance",
		"newest event": "-date", "oldest event": "date"} {
		u, err := url.Parse(links[label])
		if err != nil || u.Query().Get("sort") != sort || u.Query().Get("view") != "kwic" {
			t.Errorf("%s leads to %q", label, links[label])
		}
		if got := open(t, h, links[label]).texts(".sorts [aria-current=true]"); !slices.Equal(got, []string{label}) {
			t.Errorf("%s: the current order is %q", label, got)
		}
	}
	if got := d.texts(".sorts [aria-current=true]"); !slices.Equal(got, []string{"right 1"}) {
		t.Errorf("a concordance begins in the order %q", got)
	}
	if len(links) != 9 || len(hrefs(open(t, h, "/?q=front"), ".sorts a")) != 3 {
		t.Errorf("orders %v", links)
	}
}

// A text that runs from right to left does so in each cell, and a page of such lines is a
// table that does.
func TestConcordanceFromRightToLeft(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?view=kwic&q="+url.QueryEscape("الجبهة"))
	if got := d.one(t, "table.kwic").attr("dir"); got != "rtl" {
		t.Errorf("the table runs %q", got)
	}
	for _, b := range d.all(".kwic-left bdi") {
		if b.attr("dir") != "rtl" || b.attr("lang") != "ar" {
			t.Errorf("a line runs %q in %q", b.attr("dir"), b.attr("lang"))
		}
	}
	if got := open(t, h, "/?view=kwic&q=front").one(t, "table.kwic").attr("dir"); got != "ltr" {
		t.Errorf("a table of English runs %q", got)
	}
}

// What cannot be a concordance is refused by its key.
func TestBadConcordance(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for raw, want := range map[string]string{"view=kwic": "view", "view=kwic&q=-front": "view",
		"view=tree&q=front": "view", "sort=left1&q=front": "sort", "sort=left9&view=kwic&q=front": "sort"} {
		for _, path := range []string{"/?", "/v1/search?"} {
			if raw == "view=kwic" && path == "/?" {
				continue // an emptied box: TestEmptiedConcordanceIsTheList
			}
			w := get(t, h, path+raw)
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s%s: status %d: %s", path, raw, w.Code, w.Body)
			}
		}
	}
}

// A box that is emptied in the concordance shows the list again, in an order it has.
func TestEmptiedConcordanceIsTheList(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, path := range []string{"/?view=kwic&q=", "/?view=kwic&sort=left2&q=+", "/?view=kwic"} {
		d := open(t, h, path)
		if len(d.all("table.kwic")) > 0 || len(d.all("article.hit")) == 0 {
			t.Errorf("%s does not list the passages", path)
		}
	}
}
