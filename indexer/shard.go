package indexer

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// shard is a shard as one generation sees it: passages and documents are numbered from 0 within
// it, and some are withdrawn. Several generations may hold the same files.
type shard struct {
	*openFiles
	live    *roaring.Bitmap       // passages that are not withdrawn
	keeping                       // of them
	renamed []renamed             // by facet and id
	global  [shownFacets][]uint32 // number of a facet's value here to its number in the index
	docBase int                   // number in the index of document 0
}

// openFiles are the open files of a shard. They are closed by the last who releases them.
type openFiles struct {
	dir       string
	n         int           // passages, dead ones included
	hashed    bool          // every byte was checked before it was used
	manifest  string        // sha256 of the manifest
	stats     []os.FileInfo // of the manifest and the files, when they were checked
	users     atomic.Int64  // generations that hold it
	text      *postings
	words     *wordColumn
	pairs     *pairColumn
	facetFile *column
	facets    [numFacets]*facetColumn
	events    *eventColumn
	ids       *idColumn
	texts     *blockStore
	passages  *blockStore
	documents *blockStore
	closers   []func()
}

// openShard opens the files of a shard whose manifest was checked, for one user.
func openShard(dir string, e shardEntry, hashed bool) (*openFiles, error) {
	s := &openFiles{dir: filepath.Join(dir, shardsName, e.Name), n: e.Passages, hashed: hashed,
		manifest: e.Manifest}
	s.users.Store(1)
	err := guard(s.dir, hashed, func() error { return s.open(e) })
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// newShard sees open files as a generation does.
func newShard(f *openFiles, e shardEntry) (*shard, error) {
	s := &shard{openFiles: f, renamed: e.Renamed}
	err := guard(f.dir, f.hashed, func() error { return s.keepCounts(deadPassages(f.ids, e.Dead)) })
	return s, err
}

// retain takes the files for one more user; false when the last one has gone.
func (s *openFiles) retain() bool {
	for {
		n := s.users.Load()
		if n == 0 {
			return false
		}
		if s.users.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// release gives the files back.
func (s *openFiles) release() {
	if s.users.Add(-1) == 0 {
		s.close()
	}
}

// open opens file after file and notes how to close each.
func (s *openFiles) open(e shardEntry) (err error) {
	if s.text, err = openPostings(s.path(textZap), e.Passages); err != nil {
		return err
	}
	s.closers = append(s.closers, s.text.close)
	if s.words, err = openWords(s.path(wordsCol), e.Passages); err != nil {
		return err
	}
	s.closers = append(s.closers, s.words.col.close)
	if s.pairs, err = openPairs(s.path(pairsCol)); err != nil {
		return err
	}
	s.closers = append(s.closers, s.pairs.col.close)
	if s.facetFile, err = openColumn(s.path(facetsCol)); err != nil {
		return err
	}
	s.closers = append(s.closers, s.facetFile.close)
	for i := range s.facets {
		if s.facets[i], err = loadFacet(s.facetFile, i, e.Passages); err != nil {
			return err
		}
	}
	if s.events, err = openEvents(s.path(eventsCol), e.Passages); err != nil {
		return err
	}
	s.closers = append(s.closers, s.events.col.close)
	if s.ids, err = openIDs(s.path(idsCol), e.Passages, e.Documents); err != nil {
		return err
	}
	s.closers = append(s.closers, s.ids.col.close)
	return s.openStores(e)
}

// openStores opens the compressed stores.
func (s *openFiles) openStores(e shardEntry) error {
	for _, f := range []struct {
		name string
		n    int
		to   **blockStore
	}{{textsCol, e.Passages, &s.texts}, {passagesCol, e.Passages, &s.passages},
		{documentsCol, e.Documents, &s.documents}} {
		b, err := openBlocks(s.path(f.name), f.n)
		if err != nil {
			return err
		}
		*f.to = b
		s.closers = append(s.closers, b.close)
	}
	return nil
}

// whole reports whether no passage was withdrawn.
func (s *shard) whole() bool { return s.liveCount == s.n }

// path is a file of the shard.
func (s *openFiles) path(name string) string { return filepath.Join(s.dir, name) }

// close ends every file that was opened.
func (s *openFiles) close() {
	for _, f := range s.closers {
		f()
	}
	s.closers = nil
}

// records reads passages, their texts and their documents out of a shard. It belongs to one
// goroutine and keeps the last document, since the hits of one often follow each other.
type records struct {
	s                          *shard
	texts, passages, documents *blockReader
	docAt                      int // number of doc; -1 for none
	doc                        *corpus.Document
	buf                        []byte       // of a text
	words                      []fold.Token // of a text
}

// records starts reading.
func (s *shard) records() *records {
	return &records{s: s, texts: s.texts.reader(), passages: s.passages.reader(),
		documents: s.documents.reader(), docAt: -1}
}

// passage gives a passage, whole.
func (r *records) passage(i uint32) (*corpus.Passage, error) {
	p, err := r.bare(i)
	if err != nil {
		return nil, err
	}
	p.Text, err = r.text(i)
	return p, err
}

// bare gives a passage without its text.
func (r *records) bare(i uint32) (*corpus.Passage, error) {
	b, err := r.passages.record(int(i))
	if err != nil {
		return nil, err
	}
	p := &corpus.Passage{}
	if err := json.Unmarshal(b, p); err != nil {
		return nil, damaged(r.s.path(passagesCol), "passage %d: %w", i, err)
	}
	ids := r.s.ids
	p.ID = corpus.PassageID(hex.EncodeToString(ids.passage(i)))
	p.Document = ids.documentID(ids.documentList[i])
	return p, nil
}

// document gives the document of a passage.
func (r *records) document(i uint32) (*corpus.Document, error) {
	return r.documentAt(int(r.s.ids.documentList[i]))
}

// documentAt gives a document by its number.
func (r *records) documentAt(k int) (*corpus.Document, error) {
	if r.docAt == k {
		return r.doc, nil
	}
	b, err := r.documents.record(k)
	if err != nil {
		return nil, err
	}
	d := &corpus.Document{}
	if err := json.Unmarshal(b, d); err != nil {
		return nil, damaged(r.s.path(documentsCol), "document %d: %w", k, err)
	}
	r.docAt, r.doc = k, d
	return d, nil
}
