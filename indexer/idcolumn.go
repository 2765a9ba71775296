package indexer

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sort"

	"ibid/corpus"
)

// ids.col holds who the passages and documents of a shard are:
//
//	passages  16 bytes × n: the passage ids, as bytes
//	digests   16 bytes × n: of what each passage counts in (see digest)
//	order     uint32 × n: the passages in byte order of their ids
//	bydate    uint32 × n: the passages by the day they are sorted by, the last day first and
//	          those without one behind all; of one day in byte order of their ids
//	documents 16 bytes × d: the document ids
//	docorder  uint32 × d: the documents in byte order of their ids
//	first     uint32 × (d+1): the first passage of each document, and the end
//	document  uint32 × n: the document of each passage

// idSize is the number of bytes of an id: 32 hexadecimal digits.
const idSize = 16

// rawID is an id as bytes.
type rawID [idSize]byte

// parseID reads an id of a passage or document.
func parseID(s string) (id rawID, ok bool) {
	if len(s) != 2*idSize {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil && hex.EncodeToString(id[:]) == s
}

// String gives the hexadecimal digits.
func (id rawID) String() string { return hex.EncodeToString(id[:]) }

// digest sums up everything of a passage beyond its text that a search selects or counts by:
// tags, section, kind, and the document's facts. It enters the version of the corpus.
func digest(d *corpus.Document, p *corpus.Passage) (rawID, error) {
	b, err := json.Marshal(struct {
		Tags                                   *corpus.Tags
		Section                                []string
		Kind                                   corpus.BlockKind
		Source, Publisher, Published, Language string
	}{&p.Tags, p.Section, p.Kind, d.Source, d.Publisher, d.Published, d.Language})
	sum := sha256.Sum256(b)
	return rawID(sum[:idSize]), err
}

// idWriter gathers the column.
type idWriter struct {
	passages, digests, documents []rawID
	first, document              []uint32
	days                         []corpus.Day
}

// addDocument begins a document.
func (w *idWriter) addDocument(id rawID) {
	w.first = append(w.first, uint32(len(w.passages)))
	w.documents = append(w.documents, id)
}

// addPassage appends a passage of the document begun last, with the day it is sorted by.
func (w *idWriter) addPassage(id, digest rawID, day corpus.Day) {
	w.days = append(w.days, day)
	w.passages, w.digests = append(w.passages, id), append(w.digests, digest)
	w.document = append(w.document, uint32(len(w.documents)-1))
}

// filled counts the documents that have a passage.
func (w *idWriter) filled() (n uint32) {
	for i, d := range w.document {
		if i == 0 || d != w.document[i-1] {
			n++
		}
	}
	return n
}

// sections closes the column.
func (w *idWriter) sections() []section {
	first := append(w.first, uint32(len(w.passages)))
	order := orderIDs(w.passages)
	byDate := slices.Clone(order)
	slices.SortStableFunc(byDate, func(a, b uint32) int { return cmp.Compare(w.days[b], w.days[a]) })
	return []section{
		{"passages", rawIDs(w.passages)}, {"digests", rawIDs(w.digests)},
		{"order", rawNumbers(order)}, {"bydate", rawNumbers(byDate)}, {"documents", rawIDs(w.documents)},
		{"docorder", rawNumbers(orderIDs(w.documents))}, {"first", rawNumbers(first)},
		{"document", rawNumbers(w.document)},
	}
}

// rawIDs lays ids end to end.
func rawIDs(ids []rawID) []byte {
	b := make([]byte, 0, len(ids)*idSize)
	for _, id := range ids {
		b = append(b, id[:]...)
	}
	return b
}

// orderIDs gives the numbers of ids in byte order.
func orderIDs(ids []rawID) []uint32 {
	order := make([]uint32, len(ids))
	for i := range order {
		order[i] = uint32(i)
	}
	sort.Slice(order, func(i, j int) bool {
		return bytes.Compare(ids[order[i]][:], ids[order[j]][:]) < 0
	})
	return order
}

// idColumn is the open column.
type idColumn struct {
	col                 *column
	passages, digests   []byte
	documents           []byte
	order, docOrder     []uint32
	byDate              []uint32
	first, documentList []uint32
}

// openIDs opens the column of n passages in d documents.
func openIDs(path string, n, d int) (*idColumn, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	c := &idColumn{col: col}
	if err := c.load(n, d); err != nil {
		col.close()
		return nil, err
	}
	return c, nil
}

// load finds the sections.
func (c *idColumn) load(n, d int) (err error) {
	for _, s := range []struct {
		name string
		want int
		to   *[]byte
	}{{"passages", n, &c.passages}, {"digests", n, &c.digests}, {"documents", d, &c.documents}} {
		if *s.to, err = c.col.bytes(s.name); err != nil {
			return err
		}
		if len(*s.to) != s.want*idSize {
			return damaged(c.col.path, "section %q does not hold %d ids", s.name, s.want)
		}
	}
	for _, s := range []struct {
		name string
		want int
		to   *[]uint32
	}{{"order", n, &c.order}, {"bydate", n, &c.byDate}, {"docorder", d, &c.docOrder},
		{"first", d + 1, &c.first}, {"document", n, &c.documentList}} {
		if *s.to, err = numbers[uint32](c.col, s.name, s.want); err != nil {
			return err
		}
	}
	return nil
}

// passage gives the id of passage i as bytes, seen in place.
func (c *idColumn) passage(i uint32) []byte { return c.passages[int(i)*idSize:][:idSize] }

// documentID gives the id of document k.
func (c *idColumn) documentID(k uint32) corpus.DocumentID {
	return corpus.DocumentID(hex.EncodeToString(c.documents[int(k)*idSize:][:idSize]))
}

// find gives the number of a passage.
func (c *idColumn) find(id rawID) (uint32, bool) { return findID(c.passages, c.order, id) }

// findDocument gives the number of a document.
func (c *idColumn) findDocument(id rawID) (uint32, bool) {
	return findID(c.documents, c.docOrder, id)
}

// findID looks an id up in a list by its order.
func findID(ids []byte, order []uint32, id rawID) (uint32, bool) {
	at := func(k int) []byte { return ids[int(order[k])*idSize:][:idSize] }
	k := sort.Search(len(order), func(k int) bool { return bytes.Compare(at(k), id[:]) >= 0 })
	if k == len(order) || !bytes.Equal(at(k), id[:]) {
		return 0, false
	}
	return order[k], true
}
