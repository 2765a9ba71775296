package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ibid/bench/engine"
)

func main() {
	if err := command(); err != nil {
		fmt.Fprintln(os.Stderr, "race:", err)
		os.Exit(1)
	}
}

// command reads the flags and runs a race, or tells of growth.
func command() error {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	var o options
	list := func(p *[]string, name, usage string) {
		flag.Func(name, usage, func(s string) error { *p = strings.Split(s, ","); return nil })
	}
	flag.IntVar(&o.n, "n", 100_000, "passages of the corpus")
	flag.StringVar(&o.out, "out", filepath.Join(cache, "ibid-race"), "folder for corpora, indexes and programs")
	flag.StringVar(&o.runs, "runs", "runs", "folder for the table and the samples")
	flag.StringVar(&o.text, "text", "shared", "what the passages are made of: shared, own or real")
	flag.StringVar(&o.corpus, "corpus", "", "a corpus file that is there, instead of making one")
	list(&o.only, "only", "engines that take part, with commas between; all others do not")
	list(&o.without, "without", "engines that do not take part")
	list(&o.classes, "classes", "classes of queries; all by default")
	list(&o.reindex, "reindex", "engines whose index is made anew, or all")
	flag.Float64Var(&o.budget, "budget", 15, "CPU seconds of each engine in each class")
	flag.IntVar(&o.reps, "reps", 3, "repetitions of each query; the median counts")
	flag.BoolVar(&o.check, "check", true, "compare every value of every facet first")
	flag.BoolVar(&o.prepare, "prepare", false, "make programs, corpus and indexes, and race nothing")
	growth := flag.String("growth", "", "race nothing: show the growth over these sample files, with commas between")
	flag.Parse()
	if *growth != "" {
		return writeGrowth(os.Stdout, strings.Split(*growth, ","))
	}
	if err := o.validate(); err != nil {
		return err
	}
	return hold(o)
}

// hold runs a race from its corpus to its table.
func hold(o options) error {
	src, err := os.Getwd()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(src, "race", "main.go")); err != nil {
		return fmt.Errorf("run this in the folder bench")
	}
	if o.out, err = filepath.Abs(o.out); err != nil {
		return err
	}
	r := &race{opt: o, src: src, date: time.Now().UTC().Format("2006-01-02"),
		compared: map[string]map[string]int{}, lacking: map[string]bool{}}
	r.name = short(o.n)
	if o.text != "shared" {
		r.name = o.text + "-" + r.name
	}
	if o.corpus != "" {
		r.name = strings.TrimSuffix(filepath.Base(o.corpus), ".jsonl")
	}
	r.dir = filepath.Join(o.out, r.name)
	r.corpus = filepath.Join(r.dir, "corpus.jsonl")
	if o.corpus != "" {
		r.corpus = o.corpus
	}
	for _, step := range r.steps() {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// steps is what this race does, in order.
func (r *race) steps() []func() error {
	steps := []func() error{r.prepare, r.enter}
	if r.opt.prepare {
		return steps
	}
	steps = append(steps, r.open)
	if r.opt.text == "real" {
		steps = append(steps, r.part)
	}
	steps = append(steps, r.warm)
	if r.opt.check {
		steps = append(steps, r.compare)
	}
	return append(steps, r.time, r.write)
}

// validate refuses names that there are not: a misspelt engine would race unseen.
func (o *options) validate() error {
	var engines, kinds []string
	for _, c := range contenders {
		engines = append(engines, c.name)
	}
	for _, c := range engine.Classes {
		kinds = append(kinds, c[0])
	}
	for _, l := range []struct{ given, known []string }{
		{o.only, engines}, {o.without, engines}, {o.reindex, append(engines, "all")}, {o.classes, kinds},
	} {
		for _, name := range l.given {
			if !slices.Contains(l.known, name) {
				return fmt.Errorf("there is no %q; there are: %s", name, strings.Join(l.known, ", "))
			}
		}
	}
	return nil
}
