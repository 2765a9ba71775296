package history

import (
	"unicode"
	"unicode/utf8"
)

// Op says what became of a piece of a text.
type Op string

// What became of a piece.
const (
	Same  Op = "same"
	Gone  Op = "gone"
	Added Op = "added"
)

// Piece is a stretch of a text that changed.
type Piece struct {
	Op   Op     `json:"op"`
	Text string `json:"text"`
}

// maxCells bounds the table of a comparison: above it, what lies between the common beginning and
// end counts as replaced. Two passages of the usual 120 words need 60,000.
const maxCells = 4 << 20

// Words compares two texts word by word. A word is a run of letters, digits and marks; every other
// character counts alone. What went stands before what came in its place.
func Words(before, after string) []Piece {
	a, b := split(before), split(after)
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var out pieces
	out.add(Same, a[:head]...)
	out.middle(a[head:len(a)-tail], b[head:len(b)-tail])
	out.add(Same, a[len(a)-tail:]...)
	return out.settled()
}

// split cuts a text into words and single characters.
func split(s string) (out []string) {
	for len(s) > 0 {
		n := 0
		for n < len(s) {
			r, size := utf8.DecodeRuneInString(s[n:])
			if !unicode.In(r, unicode.L, unicode.N, unicode.M) {
				break
			}
			n += size
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

// pieces gathers pieces, each with the kind of the one before joined to it.
type pieces []Piece

func (p *pieces) add(op Op, words ...string) {
	for _, w := range words {
		if n := len(*p); n > 0 && (*p)[n-1].Op == op {
			(*p)[n-1].Text += w
		} else {
			*p = append(*p, Piece{Op: op, Text: w})
		}
	}
}

// middle compares what is neither common beginning nor end, by the longest common subsequence.
func (p *pieces) middle(a, b []string) {
	if len(a)*len(b) > maxCells {
		p.add(Gone, a...)
		p.add(Added, b...)
		return
	}
	width := len(b) + 1
	length := make([]int32, (len(a)+1)*width) // of what is common behind two places
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				length[i*width+j] = length[(i+1)*width+j+1] + 1
			} else {
				length[i*width+j] = max(length[(i+1)*width+j], length[i*width+j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			p.add(Same, a[i])
			i, j = i+1, j+1
		case length[(i+1)*width+j] >= length[i*width+j+1]:
			p.add(Gone, a[i])
			i++
		default:
			p.add(Added, b[j])
			j++
		}
	}
	p.add(Gone, a[i:]...)
	p.add(Added, b[j:]...)
}

// settled takes a lone space between two changes into both, so that words that changed together
// are read together.
func (p pieces) settled() []Piece {
	var gone, added string
	var out []Piece
	flush := func() {
		if gone != "" {
			out = append(out, Piece{Gone, gone})
		}
		if added != "" {
			out = append(out, Piece{Added, added})
		}
		gone, added = "", ""
	}
	for i, x := range p {
		switch {
		case x.Op == Gone:
			gone += x.Text
		case x.Op == Added:
			added += x.Text
		case x.Text == " " && gone != "" && added != "" && i+1 < len(p):
			gone, added = gone+" ", added+" "
		default:
			flush()
			out = append(out, x)
		}
	}
	flush()
	return out
}
