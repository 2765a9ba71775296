package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/actor"
	"ibid/internal/eval"
	"ibid/internal/gazetteer"
	"ibid/internal/register"
	"ibid/internal/segment"
	"ibid/internal/timex"
)

// evaluation is one subject of eval: how its figures are made from a path, and how the texts
// of a gold file are tagged, where that is asked for alone.
type evaluation struct {
	name    string
	path    string // what PATH is
	score   func(c *cobra.Command, path string) ([]eval.Report, error)
	predict func(gold io.Reader, out io.Writer) error // nil: no --predict
	flags   func(c *cobra.Command)                    // nil: no flags of its own
}

// evaluations lists the subjects.
func evaluations() []evaluation {
	return []evaluation{
		{"dates", "gold file of texts", scoreTagger(predictDates, eval.Dates), predictDates, nil},
		{"places", "gold file of texts", scoreTagger(predictPlaces, scorePlaces), predictPlaces, nil},
		{"actors", "gold file of texts", scoreTagger(predictActors, scoreActors), predictActors, nil},
		{"extraction", "folder with html/ and ground-truth", scoreExtraction, nil, extractionFlags},
		{"citations", "folder with pages and *.gold.json", scoreCitations, nil, nil},
		{"relevance", "folder with corpus, queries and qrels", scoreRelevance, nil, relevanceFlags},
	}
}

func evalCommand() *cobra.Command {
	c := &cobra.Command{Use: "eval", Short: "Measure quality on labelled sets"}
	for _, e := range evaluations() {
		c.AddCommand(evaluationCommand(e))
	}
	return c
}

func evaluationCommand(e evaluation) *cobra.Command {
	c := &cobra.Command{Use: e.name + " PATH", Short: "Figures for " + e.name + "; PATH is a " + e.path}
	asJSON := jsonFlag(c)
	var predict *string
	if e.predict != nil {
		predict = c.Flags().String("predict", "", "tag the texts of this gold file, without its answers, and print the lines")
	}
	if e.flags != nil {
		e.flags(c)
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if predict != nil && *predict != "" {
			data, err := readMaybeGzip(*predict)
			if err != nil {
				return err
			}
			return e.predict(bytes.NewReader(data), c.OutOrStdout())
		}
		if err := exactly(1, "the "+e.path)(c, args); err != nil {
			return err
		}
		reports, err := e.score(c, args[0])
		if err != nil {
			return err
		}
		for _, r := range reports {
			if *asJSON {
				err = printJSON(c.OutOrStdout(), r)
			} else {
				_, err = fmt.Fprintln(c.OutOrStdout(), r)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
	return c
}

// readMaybeGzip reads a file, with .gz undone.
func readMaybeGzip(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, corpus.Errorf(corpus.Format, path, "not gzip: %w", err)
		}
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fileError(path, err)
	}
	return data, nil
}

// scoreTagger predicts a gold file and scores the lines.
func scoreTagger(predict func(io.Reader, io.Writer) error,
	score func(gold, pred io.Reader) (eval.Report, error)) func(*cobra.Command, string) ([]eval.Report, error) {
	return func(_ *cobra.Command, path string) ([]eval.Report, error) {
		gold, err := readMaybeGzip(path)
		if err != nil {
			return nil, err
		}
		var lines bytes.Buffer
		if err := predict(bytes.NewReader(gold), &lines); err != nil {
			return nil, err
		}
		r, err := score(bytes.NewReader(gold), &lines)
		return []eval.Report{r}, err
	}
}

// predictDates tags temporal expressions; a text is cut into paragraphs first.
func predictDates(gold io.Reader, out io.Writer) error {
	return eval.PredictDates(gold, out, func(lang, dct, text string) []eval.Expr {
		texts, at := timex.Paragraphs(text)
		var exprs []eval.Expr
		for i, r := range timex.Annotate(timex.Document{Language: lang, Published: dct, Texts: texts}) {
			for _, x := range r.Expressions {
				exprs = append(exprs, eval.Expr{Type: x.Type, Value: x.Value,
					Span: corpus.Span{Start: x.Span.Start + at[i], End: x.Span.End + at[i]}})
			}
		}
		return exprs
	})
}

// predictPlaces tags places.
func predictPlaces(gold io.Reader, out io.Writer) error {
	g, err := gazetteer.Load()
	if err != nil {
		return err
	}
	return eval.PredictEntities(gold, out, func(_, text string) []eval.Entity {
		return entities(g.Find(text, fold.Tokens(nil, text)), func(string) string { return "LOC" })
	})
}

// predictActors tags people, groups and agencies.
func predictActors(gold io.Reader, out io.Writer) error {
	a, err := actor.Load()
	if err != nil {
		return err
	}
	return eval.PredictEntities(gold, out, func(_, text string) []eval.Entity {
		return entities(a.Find(text, fold.Tokens(nil, text)), func(id string) string {
			if x, ok := a.Actor(id); ok && x.Kind == actor.Person {
				return "PER"
			}
			return "ORG"
		})
	})
}

// entities lays out matches of a register, each by its first candidate.
func entities(matches []register.Match, kind func(id string) string) []eval.Entity {
	var out []eval.Entity
	for _, m := range matches {
		if m.Nested || len(m.Candidates) == 0 {
			continue
		}
		id := m.Candidates[0].ID
		out = append(out, eval.Entity{Span: m.Span, Type: kind(id), Name: id})
	}
	return out
}

func scorePlaces(gold, pred io.Reader) (eval.Report, error) {
	return eval.Places(gold, pred, eval.EntityOptions{Types: []string{"LOC"}})
}

func scoreActors(gold, pred io.Reader) (eval.Report, error) {
	return eval.Actors(gold, pred, eval.EntityOptions{Types: []string{"PER", "ORG"}})
}

// mainText is the main text of a page as the extraction sets judge it.
func mainText(path string) (string, error) {
	body, err := readMaybeGzip(path)
	if err != nil {
		return "", err
	}
	d, err := extractDocument(corpus.Capture{URL: "file:" + filepath.Base(path), At: now(), Status: 200,
		MediaType: "text/html", Snapshot: corpus.SnapshotIDOf(body)}, body)
	if err != nil {
		return "", err
	}
	return extracted(d, nil).Text, nil
}

// scoreCitations scores every page of a folder that has a gold file, and its cases of markup.
func scoreCitations(_ *cobra.Command, dir string) ([]eval.Report, error) {
	golds, err := filepath.Glob(filepath.Join(dir, "*.gold.json"))
	if err != nil || len(golds) == 0 {
		return nil, corpus.Errorf(corpus.NotFound, dir, "holds no *.gold.json").WithRemedy("name the folder of the pages")
	}
	sort.Strings(golds)
	var reports []eval.Report
	for _, g := range golds {
		gold, err := os.ReadFile(g)
		if err != nil {
			return nil, fileError(g, err)
		}
		body, err := readMaybeGzip(strings.TrimSuffix(g, ".gold.json") + ".html.gz")
		if err != nil {
			return nil, err
		}
		d, err := extractDocument(corpus.Capture{URL: "https://page.example/", At: now(), Status: 200,
			MediaType: "text/html", Snapshot: corpus.SnapshotIDOf(body)}, body)
		if err != nil {
			return nil, err
		}
		var pred bytes.Buffer
		if err := printJSON(&pred, extracted(d, segment.Split(d))); err != nil {
			return nil, err
		}
		r, err := eval.Citations(bytes.NewReader(gold), &pred)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}
