package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/fetch"
)

func addCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "add FILE|DIR|URL|WARC|-…",
		Short: "Archive saved pages, plain text, folders of them, WARC files and addresses",
		Long: `Archive pages as they are. A file becomes "file:" and its name; a file of a folder "file:"
and its path inside the folder. One line on standard output for each capture that is safe on
disk. What was added before is recognised, so that an interrupted run can simply be repeated.`,
		Args: atLeast(1, "FILE, DIR, URL, WARC or -"),
	}
	dir := corpusFlag(c)
	source := c.Flags().String("source", "", "id of the source the pages belong to")
	c.RunE = func(c *cobra.Command, args []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		inputs, err := expand(args)
		if err != nil {
			return err
		}
		store, err := archive.Open(s.dir, archive.Options{})
		if err != nil {
			return err
		}
		a := &adder{site: s, store: store, source: *source, in: c.InOrStdin(), out: c.OutOrStdout(),
			log: c.ErrOrStderr()}
		err = a.run(c.Context(), inputs)
		return errors.Join(err, store.Close())
	}
	return c
}

// input is one thing to add: a file with the name it gets, or an address.
type input struct {
	path string // as the user named it
	name string // of a file: relative to the argument
	kind string // page, warc, url or stdin

	source string // id of the source; empty means that of the command
}

// expand turns arguments into inputs, folders into their files in order, and refuses names
// that would be one address for two files.
func expand(args []string) ([]input, error) {
	var out []input
	for _, arg := range args {
		switch {
		case arg == "-":
			out = append(out, input{path: arg, name: "-", kind: "stdin"})
		case isURL(arg):
			out = append(out, input{path: arg, name: arg, kind: "url"})
		default:
			files, err := expandPath(arg)
			if err != nil {
				return nil, err
			}
			out = append(out, files...)
		}
	}
	seen := map[string]string{}
	for _, in := range out {
		if in.kind != "page" {
			continue
		}
		if other, ok := seen[in.name]; ok && !samePath(other, in.path) {
			return nil, corpus.Errorf(corpus.Invalid, in.path, "would have the same address as %s: file:%s",
				other, in.name).WithRemedy("add the folder that holds both")
		}
		seen[in.name] = in.path
	}
	return out, nil
}

// expandPath lists the files of a folder, or the file itself.
func expandPath(arg string) ([]input, error) {
	st, err := os.Stat(arg)
	if err != nil {
		return nil, fileError(arg, err)
	}
	if !st.IsDir() {
		return []input{fileInput(arg, filepath.Base(arg))}, nil
	}
	var out []input
	err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fileError(path, err)
		}
		if d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") {
			rel, err := filepath.Rel(arg, path)
			if err != nil {
				return fileError(path, err)
			}
			out = append(out, fileInput(path, filepath.ToSlash(rel)))
		}
		return nil
	})
	return out, err
}

func fileInput(path, name string) input {
	if isWARC(name) {
		return input{path: path, name: name, kind: "warc"}
	}
	return input{path: path, name: name, kind: "page"}
}

// samePath reports whether two paths lead to one file.
func samePath(a, b string) bool {
	sa, errA := os.Stat(a)
	sb, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(sa, sb)
}

// adder brings inputs into an archive.
type adder struct {
	site   *site
	store  *archive.Store
	source string
	in     io.Reader
	out    io.Writer
	log    io.Writer
	added  int
	known  int
	failed int

	fetcher *fetch.Fetcher // made when the first address is asked for
}

// run adds every input. One that cannot be read is reported and the rest goes on; the whole
// then ends as an error, so that a script sees it.
func (a *adder) run(ctx context.Context, inputs []input) error {
	bar := newProgress(a.log, "add", len(inputs))
	for _, in := range inputs {
		if err := ctx.Err(); err != nil {
			bar.end()
			return err
		}
		if err := a.one(ctx, in); err != nil {
			if corpus.KindOf(err) == corpus.Internal || errors.Is(err, context.Canceled) {
				bar.end()
				return err
			}
			a.failed++
			fmt.Fprintf(a.log, "not added: %v\n", err)
		}
		bar.step()
	}
	bar.end()
	fmt.Fprintf(a.log, "%s added, %d there already, %d not added\n", count(a.added, "capture"), a.known, a.failed)
	if a.failed > 0 {
		return exitCode(exitError)
	}
	return nil
}

// one adds one input.
func (a *adder) one(ctx context.Context, in input) error {
	switch in.kind {
	case "url":
		return a.get(ctx, in.name, cmp.Or(in.source, a.source))
	case "warc":
		return a.warc(ctx, in.path)
	case "stdin":
		p, err := parsePage("standard input", "stdin.txt", a.in)
		if err != nil {
			return err
		}
		if bytes.Contains(bytes.ToLower(p.body[:min(len(p.body), 1024)]), []byte("<html")) {
			p.mediaType, p.url = "text/html", "file:stdin.html"
		}
		return a.page(ctx, p)
	}
	p, err := readPage(in.path, in.name)
	if err != nil {
		return err
	}
	return a.page(ctx, p)
}

// page archives one file.
func (a *adder) page(ctx context.Context, p *page) error {
	return a.put(ctx, p.path, archive.Record{URL: p.url, At: now(), Status: 200, MediaType: p.mediaType,
		Charset: p.charset, Source: a.source, Body: p.body})
}

// put archives a record and acknowledges it once it is safe on disk.
func (a *adder) put(ctx context.Context, label string, r archive.Record) error {
	c, fresh, err := a.store.Put(ctx, r)
	if err != nil {
		return err
	}
	if fresh {
		a.added++
	} else {
		a.known++
	}
	_, err = fmt.Fprintf(a.out, "%s\t%s\n", label, c.Snapshot)
	return err
}

// now is the time of a capture: UTC, whole seconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }
