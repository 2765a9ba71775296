package register

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// Match is a name found in a text.
type Match struct {
	Span       corpus.Span
	First      int         // first word of the name
	Last       int         // behind its last word
	Candidates []Candidate // what it may mean, by id
	Nested     bool        // lies inside a longer name
}

// Candidate is one thing that a match may mean.
type Candidate struct {
	ID    string
	Flags Flag
	Name  string // the row's name that matched
	Form  bool   // in a case form of that name
	At    string // file and line of the name
}

// Find returns the names in a text whose words are toks: at each place the longest, and the
// names that lie inside it as nested ones. A name that crosses an earlier one is left out.
// Matches are ordered by first word, the longer first.
func (r *Register) Find(text string, toks []fold.Token) []Match {
	w := walk{d: &r.dict, text: text, toks: toks, loud: isLoud(text)}
	var out []Match
	cover := 0 // behind the last word of the longest name so far
	for i := range toks {
		from := len(out)
		out = w.at(out, i)
		found := out[from:]
		if len(found) == 0 {
			continue
		}
		slices.Reverse(found)
		if i >= cover {
			cover = found[0].Last
			for j := range found[1:] {
				found[j+1].Nested = true
			}
			continue
		}
		kept := slices.DeleteFunc(found, func(m Match) bool { return m.Last > cover })
		for j := range kept {
			kept[j].Nested = true
		}
		out = out[:from+len(kept)]
	}
	return out
}

// walk is one pass over a text.
type walk struct {
	d    *dictionary
	text string
	toks []fold.Token
	loud bool // all in capitals: an acronym proves nothing
}

// at appends the names that begin at word i, the shortest first.
func (w *walk) at(out []Match, i int) []Match {
	node := uint32(0)
	for j := i; j < len(w.toks); j++ {
		if j > i && !joined(w.text, w.toks[j-1], w.toks[j]) {
			break
		}
		t := w.toks[j]
		if stem, cut := possessive(w.text, t); cut > 0 {
			if n := w.step(node, j == i, stem); n != 0 {
				out = w.hit(out, n, corpus.Span{Start: i, End: j + 1}, t.End-cut)
			}
		}
		node = w.step(node, j == i, t.Text)
		if node == 0 {
			break
		}
		out = w.hit(out, node, corpus.Span{Start: i, End: j + 1}, t.End)
	}
	return out
}

// step follows one word from a node; 0 leads nowhere.
func (w *walk) step(node uint32, first bool, word string) uint32 {
	n, ok := w.d.words[word]
	if !ok {
		return 0
	}
	if first {
		return w.d.first[n]
	}
	return w.d.next[uint64(node)<<32|uint64(n)]
}

// hit appends the match of words at the node, unless no reading of it is allowed there.
func (w *walk) hit(out []Match, node uint32, words corpus.Span, end int) []Match {
	m := Match{First: words.Start, Last: words.End}
	m.Span = corpus.Span{Start: w.toks[words.Start].Start, End: end}
	for _, e := range w.d.ends[node] {
		same := func(c Candidate) bool { return c.ID == e.row.ID }
		if !w.allows(e, m) || slices.ContainsFunc(m.Candidates, same) {
			continue
		}
		m.Candidates = append(m.Candidates,
			Candidate{ID: e.row.ID, Flags: e.flags, Name: e.name.Text, Form: e.form, At: e.name.at})
	}
	if len(m.Candidates) == 0 {
		return out
	}
	slices.SortFunc(m.Candidates, func(a, b Candidate) int { return strings.Compare(a.ID, b.ID) })
	return append(out, m)
}

// allows reports whether a reading fits the letters as they stand.
func (w *walk) allows(e entry, m Match) bool {
	if e.flags&CaseSensitive == 0 {
		first, _ := utf8.DecodeRuneInString(w.text[m.Span.Start:])
		return e.small || !unicode.IsLower(first)
	}
	if w.loud || len(e.exact) != m.Last-m.First || w.shouted(m) {
		return false
	}
	for i, want := range e.exact {
		t := w.toks[m.First+i]
		if w.text[t.Start:min(t.End, m.Span.End)] != want {
			return false
		}
	}
	return true
}

// shouted reports whether the words on both sides of a match are all in capitals too.
func (w *walk) shouted(m Match) bool {
	return m.First > 0 && m.Last < len(w.toks) &&
		w.capitals(w.toks[m.First-1]) && w.capitals(w.toks[m.Last])
}

// capitals reports whether a word is of two or more letters and all in capitals.
func (w *walk) capitals(t fold.Token) bool {
	s := w.text[t.Start:t.End]
	return utf8.RuneCountInString(s) > 1 &&
		strings.IndexFunc(s, func(r rune) bool { return !unicode.IsUpper(r) }) < 0
}

// joined reports whether what stands between two words may stand inside a name: spaces,
// hyphens and dashes, an apostrophe, the point of a short abbreviation.
func joined(text string, a, b fold.Token) bool {
	if a.End > b.Start {
		return false
	}
	for _, r := range text[a.End:b.Start] {
		switch {
		case r == ' ' || r == '\u00a0' || r == '-' || r >= '\u2010' && r <= '\u2015':
		case r == '\'' || r == '\u2019' || r == '\u02bc' || r == '\u2212':
		case r == '.' && a.End-a.Start <= len("St"):
		default:
			return false
		}
	}
	return true
}

// possessive returns the word without an English 's, and how many bytes of the text that is.
func possessive(text string, t fold.Token) (stem string, cut int) {
	s := text[t.Start:t.End]
	for _, p := range []string{"'s", "\u2019s", "\u02bcs"} {
		if strings.HasSuffix(s, p) {
			stem = strings.TrimSuffix(strings.TrimSuffix(t.Text, "s"), "'")
			return strings.TrimSuffix(stem, "\u2019"), len(p)
		}
	}
	return "", 0
}

// isLoud reports whether a text of some length has capitals and no small letter.
func isLoud(text string) bool {
	const enough = 12 // capitals; fewer may be an acronym in a line of another script
	capitals := 0
	for _, r := range text {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			capitals++
		}
	}
	return capitals >= enough
}
