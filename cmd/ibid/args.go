package main

import (
	"strconv"

	"github.com/spf13/cobra"

	"ibid/corpus"
)

// exactly wants n arguments and says what they are when there are others.
func exactly(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != n {
			return corpus.Errorf(corpus.Invalid, c.CommandPath(), "wants %s, got %d arguments", what, len(args)).
				WithRemedy("usage: " + c.UseLine())
		}
		return nil
	}
}

// atLeast wants n arguments or more.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return corpus.Errorf(corpus.Invalid, c.CommandPath(), "wants %s or more of %s",
				strconv.Itoa(n), what).WithRemedy("usage: " + c.UseLine())
		}
		return nil
	}
}

// atMost wants n arguments or fewer.
func atMost(n int, what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return corpus.Errorf(corpus.Invalid, c.CommandPath(), "wants no more than %s, got %d arguments", what,
				len(args)).WithRemedy("usage: " + c.UseLine())
		}
		return nil
	}
}
