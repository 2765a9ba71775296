package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/ingest"
)

// indexOptions say how an index is brought up to date.
type indexOptions struct {
	rebuild bool                 // all documents, whatever stands in the index
	memory  int64                // bound in bytes; 0 means none
	shard   int                  // passages of a shard; 0 means the indexer's own bound
	report  func(ingest.Outcome) // may be nil
}

func indexCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "index",
		Short: "Read, tag and index what is new in the archive; searches go on meanwhile",
		Long: `Read, tag and index what the archive holds and the index does not: new captures, and those
whose page changed. What has left the archive leaves the index. When the registers, the program's
rules or the index itself are not as they were, all is made anew; --rebuild does so in any case.
What an interrupted run had finished is taken up by the next one.

--watch goes on until it is interrupted: captures are indexed as they come, small parts of the
index are merged in the background.

--memory bounds what indexing needs, at least 256MiB. ` + memoryHelp,
		Args: exactly(0, "no arguments"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	rebuild := c.Flags().Bool("rebuild", false, "make the whole index anew")
	watch := c.Flags().Bool("watch", false, "index new captures as they come, until interrupted")
	every := c.Flags().Duration("every", 2*time.Second, "with --watch, how often to look")
	memory := c.Flags().String("memory", "2GiB", "bound of the memory used, like 512MiB")
	c.RunE = func(c *cobra.Command, _ []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		opt := indexOptions{rebuild: *rebuild}
		if opt.memory, err = parseMemory(*memory); err != nil {
			return err
		}
		opt.shard = shardPassages(opt.memory)
		if *asJSON {
			opt.report = func(o ingest.Outcome) { _ = printJSONLine(c.OutOrStdout(), outcomeLine(o)) }
		}
		if !*watch {
			return s.index(c.Context(), c.ErrOrStderr(), opt)
		}
		if *every <= 0 {
			return corpus.Errorf(corpus.Invalid, "--every", "%v is not a time to wait", *every).
				WithRemedy("write --every 2s")
		}
		return s.watch(c.Context(), c.ErrOrStderr(), opt, *every)
	}
	return c
}

// memoryHelp says what --memory does; see shardPassages.
const memoryHelp = `The index is written in shards, each
held in memory until it is finished: of the bound, 192 MiB are for reading and tagging pages, the
rest for a shard, 3 KiB a passage, and at most 250,000 passages.`

// What indexing needs, measured on generated passages of 85 words: see docs/decisions/0007.
const (
	memoryBase    = 192 << 20 // pages in work, tables of ids
	memoryPassage = 3 << 10   // of an open shard, its garbage and its files being written
	memoryLeast   = 256 << 20
	memoryDefault = 2 << 30 // the bound that is not given
	mostPassages  = 250_000 // of a shard, whatever the bound: what an interruption loses at most
)

// shardPassages gives the size of a shard that keeps indexing within a bound of memory.
func shardPassages(memory int64) int {
	return int(min(mostPassages, (memory-memoryBase)/memoryPassage))
}

// parseMemory reads a number of bytes with a unit.
func parseMemory(s string) (int64, error) {
	units := map[string]int64{"": 1, "B": 1, "K": 1 << 10, "KIB": 1 << 10, "KB": 1e3, "M": 1 << 20,
		"MIB": 1 << 20, "MB": 1e6, "G": 1 << 30, "GIB": 1 << 30, "GB": 1e9}
	digits := strings.TrimRight(s, "abgikmABGIKM")
	n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	unit, known := units[strings.ToUpper(s[len(digits):])]
	switch {
	case err != nil || !known || !(n > 0 && n < 1<<50):
		return 0, corpus.Errorf(corpus.Invalid, "--memory", "%q is not a size", s).
			WithRemedy("write it like 512MiB or 2GiB")
	case int64(n*float64(unit)) < memoryLeast:
		return 0, corpus.Errorf(corpus.Invalid, "--memory", "%s is less than 256MiB, which indexing needs", s).
			WithRemedy("write --memory 256MiB or more")
	}
	return int64(n * float64(unit)), nil
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
