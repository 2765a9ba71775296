package warc

import (
	"strings"
	"time"
)

// Type says what a record holds. Readers meet other types than those below and pass them
// on: the standard asks to ignore them, not to fail.
type Type string

// The types of WARC 1.1 that Ibid writes or understands.
const (
	Warcinfo   Type = "warcinfo"   // about the file it opens
	Request    Type = "request"    // an HTTP request as sent
	Response   Type = "response"   // an HTTP response as received
	Resource   Type = "resource"   // bytes without a protocol around them, such as a file
	Revisit    Type = "revisit"    // a capture whose payload stands in an earlier record
	Metadata   Type = "metadata"   // about another record
	Conversion Type = "conversion" // another form of a record's content
)

// Media types of blocks.
const (
	HTTPRequest  = "application/http; msgtype=request"  // block of a request record
	HTTPResponse = "application/http; msgtype=response" // block of a response record
	WarcFields   = "application/warc-fields"            // block of a warcinfo or metadata record
)

// IdenticalPayload is the WARC-Profile of a revisit record whose payload has the same digest
// as the record it refers to.
const IdenticalPayload = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"

// Field is one named field of a record header or of an HTTP header, in UTF-8.
type Field struct {
	Name  string
	Value string
}

// Record is one WARC record with its whole block.
//
// On writing, ID and both digests are made from the content and need not be given; Version,
// Offset, Length, Verified and Salvaged are set by reading alone.
type Record struct {
	Type          Type
	ID            string    // a URI, without angle brackets
	Date          time.Time // UTC
	TargetURI     string    // as it stands in the header; empty for a warcinfo record
	ContentType   string
	Fields        []Field // the other fields, in the order of the header
	Block         []byte
	BlockDigest   string // "algorithm:value"
	PayloadDigest string // of a revisit record: the digest of the payload it refers to

	Version  string // 1.0 or 1.1
	Offset   int64  // of the record's first byte in the file
	Length   int64  // bytes it takes in the file, its gzip member included
	Verified bool   // a digest stood in the header, and all that did hold
	// Salvaged marks a record that was found by searching behind a damage of unknown extent
	// and is not proven to stand by itself. It is whole, but whoever wrote the damaged
	// record's content may have planted it there. In a gzipped file with one damage none is
	// marked: records that follow each other to the end of the file are proven.
	Salvaged bool
}

// Field returns the value of a named field in Fields, or "". Names have no case.
func (r *Record) Field(name string) string { return find(r.Fields, name) }

// find returns the first value of a name among fields.
func find(fields []Field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}
