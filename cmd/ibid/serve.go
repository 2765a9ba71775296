package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
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
		Args:  exactly(0, "no arguments"),
	}
	dir := corpusFlag(c)
	addr := c.Flags().String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	c.RunE = func(c *cobra.Command, _ []string) error { return serve(c, *dir, *addr) }
	return c
}

// serve answers for a corpus until the context ends.
func serve(c *cobra.Command, dir, addr string) error {
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	ix, err := s.openIndex(verifyFull)
	if err != nil {
		return err
	}
	defer ix.Close()
	handler, err := s.handler(ix, c.ErrOrStderr())
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return corpus.Errorf(corpus.Unavailable, "--addr "+addr, "%w", err).
			WithRemedy("choose another address or port; port 0 takes a free one")
	}
	srv := web.Server(addr, handler)
	fmt.Fprintf(c.ErrOrStderr(), "Ibid answers on http://%s/ (Ctrl-C to stop)\n", l.Addr())
	return serveUntil(c.Context(), srv, l)
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
