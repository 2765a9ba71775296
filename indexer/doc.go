// Package indexer keeps the index of a corpus: it builds shards from tagged passages, opens
// them after they were verified, and answers requests exactly.
//
// An index changes by generations: Build makes one of everything, Update of what differs,
// Compact merges small shards; Live lets readers stay on one generation while others follow.
//
// It owns the files under index/ (described at the top of the files that read them:
// manifest.go, column.go, segment.go and the columns), the meaning of a request on one
// generation, the counts of facets, the order of hits, and the wordings that occur where a phrase
// does not.
//
// It guarantees that a phrase is verified on the text before it counts anywhere; that totals,
// facets and pages are cut from one set of hits; that equal items give equal files, a content
// hash and a corpus version that repeat; that how passages are spread over shards changes
// nothing in an answer, nor does the way by which they came there; and that a build, an update or
// a compaction killed at any moment leaves the old generation answering. It refuses an index in
// doubt: an error of kind Corrupt names the file and the remedy, before a query can meet the
// damage or, where hashing was put off, when it does.
//
// The postings are segments of bleve, written here in its format and read by its zapx package.
// There is no bleve.Open and no root.bolt: bleve's offline builder numbers documents by the order
// of a map, so that equal input gives different files; a truncated bolt file kills the process by
// SIGBUS; and opening costs more than reading our manifest. A segment holds words and their
// passages only; everything else stands in columns.
//
//	info, err := indexer.Build(ctx, dir, items, indexer.BuildOptions{})
//	x, err := indexer.Open(dir, indexer.OpenOptions{})
//	defer x.Close()
//	res, err := x.Search(ctx, query.Request{Text: `"was not killed"`})
package indexer
