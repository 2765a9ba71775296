package fetch

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/temoto/robotstxt"

	"ibid/corpus"
)

// Caps on robots.txt: RFC 9309 asks to read at least 500 KiB; a line beyond 2 KiB or with more
// than 64 stars is passed over, since matching it costs seconds.
const (
	maxRobots     = 500 << 10
	maxRobotsLine = 2 << 10
	maxStars      = 64
	maxCrawlDelay = time.Minute
)

// rules are what a host asks of us. A nil group allows everything.
type rules struct {
	group *robotstxt.Group
}

// allows reports whether the path with its query may be asked for.
func (r *rules) allows(u *url.URL) bool {
	return r.group == nil || r.group.Test(u.RequestURI())
}

// delay is the host's own wish, capped.
func (r *rules) delay() time.Duration {
	if r.group == nil {
		return 0
	}
	return min(r.group.CrawlDelay, maxCrawlDelay)
}

// rulesOf returns the rules of a host, asked for once. The host's turn is held by the caller.
func (f *Fetcher) rulesOf(ctx context.Context, h *host, u *url.URL) (*rules, error) {
	if h.rules != nil {
		return h.rules, nil
	}
	at := &url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}
	resp, err := f.robotsFile(ctx, h, at)
	if err != nil {
		return nil, corpus.Errorf(corpus.KindOf(err), at.String(), "%w", err).
			WithRemedy("without its robots.txt a host is not visited; try later")
	}
	switch {
	case resp.Status == http.StatusTooManyRequests || resp.Status >= 500:
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "answers %d, which means wait", resp.Status).
			WithRemedy("try later")
	case resp.Status >= 400:
		h.rules = &rules{}
	default:
		data, err := robotstxt.FromBytes(tameRobots(resp.Body))
		if err != nil {
			return nil, corpus.Errorf(corpus.Format, at.String(), "%w", err)
		}
		h.rules = &rules{group: data.FindGroup(f.opt.UserAgent)}
		h.pace(max(f.opt.Delay, h.rules.delay()))
	}
	return h.rules, nil
}

// robotsFile gets robots.txt, following redirects.
func (f *Fetcher) robotsFile(ctx context.Context, h *host, at *url.URL) (*Response, error) {
	for range maxRedirects + 1 {
		resp, err := f.once(ctx, h, at, Request{URL: at.String()}, maxRobots)
		if err != nil || !isRedirect(resp.Status) {
			return resp, err
		}
		if at, err = nextURL(at, resp); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("redirects more than five times")
}

// tameRobots cuts a file to the caps.
func tameRobots(body []byte) []byte {
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\ufeff"))
	var out [][]byte
	for _, line := range bytes.Split(body, []byte("\n")) {
		if len(line) <= maxRobotsLine && bytes.Count(line, []byte("*")) <= maxStars {
			out = append(out, line)
		}
	}
	return bytes.Join(out, []byte("\n"))
}
