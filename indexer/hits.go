package indexer

import (
	"sort"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
)

// hits reads the passages of a page with their documents and marks what was found. They are
// read in the order they are stored in, so that each block is unpacked once.
func hits(best []entry) ([]query.Hit, error) {
	order := make([]int, len(best))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return best[order[i]].passage < best[order[j]].passage })
	out := make([]query.Hit, len(best))
	for _, i := range order {
		s := best[i].part.s
		err := guard(s.dir, s.hashed, func() (err error) {
			out[i], err = best[i].part.hit(best[i])
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hit reads one passage, as far as it is asked for.
func (t *part) hit(e entry) (h query.Hit, err error) {
	r := t.eval.records
	h.Score = e.score
	switch t.p.req.Detail {
	case query.IDDetail:
		h.Passage = &corpus.Passage{ID: corpus.PassageID(e.id.String())}
		return h, nil
	case query.TextDetail:
		h.Passage = &corpus.Passage{ID: corpus.PassageID(e.id.String())}
		return h, t.mark(&h, e.passage, t.s.languageOf(e.passage))
	}
	if h.Passage, err = r.bare(e.passage); err != nil {
		return h, err
	}
	if h.Document, err = r.document(e.passage); err != nil {
		return h, err
	}
	return h, t.mark(&h, e.passage, h.Document.Language)
}

// mark gives a hit its text, with what was found marked in it.
func (t *part) mark(h *query.Hit, d uint32, lang string) error {
	text, tokens, err := t.eval.records.tokens(d)
	if err != nil {
		return err
	}
	h.Passage.Text = text
	m := newMarker(text, lang, tokens)
	m.explains = t.p.req.Explain
	for _, l := range t.p.leaves {
		m.leaf(l)
	}
	h.Marks = m.spans()
	if t.p.req.Explain {
		h.Explain = m.explained()
	}
	return nil
}

// marker finds the leaves of a query in one text again, with their places.
type marker struct {
	text     string
	language string
	tokens   []fold.Token
	words    []string
	marks    []corpus.Span
	explains bool // someone asks for the explanations
	why      []query.Explanation
	known    map[query.Explanation]bool // those in why
}

// newMarker looks at a text that was cut into words.
func newMarker(text, language string, tokens []fold.Token) *marker {
	m := &marker{text: text, language: language, tokens: tokens}
	m.words = textsOf(m.tokens)
	return m
}

// leaf marks what a leaf matches.
func (m *marker) leaf(l *leaf) {
	switch l.kind {
	case stemLeaf:
		stem := fold.Stem(l.words[0], m.language)
		m.each(l, fieldStem, func(w string) bool { return fold.Stem(w, m.language) == stem })
	case prefixLeaf:
		m.each(l, fieldExact, func(w string) bool { return strings.HasPrefix(w, l.words[0]) })
	case phraseLeaf:
		done := 0 // end of the words explained: occurrences come in order and may overlap
		newPhraseFinder(l.words, l.slop).each(m.words, func(from, to int) {
			m.marks = append(m.marks, corpus.Span{Start: m.tokens[from].Start, End: m.tokens[to-1].End})
			for done = max(done, from); done < to; done++ {
				t := m.tokens[done]
				m.explain(t.Text, fieldExact, t.Start, t.End)
			}
		})
	case verbatimLeaf:
		for _, at := range l.pattern.Find(nil, m.text) {
			m.marks = append(m.marks, corpus.Span{Start: at[0], End: at[1]})
			m.explain(l.shown, "verbatim", at[0], at[1])
		}
	}
}

// each marks the words that a test holds for.
func (m *marker) each(l *leaf, field string, test func(string) bool) {
	for _, t := range m.tokens {
		if test(t.Text) {
			m.marks = append(m.marks, corpus.Span{Start: t.Start, End: t.End})
			m.explain(l.shown, field, t.Start, t.End)
		}
	}
}

// explain notes which token matched which bytes.
func (m *marker) explain(token, field string, start, end int) {
	e := query.Explanation{Token: token, Field: field, Span: corpus.Span{Start: start, End: end}}
	if !m.explains || m.known[e] {
		return
	}
	if m.known == nil {
		m.known = map[query.Explanation]bool{}
	}
	m.known[e] = true
	m.why = append(m.why, e)
}

// spans gives the marks in order, those that overlap joined.
func (m *marker) spans() []corpus.Span {
	sort.Slice(m.marks, func(i, j int) bool {
		a, b := m.marks[i], m.marks[j]
		return a.Start < b.Start || a.Start == b.Start && a.End < b.End
	})
	var out []corpus.Span
	for _, s := range m.marks {
		if n := len(out); n > 0 && s.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// explained gives the explanations in the order of the text, each once.
func (m *marker) explained() []query.Explanation {
	sort.SliceStable(m.why, func(i, j int) bool { return m.why[i].Span.Start < m.why[j].Span.Start })
	return m.why
}
