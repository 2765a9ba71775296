package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"

	"ibid/corpus"
)

// ReadOptions bound what a Reader takes in. The zero value works.
type ReadOptions struct {
	Name      string // the file's name, for errors
	MaxRecord int64  // bytes of one block; 0 means 64 MiB
	MaxHeader int    // bytes of one record header; 0 means 128 KiB
	From      int64  // offset of the first record to read
}

func (o ReadOptions) withDefaults() ReadOptions {
	if o.Name == "" {
		o.Name = "WARC"
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = 64 << 20
	}
	if o.MaxHeader <= 0 {
		o.MaxHeader = 128 << 10
	}
	return o
}

// Damage says where in a file a record could not be read, and why. It is the cause inside
// the corpus.Error that Next returns; Length is how far reading skips.
type Damage struct {
	Offset int64
	Length int64
	Reason string
}

// Error gives the reason alone: the error around it names file and offset.
func (d *Damage) Error() string { return d.Reason }

// form is how the records of a file are stored.
type form int

const (
	anyForm form = iota // not known yet
	plain
	gzipped // one member a record
)

// fault is a record that could not be read. End is where the next record begins when the
// damage left that certain, else 0; likely is where it begins if nothing begins before. What
// begins at beyond or behind it is no part of the record, if that is not 0.
type fault struct {
	kind   corpus.Kind
	reason string
	end    int64
	likely int64
	beyond int64
}

func faultf(kind corpus.Kind, format string, args ...any) *fault {
	return &fault{kind: kind, reason: fmt.Sprintf(format, args...)}
}

// Reader reads the records of one file in order. It is not safe for concurrent use.
type Reader struct {
	src      source
	size     int64
	opt      ReadOptions
	at       int64
	form     form
	salvaged bool
	beyond   int64         // from here on records are not salvaged; 0 when that is not known
	raw      *bufio.Reader // over the file
	text     *bufio.Reader // over the record without gzip
	gz       *gzip.Reader
	peek     *gzip.Reader // for startsAt, which looks ahead while gz is in use
	peeked   *bufio.Reader
}

// source remembers a failure of the file itself, which is no damage of a record.
type source struct {
	r   io.ReaderAt
	err error
}

// ReadAt reads from the file; an error other than the end is kept.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	n, err := s.r.ReadAt(p, off)
	if err != nil && err != io.EOF && s.err == nil {
		s.err = err
	}
	return n, err
}

// NewReader reads the records of a file of size bytes, plain or with a gzip member for each.
func NewReader(r io.ReaderAt, size int64, opt ReadOptions) *Reader {
	return &Reader{src: source{r: r}, size: size, opt: opt.withDefaults(), at: opt.From,
		raw: bufio.NewReaderSize(nil, 64<<10), text: bufio.NewReader(nil), gz: new(gzip.Reader),
		peek: new(gzip.Reader), peeked: bufio.NewReader(nil)}
}

// ReadAt reads the one record that begins at offset, with the checks of Next.
func ReadAt(r io.ReaderAt, size, offset int64, opt ReadOptions) (*Record, error) {
	opt.From = offset
	rd := NewReader(r, size, opt)
	rec, err := rd.Next()
	if err == io.EOF {
		f := faultf(corpus.Corrupt, "the file ends before the record")
		return nil, rd.damage(offset, f)
	}
	return rec, err
}

// Next returns the next whole record, io.EOF at the end of the file, or an error of kind
// Corrupt or Format with a *Damage inside for a record that is not as it should be. After
// such an error Next goes on behind it. Kind Unavailable means that the file could not be
// read; it is returned again by each further call.
func (r *Reader) Next() (*Record, error) {
	if r.src.err == nil && r.at >= r.size {
		return nil, io.EOF
	}
	start := r.at
	var rec *Record
	var f *fault
	if r.src.err == nil {
		rec, f = r.read(start)
	}
	if r.src.err != nil {
		item := fmt.Sprintf("%s at byte %d", r.opt.Name, start)
		return nil, corpus.Errorf(corpus.Unavailable, item, "read: %w", r.src.err)
	}
	if f == nil {
		r.salvaged = r.salvaged && (r.beyond == 0 || start < r.beyond)
		rec.Salvaged = r.salvaged
		r.at += rec.Length
		return rec, nil
	}
	if r.at = f.end; r.at <= start {
		r.at, r.beyond = r.search(start+1), f.beyond
		r.salvaged = r.at != f.likely && !r.proven()
	}
	return nil, r.damage(start, f)
}

// damage makes the error of a fault at an offset.
func (r *Reader) damage(start int64, f *fault) error {
	d := &Damage{Offset: start, Length: max(r.at-start, 0), Reason: f.reason}
	item := fmt.Sprintf("%s at byte %d", r.opt.Name, start)
	return corpus.Errorf(f.kind, item, "%w", d)
}

// read reads the record at an offset in whichever form the file has.
func (r *Reader) read(off int64) (*Record, *fault) {
	var magic [5]byte
	n, _ := r.src.ReadAt(magic[:min(5, r.size-off)], off)
	switch {
	case r.form != plain && string(magic[:min(n, 2)]) == gzipMagic[:2]:
		r.form = gzipped
		return r.readMember(off)
	case r.form != gzipped && string(magic[:n]) == "WARC/":
		r.form = plain
		return r.readPlain(off)
	}
	f := faultf(corpus.Format, "no record begins here: found %s", clip(string(magic[:n])))
	f.end, f.likely = r.headless(off)
	return nil, f
}

// readPlain reads an uncompressed record. After a fault reading goes on where the header says
// that the record ends, if a record begins there, or where the digest of its block proves that
// it ends: the content of a record has a say in neither.
func (r *Reader) readPlain(off int64) (*Record, *fault) {
	r.raw.Reset(io.NewSectionReader(&r.src, off, r.size-off))
	h, n, f := r.readHeader(r.raw)
	if h == nil {
		return nil, f
	}
	end := off + n + h.length + 4
	var rec *Record
	if f == nil {
		rec, f = r.readBlock(r.raw, h)
	}
	if f == nil {
		rec.Offset, rec.Length = off, end-off
		return rec, nil
	}
	known := h.length >= 0 && end > off && end <= r.size
	switch {
	case known && r.startsAt(end):
		f.end = end
	case h.rec.BlockDigest != "":
		f.end = r.digestEnd(off+n, h.rec.BlockDigest)
	}
	if known {
		f.beyond = end
	}
	return nil, f
}

// readMember reads a record that is one gzip member. After a fault inside the record the
// rest of the member is read to find its end.
func (r *Reader) readMember(off int64) (*Record, *fault) {
	section := io.NewSectionReader(&r.src, off, r.size-off)
	r.raw.Reset(section)
	if err := r.gz.Reset(r.raw); err != nil {
		return nil, gzipFault(err)
	}
	r.gz.Multistream(false)
	r.text.Reset(r.gz)
	h, _, f := r.readHeader(r.text)
	var rec *Record
	if f == nil {
		rec, f = r.readBlock(r.text, h)
	}
	if f == nil {
		if _, err := r.text.ReadByte(); err == nil {
			f = faultf(corpus.Format, "the gzip member goes on behind the record")
		} else if err != io.EOF {
			f = gzipFault(err)
		}
	}
	if f == nil {
		rec.Offset, rec.Length = off, r.consumed(section)
		return rec, nil
	}
	f.end, f.likely = r.memberEnd(off, section)
	return nil, f
}

// memberEnd reads on to the end of a gzip member in which a fault was found. A member whose
// checksum holds ends where it says. One whose checksum fails likely does; but a damaged
// stream can also run on through the members behind it and end with one of them (seen in the
// tests), so whatever begins before that end is tried first.
func (r *Reader) memberEnd(off int64, section *io.SectionReader) (end, likely int64) {
	limit := 16 * r.opt.MaxRecord
	n, err := io.CopyN(io.Discard, r.text, limit)
	switch {
	case n == limit:
		return 0, 0
	case err == io.EOF:
		return off + r.consumed(section), 0
	case errors.Is(err, gzip.ErrChecksum):
		return 0, off + r.consumed(section)
	}
	return 0, 0
}

// consumed is how much of the section the decoder has taken.
func (r *Reader) consumed(section *io.SectionReader) int64 {
	at, err := section.Seek(0, io.SeekCurrent)
	if err != nil { // a section always knows its place
		return 0
	}
	return at - int64(r.raw.Buffered())
}

// gzipFault names what is wrong with a gzip member.
func gzipFault(err error) *fault {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return faultf(corpus.Corrupt, "the file ends in mid-record")
	}
	return faultf(corpus.Corrupt, "the gzip member is damaged: %v", err)
}

// readHeader reads and parses a record header; n is its length with the empty line. With a
// fault in a header whose end is known, h holds what can still be read of its extent.
func (r *Reader) readHeader(in *bufio.Reader) (h *header, n int64, f *fault) {
	var buf []byte
	for {
		line, err := in.ReadSlice('\n')
		buf = append(buf, line...)
		switch {
		case len(buf) > r.opt.MaxHeader:
			return nil, 0, faultf(corpus.Format, "the header is longer than %d bytes",
				r.opt.MaxHeader)
		case err == bufio.ErrBufferFull:
			continue
		case err != nil:
			return nil, 0, gzipFault(err)
		}
		if bytes.HasSuffix(buf, []byte("\r\n\r\n")) {
			break
		}
		if len(line) == 1 && bytes.HasSuffix(buf, []byte("\n\n")) {
			return nil, 0, faultf(corpus.Format, "the header lines do not end in CR LF")
		}
	}
	h, err := parseHeader(buf[:len(buf)-4])
	if err != nil {
		return guessHeader(buf[:len(buf)-4]), int64(len(buf)), faultf(corpus.Format, "%v", err)
	}
	return h, int64(len(buf)), nil
}

// readBlock reads block and end of a record and checks its digests.
func (r *Reader) readBlock(in *bufio.Reader, h *header) (*Record, *fault) {
	if h.length > r.opt.MaxRecord {
		return nil, faultf(corpus.Format, "the record holds %d bytes, more than %d are not read",
			h.length, r.opt.MaxRecord)
	}
	var block bytes.Buffer
	block.Grow(int(min(h.length, 1<<20))) // a length may lie: grow by what is really there
	if n, err := io.CopyN(&block, in, h.length); err != nil {
		if err == io.EOF {
			return nil, faultf(corpus.Corrupt, "the record ends after %d of its %d bytes",
				n, h.length)
		}
		return nil, gzipFault(err)
	}
	var end [4]byte
	if _, err := io.ReadFull(in, end[:]); err != nil {
		return nil, gzipFault(err)
	}
	if string(end[:]) != "\r\n\r\n" {
		return nil, faultf(corpus.Format, "the record does not end after the %d bytes it states: found %s",
			h.length, clip(string(end[:])))
	}
	rec := h.rec
	rec.Block = block.Bytes()
	if reason := contradiction(&rec); reason != "" {
		return nil, faultf(corpus.Format, "%s", reason)
	}
	if reason := verify(&rec); reason != "" {
		return nil, faultf(corpus.Corrupt, "%s", reason)
	}
	return &rec, nil
}
