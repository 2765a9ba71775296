package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/search"
	"ibid/internal/web"
)

// backend asks an index without a context where the index takes none.
type backend struct{ *indexer.Index }

// Passage gives a passage and its document.
func (b backend) Passage(_ context.Context, id corpus.PassageID) (*corpus.Passage, *corpus.Document, error) {
	return b.Index.Passage(id)
}

// Document gives a document and its passages.
func (b backend) Document(_ context.Context, id corpus.DocumentID) (*corpus.Document, []*corpus.Passage, error) {
	return b.Index.Document(id)
}

// serve answers on a free port of loopback until the standard input ends. It is the site of
// `ibid serve` without an archive behind it.
func serve(dir string) error {
	x, err := indexer.Open(dir, indexer.OpenOptions{Verify: indexer.VerifyManifest})
	if err != nil {
		return err
	}
	defer x.Close()
	svc := search.New(backend{x}, search.Options{Version: func() string { return x.Info().Corpus }, Now: time.Now})
	handler := web.New(svc, web.Options{
		Info:   func() web.Info { return web.Info{Name: "load"} },
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := web.Server(l.Addr().String(), handler)
	fmt.Printf("http://%s\n", l.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		srv.Close()
	}()
	if err := srv.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}
