package main

import (
	"context"
	"fmt"
	"io"
	"iter"

	"github.com/spf13/cobra"

	"ibid/indexer"
	"ibid/internal/ingest"
)

func indexCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "index",
		Short: "Read, tag and index what the archive holds; searches go on meanwhile",
		Args:  exactly(0, "no arguments"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		var report func(ingest.Outcome)
		if *asJSON {
			report = func(o ingest.Outcome) { _ = printJSONLine(c.OutOrStdout(), outcomeLine(o)) }
		}
		return s.index(c.Context(), c.ErrOrStderr(), report)
	}
	return c
}

// index rebuilds the index from the latest good capture of every URL. report may be nil.
func (s *site) index(ctx context.Context, log io.Writer, report func(ingest.Outcome)) error {
	store, err := s.openArchive()
	if err != nil {
		return err
	}
	defer store.Close()
	captures := store.Latest()
	stages, versions, err := s.stages(store)
	if err != nil {
		return err
	}
	bar := newProgress(log, "index", len(captures))
	var sum summary
	run := ingest.Run(ctx, captures, stages, ingest.Options{Report: func(o ingest.Outcome) {
		sum.add(o)
		if o.Err != nil {
			fmt.Fprintf(log, "not indexed: %v\n", o.Err)
		}
		if report != nil {
			report(o)
		}
		bar.step()
	}})
	info, err := indexer.Build(ctx, s.indexDir(), items(run), indexer.BuildOptions{Versions: versions})
	bar.end()
	if err != nil {
		return err
	}
	fmt.Fprintf(log, "%s in %s; %s\n", count(info.Passages, "passage"), count(info.Documents, "document"), sum)
	fmt.Fprintf(log, "corpus version %s\n", info.Corpus)
	return nil
}

// items hands what ingest made to the indexer.
func items(run iter.Seq2[ingest.Item, error]) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		for item, err := range run {
			if !yield(indexer.Item{Document: item.Document, Passages: item.Passages}, err) {
				return
			}
		}
	}
}

// summary adds up outcomes: what stayed open is counted and shown.
type summary struct {
	ingest.Outcome
	failed int
}

func (s *summary) add(o ingest.Outcome) {
	if o.Err != nil {
		s.failed++
		return
	}
	s.Notes += o.Notes
	s.Unresolved += o.Unresolved
	s.Dangling += o.Dangling
	s.Untraced += o.Untraced
	s.Undated += o.Undated
	s.Unplaced += o.Unplaced
	s.Unsettled += o.Unsettled
}

// String names every gap with its count.
func (s summary) String() string {
	return fmt.Sprintf("undated %d, unplaced %d, unsettled expressions %d, notes %d (not resolved %d, "+
		"dangling marks %d), untraced %d, captures not indexed %d", s.Undated, s.Unplaced, s.Unsettled,
		s.Notes, s.Unresolved, s.Dangling, s.Untraced, s.failed)
}

// outcomeLine is an outcome with its error as text.
func outcomeLine(o ingest.Outcome) any {
	line := struct {
		ingest.Outcome
		Error string `json:"error,omitempty"`
	}{Outcome: o}
	if o.Err != nil {
		line.Error = o.Err.Error()
	}
	return line
}
