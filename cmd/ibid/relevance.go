package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/eval"
)

// rankDepth is how many claims of a query are ranked: what recall at 100 looks at.
const rankDepth = 100

// claimURL begins the addresses of the documents of a set.
const claimURL = "claim:"

// claim is one line of a relevance set: a document or a query.
type claim struct {
	ID    string `json:"_id"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// relevanceFlags adds what only this subject has.
func relevanceFlags(c *cobra.Command) {
	c.Flags().String("split", "", "score queries.SPLIT.jsonl by qrels.SPLIT.tsv; dev when absent, or the one there is")
	c.Flags().String("run", "", "score this TREC run of another engine instead of ranking")
}

// scoreRelevance indexes the documents of a set, asks its queries as loose words any of which
// may match, and scores the ranking.
func scoreRelevance(c *cobra.Command, dir string) ([]eval.Report, error) {
	split, _ := c.Flags().GetString("split") // both flags were added by relevanceFlags
	file, _ := c.Flags().GetString("run")
	if split == "" {
		split = onlySplit(dir)
	}
	qrels, err := os.ReadFile(filepath.Join(dir, "qrels."+split+".tsv"))
	if err != nil {
		return nil, fileError(filepath.Join(dir, "qrels."+split+".tsv"), err)
	}
	var run []byte
	if file != "" {
		if run, err = os.ReadFile(file); err != nil {
			return nil, fileError(file, err)
		}
	} else if run, err = rankClaims(c.Context(), dir, split); err != nil {
		return nil, err
	}
	rep, err := eval.Relevance(bytes.NewReader(qrels), bytes.NewReader(run))
	return []eval.Report{rep}, err
}

// onlySplit is the part of a set that is scored when none is named: dev, unless the set has
// another one and not that.
func onlySplit(dir string) string {
	files, _ := filepath.Glob(filepath.Join(dir, "qrels.*.tsv")) // the pattern is sound
	if len(files) != 1 {
		return "dev"
	}
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(files[0]), "qrels."), ".tsv")
}

// claimsLanguage reads the language of a set as that of a page with its first claims: one claim
// alone is too short to tell.
func claimsLanguage(claims []claim) string {
	var b strings.Builder
	for _, c := range claims[:min(len(claims), 200)] {
		b.WriteString(strings.ToValidUTF8(c.Text, "\uFFFD") + "\n\n")
	}
	body := []byte(b.String())
	d, err := extractDocument(corpus.Capture{URL: "file:claims.txt", At: time.Unix(0, 0).UTC(), Status: 200,
		MediaType: "text/plain", Snapshot: corpus.SnapshotIDOf(body), Size: int64(len(body))}, body)
	if err != nil {
		return ""
	}
	return d.Language
}

// rankClaims makes the run of a set's queries.
func rankClaims(ctx context.Context, dir, split string) ([]byte, error) {
	docs, err := readClaims(filepath.Join(dir, "corpus.jsonl"))
	if err != nil {
		return nil, err
	}
	queries, err := readClaims(filepath.Join(dir, "queries."+split+".jsonl"))
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "ibid-eval-")
	if err != nil {
		return nil, corpus.Errorf(corpus.Unavailable, "temporary folder", "%w", err)
	}
	defer os.RemoveAll(tmp)
	language := claimsLanguage(docs)
	if _, err := indexer.Build(ctx, tmp, claimItems(docs, language), indexer.BuildOptions{}); err != nil {
		return nil, err
	}
	ix, err := indexer.Open(tmp, indexer.OpenOptions{Verify: indexer.VerifyManifest})
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	place := map[string]int{}
	for i, d := range docs {
		place[d.ID] = i
	}
	var run bytes.Buffer
	for _, q := range queries {
		r := query.Request{Text: anyOf(q.Text, language), Size: rankDepth, Facets: []query.FacetRequest{}}
		res, err := ix.Search(ctx, r)
		if err != nil {
			return nil, fmt.Errorf("query %s: %w", q.ID, err)
		}
		ids, scores := ranked(res.Hits, place)
		if err := eval.WriteRun(&run, q.ID, ids, scores, "ibid"); err != nil {
			return nil, err
		}
	}
	return run.Bytes(), nil
}

// ranked gives the ids and scores of hits. Equal scores go by the place of the document in its
// file, as in the runs of other engines, whose numbers follow the order of insertion: sets hold
// claims word for word twice, and of two such copies no ranking can know the one that was judged.
func ranked(hits []query.Hit, place map[string]int) (ids []string, scores []float64) {
	id := func(h query.Hit) string { return strings.TrimPrefix(h.Document.URL, claimURL) }
	sort.SliceStable(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		return a.Score > b.Score || a.Score == b.Score && place[id(a)] < place[id(b)]
	})
	for _, h := range hits {
		ids, scores = append(ids, id(h)), append(scores, h.Score)
	}
	return ids, scores
}

// maxClaim is the most bytes of a line of a claim.
const maxClaim = 10 << 20

// readClaims reads a file of a claim a line.
func readClaims(path string) ([]claim, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	var out []claim
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, maxClaim)
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
func claimItems(claims []claim, language string) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		for _, c := range claims {
			text := corpus.NormalizeText(strings.ToValidUTF8(c.Title+" "+c.Text, "\uFFFD"))
			url := claimURL + c.ID
			d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Language: language, Source: "file",
				Snapshot: corpus.SnapshotIDOf([]byte(text)), Captured: time.Unix(0, 0).UTC()}
			p := &corpus.Passage{ID: corpus.PassageIDOf(url, text, 0), Document: d.ID, Kind: corpus.Paragraph,
				Text: text, Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}
			if !yield(indexer.Item{Document: d, Passages: []*corpus.Passage{p}}, nil) {
				return
			}
		}
	}
}

// anyOf is a query in which each distinct word of a text may match, as many as a query holds;
// words of one stem ask for the same and count once.
// What stands between two spaces is one word, as when it is typed: all parts of an address or
// of a name with a hyphen must be there for it to count.
func anyOf(text, language string) string {
	var words []string
	seen := map[string]bool{}
	for _, typed := range strings.Fields(strings.ToValidUTF8(text, "\uFFFD")) {
		w := bareWord(typed)
		key := fold.Stem(fold.Key(w), language)
		if !seen[key] && isWord(w) && len(words) < query.MaxClauses {
			seen[key] = true
			words = append(words, w)
		}
	}
	return strings.Join(words, " OR ")
}

// bareWord is what was typed from its first word to its last, without signs at its edges:
// "#Name" asks for the name.
func bareWord(typed string) string {
	tokens := fold.Tokens(nil, typed)
	isSign := func(t fold.Token) bool {
		return strings.IndexFunc(t.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0
	}
	for len(tokens) > 0 && isSign(tokens[0]) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && isSign(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	if len(tokens) == 0 {
		return ""
	}
	return typed[tokens[0].Start:tokens[len(tokens)-1].End]
}

// isWord reports whether a text is one bare word to the query language and no operator.
func isWord(s string) bool {
	n, _, err := query.Parse(s)
	w, ok := n.(query.Word)
	return err == nil && ok && w.Text == s && !w.Prefix
}
