package indexer

import (
	"context"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"ibid/corpus"
	"ibid/internal/disk"
)

// VerifyMode says how much of an index is read and hashed before it is used.
type VerifyMode string

// The ways to verify. The zero VerifyMode is VerifyAuto.
const (
	VerifyAuto     VerifyMode = "auto"     // full below 200 MB, else manifest
	VerifyFull     VerifyMode = "full"     // every byte of every file
	VerifyManifest VerifyMode = "manifest" // CURRENT, generation, manifests, sizes of files
)

// autoLimit is the size below which VerifyAuto hashes everything: a tenth of a second.
const autoLimit = 200 << 20

// OpenOptions say how an index is opened. The zero value works.
type OpenOptions struct {
	Verify VerifyMode
}

// Info says what an index holds.
type Info struct {
	Generation int               `json:"generation"`
	Corpus     string            `json:"corpus"`  // version of the corpus
	Content    string            `json:"content"` // repeats between two builds of one input
	Documents  int               `json:"documents"`
	Passages   int               `json:"passages"`
	Shards     int               `json:"shards"`
	Versions   map[string]string `json:"versions"`
	Verified   VerifyMode        `json:"verified,omitempty"` // full or manifest; empty from Build
	Unhashed   int64             `json:"unhashed,omitempty"` // bytes whose hash was not checked
}

// infoOf reads an Info out of a generation.
func infoOf(g *generation) Info {
	return Info{Generation: g.Number, Corpus: g.Corpus, Content: g.Content, Documents: g.Documents,
		Passages: g.Passages, Shards: len(g.Shards), Versions: maps.Clone(g.Versions)}
}

// Index is one generation of an index, open for reading. Its methods may be called by several
// goroutines at the same time, until Close.
type Index struct {
	info   Info
	file   string // sha256 of the generation's file
	shards []*shard
	facets [shownFacets]*facetTable
	words  float64 // words a live passage has on average

	suggestLimit int // words that a pass for suggestions may read, when not suggestWords
	readings     knownReadings
	mu           sync.RWMutex
	closed       bool
}

// Open opens the generation in force in dir, the index folder of a corpus, after it was
// verified. An index that is in doubt is refused with an error of kind Corrupt that names
// the file; where none was ever built the kind is NotFound.
func Open(dir string, opt OpenOptions) (*Index, error) { return openCurrent(dir, opt, nil) }

// openTries is how often a generation that was cleared away while it was opened is given up
// for the one in force by then.
const openTries = 5

// openCurrent opens the generation in force and shares the open shards of have, by manifest.
func openCurrent(dir string, opt OpenOptions, have map[string]*openFiles) (*Index, error) {
	for try := 1; ; try++ {
		g, err := readGeneration(dir)
		if err != nil {
			return nil, err
		}
		x, err := openGeneration(dir, g, opt.Verify, have)
		if err == nil || try == openTries {
			return x, err
		}
		if now, _, e := readCurrent(dir); e != nil || now == g.Number {
			return nil, err
		}
	}
}

// openGeneration verifies and opens one generation.
func openGeneration(
	dir string, g *generation, how VerifyMode, have map[string]*openFiles,
) (*Index, error) {
	x := &Index{info: infoOf(g), file: g.sum}
	err := x.open(dir, g, how, have)
	if err == nil {
		err = guard(dir, x.hashed(), x.join)
	}
	if err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

// open checks the manifests of all shards, then the files of each shard before they are opened.
func (x *Index) open(
	dir string, g *generation, how VerifyMode, have map[string]*openFiles,
) (err error) {
	list := make([]*manifest, len(g.Shards))
	total := int64(0)
	for i, e := range g.Shards {
		if list[i], err = readManifest(dir, e); err != nil {
			return err
		}
		path := filepath.Join(dir, shardsName, e.Name, manifestName)
		if err := list[i].complete(path, e); err != nil {
			return err
		}
		total += list[i].size()
	}
	if x.info.Verified, err = how.of(total); err != nil {
		return err
	}
	for i, e := range g.Shards {
		f, err := x.share(dir, e, list[i], have[e.Manifest])
		if err != nil {
			return err
		}
		s, err := newShard(f, e)
		x.shards = append(x.shards, s)
		if err != nil {
			return err
		}
	}
	return nil
}

// share takes a shard that is open already, or checks and opens its files.
//
// A shard that was hashed when it was opened is not hashed again as long as each of its files
// is still the file that was hashed, by identity, size and time of change: the files of a shard
// are never written again, and what is read is the mapping that was hashed, which the
// generation before is served from. A file that was replaced, cut, or written to shows another
// identity, size or time and is hashed anew.
func (x *Index) share(
	dir string, e shardEntry, m *manifest, open *openFiles,
) (*openFiles, error) {
	folder := filepath.Join(dir, shardsName, e.Name)
	if open != nil && (open.hashed || !x.hashed()) && open.unchanged(m) && open.retain() {
		if !open.hashed {
			x.info.Unhashed += m.size()
		}
		return open, nil
	}
	stats := statFiles(folder, m)
	var first error
	x.info.Unhashed += checkFiles(folder, m, x.hashed(), func(err error) {
		first = firstOf(first, err)
	})
	if first != nil {
		return nil, first
	}
	f, err := openShard(dir, e, x.hashed())
	if err == nil {
		f.stats = stats
	}
	return f, err
}

// statFiles looks at the files of a manifest; nil where one cannot be looked at.
func statFiles(folder string, m *manifest) []os.FileInfo {
	list := make([]os.FileInfo, len(m.Files))
	for i, f := range m.Files {
		st, err := disk.Stat(filepath.Join(folder, f.Name))
		if err != nil {
			return nil
		}
		list[i] = st
	}
	return list
}

// unchanged reports whether the files on disk are those that were opened.
func (s *openFiles) unchanged(m *manifest) bool {
	now := statFiles(s.dir, m)
	if now == nil || len(now) != len(s.stats) {
		return false
	}
	for i, st := range now {
		old := s.stats[i]
		if !os.SameFile(st, old) || st.Size() != old.Size() || !st.ModTime().Equal(old.ModTime()) {
			return false
		}
	}
	return true
}

// of settles how an index of some bytes is verified.
func (v VerifyMode) of(total int64) (VerifyMode, error) {
	switch {
	case v == VerifyFull, v == VerifyManifest:
		return v, nil
	case v != "" && v != VerifyAuto:
		return v, corpus.Errorf(corpus.Invalid, "verify", "%q is none of auto, full, manifest", v)
	case total < autoLimit:
		return VerifyFull, nil
	}
	return VerifyManifest, nil
}

// firstOf keeps the first error.
func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// size is the number of bytes of a shard's files.
func (m *manifest) size() (n int64) {
	for _, f := range m.Files {
		n += f.Size
	}
	return n
}

// complete checks that a manifest lists the files of a shard and agrees with its entry.
func (m *manifest) complete(path string, e shardEntry) error {
	want := shardFiles()
	if len(m.Files) != len(want) || m.Passages != e.Passages || m.Documents != e.Documents {
		return damaged(path, "does not list the files of a shard")
	}
	for i, f := range m.Files {
		if f.Name != want[i] {
			return damaged(path, "lists %q in place of %q", f.Name, want[i])
		}
	}
	return nil
}

// join makes what spans the shards: tables of facet values, averages.
func (x *Index) join() error {
	total, words := 0, 0
	docs := 0
	for _, s := range x.shards {
		s.docBase = docs
		docs += len(s.ids.first) - 1
		total += int(s.live.GetCardinality())
		words += s.liveWords()
	}
	if total > 0 {
		x.words = float64(words) / float64(total)
	}
	for f := range x.facets {
		x.facets[f] = joinFacet(x.shards, facetID(f))
	}
	return nil
}

// liveWords counts the words of live passages.
func (s *shard) liveWords() int {
	if int(s.live.GetCardinality()) == s.n {
		return s.words.total()
	}
	n := 0
	for it := s.live.Iterator(); it.HasNext(); {
		n += s.words.length(it.Next())
	}
	return n
}

// hashed reports whether every byte was checked before it was used.
func (x *Index) hashed() bool { return x.info.Verified == VerifyFull }

// Info says what the index holds and how it was verified.
func (x *Index) Info() Info {
	i := x.info
	i.Versions = maps.Clone(i.Versions)
	return i
}

// Close ends the index once the calls in progress are done. Later calls fail.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	for _, s := range x.shards {
		s.release()
	}
	x.shards = nil
	return nil
}

// use runs f while the index cannot be closed.
func (x *Index) use(f func() error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.closed {
		return errClosed()
	}
	return guard("index", x.hashed(), f)
}

// Passage gives a live passage and its document by the passage's id, or NotFound.
func (x *Index) Passage(id corpus.PassageID) (p *corpus.Passage, d *corpus.Document, err error) {
	raw, ok := parseID(string(id))
	if !ok {
		return nil, nil, id.Validate()
	}
	err = x.use(func() error {
		for _, s := range x.shards {
			i, ok := s.ids.find(raw)
			if !ok || !s.live.Contains(i) {
				continue
			}
			r := s.records()
			if p, err = r.passage(i); err != nil {
				return err
			}
			d, err = r.document(i)
			return err
		}
		return corpus.Errorf(corpus.NotFound, "passage "+string(id), "is not in the index")
	})
	return p, d, err
}

// Document gives a live document and its passages in order, or NotFound.
func (x *Index) Document(
	id corpus.DocumentID,
) (d *corpus.Document, ps []*corpus.Passage, err error) {
	raw, ok := parseID(string(id))
	if !ok {
		return nil, nil, id.Validate()
	}
	err = x.use(func() error {
		for _, s := range x.shards {
			k, ok := s.ids.findDocument(raw)
			if !ok || !s.live.Contains(s.ids.first[k]) {
				continue
			}
			d, ps, err = s.records().whole(int(k))
			return err
		}
		return corpus.Errorf(corpus.NotFound, "document "+string(id), "is not in the index")
	})
	return d, ps, err
}

// whole gives a document with its passages.
func (r *records) whole(k int) (*corpus.Document, []*corpus.Passage, error) {
	d, err := r.documentAt(k)
	if err != nil {
		return nil, nil, err
	}
	var ps []*corpus.Passage
	for i := r.s.ids.first[k]; i < r.s.ids.first[k+1]; i++ {
		p, err := r.passage(i)
		if err != nil {
			return nil, nil, err
		}
		ps = append(ps, p)
	}
	return d, ps, nil
}

// Documents yields every live document without its passages, in the order they were built in.
// The error yielded is the last thing yielded. The loop must not close the index.
func (x *Index) Documents() iter.Seq2[*corpus.Document, error] {
	return func(yield func(*corpus.Document, error) bool) {
		x.mu.RLock()
		defer x.mu.RUnlock()
		if x.closed {
			yield(nil, errClosed())
			return
		}
		for _, s := range x.shards {
			r := s.records()
			for k := range s.documentsAlive() {
				var d *corpus.Document
				err := guard(s.dir, s.hashed, func() (err error) {
					d, err = r.documentAt(k)
					return err
				})
				if !yield(d, err) || err != nil {
					return
				}
			}
		}
	}
}

// documentsAlive yields the numbers of the documents that have live passages.
func (s *shard) documentsAlive() iter.Seq[int] {
	return func(yield func(int) bool) {
		for k := range len(s.ids.first) - 1 {
			from, to := s.ids.first[k], s.ids.first[k+1]
			if from < to && s.live.Contains(from) && !yield(k) {
				return
			}
		}
	}
}

// Walk yields every live document with its passages, in the order they were built in. The
// error yielded is the last thing yielded. The loop must not close the index.
func (x *Index) Walk(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		x.mu.RLock()
		defer x.mu.RUnlock()
		if x.closed {
			yield(Item{}, errClosed())
			return
		}
		for _, s := range x.shards {
			if !s.walk(ctx, yield) {
				return
			}
		}
	}
}

// walk yields the documents of one shard; false when the ranging ended.
func (s *shard) walk(ctx context.Context, yield func(Item, error) bool) bool {
	r := s.records()
	for k := range s.documentsAlive() {
		var item Item
		err := ctx.Err()
		if err == nil {
			err = guard(s.dir, s.hashed, func() (err error) {
				item.Document, item.Passages, err = r.whole(k)
				return err
			})
		}
		if err != nil {
			yield(Item{}, err)
			return false
		}
		if !yield(item, nil) {
			return false
		}
	}
	return true
}

// errClosed is the error of every call after Close.
func errClosed() error { return corpus.Errorf(corpus.Internal, "index", "is closed") }
