package fold

import "unicode"

// word cuts one word from the cells at k, or steps over one that is none, and returns where
// to go on.
func (c *cutter) word(k int) int {
	x := c.cells[k]
	switch x.class {
	case sign, alone:
		at := c.mark()
		c.text.WriteString(x.text)
		c.emit(at, k, k+1)
		return k + 1
	case letter, digit:
	default:
		return k + 1
	}
	if end := c.row(k); end > k {
		return end
	}
	at, from := c.mark(), k
	for k < len(c.cells) {
		switch x := c.cells[k]; {
		case x.class == digit:
			next, more := c.number(k)
			if k = next; !more {
				c.emit(at, from, k)
				return k
			}
		case x.class == letter:
			c.text.WriteString(c.letterText(k))
			k++
		case c.inside(k):
			c.text.WriteString(innerText(x))
			k++
		default:
			c.emit(at, from, k)
			return k
		}
	}
	c.emit(at, from, k)
	return k
}

// is reports whether the cell at k exists and has the class.
func (c *cutter) is(k int, want class) bool {
	return k >= 0 && k < len(c.cells) && c.cells[k].class == want
}

// row cuts single letters that each carry a full stop as one word ("U.S.", "т.е."). It
// returns k when there is no such row of two or more. The last stop is no part of the
// token: it may end the sentence as well. The Arabic decimal separator is no full stop.
func (c *cutter) row(k int) int {
	end := k
	for c.is(end, letter) && c.is(end+1, stop) && c.cells[end+1].base == '.' {
		end += 2
	}
	if end-k < 4 {
		return k
	}
	at := c.mark()
	for i := k; i < end; i += 2 {
		c.text.WriteString(c.cells[i].text)
	}
	c.emit(at, k, end-1)
	return end
}

// inside reports whether the mark at k belongs to the word around it.
func (c *cutter) inside(k int) bool {
	if !c.is(k-1, letter) || !c.is(k+1, letter) {
		return false
	}
	before, after := c.cells[k-1].base, c.cells[k+1].base
	switch c.cells[k].class {
	case apostrophe, inner:
		return true
	case gershayim:
		return unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, after)
	case middot:
		return before == 'l' && after == 'l'
	}
	return false
}

// innerText is the one form of a mark inside a word.
func innerText(x cell) string {
	switch x.class {
	case apostrophe:
		return "'"
	case gershayim:
		return "״"
	case middot:
		return "·"
	}
	return x.text
}

// letterText is the text of the letter at k: a final alif maqsura is a ya.
func (c *cutter) letterText(k int) string {
	x := c.cells[k]
	if x.base == 'ى' && x.text == "ى" && !c.is(k+1, letter) {
		return "ي"
	}
	return x.text
}
