package segment

import (
	"strings"

	"ibid/corpus"
)

// parts cuts a text into spans of at most MaxWords words where its sentences allow, else of
// at most HardWords. A cut is at a space, which is in no span.
//
// The lengths are evened out: 130 words are two parts of about 65, not 120 and a rest of 10.
func parts(text, language string) []corpus.Span {
	words := wordEnds(text)
	if len(words) <= MaxWords {
		return []corpus.Span{{Start: 0, End: len(text)}}
	}
	ends := wordsAt(words, sentenceEnds(text, language))
	var out []corpus.Span
	start, first := 0, 0 // byte and word that the next part begins with
	for len(words)-first > MaxWords {
		last := cut(ends, first, len(words))
		if last == len(words) {
			break
		}
		out = append(out, corpus.Span{Start: start, End: words[last-1]})
		start, first = words[last-1]+1, last
	}
	return append(out, corpus.Span{Start: start, End: len(text)})
}

// wordEnds is the offset behind each word of a text with single spaces.
func wordEnds(text string) []int {
	var out []int
	for at := 0; ; {
		i := strings.IndexByte(text[at:], ' ')
		if i < 0 {
			return append(out, len(text))
		}
		out = append(out, at+i)
		at += i + 1
	}
}

// wordsAt turns offsets of sentence ends into numbers of words before them.
func wordsAt(words, offsets []int) []int {
	var out []int
	w := 0
	for _, at := range offsets {
		for w < len(words) && words[w] < at {
			w++
		}
		if w < len(words) && words[w] == at {
			out = append(out, w+1)
		}
	}
	return out
}

// cut chooses the word before which the part that begins with word first ends: the sentence
// end within MaxWords that is nearest to an even share of what is left, else the first within
// HardWords, else an even share of the sentence.
func cut(ends []int, first, total int) int {
	left := total - first
	share := first + even(left, MaxWords)
	best, next := 0, total
	for _, e := range ends {
		if e <= first {
			continue
		}
		if e-first > MaxWords {
			next = e
			break
		}
		if best == 0 || abs(e-share) < abs(best-share) {
			best = e
		}
	}
	switch {
	case best > 0:
		return best
	case next-first <= HardWords:
		return next
	}
	return first + even(next-first, HardWords)
}

// even is the size of the equal shares, none above limit, that n is cut into.
func even(n, limit int) int {
	shares := (n + limit - 1) / limit
	return (n + shares - 1) / shares
}

// abs is the distance of a number from zero.
func abs(n int) int { return max(n, -n) }
