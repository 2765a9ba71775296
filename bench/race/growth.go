package main

import (
	"fmt"
	"io"
	"strings"
)

// writeGrowth shows how the cost of each class grows over races of growing corpora: CPU of
// Ibid, Tantivy and Lucene, p50 / p95 in milliseconds, beside the mean hits.
func writeGrowth(w io.Writer, paths []string) error {
	type run struct {
		h header
		s []sample
	}
	var runs []run
	for _, p := range paths {
		h, s, err := readSamples(p)
		if err != nil {
			return err
		}
		runs = append(runs, run{h, s})
	}
	fmt.Fprint(w, "| class | engine |")
	for _, r := range runs {
		fmt.Fprintf(w, " %s |", thousands(r.h.Passages))
	}
	fmt.Fprintf(w, " last / first |\n|%s\n", strings.Repeat(" --- |", 3+len(runs)))
	for _, class := range classesOf(runs[0].s) {
		for _, name := range []string{"hits", "ours", "tantivy", "lucene"} {
			fmt.Fprintf(w, "| %s | %s |", class, name)
			var ends [2]float64
			for i, r := range runs {
				v, cell := growthCell(r.s, class, name)
				fmt.Fprintf(w, " %s |", cell)
				if i == 0 {
					ends[0] = v
				}
				ends[1] = v
			}
			fmt.Fprintf(w, " %s |\n", ratio(ends[1], ends[0]))
		}
	}
	return nil
}

// growthCell is a figure of a class in one race: its value that is followed and its text.
func growthCell(samples []sample, class, name string) (float64, string) {
	if name == "hits" {
		hits, n := 0, 0
		for _, s := range samples {
			if s.Class == class {
				hits, n = hits+s.Total, n+1
			}
		}
		v := float64(hits) / float64(max(1, n))
		return v, fmt.Sprintf("%.1f", v)
	}
	a, _ := costs(samples, class, name, name)
	if len(a) == 0 {
		return 0, "–"
	}
	return quantile(a, 0.5), digits(quantile(a, 0.5)) + " / " + digits(quantile(a, 0.95))
}
