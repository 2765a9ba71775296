package timex

import (
	"unicode"
	"unicode/utf8"
)

// token is a word, a number with what hangs on it, or one mark of punctuation.
type token struct {
	start, end int // bytes of the text
	set        set
	entry      int32 // of the lexicon, or -1
	num        int32 // of a number: its value; of a full date: yyyymmdd; of a clock: minutes
	digits     uint8
	punct      rune // of a mark
	capital    bool // begins with a capital letter
	space      bool // white space stands before it
	first      bool // begins a sentence
	sentence   int  // how many sentences began up to here
	fraction   bool // a number with a fraction: its value is the text
	bad        bool // a date or clock that cannot be
	doubtful   bool // day and month of a full date could be the other way round
}

// longest is the length in bytes of the longest folded form that is looked up.
const longest = 40

// lexer cuts one text into tokens.
type lexer struct {
	lx   *lexicon
	text string
	at   int
	out  []token
	buf  [longest + utf8.UTFMax]byte
}

// tokens appends the tokens of a text to out[:0] and returns them.
func (lx *lexicon) tokens(text string, out []token) []token {
	l := lexer{lx: lx, text: text, out: out[:0]}
	space, first, sentence := true, true, 0
	for l.at < len(text) {
		c := text[l.at]
		if c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			l.at++
			space = true
			continue
		}
		n := len(l.out)
		if !l.next() {
			space = true // a no-break space or the like
			continue
		}
		t := &l.out[len(l.out)-1]
		if len(l.out) > n { // else it was joined to the token before
			t.space, t.first = space, first && t.punct == 0
		}
		if t.first {
			sentence++
		}
		t.sentence = sentence
		first = first && t.punct != 0
		space = false
		first = first || l.ends()
	}
	return l.out
}

// next reads one token at l.at, or passes over one white space and reports false.
func (l *lexer) next() bool {
	r, size := utf8.DecodeRuneInString(l.text[l.at:])
	switch {
	case digit(r) >= 0:
		l.number()
	case unicode.IsLetter(r):
		l.word()
	case unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u200f' || r == '\u200e':
		l.at += size
		return false
	default:
		l.mark(r, size)
	}
	return true
}

// mark reads one mark of punctuation.
func (l *lexer) mark(r rune, size int) {
	t := token{start: l.at, end: l.at + size, entry: -1, punct: r}
	switch r {
	case '-', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
		t.set = cDash.bit()
	case ',', '،':
		t.set = cComma.bit()
	case '/':
		t.set = cSlash.bit()
	case '\'', '\u2019', '\u02bc':
		t.set = cApos.bit()
	}
	l.at += size
	l.out = append(l.out, t)
}

// digit is the value of a decimal digit, European, Arabic or Persian; -1 for others.
func digit(r rune) int32 {
	switch {
	case r >= '0' && r <= '9':
		return r - '0'
	case r >= '٠' && r <= '٩':
		return r - '٠'
	case r >= '۰' && r <= '۹':
		return r - '۰'
	}
	return -1
}

// word reads letters, then tries the abbreviations that they may begin. Digits that follow
// letters belong to them: B52 is no number.
func (l *lexer) word() {
	from := l.at
	if l.dotted() {
		return
	}
	r, _ := utf8.DecodeRuneInString(l.text[from:])
	n, i := 0, from
	for i < len(l.text) {
		c := l.text[i]
		if c < utf8.RuneSelf && !letter(c) && (c < '0' || c > '9') {
			break
		}
		size := 1
		if n, size = l.fold(n, i); size == 0 {
			break
		}
		i += size
	}
	l.at = i
	t := token{start: from, end: i, entry: l.lookup(n), capital: unicode.IsUpper(r)}
	if i < len(l.text) && l.text[i] == '.' && n < longest {
		l.buf[n] = '.'
		if id := l.lookup(n + 1); id >= 0 {
			t.entry, t.end, l.at = id, i+1, i+1
		}
	}
	l.classify(&t)
	l.out = append(l.out, t)
	l.numeral()
}

// letter reports whether an ASCII byte is a letter.
func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// fold adds the rune at i, in lower case, to the buffer of n bytes. It returns the new
// length and the size of the rune; the size is 0 when the rune belongs to no word. A word
// that is too long stays too long and is found in no lexicon.
func (l *lexer) fold(n, i int) (int, int) {
	if c := l.text[i]; c < utf8.RuneSelf {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if n < longest {
			l.buf[n] = c
		}
		return min(n+1, longest+1), 1
	}
	r, size := utf8.DecodeRuneInString(l.text[i:])
	if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != 'ـ' && digit(r) < 0 || r == utf8.RuneError {
		return n, 0
	}
	if unicode.IsMark(r) || r == 'ـ' {
		return n, size // Arabic vowels, combining accents, tatweel
	}
	switch r = unicode.ToLower(r); r {
	case 'ё':
		r = 'е'
	case 'ı':
		r = 'i'
	}
	if n+utf8.UTFMax > longest {
		return longest + 1, size
	}
	return n + utf8.EncodeRune(l.buf[n:], r), size
}

// lookup finds the first n bytes of the buffer in the lexicon; -1 when they are not there.
func (l *lexer) lookup(n int) int32 {
	if n <= 0 || n > longest {
		return -1
	}
	if id, ok := l.lx.forms[string(l.buf[:n])]; ok {
		return id
	}
	return -1
}

// classify sets the classes of a word from its entry.
func (l *lexer) classify(t *token) {
	if t.entry < 0 {
		return
	}
	e := &l.lx.entries[t.entry]
	t.set |= e.classes
	if t.capital {
		t.set |= e.capital
	}
	if v, ok := l.lx.value(t.entry, cNum); ok {
		t.num = v
	}
}

// dotted reads initials with full stops that the lexicon knows as one form: b.c., н. э.
func (l *lexer) dotted() bool {
	n, i, best, bestEnd := 0, l.at, int32(-1), 0
	for groups := 0; groups < 4 && i < len(l.text) && n < longest-utf8.UTFMax; groups++ {
		m, size := l.fold(n, i)
		if size == 0 {
			break
		}
		n, i = m, i+size
		if id := l.lookup(n); groups > 0 && id >= 0 && !l.letterAt(i) {
			best, bestEnd = id, i
		}
		if l.byteAt(i) != '.' {
			break
		}
		l.buf[n] = '.'
		n, i = n+1, i+1
		if id := l.lookup(n); groups > 0 && id >= 0 {
			best, bestEnd = id, i
		}
		if l.byteAt(i) == ' ' {
			i++
		}
	}
	if best < 0 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l.text[l.at:])
	t := token{start: l.at, end: bestEnd, entry: best, capital: unicode.IsUpper(r)}
	l.classify(&t)
	l.out, l.at = append(l.out, t), bestEnd
	return true
}

// letterAt reports whether a letter stands at i.
func (l *lexer) letterAt(i int) bool {
	if i >= len(l.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(l.text[i:])
	return unicode.IsLetter(r)
}

// numeral joins a numeral word to the one before it: twenty-five, двадцать пять, two
// hundred.
func (l *lexer) numeral() {
	n := len(l.out)
	b := &l.out[n-1]
	if n < 2 || b.set&(cNum.bit()|cOrd.bit()) == 0 {
		return
	}
	k := n - 2
	if l.out[k].set.has(cDash) && k > 0 && !l.out[k].space {
		k--
	}
	a := &l.out[k]
	if !a.set.has(cNum) || a.fraction {
		return
	}
	v := b.num
	if !b.set.has(cNum) {
		v, _ = l.lx.value(b.entry, cOrd)
	}
	if v = compound(a, v, k == n-2 && b.set.has(cNum)); v == 0 {
		return
	}
	a.num, a.end, a.digits, a.entry = v, b.end, 0, -1
	a.set = b.set & (cNum.bit() | cOrd.bit())
	if v <= 31 && a.set.has(cOrd) {
		a.set |= cDay.bit()
	}
	l.out = l.out[:k+1]
}

// compound is the number that a numeral and the value after it make; 0 when they make
// none.
func compound(a *token, v int32, next bool) int32 {
	switch {
	case a.digits == 0 && a.num >= 20 && a.num < 100 && a.num%10 == 0 && v > 0 && v < 10:
		return a.num + v
	case next && a.num < 100 && (v == 100 || v == 1000):
		return a.num * v
	}
	return 0
}

// ends reports whether the last token closes a sentence: a mark that can, white space and
// no lower-case letter after it, and no abbreviation or initial before it.
func (l *lexer) ends() bool {
	t := l.out[len(l.out)-1]
	if t.punct == 0 {
		return t.set.has(cYearWord) && l.text[t.end-1] == '.' && l.opens() && !l.digitAhead()
	}
	switch t.punct {
	case '!', '?', '…', '؟', '۔', '\u2029':
		return l.opens()
	case '.':
	default:
		return false
	}
	if n := len(l.out); n > 1 {
		p := l.out[n-2]
		if p.end == t.start && p.punct == 0 && p.capital && p.end-p.start <= 2 &&
			utf8.RuneCountInString(l.text[p.start:p.end]) == 1 || l.lx.role(p.entry, abbreviation) {
			return false
		}
	}
	return l.opens()
}

// opens reports whether a sentence may begin at l.at.
func (l *lexer) opens() bool {
	i := l.at
	for i < len(l.text) && (l.text[i] == '"' || l.text[i] == ')' || l.text[i] == ']') {
		i++
	}
	rest := l.text[i:]
	r, size := utf8.DecodeRuneInString(rest)
	if r == '”' || r == '»' || r == '’' {
		rest = rest[size:]
		r, _ = utf8.DecodeRuneInString(rest)
	}
	if len(rest) > 0 && !unicode.IsSpace(r) {
		return false
	}
	for i, r := range rest {
		if unicode.IsSpace(r) {
			continue
		}
		return i > 0 && !unicode.IsLower(r)
	}
	return false
}

// digitAhead reports whether the next thing is a number.
func (l *lexer) digitAhead() bool {
	for _, r := range l.text[l.at:] {
		if !unicode.IsSpace(r) {
			return digit(r) >= 0
		}
	}
	return false
}
