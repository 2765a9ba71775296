package indexer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"path/filepath"

	"ibid/corpus"
	"ibid/internal/disk"
)

// Item is one document with its tagged passages, in the order of the document.
type Item struct {
	Document *corpus.Document // its blocks are not kept
	Passages []*corpus.Passage
	// Kept takes the document from what an interrupted build had finished; see
	// BuildOptions.Resume. Only the document's id is looked at then.
	Kept bool
}

// BuildOptions bound a build. The zero value works.
type BuildOptions struct {
	// ShardPassages closes a shard at the first document's end beyond it; 0 means 1,000,000.
	ShardPassages int
	// Whole has Compact merge all shards, whatever their sizes. Build and Update do not use it.
	Whole bool
	erase bool // has Compact merge each shard with a dead document; see Erase
	// Resume, when it is not nil, has Build and Update go on from an interrupted one of equal
	// Versions and ShardPassages. It is called before the first item is asked for, when there
	// is one, with the documents that it had finished; what is still to be indexed as it is
	// there may be yielded as Kept. The index is open until the build ends.
	Resume func(finished *Index)
	// Versions of extraction and tagging; they enter manifest and corpus version.
	Versions map[string]string
	// Progress is called after each document with the passages so far; it may be nil.
	Progress func(passages int)
}

// defaultShardPassages keeps a build within 2.5 GB: 2.1 at a million passages of 85 words. Fewer
// shards answer with less work.
const defaultShardPassages = 1_000_000

func (o BuildOptions) withDefaults() BuildOptions {
	if o.ShardPassages <= 0 {
		o.ShardPassages = defaultShardPassages
	}
	if o.Progress == nil {
		o.Progress = func(int) {}
	}
	return o
}

// Build makes a new generation of the index in dir from all items and puts it in force. The
// items must come in an order that repeats (by URL), each document and passage once: equal
// items then give the same content hash and the same corpus version. A document without
// passages has nothing to find and is left out.
//
// Until the last step, one rename, readers meet the old generation, also after a crash; what
// a crash left is removed by the next build, or taken up by it (see BuildOptions.Resume). The generation before is kept. An error of the
// items, or of ctx, ends the build and changes nothing. A second build of the same index at
// the same time is refused as Locked.
func Build(
	ctx context.Context, dir string, items iter.Seq2[Item, error], opt BuildOptions,
) (Info, error) {
	unlock, err := lockIndex(ctx, dir, lockTries)
	if err != nil {
		return Info{}, err
	}
	defer unlock()
	b := newBuilder(dir, opt)
	defer func() { b.old.close() }()
	if err := b.build(ctx, items, b.add, 0); err != nil {
		return Info{}, errors.Join(err, b.discard())
	}
	g := &generation{Versions: b.versions, Shards: b.entries}
	if err := publish(dir, g); err != nil {
		return Info{}, err
	}
	return infoOf(g), nil
}

// builder is one run of Build or Update.
type builder struct {
	dir       string
	opt       BuildOptions
	versions  map[string]string
	documents map[rawID]bool // seen
	passages  map[rawID]bool // seen
	shard     *shardWriter   // open; nil between shards
	entries   []shardEntry
	old       *resumption
}

// newBuilder starts a run.
func newBuilder(dir string, opt BuildOptions) *builder {
	return &builder{dir: dir, opt: opt.withDefaults(), versions: versions(opt.Versions),
		documents: map[rawID]bool{}, passages: map[rawID]bool{}}
}

// build hands every item to add and writes what it put into shards. Base is the generation that
// an update begins with.
func (b *builder) build(
	ctx context.Context, items iter.Seq2[Item, error], add func(Item) error, base int,
) error {
	for _, name := range []string{shardsName, generationName} {
		if err := disk.MkdirAll(filepath.Join(b.dir, name)); err != nil {
			return err
		}
	}
	if err := b.resume(base); err != nil {
		return err
	}
	if err := cleanIndex(b.dir); err != nil {
		return err
	}
	for item, err := range items {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = add(item)
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(ctx.Err(), b.giveUp()); err != nil {
		return err
	}
	return b.endShard()
}

// add checks an item and appends it to the open shard.
func (b *builder) add(item Item) error {
	if err := b.check(item); err != nil {
		return err
	}
	return b.take(item)
}

// take puts a checked item behind those before.
func (b *builder) take(item Item) error {
	if item.Kept {
		return b.keep(item.Document.ID)
	}
	if err := b.giveUp(); err != nil {
		return err
	}
	return b.append(item)
}

// append puts a checked item into the open shard.
func (b *builder) append(item Item) error {
	if len(item.Passages) == 0 {
		return nil
	}
	if b.shard == nil {
		w, err := newShardWriter(filepath.Join(b.dir, shardsName, buildingName), b.versions)
		if err != nil {
			return err
		}
		b.shard = w
	}
	if err := b.shard.add(item); err != nil {
		return fmt.Errorf("index %s: %w", item.Document.URL, err)
	}
	b.opt.Progress(len(b.passages))
	if b.shard.size() < b.opt.ShardPassages {
		return nil
	}
	documents := b.shard.ids.documents
	if err := b.endShard(); err != nil {
		return err
	}
	return b.record(b.entries[len(b.entries)-1], documents)
}

// check refuses items that break the rules of their nouns, and those that came before.
func (b *builder) check(item Item) error {
	d := item.Document
	if d == nil {
		return corpus.Errorf(corpus.Invalid, "item", "has no document")
	}
	if item.Kept {
		return b.checkKept(d.ID)
	}
	if err := d.Validate(); err != nil {
		return fmt.Errorf("index %s: %w", d.URL, err)
	}
	id, _ := parseID(string(d.ID))
	if b.documents[id] {
		return corpus.Errorf(corpus.Invalid, d.URL, "the document came twice")
	}
	b.documents[id] = true
	for i, p := range item.Passages {
		if err := p.Validate(); err != nil {
			return fmt.Errorf("index %s: passage %d: %w", d.URL, i, err)
		}
		pid, _ := parseID(string(p.ID))
		if p.Document != d.ID || b.passages[pid] {
			return corpus.Errorf(corpus.Invalid, d.URL,
				"passage %s is of another document, or came twice", p.ID)
		}
		b.passages[pid] = true
	}
	return nil
}

// endShard writes the open shard and moves it to its place.
func (b *builder) endShard() error {
	if b.shard == nil {
		return nil
	}
	w := b.shard
	b.shard = nil
	e, err := w.finish()
	if err != nil {
		return err
	}
	b.entries = append(b.entries, e)
	return w.place(b.dir, e)
}

// discard removes what a build that failed has written; shards in place go with the next build.
func (b *builder) discard() error {
	return disk.Remove(filepath.Join(b.dir, shardsName, buildingName))
}

// publish gives a generation the next number, puts it in force and clears away what is not
// needed any more.
func publish(dir string, g *generation) error {
	olds, err := generationNumbers(dir)
	if err != nil {
		return err
	}
	g.Format, g.Number = formatVersion, 1
	if n := len(olds); n > 0 {
		g.Number = olds[n-1] + 1
	}
	if err := errors.Join(putInForce(dir, g), removeUnfinished(dir)); err != nil {
		return err
	}
	return cleanIndex(dir)
}

// putInForce fills in what follows from a generation's shards, writes its file and CURRENT.
func putInForce(dir string, g *generation) error {
	if err := sumUp(dir, g); err != nil {
		return err
	}
	data, err := encode(g)
	if err != nil {
		return err
	}
	if err := disk.Replace(generationPath(dir, g.Number), data); err != nil {
		return err
	}
	return writeCurrent(dir, g.Number, hashBytes(data))
}

// sumUp counts what is live in a generation, hashes its content and gives its corpus version.
func sumUp(dir string, g *generation) error {
	g.Content = contentHash(g.Shards)
	g.Documents, g.Passages = 0, 0
	var lists []*liveIDs
	for _, e := range g.Shards {
		col, err := openIDs(filepath.Join(dir, shardsName, e.Name, idsCol), e.Passages, e.Documents)
		if err != nil {
			return err
		}
		defer col.col.close()
		l := newLiveIDs(col, e.Dead)
		g.Documents += l.documents
		g.Passages += l.passages
		lists = append(lists, l)
	}
	g.Corpus = corpusVersion(lists, g.Versions)
	return nil
}

// contentHash sums up the shards of a generation, order and tombstones included.
func contentHash(shards []shardEntry) string {
	h := sha256.New()
	for _, e := range shards {
		fmt.Fprintln(h, e.Manifest, e.Dead)
	}
	return hex.EncodeToString(h.Sum(nil))
}
