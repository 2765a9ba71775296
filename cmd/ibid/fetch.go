package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/fetch"
)

func fetchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "fetch",
		Short: "Visit the sources of corpus.yaml, politely, and archive what changed",
		Args:  exactly(0, "no arguments"),
	}
	dir := corpusFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		store, err := archive.Open(s.dir, archive.Options{})
		if err != nil {
			return err
		}
		a := &adder{site: s, store: store, out: c.OutOrStdout(), log: c.ErrOrStderr()}
		err = a.visit(c.Context())
		return errors.Join(err, store.Close())
	}
	return c
}

// visit asks for every address of every source.
func (a *adder) visit(ctx context.Context) error {
	var inputs []input
	for _, src := range a.site.cfg.Sources {
		for _, u := range src.URLs {
			inputs = append(inputs, input{path: u, name: u, kind: "url", source: src.ID})
		}
	}
	if len(inputs) == 0 {
		return corpus.Errorf(corpus.Invalid, configFile, "names no address to fetch").
			WithRemedy("add a source with urls, or use: ibid add URL")
	}
	return a.run(ctx, inputs)
}

// get fetches one address and archives the answer unless it is what the archive has.
func (a *adder) get(ctx context.Context, rawURL, source string) error {
	if a.fetcher == nil {
		p := a.site.cfg.Fetch
		a.fetcher = fetch.New(fetch.Options{UserAgent: p.UserAgent, Delay: p.Delay, AllowPrivate: p.AllowPrivate})
	}
	r := fetch.Request{URL: rawURL}
	last, known := a.latest(rawURL)
	if known {
		r.ETag, r.LastModified = header(last, "ETag"), header(last, "Last-Modified")
	}
	resp, err := a.fetcher.Fetch(ctx, r)
	if err != nil {
		return err
	}
	if resp.NotModified() {
		if !known {
			return corpus.Errorf(corpus.Unavailable, rawURL, "answers that nothing changed, and nothing is archived")
		}
		a.known++
		_, err := fmt.Fprintf(a.out, "%s\t%s\n", rawURL, last.Snapshot)
		return err
	}
	rec := archive.Record{URL: rawURL, FinalURL: resp.FinalURL, At: resp.At, Source: source, HTTP: resp.Block}
	for _, s := range resp.Redirects {
		rec.Redirects = append(rec.Redirects, archive.Redirect{URL: s.URL, Status: s.Status, To: s.To})
	}
	if err := a.put(ctx, rawURL, rec); err != nil {
		return err
	}
	if resp.Status >= 400 {
		fmt.Fprintf(a.log, "%s: answered %d; archived, not searched\n", rawURL, resp.Status)
	}
	return nil
}

// latest finds the last good capture of an address.
func (a *adder) latest(rawURL string) (corpus.Capture, bool) {
	history := a.store.History(rawURL)
	for i := len(history) - 1; i >= 0; i-- {
		if history[i].Good() {
			return history[i], true
		}
	}
	return corpus.Capture{}, false
}

// header gives a header field of a capture.
func header(c corpus.Capture, name string) string {
	for _, h := range c.Header {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// openForReading opens a file with its size.
func openForReading(path string) (*os.File, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, fileError(path, err)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, fileError(path, err)
	}
	return f, st.Size(), nil
}
