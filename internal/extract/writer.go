package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// piece pairs text of a block with a range of the decoded page: a run before its bytes are
// known.
type piece struct {
	text, src [2]int
	ref       bool
}

// reaches reports whether a piece is literal and ends at an offset of the page.
func (p piece) reaches(at int) bool { return !p.ref && p.src[1] == at }

// writer builds the text of one block from tokens, with its pieces and note marks. White
// space is collapsed to single spaces; those that stand so in the page lie inside a piece,
// the others between two. A no-break or thin space that groups the digits of a number stays as
// it is: "1 145" with one of them is a number, with a common space two.
type writer struct {
	src      *decoded
	text     []byte
	pieces   []piece
	marks    []corpus.NoteMark
	pending  bool // white space is due before the next character
	lone     int  // where in the page the one space due stands; -1 when it is not one space
	apart    bool // the next character must not join a letter or digit before it
	untraced bool
}

// reset makes the writer ready for the next block.
func (w *writer) reset() {
	*w = writer{src: w.src, text: w.text[:0], pieces: w.pieces[:0]}
}

// space notes white space that no single character of the page stands for.
func (w *writer) space() { w.pending, w.lone = true, -1 }

// blank notes one white space character of the page.
func (w *writer) blank(r rune, at int) {
	if w.pending || r != ' ' || w.src.wide {
		w.space()
		return
	}
	w.pending, w.lone = true, at
}

// token writes a text token of the page.
func (w *writer) token(k token) {
	s, base := w.src.text[k.start:k.end], int(k.start)
	for i := 0; i < len(s); {
		if n := plain(s[i:]); n > 0 {
			w.literal(s[i:i+n], base+i)
			i += n
			continue
		}
		if s[i] == '&' {
			i += w.ampersand(s[i:], base+i, k.raw)
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r) && w.groups(r, s[i+size:]):
			w.literal(s[i:i+size], base+i)
		case unicode.IsSpace(r):
			w.blank(r, base+i)
		case !dropped(r):
			w.literal(s[i:i+size], base+i)
		}
		i += size
	}
}

// ampersand writes the reference that s begins with, or the character itself, and returns
// how much of s that took.
func (w *writer) ampersand(s string, at int, raw bool) int {
	n, text := 0, ""
	if !raw {
		n, text = reference(s)
	}
	if n == 0 {
		w.literal(s[:1], at)
		return 1
	}
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case unicode.IsSpace(r) && size == len(text) && w.groups(r, s[n:]):
		w.write(text, [2]int{at, at + n}, true)
	case strings.TrimSpace(text) == "":
		w.space()
	case size == len(text) && dropped(r):
	default:
		w.write(text, [2]int{at, at + n}, true)
	}
	return n
}

// groups reports whether a space stands between a digit and exactly three more and is of the
// kinds that never part words: no-break, figure, thin, narrow no-break.
func (w *writer) groups(r rune, after string) bool {
	if w.pending || w.apart || !strings.ContainsRune("\u00A0\u2007\u2009\u202F", r) {
		return false
	}
	before, _ := utf8.DecodeLastRune(w.text)
	n := 0
	for n < 4 {
		d, size := utf8.DecodeRuneInString(after)
		if !unicode.IsDigit(d) {
			break
		}
		after, n = after[size:], n+1
	}
	return unicode.IsDigit(before) && n == 3
}

// plain is the length of the stretch of visible ASCII at the start of s, without "&".
func plain(s string) int {
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] < 0x7f && s[n] != '&' {
		n++
	}
	return n
}

// dropped reports whether a character has no place in clean text: controls, soft hyphens and
// the marks for an invisible break or none. What joins letters and sets their direction stays.
func dropped(r rune) bool {
	switch r {
	case '\u00AD', '\u200B', '\u2060', '\uFEFF':
		return true
	}
	return r < ' ' || 0x7f <= r && r < 0xa0
}

// literal writes characters that stand in the page as they are.
func (w *writer) literal(s string, at int) { w.write(s, [2]int{at, at + len(s)}, false) }

// write appends text from a range of the page, after the white space that is due.
func (w *writer) write(s string, src [2]int, ref bool) {
	if w.apart && !w.pending && joins(w.text, s) {
		w.space()
	}
	w.apart = false
	last := &piece{ref: true} // of a kind that nothing is added to
	if n := len(w.pieces); n > 0 {
		last = &w.pieces[n-1]
	}
	w.untraced = w.untraced || src[0] < last.src[1]
	if w.pending && len(w.text) > 0 {
		w.text = append(w.text, ' ')
		if !ref && last.reaches(w.lone) && src[0] == w.lone+1 {
			last.text[1], last.src[1] = len(w.text), src[0]
		}
	}
	w.pending = false
	start := len(w.text)
	w.text = append(w.text, s...)
	if !ref && last.reaches(src[0]) && last.text[1] == start {
		last.text[1], last.src[1] = len(w.text), src[1]
		return
	}
	w.pieces = append(w.pieces, piece{[2]int{start, len(w.text)}, src, ref})
}

// untracedText writes text whose place in the page is not known.
func (w *writer) untracedText(s string) {
	for i, f := range strings.Fields(s) {
		if i > 0 || unicode.IsSpace(rune(s[0])) {
			w.space()
		}
		if w.pending && len(w.text) > 0 {
			w.text = append(w.text, ' ')
		}
		w.pending, w.untraced = false, true
		w.text = append(w.text, strings.ToValidUTF8(f, "\uFFFD")...)
	}
	if s != "" && unicode.IsSpace(rune(s[len(s)-1])) {
		w.space()
	}
}

// mark notes a footnote mark behind what was written.
func (w *writer) mark(note string) {
	w.marks = append(w.marks, corpus.NoteMark{At: len(w.text), Note: note})
}

// joins reports whether s would run on from a text as one word, or right behind a comma or a
// full stop. Scripts written without spaces never do: there a space would be the error.
func joins(text []byte, s string) bool {
	before, _ := utf8.DecodeLastRune(text)
	after, _ := utf8.DecodeRuneInString(s)
	return wordRune(after) && (wordRune(before) || strings.ContainsRune(".,;:!?)»”’", before))
}

// wordRune reports whether a character is of a word that spaces divide from the next.
func wordRune(r rune) bool {
	return isWordRune(r) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// block closes the text: pieces become runs, each proven. It reports false when nothing was
// written. A text whose bytes cannot be followed is kept and marked.
func (w *writer) block() (corpus.Block, bool) {
	if len(w.text) == 0 {
		return corpus.Block{}, false
	}
	b := corpus.Block{Text: string(w.text), Marks: w.marks, Runs: []corpus.Run{}, Section: []string{}}
	if !w.untraced {
		b.Runs = make([]corpus.Run, 0, len(w.pieces))
		for _, p := range w.pieces {
			from, ok1 := w.src.offset(p.src[0])
			to, ok2 := w.src.offset(p.src[1])
			w.untraced = w.untraced || !ok1 || !ok2
			b.Runs = append(b.Runs, corpus.Run{Text: p.text, Bytes: [2]int{from, to}, Ref: p.ref})
		}
	}
	if w.untraced || w.src.dec.Check(w.src.body, b.Text, b.Runs) != nil {
		b.Runs, b.Untraced = []corpus.Run{}, true
	}
	return b, true
}
