package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}

// stdio is the three streams of a run, so that a test can hold them.
type stdio struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, std stdio) int {
	root := newRoot(std)
	root.SetArgs(args)
	return report(root.ExecuteContext(ctx), std.Err)
}
