package warc

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"ibid/corpus"
)

// gzipLevel is the default level: on saved pages level 9 takes three times as long and
// gives about 1 % less.
const gzipLevel = gzip.DefaultCompression

// Marshal gives the record as plain WARC bytes. It does not change r. The record id is made
// from everything else that is written, so equal records have equal bytes.
func Marshal(r *Record) ([]byte, error) {
	if err := writable(r); err != nil {
		return nil, err
	}
	tail := tailOf(r)
	id := r.ID
	if id == "" {
		id = contentID(r.Type, tail)
	}
	var out bytes.Buffer
	out.Grow(len(tail) + len(r.Block) + 128)
	out.WriteString("WARC/1.1\r\nWARC-Type: " + string(r.Type) + "\r\n")
	out.WriteString("WARC-Record-ID: <" + id + ">\r\n")
	out.Write(tail)
	out.WriteString("\r\n")
	out.Write(r.Block)
	out.WriteString("\r\n\r\n")
	return out.Bytes(), nil
}

// tailOf is the header behind the record id.
func tailOf(r *Record) []byte {
	payload := r.PayloadDigest
	if payload == "" && r.Type != Warcinfo {
		payload = Digest(payloadOf(r.Type, r.ContentType, r.Block))
	}
	var tail bytes.Buffer
	put := func(name, value string) {
		if value != "" {
			tail.WriteString(name + ": " + value + "\r\n")
		}
	}
	put("WARC-Date", r.Date.UTC().Format(time.RFC3339Nano))
	put("WARC-Target-URI", EscapeURI(r.TargetURI))
	for _, f := range r.Fields {
		tail.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	put("Content-Type", r.ContentType)
	put("WARC-Block-Digest", Digest(r.Block))
	put("WARC-Payload-Digest", payload)
	put("Content-Length", strconv.Itoa(len(r.Block)))
	return tail.Bytes()
}

// ContentID is the id that Marshal gives a record without one. A record that Ibid wrote and
// that has another id has a header that was changed.
func ContentID(r *Record) string { return contentID(r.Type, tailOf(r)) }

// MarshalGzip gives the record as one gzip member. Members may be put one behind the other.
func MarshalGzip(r *Record) ([]byte, error) { return new(Packer).Marshal(r) }

// Packer writes records as gzip members one after the other. It keeps the tables of the
// compressor, 1.2 MB that each record would otherwise need anew. The zero value is ready.
type Packer struct{ gz *gzip.Writer }

// Marshal gives the record as one gzip member, the same as MarshalGzip.
func (p *Packer) Marshal(r *Record) ([]byte, error) {
	plain, err := Marshal(r)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if p.gz == nil {
		if p.gz, err = gzip.NewWriterLevel(&out, gzipLevel); err != nil {
			return nil, corpus.Errorf(corpus.Internal, r.TargetURI, "gzip: %w", err)
		}
	}
	p.gz.Reset(&out)
	if _, err := p.gz.Write(plain); err != nil {
		return nil, corpus.Errorf(corpus.Internal, r.TargetURI, "gzip: %w", err)
	}
	if err := p.gz.Close(); err != nil {
		return nil, corpus.Errorf(corpus.Internal, r.TargetURI, "gzip: %w", err)
	}
	return out.Bytes(), nil
}

// contentID is a version 8 UUID (RFC 9562) from the hash of a record's other fields, which
// hold the digest of the block.
func contentID(t Type, header []byte) string {
	h := sha256.New()
	h.Write([]byte(t))
	h.Write([]byte{'\n'})
	h.Write(header)
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x80
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// writable checks what would make the header unreadable.
func writable(r *Record) error {
	switch {
	case !isToken(string(r.Type)):
		return corpus.Errorf(corpus.Invalid, "type", "%q is not a record type", r.Type)
	case r.Date.IsZero():
		return corpus.Errorf(corpus.Invalid, "date", "a record without a date")
	case r.TargetURI == "" && needsTarget(r.Type):
		return corpus.Errorf(corpus.Invalid, "target", "a %s record without a target URI", r.Type)
	}
	own := []Field{{"id", r.ID}, {"content type", r.ContentType}, {"digest", r.PayloadDigest}}
	for _, f := range own {
		if !isValue(f.Value) {
			return corpus.Errorf(corpus.Invalid, f.Name, "%q cannot stand in a header", f.Value)
		}
	}
	for _, f := range r.Fields {
		if !isToken(f.Name) || !isValue(f.Value) || reserved(f.Name) {
			return corpus.Errorf(corpus.Invalid, f.Name, "%q cannot stand in a header", f.Value)
		}
	}
	return nil
}

// reserved reports whether a field has a place of its own in Record.
func reserved(name string) bool {
	switch strings.ToLower(name) {
	case "warc-type", "warc-record-id", "warc-date", "warc-target-uri", "content-type",
		"warc-block-digest", "warc-payload-digest", "content-length":
		return true
	}
	return false
}

// needsTarget reports whether the standard demands a target URI for a type.
func needsTarget(t Type) bool {
	switch t {
	case Request, Response, Resource, Revisit, Conversion:
		return true
	}
	return false
}

// isValue reports whether s can be written on one header line and read back as it is.
func isValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' && s[i] != '\t' {
			return false
		}
	}
	return utf8.ValidString(s) && strings.TrimSpace(s) == s
}

// IsField reports whether a name and value can be written as a line of a header or of a block
// of warc-fields and read back as they are.
func IsField(name, value string) bool { return isToken(name) && isValue(value) }

// isToken reports whether s is a token of RFC 9110, the form of names and types.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// EscapeURI writes the bytes that may not stand in a URI as percent escapes. It leaves
// escapes alone, so it does not undo; who needs the exact name keeps it elsewhere.
func EscapeURI(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 {
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
