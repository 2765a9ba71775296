package indexer

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/fold/plain"
	"ibid/indexer/query"
)

// labelled is one row of testdata/phrases-extended.tsv: invented sentences with a phrase that
// stands in them or just does not, labelled by hand from the meaning of the two modes.
type labelled struct {
	lang, phrase, text, why string
	mode                    query.Mode
	hit                     bool
}

// extendedRows reads the table; \uXXXX stands for what cannot be seen.
func extendedRows(t *testing.T) (out []labelled) {
	t.Helper()
	b, err := os.ReadFile("testdata/phrases-extended.tsv")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`\\u[0-9A-F]{4}`)
	for i, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			t.Fatalf("row %d has %d columns", i+1, len(f))
		}
		for k := range f {
			f[k] = code.ReplaceAllStringFunc(f[k], func(s string) string {
				n, _ := strconv.ParseInt(s[2:], 16, 32)
				return string(rune(n))
			})
		}
		if i > 0 {
			out = append(out, labelled{f[0], f[2], f[3], f[5], query.Mode(f[1]), f[4] == "yes"})
		}
	}
	return out
}

// TestExtendedPhrases asks the engine each phrase, typed in quotes and with the mode set, of
// all texts and all phrases of the table. Its own text answers as labelled and each other hit
// and each other text of the language as the oracle says. A phrase of as many words as its
// text has answers alike the other way round.
func TestExtendedPhrases(t *testing.T) {
	t.Parallel()
	rows := extendedRows(t)
	var texts []string
	languages := map[string]string{}
	for _, r := range rows {
		for _, s := range []string{r.text, r.phrase} {
			if languages[s] == "" {
				languages[s], texts = r.lang, append(texts, s)
			}
		}
	}
	slices.Sort(texts)
	x := open(t, extendedItems(texts, languages), 250)
	counts := map[string]int{}
	for _, r := range rows {
		find := oracleOf(r.mode)
		if got := len(find(r.text, r.phrase)) > 0; got != r.hit {
			t.Errorf("plain: %s %s %q in %q: got %v, want %v (%s)", r.lang, r.mode, r.phrase, r.text, got, r.hit, r.why)
		}
		if r.mode == query.Quote && len(plain.Words(r.phrase)) == len(plain.Words(r.text)) && len(plain.Readings(r.phrase)) == 1 {
			if got := len(find(r.phrase, r.text)) > 0; got != r.hit {
				t.Errorf("plain: %s %q in %q, the other way round: got %v, want %v", r.lang, r.text, r.phrase, got, r.hit)
			}
		}
		for typed, mode := range asTyped(r) {
			askExtended(t, x, languages, r, query.Request{Text: typed, Mode: mode})
		}
		counts[r.lang]++
	}
	for _, lang := range strings.Fields("en ru ar az tr de fr") {
		if counts[lang] < 40 {
			t.Errorf("%s has %d rows", lang, counts[lang])
		}
	}
}

// oracleOf is the oracle of a mode.
func oracleOf(mode query.Mode) func(text, phrase string) [][2]int {
	if mode == query.Verbatim {
		return plain.Verbatim
	}
	return plain.Quote
}

// asTyped lists the ways to ask a row: in quotes, and bare with the mode set, which drops one
// outer pair of quotes.
func asTyped(r labelled) map[string]query.Mode {
	quoted := `"` + strings.ReplaceAll(r.phrase, `"`, `\"`) + `"`
	if r.mode == query.Verbatim {
		quoted = "exact:" + quoted
	}
	return map[string]query.Mode{quoted: "", r.phrase: r.mode}
}

// askExtended asks one way and compares which texts answer, and where.
func askExtended(
	t *testing.T, x *Index, languages map[string]string, r labelled, req query.Request,
) {
	t.Helper()
	find := oracleOf(r.mode)
	phrase := r.phrase
	if inner, ok := strings.CutPrefix(phrase, "“"); ok && req.Mode != "" {
		phrase = strings.TrimSuffix(inner, "”")
	}
	places := func(text string) (spans []corpus.Span) {
		for _, at := range find(text, phrase) {
			spans = append(spans, corpus.Span{Start: at[0], End: at[1]})
		}
		return joinSpans(spans)
	}
	got := map[string][]corpus.Span{}
	req.Facets, req.Size = []query.FacetRequest{}, 100
	for {
		res, err := x.Search(t.Context(), req)
		if err != nil {
			t.Errorf("%s %s: %v", r.mode, req.Text, err)
			return
		}
		if res.Mode != r.mode {
			t.Errorf("%s was read as %s, not %s", req.Text, res.Mode, r.mode)
		}
		for _, h := range res.Hits {
			got[h.Passage.Text] = h.Marks
		}
		if req.Cursor = res.Next; req.Cursor == "" {
			break
		}
	}
	if (len(got[r.text]) > 0) != r.hit {
		t.Errorf("%s %s %s in %q: found %v, want %v (%s)", r.lang, r.mode, req.Text, r.text, !r.hit, r.hit, r.why)
	}
	for text := range languages {
		if got[text] == nil && languages[text] != r.lang {
			continue // read by the rows of its own language
		}
		if diff := cmp.Diff(places(text), got[text]); diff != "" {
			t.Errorf("%s %s %s in %q: places (-plain +engine)\n%s", r.lang, r.mode, req.Text, text, diff)
		}
	}
}

// extendedItems makes a document of each text.
func extendedItems(texts []string, languages map[string]string) (items []Item) {
	for i, text := range texts {
		url := "https://extended.example/" + strconv.Itoa(1000+i)
		d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Title: url, Language: languages[text],
			Snapshot: corpus.SnapshotIDOf([]byte(text))}
		p := &corpus.Passage{ID: corpus.PassageIDOf(url, text, 0), Document: d.ID, Text: text,
			Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}
		items = append(items, Item{Document: d, Passages: []*corpus.Passage{p}})
	}
	return items
}
