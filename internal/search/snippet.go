package search

import (
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// Cut chooses the piece of a text to show: at most size bytes, cut at white space, holding
// marks[first] whole even where that takes more than size. Without marks it is the beginning.
func Cut(text string, marks []corpus.Span, first, size int) corpus.Span {
	if len(text) <= size {
		return corpus.Span{Start: 0, End: len(text)}
	}
	var must corpus.Span
	if first < len(marks) {
		must = marks[first]
	}
	// A third of the room stands before the mark: enough to see who speaks, and the rest for
	// what follows.
	room := size - must.Len()
	start := wordStart(text, must.Start-room/3, must.Start)
	end := wordEnd(text, start+size, must.End)
	if end == len(text) {
		start = wordStart(text, end-size, must.Start)
	}
	return corpus.Span{Start: start, End: end}
}

// wordStart is the first beginning of a word from a place on. Where none stands before limit,
// as in a script without spaces or inside an endless word, it is the place itself.
func wordStart(text string, from, limit int) int {
	if from <= 0 {
		return 0
	}
	for i := from; i < limit; i++ {
		if spaceBefore(text, i) && !spaceAfter(text, i) {
			return i
		}
	}
	for from < limit && !utf8.RuneStart(text[from]) {
		from++
	}
	return min(from, limit)
}

// wordEnd is the last end of a word up to a place. Where none stands behind limit it is the
// place itself.
func wordEnd(text string, to, limit int) int {
	if to >= len(text) {
		return len(text)
	}
	for i := to; i > limit; i-- {
		if spaceAfter(text, i) && !spaceBefore(text, i) {
			return i
		}
	}
	for to > limit && !utf8.RuneStart(text[to]) {
		to--
	}
	return max(to, limit)
}

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
