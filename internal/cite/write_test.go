package cite

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func day(y int, rest ...int) *corpus.CSLDate {
	return &corpus.CSLDate{Parts: [][]int{append([]int{y}, rest...)}}
}

// sample is a full record as it comes from a note.
func sample() Item {
	return Item{
		Citation: corpus.CSL{Type: "article-newspaper", Title: "Fish & chips: 100% of {it}",
			Author:         []corpus.Name{{Family: "Vale", Given: "Iskander"}, {Literal: "Ministry of Roads and Bridges"}, {Literal: etAl}},
			ContainerTitle: "Hill Wire", Publisher: "Hill Press", PublisherPlace: "Upper Town",
			Issued: day(2018, 2, 18), Accessed: day(2024, 11, 5), Page: "10–18", Volume: "5", Issue: "2",
			DOI: "10.1234/a_b", ISBN: "978-0-00-000000-2", ISSN: "1234-5679", PMID: "123",
			URL: "https://wire.example/a?b=1&c=%20", Language: "en",
			Custom: &corpus.CSLCustom{ArchiveURL: "https://archive.example/web/20241001000000/https://wire.example/a",
				ArchiveDate: day(2024, 10, 1), Quote: "It was | wet."}},
		FoundIn: Found{Title: "Bridges", URL: "https://pages.example/bridges",
			Captured: time.Date(2024, 11, 6, 23, 0, 0, 0, time.UTC), Snapshot: corpus.SnapshotIDOf(nil)},
		Passage: "Five people crossed.",
	}
}

func write(t testing.TB, style string, items ...Item) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, style, items); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestStylesReadBack writes a full record in each style and reads it with another reader.
func TestStylesReadBack(t *testing.T) {
	t.Parallel()
	note := "Machine-extracted by Ibid; found in “Bridges”, https://pages.example/bridges, captured 2024-11-06, sha256 " +
		string(corpus.SnapshotIDOf(nil)) + ". Passage: “Five people crossed.”"
	archive := "https://archive.example/web/20241001000000/https://wire.example/a"
	for _, c := range []struct {
		style string
		read  func(testing.TB, string) []fields
		want  fields
	}{
		{"bibtex", readBibTeX, fields{
			"kind": "article", "key": "vale2018fish", "title": "Fish & chips: 100% of {it}",
			"author":  "Vale, Iskander | Ministry of Roads and Bridges | others",
			"journal": "Hill Wire", "publisher": "Hill Press", "address": "Upper Town", "year": "2018",
			"month": "02", "date": "2018-02-18", "volume": "5", "number": "2", "pages": "10--18",
			"doi": "10.1234/a_b", "isbn": "978-0-00-000000-2", "issn": "1234-5679", "pmid": "123",
			"language": "en", "url": "https://wire.example/a?b=1&c=%20", "urldate": "2024-11-05",
			"archiveurl": archive, "archivedate": "2024-10-01", "quote": "It was | wet.", "note": note}},
		{"ris", readRIS, fields{
			"TY": "NEWS", "ID": "vale2018fish", "TI": "Fish & chips: 100% of {it}",
			"AU": "Vale, Iskander | Ministry of Roads and Bridges | et al.", "T2": "Hill Wire",
			"PB": "Hill Press", "CY": "Upper Town", "PY": "2018", "DA": "2018/02/18/", "VL": "5", "IS": "2",
			"SP": "10", "EP": "18", "DO": "10.1234/a_b", "SN": "978-0-00-000000-2 | 1234-5679", "AN": "123",
			"LA": "en", "UR": "https://wire.example/a?b=1&c=%20", "Y2": "2024/11/05/", "AV": archive,
			"N1": note + " | Archived 2024-10-01 | Quote: It was | wet."}},
		{"wiki", readWiki, fields{
			"template": "cite news", "title": "Fish & chips: 100% of {it}", "last1": "Vale",
			"first1": "Iskander", "author2": "Ministry of Roads and Bridges", "display-authors": "etal",
			"newspaper": "Hill Wire", "publisher": "Hill Press", "location": "Upper Town",
			"date": "18 February 2018", "volume": "5", "issue": "2", "pages": "10–18", "doi": "10.1234/a_b",
			"isbn": "978-0-00-000000-2", "issn": "1234-5679", "pmid": "123", "language": "en",
			"url": "https://wire.example/a?b=1&c=%20", "access-date": "5 November 2024",
			"archive-url": archive, "archive-date": "1 October 2024", "quote": "It was | wet.", "note": note}},
	} {
		got := c.read(t, write(t, c.style, sample()))
		if diff := cmp.Diff([]fields{c.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.style, diff)
		}
	}
	csl := readCSL(t, write(t, "csl", sample()))[0]
	if csl["title"] != "Fish & chips: 100% of {it}" || csl["note"] != note || csl["id"] != "vale2018fish" ||
		csl["author"] != "Vale, Iskander | Ministry of Roads and Bridges | et al." || csl["archive-url"] != archive {
		t.Errorf("csl: %v", csl)
	}
	want := "Vale, Iskander; Ministry of Roads and Bridges; et al. (18 February 2018). “Fish & chips: 100% of {it}”. " +
		"Hill Wire. Upper Town: Hill Press. 5 (2): 10–18. doi:10.1234/a_b. ISBN 978-0-00-000000-2. ISSN 1234-5679. " +
		"PMID 123. <https://wire.example/a?b=1&c=%20>. Archived 1 October 2024: <" + archive +
		">. Accessed 5 November 2024. [" + note + "]\n"
	if diff := cmp.Diff(want, write(t, "plain", sample())); diff != "" {
		t.Errorf("plain (-want +got):\n%s", diff)
	}
}

// TestHostileFields puts metacharacters of every style in every field: the readers still see
// as many records, each with its title whole.
func TestHostileFields(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"a} , title = {b", `"`, `\`, "{{{", "}}} }}", "x\r\nER  - \r\nTY  - JOUR", "|x=1}}{{evil}}", "<script>alert(1)</script>",
		"--><b>", "'''''''", "[[Category:x]]", "~~~~", "a and b", "a, b, c", "%", "\x00\x1b[31m", "\u202Eabc", "a\u2028b", "&lt;&#124;",
		"\xff\xfe", "@book{x,", "__NOTOC__", "Ж", strings.Repeat("long ", 5000),
	} {
		title := line(s)
		for style, read := range readers() {
			out := write(t, style.name, itemOf(s), sample())
			got := read(t, out)
			if len(got) != 2 {
				t.Errorf("%s: %d records for %q, want 2:\n%s", style.name, len(got), s, out)
				continue
			}
			if got[0][style.title] != title {
				t.Errorf("%s: title %.200q came back as %.200q", style.name, title, got[0][style.title])
			}
		}
		if n := strings.Count(write(t, "plain", itemOf(s), sample()), "\n"); n != 2 {
			t.Errorf("plain: %d lines for %q, want 2", n, s)
		}
	}
}

type styleName struct{ name, title string }

func readers() map[styleName]func(testing.TB, string) []fields {
	return map[styleName]func(testing.TB, string) []fields{
		{"csl", "title"}: readCSL, {"bibtex", "title"}: readBibTeX, {"ris", "TI"}: readRIS, {"wiki", "title"}: readWiki,
	}
}

// TestNoForeignLinks: javascript and data addresses leave no style.
func TestNoForeignLinks(t *testing.T) {
	t.Parallel()
	for _, u := range []string{"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://", "ftp://a.example/",
		"java\nscript:alert(1)", "https://a.example/\x00b", " //"} {
		it := Item{Citation: corpus.CSL{Title: "T", URL: u, Custom: &corpus.CSLCustom{ArchiveURL: u}}, FoundIn: Found{URL: u}}
		for _, style := range Styles() {
			if out := write(t, style, it); strings.Contains(out, "script:") || strings.Contains(out, "://") || strings.Contains(out, "data:") {
				t.Errorf("%s: %q came out:\n%s", style, u, out)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	title := func(s string, names ...corpus.Name) Item {
		return Item{Citation: corpus.CSL{Title: s, Author: names, Issued: day(2020)}}
	}
	got := entries([]Item{
		title("The Bridge Opens", corpus.Name{Family: "Müller-Ö", Given: "A."}), title("The Bridge Opens", corpus.Name{Family: "Müller-Ö"}),
		title("Мост открыт"), title("Мост открыт"), {},
	})
	var keys []string
	for _, e := range got {
		keys = append(keys, e.key)
	}
	want := []string{"mullero2020bridge", "mullero2020bridge-2", "cite2020c46e4a4c", "cite2020c46e4a4c-2", "cite6e340b9c"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestUnknownStyle(t *testing.T) {
	t.Parallel()
	err := Write(&bytes.Buffer{}, "endnote", nil)
	if corpus.KindOf(err) != corpus.Invalid || !strings.Contains(err.Error(), "bibtex") {
		t.Errorf("got %v, want Invalid with the list of styles", err)
	}
}

func TestFromDocument(t *testing.T) {
	t.Parallel()
	d := &corpus.Document{URL: "https://wire.example/a", Kind: "article", Title: "Bridge opens", Byline: []string{"Iskander Vale", "Hill News"},
		Publisher: "Hill Wire", Published: "2018-02", Language: "en", Captured: time.Date(2024, 11, 6, 1, 2, 3, 0, time.UTC)}
	want := corpus.CSL{Type: "webpage", Title: "Bridge opens", Author: []corpus.Name{{Family: "Vale", Given: "Iskander"}, {Literal: "Hill News"}},
		ContainerTitle: "Hill Wire", Issued: day(2018, 2), Accessed: day(2024, 11, 6), URL: "https://wire.example/a", Language: "en"}
	if diff := cmp.Diff(want, FromDocument(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// FuzzWrite: whatever stands in the fields, each style reads back as two records and the
// title of the first is what was written.
func FuzzWrite(f *testing.F) {
	f.Add("a} , title = {b")
	f.Add("x\r\nER  - \r\n|}}-->")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 2000 {
			return
		}
		for style, read := range readers() {
			got := read(t, write(t, style.name, itemOf(s), sample()))
			if len(got) != 2 || got[0][style.title] != line(s) {
				t.Errorf("%s: %q came back as %d records, title %q", style.name, s, len(got), got[0][style.title])
			}
		}
		if n := strings.Count(write(t, "plain", itemOf(s), sample()), "\n"); n != 2 {
			t.Errorf("plain: %d lines, want 2", n)
		}
	})
}
