package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// Cut chooses the piece of a text to show: at most size bytes that hold marks[first] whole, or
// exactly that mark where it takes more. It begins and ends at the edge of a sentence where one
// lies within the room, else at the edge of a word; inside an endless word, at that of a
// grapheme. Without marks it is the beginning.
func Cut(text string, marks []corpus.Span, first, size int) corpus.Span {
	if len(text) <= size {
		return corpus.Span{Start: 0, End: len(text)}
	}
	var must corpus.Span
	if first < len(marks) {
		must = marks[first]
	}
	if must.Len() >= size {
		return must
	}
	start := startBefore(text, must.Start, size-must.Len())
	end := endBehind(text, start+size, must.End)
	return corpus.Span{Start: earlier(text, end, size, start), End: end}
}

// startBefore chooses where a piece begins that has room bytes beside its mark. A sentence may
// take two thirds of it; without one, a third stands before the mark: enough to see who speaks,
// and the rest for what follows.
func startBefore(text string, mark, room int) int {
	for i := mark; i >= max(0, mark-2*room/3); i-- {
		if runeAt(text, i) && startsSentence(text, i) {
			return i
		}
	}
	return wordStart(text, mark-room/3, mark)
}

// endBehind chooses where a piece ends: the last end of a sentence up to a place and not before
// limit, else of a word.
func endBehind(text string, to, limit int) int {
	if to >= len(text) {
		return len(text)
	}
	for i := to; i > 0 && i >= limit; i-- {
		if runeAt(text, i) && endedSentence(text, i) {
			return i
		}
	}
	return wordEnd(text, to, limit)
}

// earlier moves the start of a piece back where its end left room: to the first sentence that
// fits or, at the end of the text, to a word.
func earlier(text string, end, size, start int) int {
	for i := max(0, end-size); i < start; i++ {
		if runeAt(text, i) && startsSentence(text, i) {
			return i
		}
	}
	if end == len(text) && !startsSentence(text, start) {
		return wordStart(text, end-size, start)
	}
	return start
}

// wordStart is the first beginning of a word from a place on. Where none stands before limit,
// as inside an endless word, it is the first grapheme there.
func wordStart(text string, from, limit int) int {
	if from <= 0 {
		return 0
	}
	for i := from; i <= limit; i++ {
		if runeAt(text, i) && (spaceBefore(text, i) && !spaceAfter(text, i) && !joined(text, i) || between(text, i)) {
			return i
		}
	}
	return graphemeFrom(text, from, limit)
}

// wordEnd is the last end of a word up to a place. Where none stands behind limit it is the
// last grapheme that ends there.
func wordEnd(text string, to, limit int) int {
	if to >= len(text) {
		return len(text)
	}
	for i := to; i > limit; i-- {
		if runeAt(text, i) && (spaceAfter(text, i) && !spaceBefore(text, i) || between(text, i)) {
			return i
		}
	}
	return graphemeUpTo(text, to, limit)
}

// between reports whether i stands between two characters of which one is of a script that
// sets no spaces between words.
func between(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	return !joined(text, i) && !unicode.IsSpace(before) && !unicode.IsSpace(after) && (unspacedScript(before) || unspacedScript(after)) &&
		!unicode.IsPunct(after) && (!unicode.IsPunct(before) || strings.ContainsRune(unspaced, before))
}

// unspacedScript reports whether words of r's script stand without spaces.
func unspacedScript(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// joined reports whether the character at i belongs to the one before it.
func joined(text string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.In(after, unicode.M, unicode.Cf) || before == '\u200d'
}

// graphemeReach is how far before a place graphemes are counted from, in bytes: more than any
// grapheme that is written.
const graphemeReach = 256

// borders lists the borders of graphemes of a text from a little before one place to a
// little behind another.
func borders(text string, from, to int) []int {
	at := max(0, from-graphemeReach)
	for at > 0 && (!runeAt(text, at) || joined(text, at)) {
		at--
	}
	var out []int
	for it := graphemes.FromString(text[at:]); at <= to && it.Next(); at += len(it.Value()) {
		out = append(out, at)
	}
	return out
}

// graphemeFrom is the first border of a grapheme from a place on, at most limit.
func graphemeFrom(text string, from, limit int) int {
	for _, at := range borders(text, from, limit) {
		if at >= from && at <= limit && !joined(text, at) {
			return at
		}
	}
	return limit
}

// graphemeUpTo is the last border of a grapheme up to a place, at least limit.
func graphemeUpTo(text string, to, limit int) int {
	out := limit
	for _, at := range borders(text, limit, to) {
		if at <= to && !joined(text, at) {
			out = max(out, at)
		}
	}
	return out
}

// runeAt reports whether a character begins, or the text ends, at i.
func runeAt(text string, i int) bool { return i == len(text) || utf8.RuneStart(text[i]) }

// spaceBefore reports whether a character of white space ends at i.
func spaceBefore(text string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(text[:i])
	return unicode.IsSpace(r)
}

// spaceAfter reports whether a character of white space begins at i.
func spaceAfter(text string, i int) bool {
	r, _ := utf8.DecodeRuneInString(text[i:])
	return unicode.IsSpace(r)
}

// Inside returns the marks that lie wholly in a piece of the text, as offsets into the piece.
func Inside(marks []corpus.Span, piece corpus.Span) []corpus.Span {
	out := []corpus.Span{}
	for _, m := range marks {
		if piece.Contains(m) {
			out = append(out, corpus.Span{Start: m.Start - piece.Start, End: m.End - piece.Start})
		}
	}
	return out
}

// phrasesOf lists the phrases of a query that a hit may hold, in the ways they may be read.
func phrasesOf(n query.Node) [][]fold.Token {
	var out [][]fold.Token
	switch n := n.(type) {
	case query.And:
		for _, c := range n {
			out = append(out, phrasesOf(c)...)
		}
	case query.Or:
		for _, c := range n {
			out = append(out, phrasesOf(c)...)
		}
	case query.Phrase:
		out = fold.Readings(n.Text)
	}
	return out
}

// firstPhrase is the index of the first mark that is a phrase of the query, else 0.
func firstPhrase(text string, marks []corpus.Span, phrases [][]fold.Token) int {
	for i, m := range marks {
		if !m.In(len(text)) {
			continue
		}
		words := fold.Tokens(nil, text[m.Start:m.End])
		for _, p := range phrases {
			if frames(words, p) {
				return i
			}
		}
	}
	return 0
}

// frames reports whether found words can be an occurrence of a phrase: they begin and end as
// it does and are no fewer. Words between them may differ where the phrase has slop.
func frames(words, phrase []fold.Token) bool {
	n, k := len(words), len(phrase)
	return n >= k && k > 0 && words[0].Text == phrase[0].Text && words[n-1].Text == phrase[k-1].Text
}
