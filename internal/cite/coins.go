package cite

import (
	"strings"

	"ibid/corpus"
)

// COinS is the OpenURL record (Z39.88-2004) that MediaWiki and many publishers put beside a
// visible citation. It splits names and title exactly; it has no day of access, no archive
// and no editors, and its genre is often "unknown".

// pairs is a COinS record for look-up; keys without their "rft." and order kept for repeats.
type pairs [][2]string

func (p pairs) get(keys ...string) string {
	for _, k := range keys {
		for _, kv := range p {
			if kv[1] != "" && strings.TrimPrefix(kv[0], "rft.") == k {
				return kv[1]
			}
		}
	}
	return ""
}

func (p pairs) all(key string) []string {
	var out []string
	for _, kv := range p {
		if kv[1] != "" && strings.TrimPrefix(kv[0], "rft.") == key {
			out = append(out, kv[1])
		}
	}
	return out
}

// coins gives the record what the pairs hold.
func (d *draft) coins(p pairs) {
	title, container := p.titles()
	d.str(&d.Title, "title", title, byCOinS)
	d.str(&d.ContainerTitle, "container-title", container, byCOinS)
	d.names(&d.Author, "author", p.authors(), byCOinS)
	d.str(&d.Publisher, "publisher", p.get("pub", "inst", "publisher"), byCOinS)
	d.str(&d.PublisherPlace, "publisher-place", p.get("place", "cc"), byCOinS)
	d.date(&d.Issued, "issued", parseDate(p.get("date")), byCOinS)
	d.str(&d.Page, "page", p.pages(), byCOinS)
	d.str(&d.Volume, "volume", p.get("volume"), byCOinS)
	d.str(&d.Issue, "issue", p.get("issue"), byCOinS)
	d.identifier("ISBN", p.get("isbn"), byCOinS)
	d.identifier("ISSN", p.get("issn", "eissn"), byCOinS)
	d.coinsIDs(p)
	d.str(&d.Type, "type", p.kind(), byCOinS)
}

// titles tells the work's own title from that of what holds it.
func (p pairs) titles() (title, container string) {
	part, whole := p.get("atitle"), p.get("jtitle", "btitle", "stitle")
	if whole == "" {
		whole = p.get("title")
	}
	if part == "" {
		return whole, ""
	}
	return part, whole
}

func (p pairs) pages() string {
	if s := p.get("pages", "artnum"); s != "" {
		return s
	}
	first, last := p.get("spage"), p.get("epage")
	if first != "" && last != "" && first != last {
		return first + "–" + last
	}
	return first
}

// authors is all authors in order; a first author given both split and whole counts once.
func (p pairs) authors() []corpus.Name {
	var out []corpus.Name
	if family := tidy(p.get("aulast")); family != "" {
		given := tidy(p.get("aufirst", "auinit"))
		if given == "" {
			out = append(out, parseName(family))
		} else {
			out = append(out, corpus.Name{Family: family, Given: given})
		}
	}
	for i, s := range append(p.all("au"), p.all("creator")...) {
		names := coinsName(s)
		if i == 0 && len(out) == 1 && len(names) == 1 && sameName(out[0], names[0]) {
			continue
		}
		out = append(out, names...)
	}
	if body := tidy(p.get("aucorp")); body != "" {
		out = append(out, corpus.Name{Literal: body})
	}
	return out
}

// coinsName reads one au value: "Family, Given" as written, or a name or list in one string.
func coinsName(s string) []corpus.Name {
	s = tidy(s)
	if strings.Count(s, ",") == 1 && !strings.ContainsAny(s, ";&") {
		family, given, _ := strings.Cut(s, ",")
		if given = strings.TrimSpace(given); given != "" {
			return []corpus.Name{{Family: strings.TrimSpace(family), Given: given}}
		}
	}
	names, _ := parseNames(s)
	return names
}

func sameName(a, b corpus.Name) bool {
	return nameKey(a) == nameKey(b)
}

// nameKey is a name without order, case and points, for comparing two spellings.
func nameKey(n corpus.Name) string {
	s := lower(n.Given + " " + n.Family + n.Literal)
	parted := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" .,", r) })
	return strings.Join(parted, " ")
}

// coinsIDs reads rft_id: identifiers in the info scheme, and the address of the work.
func (d *draft) coinsIDs(p pairs) {
	for _, id := range p.all("rft_id") {
		switch {
		case strings.HasPrefix(id, "info:doi/"):
			d.identifier("DOI", strings.TrimPrefix(id, "info:doi/"), byCOinS)
		case strings.HasPrefix(id, "info:pmid/"):
			d.identifier("PMID", strings.TrimPrefix(id, "info:pmid/"), byCOinS)
		case Role(id) == roleWork:
			d.str(&d.URL, "URL", safeURL(id), byCOinS)
		case Role(id) == roleArchive:
			d.archiveURL(safeURL(id), byCOinS)
		}
	}
}

// kind is the CSL type that format and genre amount to; empty when they say nothing plain.
func (p pairs) kind() string {
	switch p.get("genre") {
	case "article":
		return "article-journal"
	case "book":
		return "book"
	case "bookitem":
		return "chapter"
	case "proceeding", "conference":
		return "paper-conference"
	case "report":
		return "report"
	case "dissertation":
		return "thesis"
	}
	if strings.HasSuffix(p.get("rft_val_fmt"), "dissertation") {
		return "thesis"
	}
	return ""
}
