package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The date that a page shows its readers, where it gives none to machines: a short line in an
// element named after dates, with one full date. Dates of figures alone with slashes are not
// read: they mean two days.

// shownDate matches a full date in the forms that metaDate reads, and day.month.year.
var shownDate = regexp.MustCompile(`(?i)\b(?:(\d{4}-\d{2}-\d{2})|(\d{1,2})\.(\d{1,2})\.(\d{4})|` +
	`((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})|` +
	`(\d{1,2})(?:st|nd|rd|th)? ((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?,? (\d{4}))\b`)

// modifiedLabel matches what says that a date is that of a change.
var modifiedLabel = regexp.MustCompile(`(?i)\b(?:updated|modified|reviewed|edited|aktualisiert|обновлено|güncelle)`)

// maxDateLine bounds the line around a date, in bytes: more is a sentence of the text.
const maxDateLine = 80

// visibleDates are the first dates that the page shows as its own: of publication and of change.
func (p *page) visibleDates() (published, modified value) {
	around := p.aroundHeading()
	if around == nil {
		return published, modified
	}
	for n := range around.Descendants() {
		if n.Type != html.ElementNode || !datedName(n) || p.aside(n) {
			continue
		}
		text := beginning(n, maxDateLine+1)
		found := shownDate.FindAllStringSubmatch(text, 2)
		if len(text) > maxDateLine || len(found) != 1 {
			continue
		}
		v := value{dateOf(found[0]), "shown"}
		label := text
		if n.Parent != nil {
			label += " " + beginning(n.Parent, maxDateLine)
		}
		switch changed := modifiedLabel.MatchString(label); {
		case changed && modified.text == "":
			modified = v
		case !changed && published.text == "":
			published = v
		}
	}
	return published, modified
}

// headingReach is how many elements up from the page's heading its date may stand in.
const headingReach = 3

// aroundHeading is the element around the page's first heading in which its date may stand; nil
// where it has none but the whole page.
func (p *page) aroundHeading() *html.Node {
	s := p.find.Find("h1").First()
	if s.Length() == 0 {
		return nil
	}
	n := s.Nodes[0]
	for i := 0; i < headingReach && n.Parent != nil && n.Parent.DataAtom != atom.Body; i++ {
		n = n.Parent
	}
	return n
}

// dateOf brings a match of shownDate to a form that metaDate reads.
func dateOf(m []string) string {
	switch {
	case m[1] != "":
		return m[1]
	case m[4] != "":
		return m[4] + "-" + pad(m[3]) + "-" + pad(m[2])
	case m[5] != "":
		return m[6] + " " + month(m[5]) + " " + m[7]
	}
	return m[8] + " " + month(m[9]) + " " + m[10]
}

// month is the short name of a month.
func month(s string) string { return strings.ToUpper(s[:1]) + strings.ToLower(s[1:3]) }

// pad writes a number of one figure with two.
func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// datedName reports whether class or id name an element after dates.
func datedName(n *html.Node) bool {
	if n.DataAtom == atom.Time {
		return true
	}
	for _, w := range strings.FieldsFunc(hyphened(attr(n, "class")+" "+attr(n, "id")), notSmall) {
		switch w {
		case "date", "published", "publish", "posted", "pubdate", "timestamp", "datetime", "dateline":
			return true
		}
	}
	return false
}

// aside reports whether an element lies in what is beside the article by kind.
func (p *page) aside(n *html.Node) bool {
	return ancestor(n, func(a *html.Node) bool {
		switch a.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Li:
			return true
		}
		return talk(a)
	}) != nil
}
