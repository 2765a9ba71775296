package cite

import (
	"regexp"
	"sort"
	"strings"
	"sync"
)

// What the labels of a citation announce, wherever it stands in the text.

// idPatterns are the identifiers by their printed label. Those without a CSL field are taken
// out of the text all the same, so that they end no other field.
var idPatterns = []struct {
	field string
	re    *regexp.Regexp
}{
	{"DOI", regexp.MustCompile(`(?i)\bdoi:\s*(10\.[^\s\x01]+[^\s\x01.,;])(?:\s*\(inactive[^)]*\))?`)},
	{"ISBN", regexp.MustCompile(`\bISBN:?\s*([\dXx][\dXx\x{2010}-\x{2013}-]{8,16}[\dXx])`)},
	{"ISSN", regexp.MustCompile(`\b(?:e?ISSN):?\s*(\d{4}[\x{2010}-\x{2013}-]\d{3}[\dXx])`)},
	{"PMID", regexp.MustCompile(`\bPMID:?\s*(\d{1,9})`)},
	{"", regexp.MustCompile(`\b(?:PMC|OCLC|JSTOR|S2CID|OL|Zbl|MR|LCCN|OSTI|ERIC|CiteSeerX)[:\s]\s*` +
		`([\w.]*\d[\w.]*)`)},
	{"", regexp.MustCompile(`\b(?:Bibcode|arXiv|hdl|ASIN|bioRxiv|SSRN|id)\s?:\s*` +
		`([^\s\x01]+[^\s\x01.,;])`)},
}

// remarks are what page and template say about a citation, not about the work.
var remarks = []*regexp.Regexp{
	regexp.MustCompile(`CS1[^.]{0,40}?:[^(]{0,80}\(link\)`),
	regexp.MustCompile(`(?i)\((?:subscription|registration|free|limited|paid)[^()]{0,60}` +
		`(?:required|access)[^()]{0,30}\)`),
	regexp.MustCompile(`\s[–-]\svia\s[^\x01,;]{2,60}?(?:\.(?:\s|$)|$)`),
	regexp.MustCompile(`;?\s*\(?[Cc]iting\s.*$`),
}

// labels are the patterns made of words.tsv.
type labels struct {
	accessed, archived *regexp.Regexp
	notice             *regexp.Regexp
	pages              *regexp.Regexp
	volume, issue      *regexp.Regexp
}

// headDate is the date in brackets after the names.
var headDate = regexp.MustCompile(`\(((?:c\. )?[^()]{4,40})\)[.,]?\s*`)

var label = sync.OnceValue(func() *labels {
	gap := `[\s\x01:]*`
	return &labels{
		accessed: regexp.MustCompile(`(?i)[.,]?\s*\(?(?:` + words("accessed") + `)` + gap +
			datePattern + `\)?`),
		archived: regexp.MustCompile(`(?i)[.,]?\s*\(?(?:` + words("archived") + `)` + gap + datePattern +
			`\)?(?:\s+at\s+(?:the\s+)?[\w. ]*(?:Machine|WebCite|archive\.\w+|Archive\.\w+|Archive))?`),
		notice: regexp.MustCompile(`(?i)` + words("notice")),
		pages: regexp.MustCompile(`(?i)(?:^|[\s\x01,.(])(?:` + words("page") +
			`)\s*((?:[A-Z]{0,2}\d[\w]*|[ivxlc]{2,}\b)(?:\s?[–—-]\s?[\w]+)?` +
			`(?:,\s?\d+(?:\s?[–—-]\s?\d+)?)*)`),
		volume: regexp.MustCompile(`(?i)(?:^|[\s\x01,.])(?:` + words("volume") + `)\s*([\w]{1,10})`),
		issue:  regexp.MustCompile(`(?i)(?:^|[\s\x01,.])(?:` + words("issue") + `)\s*([\w–-]{1,10})`),
	}
})

// words is a list of words.tsv as alternatives, longest first, spaces that may hold blanks.
func words(kind string) string {
	var list []string
	for w := range lex().words[kind] {
		w = regexp.QuoteMeta(w)
		list = append(list, strings.ReplaceAll(w, " ", `[\s\x01]+`))
	}
	sort.Slice(list, func(i, j int) bool {
		if len(list[i]) != len(list[j]) {
			return len(list[i]) > len(list[j])
		}
		return list[i] < list[j]
	})
	return strings.Join(list, "|")
}

// takeRemarks blanks what says nothing about the work.
func (r *reading) takeRemarks() {
	for _, re := range append([]*regexp.Regexp{label().notice}, remarks...) {
		for _, loc := range re.FindAllIndex(r.s, -1) {
			r.wipe(loc[0], loc[1])
		}
	}
}

// takeIDs takes the identifiers.
func (d *draft) takeIDs(r *reading) {
	for _, p := range idPatterns {
		for _, loc := range p.re.FindAllSubmatchIndex(r.s, -1) {
			d.identifier(p.field, string(r.s[loc[2]:loc[3]]), byText)
			r.wipe(loc[0], loc[1])
		}
	}
}

// takeDays takes the day of access and the day of archiving.
func (d *draft) takeDays(r *reading) {
	l := label()
	if loc := l.archived.FindSubmatchIndex(r.s); loc != nil {
		if day := parseDate(string(r.s[loc[2]:loc[3]])); day != nil {
			d.archiveDate(day, byText)
			r.wipe(loc[0], loc[1])
		}
	}
	if loc := l.accessed.FindSubmatchIndex(r.s); loc != nil {
		if day := parseDate(string(r.s[loc[2]:loc[3]])); day != nil {
			d.date(&d.Accessed, "accessed", day, byText)
			r.wipe(loc[0], loc[1])
		}
	}
}

// inLanguage is "(in German)"; edition is "(3rd ed.)"; both may end in more words.
var (
	inLanguage = regexp.MustCompile(`\(in (\p{Lu}\p{L}+)(?: and \p{Lu}\p{L}+)?\)`)
	edition    = regexp.MustCompile(`(?i)\((?:[^()]{1,30}\s)?(?:ed\.|edition|изд\.)\)`)
	// medium is a remark of cite templates on what the work is.
	medium = regexp.MustCompile(`\((?:Press release|Report|Thesis|Interview|Map|Speech|Podcast|` +
		`Video|Audio|Tweet|PhD|MSc|MA)[^()]{0,30}\)`)
)

// takeLanguage takes language, edition and medium.
func (d *draft) takeLanguage(r *reading) {
	if loc := inLanguage.FindSubmatchIndex(r.s); loc != nil {
		if tag, ok := lex().languages[lower(string(r.s[loc[2]:loc[3]]))]; ok {
			d.str(&d.Language, "language", tag, byText)
			r.wipe(loc[0], loc[1])
		}
	}
	for _, re := range []*regexp.Regexp{edition, medium} {
		loc := re.FindIndex(r.s)
		if loc == nil {
			continue
		}
		if _, inTitle := r.italicAt(loc[0]); !inTitle {
			r.wipe(loc[0], loc[1])
		}
	}
}

// The locators of a journal: "61 (2): 125–132", "6: 21848", "73 (4)".
var (
	volumeIssue = regexp.MustCompile(`(?:^|[.,\s\x01])([\dIVXLC]+[A-Za-z]?(?:[–/-]\d+)?)` +
		`\s*\(([^()]{1,30})\)(?:\s*:\s*([^.\x01]{1,60}))?`)
	volumePage = regexp.MustCompile(`(?:^|[.,]\s|\x01\s?)([\dIVXLC]+[A-Za-z]?(?:[–/-]\d+)?)` +
		`\s*:\s*([A-Za-z]{0,3}\d[^.\x01]{0,60})`)
)

// takeLocators takes volume, issue and pages from start on.
func (d *draft) takeLocators(r *reading, start int) {
	l := label()
	if loc := l.pages.FindSubmatchIndex(r.s[start:]); loc != nil {
		d.str(&d.Page, "page", string(r.s[start+loc[2]:start+loc[3]]), byText)
		r.wipe(start+loc[0], start+loc[1])
	}
	loc := volumeIssue.FindSubmatchIndex(r.s[start:])
	if loc != nil && parseDate(string(r.s[start+loc[4]:start+loc[5]])) == nil {
		d.locator(r, start, loc)
		return
	}
	if loc := volumePage.FindSubmatchIndex(r.s[start:]); loc != nil {
		d.locator(r, start, []int{loc[0], loc[1], loc[2], loc[3], -1, -1, loc[4], loc[5]})
		return
	}
	if loc := l.volume.FindSubmatchIndex(r.s[start:]); loc != nil {
		d.str(&d.Volume, "volume", string(r.s[start+loc[2]:start+loc[3]]), byText)
		r.wipe(start+loc[0], start+loc[1])
	}
	if loc := l.issue.FindSubmatchIndex(r.s[start:]); loc != nil {
		d.str(&d.Issue, "issue", string(r.s[start+loc[2]:start+loc[3]]), byText)
		r.wipe(start+loc[0], start+loc[1])
	}
}

// locator stores volume, issue and pages of a match (groups 1 to 3) and blanks it.
func (d *draft) locator(r *reading, start int, loc []int) {
	get := func(i int) string {
		if loc[i] < 0 {
			return ""
		}
		return trimJoint(string(r.s[start+loc[i] : start+loc[i+1]]))
	}
	volume, issue, page := get(2), get(4), get(6)
	d.str(&d.Volume, "volume", volume, byText)
	d.str(&d.Issue, "issue", issue, byText)
	d.str(&d.Page, "page", page, byText)
	r.wipe(start+loc[0], start+loc[1])
}
