package indexer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/disk"
)

// shardWriter gathers the passages of one shard and writes its files.
type shardWriter struct {
	dir      string // the folder of the shard
	versions map[string]string
	words    *wordWriter
	facets   [numFacets]*facetWriter
	events   *eventWriter
	ids      *idWriter
	texts    *blockWriter
	passages *blockWriter
	records  *blockWriter // documents
	tokens   []fold.Token // scratch
	record   []byte       // scratch
}

// newShardWriter makes the folder of a shard.
func newShardWriter(dir string, versions map[string]string) (*shardWriter, error) {
	w := &shardWriter{dir: dir, versions: versions, words: newWordWriter(),
		events: newEventWriter(), ids: &idWriter{}}
	for i := range w.facets {
		w.facets[i] = newFacetWriter()
	}
	for _, b := range []**blockWriter{&w.texts, &w.passages, &w.records} {
		var err error
		if *b, err = newBlockWriter(); err != nil {
			return nil, err
		}
	}
	return w, disk.MkdirAll(dir)
}

// size is how many passages the shard holds so far.
func (w *shardWriter) size() int { return len(w.ids.passages) }

// add appends a document with its passages.
func (w *shardWriter) add(item Item) error {
	doc := *item.Document
	doc.Blocks = nil
	b, err := json.Marshal(&doc)
	if err != nil {
		return err
	}
	id, ok := parseID(string(doc.ID))
	if !ok {
		return corpus.Errorf(corpus.Invalid, doc.URL, "%q is not the id of a document", doc.ID)
	}
	w.records.add(b)
	w.ids.addDocument(id)
	for _, p := range item.Passages {
		if err := w.addPassage(&doc, p); err != nil {
			return err
		}
	}
	return nil
}

// addPassage appends a passage of the document added last.
func (w *shardWriter) addPassage(doc *corpus.Document, p *corpus.Passage) error {
	id, ok := parseID(string(p.ID))
	if !ok {
		return corpus.Errorf(corpus.Invalid, doc.URL, "%q is not the id of a passage", p.ID)
	}
	sum, err := digest(doc, p)
	if err != nil {
		return err
	}
	f := derive(doc, p)
	w.ids.addPassage(id, sum, f.sortDay())
	for i, vs := range f.values {
		w.facets[i].add(vs)
	}
	w.events.add(f)
	b, err := json.Marshal(bareOf(p))
	if err != nil {
		return err
	}
	w.passages.add(b)
	w.tokens = fold.Tokens(w.tokens[:0], p.Text)
	codes := w.words.add(p.Text, doc.Language, w.tokens)
	w.record = appendTextRecord(w.record[:0], p.Text, w.tokens, codes)
	w.texts.add(w.record)
	return nil
}

// bareOf is a passage without what ids.col and words.col have of it.
func bareOf(p *corpus.Passage) *corpus.Passage {
	bare := *p
	bare.ID, bare.Document, bare.Text = "", "", ""
	return &bare
}

// largeShard is the number of passages from which on memory is taken back between files.
const largeShard = 50_000

// finish writes the files and the manifest, syncs them and gives the shard's entry. What a file
// is made of is the largest thing of a build, so one is made after the other and the memory of
// each is taken back before the next.
func (w *shardWriter) finish() (shardEntry, error) {
	v := w.words.vocabulary()
	if err := writeSegment(w.path(textZap), w.words, v); err != nil {
		return shardEntry{}, err
	}
	ids := make([][]string, numFacets)
	final := make([][]uint32, numFacets)
	for i, f := range w.facets {
		ids[i], final[i] = f.order()
	}
	if err := w.writeFacets(ids, final); err != nil {
		return shardEntry{}, err
	}
	whole := func(f func() []section) func() ([]section, error) {
		return func() ([]section, error) { return f(), nil }
	}
	for _, f := range []struct {
		name     string
		sections func() ([]section, error)
	}{
		{pairsCol, func() ([]section, error) { return w.words.pairSections(v), nil }},
		{wordsCol, func() ([]section, error) { return w.words.sections(v, w.languages(final)) }},
		{eventsCol, func() ([]section, error) { return w.events.sections(w.numbers(final)) }},
		{idsCol, whole(w.ids.sections)}, {textsCol, whole(w.texts.sections)},
		{passagesCol, whole(w.passages.sections)}, {documentsCol, whole(w.records.sections)},
	} {
		if w.size() >= largeShard {
			runtime.GC()
		}
		s, err := f.sections()
		if err != nil {
			return shardEntry{}, err
		}
		if err := writeColumn(w.path(f.name), s); err != nil {
			return shardEntry{}, err
		}
	}
	return w.writeManifest()
}

// numbers gives the number in facets.col of a value that an event carries.
func (w *shardWriter) numbers(final [][]uint32) func(eventValue) uint32 {
	return func(v eventValue) uint32 { return final[v.facet][w.facets[v.facet].number[v.id]] }
}

// languages gives the number in facets.col of a language; false for none.
func (w *shardWriter) languages(final [][]uint32) func(string) (uint32, bool) {
	return func(name string) (uint32, bool) {
		k, ok := w.facets[language].number[name]
		if !ok {
			return 0, false
		}
		return final[language][k], true
	}
}

// path is a file of the shard.
func (w *shardWriter) path(name string) string { return filepath.Join(w.dir, name) }

// writeFacets writes facets.col.
func (w *shardWriter) writeFacets(ids [][]string, final [][]uint32) error {
	all := []section{{"documents", rawNumbers([]uint32{w.ids.filled()})}}
	for i, f := range w.facets {
		s, err := f.sections(i, ids[i], final[i], w.ids.document)
		if err != nil {
			return err
		}
		all = append(all, s...)
	}
	return writeColumn(w.path(facetsCol), all)
}

// writeManifest hashes the files and vouches for them.
func (w *shardWriter) writeManifest() (shardEntry, error) {
	m := manifest{Format: formatVersion, Versions: w.versions, Documents: len(w.ids.documents),
		Passages: w.size(), Words: w.words.total()}
	for _, name := range shardFiles() {
		sum, n, err := hashFile(w.path(name))
		if err != nil {
			return shardEntry{}, err
		}
		m.Files = append(m.Files, fileEntry{name, n, sum})
	}
	b, err := encode(m)
	if err != nil {
		return shardEntry{}, err
	}
	if err := disk.Replace(w.path(manifestName), b); err != nil {
		return shardEntry{}, err
	}
	sum := hashBytes(b)
	return shardEntry{Name: sum[:32], Manifest: sum, Documents: m.Documents, Passages: m.Passages},
		nil
}

// place moves a finished shard to its name. When a sound shard of that name is there already
// (the same input was built before) the new one is dropped; a damaged one is replaced.
func (w *shardWriter) place(dir string, e shardEntry) error {
	shards := filepath.Join(dir, shardsName)
	final := filepath.Join(shards, e.Name)
	switch _, err := disk.Stat(final); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case soundShard(dir, e):
		return disk.Remove(w.dir)
	default:
		aside := filepath.Join(shards, fmt.Sprintf("%s-%s", buildingName, e.Name))
		if err := errors.Join(disk.Remove(aside), disk.Rename(final, aside)); err != nil {
			return err
		}
	}
	if err := disk.Rename(w.dir, final); err != nil {
		return err
	}
	return disk.SyncDir(shards)
}

// soundShard reports whether a shard is, to the byte, what its entry says.
func soundShard(dir string, e shardEntry) bool {
	m, err := readManifest(dir, e)
	if err != nil {
		return false
	}
	sound := true
	checkFiles(filepath.Join(dir, shardsName, e.Name), m, true, func(error) { sound = false })
	return sound
}
