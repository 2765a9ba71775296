package main

import (
	"fmt"
	"strings"

	"ibid/internal/history"
)

// show writes a history for a reader.
func (t *teller) show(a historyAnswer, opt historyOptions) {
	fmt.Fprintf(t.out, "%s: %s\n", a.URL, count(len(a.Captures), "capture"))
	for _, c := range a.Captures {
		fmt.Fprintf(t.out, "%s  %d  %s  %d bytes  %s\n", c.At.Format(timeForm), c.Status, c.Snapshot, c.Size, told(c))
		if !opt.diff || c.changed == nil {
			continue
		}
		for _, x := range c.Changes {
			t.showChange(x)
		}
	}
	for _, w := range a.Withdrawn {
		what := "withdrawn"
		if w.Purged {
			what = "purged"
		}
		fmt.Fprintf(t.out, "%s  %s: %s of %s, because: %s\n", w.At.Format(timeForm), what,
			count(len(w.Captures), "capture"), w.What, w.Reason)
	}
}

// told says in words what a capture brought.
func told(c captureLine) string {
	switch {
	case c.Error != "":
		return "not read: " + c.Error
	case c.Repeat:
		return "the same bytes"
	case c.changed == nil:
		return "first, " + count(c.Passages, "passage")
	}
	return fmt.Sprintf("%d added, %d gone, %d changed, %d stand", c.Added, c.Gone, c.Changed, c.Stands)
}

// showChange writes one change: + came, - went, ~ changed, with the words in brackets.
func (t *teller) showChange(x changeLine) {
	sign, text := map[string]string{history.Came: "+", history.Went: "-", history.Changed: "~"}[x.What], x.Text
	id := x.After
	if x.What == history.Went {
		id = x.Before
	}
	if x.What == history.Changed {
		text = marked(x.Words)
	}
	fmt.Fprintf(t.out, "  %s %s  %s\n", sign, id, text)
}

// marked writes the pieces of a text, those that went and came in brackets.
func marked(ps []history.Piece) string {
	var b strings.Builder
	for _, p := range ps {
		switch p.Op {
		case history.Gone:
			b.WriteString("[-" + p.Text + "-]")
		case history.Added:
			b.WriteString("{+" + p.Text + "+}")
		default:
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// showLife writes the life of a passage for a reader.
func (t *teller) showLife(url string, l *history.Life) {
	fmt.Fprintf(t.out, "%s\n%s\n\n%s\n\n", l.ID, url, l.Text)
	for _, e := range l.Events {
		line := e.At.Format(timeForm) + "  " + e.What
		if e.Since != nil {
			line += ", after " + e.Since.Format(timeForm)
		}
		switch {
		case e.Passage != "" && e.What == history.BecameThat:
			line += fmt.Sprintf(": became %s: %s", e.Passage, marked(e.Words))
		case e.Passage != "":
			line += fmt.Sprintf(": was %s: %s", e.Passage, marked(e.Words))
		}
		fmt.Fprintln(t.out, line)
	}
	if l.Stands {
		fmt.Fprintln(t.out, "It stands in the last capture.")
	} else {
		fmt.Fprintln(t.out, "It does not stand in the last capture.")
	}
}
