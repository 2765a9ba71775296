// Package archive keeps the snapshots of a corpus: the bytes that were received, when and
// from where. It is the one part of a corpus that cannot be made again.
//
// It owns the folder archive/ of a corpus:
//
//	NNNNNN.warc.gz  segments: WARC 1.1, one gzip member a record, only ever appended to
//	journal         one line for each record that is safe, with a checksum (see journal.go)
//	index.cdxj      the captures by URL, as pywb and its kin read them; made from the journal
//	purge, *.new    a purge on its way (see purge.go)
//	torn/           what an interrupted write left behind, moved aside by the next writer
//	lock            held by the writer, with its process id
//
// It guarantees that what Put has returned is on disk: the record is written and synced,
// then its journal line, then Put returns. A process that dies at any moment leaves an
// archive that opens, without losing what was acknowledged. It guarantees that Body returns
// the bytes of its snapshot or an error, because the hash is checked on each read. Bytes
// that came for another URL before are stored once; the later capture is a revisit record.
//
// Nothing is changed once it is written, but by a purge (purge.go): it takes records of captures
// that were withdrawn (withdraw.go) out of all files and leaves a line that says so.
//
// It refuses a second writer, a record whose parts contradict each other, and an archive
// whose journal speaks of bytes that are not there. Verify says what is wrong where.
//
//	s, err := archive.Open("corpus", archive.Options{})
//	c, isNew, err := s.Put(ctx, archive.Record{URL: "file:a.html", At: at, Body: b})
//	body, err := s.Body(c.Snapshot)
//	err = s.Close()
package archive
