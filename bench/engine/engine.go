package engine

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"golang.org/x/sys/unix"
)

// Query is one row of a query list: a phrase and filters for it.
type Query struct {
	ID       int      `json:"id"`
	Phrase   string   `json:"phrase"` // lower-case words with one space between
	Band     string   `json:"band"`   // of frequency: high, mid, low
	Republic string   `json:"republic"`
	Actor    string   `json:"actor"`
	Actors   []string `json:"actors"` // alternatives, of the class random_filter_facets alone
	From     int64    `json:"from"`   // unix seconds, midnight UTC
	To       int64    `json:"to"`     // the same, exclusive
}

// Request is one line to a program.
type Request struct {
	Op     string `json:"op"`
	Corpus string `json:"corpus,omitempty"`
	Dir    string `json:"dir,omitempty"`
	Class  string `json:"class,omitempty"`
	Query  *Query `json:"query,omitempty"`
	Reps   int    `json:"reps,omitempty"`
}

// Counts is the values of each facet with the passages of each, none of them 0.
type Counts map[string]map[string]int

// Answer is one line of a program.
type Answer struct {
	Error    string    `json:"error,omitempty"`
	Version  string    `json:"version,omitempty"`
	Passages int       `json:"passages,omitempty"`
	CPU      []float64 `json:"cpu,omitempty"`   // milliseconds, whole process
	Query    []float64 `json:"query,omitempty"` // milliseconds, the thread that asks alone; of Lucene
	Wall     []float64 `json:"wall,omitempty"`  // milliseconds
	Total    int       `json:"total"`
	Facets   Counts    `json:"facets,omitempty"`
}

// Engine is a search engine in the race. Lap is called when an index can first be searched,
// and again once it is merged, where that is a step of its own.
type Engine interface {
	Index(corpus, dir string, lap func()) (passages int, err error)
	Open(dir string) (passages int, version string, err error)
	// Ask answers a query of a class with its total and, when all is set, every value of the
	// class's facets; otherwise it asks for what is timed and gives no counts.
	Ask(class string, q *Query, all bool) (total int, counts Counts, err error)
}

// CPU is the processor time of this process so far: all threads, the collector included.
func CPU() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &t); err != nil {
		panic(err) // the clock is there on every Linux
	}
	return time.Duration(t.Nano())
}

// CPUOf is the same for another process of this machine.
func CPUOf(pid int) (time.Duration, error) {
	var t unix.Timespec
	clock := int32(^pid<<3 | 2) // the scheduler's clock of a process, as clock_getcpuclockid makes it
	err := unix.ClockGettime(clock, &t)
	return time.Duration(t.Nano()), err
}

// Serve answers requests until the input ends.
func Serve(e Engine, in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	enc := json.NewEncoder(out)
	for lines.Scan() {
		var r Request
		var a Answer
		err := json.Unmarshal(lines.Bytes(), &r)
		if err == nil {
			a, err = answer(e, &r)
		}
		if err != nil {
			a = Answer{Error: err.Error()}
		}
		if err := enc.Encode(&a); err != nil {
			return err
		}
	}
	return lines.Err()
}

// answer carries out one request.
func answer(e Engine, r *Request) (a Answer, err error) {
	cpu, wall := CPU(), time.Now()
	lap := func() {
		a.CPU = append(a.CPU, milliseconds(CPU()-cpu))
		a.Wall = append(a.Wall, milliseconds(time.Since(wall)))
	}
	switch r.Op {
	case "index":
		a.Passages, err = e.Index(r.Corpus, r.Dir, lap)
	case "open":
		a.Passages, a.Version, err = e.Open(r.Dir)
		lap()
	case "run":
		for range r.Reps {
			cpu, wall = CPU(), time.Now()
			if a.Total, _, err = e.Ask(r.Class, r.Query, false); err != nil {
				return a, err
			}
			lap()
		}
	case "check":
		a.Total, a.Facets, err = e.Ask(r.Class, r.Query, true)
	default:
		err = fmt.Errorf("there is no op %q", r.Op)
	}
	return a, err
}

// milliseconds is a duration as protocols write it.
func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
