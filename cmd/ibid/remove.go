package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
)

func removeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "remove SOURCE|URL|DOCUMENT --reason TEXT",
		Short: "Take a source, an address or a document out of search; --purge takes its bytes too",
		Long: `Take all captures of a source, an address or a document out of search and history, at once. The
archive keeps their bytes and notes what went, when and why.

With --purge their bytes are taken out of every file of the corpus: the records of the archive,
pieces of interrupted writes, the index with all older generations. What other pages need of them
is kept and moved to these. The archive keeps the addresses, times and hashes of what went, and
the reason. Copies elsewhere are not reached: backups lose it with the next "ibid backup".

--dry-run says what would go. What is captured later is a capture like any other; a source that
corpus.yaml names is fetched again unless it is taken out there.`,
		Args: exactly(1, "a source, an address or a document"),
	}
	dir := corpusFlag(c)
	reason := c.Flags().String("reason", "", "why, for the record")
	purge := c.Flags().Bool("purge", false, "take the bytes out of every file too")
	dry := c.Flags().Bool("dry-run", false, "say what would go, and change nothing")
	c.RunE = func(c *cobra.Command, args []string) error {
		if strings.TrimSpace(*reason) == "" && !*dry {
			return corpus.Errorf(corpus.Invalid, "--reason", "is missing: a withdrawal says why").
				WithRemedy("write --reason TEXT")
		}
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		r := &removal{s: s, log: c.ErrOrStderr(), match: matching(args[0])}
		r.w = archive.Withdrawal{What: args[0], Reason: strings.TrimSpace(*reason), At: now()}
		if *dry {
			return r.tell(c.OutOrStdout())
		}
		return r.run(c.Context(), *purge)
	}
	return c
}

// matching says which captures an argument of remove means: 32 hexadecimal digits are a
// document, what has a scheme is an address, all else is a source.
func matching(arg string) func(corpus.Capture) bool {
	if id := corpus.DocumentID(arg); id.Validate() == nil {
		return func(c corpus.Capture) bool { return corpus.DocumentIDOf(c.URL) == id }
	}
	if strings.Contains(arg, ":") {
		want := corpus.NormalizeURL(arg)
		return func(c corpus.Capture) bool { return corpus.NormalizeURL(c.URL) == want }
	}
	return func(c corpus.Capture) bool { return c.SourceID() == arg }
}

// removal is one run of remove.
type removal struct {
	s     *site
	log   io.Writer
	match func(corpus.Capture) bool
	w     archive.Withdrawal
}

// tell lists what would go.
func (r *removal) tell(out io.Writer) error {
	store, err := r.s.openArchive()
	if err != nil {
		return err
	}
	defer store.Close()
	n := 0
	err = store.Walk(func(c corpus.Capture) error {
		if !r.match(c) {
			return nil
		}
		n++
		_, err := fmt.Fprintf(out, "%s\t%s\t%s\n", c.URL, c.At.Format(timeForm), c.Snapshot)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(r.log, "%s would go\n", count(n, "capture"))
	if n == 0 {
		return exitCode(exitNothing)
	}
	return nil
}

// timeForm is that of times in lines for people and scripts.
const timeForm = "2006-01-02T15:04:05Z"

// run withdraws, and purges when it is told to. A purge of what was withdrawn before goes on
// where that left off.
func (r *removal) run(ctx context.Context, purge bool) (err error) {
	store, err := archive.Open(r.s.dir, archive.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	w, err := store.Withdraw(r.w, r.match)
	switch {
	case err == nil:
		fmt.Fprintf(r.log, "withdrawn: %s\n", count(len(w.Captures), "capture"))
	case !purge || corpus.KindOf(err) != corpus.NotFound:
		return err
	}
	if err := r.fromIndex(ctx, store, w); err != nil {
		return err
	}
	if !purge {
		return nil
	}
	w, err = store.Purge(ctx, r.w, r.match)
	if err != nil && !(corpus.KindOf(err) == corpus.NotFound && r.purgedBefore(store)) {
		return err
	}
	if err := r.erase(ctx); err != nil {
		return err
	}
	fmt.Fprintf(r.log, "purged: %s; no file of the corpus holds their bytes\n", count(len(w.Captures), "capture"))
	return nil
}

// purgedBefore reports whether an earlier purge took what is asked for, so that only the index is
// left to be erased.
func (r *removal) purgedBefore(store *archive.Store) bool {
	for _, w := range store.Withdrawals() {
		if w.Purged && w.What == r.w.What {
			return true
		}
	}
	return false
}

// fromIndex gives the documents of withdrawn captures their tombstones. A document whose address
// has other captures is indexed from these by the next "ibid index".
func (r *removal) fromIndex(ctx context.Context, store *archive.Store, w archive.Withdrawal) error {
	ix, err := r.s.openIndex(verifyAuto)
	if err != nil && corpus.KindOf(err) == corpus.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	versions := ix.Info().Versions
	if err := ix.Close(); err != nil {
		return err
	}
	seen := map[corpus.DocumentID]bool{}
	var gone []corpus.DocumentID
	left := 0
	for _, c := range w.Captures {
		id := corpus.DocumentIDOf(c.URL)
		if seen[id] {
			continue
		}
		seen[id], gone = true, append(gone, id)
		if len(store.History(c.URL)) > 0 {
			left++
		}
	}
	none := iter.Seq2[indexer.Item, error](func(func(indexer.Item, error) bool) {})
	info, err := indexer.Update(ctx, r.s.indexDir(), none, gone, indexer.BuildOptions{Versions: versions})
	if err != nil {
		return fmt.Errorf("withdrawn from the archive, but not from the index yet: run ibid index: %w", err)
	}
	fmt.Fprintf(r.log, "corpus version %s\n", info.Corpus)
	if left > 0 {
		fmt.Fprintf(r.log, "%s stay with other captures: index them with: ibid index --corpus %s\n",
			count(left, "page"), r.s.dir)
	}
	return nil
}

// erase takes withdrawn documents out of the files of the index.
func (r *removal) erase(ctx context.Context) error {
	_, err := indexer.Erase(ctx, r.s.indexDir(), indexer.BuildOptions{ShardPassages: mostPassages})
	if corpus.KindOf(err) == corpus.NotFound && err != nil {
		return nil
	}
	return err
}
