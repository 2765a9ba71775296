package fold

import (
	_ "embed" // the table
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// foldTSV is the table of exceptions, one row for each rule that Unicode does not give by
// itself. Columns: kind, from (a code point or a range), to, source (why the row is there).
//
//	apart       stays as it is and is a word of its own
//	apostrophe  one apostrophe inside a word, a quotation mark at its edge
//	bare        letter (from) that loses the marks (to)
//	comma, stop, group   separators inside numbers
//	drop        passed over without a trace
//	gershayim   belongs to a word between Hebrew letters
//	inner       belongs to a word between letters
//	letter      folded to the text in to, after case folding
//	middot      belongs to a word between two l
//	point       mark that is dropped from whatever carries it
//	sign        punctuation that is a word
//
//go:embed fold.tsv
var foldTSV string

// class says what a character does to the words around it.
type class uint8

// The classes. Those from space on end a run of cells: no word reaches over them.
const (
	letter class = iota
	digit
	apostrophe
	inner
	gershayim
	middot
	stop
	comma
	group
	space // white space, punctuation and controls: separates and does not count
	sign  // a word of its own
	alone // a letter of a script without spaces: a word of its own
	mark  // belongs to the cell before it
	point // dropped, but still bytes of the cell before it
	drop  // unseen
)

// cell is one folded character with what is needed to judge its neighbours.
type cell struct {
	text       string
	start, end int
	base       rune // first rune, after folding and without marks
	class      class
	marks      markRule
	compose    bool // text may not be in NFC
}

// markRule says which combining marks a cell loses.
type markRule uint8

// The rules. Whatever the rule, marks of class point are lost.
const (
	keepMarks  markRule = iota // other scripts: as NFKC leaves them
	loseAll                    // Latin, Greek, digits, punctuation
	loseListed                 // Cyrillic vowels and alif: those that the table lists
)

// tables is everything that is computed once from foldTSV and Unicode.
type tables struct {
	class  map[rune]class  // of the listed characters
	to     map[rune]string // of letters and signs
	bare   map[rune]string // base letter to the marks that it loses
	low    [lowEnd][]cell  // the cells of the characters below lowEnd, without their places
	folder cases.Caser
}

// lowEnd bounds the characters that are looked up rather than computed: all alphabets in
// wide use and general punctuation. Computing it takes about 4 ms.
const lowEnd = 0x2100

// table gives the tables, made at the first call.
var table = sync.OnceValue(newTables)

// newTables reads foldTSV; a row that cannot be read is a defect and panics with it.
func newTables() *tables {
	t := &tables{
		class: map[rune]class{}, to: map[rune]string{}, bare: map[rune]string{},
		folder: cases.Fold(),
	}
	for line := range strings.Lines(foldTSV) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if f[0] == "kind" {
			continue
		}
		if len(f) != 4 || !t.addRow(f[0], f[1], f[2]) {
			panic(fmt.Sprintf("fold.tsv: cannot read row %q", line))
		}
	}
	for r := rune(0); r < lowEnd; r++ {
		t.low[r] = t.compute(r)
	}
	return t
}

// kinds are the classes that a row's kind gives to its characters.
var kinds = map[string]class{
	"apart": sign, "apostrophe": apostrophe, "comma": comma, "stop": stop,
	"group": group, "drop": drop, "gershayim": gershayim,
	"inner": inner, "middot": middot, "point": point, "sign": sign,
}

// addRow takes one row into the tables and reports whether it could.
func (t *tables) addRow(kind, from, to string) bool {
	lo, hi, ok := parseRange(from)
	c, listed := kinds[kind]
	switch {
	case !ok:
		return false
	case kind == "letter":
		t.to[lo] = to
	case kind == "bare":
		for _, m := range strings.Fields(to) {
			r, _, good := parseRange(m)
			ok = ok && good
			t.bare[lo] += string(r)
		}
	case listed:
		for r := lo; r <= hi; r++ {
			t.class[r] = c
		}
		if to != "" {
			t.to[lo] = to
		}
	default:
		return false
	}
	return ok
}

// parseRange reads U+0041 or U+0041..U+005A.
func parseRange(s string) (lo, hi rune, ok bool) {
	a, b, two := strings.Cut(s, "..")
	if !two {
		b = a
	}
	x, err1 := strconv.ParseInt(strings.TrimPrefix(a, "U+"), 16, 32)
	y, err2 := strconv.ParseInt(strings.TrimPrefix(b, "U+"), 16, 32)
	return rune(x), rune(y), err1 == nil && err2 == nil && x <= y
}

// cells gives the cells of a character, without their places.
func (t *tables) cells(r rune) []cell {
	if r < lowEnd {
		return t.low[r]
	}
	return t.compute(r)
}

// compute folds one character: decomposed, each part folded, marks joined again.
func (t *tables) compute(r rune) []cell {
	s := string(r)
	if _, listed := t.class[r]; !listed {
		s = decompose(r)
	}
	var out []cell
	for _, part := range s {
		c := t.leaf(part)
		if n := len(out); c.class == mark && n > 0 && out[n-1].class < mark {
			t.attach(&out[n-1], c)
			continue
		}
		out = append(out, c)
	}
	for i := range out {
		if out[i].compose {
			out[i].text, out[i].compose = norm.NFC.String(out[i].text), false
		}
	}
	return out
}

// decompose gives NFKD. Free-standing accents keep apart (NFKD would make them a space and a
// mark), and Hangul syllables stay whole.
func decompose(r rune) string {
	s := string(r)
	if r >= 0xAC00 && r <= 0xD7A3 {
		return s
	}
	d := norm.NFKD.String(s)
	if d[0] == ' ' && !unicode.Is(unicode.Z, r) {
		return norm.NFD.String(s)
	}
	return d
}

// leaf folds a character that is not decomposed any further.
func (t *tables) leaf(r rune) cell {
	text := t.caseFold(r)
	r, _ = utf8.DecodeRuneInString(text)
	c := cell{text: text, base: r, class: t.classOf(r)}
	switch c.class {
	case digit:
		c.text, c.marks = string('0'+digitValue(r)), loseAll
	case letter, alone:
		if unicode.In(r, unicode.Latin, unicode.Greek) {
			c.marks = loseAll
		}
		if t.bare[r] != "" {
			c.marks = loseListed
		}
	case sign, mark: // a trailing jamo may become a letter and keeps marks
	default:
		c.marks = loseAll
	}
	return c
}

// caseFold applies full case folding and then the table.
func (t *tables) caseFold(r rune) string {
	if to, ok := t.to[r]; ok {
		return to
	}
	if unicode.Is(unicode.Cherokee, r) { // package cases swaps its two cases
		return string(unicode.ToLower(r))
	}
	var b strings.Builder
	for _, f := range t.folder.String(string(r)) {
		if to, ok := t.to[f]; ok {
			b.WriteString(to)
		} else {
			b.WriteRune(f)
		}
	}
	return b.String()
}

// classOf gives the class of a decomposed, case-folded character.
func (t *tables) classOf(r rune) class {
	if c, ok := t.class[r]; ok {
		return c
	}
	switch {
	case unicode.IsMark(r) || isTrailingJamo(r):
		return mark
	case unicode.In(r, spaceless...) || r == 'ー' || r == '々' || r == '〆' || r == '〇':
		if unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) {
			return alone
		}
	}
	switch {
	case unicode.IsLetter(r) || unicode.Is(unicode.Nl, r):
		return letter
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return sign // of category Cf, but seen
	case unicode.Is(unicode.Cf, r):
		return drop
	case unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.P, unicode.Cc):
		return space
	}
	return sign // symbols, No, private use and what Unicode has not assigned yet
}

// spaceless are the scripts that set no space between words.
var spaceless = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
	unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet,
}

// isTrailingJamo reports a Hangul vowel or final consonant that composes with what precedes.
func isTrailingJamo(r rune) bool { return r >= 0x1160 && r <= 0x11FF }

// digitValue gives the value of a decimal digit of any script. In Unicode the ten digits of
// a set stand in order, and each range of category Nd begins with a zero.
func digitValue(r rune) rune {
	if r <= '9' {
		return r - '0'
	}
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return (r - rune(x.Lo)) % 10
		}
	}
	return 0
}

// maxCell bounds the text of one character with its marks, in bytes. No script sets more than
// a handful of marks; without a bound a page of marks alone would cost the square of its size.
const maxCell = 64

// attach gives a mark to a cell, unless the cell's rule or the mark's own loses it.
func (t *tables) attach(c *cell, m cell) {
	switch {
	case m.class == point || len(c.text) > maxCell:
		return
	case c.marks == loseAll && unicode.IsMark(m.base):
		return
	case c.marks == loseListed && strings.ContainsRune(t.bare[c.base], m.base):
		return
	}
	c.text += m.text
	c.compose = true
}
