package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/disk"
)

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Make a folder a corpus",
		Args:  exactly(1, "the folder"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := initCorpus(args[0]); err != nil {
				return err
			}
			fmt.Fprintf(c.ErrOrStderr(), "made the corpus %s; next: ibid add --corpus %s FILE…\n", args[0], args[0])
			return nil
		},
	}
}

// initCorpus lays out an empty corpus. corpus.yaml is written last: with it the folder is one.
func initCorpus(dir string) error {
	path := filepath.Join(dir, configFile)
	if _, err := disk.Stat(path); err == nil {
		return corpus.Errorf(corpus.Invalid, dir, "is a corpus already").
			WithRemedy("choose another folder")
	}
	if err := disk.MkdirAll(filepath.Join(dir, "registers")); err != nil {
		return corpus.Errorf(corpus.Unavailable, dir, "%w", err)
	}
	if err := archive.Create(dir); err != nil && !interrupted(dir) {
		return err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		abs = dir
	}
	text := fmt.Sprintf(configTemplate, strconv.Quote(filepath.Base(abs)), version)
	return writeFile(path, []byte(text))
}

// interrupted reports whether a folder that is no corpus yet has an empty archive, as an init
// leaves it that did not get to its end.
func interrupted(dir string) bool {
	s, err := archive.Open(dir, archive.Options{ReadOnly: true})
	if err != nil {
		return false
	}
	defer s.Close()
	none := errors.New("holds a capture")
	return s.Walk(func(corpus.Capture) error { return none }) == nil
}

// writeFile puts a small file in place whole or not at all, to last.
func writeFile(path string, data []byte) error {
	if err := disk.Replace(path, data); err != nil {
		return corpus.Errorf(corpus.Unavailable, path, "%w", err)
	}
	return nil
}
