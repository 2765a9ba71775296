package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/web"
)

// drainTime is how long a server waits for the requests in work when it is told to stop.
const drainTime = 5 * time.Second

func serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Answer in the browser and at /v1/search",
		Long: `Answer in the browser and at /v1/search. A new generation of the index is taken into service
within two seconds, or at once on SIGHUP, after it was verified; requests in work are answered
by the old one. A generation in doubt is not: the old one goes on, /readyz says "degraded" and why.`,
		Args: exactly(0, "no arguments"),
	}
	dir := corpusFlag(c)
	addr := c.Flags().String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	c.RunE = func(c *cobra.Command, _ []string) error { return serve(c, *dir, *addr) }
	return c
}

// heapGrowth is by how many percent of what is live the heap of a server may grow before it is
// looked through: some ten megabytes are live, and the index is mapped.
const heapGrowth = 400

// serve answers for a corpus until the context ends.
func serve(c *cobra.Command, dir, addr string) error {
	if _, set := os.LookupEnv("GOGC"); !set {
		debug.SetGCPercent(heapGrowth)
	}
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	h, err := s.newServer(c.ErrOrStderr())
	if err != nil {
		return err
	}
	defer h.close()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return corpus.Errorf(corpus.Unavailable, "--addr "+addr, "%w", err).
			WithRemedy("choose another address or port; port 0 takes a free one")
	}
	ctx, cancel := context.WithCancel(c.Context())
	var following sync.WaitGroup
	following.Go(func() { h.follow(ctx, lookEvery) })
	defer following.Wait()
	defer cancel()
	srv := web.Server(addr, h)
	fmt.Fprintf(c.ErrOrStderr(), "Ibid answers on http://%s/ (Ctrl-C to stop)\n", l.Addr())
	return serveUntil(ctx, srv, l)
}

// serveUntil serves on l and drains when the context ends, which is no error.
func serveUntil(ctx context.Context, srv *http.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err := srv.Shutdown(drain)
	<-failed
	if errors.Is(err, context.DeadlineExceeded) {
		return srv.Close()
	}
	return err
}
