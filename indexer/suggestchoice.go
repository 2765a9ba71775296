package indexer

import (
	"slices"

	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// nearChoice cuts the near wordings of a phrase to those that are listed.
type nearChoice struct {
	g        *suggester
	text     string // the phrase
	readings [][]fold.Token
	phrases  [][]string // their words
	cut      bool       // what was tallied is a part of it, so that it is counted again
	counts   *budget    // for that

	list  []*sighting     // all, in order
	taken []nearPick      // at most maxNear
	seen  map[string]bool // wordings that were looked at: two readings may have the same
}

// nearPick is a wording that is listed, with its place in the order.
type nearPick struct {
	at  int
	sug query.Suggestion
}

// take adds the first n wordings that differ by a kind of words, by any when it is empty, as
// far as there is room.
func (c *nearChoice) take(n int, kind string) error {
	for i, s := range c.list {
		if n == 0 || len(c.taken) == maxNear {
			return nil
		}
		phrase := c.phrases[s.reading]
		if kind != "" && s.difference(phrase) != kind {
			continue
		}
		words := s.words(phrase)
		key := joinedWords(words)
		if c.seen[key] {
			continue
		}
		c.seen[key] = true
		sug, ok, err := c.show(s, words)
		if err != nil {
			return err
		}
		if ok {
			c.taken = append(c.taken, nearPick{i, sug})
			n--
		}
	}
	return nil
}

// show makes the suggestion of a wording; ok is false where its count is not known or no query
// finds it alone.
func (c *nearChoice) show(s *sighting, words []string) (out query.Suggestion, ok bool, err error) {
	if c.cut {
		if s.count, ok, err = c.g.count(words, c.counts); err != nil || !ok {
			return out, false, err
		}
	}
	return s.suggestion(c.text, c.readings[s.reading])
}

// listed gives what was taken: most frequent first, ties as in the list.
func (c *nearChoice) listed() []query.Suggestion {
	slices.SortFunc(c.taken, func(a, b nearPick) int {
		if a.sug.Count != b.sug.Count {
			return b.sug.Count - a.sug.Count
		}
		return a.at - b.at
	})
	var out []query.Suggestion
	for _, t := range c.taken {
		out = append(out, t.sug)
	}
	return out
}
