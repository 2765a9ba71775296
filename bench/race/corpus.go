package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ibid/bench/engine"
)

// numQueries is the length of a query list, and madeFrom how many passages at the head of a
// corpus it is made from. Corpora that begin alike have the same list, whatever their size.
const (
	numQueries = 200
	madeFrom   = 100_000
)

// short writes a number of passages for the name of a folder: 100k, 1m.
func short(n int) string {
	switch {
	case n%1_000_000 == 0:
		return strconv.Itoa(n/1_000_000) + "m"
	case n%1000 == 0:
		return strconv.Itoa(n/1000) + "k"
	}
	return strconv.Itoa(n)
}

// prepare makes corpus and query list of a race in its folder where they are not there.
func (r *race) prepare() error {
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return err
	}
	if _, err := os.Stat(r.corpus); err != nil {
		if r.opt.corpus != "" {
			return err
		}
		say("making %s of %d passages", r.corpus, r.opt.n)
		partial := r.corpus + ".partial"
		if err := r.makeCorpus(partial); err != nil {
			return err
		}
		if err := os.Rename(partial, r.corpus); err != nil {
			return err
		}
	}
	list := filepath.Join(r.dir, "queries.jsonl")
	if _, err := os.Stat(list); err != nil {
		say("making %s", list)
		if err := makeQueries(r.corpus, list, madeFrom, numQueries); err != nil {
			return err
		}
	}
	rows, err := readRows(list)
	r.rows = rows
	return err
}

// makeCorpus writes the passages of the kind that was asked for.
func (r *race) makeCorpus(out string) error {
	switch r.opt.text {
	case "shared":
		return r.sharedCorpus(out)
	case "real":
		return realCorpus(r.shared(), out, r.opt.n)
	case "own":
		return fromGenerated(out, r.opt.n, func(int, *engine.Passage) {})
	}
	return fmt.Errorf("there is no text %q; take shared, own or real", r.opt.text)
}

// shared is the folder of shared material; a relative one counts from Ibid's go.mod.
func (r *race) shared() string {
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = "../shared"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(r.src, "..", dir)
	}
	return dir
}

// sharedCorpus runs the generator beside the shared texts: chains of words over real prose.
func (r *race) sharedCorpus(out string) error {
	at := filepath.Join(r.shared(), "bench")
	if _, err := os.Stat(filepath.Join(at, "gen.go")); err != nil {
		return errors.New("there is no bench/gen.go in the shared folder; set IBID_SHARED, or race on generated words: -text own")
	}
	texts, err := filepath.Glob(filepath.Join(at, "text", "*.txt"))
	if err != nil {
		return err
	}
	return run(r.src, nil, "go", "run", filepath.Join(at, "gen.go"), "-text", strings.Join(texts, ","),
		"-n", strconv.Itoa(r.opt.n), "-out", out)
}

// writeCorpus makes a corpus file of what fill puts.
func writeCorpus(out string, fill func(put func(engine.Passage) error) error) error {
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	enc := json.NewEncoder(w)
	if err := fill(func(p engine.Passage) error { return enc.Encode(&p) }); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
