package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/intake"
	"ibid/internal/segment"
)

func extractCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "extract FILE",
		Short: "Show what is read out of one page or text; needs no corpus",
		Args:  exactly(1, "the file"),
	}
	asJSON := jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		p, err := intake.ReadPage(args[0], filepath.Base(args[0]), now())
		if err != nil {
			return err
		}
		doc, err := extractDocument(corpus.Capture{URL: p.URL, At: p.At, Status: p.Status, MediaType: p.MediaType,
			Charset: p.Charset, Snapshot: corpus.SnapshotIDOf(p.Body), Size: int64(len(p.Body))}, p.Body)
		if err != nil {
			return err
		}
		passages := segment.Split(doc)
		if *asJSON {
			return printJSON(c.OutOrStdout(), extracted(doc, passages))
		}
		for _, q := range passages {
			c.Printf("%s\n\n", q.Text)
		}
		return nil
	}
	return c
}

// extraction is the contract of extract --json.
type extraction struct {
	Title     string              `json:"title"`
	Byline    []string            `json:"byline"`
	Publisher string              `json:"publisher"`
	Published string              `json:"published"`
	Modified  string              `json:"modified"`
	Language  string              `json:"language"`
	Canonical string              `json:"canonical"`
	Kind      string              `json:"kind"`
	Charset   string              `json:"charset"`
	CharsetBy string              `json:"charset_by"`
	Repaired  int                 `json:"repaired"`
	Witness   map[string]string   `json:"witness"`
	Text      string              `json:"text"` // main text, a line a block
	Passages  []extractionPassage `json:"passages"`
	Notes     []corpus.Note       `json:"notes"`
	Dangling  int                 `json:"dangling"`
}

// extractionPassage is a passage with the citations of its notes.
type extractionPassage struct {
	Text      string            `json:"text"`
	Kind      corpus.BlockKind  `json:"kind"`
	Section   []string          `json:"section"`
	Runs      []corpus.Run      `json:"runs"`
	Notes     []string          `json:"notes"` // ids, in the order of their marks
	Marks     []corpus.NoteMark `json:"marks"`
	Citations []corpus.Citation `json:"citations"`
	Untraced  bool              `json:"untraced"`
}

// extracted lays out a document for extract --json. Lists are never null.
func extracted(d *corpus.Document, passages []*corpus.Passage) extraction {
	out := extraction{Title: d.Title, Byline: orEmpty(d.Byline), Publisher: d.Publisher, Published: d.Published,
		Modified: d.Modified, Language: d.Language, Canonical: d.Canonical, Kind: d.Kind, Charset: d.Charset,
		CharsetBy: d.CharsetBy, Repaired: d.Repaired, Witness: d.Witness, Notes: orEmpty(d.Notes),
		Dangling: d.Dangling, Passages: []extractionPassage{}}
	var text []string
	for _, b := range d.Blocks {
		text = append(text, b.Text)
	}
	out.Text = strings.Join(text, "\n")
	citations := map[string][]corpus.Citation{}
	for _, n := range d.Notes {
		citations[n.ID] = n.Citations
	}
	for _, p := range passages {
		q := extractionPassage{Text: p.Text, Kind: p.Kind, Section: orEmpty(p.Section), Runs: orEmpty(p.Runs),
			Marks: orEmpty(p.Notes), Notes: []string{}, Citations: []corpus.Citation{}, Untraced: p.Untraced}
		for _, m := range p.Notes {
			q.Notes = append(q.Notes, m.Note)
			q.Citations = append(q.Citations, citations[m.Note]...)
		}
		out.Passages = append(out.Passages, q)
	}
	return out
}

// orEmpty makes a missing list an empty one.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
