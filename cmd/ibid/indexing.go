package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"runtime/debug"
	"strings"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/archive"
	"ibid/internal/ingest"
)

// An index is brought up to date by what differs between it and the archive. A document is
// left alone when it was made from the newest good capture of its URL, by the same versions of
// every step; the versions cover registers and rules, so that a change of these makes all anew.

// indexing is one run that brings an index up to date.
type indexing struct {
	s        *site
	log      io.Writer
	opt      indexOptions
	verify   indexer.VerifyMode // of the index that is there
	stages   ingest.Stages
	versions map[string]string
	captures []corpus.Capture // the newest good one of each URL
	held     map[corpus.DocumentID]*corpus.Document
	fresh    bool // there is nothing to start from
	fruitless
}

// fruitless are captures that gave no passage, by URL, so that --watch does not try them again
// and again. They hold for one set of versions.
type fruitless struct {
	versions map[string]string
	captures map[string]corpus.SnapshotID
}

// index brings the index up to date and merges its small shards when there are many.
func (s *site) index(ctx context.Context, log io.Writer, opt indexOptions) error {
	run := &indexing{s: s, log: log, opt: opt, verify: verifyFull}
	if err := run.run(ctx); err != nil {
		return err
	}
	return run.compact(ctx)
}

// run takes in what is new.
func (r *indexing) run(ctx context.Context) error {
	if r.opt.memory > 0 {
		defer debug.SetMemoryLimit(debug.SetMemoryLimit(r.opt.memory))
	}
	store, err := r.s.openArchive()
	if err != nil {
		return err
	}
	defer store.Close()
	if err := r.prepare(store); err != nil {
		return err
	}
	changed, gone := r.changes()
	if !r.fresh && len(changed)+len(gone) == 0 {
		fmt.Fprintf(r.log, "nothing new: %s indexed\n", count(len(r.held), "document"))
		return nil
	}
	return r.take(ctx, changed, gone)
}

// prepare loads the steps and what the index holds.
func (r *indexing) prepare(store *archive.Store) (err error) {
	r.captures = store.Latest()
	if r.stages, r.versions, err = r.s.stages(store); err != nil {
		return err
	}
	if !maps.Equal(r.fruitless.versions, r.versions) {
		r.fruitless = fruitless{r.versions, map[string]corpus.SnapshotID{}}
	}
	r.held = map[corpus.DocumentID]*corpus.Document{}
	why, err := r.load()
	if err != nil {
		return err
	}
	if r.fresh = why != ""; r.fresh {
		clear(r.held)
		fmt.Fprintf(r.log, "indexing everything: %s\n", why)
	}
	return nil
}

// load lists the documents of the index, or says why there is nothing to start from.
func (r *indexing) load() (why string, err error) {
	ix, err := r.s.openIndex(r.verify)
	switch {
	case corpus.KindOf(err) == corpus.NotFound && err != nil:
		return "there is no index yet", nil
	case corpus.KindOf(err) == corpus.Corrupt && err != nil:
		return err.Error(), nil
	case err != nil:
		return "", err
	}
	defer ix.Close()
	have := ix.Info().Versions
	for name, v := range r.versions {
		if have[name] != v {
			return fmt.Sprintf("version of %s was %q and is %q", name, have[name], v), nil
		}
	}
	if r.opt.rebuild {
		return "as told", nil
	}
	for d, err := range ix.Documents() {
		if err != nil {
			return err.Error(), nil
		}
		d.Notes = nil
		r.held[d.ID] = d
	}
	return "", nil
}

// changes compares archive and index: captures to be read, and documents whose URL has none.
func (r *indexing) changes() (changed []corpus.Capture, gone []corpus.DocumentID) {
	left := maps.Clone(r.held)
	for _, c := range r.captures {
		id := corpus.DocumentIDOf(c.URL)
		d := left[id]
		delete(left, id)
		tried := d == nil && r.fruitless.captures[c.URL] == c.Snapshot
		if !tried && (d == nil || !r.s.stands(d, c)) {
			changed = append(changed, c)
		}
	}
	for id := range left {
		gone = append(gone, id)
	}
	return changed, gone
}

// stands reports whether a document is what a capture would give again: of the same bytes, told
// the same by transport and corpus.yaml.
func (s *site) stands(d *corpus.Document, c corpus.Capture) bool {
	final := ""
	if c.FinalURL != "" && corpus.NormalizeURL(c.FinalURL) != d.URL {
		final = corpus.NormalizeURL(c.FinalURL)
	}
	publisher := d.Publisher
	if d.Witness["publisher"] == configFile || publisher == "" {
		publisher = s.publisherOf(c.Source)
	}
	return d.Snapshot == c.Snapshot && d.Captured.Equal(c.At) && d.FinalURL == final &&
		(c.Source == "" || d.Source == c.Source) && (c.MediaType == "" || d.MediaType == c.MediaType) &&
		d.Publisher == publisher
}

// take reads the changed captures and puts the outcome in force.
func (r *indexing) take(ctx context.Context, changed []corpus.Capture, gone []corpus.DocumentID) error {
	bar := newProgress(r.log, "index", len(changed))
	defer bar.end()
	var sum summary
	var lost []indexer.Item // documents that stood and whose newest capture gives nothing
	report := func(o ingest.Outcome) {
		sum.add(o)
		if o.Err != nil {
			fmt.Fprintf(r.log, "not indexed: %v\n", o.Err)
		}
		if o.Err != nil || o.Passages == 0 {
			r.fruitless.captures[o.URL] = o.Snapshot
			if d := r.held[corpus.DocumentIDOf(o.URL)]; d != nil && o.Err != nil {
				lost = append(lost, indexer.Item{Document: d})
			}
		}
		if r.opt.report != nil {
			r.opt.report(o)
		}
		bar.step()
	}
	taken := &resumed{s: r.s, log: r.log, documents: map[corpus.DocumentID]*corpus.Document{}}
	items := taken.items(changed, func(left []corpus.Capture) iter.Seq2[ingest.Item, error] {
		return ingest.Run(ctx, left, r.stages, ingest.Options{Report: report})
	}, bar.step)
	opt := indexer.BuildOptions{Versions: r.versions, ShardPassages: r.opt.shard,
		Resume: taken.offer}
	var info indexer.Info
	var err error
	if r.fresh {
		info, err = indexer.Build(ctx, r.s.indexDir(), items, opt)
	} else {
		info, err = indexer.Update(ctx, r.s.indexDir(), followed(items, &lost), gone, opt)
	}
	if err != nil {
		return err
	}
	bar.end()
	fmt.Fprintf(r.log, "%s in %s; read %s, withdrawn %d; of these %s\n", count(info.Passages, "passage"),
		count(info.Documents, "document"), count(len(changed), "capture"), len(gone)+len(lost), sum)
	fmt.Fprintf(r.log, "corpus version %s\n", info.Corpus)
	return nil
}

// compact merges the small shards of the index, if there are many.
func (r *indexing) compact(ctx context.Context) error {
	var bar *progress
	before, err := indexer.Compact(ctx, r.s.indexDir(), indexer.BuildOptions{
		ShardPassages: r.opt.shard,
		Progress: func(int) {
			if bar == nil {
				bar = newProgress(r.log, "compact", -1)
			}
			bar.step()
		}})
	if bar == nil || err != nil {
		return err
	}
	bar.end()
	fmt.Fprintf(r.log, "merged small shards: %s\n", count(before.Shards, "shard"))
	return nil
}

// followed yields a sequence and then what gathered meanwhile.
func followed(
	seq iter.Seq2[indexer.Item, error], rest *[]indexer.Item,
) iter.Seq2[indexer.Item, error] {
	return func(yield func(indexer.Item, error) bool) {
		for item, err := range seq {
			if !yield(item, err) {
				return
			}
		}
		for _, item := range *rest {
			if !yield(item, nil) {
				return
			}
		}
	}
}

// within shortens a message by the folder of the corpus, which readers from outside need not
// know.
func (s *site) within(err error) string {
	return strings.ReplaceAll(err.Error(), strings.TrimSuffix(s.dir, "/")+"/", "")
}
