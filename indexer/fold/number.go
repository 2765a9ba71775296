package fold

// number writes the number whose digits begin at k. It returns the cell behind it and
// whether the word goes on there; it does not when a separator of the number ends it.
//
// After a head of one to three digits (a single 0 is no head) a comma groups when exactly
// three digits follow, and so does an apostrophe or a thin, narrow or no-break space unless a
// decimal point came before; full stops group when they alone separate the first groups, are
// two or more, and each could. A comma or stop that does not group is the decimal point; an
// apostrophe or space that does not group ends the word.
func (c *cutter) number(k int) (next int, more bool) {
	first := c.digits(k)
	head := first-k <= 3 && !(first-k == 1 && c.cells[k].text == "0")
	stops := k // stops before this cell group
	if head {
		stops = c.stopsGroup(k)
	}
	pointed := false
	for {
		next = c.digits(k)
		for ; k < next; k++ {
			c.text.WriteString(c.cells[k].text)
		}
		if !c.is(k+1, digit) {
			return k, true
		}
		groups := head && c.digits(k+1)-(k+1) == 3
		switch c.cells[k].class {
		case comma:
		case stop:
			groups = k < stops
		case apostrophe, group:
			if !groups || pointed {
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

// stopsGroup gives the end of the digits and full stops from k on when the stops are two or
// more with three digits behind each; else k. It looks no further than the word reaches, so
// that a word never depends on what stands behind it.
func (c *cutter) stopsGroup(k int) int {
	n, end := 0, c.digits(k)
	for c.is(end, stop) && c.is(end+1, digit) {
		next := c.digits(end + 1)
		if next-(end+1) != 3 {
			return k
		}
		n, end = n+1, next
	}
	if n < 2 {
		return k
	}
	return end
}
