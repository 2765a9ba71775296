package eval

import (
	"encoding/json"
	"io"
	"strings"
	"unicode"

	"ibid/corpus"
)

// Main text. Two sets, two measures. Predictions of both are lines {"id", "text"}; a page
// without one counts as empty.

// textPrediction is a line of a prediction.
type textPrediction struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// tokens are the words of a text: letters, digits and underscores, in the case they have.
func tokens(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != '_'
	})
}

// Shingles scores main text by runs of four words as multisets: precision and recall are
// averaged over pages, F1 is made of the two means. Gold is an object of pages by id, each
// with its articleBody.
func Shingles(gold, pred io.Reader) (Report, error) {
	var g map[string]struct {
		Body string `json:"articleBody"`
	}
	if err := json.NewDecoder(gold).Decode(&g); err != nil {
		return Report{}, corpus.Errorf(corpus.Format, "gold", "%w", err)
	}
	p, err := readDocuments("prediction", pred, func(d textPrediction) string { return d.ID })
	if err != nil {
		return Report{}, err
	}
	for _, id := range p.ids {
		if _, ok := g[id]; !ok {
			return Report{}, corpus.Errorf(corpus.Invalid, "prediction", "page %q is not in the gold", id)
		}
	}
	if len(g) == 0 {
		return Report{}, corpus.Errorf(corpus.Invalid, "gold", "no page")
	}
	precision, recall := 0.0, 0.0
	for _, id := range sortedKeys(g) {
		p, r := overlap(shingles(g[id].Body), shingles(p.byID[id].Text))
		precision += p
		recall += r
	}
	precision /= float64(len(g))
	recall /= float64(len(g))
	return Report{Figures: []Figure{count("pages", len(g)), share("P", precision), share("R", recall),
		share("F1", f1(precision, recall))}}, nil
}

// shingles counts the runs of four words; a shorter text is one run.
func shingles(s string) map[string]int {
	w := tokens(s)
	m := map[string]int{}
	for i := range max(1, len(w)-3) {
		m[strings.Join(w[i:min(len(w), i+4)], " ")]++
	}
	return m
}

// overlap is precision and recall of a multiset; two empty texts agree.
func overlap(gold, pred map[string]int) (precision, recall float64) {
	tp, all, found := 0, 0, 0
	for k, n := range gold {
		all += n
		tp += min(n, pred[k])
	}
	for _, n := range pred {
		found += n
	}
	if all == found && tp == all {
		return 1, 1
	}
	return ratio(tp, found), ratio(tp, all)
}

// pageGold is a line of the second set's gold.
type pageGold struct {
	ID      string   `json:"id"`
	Kind    string   `json:"type"`
	Content string   `json:"main_content"`
	With    []string `json:"with"`
	Without []string `json:"without"`
}

// wordSums adds up the pages of one kind.
type wordSums struct {
	pages                   int
	f1, precision, recall   float64
	with, without           float64
	withPages, withoutPages int
}

// Words scores main text by single words as multisets, F1 a page and averaged, for all pages
// and kind by kind; with is the share of snippets that must be there, without the share of
// boilerplate that is there, both averaged over the pages that name some. Case and the
// length of white space do not count.
func Words(gold, pred io.Reader) (Report, error) {
	g, err := readDocuments("gold", gold, func(d pageGold) string { return d.ID })
	if err != nil {
		return Report{}, err
	}
	p, err := readDocuments("prediction", pred, func(d textPrediction) string { return d.ID })
	if err != nil {
		return Report{}, err
	}
	if err := within(p, g); err != nil {
		return Report{}, err
	}
	all, kinds := &wordSums{}, map[string]*wordSums{}
	for _, id := range g.ids {
		page := g.byID[id]
		if kinds[page.Kind] == nil {
			kinds[page.Kind] = &wordSums{}
		}
		for _, s := range []*wordSums{all, kinds[page.Kind]} {
			s.page(page, p.byID[id].Text)
		}
	}
	out := []Figure{group("all", all.figures()...)}
	for _, k := range sortedKeys(kinds) {
		out = append(out, group(k, kinds[k].figures()...))
	}
	return Report{Figures: out}, nil
}

func (s *wordSums) page(gold pageGold, text string) {
	bag := func(s string) map[string]int {
		m := map[string]int{}
		for _, w := range tokens(strings.ToLower(s)) {
			m[w]++
		}
		return m
	}
	p, r := overlap(bag(gold.Content), bag(text))
	s.pages++
	s.precision += p
	s.recall += r
	s.f1 += f1(p, r)
	flat := func(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
	text = flat(text)
	present := func(snippets []string) float64 {
		n := 0
		for _, x := range snippets {
			n += asInt(strings.Contains(text, flat(x)))
		}
		return ratio(n, len(snippets))
	}
	if len(gold.With) > 0 {
		s.withPages++
		s.with += present(gold.With)
	}
	if len(gold.Without) > 0 {
		s.withoutPages++
		s.without += present(gold.Without)
	}
}

func (s *wordSums) figures() []Figure {
	mean := func(x float64, n int) float64 {
		if n == 0 {
			return 0
		}
		return x / float64(n)
	}
	return []Figure{
		count("pages", s.pages), share("P", mean(s.precision, s.pages)),
		share("R", mean(s.recall, s.pages)), share("F1", mean(s.f1, s.pages)),
		share("with", mean(s.with, s.withPages)), share("without", mean(s.without, s.withoutPages)),
	}
}
