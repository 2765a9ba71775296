package indexer

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"

	"ibid/corpus"
	"ibid/internal/disk"
)

// A build that was interrupted is taken up by the next one. After each shard that was closed for
// its size the build writes UNFINISHED.json, which names the shards so far; it goes when a
// generation is put in force. The next build, of equal versions, size of shards and generation
// to start from, opens these shards and tells its caller which documents they hold; for each of
// them that is still to be indexed as it is, the caller yields an Item that is Kept in its place.
//
// A finished shard is taken as it is when its documents are kept one after the other, at the
// place where a shard begins. Where another document comes in between, what was passed over is
// read back and added as if it had come anew. So the outcome is, to the byte, that of a build
// that was never interrupted.

// unfinishedName is the file that names the shards of a build that goes on.
const unfinishedName = "UNFINISHED.json"

// unfinished is UNFINISHED.json.
type unfinished struct {
	Format        int               `json:"format"`
	Versions      map[string]string `json:"versions"`
	ShardPassages int               `json:"shard_passages"`
	Base          int               `json:"base"` // generation that an update began with; 0 for a build
	Shards        []shardEntry      `json:"shards"`
}

// readUnfinished reads UNFINISHED.json; one that cannot be read is as none.
func readUnfinished(dir string) *unfinished {
	u := &unfinished{}
	b, err := disk.ReadFile(filepath.Join(dir, unfinishedName))
	if err != nil || json.Unmarshal(b, u) != nil || u.Format != formatVersion {
		return &unfinished{}
	}
	return u
}

// removeUnfinished forgets an interrupted build.
func removeUnfinished(dir string) error {
	return disk.Remove(filepath.Join(dir, unfinishedName))
}

// resumption is what a build has of the interrupted one before it.
type resumption struct {
	finished *Index     // its sound shards; nil without any
	records  []*records // of each
	taken    *shard     // the one whose documents are being kept, in order; nil for none
	at       int        // the number of taken among the shards of finished
	next     int        // how many documents of taken were kept
	entries  []shardEntry
	journal  *unfinished // as it is on disk, or would be
}

// resume looks for shards of an interrupted build and tells the caller of their documents.
func (b *builder) resume(base int) error {
	b.old = &resumption{journal: &unfinished{Format: formatVersion, Versions: b.versions,
		ShardPassages: b.opt.ShardPassages, Base: base}}
	u := readUnfinished(b.dir)
	if b.opt.Resume == nil || u.ShardPassages != b.opt.ShardPassages || u.Base != base ||
		!maps.Equal(u.Versions, b.versions) {
		return removeUnfinished(b.dir)
	}
	u.Shards = slices.DeleteFunc(u.Shards, func(e shardEntry) bool { return !soundShard(b.dir, e) })
	g := &generation{Format: formatVersion, Versions: u.Versions, Shards: u.Shards}
	x, err := openGeneration(b.dir, g, VerifyManifest, nil)
	if err != nil {
		return removeUnfinished(b.dir) // as if it had never been
	}
	b.old.journal, b.old.finished, b.old.entries = u, x, slices.Clone(u.Shards)
	for _, s := range x.shards {
		b.old.records = append(b.old.records, s.records())
	}
	b.opt.Resume(x)
	return nil
}

// close ends the shards of the interrupted build.
func (r *resumption) close() {
	if r != nil && r.finished != nil {
		r.finished.Close()
	}
}

// record notes a shard of these documents that was closed for its size. Finished shards that hold
// one of them are forgotten, so that no document is finished twice.
func (b *builder) record(e shardEntry, documents []rawID) error {
	if b.opt.Resume == nil {
		return nil
	}
	j, r := b.old.journal, b.old
	for i, old := range r.entries {
		ids := r.finished.shards[i].ids
		holds := func(id rawID) bool { _, ok := ids.findDocument(id); return ok }
		if slices.ContainsFunc(documents, holds) {
			j.Shards = slices.DeleteFunc(j.Shards, func(o shardEntry) bool { return o.Name == old.Name })
		}
	}
	j.Shards = append(j.Shards, e)
	data, err := encode(j)
	if err != nil {
		return err
	}
	return disk.Replace(filepath.Join(b.dir, unfinishedName), data)
}

// locate finds a document among the finished shards.
func (r *resumption) locate(id corpus.DocumentID) (shard, k int, ok bool) {
	raw, ok := parseID(string(id))
	if !ok || r.finished == nil {
		return 0, 0, false
	}
	for i, s := range r.finished.shards {
		if k, ok := s.ids.findDocument(raw); ok {
			return i, int(k), true
		}
	}
	return 0, 0, false
}

// keep takes a document from the finished shards.
func (b *builder) keep(id corpus.DocumentID) error {
	r := b.old
	shard, k, ok := r.locate(id)
	if !ok {
		return corpus.Errorf(corpus.Invalid, "document "+string(id), "is kept and was not finished")
	}
	if r.taken != nil && (shard != r.at || k != r.next) {
		if err := b.giveUp(); err != nil {
			return err
		}
	}
	if r.taken == nil && (b.shard != nil || k != 0) {
		return b.addAgain(shard, k)
	}
	r.taken, r.at, r.next = r.finished.shards[shard], shard, k+1
	if r.next == len(r.taken.ids.first)-1 {
		b.entries = append(b.entries, r.entries[shard])
		r.taken = nil
	}
	b.opt.Progress(len(b.passages))
	return nil
}

// giveUp adds the documents kept of a shard that is not taken after all.
func (b *builder) giveUp() error {
	r := b.old
	if r == nil || r.taken == nil {
		return nil
	}
	r.taken = nil
	for k := range r.next {
		if err := b.addAgain(r.at, k); err != nil {
			return err
		}
	}
	return nil
}

// addAgain reads a finished document back and adds it.
func (b *builder) addAgain(shard, k int) error {
	s, r := b.old.finished.shards[shard], b.old.records[shard]
	var item Item
	err := guard(s.dir, s.hashed, func() (err error) {
		item.Document, item.Passages, err = r.whole(k)
		return err
	})
	if err != nil {
		return err
	}
	return b.append(item)
}

// checkKept holds a kept document against those that came before.
func (b *builder) checkKept(id corpus.DocumentID) error {
	raw, _ := parseID(string(id))
	if b.documents[raw] {
		return corpus.Errorf(corpus.Invalid, "document "+string(id), "came twice")
	}
	b.documents[raw] = true
	i, k, ok := b.old.locate(id)
	if !ok {
		return nil // keep refuses it
	}
	ids := b.old.finished.shards[i].ids
	for p := ids.first[k]; p < ids.first[k+1]; p++ {
		pid := rawID(ids.passage(p))
		if b.passages[pid] {
			return corpus.Errorf(corpus.Invalid, "document "+string(id), "passage %s came twice", pid)
		}
		b.passages[pid] = true
	}
	return nil
}
