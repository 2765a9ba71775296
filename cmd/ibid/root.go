package main

import (
	"github.com/spf13/cobra"

	"ibid/corpus"
)

// version of the program, shown by --version and written into archives and manifests.
const version = "0.1.0"

// newRoot builds the command tree over three streams.
func newRoot(std stdio) *cobra.Command {
	root := &cobra.Command{
		Use:           "ibid",
		Short:         "Search sourced passages: exact phrases, with where they stood and what they rest on",
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return corpus.Errorf(corpus.Invalid, c.CommandPath(), "%w", err).
			WithRemedy("see " + c.CommandPath() + " --help; what begins with - and is no flag stands behind --")
	})
	root.AddCommand(
		demoCommand(), initCommand(), addCommand(), fetchCommand(), extractCommand(),
		indexCommand(), searchCommand(), showCommand(), citeCommand(), evalCommand(),
		evidenceCommand(), historyCommand(), removeCommand(), backupCommand(), restoreCommand(),
		checkCommand(), serveCommand(), exportCommand(),
	)
	return root
}

// corpusFlag adds --corpus to a command that works on a corpus folder.
func corpusFlag(c *cobra.Command) *string {
	return c.Flags().String("corpus", ".", "folder of the corpus")
}

// jsonFlag adds --json to a command that prints data.
func jsonFlag(c *cobra.Command) *bool {
	return c.Flags().Bool("json", false, "print JSON instead of text")
}
