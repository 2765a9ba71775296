package indexer

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// readAs gives the tree to be compiled in another mode: its phrases will be read verbatim, as
// quotations, or as loose words. A tree that has no phrase at all says nothing of order; there,
// in the stricter readings, bare words side by side are one phrase, as if they stood in quotes.
// So the reading that ran counts what the answer counts, and no loose word is ever counted as
// verbatim. A text of bare words alone is read as that mode reads a text, with the punctuation
// between them, so that its count is what a search in that mode finds.
func readAs(tree query.Node, text string, m query.Mode) query.Node {
	if m == query.Words || hasPhrase(tree, func(query.Phrase) bool { return true }) {
		return tree
	}
	if isRow(tree) {
		if whole, _, _, _, err := query.Read(text, m); err == nil && whole != nil {
			return whole
		}
	}
	return quoteWords(tree)
}

// isRow reports whether a tree is bare words side by side and nothing else.
func isRow(tree query.Node) bool {
	row, ok := tree.(query.And)
	if !ok {
		row = query.And{tree}
	}
	return !slices.ContainsFunc(row, func(k query.Node) bool {
		w, ok := k.(query.Word)
		return !ok || w.Prefix
	})
}

// stands reports whether reading a tree in a mode leaves it as it is, so that the reading has
// the passages of the answer.
func stands(tree query.Node, m query.Mode) bool {
	verbatim := func(p query.Phrase) bool { return p.Verbatim }
	return query.ModeOf(tree) == m && (m != query.Quote || !hasPhrase(tree, verbatim))
}

// hasPhrase reports whether a phrase for which the test holds stands anywhere in the tree.
func hasPhrase(tree query.Node, test func(query.Phrase) bool) bool {
	var kids []query.Node
	switch t := tree.(type) {
	case query.Phrase:
		return test(t)
	case query.Not:
		return hasPhrase(t.Node, test)
	case query.And:
		kids = t
	case query.Or:
		kids = t
	}
	return slices.ContainsFunc(kids, func(k query.Node) bool { return hasPhrase(k, test) })
}

// quoteWords turns each row of bare words into a phrase. A word with a star stays.
func quoteWords(tree query.Node) query.Node {
	switch t := tree.(type) {
	case query.Word:
		if !t.Prefix && hasWord(t.Text) {
			return query.Phrase{Text: t.Text}
		}
	case query.Not:
		return query.Not{Node: quoteWords(t.Node)}
	case query.Or:
		out := make(query.Or, len(t))
		for i := range t {
			out[i] = quoteWords(t[i])
		}
		return out
	case query.And:
		return quoteRows(t)
	}
	return tree
}

// quoteRows joins the words that stand side by side in a conjunction.
func quoteRows(t query.And) query.Node {
	var out query.And
	var row []string
	end := func() {
		if s := strings.Join(row, " "); hasWord(s) {
			out = append(out, query.Phrase{Text: s})
		}
		row = nil
	}
	for _, k := range t {
		if w, ok := k.(query.Word); ok && !w.Prefix {
			row = append(row, w.Text)
			continue
		}
		end()
		out = append(out, quoteWords(k))
	}
	end()
	if len(out) == 1 {
		return out[0]
	}
	return out
}

// hasWord reports whether folding leaves a word of s.
func hasWord(s string) bool { return len(fold.Tokens(nil, s)) > 0 }

// maxReadings bounds the questions whose readings are remembered, of some 10 KiB at most.
const maxReadings = 256

// knownReadings remembers the readings of the last questions. Counting them is as dear as all
// else in an answer, and ten times as dear where codes do not decide the verbatim one, so that
// texts are unpacked; the next page, another order or the concordance of the same question need
// not pay it again. An index does not change while it is open, so neither do its counts.
type knownReadings struct {
	mu    sync.Mutex
	known map[string]query.Readings
}

// of gives the readings of a question; nil when they are not known.
func (k *knownReadings) of(question string) *query.Readings {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r, ok := k.known[question]; ok {
		return &r
	}
	return nil
}

// keep remembers the readings of a question. Room is made by forgetting everything.
func (k *knownReadings) keep(question string, r query.Readings) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil || len(k.known) >= maxReadings {
		k.known = map[string]query.Readings{}
	}
	k.known[question] = r
}

// question is all that decides the hits of a request, without their order.
func (p *plan) question() string {
	r := query.Request{Text: p.req.Text, Filters: p.req.Filters, Dates: p.req.Dates, Undated: p.req.Undated,
		Certain: p.req.Certain, SameEvent: p.req.SameEvent, Section: p.req.Section}
	b, err := json.Marshal(r)
	if err != nil {
		panic(err) // strings, numbers and booleans
	}
	return fmt.Sprintf("%#v %s", p.read.tree, b)
}
