package timex

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// update writes the results into the files instead of comparing them.
var update = flag.Bool("update", false, "write the expectations of testdata anew")

// The files of testdata are documents of invented sentences: "## LANG key=value" begins a
// document, "= " a heading, any other line is a passage. Under each passage stand, indented,
// its events (* for the primary one), its expressions and what was left unresolved.
func TestDocuments(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	passages := 0
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got, n := annotateFile(t, string(b))
		passages += n
		if *update {
			if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(string(b), got); diff != "" {
			t.Errorf("%s (- wanted, + got):\n%s", name, diff)
		}
	}
	if passages < 150 {
		t.Errorf("%d invented sentences, want 150 at least", passages)
	}
}

// annotateFile annotates the documents of a file and writes it with its results.
func annotateFile(t *testing.T, s string) (string, int) {
	var out strings.Builder
	n := 0
	for _, part := range strings.Split("\n"+s, "\n##")[1:] {
		head, body, _ := strings.Cut(part, "\n")
		d, section := header(head), []string(nil)
		if _, v, ok := strings.Cut(head, "section="); ok {
			section = strings.Split(v, "|")
		}
		for _, line := range strings.Split(body, "\n") {
			if line == "" || strings.HasPrefix(line, "  ") {
				continue
			}
			x := Text{Kind: corpus.Paragraph, Text: line, Section: section}
			if h, ok := strings.CutPrefix(line, "= "); ok {
				x = Text{Kind: corpus.Heading, Text: h}
				section = []string{h}
			}
			d.Texts = append(d.Texts, x)
		}
		fmt.Fprintf(&out, "##%s\n", head)
		rs := Annotate(d)
		for i, x := range d.Texts {
			if x.Kind == corpus.Heading {
				out.WriteString("= ")
			}
			n++
			out.WriteString(x.Text + "\n")
			writeResult(t, &out, x.Text, rs[i])
		}
		out.WriteString("\n")
	}
	return strings.TrimSuffix(out.String(), "\n"), n
}

// header reads "LANG published=2024-07-02".
func header(s string) Document {
	var d Document
	for _, f := range strings.Fields(s) {
		if v, ok := strings.CutPrefix(f, "published="); ok {
			d.Published = v
		} else if !strings.Contains(f, "=") && d.Language == "" && len(f) == 2 {
			d.Language = f
		}
	}
	return d
}

func writeResult(t *testing.T, out *strings.Builder, text string, r Result) {
	t.Helper()
	checkResult(t, text, r)
	for _, e := range r.Events {
		mark := " "
		if e.Primary {
			mark = "*"
		}
		fmt.Fprintf(out, "  %s %s %s %s", mark, e.EDTF, e.Precision, e.Inference)
		if e.Anchor != "" {
			fmt.Fprintf(out, " from %s", e.Anchor)
		}
		for _, s := range e.Evidence {
			fmt.Fprintf(out, " [%s]", text[s.Start:s.End])
		}
		out.WriteString("\n")
	}
	for _, e := range r.Expressions {
		fmt.Fprintf(out, "  - %s %s %s [%s]\n", e.Type, e.Value, e.Mod, e.Text)
	}
	for _, u := range r.Unresolved {
		fmt.Fprintf(out, "  ? %s [%s]\n", u.Reason, u.Text)
	}
}

// checkResult holds what is true of every result whatever the text.
func checkResult(t *testing.T, text string, r Result) {
	t.Helper()
	checkEvents(t, text, r.Events)
	at := 0
	for _, e := range r.Expressions {
		if e.Span.Start < at || !reads(text, e.Span, e.Text) {
			t.Errorf("%q: span %v is not %q, or stands before the one before", text, e.Span, e.Text)
		}
		at = e.Span.Start
		if e.EDTF != "" && e.Last < e.First {
			t.Errorf("%q: %s ends before it begins", text, e.EDTF)
		}
	}
	for _, u := range r.Unresolved {
		if !reads(text, u.Span, u.Text) {
			t.Errorf("%q: %v is not %q", text, u.Span, u.Text)
		}
	}
}

// reads reports whether a span of a text is some words.
func reads(text string, s corpus.Span, words string) bool {
	return s.In(len(text)) && s.Len() > 0 && text[s.Start:s.End] == words
}

// checkEvents wants whole events, one of them primary.
func checkEvents(t *testing.T, text string, events []corpus.EventDate) {
	t.Helper()
	primary := 0
	for _, e := range events {
		told := e.Precision != "" && e.Inference != "" && e.Rule != ""
		if e.Last < e.First || e.EDTF == "" || !told {
			t.Errorf("%q: event %+v is not whole", text, e)
		}
		if e.Primary {
			primary++
		}
		for _, s := range e.Evidence {
			if !s.In(len(text)) || s.Len() == 0 {
				t.Errorf("%q: evidence %v is outside", text, s)
			}
		}
		if len(e.Evidence) == 0 && e.Inference != inherited {
			t.Errorf("%q: %s has no evidence", text, e.EDTF)
		}
	}
	if len(events) > 0 && primary != 1 {
		t.Errorf("%q: %d primary events", text, primary)
	}
}
