package ingest

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"sync"

	"ibid/corpus"
)

// Stages are the steps from a capture to tagged passages, in order.
type Stages struct {
	Body    func(corpus.SnapshotID) ([]byte, error)
	Extract func(corpus.Capture, []byte) (*corpus.Document, error)
	Segment func(*corpus.Document) []*corpus.Passage
	Tag     func(*corpus.Document, []*corpus.Passage)
}

// Item is one document ready for the index: without blocks, its passages tagged.
type Item struct {
	Document *corpus.Document
	Passages []*corpus.Passage
}

// Outcome says what became of one capture. Err is set when it gave no document.
type Outcome struct {
	URL        string            `json:"url"`
	Snapshot   corpus.SnapshotID `json:"snapshot"`
	Title      string            `json:"title,omitempty"`
	Passages   int               `json:"passages"`
	Notes      int               `json:"notes"`
	Unresolved int               `json:"unresolved_notes"` // notes without a citation record
	Dangling   int               `json:"dangling"`         // marks whose note is not on the page
	Untraced   int               `json:"untraced"`         // passages whose bytes could not be followed
	Undated    int               `json:"undated"`          // passages without an event date
	Unplaced   int               `json:"unplaced"`         // passages without a place
	Unsettled  int               `json:"unsettled_tags"`   // expressions seen and not settled
	Err        error             `json:"-"`
}

// Options bound a run. The zero value uses every processor and reports nothing.
type Options struct {
	Workers int           // captures in work at a time; 0 means one a processor
	Report  func(Outcome) // called once a capture, in order, from the ranging goroutine
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Report == nil {
		o.Report = func(Outcome) {}
	}
	return o
}

// result is what a worker hands back for one capture.
type result struct {
	item    Item
	outcome Outcome
}

// Run yields an item for each capture that could be read, in the order of captures. The
// error yielded is the context's, and the last thing yielded.
func Run(ctx context.Context, captures []corpus.Capture, st Stages, opt Options) iter.Seq2[Item, error] {
	opt = opt.withDefaults()
	return func(yield func(Item, error) bool) {
		var wg sync.WaitGroup
		defer wg.Wait()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		slots := make(chan chan result, opt.Workers-1)
		wg.Go(func() { start(ctx, captures, st, slots, &wg) })
		for range captures {
			r, err := next(ctx, slots)
			if err != nil {
				yield(Item{}, err)
				return
			}
			opt.Report(r.outcome)
			if r.outcome.Err == nil && !yield(r.item, nil) {
				return
			}
		}
	}
}

// start puts each capture in work once the queue has room, so that at most one more than the
// queue holds is ahead of the reader. Each capture has a slot of its own in the queue: the
// reader meets them in order, whichever is done first.
func start(ctx context.Context, captures []corpus.Capture, st Stages, slots chan<- chan result, wg *sync.WaitGroup) {
	defer close(slots)
	for _, c := range captures {
		slot := make(chan result, 1)
		select {
		case slots <- slot:
		case <-ctx.Done():
			return
		}
		wg.Go(func() { slot <- work(c, st) })
	}
}

// next waits for the oldest capture in work.
func next(ctx context.Context, slots <-chan chan result) (result, error) {
	select {
	case <-ctx.Done():
		return result{}, ctx.Err()
	case slot, ok := <-slots:
		if !ok {
			return result{}, ctx.Err()
		}
		select {
		case <-ctx.Done():
			return result{}, ctx.Err()
		case r := <-slot:
			return r, nil
		}
	}
}

// work takes one capture through all stages; a panic becomes the capture's error.
func work(c corpus.Capture, st Stages) (r result) {
	r.outcome = Outcome{URL: c.URL, Snapshot: c.Snapshot}
	defer func() {
		if p := recover(); p != nil {
			r.item = Item{}
			r.outcome.Err = corpus.Errorf(corpus.Internal, c.URL, "a stage broke down: %v", p)
		}
	}()
	body, err := st.Body(c.Snapshot)
	if err != nil {
		r.outcome.Err = err
		return r
	}
	doc, err := st.Extract(c, body)
	if err != nil {
		r.outcome.Err = fmt.Errorf("extract %s: %w", c.URL, err)
		return r
	}
	passages := st.Segment(doc)
	doc.Blocks = nil
	st.Tag(doc, passages)
	if err := validate(doc, passages); err != nil {
		r.outcome.Err = corpus.Errorf(corpus.Internal, c.URL, "%w", err)
		return r
	}
	r.item = Item{Document: doc, Passages: passages}
	r.outcome.Count(doc, passages)
	return r
}

// validate holds what the stages made against the nouns' own rules before it is indexed.
func validate(doc *corpus.Document, passages []*corpus.Passage) error {
	if err := doc.Validate(); err != nil {
		return err
	}
	for _, p := range passages {
		if err := p.Validate(); err != nil {
			return fmt.Errorf("passage %d: %w", p.Ordinal, err)
		}
	}
	return nil
}

// Count fills in what was found and what stayed open.
func (o *Outcome) Count(doc *corpus.Document, passages []*corpus.Passage) {
	o.Title, o.Passages, o.Notes, o.Dangling = doc.Title, len(passages), len(doc.Notes), doc.Dangling
	for _, n := range doc.Notes {
		if len(n.Citations) == 0 {
			o.Unresolved++
		}
	}
	for _, p := range passages {
		o.Untraced += one(p.Untraced)
		o.Undated += one(len(p.Tags.Events) == 0)
		o.Unplaced += one(len(p.Tags.Places) == 0)
		o.Unsettled += len(p.Tags.Unresolved)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
