package cite

import (
	"strings"

	"ibid/corpus"
)

// writePlain writes a paragraph for each record, for a text that people read: names, date,
// title, where it appeared, address, archived copy, and the note in square brackets.
func writePlain(items []entry) string {
	var b strings.Builder
	for _, e := range items {
		b.WriteString(paragraph(e))
		b.WriteString("\n")
	}
	return b.String()
}

func paragraph(e entry) string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, strings.TrimRight(s, ".")+".")
		}
	}
	by := joinNames(e.Author)
	if day := wikiDate(e.Issued); day != "" {
		by = strings.TrimSpace(by + " (" + day + ")")
	}
	add(by)
	if e.Title != "" {
		add("“" + e.Title + "”")
	}
	if len(e.Editor) > 0 {
		add("Edited by " + joinNames(e.Editor))
	}
	add(e.ContainerTitle)
	add(joinNonEmpty(": ", e.PublisherPlace, e.Publisher))
	add(locators(e))
	for _, id := range [][2]string{
		{"doi:", e.DOI}, {"ISBN ", e.ISBN}, {"ISSN ", e.ISSN}, {"PMID ", e.PMID},
	} {
		if id[1] != "" {
			add(id[0] + id[1])
		}
	}
	if e.URL != "" {
		out = append(out, "<"+e.URL+">.")
	}
	x := e.custom()
	if x.ArchiveURL != "" {
		s := "Archived"
		if day := wikiDate(x.ArchiveDate); day != "" {
			s += " " + day
		}
		out = append(out, s+": <"+x.ArchiveURL+">.")
	}
	if day := wikiDate(e.Accessed); day != "" {
		add("Accessed " + day)
	}
	return strings.Join(append(out, "["+e.note+"]"), " ")
}

// locators is "61 (2): 125–132" with what is known of it.
func locators(e entry) string {
	s := e.Volume
	if e.Issue != "" {
		s = strings.TrimSpace(s + " (" + e.Issue + ")")
	}
	if e.Page != "" && s == "" {
		return "p. " + e.Page
	}
	return joinNonEmpty(": ", s, e.Page)
}

func joinNonEmpty(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

func joinNames(names []corpus.Name) string {
	var out []string
	for _, n := range names {
		out = append(out, joinNonEmpty(", ", n.Family, n.Given)+n.Literal)
	}
	return strings.Join(out, "; ")
}
