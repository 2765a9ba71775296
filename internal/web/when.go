package web

import (
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
)

// eventText words an event date for people: "21 April 2018", "from 2015", "2 to 3 March 2024".
// A form it does not know is shown as it stands.
func eventText(edtf string) string {
	a, b, interval := strings.Cut(edtf, "/")
	switch {
	case !interval:
		return dateText(edtf)
	case b == ".." || b == "":
		return "from " + dateText(a)
	case a == ".." || a == "":
		return "by " + dateText(b)
	}
	return dateText(a) + " – " + dateText(b)
}

// dateText words one EDTF date of level 0 or 1.
func dateText(s string) string {
	plain := strings.TrimRight(s, "?~%")
	doubt := ""
	if plain != s {
		doubt = "about "
	}
	if strings.HasSuffix(plain, "X") {
		return doubt + decadeText(plain)
	}
	f := strings.Split(plain, "-")
	n := make([]int, len(f))
	for i, x := range f {
		v, err := strconv.Atoi(x)
		if err != nil {
			return s
		}
		n[i] = v
	}
	switch {
	case len(f) == 1:
		return doubt + f[0]
	case len(f) == 2 && n[1] >= 21 && n[1] <= 24:
		return doubt + [...]string{"spring", "summer", "autumn", "winter"}[n[1]-21] + " " + f[0]
	case len(f) > 3 || n[1] < 1 || n[1] > 12:
		return s
	case len(f) == 2:
		return doubt + time.Month(n[1]).String() + " " + f[0]
	}
	return doubt + strconv.Itoa(n[2]) + " " + time.Month(n[1]).String() + " " + f[0]
}

// decadeText words 201X and 19XX.
func decadeText(s string) string {
	if known, ok := strings.CutSuffix(s, "XX"); ok {
		if c, err := strconv.Atoi(known); err == nil {
			return strconv.Itoa(c) + "00s (century)"
		}
		return s
	}
	return strings.TrimSuffix(s, "X") + "0s"
}

// inferenceText says how a date came about where the passage does not state it in full.
func inferenceText(inference string) string {
	switch inference {
	case "explicit":
		return ""
	case "year-from-context":
		return "year from context"
	case "relative":
		return "reckoned from another date"
	case "inherited":
		return "from a passage before"
	case "document-date":
		return "from the date of publication"
	}
	return inference
}

// precisionText names a precision where the worded date does not show it by itself.
func precisionText(p corpus.Precision) string {
	switch p {
	case "day", "range", "before", "after":
		return ""
	}
	return string(p)
}

// placeText names a place with its republic, which tells two of one name apart.
func placeText(p corpus.Place) string {
	for i, kind := range p.PathKinds {
		if kind == "republic" && p.PathIDs[i] != p.ID {
			return p.Name + ", " + p.Path[i]
		}
	}
	return p.Name
}

// dateTimeAttr is the value of a time element; empty for what HTML has no form for.
func dateTimeAttr(edtf string) string {
	if len(edtf) > 10 || strings.ContainsAny(edtf, "/X?~%.") || strings.HasPrefix(edtf, "-") {
		return ""
	}
	return edtf
}

// cslText words a CSL date, cut after what is known.
func cslText(d *corpus.CSLDate) string {
	if d == nil {
		return ""
	}
	var out []string
	for _, p := range d.Parts {
		f := make([]string, 0, 3)
		for i, n := range p {
			s := strconv.Itoa(n)
			if i > 0 && n < 10 {
				s = "0" + s
			}
			f = append(f, s)
		}
		out = append(out, dateText(strings.Join(f, "-")))
	}
	if len(out) == 0 {
		return d.Raw
	}
	return strings.Join(out, " – ")
}
