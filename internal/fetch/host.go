package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"ibid/corpus"
	"ibid/internal/robots"
)

const (
	maxFailed     = 5              // pages in a row without an answer; the host is not asked any more then
	maxCrawlDelay = time.Minute    // what a host may ask for; hours would stop a run for good
	maxRetryAfter = 100_000_000    // seconds; three years are as good as never
	robotsAge     = 24 * time.Hour // RFC 9309, section 2.4: not longer without asking again
)

// host is the turn and the pace of one host. Whoever holds the token may ask and may touch the
// other fields.
type host struct {
	turn   chan struct{}
	delay  time.Duration
	next   time.Time // not to be asked before
	failed int       // pages in a row without an answer
}

// origin is a scheme, host and port with its robots.txt.
type origin struct {
	mu    sync.Mutex
	asked time.Time
	rules *robots.Rules
	err   error // why the host is not visited
}

// host finds or makes the turn of a host.
func (f *Fetcher) host(u *url.URL) *host {
	f.mu.Lock()
	defer f.mu.Unlock()
	h := f.hosts[hostOf(u)]
	if h == nil {
		h = &host{turn: make(chan struct{}, 1), delay: f.opt.Delay}
		h.turn <- struct{}{}
		f.hosts[hostOf(u)] = h
	}
	return h
}

// take waits for the turn and for the moment that the host may be asked again.
func (f *Fetcher) take(ctx context.Context, h *host, at *url.URL) error {
	select {
	case <-h.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	err := f.rest(ctx, h, at)
	if err != nil {
		h.give()
	}
	return err
}

// rest sleeps until the host may be asked; one that asked to be left alone for long is not
// waited for.
func (f *Fetcher) rest(ctx context.Context, h *host, at *url.URL) error {
	if h.failed >= maxFailed {
		return corpus.Errorf(corpus.Unavailable, at.String(), "its host has not answered %d times in a row", h.failed).
			WithRemedy("try later")
	}
	wait := h.next.Sub(f.opt.Now())
	if wait > max(f.opt.MaxWait, h.delay) {
		return corpus.Errorf(corpus.Unavailable, at.String(), "its host asks to be left alone until %s",
			h.next.UTC().Format(time.RFC3339)).WithRemedy("try then")
	}
	if wait <= 0 {
		return ctx.Err()
	}
	return f.opt.Sleep(ctx, wait)
}

// give hands the turn on.
func (h *host) give() { h.turn <- struct{}{} }

// ask sends a request when it is its turn, again after passing failures.
func (f *Fetcher) ask(ctx context.Context, at *url.URL, r Request) (*Response, error) {
	h := f.host(at)
	for attempt := 1; ; attempt++ {
		if err := f.take(ctx, h, at); err != nil {
			return nil, err
		}
		resp, err := f.exchange(ctx, at, r)
		wait, again := f.again(resp, err, attempt)
		h.next = f.opt.Now().Add(max(wait, h.delay))
		switch {
		case err == nil:
			h.failed = 0
		case !again && corpus.KindOf(err) == corpus.Unavailable:
			h.failed++
		}
		h.give()
		if !again {
			return resp, err
		}
	}
}

// again says how long a host is to be left alone after an attempt, beyond its delay, and
// whether the attempt is worth another.
func (f *Fetcher) again(resp *Response, err error, attempt int) (time.Duration, bool) {
	backoff, more := time.Second<<(attempt-1), attempt < f.opt.Attempts
	if err != nil {
		return backoff, more && corpus.KindOf(err) == corpus.Unavailable
	}
	if resp.Status != http.StatusTooManyRequests && resp.Status < 500 {
		return 0, false
	}
	if d, ok := retryAfter(resp.Field("Retry-After"), f.opt.Now()); ok {
		return d, more && d <= f.opt.MaxWait
	}
	return backoff, more
}

// retryAfter reads the field of that name: seconds or a date.
func retryAfter(s string, now time.Time) (time.Duration, bool) {
	if s != "" && strings.Trim(s, "0123456789") == "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n > maxRetryAfter {
			n = maxRetryAfter
		}
		return time.Duration(n) * time.Second, true
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(t.Sub(now), 0), true
	}
	return 0, false
}

// rules gives the rules of the host of an address, asked for once a day.
func (f *Fetcher) rules(ctx context.Context, u *url.URL) (*robots.Rules, error) {
	key := u.Scheme + "://" + u.Host
	f.mu.Lock()
	o := f.origins[key]
	if o == nil {
		o = &origin{}
		f.origins[key] = o
	}
	f.mu.Unlock()
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.asked.IsZero() && f.opt.Now().Sub(o.asked) < robotsAge {
		return o.rules, o.err
	}
	rules, err := f.askRules(ctx, &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	o.rules, o.err, o.asked = rules, err, f.opt.Now()
	if err == nil && rules.Delay > 0 {
		if err := f.slow(ctx, f.host(u), min(rules.Delay, maxCrawlDelay)); err != nil {
			return nil, err
		}
	}
	return o.rules, o.err
}

// slow lengthens the delay of a host.
func (f *Fetcher) slow(ctx context.Context, h *host, d time.Duration) error {
	select {
	case <-h.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	h.next = h.next.Add(max(d-h.delay, 0))
	h.delay = max(d, h.delay)
	h.give()
	return nil
}

// askRules asks for a robots.txt. Its redirects may lead to other hosts and it rules ours all
// the same.
func (f *Fetcher) askRules(ctx context.Context, at *url.URL) (*robots.Rules, error) {
	resp, err := f.follow(ctx, at)
	var silent *corpus.Error
	switch {
	case errors.As(err, &silent) && silent.Kind == corpus.Unavailable:
		return nil, silent.WithRemedy("without its robots.txt a host is not visited; try later")
	case err != nil:
		return nil, err
	case resp.Status == http.StatusTooManyRequests || resp.Status >= 500:
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "answers %d, which means wait", resp.Status).
			WithRemedy("try later")
	case resp.Status >= 400:
		return &robots.Rules{}, nil
	case resp.Status >= 300:
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "answers %d, which says nothing", resp.Status).
			WithRemedy("try later")
	}
	return robots.Parse(resp.Body, robots.Token(f.opt.UserAgent)), nil
}

// follow gets a file through its redirects, without asking whether it may.
func (f *Fetcher) follow(ctx context.Context, at *url.URL) (*Response, error) {
	for range maxRedirects + 1 {
		resp, err := f.ask(ctx, at, Request{})
		if err != nil || !isRedirect(resp.Status) {
			return resp, err
		}
		if at, err = nextURL(at, resp); err != nil {
			return nil, err
		}
	}
	return nil, corpus.Errorf(corpus.Unavailable, at.String(), "redirects more than %d times", maxRedirects)
}
