package indexer

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"path/filepath"
	"slices"

	"ibid/corpus"
)

// An update leaves the shards there are as they are. New documents and new versions of old ones
// go into new shards; the old version, or a document that is withdrawn, gets a tombstone: its id
// in the generation's list of the dead of its shard. A shard whose documents are all dead is
// left out of the generation. So an update costs what it adds, and the tables that hold every
// passage: ids are read to find repeats and to sum up the corpus version.

// Update makes a new generation from the one in force: items replace the documents with their
// ids or are added, gone is withdrawn, and all else stays. An item without passages withdraws
// its document. An item that is in the index to the byte is left where it is; when nothing
// changes at all there is no new generation. Where no index was ever built, it begins with an
// empty one.
//
// The corpus version is that of a Build of all documents that are left. What Build refuses is
// refused here too, repeats of passages in documents that stay among it; so are versions other
// than those of the generation in force, and a document both in items and in gone. Locking and
// what a crash leaves are as with Build.
func Update(
	ctx context.Context, dir string, items iter.Seq2[Item, error], gone []corpus.DocumentID,
	opt BuildOptions,
) (Info, error) {
	unlock, err := lockIndex(ctx, dir, lockTries)
	if err != nil {
		return Info{}, err
	}
	defer unlock()
	u := &update{builder: newBuilder(dir, opt)}
	if err := u.start(dir); err != nil {
		return Info{}, err
	}
	defer u.base.Close()
	defer func() { u.old.close() }()
	g, err := u.run(ctx, items, gone)
	if err != nil {
		return Info{}, errors.Join(err, u.discard())
	}
	if g == u.g {
		return infoOf(g), nil
	}
	if err := publish(dir, g); err != nil {
		return Info{}, err
	}
	return infoOf(g), nil
}

// update is one run of Update.
type update struct {
	*builder
	g       *generation // in force; without a number where there is none
	base    *Index      // the same, open
	records []*records  // of each shard of base
	dead    []map[corpus.DocumentID]bool
}

// start opens the generation in force. The tables of ids, which enter the new generation's
// version, are hashed first.
func (u *update) start(dir string) (err error) {
	u.g, err = readGeneration(dir)
	if corpus.KindOf(err) == corpus.NotFound && err != nil {
		u.g, err = &generation{Versions: u.versions}, nil
	}
	if err != nil {
		return err
	}
	if !maps.Equal(u.g.Versions, u.versions) {
		return corpus.Errorf(corpus.Invalid, dir, "the index was made by other versions: %v, not %v",
			u.g.Versions, u.versions).WithRemedy("build it anew")
	}
	for _, e := range u.g.Shards {
		if err := checkFile(dir, e, idsCol); err != nil {
			return err
		}
	}
	if u.base, err = openGeneration(dir, u.g, VerifyManifest, nil); err != nil {
		return err
	}
	for _, s := range u.base.shards {
		u.records = append(u.records, s.records())
		u.dead = append(u.dead, map[corpus.DocumentID]bool{})
	}
	return nil
}

// checkFile holds one file of a shard against its hash.
func checkFile(dir string, e shardEntry, name string) error {
	m, err := readManifest(dir, e)
	if err != nil {
		return err
	}
	one := *m
	one.Files = slices.DeleteFunc(slices.Clone(m.Files), func(f fileEntry) bool { return f.Name != name })
	var first error
	checkFiles(filepath.Join(dir, shardsName, e.Name), &one, true, func(err error) {
		first = firstOf(first, err)
	})
	return first
}

// run takes the change in and gives the new generation, or the old one when nothing changed.
func (u *update) run(
	ctx context.Context, items iter.Seq2[Item, error], gone []corpus.DocumentID,
) (*generation, error) {
	if err := u.build(ctx, items, u.add, u.g.Number); err != nil {
		return nil, err
	}
	for _, d := range gone {
		id, ok := parseID(string(d))
		if !ok {
			return nil, d.Validate()
		}
		if u.documents[id] {
			return nil, corpus.Errorf(corpus.Invalid, "document "+string(d), "is both added and withdrawn")
		}
		u.bury(id)
	}
	if err := u.checkRepeats(); err != nil {
		return nil, err
	}
	buried := slices.ContainsFunc(u.dead, func(m map[corpus.DocumentID]bool) bool { return len(m) > 0 })
	if u.g.Number > 0 && len(u.entries) == 0 && !buried {
		return u.g, nil
	}
	left, err := u.left()
	return &generation{Versions: u.g.Versions, Shards: append(left, u.entries...)}, err
}

// add takes an item in, unless it stands in the index as it is.
func (u *update) add(item Item) error {
	if err := u.check(item); err != nil {
		return err
	}
	id, _ := parseID(string(item.Document.ID))
	if item.Kept { // it was not in the index as it is when it was finished
		u.bury(id)
		return u.take(item)
	}
	same, err := u.stands(id, item)
	if err != nil {
		return err
	}
	if same {
		for _, p := range item.Passages { // found by checkRepeats where they stand
			pid, _ := parseID(string(p.ID))
			delete(u.passages, pid)
		}
		return nil
	}
	u.bury(id)
	return u.take(item)
}

// alive finds a live document: its shard and its number there.
func (u *update) alive(id rawID) (shard int, document uint32, ok bool) {
	for i, s := range u.base.shards {
		if k, ok := s.ids.findDocument(id); ok && s.live.Contains(s.ids.first[k]) {
			return i, k, true
		}
	}
	return 0, 0, false
}

// bury gives a live document its tombstone.
func (u *update) bury(id rawID) {
	if i, _, ok := u.alive(id); ok {
		u.dead[i][corpus.DocumentID(id.String())] = true
	}
}

// stands reports whether an item is in the index to the byte.
func (u *update) stands(id rawID, item Item) (same bool, err error) {
	i, k, ok := u.alive(id)
	if !ok {
		return false, nil
	}
	s, r := u.base.shards[i], u.records[i]
	err = guard(s.dir, s.hashed, func() (err error) {
		same, err = r.holds(int(k), item)
		return err
	})
	return same, err
}

// holds compares document k, as it is stored, with an item.
func (r *records) holds(k int, item Item) (bool, error) {
	from, to := r.s.ids.first[k], r.s.ids.first[k+1]
	if int(to-from) != len(item.Passages) {
		return false, nil
	}
	doc := *item.Document
	doc.Blocks = nil
	if same, err := isRecord(r.documents, k, &doc); err != nil || !same {
		return false, err
	}
	for i, p := range item.Passages {
		at := int(from) + i
		text, err := r.text(uint32(at))
		if err != nil || text != p.Text {
			return false, err
		}
		if string(p.ID) != hex.EncodeToString(r.s.ids.passage(uint32(at))) || p.Document != item.Document.ID {
			return false, nil
		}
		if same, err := isRecord(r.passages, at, bareOf(p)); err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

// isRecord reports whether a record is the JSON of a value.
func isRecord(r *blockReader, i int, v any) (bool, error) {
	want, err := json.Marshal(v)
	if err != nil {
		return false, err
	}
	got, err := r.record(i)
	return bytes.Equal(got, want), err
}

// checkRepeats refuses passages that were added and stand in a document that stays.
func (u *update) checkRepeats() error {
	for id := range u.passages {
		for i, s := range u.base.shards {
			p, ok := s.ids.find(id)
			if !ok || !s.live.Contains(p) {
				continue
			}
			if d := s.ids.documentID(s.ids.documentList[p]); !u.dead[i][d] {
				return corpus.Errorf(corpus.Invalid, "passage "+id.String(),
					"is added, and stands in document %s", d)
			}
		}
	}
	return nil
}

// left gives the shards of the generation in force that have live passages yet, with their
// tombstones in order.
func (u *update) left() ([]shardEntry, error) {
	var out []shardEntry
	for i, e := range u.g.Shards {
		live, err := e.withdraw(u.base.shards[i], slices.Collect(maps.Keys(u.dead[i])))
		if err != nil {
			return nil, err
		}
		if live {
			out = append(out, e)
		}
	}
	return out, nil
}

// withdraw gives more documents of a shard their tombstones; s is the shard without them. It
// reports whether anything of it is live yet.
func (e *shardEntry) withdraw(s *shard, ids []corpus.DocumentID) (live bool, err error) {
	if len(ids) == 0 {
		return !s.live.IsEmpty(), nil
	}
	e.Dead = slices.Concat(e.Dead, ids)
	slices.Sort(e.Dead)
	left := livePassages(s.ids, *e)
	err = guard(s.dir, s.hashed, func() (err error) {
		e.Renamed, err = s.renamedIn(left)
		return err
	})
	return !left.IsEmpty(), err
}
