package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/history"
	"ibid/internal/segment"
)

func historyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "history URL|PASSAGE",
		Short: "Show the captures of an address and what changed, or the life of a passage",
		Long: `Show the captures of an address, oldest first: when, with which status, which bytes, and how many
passages came, went, changed or stand since the good capture before. --diff shows them, with the
words that changed marked. --from and --to compare two captures, each named by the beginning of
its time (2024-03-02T10) or of its snapshot.

For a passage: when it was first seen, what it was before, what it became, when it went. A passage
keeps its id over all captures in which its text stands. One that is not in the index any more is
looked for in all captures of addresses that were captured more than once.`,
		Args: exactly(1, "an address or a passage id"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	var opt historyOptions
	c.Flags().BoolVar(&opt.diff, "diff", false, "show the passages that changed")
	c.Flags().StringVar(&opt.from, "from", "", "compare from this capture")
	c.Flags().StringVar(&opt.to, "to", "", "compare to this capture")
	c.RunE = func(c *cobra.Command, args []string) error {
		s, err := openSite(*dir)
		if err != nil {
			return err
		}
		store, err := s.openArchive()
		if err != nil {
			return err
		}
		defer store.Close()
		t := &teller{site: s, store: store, out: c.OutOrStdout(), json: *asJSON}
		if id := corpus.PassageID(args[0]); id.Validate() == nil {
			return t.life(c.Context(), id)
		}
		return t.history(c.Context(), args[0], opt)
	}
	return c
}

// historyOptions say what of a history is shown.
type historyOptions struct {
	diff     bool
	from, to string // beginnings of a time or snapshot
}

// teller tells histories.
type teller struct {
	site  *site
	store *archive.Store
	out   io.Writer
	json  bool
}

// captureLine is a capture in a history.
type captureLine struct {
	URL      string            `json:"url"`
	FinalURL string            `json:"final_url,omitempty"`
	At       time.Time         `json:"at"`
	Status   int               `json:"status"`
	Snapshot corpus.SnapshotID `json:"snapshot"`
	Size     int64             `json:"size"`
	Source   string            `json:"source,omitempty"`
	Title    string            `json:"title,omitempty"`
	Repeat   bool              `json:"repeat"` // the bytes are those of the good capture before
	Passages int               `json:"passages"`
	Error    string            `json:"error,omitempty"` // why it gives no passages
	*changed                   // since the good capture before; absent for the first
}

// changed counts and lists what became of passages.
type changed struct {
	Since   time.Time    `json:"since"`
	Stands  int          `json:"stands"`
	Added   int          `json:"added"`
	Gone    int          `json:"gone"`
	Changed int          `json:"changed"`
	Changes []changeLine `json:"changes"` // without those that stand
}

// changeLine is a change of one passage.
type changeLine struct {
	What   string           `json:"what"`
	Before corpus.PassageID `json:"before,omitempty"`
	After  corpus.PassageID `json:"after,omitempty"`
	Text   string           `json:"text,omitempty"` // of a passage that came or went
	Words  []history.Piece  `json:"words,omitempty"`
}

// historyAnswer is the whole history of an address.
type historyAnswer struct {
	URL       string               `json:"url"`
	Document  corpus.DocumentID    `json:"document"`
	Captures  []captureLine        `json:"captures"`
	Withdrawn []archive.Withdrawal `json:"withdrawn"`
}

// history tells the history of an address.
func (t *teller) history(ctx context.Context, url string, opt historyOptions) error {
	a := historyAnswer{URL: corpus.NormalizeURL(url), Document: corpus.DocumentIDOf(url), Captures: []captureLine{},
		Withdrawn: t.withdrawn(url)}
	captures, err := chosen(t.store.History(url), opt)
	if err != nil {
		return err
	}
	if len(captures) == 0 && len(a.Withdrawn) == 0 {
		return corpus.Errorf(corpus.NotFound, url, "the archive has no capture of it").
			WithRemedy("see what there is with: ibid search; an address is written as it was asked for")
	}
	var before *edition
	for _, c := range captures {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, now := t.line(c, before)
		if now != nil {
			before = now
		}
		a.Captures = append(a.Captures, line)
	}
	if t.json {
		return printJSON(t.out, a)
	}
	t.show(a, opt)
	return nil
}

// chosen keeps the captures that are to be compared: all, or the two that are named.
func chosen(all []corpus.Capture, opt historyOptions) ([]corpus.Capture, error) {
	if opt.from == "" && opt.to == "" {
		return all, nil
	}
	find := func(name string, otherwise int) (corpus.Capture, error) {
		for _, c := range all {
			if name != "" && (strings.HasPrefix(c.At.Format(timeForm), name) || strings.HasPrefix(string(c.Snapshot), name)) {
				return c, nil
			}
		}
		if name != "" || len(all) == 0 {
			return corpus.Capture{}, corpus.Errorf(corpus.NotFound, name, "no capture of the address has this time or snapshot")
		}
		return all[otherwise], nil
	}
	from, err := find(opt.from, 0)
	if err != nil {
		return nil, err
	}
	to, err := find(opt.to, max(0, len(all)-1))
	return []corpus.Capture{from, to}, err
}

// edition is what reading a capture gives.
type edition struct {
	capture  corpus.Capture
	title    string
	passages []*corpus.Passage
}

// read reads the passages of a capture, as ibid index does.
func (t *teller) read(c corpus.Capture) (*edition, error) {
	if !c.Good() {
		return nil, fmt.Errorf("status %d is no page", c.Status)
	}
	body, err := t.store.Body(c.Snapshot)
	if err != nil {
		return nil, err
	}
	d, err := extractDocument(c, body)
	if err != nil {
		return nil, err
	}
	return &edition{capture: c, title: d.Title, passages: segment.Split(d)}, nil
}

// line tells one capture, and gives its edition if it has passages.
func (t *teller) line(c corpus.Capture, before *edition) (captureLine, *edition) {
	line := captureLine{URL: c.URL, FinalURL: c.FinalURL, At: c.At, Status: c.Status, Snapshot: c.Snapshot,
		Size: c.Size, Source: c.Source}
	now, err := t.read(c)
	if err != nil {
		line.Error = t.site.within(err)
		return line, nil
	}
	line.Title, line.Passages = now.title, len(now.passages)
	if before == nil {
		return line, now
	}
	line.Repeat = before.capture.Snapshot == c.Snapshot
	line.changed = changesOf(before, now)
	return line, now
}

// changesOf compares two editions.
func changesOf(before, now *edition) *changed {
	out := &changed{Since: before.capture.At, Changes: []changeLine{}}
	for _, c := range history.Compare(before.passages, now.passages) {
		line := changeLine{What: c.What, Words: c.Words}
		if c.Before != nil {
			line.Before, line.Text = c.Before.ID, c.Before.Text
		}
		if c.After != nil {
			line.After, line.Text = c.After.ID, c.After.Text
		}
		switch c.What {
		case history.Stands:
			out.Stands++
			continue
		case history.Came:
			out.Added++
		case history.Went:
			out.Gone++
		case history.Changed:
			out.Changed++
			line.Text = ""
		}
		out.Changes = append(out.Changes, line)
	}
	return out
}

// withdrawn lists what was taken out of the archive of an address; of each its captures alone.
func (t *teller) withdrawn(url string) []archive.Withdrawal {
	out := []archive.Withdrawal{}
	want := corpus.NormalizeURL(url)
	for _, w := range t.store.Withdrawals() {
		var mine []archive.Withdrawn
		for _, c := range w.Captures {
			if corpus.NormalizeURL(c.URL) == want {
				mine = append(mine, c)
			}
		}
		if w.Captures = mine; len(mine) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// life tells what happened to a passage.
func (t *teller) life(ctx context.Context, id corpus.PassageID) error {
	url, err := t.addressOf(ctx, id)
	if err != nil {
		return err
	}
	var versions []history.Version
	for _, c := range t.store.History(url) {
		if now, err := t.read(c); err == nil {
			versions = append(versions, history.Version{At: c.At, Snapshot: c.Snapshot, Passages: now.passages})
		}
	}
	for _, l := range history.Lives(versions) {
		if l.ID != id {
			continue
		}
		if t.json {
			return printJSON(t.out, struct {
				URL string `json:"url"`
				*history.Life
			}{url, l})
		}
		t.showLife(url, l)
		return nil
	}
	return corpus.Errorf(corpus.NotFound, string(id), "no capture of %s has this passage by the present rules", url)
}

// addressOf finds the address of a passage: by the index, or by reading what was captured often.
func (t *teller) addressOf(ctx context.Context, id corpus.PassageID) (string, error) {
	ix, err := t.site.openIndex(verifyAuto)
	if err == nil {
		_, d, found := ix.Passage(id)
		if err := ix.Close(); err != nil {
			return "", err
		}
		if found == nil {
			return d.URL, nil
		}
	} else if corpus.KindOf(err) != corpus.NotFound {
		return "", err
	}
	address := ""
	stop := errors.New("found")
	err = t.store.Walk(func(c corpus.Capture) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(t.store.History(c.URL)) < 2 {
			return nil
		}
		now, err := t.read(c)
		if err != nil {
			return nil // it has no passage
		}
		for _, p := range now.passages {
			if p.ID == id {
				address = corpus.NormalizeURL(c.URL)
				return stop
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, stop) {
		return "", err
	}
	if address == "" {
		return "", corpus.Errorf(corpus.NotFound, "passage "+string(id), "is neither in the index nor in an older capture")
	}
	return address, nil
}
