package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/evidence"
)

// maxBundle is the most bytes of an evidence bundle that are read; evidence writes less.
const maxBundle = 2 << 30

// checkBundle checks an evidence bundle and prints one line on standard output when it is sound.
func checkBundle(c *cobra.Command, path string, asJSON bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fileError(path, err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBundle+1))
	if err != nil {
		return fileError(path, err)
	}
	if len(data) > maxBundle {
		return corpus.Errorf(corpus.Format, path, "more than %d MiB: no bundle of Ibid is so large", maxBundle>>20)
	}
	r, err := evidence.Check(data, evidence.Options{Prove: new(prover).prove})
	if err != nil && corpus.KindOf(err) != corpus.Invalid {
		return corpus.Errorf(corpus.Corrupt, path, "%w", err)
	}
	if err != nil {
		return err
	}
	for _, name := range r.NotMade {
		c.PrintErrf("note: %s: another version of Ibid made it; it was held against its hash alone\n", name)
	}
	if asJSON {
		if err := printJSON(c.OutOrStdout(), r); err != nil {
			return err
		}
	}
	for _, f := range r.Findings {
		c.PrintErrf("damaged: %s: %s\n", path, f)
	}
	switch {
	case len(r.Findings) > 0:
		return exitCode(exitNothing)
	case asJSON:
		return nil
	}
	_, err = fmt.Fprintf(c.OutOrStdout(), "sound: %s, %s, %s proven, %d untraced; sha256 %s\n",
		count(r.Passages, "passage"), count(r.Records, "record"), count(r.Runs, "run"), r.Untraced, r.SHA256)
	return err
}
