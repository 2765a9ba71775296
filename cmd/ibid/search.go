package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// searchFlag is a flag of search that becomes a key of the request.
type searchFlag struct {
	key, usage string
	many       bool
}

// searchFlags are the keys of a request beside the facets; the command line and the address
// of a search have the same names.
var searchFlags = []searchFlag{
	{"mode", "quote, verbatim or words; as the query's own quotes say when absent", false},
	{"actor", "group, agency or person; repeat for alternatives", true},
	{"date", "event date: EDTF or FROM..TO; repeat for alternatives; none for undated", true},
	{"date_match", "possible or certain", false},
	{"same_event", "1: one event must carry both the date and the place", false},
	{"section", "a heading above the passage contains this", true},
	{"facet", "NAME or NAME:100, the facets to count; all with 10 values when absent", true},
	{"cross", "A,B or A,B:100, the table of two facets: how many hits have both values", true},
	{"days", "1: first and last event day of the answer and of each value counted", false},
	{"view", "list, or kwic for each occurrence on a line, in its context", false},
	{"sort", "relevance, date or -date; with --view kwic also left1 to left3 and right1 to right3, " +
		"by the word beside the keyword", false},
	{"size", "hits or lines on a page, at most 100", false},
	{"cursor", "next of the answer before", false},
	{"snippet", "bytes of a snippet, 40 to 2000; 280 when absent", false},
	{"explain", "1: say which words matched which bytes", false},
}

func searchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "search [QUERY]",
		Short: "Find passages; without QUERY list all that the filters leave",
		Long: `Find passages. "a b" in double quotes finds the same words in the same order, 'a b' in
single quotes the same characters, words without quotes all of them by stem.
--view kwic sets each occurrence on a line of its own, sorted by the words beside it.
--FACET narrows (repeat for alternatives), --all-FACET asks for a value besides the others,
--not-FACET excludes, the value none is "unknown".
--all writes every hit, in the order of the pages and with --json a line of JSON each.
Exit code 0: found, 1: nothing found, 2: a mistake in the request.`,
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	all := c.Flags().Bool("all", false, "write every hit, not a page of them")
	values := requestFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		v := values()
		if len(args) > 0 {
			v.Set("q", strings.Join(args, " "))
		}
		r, err := search.ParseValues(v)
		if err != nil {
			return err
		}
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		ix, err := s.openIndex(verifyAuto)
		if err != nil {
			return err
		}
		defer ix.Close()
		svc, err := s.service(ix)
		if err != nil {
			return err
		}
		if *all {
			return writeAll(c, svc, r, *asJSON)
		}
		a, err := svc.Search(c.Context(), r)
		if err != nil {
			return err
		}
		if err := printAnswer(c.OutOrStdout(), c.ErrOrStderr(), a, *asJSON); err != nil {
			return err
		}
		if a.Total == 0 {
			return exitCode(exitNothing)
		}
		return nil
	}
	return c
}

// writeAll writes every hit of a request; what else an answer says goes to standard error.
func writeAll(c *cobra.Command, svc *search.Service, r query.Request, asJSON bool) error {
	if r.View == query.KWIC {
		return corpus.Errorf(corpus.Invalid, "view", "--all writes hits, not lines").WithRemedy("leave --view out")
	}
	head := r
	head.Size, head.Cursor, head.Cross, head.Facets = -1, "", nil, []query.FacetRequest{}
	a, err := svc.Search(c.Context(), head)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(c.OutOrStdout())
	if err := printAnswer(out, c.ErrOrStderr(), a, false); err != nil {
		return err
	}
	n := 0
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for h, err := range svc.Every(c.Context(), r) {
		if err != nil {
			return err
		}
		n++
		if asJSON {
			err = lines.Encode(h)
		} else {
			err = printHit(out, h)
		}
		if err != nil {
			return err
		}
	}
	if n != a.Total && r.Cursor == "" {
		return corpus.Errorf(corpus.Internal, "search", "%d of %d hits were written", n, a.Total)
	}
	if err := out.Flush(); err != nil || n > 0 {
		return err
	}
	return exitCode(exitNothing)
}

// requestFlags adds every key of a request as a flag and returns what collects them.
func requestFlags(c *cobra.Command) func() url.Values {
	single, many := map[string]*string{}, map[string]*[]string{}
	repeated := func(flag, key, usage string) {
		many[key] = c.Flags().StringArray(flag, nil, usage)
	}
	for _, f := range searchFlags {
		flag := strings.ReplaceAll(f.key, "_", "-")
		if f.many {
			repeated(flag, f.key, f.usage)
		} else {
			single[f.key] = c.Flags().String(flag, "", f.usage)
		}
	}
	for _, name := range query.Facets() {
		repeated(name, name, "only this "+name+": id, name or alias; none for unknown")
	}
	for _, name := range append(query.Facets(), search.Actor) {
		repeated("not-"+name, "-"+name, "without this "+name)
		repeated("all-"+name, name+".all", "with this "+name+" besides the others")
		for _, flag := range []string{"not-" + name, "all-" + name} {
			_ = c.Flags().MarkHidden(flag) // cannot fail: the flag was added just now
		}
	}
	return func() url.Values {
		v := url.Values{}
		for key, s := range single {
			if *s != "" {
				v.Set(key, *s)
			}
		}
		for key, s := range many {
			if len(*s) > 0 {
				v[key] = *s
			}
		}
		return v
	}
}

// printAnswer writes an answer for a program or for a reader; notices go to standard error in
// the second case.
func printAnswer(out, log io.Writer, a *search.Answer, asJSON bool) error {
	if asJSON {
		return printJSON(out, a)
	}
	for _, n := range a.Notices {
		fmt.Fprintf(log, "note: %s\n", n.Message)
	}
	if a.Concordance != nil {
		fmt.Fprintf(log, "%s in ", count(a.Occurrences, "occurrence"))
	}
	fmt.Fprintf(log, "%s in %s, read as %s; the same words as: verbatim %d, quote %d, words %d\n",
		count(a.Total, "passage"), count(a.Documents, "document"), a.Mode,
		a.Readings.Verbatim, a.Readings.Quote, a.Readings.Words)
	if a.First != nil && a.Last != nil {
		fmt.Fprintf(log, "events from %v to %v\n", *a.First, *a.Last)
	}
	printSuggestions(log, a.Suggestions)
	printCross(out, a.Cross)
	if a.Concordance != nil {
		printLines(out, a.Lines)
	}
	for _, h := range a.Hits {
		if err := printHit(out, h); err != nil {
			return err
		}
	}
	if a.Next != "" {
		fmt.Fprintf(log, "more: --cursor %s\n", a.Next)
	}
	return nil
}

// printHit writes a hit for a reader.
func printHit(out io.Writer, h search.Hit) error {
	fmt.Fprintf(out, "%s\n  %s\n  %s\n", hitLine(h), markText(h.Snippet, h.SnippetMarks), sourceLine(h))
	for _, e := range h.Explain {
		fmt.Fprintf(out, "  %q as %s: bytes %d to %d, %q\n", e.Token, e.Field, e.Span.Start, e.Span.End,
			h.Text[e.Span.Start:e.Span.End])
	}
	_, err := fmt.Fprintln(out)
	return err
}

// printCross writes each table of two facets, a cell a line, and how many cells are not shown.
func printCross(out io.Writer, tables []query.CrossTable) {
	for _, t := range tables {
		fmt.Fprintf(out, "%s and %s: %d of %s\n", t.A, t.B, len(t.Cells), count(t.Total, "pair"))
		for _, c := range t.Cells {
			fmt.Fprintf(out, "  %s · %s: %s in %s\n", c.ALabel, c.BLabel, count(c.Count, "passage"),
				count(c.Documents, "document"))
		}
		fmt.Fprintln(out)
	}
}

// printSuggestions lists wordings that occur where the one typed does not, each said to be what
// it is.
func printSuggestions(log io.Writer, list []query.Suggestion) {
	for _, s := range list {
		if s.Kind == "part" {
			fmt.Fprintf(log, "part of your phrase: %s (%s)\n", s.Query, count(s.Count, "passage"))
			continue
		}
		fmt.Fprintf(log, "did you mean (different wording): %s (%s); %s\n", s.Query,
			count(s.Count, "passage"), differenceText(s))
	}
}

// differenceText says what differs, and whether it is a number or a negation.
func differenceText(s query.Suggestion) string {
	var text string
	switch s.Kind {
	case "added":
		text = fmt.Sprintf("%q is added", s.To)
	case "missing":
		text = fmt.Sprintf("%q is missing", s.From)
	default:
		text = fmt.Sprintf("%q stands for %q", s.To, s.From)
	}
	switch s.Difference {
	case "negation":
		return text + ": NEGATION DIFFERS"
	case "number":
		return text + ": NUMBER DIFFERS"
	}
	return text
}

// hitLine is what a hit is about: its id, dates, places and actors.
func hitLine(h search.Hit) string {
	parts := []string{string(h.ID)}
	for _, e := range h.Events {
		parts = append(parts, e.EDTF)
	}
	for _, p := range h.Places {
		if !p.Embedded {
			parts = append(parts, p.Name)
		}
	}
	for _, a := range h.Actors {
		parts = append(parts, a.Name)
	}
	return strings.Join(parts, " · ")
}

// sourceLine says where a hit stood and what it rests on.
func sourceLine(h search.Hit) string {
	parts := []string{h.Source.Title}
	if h.Source.Publisher != "" {
		parts = append(parts, h.Source.Publisher)
	}
	if h.Source.Published != "" {
		parts = append(parts, "published "+h.Source.Published)
	}
	parts = append(parts, h.Source.URL, "captured "+h.Source.Captured.Format("2006-01-02"),
		count(len(h.Citations), "citation"))
	return strings.Join(parts, " · ")
}

// markText sets the marks of a snippet between angle quotes.
func markText(s string, marks []corpus.Span) string {
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(s[at:m.Start] + "»" + s[m.Start:m.End] + "«")
		at = m.End
	}
	b.WriteString(s[at:])
	return b.String()
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// printJSON writes one value as indented JSON, with < and > as they are.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printJSONLine writes one value on one line.
func printJSONLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
