package indexer

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
)

// liveIDs walks the live passages of a shard in the order of their ids.
type liveIDs struct {
	col       *idColumn
	dead      *roaring.Bitmap // passages of withdrawn documents
	documents int             // live ones, with passages
	passages  int             // live ones
	at        int             // into col.order
}

// newLiveIDs starts at the least id. Tombstones of documents that are not there mean nothing.
func newLiveIDs(col *idColumn, dead []corpus.DocumentID) *liveIDs {
	l := &liveIDs{col: col, dead: deadPassages(col, dead)}
	for d := range len(col.first) - 1 {
		from, to := col.first[d], col.first[d+1]
		if from < to && !l.dead.Contains(from) {
			l.documents++
		}
	}
	l.passages = len(col.order) - int(l.dead.GetCardinality())
	l.skip()
	return l
}

// deadPassages gives the passages of withdrawn documents.
func deadPassages(col *idColumn, dead []corpus.DocumentID) *roaring.Bitmap {
	b := roaring.New()
	for _, d := range dead {
		id, _ := parseID(string(d))
		if k, ok := col.findDocument(id); ok {
			b.AddRange(uint64(col.first[k]), uint64(col.first[k+1]))
		}
	}
	return b
}

// livePassages gives the passages of a shard that are not withdrawn.
func livePassages(col *idColumn, e shardEntry) *roaring.Bitmap {
	b := roaring.New()
	b.AddRange(0, uint64(e.Passages))
	b.AndNot(deadPassages(col, e.Dead))
	return b
}

// skip passes over dead passages.
func (l *liveIDs) skip() {
	for l.at < len(l.col.order) && l.dead.Contains(l.col.order[l.at]) {
		l.at++
	}
}

// done reports whether all passages were walked.
func (l *liveIDs) done() bool { return l.at == len(l.col.order) }

// id is the id of the passage at hand.
func (l *liveIDs) id() []byte { return l.col.passage(l.col.order[l.at]) }

// digest is the digest of the passage at hand.
func (l *liveIDs) digest() []byte { return l.col.digests[int(l.col.order[l.at])*idSize:][:idSize] }

// corpusVersion is the sha256 over the live passages of all shards in the order of their ids,
// each with its digest, and the versions of the analysis. How passages are spread over
// shards does not enter it.
func corpusVersion(lists []*liveIDs, versions map[string]string) string {
	h := sha256.New()
	var names []string
	for name := range versions {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(h, "%q %q\n", name, versions[name])
	}
	for {
		var least *liveIDs
		for _, l := range lists {
			if !l.done() && (least == nil || bytes.Compare(l.id(), least.id()) < 0) {
				least = l
			}
		}
		if least == nil {
			return hex.EncodeToString(h.Sum(nil))
		}
		h.Write(least.id())
		h.Write(least.digest())
		least.at++
		least.skip()
	}
}
