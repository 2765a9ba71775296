package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ibid/corpus"
)

// Exit codes. check has codes of its own for what it finds; all other commands end with one
// of the first three.
const (
	exitFound   = 0
	exitNothing = 1 // nothing found; for check: damaged
	exitError   = 2 // usage or failure
	exitAbsent  = 10
	exitLocked  = 11
)

// exitCode carries a code out of a command that has already said what there is to say.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// report prints what ended a command and gives its exit code.
func report(err error, w io.Writer) int {
	var code exitCode
	switch {
	case err == nil:
		return exitFound
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "ibid: interrupted; what was acknowledged is kept, run the command again to go on")
		return exitError
	}
	fmt.Fprintf(w, "ibid: %v\n", err)
	return exitError
}

// checkCode gives the exit code of a check that could not run.
func checkCode(err error) int {
	switch corpus.KindOf(err) {
	case corpus.NotFound:
		return exitAbsent
	case corpus.Locked:
		return exitLocked
	case corpus.Corrupt:
		return exitNothing
	}
	return exitError
}
