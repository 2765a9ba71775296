// Package warc reads and writes WARC 1.1 records (ISO 28500:2017), strictly.
//
// It owns the form of a record: header, block, digests, one gzip member a record; and the
// HTTP message inside a response record, down to its body in the sense of Ibid: the bytes
// without transfer and content coding, before any charset is decoded. And WACZ packages around
// WARC files (wacz.go).
//
// It guarantees that a record it returns is whole: its header is well formed, its block has
// the stated length, its gzip member ends where the record does, and each digest that stands
// in the header holds. It guarantees that the same record is written as the same bytes.
// A record that fails is an error that names its offset and the reason (Damage); reading
// goes on at the next record that can be found.
//
// It refuses what other readers pass over: a file that ends in mid-record, bytes behind a
// record, a length or digest that lies, a second record in one gzip member.
//
//	r := warc.NewReader(f, size, warc.ReadOptions{Name: "a.warc.gz"})
//	for {
//		rec, err := r.Next()
//		if err == io.EOF { break }
//		if err != nil { report(err); continue } // the next record is tried
//		msg, err := warc.ParseResponse(rec.Block)
//		body, err := msg.Body(warc.Limits{})
//	}
package warc
