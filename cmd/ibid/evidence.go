package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/evidence"
)

func evidenceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "evidence PASSAGE… -o FILE",
		Short: "Pack passages with all that proves them into one file",
		Long: `Pack passages into one file that a second person can check: their text with the place of each
piece in the archived bytes, these bytes, the WARC records as they were received, the works cited,
the hash of every file, and a page for readers (evidence/index.html). It is a ZIP and a WACZ; tools that replay web
archives open it. Equal passages give equal bytes. "ibid check FILE" proves it without a corpus.`,
		Args: atLeast(1, "a passage id"),
	}
	dir := corpusFlag(c)
	out := c.Flags().StringP("out", "o", "", "file to write, like proof.wacz")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *out == "" {
			return corpus.Errorf(corpus.Invalid, "-o", "names no file").WithRemedy("write -o proof.wacz")
		}
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		data, err := s.evidence(c.Context(), args)
		if err != nil {
			return err
		}
		if err := writeFile(*out, data); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s\tsha256 %s\n", *out, corpus.SnapshotIDOf(data))
		return err
	}
	return c
}

// evidence makes the bundle of some passages, and checks it before it leaves.
func (s *site) evidence(ctx context.Context, args []string) ([]byte, error) {
	store, err := s.openArchive()
	if err != nil {
		return nil, err
	}
	defer store.Close()
	ix, err := s.openIndex(verifyAuto)
	if err != nil {
		return nil, err
	}
	defer ix.Close()
	b := evidence.Bundle{Versions: map[string]string{}}
	for _, step := range []string{"extract", "segment"} {
		b.Versions[step] = ix.Info().Versions[step]
	}
	for _, arg := range args {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		id, err := passageID(arg)
		if err != nil {
			return nil, err
		}
		p, d, err := ix.Passage(id)
		if err != nil {
			return nil, err
		}
		records, err := store.Members(corpus.Capture{URL: d.URL, At: d.Captured, Snapshot: d.Snapshot})
		if err != nil {
			return nil, err
		}
		b.Passages = append(b.Passages, evidence.Cited{Passage: p, Document: d})
		b.Records = append(b.Records, records...)
	}
	data, err := evidence.Write(b)
	if err != nil {
		return nil, err
	}
	report, err := evidence.Check(data, evidence.Options{Prove: new(prover).prove})
	if err != nil {
		return nil, err
	}
	if len(report.Findings) > 0 {
		return nil, corpus.Errorf(corpus.Corrupt, "bundle", "%s", report.Findings[0]).
			WithRemedy("see what is damaged with: ibid check --corpus " + s.dir)
	}
	return data, nil
}
