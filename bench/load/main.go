package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"ibid/bench/engine"
	"ibid/indexer"
	"ibid/internal/generate"
)

// options is what the command line says.
type options struct {
	n              int
	out            string
	index, queries string
	clients        int
	seconds        float64
}

func main() {
	if err := command(); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// command reads the flags and runs one side: the server where -serve asks for it, else the
// clients, which start the server.
func command() error {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	var o options
	flag.IntVar(&o.n, "n", 100_000, "passages to generate where no index is given")
	flag.StringVar(&o.out, "out", filepath.Join(cache, "ibid-race"), "folder for generated indexes")
	flag.StringVar(&o.index, "index", "", "an index that is there")
	flag.StringVar(&o.queries, "queries", "", "a list of queries for it, as races have them")
	flag.IntVar(&o.clients, "clients", 8, "requests at a time")
	flag.Float64Var(&o.seconds, "seconds", 20, "how long the clients ask, after a quarter of it to warm up")
	serveDir := flag.String("serve", "", "serve this index and print the address; used by load itself")
	flag.Parse()
	if *serveDir != "" {
		return serve(*serveDir)
	}
	return drive(o)
}

// drive starts a server, asks it and prints what it cost.
func drive(o options) error {
	if o.index == "" {
		if err := makeIndex(&o); err != nil {
			return err
		}
	}
	mix, err := questions(o)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	server := exec.Command(self, "-serve", o.index)
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		return err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	var base string
	if _, err := fmt.Fscanln(out, &base); err != nil {
		return fmt.Errorf("the server did not start: %w", err)
	}
	if _, err := ask(base, mix, o, o.seconds/4); err != nil {
		return err
	}
	before, err := engine.CPUOf(server.Process.Pid)
	if err != nil {
		return err
	}
	answers, err := ask(base, mix, o, o.seconds)
	if err != nil {
		return err
	}
	after, err := engine.CPUOf(server.Process.Pid)
	if err != nil {
		return err
	}
	memory, peak := engine.Memory(server.Process.Pid)
	report(o, answers)
	fmt.Printf("\nprocessor time of the server: %.2f ms a request\n",
		float64((after-before).Microseconds())/1000/float64(len(answers)))
	fmt.Printf("memory of the server not backed by files: %d MB; peak of all its memory: %d MB\n", memory>>20, peak>>20)
	in.Close()
	return server.Wait()
}

// makeIndex makes the index of generated passages where it is not there.
func makeIndex(o *options) error {
	o.index = filepath.Join(o.out, fmt.Sprintf("generated-%d", o.n))
	if _, err := os.Stat(filepath.Join(o.index, "CURRENT")); err == nil {
		return nil
	}
	from := time.Now()
	_, err := indexer.Build(context.Background(), o.index, generate.Items(o.n, 1), indexer.BuildOptions{})
	fmt.Fprintf(os.Stderr, "made an index of %d passages in %.0f s\n", o.n, time.Since(from).Seconds())
	return err
}

// phrasesOf takes n phrases of two to four words out of generated passages.
func phrasesOf(n int) (out []string) {
	i := 0
	for item := range generate.Items(4*n, 1) {
		for _, p := range item.Passages {
			words := strings.Fields(p.Text)
			if i++; len(out) < n && i%4 == 0 {
				at := i % (len(words) - 4)
				out = append(out, strings.Join(words[at:at+2+i%3], " "))
			}
		}
	}
	return out
}
