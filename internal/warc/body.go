package warc

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// Limits bound the decoding of a body. The zero value works.
type Limits struct {
	MaxBody  int64 // decoded bytes; 0 means 10 MiB
	MaxRatio int64 // decoded to encoded bytes; 0 means 100. Bodies under 64 KiB are exempt.
}

func (l Limits) withDefaults() Limits {
	if l.MaxBody <= 0 {
		l.MaxBody = 10 << 20
	}
	if l.MaxRatio <= 0 {
		l.MaxRatio = 100
	}
	return l
}

// ratioFrom is the decoded size from which the ratio counts: a short page of repeats may
// well shrink a hundredfold and does no harm.
const ratioFrom = 64 << 10

// maxCodings bounds how many content codings may be laid one over the other.
const maxCodings = 3

// Body returns the bytes that Ibid calls a body: the payload without transfer coding and
// content coding, before any charset is decoded. A coding other than gzip, deflate, br,
// zstd and identity, a message that ends early, and a body beyond the limits are errors.
func (m *Message) Body(limits Limits) ([]byte, error) {
	limits = limits.withDefaults()
	body, err := m.unchunked(limits)
	if err != nil {
		return nil, err
	}
	codings := m.list("Content-Encoding")
	if len(codings) > maxCodings {
		return nil, httpErrorf("%d content codings lie over each other, more than %d are not undone",
			len(codings), maxCodings)
	}
	if m.bodiless(body) {
		return nil, nil
	}
	encoded := int64(len(body))
	for i := len(codings) - 1; i >= 0; i-- {
		if body, err = decode(codings[i], body, encoded, limits); err != nil {
			return nil, err
		}
	}
	if int64(len(body)) > limits.MaxBody {
		return nil, httpErrorf("the body is larger than %d bytes", limits.MaxBody)
	}
	return body, nil
}

// bodiless reports whether the message has no body by definition, so that its codings mean
// nothing.
func (m *Message) bodiless(payload []byte) bool {
	return len(payload) == 0 && (m.Status < 200 || m.Status == 204 || m.Status == 304)
}

// unchunked returns the payload without transfer coding, and checks that it is complete.
func (m *Message) unchunked(limits Limits) ([]byte, error) {
	length := m.Field("Content-Length")
	codings := m.list("Transfer-Encoding")
	if len(codings) == 1 && codings[0] == "identity" {
		codings = nil
	}
	switch {
	case len(codings) == 1 && codings[0] == "chunked":
		if length != "" && length == strconv.Itoa(len(m.Payload)) {
			return m.Payload, nil // stored by a tool that undid the coding and kept the field
		}
		return unchunk(m.Payload, limits.MaxBody)
	case len(codings) > 0:
		return nil, httpErrorf("transfer coding %q is not known", strings.Join(codings, ", "))
	case length != "" && !m.bodiless(m.Payload):
		n, err := strconv.ParseInt(length, 10, 64)
		if err != nil || n < 0 {
			return nil, httpErrorf("HTTP Content-Length %s is not a number", clip(length))
		}
		if n != int64(len(m.Payload)) {
			return nil, httpErrorf("the HTTP message holds %d of the %d bytes that it states",
				len(m.Payload), n)
		}
	}
	return m.Payload, nil
}

// unchunk undoes the chunked transfer coding (RFC 9112 section 7.1).
func unchunk(b []byte, limit int64) ([]byte, error) {
	var out []byte
	for {
		line, rest, ok := bytes.Cut(b, []byte("\r\n"))
		if !ok {
			return nil, httpErrorf("the chunked body ends in mid-chunk")
		}
		size, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 32)
		if err != nil {
			return nil, httpErrorf("%s is not the size of a chunk", clip(string(line)))
		}
		if n == 0 {
			return out, trailer(rest)
		}
		if uint64(len(rest)) < n+2 || string(rest[n:n+2]) != "\r\n" {
			return nil, httpErrorf("a chunk does not end after its %d bytes", n)
		}
		if out = append(out, rest[:n]...); int64(len(out)) > limit {
			return nil, httpErrorf("the body is larger than %d bytes", limit)
		}
		b = rest[n+2:]
	}
}

// trailer checks that a chunked body ends with an empty line, after fields that are ignored.
func trailer(b []byte) error {
	if string(b) == "\r\n" || bytes.HasSuffix(b, []byte("\r\n\r\n")) {
		return nil
	}
	return httpErrorf("the chunked body does not end after its last chunk")
}

// decode undoes one content coding. Encoded is the size of the message, for the ratio.
func decode(coding string, b []byte, encoded int64, limits Limits) ([]byte, error) {
	var r io.Reader
	var err error
	switch coding {
	case "identity":
		return b, nil
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(b))
	case "deflate":
		r, err = newDeflate(b)
	case "br":
		r = brotli.NewReader(bytes.NewReader(b))
	case "zstd":
		var d *zstd.Decoder
		d, err = zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1),
			zstd.WithDecoderMaxWindow(8<<20), zstd.WithDecoderMaxMemory(64<<20))
		if err == nil {
			defer d.Close()
			r = d
		}
	default:
		return nil, httpErrorf("content coding %s is not known", clip(coding))
	}
	if err != nil {
		return nil, httpErrorf("content coding %s: %v", coding, err)
	}
	return readLimited(r, coding, encoded, limits)
}

// newDeflate reads the zlib format that HTTP means by deflate, or the bare stream that many
// servers send under that name.
func newDeflate(b []byte) (io.Reader, error) {
	if len(b) >= 2 && b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0 {
		return zlib.NewReader(bytes.NewReader(b))
	}
	return flate.NewReader(bytes.NewReader(b)), nil
}

// readLimited reads all that a decoder gives, and stops where a limit is passed.
func readLimited(r io.Reader, coding string, encoded int64, limits Limits) ([]byte, error) {
	var out bytes.Buffer
	_, err := io.CopyN(&out, r, limits.MaxBody+1)
	n := int64(out.Len())
	switch {
	case n > ratioFrom && n > encoded*limits.MaxRatio:
		return nil, httpErrorf("the body grows more than %d times when %s is undone",
			limits.MaxRatio, coding)
	case n > limits.MaxBody:
		return nil, httpErrorf("the body is larger than %d bytes", limits.MaxBody)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, httpErrorf("content coding %s: the body ends early", coding)
	case err != nil && err != io.EOF:
		return nil, httpErrorf("content coding %s: %v", coding, err)
	}
	return out.Bytes(), nil
}
