package cite

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func names(pairs ...string) []corpus.Name {
	var out []corpus.Name
	for _, p := range pairs {
		family, given, ok := strings.Cut(p, ", ")
		if ok {
			out = append(out, corpus.Name{Family: family, Given: given})
		} else {
			out = append(out, corpus.Name{Literal: p})
		}
	}
	return out
}

// TestResolve reads invented notes of all forms.
func TestResolve(t *testing.T) {
	t.Parallel()
	const archive = "https://web.archive.org/web/20241001000000/https://wire.example/a"
	for _, c := range []struct {
		name string
		note corpus.Note
		want []corpus.CSL
	}{
		{"news with archive, all in text and links",
			corpus.Note{Parts: []corpus.NotePart{{Class: "citation news cs1",
				Text:   `Vale, Iskander; Reed, Tom (18 February 2018). "Five cross the bridge". Hill Wire. Archived from the original on 1 October 2024. Retrieved 5 November 2024.`,
				Italic: []corpus.Span{{Start: 63, End: 72}},
				Links: []corpus.Link{{URL: archive, Text: `"Five cross the bridge"`, Role: "work"},
					{URL: "https://wire.example/a", Text: "the original", Role: "work"}}}}},
			[]corpus.CSL{{Type: "article-newspaper", Title: "Five cross the bridge", Author: names("Vale, Iskander", "Reed, Tom"),
				ContainerTitle: "Hill Wire", Issued: day(2018, 2, 18), Accessed: day(2024, 11, 5), URL: "https://wire.example/a",
				Custom: &corpus.CSLCustom{ArchiveURL: archive, ArchiveDate: day(2024, 10, 1)}}}},
		{"COinS is stronger where it speaks, text fills in",
			corpus.Note{Parts: []corpus.NotePart{{Class: "citation journal",
				Text: `Vale I, Reed T (Feb 2018). "Bridges". J. Hill Stud. 5 (2): 10–18. doi:10.1234/ab. Retrieved 3 May 2020.`,
				COinS: [][2]string{{"rft.genre", "article"}, {"rft.jtitle", "Journal of Hill Studies"}, {"rft.atitle", "Bridges"},
					{"rft.date", "2018-02"}, {"rft.volume", "5"}, {"rft.issue", "2"}, {"rft.pages", "10-18"},
					{"rft_id", "info:doi/10.1234/ab"}, {"rft.aulast", "Vale"}, {"rft.aufirst", "I"}, {"rft.au", "Vale, I"}, {"rft.au", "Reed, T"}}}}},
			[]corpus.CSL{{Type: "article-journal", Title: "Bridges", Author: names("Vale, I", "Reed, T"),
				ContainerTitle: "Journal of Hill Studies",
				Publisher:      "", Issued: day(2018, 2), Accessed: day(2020, 5, 3), Volume: "5", Issue: "2", Page: "10-18", DOI: "10.1234/ab"}}},
		{"a book, its title in italics",
			corpus.Note{Parts: []corpus.NotePart{{Class: "citation book",
				Text:   `Gorin, A. B.; et al. (1998). Roads of the Hills (2nd ed.). Upper Town: Hill Press. pp. 5–7, 9. ISBN 978-0-00-000000-2.`,
				Italic: []corpus.Span{{Start: 29, End: 47}}}}},
			[]corpus.CSL{{Type: "book", Title: "Roads of the Hills", Author: names("Gorin, A. B.", "et al."), Publisher: "Hill Press",
				PublisherPlace: "Upper Town", Issued: day(1998), Page: "5–7, 9", ISBN: "978-0-00-000000-2"}}},
		{"Russian",
			corpus.Note{Text: `Иванов И. И. (3 мая 2020). "Мост открыт". Вестник холмов. Дата обращения: 5 ноября 2024. Архивировано 1 октября 2024.`,
				Links: []corpus.Link{{URL: "https://vestnik.example/1", Text: `"Мост открыт"`}}},
			[]corpus.CSL{{Type: "webpage", Title: "Мост открыт", Author: names("Иванов, И. И."), ContainerTitle: "Вестник холмов",
				Issued: day(2020, 5, 3), Accessed: day(2024, 11, 5), URL: "https://vestnik.example/1",
				Custom: &corpus.CSLCustom{ArchiveDate: day(2024, 10, 1)}}}},
		{"a bare link with text",
			corpus.Note{Text: "Bridge opens, Hill Wire", Links: []corpus.Link{{URL: "https://wire.example/a", Text: "Bridge opens"}}},
			[]corpus.CSL{{Type: "webpage", Title: "Bridge opens", URL: "https://wire.example/a"}}},
		{"an address alone",
			corpus.Note{Text: "https://wire.example/a", Links: []corpus.Link{{URL: "https://wire.example/a", Text: "https://wire.example/a"}}},
			[]corpus.CSL{{Type: "webpage", URL: "https://wire.example/a"}}},
		{"two links, two records, an archive with the second",
			corpus.Note{Text: "Bridge opens; see also Bridge shuts (archived).", Links: []corpus.Link{
				{URL: "https://wire.example/b", Text: "Bridge opens"}, {URL: "https://wire.example/a", Text: "Bridge shuts"},
				{URL: archive, Text: "archived"}}},
			[]corpus.CSL{{Type: "webpage", Title: "Bridge opens", URL: "https://wire.example/b"},
				{Type: "webpage", Title: "Bridge shuts", URL: "https://wire.example/a",
					Custom: &corpus.CSLCustom{ArchiveURL: archive, ArchiveDate: day(2024, 10, 1)}}}},
		{"only the archived copy: the address of the work is in it",
			corpus.Note{Text: "Bridge opens", Links: []corpus.Link{{URL: archive, Text: "Bridge opens"}}},
			[]corpus.CSL{{Type: "webpage", Title: "Bridge opens", URL: "https://wire.example/a",
				Custom: &corpus.CSLCustom{ArchiveURL: archive, ArchiveDate: day(2024, 10, 1)}}}},
		{"a text of a mirror that lost its markup",
			corpus.Note{Text: `Reed, Tom (2 March 2024). "Bridge shut". Hill Wire. Retrieved 5 November 2024.`},
			[]corpus.CSL{{Type: "document", Title: "Bridge shut", Author: names("Reed, Tom"), ContainerTitle: "Hill Wire",
				Issued: day(2024, 3, 2), Accessed: day(2024, 11, 5)}}},
		{"an identifier in a free text", corpus.Note{Text: "On bridges at large, see ISBN 978-0-00-000000-2."},
			[]corpus.CSL{{Type: "book", ISBN: "978-0-00-000000-2"}}},
		{"a remark is no citation", corpus.Note{Text: "The figure includes those hurt on the road."}, nil},
		{"a remark that quotes is none", corpus.Note{Text: `The mayor called it "a good bridge" at the time.`}, nil},
		{"links that are not of the web", corpus.Note{Text: "Bridge", Links: []corpus.Link{{URL: "javascript:alert(1)", Text: "Bridge"}}}, nil},
		{"empty", corpus.Note{}, nil},
	} {
		n := c.note
		Resolve(&n)
		var got []corpus.CSL
		for _, x := range n.Citations {
			got = append(got, x.CSL)
			if x.Raw == "" {
				t.Errorf("%s: no raw text", c.name)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestWitness names what gave each field.
func TestWitness(t *testing.T) {
	t.Parallel()
	n := corpus.Note{Parts: []corpus.NotePart{{Class: "citation web", Text: `"Bridges". Hill Wire. Retrieved 3 May 2020.`,
		COinS: [][2]string{{"rft.btitle", "Bridges"}},
		Links: []corpus.Link{{URL: "https://wire.example/a", Text: `"Bridges"`}, {URL: "//doi.org/10.1234%2Fab", Text: "10.1234/ab"},
			{URL: "https://archive.ph/2020/https://wire.example/a", Text: "Archived"}}}}}
	Resolve(&n)
	want := map[string]string{"title": "coins", "publisher": "text", "accessed": "text", "URL": "link", "type": "text",
		"DOI": "identifier-link", "archive-url": "archive-link"}
	if diff := cmp.Diff(want, n.Citations[0].Witness); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestResolveAll follows short references to the bibliography, by link and by text.
func TestResolveAll(t *testing.T) {
	t.Parallel()
	notes := []corpus.Note{
		{ID: "n1", Text: "Gorin & Vale 1998, p. 7.", Links: []corpus.Link{{URL: "#CITEREFGorinVale1998", Text: "Gorin & Vale 1998", Role: "ref"}}},
		{ID: "n2", Text: "Gorin & Vale 1998, pp. 8–9."},
		{ID: "n3", Text: "Reed 2001, p. 3"},
		{ID: "n4", Text: "See the chapter on roads."},
		{ID: "n5", Text: "Holm et al. 2011"},
	}
	ResolveAll(notes, corpus.NotePart{ID: "CITEREFGorinVale1998", Class: "citation book",
		Text: "Gorin, A.; Vale, I. (1998). Roads. Hill Press.", Italic: []corpus.Span{{Start: 28, End: 33}}})
	got := map[string]string{}
	for _, n := range notes {
		for _, c := range n.Citations {
			got[n.ID] += nameOf(c.CSL.Author[0].Family, c.CSL.Author[0].Given, "") + "/" + c.CSL.Title + "/" + c.CSL.Page + "/" + c.Witness["bibliography"]
		}
	}
	want := map[string]string{"n1": "Gorin, A./Roads/7/link", "n2": "Gorin, A./Roads/8–9/text", "n3": "Reed//3/", "n5": "Holm///"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in      string
		want    []corpus.Name
		editors bool
	}{
		{"Vale, Iskander; Reed, Tom", names("Vale, Iskander", "Reed, Tom"), false},
		{"Vale, I.; Reed, T. & Holm, K.", names("Vale, I.", "Reed, T.", "Holm, K."), false},
		{"Ana Vale", names("Vale, Ana"), false},
		{"Ana von Vale", names("von Vale, Ana"), false},
		{"Ana Vale, Tom K. Reed and Ulf Holm", names("Vale, Ana", "Reed, Tom K.", "Holm, Ulf"), false},
		{"Ana Vale and Tom Reed", names("Vale, Ana", "Reed, Tom"), false},
		{"Vale AB, van Reed T, Holm-Ost U", names("Vale, AB", "van Reed, T", "Holm-Ost, U"), false},
		{"Vale, A.B., Reed, T., 	Holm, U.", names("Vale, A.B.", "Reed, T.", "Holm, U."), false},
		{"Van Reed, Tom", names("Van Reed, Tom"), false},
		{"Vale, Ana; et al.", names("Vale, Ana", "et al."), false},
		{"Vale, Ana and others", names("Vale, Ana", "et al."), false},
		{"Иванов И. И., Петрова А. С.", names("Иванов, И. И.", "Петрова, А. С."), false},
		{"Иванов И. И.; Петрова А. С. и др.", names("Иванов, И. И.", "Петрова, А. С.", "et al."), false},
		{"И. И. Иванов", names("Иванов, И. И."), false},
		{"Ministry of Roads and Bridges", names("Ministry of Roads and Bridges"), false},
		{"Hill News Agency", names("Hill News Agency"), false},
		{"Reuters", names("Reuters"), false},
		{"Vale, Ana, ed.", names("Vale, Ana"), true},
		{"Vale, Ana; Reed, Tom (eds.)", names("Vale, Ana", "Reed, Tom"), true},
		{"", nil, false},
		{" ;; , ", nil, false},
	} {
		got, editors := parseNames(c.in)
		if diff := cmp.Diff(c.want, got); diff != "" || editors != c.editors {
			t.Errorf("%q: editors %t, want %t (-want +got):\n%s", c.in, editors, c.editors, diff)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"1 February 2011": "2011-02-01", "February 1, 2011": "2011-02-01", "2011-02-01": "2011-02-01", "Feb 1990": "1990-02", "2008": "2008",
		"2008a": "2008", "Spring 2004": "2004-21", "3 мая 2020": "2020-05-03", "3 мая 2020 г.": "2020-05-03", "03.05.2020": "2020-05-03",
		"May–June 2006": "2006-05/2006-06", "1–5 May 2010": "2010-05-01/2010-05-05", "30 April – 2 May 2010": "2010-04-30/2010-05-02",
		"2003–2004": "2003/2004", "3 mayıs 2020": "2020-05-03", "3 مايو 2020": "2020-05-03", "3. März 2020": "2020-03-03", "31 aprel 2020": "",
		"03/05/2020": "", "30 February 2010": "", "2010–2003": "", "May": "", "12": "", "n.d.": "", "": "", "3 2020": "",
		"0001": "", "5 May 2010 6": "", "Sept. 2010": "2010-09", "2010-13": "", "2010-22": "2010-22",
	} {
		if got := dateText(parseDate(in)); got != want {
			t.Errorf("parseDate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRole(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://wire.example/a": "work", "http://web.archive.org/web/2020/http://a.example": "archive", "https://archive.ph/abc": "archive",
		"https://archive.example/web/20241001000000/https://wire.example/a": "archive", "//doi.org/10.1234/ab": "identifier",
		"https://www.ncbi.nlm.nih.gov/pubmed/123": "identifier", "#CITEREFVale2018": "ref", "./Page#CITEREFVale2018": "ref",
		"javascript:alert(1)": "other", "#top": "other", "": "other", "mailto:a@b.example": "other", "https://en.example/wiki/Special:BookSources/1": "identifier",
	} {
		if got := Role(in); got != want {
			t.Errorf("Role(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestTables holds the rules of the data files: sorted by their first columns, a source in
// each row, no row twice.
func TestTables(t *testing.T) {
	t.Parallel()
	if _, err := readLexicon(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"months", "words", "types", "languages", "hosts"} {
		last := ""
		err := eachRow(name, func(c []string) error {
			key := strings.Join(c[:2], "\t")
			if name != "words" {
				key = c[0]
			}
			if key <= last {
				t.Errorf("%s.tsv: %q stands after %q", name, key, last)
			}
			if c[len(c)-1] == "" || c[0] != lower(c[0]) {
				t.Errorf("%s.tsv: %q has no source or is not in lower case", name, key)
			}
			last = key
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// TestHugeNotes: ten thousand authors and a text without end are cut, and said to be cut.
func TestHugeNotes(t *testing.T) {
	t.Parallel()
	var pairs [][2]string
	for range 10_000 {
		pairs = append(pairs, [2]string{"rft.au", "Vale, Ana"})
	}
	n := corpus.Note{Parts: []corpus.NotePart{{Text: strings.Repeat("Vale, Ana; ", 10_000) + `(2010). "T".`,
		COinS: append(pairs, [2]string{"rft.title", "T"})}}}
	Resolve(&n)
	a := n.Citations[0].CSL.Author
	if len(a) > maxNames+1 || n.Citations[0].CSL.Title == "" {
		t.Errorf("%d authors", len(a))
	}
}

// FuzzResolve: no text breaks the reader, addresses are of the web, and reading twice gives
// the same.
func FuzzResolve(f *testing.F) {
	f.Add(`Vale, Ana (2010). "A "b" c". In Reed, T. Book. 5 (2): 1–2. doi:10.1/x. Retrieved 1 May 2010.`, "https://a.example", "2010-05-01", 3, 9)
	f.Add("Vale & Reed 2010, p. 5", "javascript:x", "", -1, 400)
	f.Fuzz(func(t *testing.T, text, url, value string, from, to int) {
		link := corpus.Link{URL: url, Text: value}
		notes := []corpus.Note{
			{Text: text, Links: []corpus.Link{link, link}},
			{Text: text, Parts: []corpus.NotePart{{ID: "CITEREFVale2010", Class: value, Text: text, Italic: []corpus.Span{{Start: from, End: to}},
				COinS: [][2]string{{"rft.date", value}, {"rft_id", url}, {"rft.au", value}, {"rft.atitle", text}}, Links: []corpus.Link{link}}}},
		}
		ResolveAll(notes)
		var first []corpus.Citation
		for _, n := range notes {
			first = append(first, n.Citations...)
		}
		ResolveAll(notes)
		var second []corpus.Citation
		for _, n := range notes {
			second = append(second, n.Citations...)
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("reading twice differs: %s", diff)
		}
		for _, c := range first {
			for _, u := range []string{c.CSL.URL, custom(c.CSL).ArchiveURL} {
				if u != "" && !strings.HasPrefix(strings.ToLower(u), "http") {
					t.Errorf("address %q", u)
				}
			}
		}
	})
}

func custom(c corpus.CSL) corpus.CSLCustom { return entry{CSL: c}.custom() }
