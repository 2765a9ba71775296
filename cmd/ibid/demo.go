package main

import (
	"context"
	"fmt"
	"mime"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/corpus/demo"
	"ibid/internal/archive"
)

func demoCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Build the demonstration corpus in a temporary folder and serve it",
		Args:  exactly(0, "no arguments"),
	}
	addr := c.Flags().String("addr", "127.0.0.1:8080", "address to listen on; port 0 takes a free one")
	keep := c.Flags().String("keep", "", "build the corpus in this folder and keep it")
	c.RunE = func(c *cobra.Command, _ []string) error {
		dir := *keep
		if dir == "" {
			tmp, err := os.MkdirTemp("", "ibid-demo-")
			if err != nil {
				return corpus.Errorf(corpus.Unavailable, "temporary folder", "%w", err)
			}
			defer os.RemoveAll(tmp)
			dir = filepath.Join(tmp, "demo")
		}
		if err := buildDemo(c.Context(), dir, c); err != nil {
			return err
		}
		return serve(c, dir, *addr)
	}
	return c
}

// buildDemo makes a corpus of the demonstration pages and indexes it.
func buildDemo(ctx context.Context, dir string, c *cobra.Command) error {
	if err := initCorpus(dir); err != nil {
		return err
	}
	pages, err := demo.Pages()
	if err != nil {
		return corpus.Errorf(corpus.Internal, "demonstration corpus", "%w", err)
	}
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	store, err := archive.Open(s.dir, archive.Options{})
	if err != nil {
		return err
	}
	for _, p := range pages {
		if _, _, err := store.Put(ctx, demoRecord(p)); err != nil {
			store.Close()
			return err
		}
	}
	if err := store.Close(); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), "archived %d demonstration pages\n", len(pages))
	return s.index(ctx, c.ErrOrStderr(), indexOptions{})
}

// demoRecord is a demonstration page as an answer of its invented server.
func demoRecord(p demo.Page) archive.Record {
	media, params, err := mime.ParseMediaType(p.MediaType)
	if err != nil {
		media = p.MediaType
	}
	return archive.Record{URL: p.URL, At: p.Captured, Status: 200, MediaType: media,
		Charset: params["charset"], Source: p.Source, Body: p.Body,
		Header: []corpus.Header{{Name: "Content-Type", Value: p.MediaType}}}
}
