package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/fetch"
	"ibid/internal/robots"
)

// fetchOptions are the flags of fetch.
type fetchOptions struct {
	dry       bool
	fresh     bool
	userAgent string
}

func fetchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "fetch",
		Short: "Visit the sources of corpus.yaml, politely, and archive what changed",
		Long: `Visit the pages that the sources of corpus.yaml name: addresses, lists of them, sitemaps, feeds,
and crawls from a page. Several hosts are visited side by side, each host one request at a time and
after its robots.txt. One line on standard output for each page that is safe on disk. A run that was
interrupted is taken up again by the next one and asks for no acknowledged page twice.

With --dry-run nothing is archived: the pages that would be visited are listed, with their source
and what names them. For that, robots.txt, sitemaps and feeds are asked for; pages are not.`,
		Args: exactly(0, "no arguments"),
	}
	dir := corpusFlag(c)
	var opt fetchOptions
	c.Flags().BoolVar(&opt.dry, "dry-run", false, "list what would be fetched; asks for robots.txt, sitemaps and feeds alone")
	c.Flags().BoolVar(&opt.fresh, "fresh", false, "forget an interrupted run instead of going on with it")
	c.Flags().StringVar(&opt.userAgent, "user-agent", "", "who asks, with a contact; otherwise fetch.user_agent of corpus.yaml")
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		s.cfg.Fetch.UserAgent = cmp.Or(opt.userAgent, s.cfg.Fetch.UserAgent)
		store, err := archive.Open(s.dir, archive.Options{ReadOnly: opt.dry})
		if err != nil {
			return err
		}
		a := &adder{site: s, store: store, out: c.OutOrStdout(), log: c.ErrOrStderr()}
		err = a.visit(c.Context(), opt)
		return errors.Join(err, store.Close())
	}
	return c
}

// contact is a way to reach somebody inside a user agent: a mail or web address.
var contact = regexp.MustCompile(`[^\s@]+@[^\s@]+\.[^\s@]+|https?://[^\s/]+\.[^\s]+`)

// checkUserAgent wants a name that robots.txt can speak of and somebody who can be reached.
func checkUserAgent(s string) error {
	const example = `write for example "ibid/` + version + ` (desk@paper.example)" into fetch.user_agent of corpus.yaml`
	switch {
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return corpus.Errorf(corpus.Invalid, "user agent", "%q holds control characters", s).WithRemedy(example)
	case robots.Token(s) == "":
		return corpus.Errorf(corpus.Invalid, "user agent", "%q does not begin with a name", s).WithRemedy(example)
	case !contact.MatchString(s):
		return corpus.Errorf(corpus.Invalid, "user agent", "%q names nobody to reach", s).WithRemedy(example)
	}
	return nil
}

// newFetcher makes a fetcher after corpus.yaml.
func (s *site) newFetcher() (*fetch.Fetcher, error) {
	p := s.cfg.Fetch
	if err := checkUserAgent(p.UserAgent); err != nil {
		return nil, err
	}
	return fetch.New(fetch.Options{UserAgent: p.UserAgent, Delay: p.Delay, AllowPrivate: p.AllowPrivate,
		Ports: p.Ports}), nil
}

// get fetches one address that was named on the command line.
func (a *adder) get(ctx context.Context, rawURL, source string) error {
	if a.fetcher == nil {
		f, err := a.site.newFetcher()
		if err != nil {
			return err
		}
		a.fetcher = f
	}
	resp, last, err := a.ask(ctx, rawURL)
	if err != nil {
		return err
	}
	if resp.NotModified() {
		a.known++
		_, err := fmt.Fprintf(a.out, "%s\t%s\n", rawURL, last.Snapshot)
		return err
	}
	if err := a.put(ctx, rawURL, recordOf(resp, source)); err != nil {
		return err
	}
	a.tellStatus(resp)
	return nil
}

// ask sends for an address if it has changed since the last capture, which is returned too. After
// a capture that is no page everything is asked for: that the page is back is news.
func (a *adder) ask(ctx context.Context, rawURL string) (*fetch.Response, corpus.Capture, error) {
	r := fetch.Request{URL: rawURL}
	last := a.newest(rawURL)
	known := last.Good()
	if known {
		r.ETag, r.LastModified, r.From = header(last, "ETag"), header(last, "Last-Modified"), last.FinalURL
	}
	resp, err := a.fetcher.Fetch(ctx, r)
	if err == nil && resp.NotModified() && !known {
		err = corpus.Errorf(corpus.Unavailable, rawURL, "answers that nothing changed, and nothing is archived")
	}
	return resp, last, err
}

// recordOf is an answer as the archive takes it.
func recordOf(resp *fetch.Response, source string) archive.Record {
	rec := archive.Record{URL: resp.URL, FinalURL: resp.FinalURL, At: resp.At, Source: source,
		HTTP: resp.Block, Request: resp.Asked}
	if resp.Address != "" {
		rec.Metadata = []corpus.Header{{Name: "server-address", Value: resp.Address}}
	}
	for _, s := range resp.Redirects {
		rec.Redirects = append(rec.Redirects, archive.Redirect{URL: s.URL, Status: s.Status, To: s.To})
	}
	return rec
}

// tellStatus says of a page that is none why it will not be found.
func (a *adder) tellStatus(resp *fetch.Response) {
	if resp.Status >= 400 {
		fmt.Fprintf(a.log, "%s: answered %d; archived, not searched\n", resp.URL, resp.Status)
	}
}

// newest is the last capture of an address; the zero one, which is not good, if there is none.
func (a *adder) newest(rawURL string) corpus.Capture {
	history := a.store.History(rawURL)
	if len(history) == 0 {
		return corpus.Capture{}
	}
	return history[len(history)-1]
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
