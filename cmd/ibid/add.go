package main

import (
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
	"ibid/internal/intake"
)

func addCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "add FILE|DIR|URL|WARC|WACZ|-…",
		Short: "Archive saved pages, plain text, folders of them, WARC and WACZ files and addresses",
		Long: `Archive pages as they are. A file becomes "file:" and its name; a file of a folder "file:"
and its path inside the folder. Where and when a page was saved is taken from NAME.meta.json
beside it ({"url": "https://…", "captured": "2024-03-02T10:00:00Z", …}), or from the comment that
SingleFile writes in front of it. WARC and WACZ files give their pages with the requests and
metadata beside them; a record that is not as it should be is told with file and offset, and
those around it are kept.

One line on standard output for each capture that is safe on disk. What was added before is
recognised, so that an interrupted run can simply be repeated.`,
		Args: atLeast(1, "FILE, DIR, URL, WARC, WACZ or -"),
	}
	dir := corpusFlag(c)
	source := c.Flags().String("source", "", "id of the source the pages belong to")
	salvaged := c.Flags().Bool("salvaged", false,
		"take WARC records too that only a search behind a damage has found")
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
			log: c.ErrOrStderr(), salvaged: *salvaged}
		err = a.run(c.Context(), inputs)
		return errors.Join(err, store.Close())
	}
	return c
}

// input is one thing to add: a file with the name it gets, or an address.
type input struct {
	path string // as the user named it
	name string // of a file: relative to the argument
	kind string // page, warc, wacz, url or stdin

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
		if intake.IsMeta(arg) {
			return nil, intake.CheckMeta(arg) // it is read with its page
		}
		return []input{fileInput(arg, filepath.Base(arg))}, nil
	}
	var out []input
	err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return fileError(path, err)
		}
		if d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") && !intake.IsMeta(d.Name()) {
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
	kind := "page"
	switch {
	case isWARC(name):
		kind = "warc"
	case strings.HasSuffix(strings.ToLower(name), ".wacz"):
		kind = "wacz"
	}
	return input{path: path, name: name, kind: kind}
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

	salvaged bool           // of WARC files, take what a search has found
	intake   *intake.Intake // made when the first file is
	fetcher  *fetch.Fetcher // made when the first address is asked for
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
	if a.intake != nil {
		if err := a.intake.Finish(ctx); err != nil {
			a.failed++
			fmt.Fprintf(a.log, "not added: %v\n", err)
		}
	}
	fmt.Fprintf(a.log, "%s added, %d there already, %d not added\n", count(a.added, "capture"), a.known, a.failed)
	if a.failed > 0 {
		return exitCode(exitError)
	}
	return nil
}

// one adds one input.
func (a *adder) one(ctx context.Context, in input) error {
	if in.kind == "url" {
		return a.get(ctx, in.name, cmp.Or(in.source, a.source))
	}
	if a.intake == nil {
		a.intake = &intake.Intake{Store: a.store, Source: a.source, Salvaged: a.salvaged, Taken: a.taken,
			Refused: func(err error) { fmt.Fprintf(a.log, "not added: %v\n", err) }}
	}
	switch in.kind {
	case "stdin":
		return a.intake.Stream(ctx, "standard input", a.in, now())
	case "page":
		return a.intake.Page(ctx, in.path, in.name, now())
	}
	f, size, err := openForReading(in.path)
	if err != nil {
		return err
	}
	defer f.Close()
	if in.kind == "wacz" {
		return a.intake.WACZ(ctx, in.path, f, size)
	}
	return a.intake.WARC(ctx, in.path, f, size)
}

// put archives a record and acknowledges it once it is safe on disk.
func (a *adder) put(ctx context.Context, label string, r archive.Record) error {
	c, fresh, err := a.store.Put(ctx, r)
	if err != nil {
		return err
	}
	return a.taken(label, c, fresh)
}

// taken acknowledges a capture that is safe on disk.
func (a *adder) taken(label string, c corpus.Capture, fresh bool) error {
	if fresh {
		a.added++
	} else {
		a.known++
	}
	_, err := fmt.Fprintf(a.out, "%s\t%s\n", label, c.Snapshot)
	return err
}

// now is the time of a capture: UTC, whole seconds.
func now() time.Time { return time.Now().UTC().Truncate(time.Second) }
