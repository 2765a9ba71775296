package main

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// header is the first line of a sample file.
type header struct {
	Date     string   `json:"date"`
	Corpus   string   `json:"corpus"`
	Passages int      `json:"passages"`
	Queries  int      `json:"queries"`
	Budget   float64  `json:"budget"` // CPU seconds of each engine in each class
	Reps     int      `json:"reps"`
	Machine  string   `json:"machine"`
	Engines  []result `json:"engines"`
}

// result is what was measured once of an engine.
type result struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Version string  `json:"version"`
	Indexed indexed `json:"indexed"`
	OpenCPU float64 `json:"open_cpu"` // milliseconds
	Open    float64 `json:"open"`     // milliseconds of wall time
	Memory  int64   `json:"memory"`   // bytes not backed by files, after the race
}

// header tells of the race as a whole.
func (r *race) header() header {
	h := header{Date: r.date, Corpus: r.name, Passages: r.entrants[0].opened.Passages, Queries: len(r.rows),
		Budget: r.opt.budget, Reps: r.opt.reps, Machine: machine()}
	for _, e := range r.entrants {
		h.Engines = append(h.Engines, result{Name: e.name, Title: e.title, Version: e.opened.Version,
			Indexed: e.indexed, OpenCPU: e.opened.CPU[0], Open: e.opened.Wall[0], Memory: e.memory})
	}
	return h
}

// machine describes the processor and its cores.
func machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s, %d cores, %s, %s", model, runtime.NumCPU(), runtime.GOOS, runtime.Version())
}

// write stops the engines and writes the table and the samples.
func (r *race) write() error {
	h := r.header()
	for _, e := range r.entrants {
		if err := e.p.stop(); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := os.MkdirAll(r.opt.runs, 0o777); err != nil {
		return err
	}
	path := free(filepath.Join(r.opt.runs, fmt.Sprintf("%s-peers-%s", r.date, r.name)))
	if err := writeSamples(path+".jsonl.gz", h, r.samples); err != nil {
		return err
	}
	var b strings.Builder
	r.table(&b, h)
	say("wrote %s.md", path)
	return os.WriteFile(path+".md", []byte(b.String()), 0o666)
}

// free is a name of which no table is there: the path, or the path and the number of the race
// on that day.
func free(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Stat(name + ".md"); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}

// table writes the race as a page.
func (r *race) table(w io.Writer, h header) {
	fmt.Fprintf(w, "# Race at %s passages, %s\n\n", thousands(h.Passages), h.Date)
	fmt.Fprintf(w, "Machine: %s. Corpus %s, %d queries, each asked %d times in a row, of which the median counts; "+
		"the engines take turns at every query. At most %g CPU seconds for each engine in each class.\n\n",
		h.Machine, h.Corpus, h.Queries, h.Reps, h.Budget)
	engineTable(w, h)
	fmt.Fprintf(w, "\n## CPU of a query, milliseconds: p50 / p95 / mean\n\nAll threads of the process. "+
		"In brackets the queries answered within the budget, where these are not all.\n\n")
	costTable(w, h, r.samples)
	fmt.Fprintf(w, "\n## How many times the CPU of Ibid: p50 / p95 / mean\n\nOver the queries that both answered; above 1 Ibid is ahead.\n\n")
	ratioTable(w, h, r.samples)
	fmt.Fprintf(w, "\n## Agreement\n\nAll totals of all queries above are equal among the engines that answered.")
	if r.opt.check {
		fmt.Fprintf(w, " Every value of every facet too, before the timing, on so many queries:\n\n")
		r.comparedTable(w)
	} else {
		fmt.Fprintln(w)
	}
	if len(r.apart) > 0 {
		fmt.Fprintf(w, "\nLeft out are %d phrases on which the engines differ, for they part real text into words by other "+
			"rules. Ibid takes accents and forms of letters as equal and 400000 as 400 000, and a sign such as & or = as a "+
			"word; Lucene and bleve keep an apostrophe, point or low line inside a word, Tantivy and SQLite part there.\n\n", len(r.apart))
		for _, a := range r.apart {
			fmt.Fprintf(w, "- %s\n", a)
		}
	}
	lacking := sortedKeys(r.lacking)
	if len(lacking) > 0 {
		fmt.Fprintf(w, "\nNot counted, so neither compared nor timed: %s.\n", strings.Join(lacking, ", "))
	}
}

// comparedTable writes how many queries each engine was compared on.
func (r *race) comparedTable(w io.Writer) {
	fmt.Fprint(w, "| class |")
	for _, e := range r.entrants {
		fmt.Fprintf(w, " %s |", e.title)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" --- |", 1+len(r.entrants)))
	for _, c := range r.wanted() {
		if !counted(c) {
			continue
		}
		fmt.Fprintf(w, "| %s |", c)
		for _, e := range r.entrants {
			fmt.Fprintf(w, " %d |", r.compared[c][e.name])
		}
		fmt.Fprintln(w)
	}
}

// engineTable writes what was measured once.
func engineTable(w io.Writer, h header) {
	fmt.Fprintf(w, "| engine | version | indexing, passages a CPU second | merged to one segment | index, MB | open, ms wall / CPU | memory not backed by files, MB |\n")
	fmt.Fprintf(w, "| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, e := range h.Engines {
		merged := "–"
		rate := func(ms float64) string { return thousands(int(float64(e.Indexed.Passages) / ms * 1000)) }
		if len(e.Indexed.CPU) > 1 {
			merged = rate(e.Indexed.CPU[1])
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %.0f | %.1f / %.1f | %.0f |\n", e.Title, e.Version, rate(e.Indexed.CPU[0]), merged,
			float64(e.Indexed.Bytes)/1e6, e.Open, e.OpenCPU, float64(e.Memory)/1e6)
	}
}

// column is an engine, or Lucene's asking thread alone.
type column struct{ name, title string }

func columns(h header) (out []column) {
	for _, e := range h.Engines {
		out = append(out, column{e.Name, e.Title})
		if e.Name == "lucene" {
			out = append(out, column{luceneThread, "Lucene, asking thread alone"})
		}
	}
	return out
}

// costs is the figures of an engine in a class, and of another one on the same queries.
func costs(samples []sample, class, name, other string) (mine, others []float64) {
	for _, s := range samples {
		a, ok := s.CPU[name]
		b, both := s.CPU[other]
		if s.Class == class && ok && both {
			mine, others = append(mine, a), append(others, b)
		}
	}
	return mine, others
}

// classesOf is the classes of samples in their order.
func classesOf(samples []sample) (out []string) {
	for _, s := range samples {
		out = add(out, s.Class)
	}
	return out
}

func costTable(w io.Writer, h header, samples []sample) {
	fmt.Fprint(w, "| class | hits, mean |")
	for _, c := range columns(h) {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" --- |", 2+len(columns(h))))
	for _, class := range classesOf(samples) {
		hits, n := 0, 0
		for _, s := range samples {
			if s.Class == class {
				hits, n = hits+s.Total, n+1
			}
		}
		fmt.Fprintf(w, "| %s | %s |", class, thousands(hits/n))
		for _, c := range columns(h) {
			a, _ := costs(samples, class, c.name, c.name)
			few := ""
			if len(a) < n {
				few = fmt.Sprintf(" (%d)", len(a))
			}
			fmt.Fprintf(w, " %s / %s / %s%s |", digits(quantile(a, 0.5)), digits(quantile(a, 0.95)), digits(mean(a)), few)
		}
		fmt.Fprintln(w)
	}
}

func ratioTable(w io.Writer, h header, samples []sample) {
	cols := slices.DeleteFunc(columns(h), func(c column) bool { return c.name == "ours" })
	fmt.Fprint(w, "| class |")
	for _, c := range cols {
		fmt.Fprintf(w, " %s |", c.title)
	}
	fmt.Fprintf(w, "\n|%s\n", strings.Repeat(" --- |", 1+len(cols)))
	for _, class := range classesOf(samples) {
		fmt.Fprintf(w, "| %s |", class)
		for _, c := range cols {
			a, b := costs(samples, class, c.name, "ours")
			fmt.Fprintf(w, " %s / %s / %s |", ratio(quantile(a, 0.5), quantile(b, 0.5)),
				ratio(quantile(a, 0.95), quantile(b, 0.95)), ratio(mean(a), mean(b)))
		}
		fmt.Fprintln(w)
	}
}

func mean(a []float64) float64 { return sum(a) / float64(max(1, len(a))) }

// digits writes milliseconds with three digits that count.
func digits(x float64) string {
	switch {
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	case x >= 1:
		return fmt.Sprintf("%.2f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

func ratio(a, b float64) string {
	if b == 0 {
		return "–"
	}
	if a/b >= 10 {
		return fmt.Sprintf("%.0f", a/b)
	}
	return fmt.Sprintf("%.2f", a/b)
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// sortedKeys is the keys of a set, sorted.
func sortedKeys(m map[string]bool) (out []string) {
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// writeSamples writes the raw figures, a line of JSON each, compressed.
func writeSamples(path string, h header, samples []sample) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	z := gzip.NewWriter(f)
	enc := json.NewEncoder(z)
	if err := enc.Encode(&h); err != nil {
		return err
	}
	for i := range samples {
		if err := enc.Encode(&samples[i]); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return err
	}
	return f.Close()
}

// readSamples reads what writeSamples wrote.
func readSamples(path string) (h header, samples []sample, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return h, nil, err
	}
	dec := json.NewDecoder(bufio.NewReader(z))
	if err := dec.Decode(&h); err != nil {
		return h, nil, err
	}
	for dec.More() {
		var s sample
		if err := dec.Decode(&s); err != nil {
			return h, nil, err
		}
		samples = append(samples, s)
	}
	return h, samples, nil
}
