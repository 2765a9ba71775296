package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/eval"
)

// rankDepth is how many claims of a query are ranked: what recall at 100 looks at.
const rankDepth = 100

// claim is one line of a relevance set: a document or a query.
type claim struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// scoreRelevance indexes the documents of a set, asks its queries as loose words any of which
// may match, and scores the ranking.
func scoreRelevance(c *cobra.Command, dir string) ([]eval.Report, error) {
	docs, err := readClaims(filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return nil, err
	}
	queries, err := readClaims(filepath.Join(dir, "queries.dev.jsonl"))
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "ibid-eval-")
	if err != nil {
		return nil, corpus.Errorf(corpus.Unavailable, "temporary folder", "%w", err)
	}
	defer os.RemoveAll(tmp)
	if _, err := indexer.Build(c.Context(), tmp, claimItems(docs), indexer.BuildOptions{}); err != nil {
		return nil, err
	}
	ix, err := indexer.Open(tmp, indexer.OpenOptions{Verify: indexer.VerifyManifest})
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	var run bytes.Buffer
	for _, q := range queries {
		r := query.Request{Text: anyOf(q.Text), Size: rankDepth, Facets: []query.FacetRequest{}}
		res, err := ix.Search(c.Context(), r)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		var ids []string
		var scores []float64
		for _, h := range res.Hits {
			ids, scores = append(ids, strings.TrimPrefix(h.Document.URL, "claim:")), append(scores, h.Score)
		}
		if err := eval.WriteRun(&run, q.ID, ids, scores, "ibid"); err != nil {
			return nil, err
		}
	}
	qrels, err := os.ReadFile(filepath.Join(dir, "qrels.dev.tsv"))
	if err != nil {
		return nil, fileError(dir, err)
	}
	rep, err := eval.Relevance(bytes.NewReader(qrels), &run)
	return []eval.Report{rep}, err
}

// readClaims reads a file of a claim a line.
func readClaims(path string) ([]claim, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	var out []claim
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxPage)
	for n := 1; lines.Scan(); n++ {
		var c claim
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			return nil, corpus.Errorf(corpus.Format, fmt.Sprintf("%s:%d", path, n), "%w", err)
		}
		out = append(out, c)
	}
	return out, lines.Err()
}

// claimItems makes a document of one passage of each claim.
func claimItems(claims []claim) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		for _, c := range claims {
			text := corpus.NormalizeText(strings.ToValidUTF8(c.Title+" "+c.Text, "\uFFFD"))
			url := "claim:" + c.ID
			d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Language: "en", Source: "file",
				Snapshot: corpus.SnapshotIDOf([]byte(text)), Captured: time.Unix(0, 0).UTC()}
			p := &corpus.Passage{ID: corpus.PassageIDOf(url, text, 0), Document: d.ID, Kind: corpus.Paragraph,
				Text: text, Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}
			if !yield(indexer.Item{Document: d, Passages: []*corpus.Passage{p}}, nil) {
				return
			}
		}
	}
}

// anyOf is a query in which each distinct word of a text may match, as many as a query holds.
func anyOf(text string) string {
	var words []string
	seen := map[string]bool{}
	for _, t := range fold.Tokens(nil, strings.ToValidUTF8(text, "\uFFFD")) {
		if !seen[t.Text] && isWord(t.Text) && len(words) < query.MaxClauses {
			seen[t.Text] = true
			words = append(words, t.Text)
		}
	}
	return strings.Join(words, " OR ")
}

// isWord reports whether a token is letters and digits alone, so that it is no operator.
func isWord(s string) bool {
	n, _, err := query.Parse(s)
	w, ok := n.(query.Word)
	return err == nil && ok && w.Text == s && !w.Prefix
}
