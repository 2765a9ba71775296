package eval

import (
	"fmt"
	"io"
	"math"
	"sort"
	"strconv"
	"strings"

	"ibid/corpus"
)

// Ranking, by trec_eval's conventions: the gain is the grade, the discount log2(rank+1), a
// query without a line in the run counts as 0, ties of score keep the order of the file.

// judged is the grades of a query's documents.
type judged struct {
	ids   []string // of queries, in the order of the file
	grade map[string]map[string]int
}

// Relevance scores a run against judgements: nDCG@10, recall at 100, MRR@10, MAP@5 and
// precision at 1. Judgements are lines of query, document and grade (with a header) or of
// four columns; a run has the six columns of TREC.
func Relevance(qrels, run io.Reader) (Report, error) {
	q, err := readJudgements(qrels)
	if err != nil {
		return Report{}, err
	}
	ranked, err := readRun(run)
	if err != nil {
		return Report{}, err
	}
	var sum [5]float64
	n := 0
	for _, id := range q.ids {
		v, ok := ranking(q.grade[id], ranked[id])
		if !ok {
			continue
		}
		n++
		for i := range sum {
			sum[i] += v[i]
		}
	}
	if n == 0 {
		return Report{}, corpus.Errorf(corpus.Invalid, "judgements", "no query has a relevant document")
	}
	var out []Figure
	for i, name := range []string{"nDCG@10", "R@100", "MRR@10", "MAP@5", "P@1"} {
		out = append(out, share(name, sum[i]/float64(n)))
	}
	return Report{Figures: append(out, count("queries", n))}, nil
}

// ranking is the five figures of one query; false when nothing is relevant to it.
func ranking(grade map[string]int, docs []string) (v [5]float64, ok bool) {
	var gains []int
	for _, g := range grade {
		if g > 0 {
			gains = append(gains, g)
		}
	}
	if len(gains) == 0 {
		return v, false
	}
	sort.Sort(sort.Reverse(sort.IntSlice(gains)))
	dcg, ideal := 0.0, 0.0
	for i, d := range docs[:min(10, len(docs))] {
		if g := grade[d]; g > 0 {
			dcg += float64(g) / math.Log2(float64(i+2))
		}
	}
	for i, g := range gains[:min(10, len(gains))] {
		ideal += float64(g) / math.Log2(float64(i+2))
	}
	v[0] = dcg / ideal
	v[1] = recall(grade, docs, len(gains))
	hits, precision := 0, 0.0
	for i, d := range docs {
		if grade[d] <= 0 {
			continue
		}
		if v[2] == 0 && i < 10 {
			v[2] = 1 / float64(i+1)
		}
		if i < 5 {
			hits++
			precision += float64(hits) / float64(i+1)
		}
	}
	v[3] = precision / float64(min(len(gains), 5))
	v[4] = float64(asInt(len(docs) > 0 && grade[docs[0]] > 0))
	return v, true
}

// recall is the share of relevant documents among the first hundred, each counted once.
func recall(grade map[string]int, docs []string, relevant int) float64 {
	found := map[string]bool{}
	for _, d := range docs[:min(100, len(docs))] {
		if grade[d] > 0 {
			found[d] = true
		}
	}
	return float64(len(found)) / float64(relevant)
}

func readJudgements(r io.Reader) (judged, error) {
	q := judged{grade: map[string]map[string]int{}}
	err := eachLine("judgements", r, func(n int, line []byte) error {
		f := strings.Fields(string(line))
		if len(f) == 4 {
			f = []string{f[0], f[2], f[3]}
		}
		if len(f) != 3 || f[0] == "query-id" {
			return nil
		}
		g, err := strconv.Atoi(f[2])
		if err != nil {
			return corpus.Errorf(corpus.Format, "judgements", "line %d: grade %q is no number", n, f[2])
		}
		if q.grade[f[0]] == nil {
			q.grade[f[0]] = map[string]int{}
			q.ids = append(q.ids, f[0])
		}
		q.grade[f[0]][f[1]] = g
		return nil
	})
	return q, err
}

func readRun(r io.Reader) (map[string][]string, error) {
	type hit struct {
		doc   string
		score float64
	}
	hits := map[string][]hit{}
	err := eachLine("run", r, func(n int, line []byte) error {
		f := strings.Fields(string(line))
		if len(f) < 5 {
			return corpus.Errorf(corpus.Format, "run", "line %d: %d columns", n, len(f)).
				WithRemedy("write query, Q0, document, rank, score, tag")
		}
		s, err := strconv.ParseFloat(f[4], 64)
		if err != nil || math.IsNaN(s) {
			return corpus.Errorf(corpus.Format, "run", "line %d: score %q is no number", n, f[4])
		}
		hits[f[0]] = append(hits[f[0]], hit{f[2], s})
		return nil
	})
	out := map[string][]string{}
	for q, list := range hits {
		sort.SliceStable(list, func(i, j int) bool { return list[i].score > list[j].score })
		for _, h := range list {
			out[q] = append(out[q], h.doc)
		}
	}
	return out, err
}

// WriteRun writes the ranked documents of a query as lines of a TREC run.
func WriteRun(w io.Writer, query string, docs []string, scores []float64, tag string) error {
	for i, d := range docs {
		if _, err := fmt.Fprintf(w, "%s Q0 %s %d %g %s\n", query, d, i+1, scores[i], tag); err != nil {
			return fmt.Errorf("write run: %w", err)
		}
	}
	return nil
}
