package query

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A quotation is paired from its opening mark on, with a stack. Marks that lean by their shape
// (“ ” « 「) open or close by it; the straight ones, and those that some languages use on both
// sides (”a” »a« „a“), lean by what stands around them. A mark that closes nothing that is open
// is a stray: it ends the quotation, as a mismatched pair, when no better closer follows or
// when that closer is claimed by an opener behind the stray. So "a b” c “d e" is two
// quotations, and "the 5” pipe" is one.

// closers are the marks that open a quotation of words, each with those that properly close it.
var closers = map[rune]string{
	'"': "\"＂", '＂': "\"＂", '“': "”", '”': "”", '„': "“”", '‟': "”", '«': "»", '»': "«»",
	'〝': "〞〟", '「': "」", '『': "』", '《': "》", '｢': "｣",
}

// quoteMarks are all marks of a quotation of words.
const quoteMarks = "\"“”„‟«»＂〝〞〟「」『』《》｢｣"

// brackets are marks whose shape alone says what they do, in texts without spaces too.
const brackets = "〝〞〟「」『』《》｢｣"

// singleOpeners open a quotation of characters.
var singleOpeners = map[rune]string{'\'': "'", '‘': "’", '‚': "‘’", '‹': "›"}

// maxNested is how deep quotations in quotations are followed; deeper marks are text.
const maxNested = 8

// maxMarks bounds the marks of a query, those behind a backslash apart: each may be held
// against all behind it.
const maxMarks = 512

// leaning is what the neighbours of a mark say of it.
type leaning int

const (
	upright leaning = iota
	opening
	closing
)

// mark is a mark of quotation in a query.
type mark struct {
	at, end int
	r       rune
	lean    leaning
	text    bool // behind a backslash
}

// crowded is the refusal of a query with more than maxMarks marks; nil for any other.
func crowded(marks []mark) error {
	n := 0
	for _, m := range marks {
		if m.text {
			continue
		}
		if n++; n > maxMarks {
			return &SyntaxError{At: m.at, Remedy: "leave marks inside a quotation out: they do not count",
				Message: fmt.Sprintf("the query has more than %d quotation marks", maxMarks)}
		}
	}
	return nil
}

// straight reports whether only the neighbours of a mark say what it does.
func straight(r rune) bool { return r == '"' || r == '＂' }

// marksOf lists the marks of a query but those inside Hebrew words.
func marksOf(s string) []mark {
	var out []mark
	before, letter := rune(0), rune(0) // the character before, and the last that stands by itself
	for i, r := range s {
		end := i + utf8.RuneLen(r)
		if strings.ContainsRune(quoteMarks, r) && !gershayim(letter, s[end:], r) {
			out = append(out, mark{at: i, end: end, r: r, lean: leanOf(s[:i], s[end:]), text: before == '\\'})
		}
		if before = r; !unicode.In(r, unicode.M, unicode.Cf) {
			letter = r
		}
	}
	return out
}

// gershayim reports whether the mark r stands between Hebrew letters: it is part of a word.
func gershayim(before rune, after string, r rune) bool {
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, func(r rune) bool { return unicode.In(r, unicode.M, unicode.Cf) }))
	return (r == '"' || r == '”' || r == '“') && unicode.Is(unicode.Hebrew, before) && unicode.Is(unicode.Hebrew, next)
}

// leanOf says how a mark between two texts leans: towards the word, from the space.
func leanOf(before, after string) leaning {
	before, after = strings.TrimRightFunc(before, unseen), strings.TrimLeftFunc(after, unseen)
	b, _ := utf8.DecodeLastRuneInString(before)
	a, _ := utf8.DecodeRuneInString(after)
	gapBefore, gapAfter := before == "" || unicode.IsSpace(b), after == "" || unicode.IsSpace(a)
	switch {
	case gapBefore && gapAfter:
		return upright
	case wordlike(a) && !wordlike(b), gapBefore && strings.ContainsRune(quoteMarks+"([（\\-", a):
		return opening
	case wordlike(b) && !wordlike(a), gapAfter && !gapBefore:
		return closing
	}
	return upright
}

// wordlike reports whether r is a part of a word, or a sign that stands before a number.
func wordlike(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Sc) || r == '#' || r == '@'
}

// closes reports whether m closes what open opened.
func (m mark) closes(open rune) bool {
	if !strings.ContainsRune(closers[open], m.r) {
		return false
	}
	switch {
	case straight(m.r), m.r == '”' && open == '”', m.r == '“', m.r == '«':
		return m.lean != opening
	case m.r == '»' && open == '»':
		return m.lean == closing
	}
	return true
}

// opens reports whether m begins a quotation inside another.
func (m mark) opens() bool {
	switch {
	case closers[m.r] == "":
		return false
	case straight(m.r), m.r == '”', m.r == '»':
		return m.lean == opening
	}
	return m.lean != closing || strings.ContainsRune(brackets, m.r)
}

// stray reports whether m, which closes nothing that is open, looks like a closing mark.
func (m mark) stray() bool {
	return m.lean == closing || m.lean == upright && !straight(m.r) && !m.opens()
}

// ending is where a quotation ends, and the repair that it took.
type ending struct {
	to     int
	closer rune // 0 when the quotation is not closed
	repair string
}

// pairing follows the marks of one quotation.
type pairing struct {
	s      string
	open   rune
	stack  []mark // the marks inside that are open
	inner  int    // marks that opened inside
	next   int    // place of the first of them; -1 without one
	shared int    // a mark that closed the first of them; -1 without one
	first  *mark  // the first stray
	alike  bool   // a straight quotation stands in a straight one
	mended bool   // a mark inside closes another kind
}

// pair finds the end of the quotation that open began before from.
func (l *lexer) pair(from int, open rune) ending {
	p := pairing{s: l.s, open: open, next: -1, shared: -1}
	marks := l.marks[sort.Search(len(l.marks), func(i int) bool { return l.marks[i].at >= from }):]
	for i, m := range marks {
		if m.text {
			continue
		}
		k := p.partner(m)
		if k < 0 && len(p.stack) > 0 && m.closes(open) && i+1 < len(marks) && p.again(marks[i+1]) && p.claimed() == nil {
			// The next mark closes the outer quotation as well: this one belongs to the inner.
			p.stack, p.mended = p.stack[:len(p.stack)-1], true
			continue
		}
		switch {
		case k >= 0:
			if k == 0 && p.inner == 1 && m.r == '»' {
				p.shared = m.at
			}
			p.stack = p.stack[:k]
		case m.closes(open):
			return p.closedBy(m)
		case m.opens():
			p.push(m)
		case m.stray() && len(p.stack) == 0 && p.first == nil:
			p.first = &m
		}
	}
	return p.unclosed()
}

// partner is the place on the stack of the mark that m closes; -1 when it is none of them.
func (p *pairing) partner(m mark) int {
	for k := len(p.stack) - 1; k >= 0; k-- {
		if m.closes(p.stack[k].r) {
			return k
		}
	}
	return -1
}

// again reports whether m can only be the end of the outer quotation.
func (p *pairing) again(m mark) bool { return !m.text && m.lean == closing && m.closes(p.open) }

// claimed is the stray that ends the quotation since a mark that opened behind it is still
// open and claims the closer that comes next.
func (p *pairing) claimed() *mark {
	if p.first != nil && len(p.stack) > 0 && p.stack[0].at > p.first.at {
		return p.first
	}
	return nil
}

func (p *pairing) push(m mark) {
	if p.next < 0 {
		p.next = m.at
	}
	p.inner++
	p.alike = p.alike || straight(m.r) && straight(p.open)
	if len(p.stack) < maxNested {
		p.stack = append(p.stack, m)
	}
}

// closedBy is the end at a proper closer, unless a stray before it is the better one.
func (p *pairing) closedBy(m mark) ending {
	if s := p.claimed(); s != nil {
		return p.mismatched(*s)
	}
	e := ending{to: m.at, closer: m.r}
	switch {
	case m.r != p.open && straight(m.r) && straight(p.open):
		return p.mismatched(m)
	case p.alike || p.mended:
		e.repair = "the marks inside the quotation were read as part of it"
	case len(p.stack) > 0 || p.first != nil && !afterDigit(p.s[:p.first.at]):
		e.repair = "a mark inside the quotation has no partner; it was read as text"
	}
	return e
}

func (p *pairing) mismatched(m mark) ending {
	return ending{to: m.at, closer: m.r, repair: "the quotation opens with " + string(p.open) +
		" and closes with " + string(m.r) + "; they were taken as a pair"}
}

// unclosed is the end of a quotation without a closer of its own.
func (p *pairing) unclosed() ending {
	switch {
	case p.first != nil:
		return p.mismatched(*p.first)
	case p.open == '«' && p.inner == 1 && p.shared >= 0:
		// Russian lets a quotation and the one at its end share the closing mark.
		return ending{to: p.shared, closer: '»', repair: "two quotations end at one mark; it closes the outer one"}
	case p.next >= 0:
		return ending{to: p.next, repair: "the quotation is not closed; it was read to the next one"}
	}
	return ending{to: len(p.s), repair: "the quotation is not closed; it was read to the end"}
}

// afterDigit reports whether a text ends in a digit: the mark behind it may mean inches.
func afterDigit(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(s, unseen))
	return unicode.IsDigit(r)
}

// begins reports whether the mark at a place where no quotation is open opens one. A mark that
// does not is a stray.
func (l *lexer) begins(m mark) bool {
	switch {
	case closers[m.r] == "":
		return false
	case straight(m.r):
		if l.wordAt == m.at && afterDigit(l.s[:m.at]) && m.lean != opening {
			return false
		}
		return m.lean == opening || l.leads(m) || l.follows(m)
	case m.r == '”', m.r == '»':
		return m.lean == opening || m.lean == upright && l.follows(m)
	}
	return m.opens()
}

// leads reports whether a space stands before a mark and none behind it.
func (l *lexer) leads(m mark) bool {
	b, _ := utf8.DecodeLastRuneInString(l.s[:m.at])
	a, _ := utf8.DecodeRuneInString(l.s[m.end:])
	return (m.at == 0 || unicode.IsSpace(b)) && m.end < len(l.s) && !unicode.IsSpace(a)
}

// follows reports whether a mark that closes m stands somewhere behind it.
func (l *lexer) follows(m mark) bool {
	for i := len(l.marks) - 1; i >= 0 && l.marks[i].at > m.at; i-- {
		if n := l.marks[i]; !n.text && strings.ContainsRune(closers[m.r], n.r) {
			return true
		}
	}
	return false
}

// markAt is the mark at a place; false when none stands there.
func (l *lexer) markAt(at int) (mark, bool) {
	i := sort.Search(len(l.marks), func(i int) bool { return l.marks[i].at >= at })
	if i < len(l.marks) && l.marks[i].at == at {
		return l.marks[i], true
	}
	return mark{}, false
}
