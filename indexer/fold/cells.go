package fold

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A chunk is a run of characters that may belong to one word, up to the first that surely
// ends it. It is read into cells, folded characters that carry their marks, and the cells are
// then cut into words, because whether an apostrophe, a point or a thin space belongs to a
// word depends on both of its neighbours.

// cutter cuts one text.
type cutter struct {
	src   string
	dst   []Token
	tab   *tables
	cells []cell
	one   [1]cell         // room for the cell of a character that needs no table
	rare  map[rune][]cell // of characters above lowEnd, computed once a text
	text  strings.Builder // of the tokens whose text is not that of the source
}

// chunk reads and cuts from i on and returns where it stopped.
func (c *cutter) chunk(i int) int {
	if c.cells == nil {
		c.cells = make([]cell, 0, 32)
	}
	for i < len(c.src) {
		r, size := utf8.DecodeRuneInString(c.src[i:])
		if c.ended() && r < utf8.RuneSelf {
			break
		}
		if r == iotaBelow {
			i = c.iotas(i)
			continue
		}
		parts := c.parts(r, i, size)
		if c.ended() && parts[0].class < mark {
			break
		}
		for _, p := range parts {
			c.add(p, i, i+size)
		}
		i += size
	}
	c.flush()
	return i
}

// parts gives the cells of the character at src[i:i+size]. Kana, the common Han characters
// and Hangul syllables are their own folding.
func (c *cutter) parts(r rune, i, size int) []cell {
	switch {
	case r < lowEnd:
		return c.tab.low[r]
	case r < 0x3041:
		return c.above(r)
	case r <= 0x3096, 0x30A1 <= r && r <= 0x30FA, 0x3400 <= r && r <= 0x4DBF,
		0x4E00 <= r && r <= 0x9FFF:
		c.one[0] = cell{text: c.src[i : i+size], base: r, class: alone}
	case 0xAC00 <= r && r <= 0xD7A3:
		c.one[0] = cell{text: c.src[i : i+size], base: r, class: letter}
	default:
		return c.above(r)
	}
	return c.one[:]
}

// above gives the cells of a character that is not in the table.
func (c *cutter) above(r rune) []cell {
	if cells, ok := c.rare[r]; ok {
		return cells
	}
	if c.rare == nil {
		c.rare = map[rune][]cell{}
	}
	c.rare[r] = c.tab.compute(r)
	return c.rare[r]
}

// ended reports whether the last cell ends the chunk; only marks may still join it.
func (c *cutter) ended() bool {
	n := len(c.cells)
	return n > 0 && c.cells[n-1].class >= space
}

// add takes one cell whose place is src[start:end]. A combining mark goes to the cell before
// it, or is lost when there is none.
func (c *cutter) add(p cell, start, end int) {
	n := len(c.cells)
	switch {
	case p.class == drop:
		return
	case p.class == point || p.class == mark && unicode.IsMark(p.base):
		if n > 0 {
			c.tab.attach(&c.cells[n-1], p)
			c.cells[n-1].end = end
		}
		return
	case p.class == mark && n > 0 && carries(c.cells[n-1].class): // a trailing jamo
		c.tab.attach(&c.cells[n-1], p)
		c.cells[n-1].end = end
		return
	case p.class == mark:
		p.class = letter
	}
	if c.ended() {
		c.flush()
	}
	p.start, p.end = start, end
	c.cells = append(c.cells, p)
}

// iotaBelow is a mark that folds to a letter. Its combining class is the highest, 240.
const (
	iotaBelow      = '\u0345'
	iotaBelowClass = 240
)

// iotas reads the iotas below from i on, with the marks of a lower class behind them, which
// stand before them in canonical order: they belong to what is before i. The bytes of all of
// them are those of the iotas. It returns where it stopped.
func (c *cutter) iotas(i int) int {
	n, j := 0, i
	for j < len(c.src) {
		r, size := utf8.DecodeRuneInString(c.src[j:])
		ccc := norm.NFC.PropertiesString(c.src[j:]).CCC()
		if r != iotaBelow && (ccc == 0 || ccc >= iotaBelowClass) {
			break
		}
		if r == iotaBelow {
			n++
		} else {
			for _, p := range c.parts(r, j, size) {
				c.add(p, i, i)
			}
		}
		j += size
	}
	for range n {
		c.add(c.tab.low[iotaBelow][0], i, j)
	}
	return j
}

// carries reports whether a cell of the class may take a trailing jamo.
func carries(k class) bool { return k == letter || k == digit || k == sign || k == alone }

// flush cuts the cells into words and forgets them.
func (c *cutter) flush() {
	for k := 0; k < len(c.cells); {
		k = c.word(k)
	}
	c.cells = c.cells[:0]
}

// emitPlain makes a token of an ASCII word.
func (c *cutter) emitPlain(i, j int, upper bool) {
	text := c.src[i:j]
	if upper {
		a := c.mark()
		for k := i; k < j; k++ {
			b := c.src[k]
			if 'A' <= b && b <= 'Z' {
				b |= 0x20
			}
			c.text.WriteByte(b)
		}
		text = c.text.String()[a:]
	}
	c.dst = append(c.dst, Token{text, i, j})
}

// mark gives the place in the text where the next token's begins. The builder only ever
// grows, so tokens may share what it holds.
func (c *cutter) mark() int {
	if c.text.Cap() == 0 {
		c.text.Grow(len(c.src))
	}
	return c.text.Len()
}

// emit makes a token of what was written since mark, for the cells from a up to b.
func (c *cutter) emit(at, a, b int) {
	text := c.text.String()[at:]
	for _, x := range c.cells[a:b] {
		if x.compose {
			text = norm.NFC.String(text)
			break
		}
	}
	if text != "" {
		c.dst = append(c.dst, Token{text, c.cells[a].start, c.cells[b-1].end})
	}
}
