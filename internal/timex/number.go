package timex

import (
	"strings"
	"unicode/utf8"
)

// number reads digits with what hangs on them: a date or clock in digits, a grouped or
// broken number, an ordinal or decade ending.
func (l *lexer) number() {
	from := l.at
	v, n, i := l.digits(from)
	t := token{start: from, end: i, entry: -1, num: v, digits: uint8(min(n, 99))}
	switch {
	case l.full(&t) || l.clock(&t) || l.grouped(&t):
	case l.suffix(&t):
	default:
		l.plain(&t)
	}
	l.at = t.end
	l.out = append(l.out, t)
}

// digits reads decimal digits at i: their value, how many, and where they end. From ten
// digits on the value is too large to be anything and is not kept.
func (l *lexer) digits(i int) (v int32, n, to int) {
	for i < len(l.text) {
		r, size := rune(l.text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(l.text[i:])
		}
		d := digit(r)
		if d < 0 {
			break
		}
		if n++; n < 10 {
			v = v*10 + d
		}
		i += size
	}
	return v, n, i
}

// byteAt is the byte at i, 0 beyond the text.
func (l *lexer) byteAt(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

// full reads 2024-03-02, 02.03.2024, 02.03.24, 3/2/2024.
func (l *lexer) full(t *token) bool {
	b, c, nc, i := l.parts(t)
	if nc == 0 {
		return false
	}
	sep := l.byteAt(t.end)
	y, m, d := t.num, b, c
	if t.digits != 4 || nc > 2 || sep == '.' {
		if t.digits > 2 || nc != 4 && nc != 2 || nc == 2 && sep == '-' {
			return false
		}
		y, m, d = l.dayFirst(t, b, c, nc)
	}
	t.num, t.end, t.digits = y*10000+m*100+d, i, 0
	if t.bad = !exists(int(y), int(m), int(d)); !t.bad {
		t.set = cFull.bit()
	}
	return true
}

// parts reads the second and third number of a date in digits, how many digits the third
// has and where it ends; no digits when there is no such date.
func (l *lexer) parts(t *token) (b, c int32, digits, end int) {
	sep := l.byteAt(t.end)
	if sep != '.' && sep != '-' && sep != '/' {
		return 0, 0, 0, 0
	}
	b, nb, i := l.digits(t.end + 1)
	if nb == 0 || nb > 2 || l.byteAt(i) != sep {
		return 0, 0, 0, 0
	}
	c, nc, i := l.digits(i + 1)
	if l.byteAt(i) == sep && sep != '.' || l.glued(t.start, i) {
		return 0, 0, 0, 0
	}
	return b, c, nc, i
}

// dayFirst orders the numbers of a date that ends in its year. Two-digit years below 50
// belong to this century; with slashes English puts the month first.
func (l *lexer) dayFirst(t *token, b, c int32, digits int) (y, m, d int32) {
	if digits == 2 {
		c = century(c)
	}
	if l.byteAt(t.end) == '/' && l.lx.lang == "en" {
		m, d = t.american(t.num, b)
		return c, m, d
	}
	return c, b, t.num
}

// american orders month and day of 3/2/2024: the month first where that can be, in doubt
// where the other order can be too.
func (t *token) american(a, b int32) (m, d int32) {
	t.doubtful = a <= 12 && b <= 12 && a != b
	if a > 12 && b <= 12 {
		return b, a
	}
	return a, b
}

// glued reports whether a letter or sign touches the range on either side. The T between a
// date and its time does not count.
func (l *lexer) glued(from, to int) bool {
	if l.letterAt(to) && (l.text[to] != 'T' || digit(rune(l.byteAt(to+1))) < 0) {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(l.text[:from])
	return r == '.' || r == '/' || r == '-' && from > 1 && l.text[from-2] != ' '
}

// century completes a year of two digits.
func century(yy int32) int32 {
	if yy < 50 {
		return 2000 + yy
	}
	return 1900 + yy
}

// clock reads 16:32 and 16:32:05.
func (l *lexer) clock(t *token) bool {
	if l.byteAt(t.end) != ':' || t.digits > 2 {
		return false
	}
	m, n, i := l.digits(t.end + 1)
	if n != 2 {
		return false
	}
	if l.byteAt(i) == ':' {
		if _, n, j := l.digits(i + 1); n == 2 {
			i = j
		}
	}
	t.bad = t.num > 24 || m > 59
	t.num, t.end, t.digits = t.num*60+m, i, 0
	if !t.bad {
		t.set = cClock.bit()
	}
	return true
}

// grouped reads 75,000 and 22.8.
func (l *lexer) grouped(t *token) bool {
	sep := l.byteAt(t.end)
	if sep != ',' && sep != '.' {
		return false
	}
	v, n, i := l.digits(t.end + 1)
	switch {
	case n == 3 && sep == ',' && t.digits <= 3:
		t.num = t.num*1000 + v
		for l.byteAt(i) == ',' {
			if _, n, j := l.digits(i + 1); n == 3 {
				i = j
				continue
			}
			break
		}
		t.end, t.digits = i, 9
		t.set = cNum.bit()
		return true
	case n > 0 && t.digits <= 3 && (sep == '.' || n < 3 && l.lx.lang != "en"):
		t.end, t.digits, t.fraction = i, 9, true
		t.set = cNum.bit()
		return true
	}
	return false
}

// suffix reads an ending that the lexicon knows, written #th or #-е: it makes an ordinal
// or a decade of the number.
func (l *lexer) suffix(t *token) bool {
	n, i := l.hang(t)
	for i < len(l.text) && n < longest {
		if c := l.text[i]; c < utf8.RuneSelf && !letter(c) {
			break
		}
		m, size := l.fold(n, i)
		if size == 0 {
			break
		}
		n, i = m, i+size
	}
	id := l.lookup(n)
	if id < 0 {
		return false
	}
	e := &l.lx.entries[id]
	if e.classes.has(cDecade) && t.num%10 == 0 && t.digits >= 2 && t.digits <= 4 {
		t.set |= cDecade.bit()
	}
	if e.classes.has(cOrd) {
		t.set |= cOrd.bit() | t.calendar()
	}
	if t.set == 0 {
		return false
	}
	t.end, t.digits = i, 9
	return true
}

// hang begins a suffix form in the buffer: # and the sign that ties the ending to the
// number. A full stop counts before a word: 12. März.
func (l *lexer) hang(t *token) (n, i int) {
	l.buf[0] = '#'
	i = t.end
	switch c := l.byteAt(i); {
	case c == '-', c == '\'':
	case c == '.' && t.digits <= 2 && l.byteAt(i+1) == ' ' && l.letterAt(i+2):
	case len(l.text)-i >= 3 && l.text[i:i+3] == "’":
		l.buf[1] = '\''
		return 2, i + 3
	default:
		return 1, i
	}
	l.buf[1] = l.text[i]
	return 2, i + 1
}

// calendar are the classes of a number as a part of a date.
func (t *token) calendar() set {
	switch {
	case t.num >= 1 && t.num <= 31 && t.digits <= 2:
		return cDay.bit()
	case t.digits == 4 && t.num >= 1000 && t.num < 2200:
		return cYear.bit()
	}
	return 0
}

// plain sets the classes of bare digits.
func (l *lexer) plain(t *token) {
	if t.digits > 9 {
		return
	}
	t.set = cNum.bit() | t.calendar()
	if l.letterAt(t.end) {
		t.set = cNum.bit() // 1900R, 5pm
		return
	}
	n := len(l.out)
	if n == 0 || l.out[n-1].end != t.start {
		return
	}
	switch prev := l.out[n-1]; {
	case strings.ContainsRune("$€£#№", prev.punct):
		t.set = 0
	case t.digits == 2 && prev.set.has(cDash):
		t.set |= cYY2.bit()
	case t.digits == 2 && prev.set.has(cApos) &&
		(n < 2 || l.out[n-2].end != prev.start || l.out[n-2].punct != 0):
		t.set, t.start, t.space = cYY.bit(), prev.start, prev.space
		l.out = l.out[:n-1]
	}
}
