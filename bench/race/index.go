package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"ibid/bench/engine"
)

// entrant is an engine in a race: its program, its index, and what was measured once.
type entrant struct {
	contender
	command []string
	p       *process
	indexed indexed
	opened  *engine.Answer
	memory  int64 // bytes not backed by files, after the race
}

// indexed is the making of an index, kept beside it so that a later race can use it again.
type indexed struct {
	Passages int       `json:"passages"`
	CPU      []float64 `json:"cpu"`    // milliseconds until it could be searched, and merged
	Bytes    int64     `json:"bytes"`  // of the folder
	Corpus   int64     `json:"corpus"` // bytes of the corpus file
	Date     string    `json:"date"`
}

// enter builds the programs of the engines that take part, then what indexes are not there.
func (r *race) enter() error {
	build := filepath.Join(r.opt.out, "build")
	if err := os.MkdirAll(build, 0o777); err != nil {
		return err
	}
	for _, c := range contenders {
		if slices.Contains(r.opt.without, c.name) || len(r.opt.only) > 0 && !slices.Contains(r.opt.only, c.name) {
			continue
		}
		say("building %s", c.title)
		command, err := c.build(r.src, build)
		if err != nil {
			return err
		}
		r.entrants = append(r.entrants, &entrant{contender: c, command: command})
	}
	for _, e := range r.entrants {
		if err := r.index(e); err != nil {
			return err
		}
	}
	return nil
}

// open starts the engines and opens their indexes.
func (r *race) open() (err error) {
	for _, e := range r.entrants {
		if e.p, err = start(e.name, e.command); err != nil {
			return err
		}
		if e.opened, err = e.p.ask(engine.Request{Op: "open", Dir: r.indexDir(e)}); err != nil {
			return fmt.Errorf("%w; if the format of its index has changed: -reindex %s", err, e.name)
		}
		if e.name == "ours" {
			e.opened.Version = revision(r.src) + ", " + e.opened.Version
		}
		if e.opened.Passages != r.entrants[0].opened.Passages {
			return fmt.Errorf("%s holds %d passages, %s %d", e.name, e.opened.Passages,
				r.entrants[0].name, r.entrants[0].opened.Passages)
		}
	}
	return nil
}

func (r *race) indexDir(e *entrant) string { return filepath.Join(r.dir, "index", e.name) }

// index makes the index of an engine, in a process of its own, unless one of this corpus is
// there and none is asked for anew.
func (r *race) index(e *entrant) error {
	corpus, err := os.Stat(r.corpus)
	if err != nil {
		return err
	}
	dir := r.indexDir(e)
	stamp := dir + ".json"
	again := slices.Contains(r.opt.reindex, e.name) || slices.Contains(r.opt.reindex, "all")
	if b, err := os.ReadFile(stamp); err == nil && !again {
		err := json.Unmarshal(b, &e.indexed)
		if err == nil && e.indexed.Corpus == corpus.Size() {
			return nil
		}
	}
	say("indexing with %s", e.title)
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return err
	}
	p, err := start(e.name, e.command)
	if err != nil {
		return err
	}
	a, err := p.ask(engine.Request{Op: "index", Corpus: r.corpus, Dir: dir})
	if err != nil {
		return err
	}
	if err := p.stop(); err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	size, err := sizeOf(dir)
	if err != nil {
		return err
	}
	e.indexed = indexed{Passages: a.Passages, CPU: a.CPU, Bytes: size, Corpus: corpus.Size(), Date: r.date}
	b, err := json.Marshal(&e.indexed)
	if err != nil {
		return err
	}
	return os.WriteFile(stamp, append(b, '\n'), 0o666)
}

// sizeOf adds the sizes of all files of a folder.
func sizeOf(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if err == nil {
			n += i.Size()
		}
		return err
	})
	return n, err
}
