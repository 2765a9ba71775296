// Package evidence packs passages with all that proves them into one file, and holds such a file
// against itself.
//
// It owns the form of a bundle: a ZIP that is a WACZ as well, so that tools which replay web
// archives open it. Its members, in order of name:
//
//	SHA256SUMS               the sha256 of the members, as sha256sum -c reads it
//	archive/records.warc.gz  the records of the captures, byte for byte as the archive has them
//	bodies/SHA256            the bytes that the offsets of runs count in, named by their sha256
//	datapackage.json         all members in the terms of WACZ; datapackage-digest.json vouches for it
//	evidence/bundle.json     format of the bundle, versions, and the passages in it
//	evidence/citations.csl.json, citations.txt
//	                         the works that the passages rest on, as CSL-JSON and a paragraph each
//	evidence/index.html      all of it for a reader, with how to follow it by hand; no script
//	indexes/index.cdxj       where in the WARC each capture begins
//	pages/pages.jsonl        the pages in the terms of WACZ
//	passages/ID.json         a passage with its runs, tags and notes, and the document around it
//	passages/ID.txt          its text
//
// It guarantees that equal passages and records give equal bytes: there is no clock in it, the
// members are stored in order of name, uncompressed, under one fixed time. Only passages and
// records are evidence; everything else is made from them. So Check makes a bundle again from
// the passages and records in it and compares: a bundle is sound when it is, to the byte, the one
// that Write gives. It names the byte where one byte was changed.
//
// It refuses a passage whose capture is not among the records, and a bundle of a gigabyte.
//
//	data, err := evidence.Write(evidence.Bundle{Passages: cited, Records: members})
//	report, err := evidence.Check(data, evidence.Options{Prove: prove})
package evidence
