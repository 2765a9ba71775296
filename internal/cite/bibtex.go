package cite

import (
	"fmt"
	"strings"

	"ibid/corpus"
)

// bibEntry gives the BibTeX entry type of a CSL type; others are @misc.
func bibEntry(kind string) string {
	switch kind {
	case "article-journal", "article-magazine", "article-newspaper":
		return "article"
	case "book":
		return "book"
	case "chapter", "entry-encyclopedia", "entry-dictionary":
		return "incollection"
	case "paper-conference":
		return "inproceedings"
	case "report":
		return "techreport"
	case "thesis":
		return "phdthesis"
	}
	return "misc"
}

// bibEscape writes what TeX reads as a command. Braces become commands too: BibTeX counts
// them even behind a backslash.
var bibEscape = strings.NewReplacer(`\`, `\textbackslash{}`, `{`, `\textbraceleft{}`,
	`}`, `\textbraceright{}`, `$`, `\$`, `&`, `\&`, `#`, `\#`, `_`, `\_`, `%`, `\%`,
	`^`, `\textasciicircum{}`, `~`, `\textasciitilde{}`)

// bibURL writes what would end the field; the rest of an address is taken as it stands.
var bibURL = strings.NewReplacer(`\`, "%5C", "{", "%7B", "}", "%7D", " ", "%20")

func writeBibTeX(items []entry) string {
	var b strings.Builder
	for _, e := range items {
		kind := bibEntry(e.Type)
		fmt.Fprintf(&b, "@%s{%s", kind, e.key)
		for _, f := range bibFields(kind, e) {
			if f[1] != "" {
				fmt.Fprintf(&b, ",\n  %s = {%s}", f[0], f[1])
			}
		}
		b.WriteString("\n}\n\n")
	}
	return b.String()
}

// bibFields lists name and escaped value of each field. The date stands twice: year and month
// for classic styles, date for biblatex, which keeps the day.
func bibFields(kind string, e entry) [][2]string {
	container := "howpublished"
	switch kind {
	case "article":
		container = "journal"
	case "incollection", "inproceedings":
		container = "booktitle"
	}
	title := bibEscape.Replace(e.Title)
	if title != "" {
		title = "{" + title + "}" // keeps capitals
	}
	year, month := yearMonth(e.Issued)
	x := e.custom()
	return [][2]string{
		{"author", bibNames(e.Author)}, {"editor", bibNames(e.Editor)}, {"title", title},
		{container, bibEscape.Replace(e.ContainerTitle)},
		{"publisher", bibEscape.Replace(e.Publisher)}, {"address", bibEscape.Replace(e.PublisherPlace)},
		{"year", year}, {"month", month}, {"date", bibEscape.Replace(dateOrRaw(e.Issued))},
		{"volume", bibEscape.Replace(e.Volume)}, {"number", bibEscape.Replace(e.Issue)},
		{"pages", strings.ReplaceAll(bibEscape.Replace(e.Page), "–", "--")},
		{"doi", bibEscape.Replace(e.DOI)}, {"isbn", bibEscape.Replace(e.ISBN)},
		{"issn", bibEscape.Replace(e.ISSN)}, {"pmid", bibEscape.Replace(e.PMID)},
		{"language", bibEscape.Replace(e.Language)},
		{"url", bibURL.Replace(e.URL)}, {"urldate", bibEscape.Replace(dateOrRaw(e.Accessed))},
		{"archiveurl", bibURL.Replace(x.ArchiveURL)},
		{"archivedate", bibEscape.Replace(dateOrRaw(x.ArchiveDate))},
		{"quote", bibEscape.Replace(x.Quote)}, {"note", bibEscape.Replace(e.note)},
	}
}

// custom is the record's own additions, empty when there are none.
func (e entry) custom() corpus.CSLCustom {
	if e.Custom == nil {
		return corpus.CSLCustom{}
	}
	return *e.Custom
}

// bibNames joins names by " and ". Bodies and names with an "and" or comma of their own are
// braced.
func bibNames(names []corpus.Name) string {
	var out []string
	for _, n := range names {
		switch {
		case n.Literal == etAl:
			out = append(out, "others")
		case n.Family == "":
			out = append(out, "{"+bibEscape.Replace(n.Literal)+"}")
		case n.Given == "":
			out = append(out, "{"+bibEscape.Replace(n.Family)+"}")
		default:
			out = append(out, bibPart(n.Family)+", "+bibPart(n.Given))
		}
	}
	return strings.Join(out, " and ")
}

func bibPart(s string) string {
	t := bibEscape.Replace(s)
	if strings.Contains(s, ",") || strings.Contains(" "+lower(s)+" ", " and ") {
		return "{" + t + "}"
	}
	return t
}

// yearMonth is year and month of the first date, as numbers; seasons are no month.
func yearMonth(d *corpus.CSLDate) (year, month string) {
	if d == nil || len(d.Parts) == 0 {
		return "", ""
	}
	p := d.Parts[0]
	if len(p) > 1 && p[1] <= 12 {
		month = pad(p[1], 2)
	}
	return pad(p[0], 4), month
}

// dateOrRaw is a date in ISO 8601, or the words that stood for it.
func dateOrRaw(d *corpus.CSLDate) string {
	if s := dateText(d); s != "" || d == nil {
		return s
	}
	return d.Raw
}
