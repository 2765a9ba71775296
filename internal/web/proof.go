package web

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"ibid/corpus"
	"ibid/internal/search"
)

// Lengths, in bytes, of what the page of a passage shows of the archived source: so much
// before and after, and so much at each end of a gap between two runs.
const (
	proofContext = 400
	proofGap     = 120
)

// proof is what the archived bytes say about a passage, found out while the page is made.
type proof struct {
	Checked bool // the bytes were read and could be compared
	Sound   bool // every run decodes to its text, and the snapshot to its hash
	Runs    int
	Fault   string // the first thing that does not hold
	First   int    // bytes of the snapshot from which
	Last    int    // to which the passage comes
	Size    int
	Pieces  []proofPiece
}

// proofPiece is a stretch of the archived source: a run, what stands around it, or a gap.
type proofPiece struct {
	Text    string
	Run     bool
	Skipped int // bytes left out; the text is empty then
}

// prove compares a passage with the bytes it came from.
func prove(body Body, charset string, v search.PassageView) proof {
	runs := v.Source.Runs
	p := proof{Runs: len(runs), Size: len(body.Bytes)}
	if len(runs) == 0 || !isText(body.MediaType) {
		return p
	}
	dec := decoderOf(charset)
	p.Checked, p.Sound = true, true
	p.First, p.Last = runs[0].Bytes[0], runs[len(runs)-1].Bytes[1]
	if p.Last > len(body.Bytes) {
		p.Sound, p.Fault = false, "a run ends beyond the archived bytes"
		return p
	}
	for _, r := range runs {
		got, want := decode(dec, body.Bytes[r.Bytes[0]:r.Bytes[1]]), v.Text[r.Text[0]:r.Text[1]]
		if r.Ref {
			got = html.UnescapeString(got)
		}
		if got != want {
			p.Sound, p.Fault = false, "the bytes of “"+want+"” read “"+got+"”"
			break
		}
	}
	p.Pieces = excerpt(body.Bytes, runs, dec)
	return p
}

// excerpt lays out the runs with what stands around them in the source.
func excerpt(body []byte, runs []corpus.Run, dec *encoding.Decoder) []proofPiece {
	from := boundary(body, max(0, runs[0].Bytes[0]-proofContext))
	at := from
	var out []proofPiece
	for _, r := range runs {
		gap := body[at:r.Bytes[0]]
		if cut := len(gap) - 2*proofGap; at != from && cut > proofGap {
			left, right := boundary(gap, proofGap), boundary(gap, len(gap)-proofGap)
			out = append(out, proofPiece{Text: shown(dec, gap[:left])},
				proofPiece{Skipped: right - left},
				proofPiece{Text: shown(dec, gap[right:])})
		} else if len(gap) > 0 {
			out = append(out, proofPiece{Text: shown(dec, gap)})
		}
		out = appendRun(out, shown(dec, body[r.Bytes[0]:r.Bytes[1]]))
		at = r.Bytes[1]
	}
	end := boundary(body, min(len(body), at+proofContext))
	if end > at {
		out = append(out, proofPiece{Text: shown(dec, body[at:end])})
	}
	return out
}

// appendRun adds a run, joined to the one before when nothing stands between.
func appendRun(out []proofPiece, text string) []proofPiece {
	if n := len(out); n > 0 && out[n-1].Run {
		out[n-1].Text += text
		return out
	}
	return append(out, proofPiece{Text: text, Run: true})
}

// boundary moves a place forward to the beginning of a UTF-8 character; in another encoding
// it moves a few bytes at the most, which is as good a place to begin.
func boundary(b []byte, at int) int {
	for n := 0; n < utf8.UTFMax && at < len(b) && !utf8.RuneStart(b[at]); n++ {
		at++
	}
	return at
}

// decoderOf gives the decoder of a WHATWG encoding name; nil decodes UTF-8.
func decoderOf(charset string) *encoding.Decoder {
	enc, err := htmlindex.Get(charset)
	if err != nil {
		return nil
	}
	if name, err := htmlindex.Name(enc); err != nil || name == "utf-8" {
		return nil
	}
	return enc.NewDecoder()
}

// decode reads bytes as text; what is no text in the encoding becomes U+FFFD.
func decode(dec *encoding.Decoder, b []byte) string {
	if dec == nil {
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	out, err := dec.Bytes(b)
	if err != nil {
		return "\uFFFD"
	}
	return string(out)
}

// shown is decoded text with control characters as pictures, so that none acts on the page.
func shown(dec *encoding.Decoder, b []byte) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case r < ' ':
			return '\u2400' + r
		}
		return r
	}, decode(dec, b))
}
