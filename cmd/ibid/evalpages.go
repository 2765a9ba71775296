package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/eval"
)

// textsFlag names the file of another tool's texts.
const textsFlag = "texts"

// extractionFlags adds the flag by which another tool is measured on the same pages.
func extractionFlags(c *cobra.Command) {
	c.Flags().String(textsFlag, "", "score these texts, a line {\"id\", \"text\"} a page, instead of reading the pages")
}

// scoreExtraction scores main text on a folder in the form of either extraction set. A page
// that cannot be read counts as empty and is named.
func scoreExtraction(c *cobra.Command, dir string) ([]eval.Report, error) {
	gold, score := filepath.Join(dir, "ground-truth.json"), eval.Shingles
	if _, err := os.Stat(gold); errors.Is(err, os.ErrNotExist) {
		gold, score = filepath.Join(dir, "ground-truth.jsonl.gz"), eval.Words
	}
	data, err := readMaybeGzip(gold)
	if err != nil {
		return nil, err
	}
	texts, err := pageTexts(c, dir, data)
	if err != nil {
		return nil, err
	}
	r, err := score(bytes.NewReader(data), texts)
	return []eval.Report{r}, err
}

// pageTexts is the main text of the pages of a gold file, a line a page: that of the file that
// --texts names, else what is read out of the pages.
func pageTexts(c *cobra.Command, dir string, gold []byte) (io.Reader, error) {
	if name, _ := c.Flags().GetString(textsFlag); name != "" {
		data, err := readMaybeGzip(name)
		return bytes.NewReader(data), err
	}
	var lines bytes.Buffer
	err := eval.PredictTexts(bytes.NewReader(gold), &lines, func(id, _ string) (string, error) {
		text, err := mainText(filepath.Join(dir, "html", id+".html.gz"))
		if err != nil && corpus.KindOf(err) != corpus.NotFound {
			c.PrintErrf("read as empty: %v\n", err)
			return "", nil
		}
		return text, err
	})
	return &lines, err
}
