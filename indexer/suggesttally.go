package indexer

import (
	"bytes"
	"slices"
)

// editWords is what one near wording met costs of a budget, in words read: it is looked up in
// a map.
const editWords = 16

// absentWord stands in a phrase for a word that a shard does not have; no text has it.
const absentWord = ^uint32(0)

// nearPlace tells a near wording within a shard.
type nearPlace struct {
	kind, at int
	word     uint32
}

// meeting counts the passages of a near wording in a shard.
type meeting struct {
	count       int
	least, last uint32 // passages: that of the least id, and the one met last
	from        int    // the word of the least that it begins with
}

// nearTally finds the wordings one word away from a phrase in passages that do not hold it.
type nearTally struct {
	words, back   []uint32 // the phrase, and from its end
	fail, failed  []int    // how much of the phrase stands at each of its own places
	text          []uint32 // a passage from its end
	behind, ahead []int    // for each place of a passage: how much of the beginning stands behind it, of the end before it
	met           map[nearPlace]*meeting
	ids           *idColumn
	hits          int
}

// newNearTally prepares a phrase for a shard.
func newNearTally(col *wordColumn, ids *idColumn, words []string) *nearTally {
	t := &nearTally{words: make([]uint32, len(words)), met: map[nearPlace]*meeting{}, ids: ids}
	for i, w := range words {
		k, ok := col.numberOf(w)
		if !ok {
			k = absentWord
		}
		t.words[i] = k
	}
	t.back = reversed(nil, t.words)
	t.fail, t.failed = ownBeginnings(t.words), ownBeginnings(t.back)
	return t
}

// read tallies one passage and gives how many near wordings it met.
func (t *nearTally) read(passage uint32, text []uint32) int {
	t.hits = 0
	n := len(t.words)
	t.behind = beginnings(t.behind[:0], t.words, t.fail, text)
	t.text = reversed(t.text[:0], text)
	t.ahead = beginnings(t.ahead[:0], t.back, t.failed, t.text)
	end := func(at int) int { // how much of the end of the phrase stands before a place
		if at == 0 {
			return 0
		}
		return t.ahead[len(text)-at]
	}
	for from := range text {
		head := t.behind[from]
		if to := from + n; to <= len(text) && head < n {
			t.sameLength(passage, text, from, end(to))
		}
		if to := from + n + 1; to <= len(text) {
			if k := min(head, n-1); k >= max(1, n-end(to)) {
				t.meet(passage, from, nearPlace{added, k, text[from+k]})
			}
		}
		if to := from + n - 1; to <= len(text) && head < n-1 {
			// The phrase without its first or last word is a part of it and listed as one.
			if tail := end(to); tail < n-1 && head >= max(1, n-1-tail) {
				t.meet(passage, from, nearPlace{missing, min(head, n-2), 0})
			}
		}
	}
	return t.hits
}

// sameLength looks at as many words as the phrase has: one may differ, or two be swapped.
func (t *nearTally) sameLength(passage uint32, text []uint32, from, tail int) {
	n, k := len(t.words), t.behind[from]
	if tail >= n-k-1 {
		t.meet(passage, from, nearPlace{changed, k, text[from+k]})
		return
	}
	if k+1 < n && tail >= n-k-2 && text[from+k] == t.words[k+1] && text[from+k+1] == t.words[k] {
		t.meet(passage, from, nearPlace{swapped, k, 0})
	}
}

// meet counts a wording, once a passage. What is shown of it stands in the passage of the least
// id, so that the order in which passages came into the index does not show.
func (t *nearTally) meet(passage uint32, from int, p nearPlace) {
	t.hits++
	m := t.met[p]
	if m == nil {
		t.met[p] = &meeting{count: 1, least: passage, last: passage, from: from}
		return
	}
	if m.last == passage {
		return
	}
	m.count++
	m.last = passage
	if bytes.Compare(t.ids.passage(passage), t.ids.passage(m.least)) < 0 {
		m.least, m.from = passage, from
	}
}

// ownBeginnings gives for each place of a phrase how much of its beginning stands there.
func ownBeginnings(w []uint32) []int {
	out := make([]int, len(w))
	out[0] = len(w)
	for i, from, to := 1, 0, 0; i < len(w); i++ {
		n := 0
		if i < to {
			n = min(out[i-from], to-i)
		}
		for i+n < len(w) && w[n] == w[i+n] {
			n++
		}
		if out[i] = n; i+n > to {
			from, to = i, i+n
		}
	}
	return out
}

// beginnings appends for each place of a text how much of the beginning of a phrase stands
// there; own is ownBeginnings of the phrase.
func beginnings(dst []int, w []uint32, own []int, text []uint32) []int {
	from, to := 0, 0 // the match that reaches furthest
	for i := range text {
		n := 0
		if i < to {
			n = min(own[i-from], to-i)
		}
		if i+n >= to {
			for n < len(w) && i+n < len(text) && w[n] == text[i+n] {
				n++
			}
			from, to = i, i+n
		}
		dst = append(dst, n)
	}
	return dst
}

// reversed appends the words from the last to the first.
func reversed(dst, words []uint32) []uint32 {
	dst = append(dst, words...)
	slices.Reverse(dst)
	return dst
}
