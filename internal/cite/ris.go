package cite

import (
	"strings"

	"ibid/corpus"
)

// RIS is lines of a tag of two letters, two spaces, a hyphen, a space and the value. A value
// of one line cannot leave its field, and entries are made of such.

// risType gives the RIS type of a CSL type; others are GEN.
func risType(kind string) string {
	switch kind {
	case "article-journal":
		return "JOUR"
	case "article-magazine":
		return "MGZN"
	case "article-newspaper":
		return "NEWS"
	case "book":
		return "BOOK"
	case "chapter":
		return "CHAP"
	case "entry-encyclopedia":
		return "ENCYC"
	case "entry-dictionary":
		return "DICT"
	case "paper-conference":
		return "CPAPER"
	case "report":
		return "RPRT"
	case "thesis":
		return "THES"
	case "webpage":
		return "ELEC"
	}
	return "GEN"
}

func writeRIS(items []entry) string {
	var b strings.Builder
	for _, e := range items {
		put := func(tag, value string) {
			if value != "" {
				b.WriteString(tag + "  - " + value + "\r\n")
			}
		}
		put("TY", risType(e.Type))
		put("ID", e.key)
		for _, n := range e.Author {
			put("AU", risName(n))
		}
		for _, n := range e.Editor {
			put("ED", risName(n))
		}
		for _, f := range risFields(e) {
			put(f[0], f[1])
		}
		b.WriteString("ER  - \r\n\r\n")
	}
	return b.String()
}

// risFields lists tag and value in the order of the file.
func risFields(e entry) [][2]string {
	year, _ := yearMonth(e.Issued)
	first, last := risPages(e.Page)
	x := e.custom()
	out := [][2]string{
		{"TI", e.Title}, {"T2", e.ContainerTitle}, {"PB", e.Publisher}, {"CY", e.PublisherPlace},
		{"PY", year}, {"DA", risDate(e.Issued)}, {"VL", e.Volume}, {"IS", e.Issue},
		{"SP", first}, {"EP", last}, {"DO", e.DOI}, {"SN", e.ISBN}, {"SN", e.ISSN},
		{"AN", e.PMID}, {"LA", e.Language}, {"UR", e.URL}, {"Y2", risDate(e.Accessed)},
		{"AV", x.ArchiveURL}, {"N1", e.note},
	}
	if d := dateOrRaw(x.ArchiveDate); d != "" {
		out = append(out, [2]string{"N1", "Archived " + d})
	}
	if x.Quote != "" {
		out = append(out, [2]string{"N1", "Quote: " + x.Quote})
	}
	return out
}

// risPages parts a range of pages; a list of pages stays whole in the first field.
func risPages(s string) (first, last string) {
	for _, dash := range []string{"–", "-", "—"} {
		a, b, ok := strings.Cut(s, dash)
		if ok && a != "" && b != "" && !strings.ContainsAny(b, "–-—,;") && !strings.ContainsAny(a, ",;") {
			return strings.TrimSpace(a), strings.TrimSpace(b)
		}
	}
	return s, ""
}

// risDate is YYYY/MM/DD/ with what is not known left empty; a range gives its first side.
func risDate(d *corpus.CSLDate) string {
	if d == nil {
		return ""
	}
	if len(d.Parts) == 0 {
		return ""
	}
	var f [3]string
	season := ""
	for i, n := range d.Parts[0] {
		if i == 1 && n > 12 {
			season = []string{"Spring", "Summer", "Autumn", "Winter"}[n-21]
			break
		}
		f[i] = pad(n, []int{4, 2, 2}[i])
	}
	return f[0] + "/" + f[1] + "/" + f[2] + "/" + season
}

// risName is "Family, Given"; a body is one field without a comma of its own.
func risName(n corpus.Name) string {
	if n.Family == "" {
		return strings.ReplaceAll(n.Literal, ",", "‚")
	}
	if n.Given == "" {
		return n.Family
	}
	return n.Family + ", " + n.Given
}
