package search_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
	"ibid/internal/search/searchtest"
)

func TestContext(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	tests := []struct{ name, left, keyword, right, wantLeft, wantRight string }{
		{"all of a short text", "one ", "key", " two", "one ", " two"},
		{"whole words", long + " " + strings.Repeat("ab ", 26), "key", strings.Repeat(" ab", 27) + "c", strings.Repeat("ab ", 26), strings.Repeat(" ab", 26)},
		{"punctuation stays", long + " (", "key", "), " + long, "(", "),"},
		{"an endless word", long, "key", long, long[:80], long[:80]},
		{"letters with marks are whole", strings.Repeat("e\u0301", 40), "k", strings.Repeat("e\u0301", 40), strings.Repeat("e\u0301", 26), strings.Repeat("e\u0301", 26)},
		{"a script without spaces", strings.Repeat("中", 40), "文", strings.Repeat("字", 40), strings.Repeat("中", 26), strings.Repeat("字", 26)},
		{"nothing beside", "", "key", "", "", ""},
	}
	for _, tt := range tests {
		text := tt.left + tt.keyword + tt.right
		at := corpus.Span{Start: len(tt.left), End: len(tt.left) + len(tt.keyword)}
		got := search.Context(text, at)
		if l, r := text[got.Start:at.Start], text[at.End:got.End]; l != tt.wantLeft || r != tt.wantRight {
			t.Errorf("%s: %q | %q, want %q | %q", tt.name, l, r, tt.wantLeft, tt.wantRight)
		}
	}
}

// The context of any place in any text is short and cuts no character, and it cuts no word
// where white space is in reach.
func FuzzContext(f *testing.F) {
	f.Add("one two three four", 4, 7)
	f.Add(strings.Repeat("вот слова ", 30), 100, 109)
	f.Add(strings.Repeat("e\u0301\u0302", 60), 150, 155)
	f.Add(strings.Repeat("中", 90), 90, 93)
	f.Add(strings.Repeat("🏳️‍🌈", 30), 140, 154)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		if !utf8.ValidString(text) || start < 0 || end < start || end > len(text) ||
			start < len(text) && !utf8.RuneStart(text[start]) || end < len(text) && !utf8.RuneStart(text[end]) {
			return
		}
		at := corpus.Span{Start: start, End: end}
		got := search.Context(text, at)
		left, right := text[got.Start:start], text[end:got.End]
		if len(left) > 80 || len(right) > 80 || !utf8.ValidString(left) || !utf8.ValidString(right) {
			t.Fatalf("%q | %q around %v of %q", left, right, at, text)
		}
		for _, i := range []int{got.Start, got.End} {
			if r, _ := utf8.DecodeRuneInString(text[i:]); i < len(text) && i != start && i != end && unicode.Is(unicode.Mn, r) && i > 0 {
				before, _ := utf8.DecodeLastRuneInString(text[:i])
				if unicode.IsLetter(before) || before == ' ' {
					t.Fatalf("cut at %d of %q takes a mark off its letter", i, text)
				}
			}
		}
	})
}

// A line's parts follow each other in the text, and its span is the keyword.
func TestLines(t *testing.T) {
	t.Parallel()
	items := searchtest.Items()
	s := search.New(searchtest.NewMemory(items), search.Options{})
	for _, text := range []string{"front", `"nine gunmen"`, "двое", "الجبهة", "the*"} {
		a, err := s.Search(context.Background(), query.Request{Text: text, View: query.KWIC, Size: 100})
		if err != nil || a.View != query.KWIC || len(a.Hits) > 0 || len(a.Lines) == 0 || a.Occurrences != len(a.Lines) {
			t.Fatalf("%s: %+v, %v", text, a, err)
		}
		for _, l := range a.Lines {
			if l.Text[l.Span.Start:l.Span.End] != l.Keyword || !strings.HasSuffix(l.Text[:l.Span.Start], l.Left) ||
				!strings.HasPrefix(l.Text[l.Span.End:], l.Right) {
				t.Errorf("%s: %+v", text, l)
			}
			if !slices.ContainsFunc(items, func(it searchtest.Item) bool {
				return it.Document.ID == l.Document && it.Document.URL == l.URL && it.Document.Title == l.Title &&
					it.Document.Language == l.Language && it.Document.Captured.Equal(l.Captured)
			}) {
				t.Errorf("%s: no document is that of %+v", text, l)
			}
		}
	}
}

// Only a concordance tells of occurrences and lines; its lists are never null.
func TestViewsAsJSON(t *testing.T) {
	t.Parallel()
	s := search.New(searchtest.NewMemory(searchtest.Items()), search.Options{})
	for _, c := range []struct {
		view        query.View
		text        string
		name, lines string
	}{
		{"", "front", "list", ""},
		{query.KWIC, `"no such words here"`, "kwic", "[]"},
	} {
		a, err := s.Search(context.Background(), query.Request{Text: c.text, View: c.view})
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]json.RawMessage
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		_, counted := got["occurrences"]
		if string(got["view"]) != `"`+c.name+`"` || string(got["lines"]) != c.lines || counted != (c.lines != "") {
			t.Errorf("view %q: %s", c.view, b)
		}
	}
}
