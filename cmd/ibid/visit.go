package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"

	"ibid/corpus"
	"ibid/internal/fetch"
	"ibid/internal/source"
	"ibid/internal/warc"
)

// maxNested is how deep indexes of sitemaps may name each other; the protocol has one level.
const maxNested = 3

// task is one address to ask for.
type task struct {
	url    string
	source string    // id
	via    string    // what named the address: corpus.yaml, a list, a sitemap, a feed, a page
	read   *reading  // set for a sitemap or feed: what becomes of the pages that it names
	crawl  *crawling // set for a page whose links are followed
	depth  int       // links from the first page, or indexes from the first sitemap
	found  bool      // named by a sitemap, feed or page, not by the user
}

// reading bounds what the sitemaps and feeds of a source may name.
type reading struct {
	site source.Scope // of the sitemap in corpus.yaml: what it names elsewhere is left out
	left *int         // pages that the source may still have
}

// crawling bounds a crawl.
type crawling struct {
	from  string
	scope source.Scope
	depth int
	left  int             // pages that may still be asked for
	over  int             // pages that were beyond the limit
	seen  map[string]bool // normalised addresses that have had their task in the crawl
}

// visit is a run over the sources. Tasks of several hosts are in work at a time; mu guards
// everything that they share.
type visit struct {
	a   *adder
	opt fetchOptions
	run *runLog
	bar *progress

	mu     sync.Mutex
	seen   map[string]bool // normalised addresses that have had their task
	crawls []*crawling
	passed int // crawled answers that are no pages
	barred int // pages that a sitemap, feed or page named and robots.txt or the guard does not allow
}

// visit asks for every page that the sources name.
func (a *adder) visit(ctx context.Context, opt fetchOptions) error {
	var err error
	if a.fetcher, err = a.site.newFetcher(); err != nil {
		return err
	}
	v := &visit{a: a, opt: opt, seen: map[string]bool{}}
	first, err := v.first()
	if err != nil {
		return err
	}
	if opt.dry {
		v.run, _, err = readRunLog(a.site.dir)
	} else {
		v.run, err = openRunLog(a.site.dir, opt.fresh, now())
	}
	if err != nil {
		return err
	}
	if v.run.before > 0 {
		fmt.Fprintf(a.log, "going on with the run of %s: %s done before; --fresh begins anew\n",
			v.run.began.Format("2006-01-02 15:04"), count(v.run.before, "page"))
	}
	v.bar = newProgress(a.log, "fetch", len(first))
	err = fetch.Drive(ctx, a.site.cfg.Fetch.Hosts, first, func(t task) string { return fetch.Host(t.url) }, v.one)
	v.bar.end()
	if err = errors.Join(err, v.run.close(err == nil && ctx.Err() == nil)); err != nil {
		return err
	}
	return v.summary()
}

// first lists the tasks that corpus.yaml names.
func (v *visit) first() ([]task, error) {
	var out []task
	for i, src := range v.a.site.cfg.Sources {
		for _, u := range src.URLs {
			out = v.add(out, task{url: u, source: src.ID, via: configFile})
		}
		for j, name := range src.Lists {
			list, err := v.a.site.list(i, j)
			if err != nil {
				return nil, err
			}
			for _, u := range list {
				out = v.add(out, task{url: u, source: src.ID, via: name})
			}
		}
		left := src.Limit
		for _, u := range append(src.Sitemaps[:len(src.Sitemaps):len(src.Sitemaps)], src.Feeds...) {
			site, err := source.NewScope(u, source.Site)
			if err != nil {
				return nil, err
			}
			out = v.add(out, task{url: u, source: src.ID, via: configFile, read: &reading{site: site, left: &left}})
		}
		for _, c := range src.Crawl {
			scope, err := source.NewScope(c.From, c.Scope)
			if err != nil {
				return nil, err
			}
			cr := &crawling{from: c.From, scope: scope, depth: c.Depth, left: c.Limit - 1, seen: map[string]bool{}}
			v.crawls = append(v.crawls, cr)
			out = v.add(out, task{url: c.From, source: src.ID, via: configFile, crawl: cr})
		}
	}
	if len(out) == 0 {
		return nil, corpus.Errorf(corpus.Invalid, configFile, "names no address to fetch").
			WithRemedy("add a source with urls, lists, sitemaps, feeds or a crawl, or use: ibid add URL")
	}
	return out, nil
}

// add appends a task unless its address has had one. A crawl has addresses of its own: what was
// visited otherwise is looked into for links, though not asked for again.
func (v *visit) add(list []task, t task) []task {
	seen, key := v.seen, corpus.NormalizeURL(t.url)
	switch {
	case t.read != nil:
		key = "read " + key
	case t.crawl != nil:
		seen = t.crawl.seen
	}
	if seen[key] {
		return list
	}
	seen[key] = true
	return append(list, t)
}

// one does a task and gives those that follow from it. What is wrong with one page is told and
// counted; what is wrong with the corpus ends the run.
func (v *visit) one(ctx context.Context, t task) ([]task, error) {
	var out []task
	var err error
	switch {
	case t.read != nil:
		out, err = v.readNames(ctx, t)
	case v.opt.dry:
		err = v.list(ctx, t)
	default:
		out, err = v.page(ctx, t)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bar.more(len(out))
	v.bar.step()
	var fatal stop
	switch {
	case err == nil:
		return out, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &fatal):
		return nil, fatal.error
	case corpus.KindOf(err) == corpus.Internal:
		return nil, err
	case t.found && corpus.KindOf(err) == corpus.Invalid:
		v.barred++
		fmt.Fprintf(v.a.log, "not visited: %v (named by %s)\n", err, t.via)
		if !v.opt.dry {
			return out, v.run.add(t.url)
		}
	default:
		v.a.failed++
		fmt.Fprintf(v.a.log, "not fetched: %v\n", err)
	}
	return out, nil
}

// stop wraps an error of ours that ends the run.
type stop struct{ error }

// list names a page of a dry run.
func (v *visit) list(ctx context.Context, t task) error {
	if v.done(t) {
		return nil
	}
	if err := v.a.fetcher.Allowed(ctx, t.url); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.run.done[corpus.NormalizeURL(t.url)] = true
	v.a.known++
	if t.crawl != nil {
		fmt.Fprintf(v.a.log, "crawl from %s: up to %s more, %s away\n", t.url, count(t.crawl.left, "page"), count(t.crawl.depth, "link"))
	}
	_, err := fmt.Fprintf(v.a.out, "%s\t%s\t%s\n", t.url, t.source, t.via)
	return stopOn(err)
}

// stopOn makes an error one that ends the run.
func stopOn(err error) error {
	if err != nil {
		return stop{err}
	}
	return nil
}

// done reports whether the page of a task needs no visit any more in this run.
func (v *visit) done(t task) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.run.has(t.url)
}

// page asks for a page, archives it, and follows its links where it is crawled.
func (v *visit) page(ctx context.Context, t task) ([]task, error) {
	if v.done(t) {
		return v.follow(t)
	}
	resp, last, err := v.a.ask(ctx, t.url)
	if err != nil {
		return nil, err
	}
	if err := v.keep(ctx, t, resp, last); err != nil {
		return nil, err
	}
	return v.follow(t)
}

// keep archives an answer, notes that its page is done, and only then acknowledges it.
func (v *visit) keep(ctx context.Context, t task, resp *fetch.Response, last corpus.Capture) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if t.depth > 0 && !resp.NotModified() && !mayBePage(resp.Field("Content-Type")) {
		v.passed++
		return stopOn(v.run.add(t.url))
	}
	fresh := false
	if !resp.NotModified() {
		var err error
		if last, fresh, err = v.a.store.Put(ctx, recordOf(resp, t.source)); corpus.KindOf(err) == corpus.Unavailable && err != nil {
			return stop{err} // the disk, not the page
		} else if err != nil {
			return err
		}
		v.a.tellStatus(resp)
	}
	if err := v.run.add(t.url); err != nil {
		return stop{err}
	}
	if fresh {
		v.a.added++
	} else {
		v.a.known++
	}
	_, err := fmt.Fprintf(v.a.out, "%s\t%s\n", t.url, last.Snapshot)
	return stopOn(err)
}

// mayBePage reports whether what a link led to is worth keeping.
func mayBePage(contentType string) bool {
	switch media, _ := warc.MediaType(contentType); media {
	case "text/html", "application/xhtml+xml", "text/plain", "application/pdf", "":
		return true
	}
	return false
}

// follow gives the links of a crawled page, read from the archive: so a run that is taken up
// again finds the same without asking.
func (v *visit) follow(t task) ([]task, error) {
	if t.crawl == nil || t.depth >= t.crawl.depth {
		return nil, nil
	}
	last := v.a.newest(t.url)
	if !last.Good() || last.MediaType != "text/html" && last.MediaType != "application/xhtml+xml" ||
		source.NoFollow(header(last, "X-Robots-Tag")) {
		return nil, nil
	}
	body, err := v.a.store.Body(last.Snapshot)
	if err != nil {
		return nil, stop{err}
	}
	at := last.URL
	if last.FinalURL != "" {
		at = last.FinalURL
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if t.depth == 0 && !t.crawl.scope.Contains(at) {
		fmt.Fprintf(v.a.log, "crawl from %s: it leads to %s, outside of its scope; crawl from there\n", t.url, at)
	}
	var out []task
	for _, u := range source.Links(at, body) {
		switch {
		case t.crawl.seen[corpus.NormalizeURL(u)] || !t.crawl.scope.Contains(u):
		case t.crawl.left == 0:
			t.crawl.over++
			t.crawl.seen[corpus.NormalizeURL(u)] = true
		default:
			t.crawl.left--
			out = v.add(out, task{url: u, source: t.source, via: t.url, crawl: t.crawl, depth: t.depth + 1, found: true})
		}
	}
	return out, nil
}

// readNames asks for a sitemap, a feed or a robots.txt and gives what it names.
func (v *visit) readNames(ctx context.Context, t task) ([]task, error) {
	if u, err := url.Parse(t.url); err == nil && u.Path == "/robots.txt" {
		sitemaps, err := v.a.fetcher.Sitemaps(ctx, t.url)
		if err != nil {
			return nil, err
		}
		if len(sitemaps) == 0 {
			return nil, corpus.Errorf(corpus.NotFound, t.url, "names no sitemap")
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		return v.nested(t, sitemaps), nil
	}
	resp, err := v.a.fetcher.Fetch(ctx, fetch.Request{URL: t.url, MaxBody: source.MaxBytes})
	if err != nil {
		return nil, err
	}
	if resp.Status != http.StatusOK {
		return nil, corpus.Errorf(corpus.Unavailable, t.url, "answers %d", resp.Status)
	}
	found, err := source.Read(resp.FinalURL, resp.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	return append(v.nested(t, found.Sitemaps), v.named(t, found)...), err
}

// nested gives the tasks of sitemaps that a task named.
func (v *visit) nested(t task, sitemaps []string) []task {
	var out []task
	for _, u := range sitemaps {
		if t.depth >= maxNested {
			fmt.Fprintf(v.a.log, "%s: sitemaps are nested more than %d deep; the rest is left out\n", t.url, maxNested)
			break
		}
		out = v.add(out, task{url: u, source: t.source, via: t.url, read: t.read, depth: t.depth + 1, found: true})
	}
	return out
}

// named gives the tasks of pages that a sitemap or feed named.
func (v *visit) named(t task, found source.Found) []task {
	var out []task
	elsewhere, over := 0, 0
	for _, u := range found.Pages {
		switch {
		case v.seen[corpus.NormalizeURL(u)]:
		case !found.Feed && !t.read.site.Contains(u):
			elsewhere++
		case *t.read.left == 0:
			over++
		default:
			*t.read.left--
			out = v.add(out, task{url: u, source: t.source, via: t.url, found: true})
		}
	}
	for _, left := range []struct {
		n    int
		what string
	}{{found.Skipped, "no address that can be fetched"}, {elsewhere, "of another site"},
		{over, "beyond the limit of the source"}, {found.LeftOut, "beyond the 50,000 of a file"}} {
		if left.n > 0 {
			fmt.Fprintf(v.a.log, "%s: %d left out: %s\n", t.url, left.n, left.what)
		}
	}
	return out
}

// summary says what the run came to.
func (v *visit) summary() error {
	a := v.a
	for _, c := range v.crawls {
		if c.over > 0 {
			fmt.Fprintf(a.log, "crawl from %s: its limit is reached, %s beyond it left out\n", c.from, count(c.over, "page"))
		}
	}
	if v.opt.dry {
		fmt.Fprintf(a.log, "%s to fetch, %d not to be visited, %d not to be had; no page was asked for\n", count(a.known, "page"), v.barred, a.failed)
	} else {
		fmt.Fprintf(a.log, "%s added, %d there already, %d done before, %d no page, %d not to be visited, %d not fetched\n",
			count(a.added, "capture"), a.known, v.run.before, v.passed, v.barred, a.failed)
	}
	if a.failed > 0 {
		return exitCode(exitError)
	}
	return nil
}
