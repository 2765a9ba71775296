package fold

// number writes the number whose digits begin at k. It returns the cell behind it and
// whether the word goes on there; it does not when a separator of the number ends it.
//
// A comma, an apostrophe or a thin, narrow or no-break space groups when it stands after a
// head of one to three digits (a single 0 is no head), before exactly three, and not behind
// a decimal point; a full stop groups when the number has two of them or more and each could.
// A comma or stop that does not group is the decimal point; an apostrophe or space that does
// not group ends the word.
func (c *cutter) number(k int) (next int, more bool) {
	first := c.digits(k)
	head := first-k <= 3 && !(first-k == 1 && c.cells[k].text == "0")
	stops := head && c.stopsGroup(k)
	pointed := false
	for {
		next = c.digits(k)
		for ; k < next; k++ {
			c.text.WriteString(c.cells[k].text)
		}
		if !c.is(k+1, digit) {
			return k, true
		}
		groups := head && !pointed && c.digits(k+1)-(k+1) == 3
		switch c.cells[k].class {
		case comma:
		case stop:
			groups = stops
		case decimal:
			groups = false
		case apostrophe, group:
			if !groups {
				return k, false
			}
		default:
			return k, true
		}
		if !groups {
			c.text.WriteByte('.')
			pointed = true
		}
		k++
	}
}

// digits gives the end of the digits from k on.
func (c *cutter) digits(k int) int {
	for c.is(k, digit) {
		k++
	}
	return k
}

// stopsGroup reports whether the number at k has two full stops or more and three digits
// behind each.
func (c *cutter) stopsGroup(k int) bool {
	n := 0
	for k = c.digits(k); k < len(c.cells) && c.is(k+1, digit); {
		switch c.cells[k].class {
		case stop:
			if n++; c.digits(k+1)-(k+1) != 3 {
				return false
			}
		case comma, decimal, apostrophe, group:
		default:
			return n >= 2
		}
		k = c.digits(k + 1)
	}
	return n >= 2
}
