package eval

import (
	"fmt"
	"html"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ibid/corpus"
)

// What a citation template asks of a record, in the names of CSL fields. Text fields are
// compared after folding, dates after normalising, names without points and order of parts.

// sameField maps parameters to the field they fill, in order of preference.
var sameField = []struct{ field, params string }{
	{"container-title", "journal work website magazine newspaper periodical encyclopedia"},
	{"publisher", "publisher"}, {"publisher-place", "location place"},
	{"page", "pages page p at"}, {"volume", "volume"}, {"issue", "issue number"},
	{"DOI", "doi"}, {"ISBN", "isbn"}, {"ISSN", "issn"}, {"PMID", "pmid"}, {"URL", "url"},
	{"issued", "date year"}, {"accessed", "access-date accessdate"},
	{"archive-url", "archive-url archiveurl"}, {"archive-date", "archive-date archivedate"},
}

// wanted is the fields of a template with their values.
func wanted(t template) map[string]string {
	p := map[string]string{}
	for k, v := range t.Params {
		if v = unwiki(v); v != "" {
			p[k] = v
		}
	}
	switch t.Name {
	case "webarchive":
		return nonEmpty(map[string]string{
			"archive-url": p["url"], "archive-date": p["date"], "title": p["title"],
		})
	case "harvnb", "sfn", "harv":
		return short(p)
	}
	out := map[string]string{"title": p["title"], "author": strings.Join(authors(p), "; ")}
	for _, f := range sameField {
		for _, k := range strings.Fields(f.params) {
			if p[k] != "" {
				out[f.field] = p[k]
				break
			}
		}
	}
	if c := first(p, "chapter", "contribution"); c != "" {
		out["title"], out["container-title"] = c, p["title"]
	}
	return nonEmpty(out)
}

// short is the fields of a short reference: families, year, page.
func short(p map[string]string) map[string]string {
	var names []string
	year := ""
	for i := 1; p[strconv.Itoa(i)] != ""; i++ {
		if year != "" {
			names = append(names, year)
		}
		year = p[strconv.Itoa(i)]
	}
	return nonEmpty(map[string]string{
		"author": strings.Join(names, "; "), "issued": year, "page": first(p, "p", "pp"),
	})
}

func first(p map[string]string, keys ...string) string {
	for _, k := range keys {
		if p[k] != "" {
			return p[k]
		}
	}
	return ""
}

func nonEmpty(m map[string]string) map[string]string {
	for k, v := range m {
		if v == "" {
			delete(m, k)
		}
	}
	return m
}

// authors lists the authors of a template in order, parts joined by a space.
func authors(p map[string]string) []string {
	if v := p["vauthors"]; v != "" {
		return strings.Split(v, ",")
	}
	var out []string
	for i := 1; ; i++ {
		n := strconv.Itoa(i)
		keys := []string{n}
		if i == 1 {
			keys = []string{n, ""}
		}
		name := ""
		for _, k := range keys {
			if name == "" {
				name = strings.TrimSpace(p["last"+k] + " " + p["first"+k] + " " + p["author"+k])
			}
		}
		if name == "" {
			return out
		}
		out = append(out, name)
	}
}

// have is the fields of a record as text.
func have(c corpus.CSL) map[string]string {
	m := map[string]string{
		"title": c.Title, "container-title": c.ContainerTitle, "publisher": c.Publisher,
		"publisher-place": c.PublisherPlace, "page": c.Page, "volume": c.Volume, "issue": c.Issue,
		"DOI": c.DOI, "ISBN": c.ISBN, "ISSN": c.ISSN, "PMID": c.PMID, "URL": c.URL,
		"issued": isoDate(c.Issued), "accessed": isoDate(c.Accessed),
	}
	var names []string
	for _, a := range c.Author {
		names = append(names, strings.TrimSpace(a.Family+" "+a.Given+a.Literal))
	}
	m["author"] = strings.Join(names, "; ")
	if c.Custom != nil {
		m["archive-url"], m["archive-date"] = c.Custom.ArchiveURL, isoDate(c.Custom.ArchiveDate)
	}
	return m
}

func isoDate(d *corpus.CSLDate) string {
	if d == nil {
		return ""
	}
	var out []string
	for _, p := range d.Parts {
		s := ""
		for i, n := range p {
			s += fmt.Sprintf([]string{"%04d", "-%02d", "-%02d"}[min(i, 2)], n)
		}
		out = append(out, s)
	}
	return strings.Join(out, "/")
}

// equal compares one field.
func equal(field, want, got string) bool {
	switch field {
	case "author":
		return nameWords(want) == nameWords(got)
	case "issued", "accessed", "archive-date":
		return normalDate(want) == normalDate(got)
	case "URL", "archive-url":
		return strings.TrimSpace(want) == strings.TrimSpace(got)
	}
	return fold(want) == fold(got)
}

// nameWords is the words of all names: sorted within a name, names in order. A list given as
// one name ("A. Bell, C. Dow and E. Fox") is cut at its commas, "and" and "&" first.
func nameWords(s string) string {
	var names []string
	for _, name := range strings.Split(fold(s), ";") {
		if strings.Count(name, ",") > 1 {
			for _, one := range nameJoint.Split(name, -1) {
				names = append(names, sortedWords(one))
			}
			continue
		}
		names = append(names, sortedWords(name))
	}
	return strings.Join(names, "; ")
}

// nameJoint parts the names of a list.
var nameJoint = regexp.MustCompile(`\s*,\s*|\s+(?:and|&)\s+`)

func sortedWords(s string) string {
	w := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' && r != '-'
	})
	sort.Strings(w)
	return strings.Join(w, " ")
}

var (
	wikiURL    = regexp.MustCompile(`\[https?://\S+ ([^\[\]]*)\]`)
	wikiLink   = regexp.MustCompile(`\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]`)
	wikiQuotes = regexp.MustCompile(`'{2,5}`)
	wikiTag    = regexp.MustCompile(`<[^<>]*>`)
	wikiCall   = regexp.MustCompile(`\{\{[^{}|]*\|?([^{}|]*)[^{}]*\}\}`)
)

// unwiki takes wiki markup off a parameter.
func unwiki(s string) string {
	s = wikiURL.ReplaceAllString(s, "$1")
	s = wikiLink.ReplaceAllString(s, "$1")
	s = wikiCall.ReplaceAllString(s, "$1")
	s = wikiTag.ReplaceAllString(wikiQuotes.ReplaceAllString(s, ""), "")
	return strings.TrimSpace(html.UnescapeString(s))
}

// dashes and quotes are written in one way before texts are compared.
var foldMarks = strings.NewReplacer("–", "-", "—", "-", "‐", "-", "‑", "-", "−", "-",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "‘", "'", "’", "'", "ʼ", "'", "…", "...")

// fold is NFC, one kind of dash and quotation mark, single spaces.
func fold(s string) string {
	return strings.Join(strings.Fields(foldMarks.Replace(norm.NFC.String(s))), " ")
}

// months of English by their first three letters; the templates of the sets are English.
const months = "janfebmaraprmayjunjulaugsepoctnovdec"

var (
	dayFirst   = regexp.MustCompile(`^(\d{1,2}) (\p{L}{3})\p{L}*\.?,? (\d{4})$`)
	monthFirst = regexp.MustCompile(`^(\p{L}{3})\p{L}*\.? (\d{1,2}), (\d{4})$`)
	monthRange = regexp.MustCompile(`^(\p{L}+)-(\p{L}+) (\d{4})$`)
	monthYear  = regexp.MustCompile(`^(\p{L}{3})\p{L}*\.?,? (\d{4})$`)
)

// normalDate writes a date as ISO 8601; what it cannot read stays as it is.
func normalDate(s string) string {
	s = strings.TrimSpace(fold(s))
	if m := monthRange.FindStringSubmatch(s); m != nil {
		return normalDate(m[1]+" "+m[3]) + "/" + normalDate(m[2]+" "+m[3])
	}
	iso := func(y, m, d string) string {
		i := strings.Index(months, strings.ToLower(m))
		if i < 0 || i%3 != 0 {
			return s
		}
		out := y + fmt.Sprintf("-%02d", i/3+1)
		if n, err := strconv.Atoi(d); err == nil {
			out += fmt.Sprintf("-%02d", n)
		}
		return out
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return iso(m[3], m[2], m[1])
	}
	if m := monthFirst.FindStringSubmatch(s); m != nil {
		return iso(m[3], m[1], m[2])
	}
	if m := monthYear.FindStringSubmatch(s); m != nil {
		return iso(m[2], m[1], "")
	}
	return s
}

// mark is a note mark as pages print it.
var mark = regexp.MustCompile(`\[(?:\d+|[a-z]|(?:note|nb|n) ?\d+)\]`)

// bare is the letters and digits of a text without note marks.
func bare(s string) string {
	s = norm.NFC.String(mark.ReplaceAllString(s, ""))
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
