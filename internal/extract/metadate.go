package extract

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"ibid/corpus"
)

// isoDate matches the date at the front of an ISO 8601 time, also with slashes or none.
var isoDate = regexp.MustCompile(
	`^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?|(\d{2})(\d{2}))?(?:$|[T ,Z+-]|\s)`)

// dateLayouts are the other forms that metadata gives dates in.
const dateLayouts = "Jan 2, 2006|January 2, 2006|2 Jan 2006|2 January 2006|Mon, 02 Jan 2006|" +
	"Mon, 2 Jan 2006|Mon Jan 2 15:04:05 2006|Mon Jan 02 2006|Monday, January 2, 2006|" +
	"Mon, Jan 2, 2006|January 2006|Jan 2006"

// metaDate brings a date of a page's metadata to EDTF level 0: "2024", "2024-03" or
// "2024-03-02"; empty when it is none. The day is the one that the page writes: it is not
// moved to another time zone.
func metaDate(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		s = s[:64]
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		return edtf(m[1], m[2]+m[4], m[3]+m[5])
	}
	for _, layout := range strings.Split(dateLayouts, "|") {
		if t, ok := parsePrefix(layout, s); ok {
			if layout == "January 2006" || layout == "Jan 2006" {
				return t.Format("2006-01")
			}
			return t.Format("2006-01-02")
		}
	}
	return ""
}

// parsePrefix parses the front of s, as many words as the layout has.
func parsePrefix(layout, s string) (time.Time, bool) {
	words := strings.Fields(s)
	n := len(strings.Fields(layout))
	if len(words) < n {
		return time.Time{}, false
	}
	t, err := time.Parse(layout, strings.TrimRight(strings.Join(words[:n], " "), ","))
	return t, err == nil
}

// edtf joins the parts of a date that is real; empty when it is not.
func edtf(year, month, day string) string {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	switch {
	case y < 1000:
		return ""
	case month == "":
		return year
	case m < 1 || m > 12:
		return ""
	case day == "":
		return fmt.Sprintf("%s-%02d", year, m)
	}
	var check corpus.Day
	out := fmt.Sprintf("%s-%02d-%02d", year, m, d)
	if check.UnmarshalText([]byte(out)) != nil {
		return ""
	}
	return out
}

// unescapeTwice undoes character references that stand as text in metadata.
func unescapeTwice(s string) string { return html.UnescapeString(s) }
