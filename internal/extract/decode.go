package extract

import (
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"ibid/corpus"
)

// Decoder turns bytes of a body into text in one charset. It needs nothing but the name of
// the charset, so that whoever holds a body and a run can repeat what extraction did.
//
// Each byte that is no text in the charset becomes U+FFFD; what surrounds a piece of the
// body never changes how the piece decodes, except in the charsets that stateful names.
type Decoder struct {
	name     string
	enc      encoding.Encoding // nil for utf-8
	stateful bool              // a piece cannot be decoded alone: no runs
}

// NewDecoder returns the decoder of a charset under any name of the WHATWG encoding
// standard. An unknown name is an error of kind Invalid.
func NewDecoder(charset string) (Decoder, error) {
	label := strings.ToLower(strings.TrimSpace(charset))
	switch label {
	case "utf-16", "utf-16le":
		return Decoder{name: "utf-16le", enc: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, nil
	case "utf-16be":
		return Decoder{name: "utf-16be", enc: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, nil
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return Decoder{}, corpus.Errorf(corpus.Invalid, charset, "not a known charset")
	}
	name, err := htmlindex.Name(enc)
	if err != nil || name == "replacement" || name == "x-user-defined" {
		return Decoder{}, corpus.Errorf(corpus.Invalid, charset, "a charset that is not read as text")
	}
	if name == "utf-8" {
		return Decoder{name: name}, nil
	}
	return Decoder{name: name, enc: enc, stateful: name == "iso-2022-jp"}, nil
}

// Charset is the WHATWG name of the charset.
func (d Decoder) Charset() string { return d.name }

// Text decodes a piece of a body.
func (d Decoder) Text(piece []byte) string {
	if d.enc == nil {
		if utf8.Valid(piece) {
			return string(piece)
		}
		return strings.Map(func(r rune) rune { return r }, string(piece))
	}
	s, err := d.enc.NewDecoder().Bytes(piece)
	if err != nil {
		return string(utf8.RuneError)
	}
	return string(s)
}

// Check proves the runs of a text against the body: they pair with the text, and for each of
// them decoding its bytes, and the character reference if it is one, gives its piece of the
// text. The error names the first run that does not hold.
func (d Decoder) Check(body []byte, text string, runs []corpus.Run) error {
	if err := corpus.ValidateRuns(text, runs); err != nil {
		return err
	}
	for i, r := range runs {
		if r.Bytes[1] > len(body) {
			return corpus.Errorf(corpus.Corrupt, fmt.Sprintf("runs[%d].bytes", i),
				"range %v is outside a body of %d bytes", r.Bytes, len(body))
		}
		got := d.Text(body[r.Bytes[0]:r.Bytes[1]])
		if r.Ref {
			got = html.UnescapeString(got)
		}
		if want := text[r.Text[0]:r.Text[1]]; got != want {
			return corpus.Errorf(corpus.Corrupt, fmt.Sprintf("runs[%d]", i),
				"bytes %v of the body say %q, the text says %q", r.Bytes, got, want)
		}
	}
	return nil
}

// stride is how many bytes of decoded text lie between two checkpoints of a decoded body.
// A look-up decodes at most this much again: 128 costs under a microsecond and an eighth of
// the text's size in memory.
const stride = 128

// point pairs an offset of the decoded text with one of the body.
type point struct{ text, body uint32 }

// decoded is a body as text, with the way back from each character to its bytes.
type decoded struct {
	dec      Decoder
	body     []byte
	text     string
	skip     int     // bytes of the byte order mark, in front of the text
	points   []point // nil where text and body differ by skip alone
	repaired int     // bytes, or characters, that were no text
	wide     bool    // the bytes of a part of a run cannot be told from its text: runs end at spaces
}

// decode decodes a body behind its byte order mark of skip bytes.
func (d Decoder) decode(body []byte, skip int) *decoded {
	_, narrow := d.enc.(*charmap.Charmap)
	out := &decoded{dec: d, body: body, skip: skip, wide: !narrow}
	rest := body[skip:]
	if d.enc == nil && utf8.Valid(rest) {
		out.text, out.wide = string(rest), false
		return out
	}
	var b strings.Builder
	b.Grow(len(rest) + len(rest)/4)
	var buf [stride]byte
	step := d.stepper()
	for at := 0; at < len(rest); {
		out.points = append(out.points, point{uint32(b.Len()), uint32(skip + at)})
		n, used := step(buf[:], rest[at:])
		if used == 0 { // a decoder that will not move on: keep the byte as damage
			n, used = copy(buf[:], "\uFFFD"), 1
		}
		b.Write(buf[:n])
		at += used
	}
	out.text = b.String()
	out.repaired = strings.Count(out.text, "\uFFFD")
	return out
}

// stepper returns a function that decodes whole characters from src while dst has room, and
// says how many bytes it wrote and read.
func (d Decoder) stepper() func(dst, src []byte) (int, int) {
	if d.enc == nil {
		return decodeUTF8
	}
	t := d.enc.NewDecoder().Transformer
	return func(dst, src []byte) (int, int) {
		// A character is at most four bytes in every charset of the standard, so more than
		// this never fits dst; a bound keeps the last look-ups of a body cheap.
		window, last := src, true
		if limit := 4*len(dst) + 8; len(src) > limit {
			window, last = src[:limit], false
		}
		n, used, err := t.Transform(dst, window, last)
		switch {
		case err == nil, errors.Is(err, transform.ErrShortDst), errors.Is(err, transform.ErrShortSrc):
			return n, used
		}
		return 0, 0
	}
}

// decodeUTF8 copies whole characters of src to dst, each bad byte as U+FFFD.
func decodeUTF8(dst, src []byte) (n, used int) {
	for used < len(src) {
		r, size := utf8.DecodeRune(src[used:])
		need := size
		if r == utf8.RuneError {
			need = 3
		}
		if n+need > len(dst) {
			break
		}
		n += utf8.EncodeRune(dst[n:], r)
		used += size
	}
	return n, used
}

// offset returns where in the body the character at an offset of the text begins; false when
// the offset is inside a character or the charset has no way back.
func (d *decoded) offset(at int) (int, bool) {
	if d.points == nil {
		return d.skip + at, !d.dec.stateful
	}
	if d.dec.stateful {
		return 0, false
	}
	i := sort.Search(len(d.points), func(i int) bool { return int(d.points[i].text) > at }) - 1
	p := d.points[i]
	var buf [stride]byte
	n, used := d.dec.stepper()(buf[:at-int(p.text)], d.body[p.body:])
	return int(p.body) + used, int(p.text)+n == at
}
