package web

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/search/searchtest"
)

// number reads a count as pages write it.
func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.ReplaceAll(strings.Fields(s + " ")[0], ",", ""))
	if err != nil {
		t.Fatalf("%q is no count", s)
	}
	return n
}

// tally reads "n passages in m documents" at the top of the results, which the number of
// occurrences may stand before.
func tally(t *testing.T, d doc) (passages, documents int) {
	t.Helper()
	s := d.one(t, "main h1").text()
	parts := strings.Split(s, " in ")
	if len(parts) < 2 {
		t.Fatalf("the head of the results is %q", s)
	}
	parts = parts[len(parts)-2:]
	return number(t, parts[0]), number(t, parts[1])
}

// The count of every value of every facet is what its link leads to, on the pages of all
// requests of the conformance run.
func TestCountsAreWhatLinksGive(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	checked := 0
	for _, raw := range searchtest.Requests() {
		checked += checkCounts(t, h, "/?"+raw)
	}
	if checked < 2000 {
		t.Errorf("only %d values were checked", checked)
	}
	t.Logf("figure: %d facet values lead to what they count", checked)
}

// The same on states that a reader reaches by clicking about.
func TestCountsOnAWalk(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	rng := rand.New(rand.NewPCG(7, 7))
	at := "/"
	for step := range 60 {
		checkCounts(t, h, at)
		d := open(t, h, at)
		var links []string
		for _, sel := range []string{".value .toggle", ".value .minus", ".value .only", ".chips a",
			".modes a", ".sorts a", ".views a"} {
			for _, a := range d.all(sel) {
				links = append(links, a.attr("href"))
			}
		}
		at = links[rng.IntN(len(links))]
		if step%12 == 11 {
			at = "/?q=front"
		}
	}
}

// checkCounts compares every count of a page with the total of the address it stands beside.
func checkCounts(t *testing.T, h http.Handler, path string) int {
	t.Helper()
	d := open(t, h, path)
	total, documents := tally(t, d)
	if a, b := totalOf(t, h, path); a != total || b != documents {
		t.Errorf("%s: the page says %d in %d, the JSON %d in %d", path, total, documents, a, b)
	}
	values := d.all(".value")
	checked := 0
	for _, v := range values {
		n := v.all(".n")
		if len(n) == 0 {
			continue
		}
		title := n[0].attr("title")
		_, docs, _ := strings.Cut(title, " in ")
		got, gotDocs := totalOf(t, h, v.one(t, ".only").attr("href"))
		if want := number(t, n[0].text()); got != want || gotDocs != number(t, docs) {
			t.Errorf(
				"%s: %q says %s and leads to %d in %d",
				path,
				v.one(t, ".only").text(),
				title,
				got,
				gotDocs,
			)
		}
		checked++
	}
	for _, m := range d.all(".modes a") {
		if got, _ := totalOf(t, h, m.attr("href")); got != number(t, m.one(t, "b").text()) {
			t.Errorf("%s: reading %q leads to %d", path, m.text(), got)
		}
	}
	return checked
}

// A phrase is one mark; the text around it, its language and its direction are there.
func TestResults(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?q="+url.QueryEscape(`"nine gunmen of the mountain front were killed"`))
	hit := d.one(t, ".hit")
	if got := hit.texts("mark"); !slices.Equal(
		got,
		[]string{"nine gunmen of the Mountain Front were killed"},
	) {
		t.Errorf("marks %q", got)
	}
	for sel, want := range map[string]string{
		".text": "On 21 April 2018 nine gunmen of the Mountain Front were killed near Tarn-Yurt, " +
			"the Civil Guard said. Two officers were hurt & treated on the spot.",
		".when":    "21 April 2018",
		".place":   "Tarn-Yurt, Norovia",
		".hit-who": "Actors: Mountain Front · Civil Guard",
		".hit-facts": "Example Wirepublished 22 April 2018captured 4 March 2026" +
			"1 citation, 1 unresolved note",
		".hit-source": "Nine gunmen killed near Tarn-Yurt",
	} {
		if got := hit.one(t, sel).text(); got != want {
			t.Errorf("%s is %q, want %q", sel, got, want)
		}
	}
	for q, want := range map[string][2]string{`"الجبهة الجبلية"`: {"ar", "rtl"},
		`"двое ранены"`: {"ru", "ltr"}, `"they call"`: {"en", "ltr"},
		`"1,145 shells"`: {"", "auto"}} {
		text := open(t, h, "/?q="+url.QueryEscape(q)).one(t, ".hit blockquote")
		if got := [2]string{text.attr("lang"), text.attr("dir")}; got != want ||
			text.has("lang") != (want[0] != "") {
			t.Errorf("%s: lang and dir %v, want %v", q, got, want)
		}
	}
	when := open(t, h, "/?q=%22not+the+first%22").one(t, ".when").text()
	if when != "March 2018 month, year from context" {
		t.Errorf("an inferred date reads %q", when)
	}
}

// The link of a hit opens its passage with the same words marked.
func TestHitLeadsToPassage(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, q := range []string{`"hurt & treated"`, `gunmen killed`, `"Порт Сулаке"`, `"الجبهة"`} {
		d := open(t, h, "/?q="+url.QueryEscape(q))
		for _, hit := range d.all(".hit") {
			p := open(t, h, hit.one(t, ".open").attr("href"))
			if diff := cmp.Diff(hit.texts("blockquote mark"),
				p.texts("blockquote mark")); diff != "" {
				t.Errorf("%s (-list +passage):\n%s", q, diff)
			}
		}
	}
}

// Chips name what they remove, and remove it and nothing else.
func TestChips(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	const path = "/?republic=XA-NO&-group=front-south&date=2018&date=none&place=none&source=file" +
		"&same_event=1&date_match=certain&section=History&actor=guard!"
	var got []string
	for _, c := range open(t, h, path).all(".chips a") {
		got = append(got, c.attr("aria-label"))
		gone := open(t, h, c.attr("href"))
		for _, other := range gone.all(".chips a") {
			if other.attr("aria-label") == c.attr("aria-label") {
				t.Errorf("%q is still there behind its link", c.attr("aria-label"))
			}
		}
		if n := len(gone.all(".chips a")); n != 9 {
			t.Errorf("behind %q stand %d chips of 10", c.attr("aria-label"), n)
		}
	}
	want := []string{
		"Remove the filter Republic or oblast: Norovia",
		"Remove the filter Place: unknown",
		"Remove the filter Group not: Southern Wing",
		"Remove the filter Source: file",
		"Remove the filter Actor: Civil Guard alone",
		"Remove the filter Event date: 2018",
		"Remove the filter Event date: unknown",
		"Remove the filter Section: History",
		"Remove the filter Dates: certainly inside",
		"Remove the filter Date and place: of the same event",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("chips (-want +got):\n%s", d)
	}
}

// Chosen values stand first, unknown last; a chosen value without passages stays in sight.
func TestFacetOrder(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?republic=XA-SU&republic=Nowhere")
	for _, f := range d.all(".facet") {
		if f.one(t, "summary h2").text() != "Republic or oblast" {
			continue
		}
		if got := f.texts(".only"); !slices.Equal(
			got,
			[]string{"Sulak", "Nowhere", "Norovia", "unknown"},
		) {
			t.Errorf("values %q", got)
		}
	}
	if got := d.texts(".notices li"); len(got) != 1 || !strings.Contains(got[0], "Nowhere") {
		t.Errorf("notices %q", got)
	}
}

// Toggling adds and takes away; leaving out and allowing again come back to the start.
func TestToggle(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	label := func(d doc, class, text string) string {
		for _, a := range d.all(class) {
			if a.attr("aria-label") == text {
				return a.attr("href")
			}
		}
		t.Fatalf("no link %q", text)
		return ""
	}
	one := label(open(t, h, "/"), ".toggle", "Add Norovia to Republic or oblast")
	two := label(open(t, h, one), ".toggle", "Add Sulak to Republic or oblast")
	if two != "/?republic=XA-NO&republic=XA-SU" {
		t.Errorf("both are %q", two)
	}
	if back := label(open(t, h, two), ".toggle", "Without the filter Sulak"); back != one {
		t.Errorf("back at %q, want %q", back, one)
	}
	out := label(open(t, h, "/"), ".minus", "Leave out Norovia")
	if out != "/?-republic=XA-NO" {
		t.Errorf("left out at %q", out)
	}
	if back := label(open(t, h, out), ".toggle", "Allow Norovia again"); back != "/" {
		t.Errorf("allowed again at %q", back)
	}
}

// Following "next" shows every hit once.
func TestPager(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	seen := map[string]bool{}
	at, pages := "/?size=2&facet=none", 0
	for at != "" {
		d := open(t, h, at)
		for _, a := range d.all(".hit .open") {
			if seen[a.attr("href")] {
				t.Errorf("%s comes twice", a.attr("href"))
			}
			seen[a.attr("href")] = true
		}
		if first := d.all(".pager a"); pages > 0 && first[0].attr("href") != "/?facet=none&size=2" {
			t.Errorf("the first page is %q", first[0].attr("href"))
		}
		at = ""
		if next := d.all(".pager .next"); len(next) > 0 {
			at = next[0].attr("href")
		}
		pages++
	}
	if total, _ := tally(t, open(t, h, "/")); len(seen) != total || pages != (total+1)/2 {
		t.Errorf("%d hits on %d pages, want %d", len(seen), pages, total)
	}
}

// When nothing is found the page says what would find something.
func TestNothing(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?q="+url.QueryEscape("'port sulak'"))
	if got := d.texts(".nothing a"); !slices.Equal(
		got,
		[]string{"1 passage as Quote", "1 passage as Words"},
	) {
		t.Errorf("offers %q", got)
	}
	d = open(t, h, "/?language=ru&source=file")
	if got := d.texts(".nothing a"); !slices.Equal(
		got,
		[]string{"without Source: file", "without Language: ru"},
	) {
		t.Errorf("offers %q", got)
	}
	if got := open(t, h, "/?q=zzzz").one(t, ".nothing").text(); !strings.HasPrefix(
		got,
		"No passage holds this",
	) {
		t.Errorf("says %q", got)
	}
}

// Find within and show more keep everything else of the search.
func TestFindWithin(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	d := open(t, h, "/?q=front&find.place=sul&year=2018")
	for _, f := range d.all(".facet") {
		if f.one(t, "summary h2").text() != "Place" {
			continue
		}
		if got := f.texts(".only"); !slices.Equal(got, []string{"Sulak"}) && len(got) > 0 {
			t.Errorf("values %q", got)
		}
		form := f.one(t, "form")
		v := url.Values{}
		for _, in := range form.all("input") {
			v.Add(in.attr("name"), in.attr("value"))
		}
		if v.Encode() != "find.place=sul&q=front&year=2018" {
			t.Errorf("the form sends %q", v.Encode())
		}
		return
	}
	t.Error("the facet is gone")
}

// The page of a passage: notes in place, each with its record or said to be unresolved.
func TestPassagePage(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	items := searchtest.Items()
	d := open(t, h, "/passage/"+string(items[0].Passages[1].ID))
	if got := d.texts("blockquote .note-mark a"); !slices.Equal(got, []string{"1", "2"}) {
		t.Errorf("note marks %q", got)
	}
	for _, a := range d.all("blockquote .note-mark a") {
		d.one(t, a.attr("href"))
	}
	work := d.one(t, "#note-1 .work").text()
	if work != "Kern, Mira. Guard reports clash. Northern Gazette, 21 April 2018." {
		t.Errorf("the work reads %q", work)
	}
	if got := d.one(t, "#note-2").text(); got != "2unresolved The page has no note of this name." {
		t.Errorf("the missing note reads %q", got)
	}
	for _, a := range d.all(".where a") {
		if a.attr("rel") != "noopener noreferrer nofollow ugc" ||
			!strings.HasPrefix(a.attr("href"), "https://") {
			t.Errorf("link %q with rel %q", a.attr("href"), a.attr("rel"))
		}
	}
	want := []string{
		"March 2018 month, year from context, main event March The year is that of the report.",
		"Arvania › Sulak › Port Sulak place, where it happened Port Sulak",
	}
	if diff := cmp.Diff(want, d.texts(".tags li")); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if n := len(d.all(".neighbours a")); n != 3 {
		t.Errorf("%d links to neighbours", n)
	}
	got := open(t, h, "/passage/"+string(items[0].Passages[2].ID)).texts(".open-questions li")
	if !slices.Equal(got, []string{"the attack date: no date in the passage or before it"}) {
		t.Errorf("open questions %q", got)
	}
}

// The archived bytes of every passage are shown with exactly its runs marked, and compared.
func TestProofOnPage(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, it := range searchtest.Items() {
		for _, p := range it.Passages {
			d := open(t, h, "/passage/"+string(p.ID))
			if got := d.one(t, ".verdict"); !strings.Contains(got.attr("class"), "sound") ||
				!strings.HasPrefix(got.text(), "Checked now") {
				t.Errorf("%s: %s", p.Text, got.text())
			}
			marked := strings.NewReplacer("&amp;", "&", "&lt;", "<").
				Replace(strings.Join(d.texts(".source mark"), " "))
			if squeeze(marked) != squeeze(p.Text) {
				t.Errorf("marked %q, want %q", marked, p.Text)
			}
		}
	}
	id := searchtest.Items()[0].Passages[0].ID
	changed := testSite(t, func(o *Options) {
		o.Snapshot = nil
	})
	if got := open(t, changed, "/passage/"+string(id)).one(t, ".verdict").text(); !strings.Contains(
		got,
		"not kept",
	) {
		t.Errorf("without an archive: %q", got)
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// The page of a document: what is known of it with its witness, every passage, every note.
func TestDocumentPage(t *testing.T) {
	t.Parallel()
	h := testSite(t)
	for _, it := range searchtest.Items() {
		d := open(t, h, "/document/"+string(it.Document.ID))
		quotes := d.all("blockquote")
		if len(quotes) != len(it.Passages) || len(d.all(".notes li")) != len(it.Document.Notes) {
			t.Errorf(
				"%s: %d passages, %d notes",
				it.Document.URL,
				len(quotes),
				len(d.all(".notes li")),
			)
		}
		for i, p := range it.Passages {
			for _, sup := range quotes[i].all(".note-mark") {
				sup.Parent.RemoveChild(sup.Node)
			}
			if got := quotes[i].text(); got != p.Text {
				t.Errorf("passage %d reads %q, want %q", i, got, p.Text)
			}
		}
	}
}

// What the corpus lacks is counted, and its link lists exactly that.
func TestAbout(t *testing.T) {
	t.Parallel()
	h := testSite(t, func(o *Options) {
		o.Info = func() Info {
			return Info{Name: "Invented", Gaps: []Gap{{Name: "undated", Count: 99},
				{Name: "untraced", Count: 3, Meaning: "passages not traced"}}}
		}
	})
	d := open(t, h, "/about")
	rows := d.all("tbody tr")
	linked := 0
	for _, row := range rows {
		if a := row.all("a"); len(a) > 0 {
			linked++
			n, _ := totalOf(t, h, a[0].attr("href"))
			if want := number(t, row.one(t, ".num").text()); n != want {
				t.Errorf("%q says %d and lists %d", row.text(), want, n)
			}
		}
	}
	if linked < 15 || len(rows) != linked+1 {
		t.Errorf("%d of %d rows are linked", linked, len(rows))
	}
	var got corpusAnswer
	if err := json.Unmarshal(get(t, h, "/v1/corpus").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Passages != 13 || got.Documents != 6 || len(got.Gaps) != 4 || got.Gaps[0].Count != 4 {
		t.Errorf("%+v", got)
	}
}

// A place is not named twice, once for itself and once for what it lies in.
func TestFinest(t *testing.T) {
	t.Parallel()
	place := func(path ...string) corpus.Place {
		return corpus.Place{ID: path[len(path)-1], PathIDs: path}
	}
	embedded := place("a", "b", "d")
	embedded.Embedded = true
	var got []string
	for _, p := range finest([]corpus.Place{place("a"), place("a", "b", "c"), place("a", "b"),
		place("x"), embedded}) {
		got = append(got, p.ID)
	}
	if !slices.Equal(got, []string{"c", "x"}) {
		t.Errorf("%q", got)
	}
}
