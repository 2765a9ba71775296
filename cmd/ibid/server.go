package main

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/web"
)

// lookEvery is how often a server looks for a new generation.
const lookEvery = 2 * time.Second

// server answers for a corpus while generations of its index follow each other. A request is
// answered by one generation from its first byte to its last: each has a site of its own, with
// its index and its registers. The archive only grows, so one view of it serves all.
type server struct {
	s        *site
	live     *indexer.Live
	log      *slog.Logger
	requests atomic.Uint64

	mu    sync.Mutex // over what follows, while it is made anew
	pages atomic.Pointer[pages]
	regs  registers
	vers  map[string]string // versions of the index that regs are of

	files sync.RWMutex // over what follows; readers hold it while they read a body
	store *archive.Store
	kept  map[corpus.SnapshotID]corpus.Capture
	count int // captures

	behind bool // the archive is to be opened anew; of look alone
}

// pages are the site of one generation.
type pages struct {
	x *indexer.Index
	http.Handler
}

// newServer opens index and archive.
func (s *site) newServer(log io.Writer) (*server, error) {
	live, err := indexer.OpenLive(s.indexDir(), indexer.OpenOptions{Verify: verifyFull})
	if err != nil {
		return nil, err
	}
	h := &server{s: s, live: live, log: slog.New(slog.NewTextHandler(log, nil))}
	if err := h.openArchive(); err != nil {
		h.close()
		return nil, err
	}
	x, release := live.Acquire()
	defer release()
	if _, err := h.pagesOf(x); err != nil {
		h.close()
		return nil, err
	}
	return h, nil
}

// close ends what newServer opened.
func (h *server) close() {
	_ = h.live.Close() // read-only, as the archive is
	if h.store != nil {
		_ = h.store.Close()
	}
}

// ServeHTTP answers a request by the generation that is in force when it comes.
func (h *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x, release := h.live.Acquire()
	defer release()
	p, err := h.pagesOf(x)
	if err != nil {
		h.log.Error("registers cannot be read", "error", err)
		http.Error(w, "the registers cannot be read", http.StatusServiceUnavailable)
		return
	}
	p.ServeHTTP(w, r)
}

// pagesOf gives the site of a generation, made when it is first asked for.
func (h *server) pagesOf(x *indexer.Index) (*pages, error) {
	if p := h.pages.Load(); p != nil && p.x == x {
		return p, nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.pages.Load(); p != nil && p.x == x {
		return p, nil
	}
	if v := x.Info().Versions; h.vers == nil || !maps.Equal(v, h.vers) {
		regs, err := h.s.loadRegisters()
		if err != nil {
			return nil, err
		}
		h.regs, h.vers = regs, v
	}
	gaps := sync.OnceValue(func() []web.Gap { return gapsOf(x) })
	p := &pages{x, web.New(h.regs.service(x), web.Options{
		Snapshot: h.snapshot,
		Info:     func() web.Info { return h.info(x, gaps()) },
		Degraded: h.degraded,
		Number:   func() uint64 { return h.requests.Add(1) },
		Logger:   h.log,
	})}
	h.pages.Store(p)
	return p, nil
}

// info is what is known of the corpus beyond what a search tells.
func (h *server) info(x *indexer.Index, gaps []web.Gap) web.Info {
	h.files.RLock()
	defer h.files.RUnlock()
	notices := verifyNotices(x.Info())
	if why := h.degraded(); why != "" {
		notices = append(notices, "an older state of the corpus answers, since the newest is in doubt: "+why)
	}
	return web.Info{Name: h.s.cfg.Name, Program: version, Captures: h.count, Snapshots: len(h.kept),
		Gaps: gaps, Notices: notices}
}

// degraded says why the newest generation does not answer; empty when it does.
func (h *server) degraded() string {
	if err := h.live.Degraded(); err != nil {
		return h.s.within(err)
	}
	return ""
}

// snapshot gives archived bytes with what the transport said of them.
func (h *server) snapshot(_ context.Context, id corpus.SnapshotID) (web.Body, error) {
	h.files.RLock()
	defer h.files.RUnlock()
	body, err := h.store.Body(id)
	c := h.kept[id]
	return web.Body{Bytes: body, MediaType: c.MediaType, Charset: c.Charset}, err
}

// openArchive opens the archive as it is now, in the place of what was open.
func (h *server) openArchive() error {
	store, err := h.s.openArchive()
	if err != nil {
		return err
	}
	kept, n := map[corpus.SnapshotID]corpus.Capture{}, 0
	err = store.Walk(func(c corpus.Capture) error {
		kept[c.Snapshot] = c
		n++
		return nil
	})
	if err != nil {
		store.Close()
		return err
	}
	h.files.Lock()
	defer h.files.Unlock()
	if h.store != nil {
		_ = h.store.Close() // read-only: nothing can be lost by it
	}
	h.store, h.kept, h.count = store, kept, n
	return nil
}

// follow takes new generations into service until the context ends.
func (h *server) follow(ctx context.Context, every time.Duration) {
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	defer signal.Stop(hup)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-hup:
		case <-tick.C:
		}
		h.look()
	}
}

// look swaps to a new generation if there is one. The archive is opened anew afterwards, at the
// next look where a purge is at work; until then the snapshots of the newest pages are not found.
func (h *server) look() {
	before := h.degraded()
	swapped, err := h.live.Refresh()
	switch {
	case err != nil && h.degraded() != before:
		h.log.Error("the newest generation is in doubt, the old one goes on", "error", err)
	case err == nil && before != "":
		h.log.Info("the newest generation is sound")
	}
	if h.behind = h.behind || swapped; !h.behind {
		return
	}
	if err := h.openArchive(); err != nil {
		h.log.Error("the archive cannot be opened anew, the old view goes on", "error", err)
	} else {
		h.behind = false
	}
	if !swapped {
		return
	}
	x, release := h.live.Acquire()
	defer release()
	h.log.Info("swapped", "generation", x.Info().Generation, "corpus", x.Info().Corpus)
}
