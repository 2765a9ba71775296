package warc

import (
	"bytes"
	"io"
)

// gzipMagic opens a member: two bytes of magic and the only method there is, deflate.
const gzipMagic = "\x1f\x8b\x08"

// recordStart opens a plain record, and a gzipped one once unpacked.
const recordStart = "WARC/1."

// search looks for the next place from an offset on where a record begins; the size of the
// file when there is none. It looks for the file's own form, or for both while that is
// unknown.
//
// What is found may be part of a damaged record's content; see proven. A place that only
// looks like a record is an error of its own on the next read.
func (r *Reader) search(from int64) int64 {
	const window, overlap = 64 << 10, int64(len(recordStart) + 3)
	buf := make([]byte, window)
	for from < r.size && r.src.err == nil {
		n, _ := r.src.ReadAt(buf[:min(window, r.size-from)], from)
		for i := 0; i < n; i++ {
			k := r.candidate(buf[i:n])
			if k < 0 {
				break
			}
			i += k
			if r.startsAt(from + int64(i)) {
				return from + int64(i)
			}
		}
		if from+int64(n) >= r.size || int64(n) <= overlap {
			break
		}
		from += int64(n) - overlap
	}
	return r.size
}

// proven reports whether the records from here on cannot have been planted in the content of
// the damaged record before them: they are members that follow each other without a gap to the
// end of the file. Members that stand inside another record cannot do that, for its own end comes
// behind them, and that is no record. In a plain file it proves nothing: the last planted
// record may share its end with the one around it.
//
// Looking ahead stops at the next damage, so each record is read twice at the most.
func (r *Reader) proven() bool {
	if r.form == plain || r.src.err != nil {
		return false
	}
	opt := r.opt
	opt.From = r.at
	ahead := NewReader(r.src.r, r.size, opt)
	for {
		if _, err := ahead.Next(); err != nil {
			return err == io.EOF && ahead.form != plain
		}
	}
}

// minHeader is what the shortest record of a plain file takes; fewer bytes hold no record.
const minHeader = 80

// headless looks where a plain record ends of which the beginning is not there any more, by what
// is left of its header; or where the next one begins when the bytes here are too few for one.
func (r *Reader) headless(off int64) (end, likely int64) {
	if r.form == gzipped {
		return 0, 0
	}
	next := r.search(off + 1)
	if next-off < minHeader {
		return 0, next
	}
	b := make([]byte, min(next-off, int64(r.opt.MaxHeader)))
	if n, _ := r.src.ReadAt(b, off); n < len(b) {
		return 0, 0
	}
	n := bytes.Index(b, []byte("\r\n\r\n"))
	if n < 0 {
		return 0, 0
	}
	h := guessHeader(b[:n])
	from := off + int64(n) + 4
	if end = from + h.length + 4; h.length >= 0 && end > from && end <= r.size && r.startsAt(end) {
		return end, 0
	}
	if h.rec.BlockDigest == "" {
		return 0, 0
	}
	return r.digestEnd(from, h.rec.BlockDigest), 0
}

// maxEnds bounds how many ends of a record are tried against the digest of its block.
const maxEnds = 64

// digestEnd finds where a plain record ends whose block begins at from: behind the bytes that
// have the digest its header gives, and the line ends, or what is left of them. Zero when that
// is not found.
func (r *Reader) digestEnd(from int64, digest string) int64 {
	at := from
	for range maxEnds {
		at = r.search(at + 1)
		n := at - from
		if n > r.opt.MaxRecord || r.src.err != nil {
			return 0
		}
		b := make([]byte, n)
		if _, err := r.src.ReadAt(b, from); err != nil && err != io.EOF {
			return 0
		}
		for _, ends := range []int64{4, 2, 0} {
			if n >= ends && Holds(digest, b[:n-ends]) {
				return at
			}
		}
		if at >= r.size {
			return 0
		}
	}
	return 0
}

// candidate is the index of the first bytes in b that may open a record, or -1.
func (r *Reader) candidate(b []byte) int {
	best := -1
	if r.form != plain {
		best = bytes.Index(b, []byte(gzipMagic))
	}
	if r.form != gzipped {
		if i := bytes.Index(b, []byte(recordStart)); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	return best
}

// startsAt reports whether a record begins at an offset, or the file ends there.
func (r *Reader) startsAt(off int64) bool {
	if off == r.size {
		return true
	}
	var head [len(recordStart) + 3]byte
	r.peeked.Reset(io.NewSectionReader(&r.src, off, r.size-off))
	magic, err := r.peeked.Peek(len(gzipMagic))
	if err != nil {
		return false
	}
	var in io.Reader = r.peeked
	if string(magic) == gzipMagic && r.form != plain {
		if r.peek.Reset(r.peeked) != nil {
			return false
		}
		r.peek.Multistream(false)
		in = r.peek
	} else if r.form == gzipped {
		return false
	}
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return false
	}
	return string(head[:7]) == recordStart && string(head[8:]) == "\r\n"
}
