package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/query"
)

func TestCut(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("alpha beta ", 40)
	tests := []struct {
		name, text, find, want string
		size                   int
	}{
		{"short text stands whole", "alpha beta", "beta", "alpha beta", 280},
		{"no mark: the beginning", "alpha beta gamma delta", "", "alpha beta gamma", 17},
		{"mark at the end", long + "target", "target", "alpha beta alpha beta target", 30},
		{"mark in the middle, more after than before", "a b c d e f g h target i j k l m n o p q r",
			"target", "g h target i j k l m", 20},
		{"a mark longer than the size stands whole", "one two three four five six",
			"two three four", "two three four", 5},
		{"no spaces at all", "天地玄黃宇宙洪荒日月盈昃辰宿列張", "洪荒", "宙洪荒日月盈", 20},
	}
	for _, tt := range tests {
		var marks []corpus.Span
		if i := strings.Index(tt.text, tt.find); tt.find != "" {
			marks = []corpus.Span{{Start: i, End: i + len(tt.find)}}
		}
		got := Cut(tt.text, marks, 0, tt.size)
		if s := tt.text[got.Start:got.End]; s != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, s, tt.want)
		}
	}
}

// A snippet is a piece of valid text that holds the mark, within the size when the mark is.
func FuzzCut(f *testing.F) {
	f.Add("On 21 April 2018 nine gunmen were killed.", 3, 16, 12)
	f.Add("أعلنت الجبهة الجبلية", 11, 21, 15)
	f.Add("天地玄黃", 3, 6, 1)
	f.Add(" \u00a0 a\u00a0b ", 4, 5, 3)
	f.Fuzz(func(t *testing.T, text string, from, to, size int) {
		m := corpus.Span{Start: from, End: to}
		if !utf8.ValidString(text) || !m.In(len(text)) || size < 1 || size > 1<<20 ||
			!utf8.ValidString(text[from:to]) || !utf8.ValidString(text[:from]) {
			return
		}
		got := Cut(text, []corpus.Span{m}, 0, size)
		switch {
		case !got.In(len(text)) || !got.Contains(m):
			t.Fatalf("%v of %q does not hold %v", got, text, m)
		case !utf8.ValidString(text[got.Start:got.End]):
			t.Fatalf("%v cuts a character of %q", got, text)
		case got.Len() > max(size, m.Len()):
			t.Fatalf("%d bytes of %d for a mark of %d", got.Len(), size, m.Len())
		}
	})
}

// The snippet is cut around the first phrase, not around a loose word before it.
func TestFirstPhrase(t *testing.T) {
	t.Parallel()
	const text = "Guard said the Civil Guard had come"
	marks := []corpus.Span{{Start: 0, End: 5}, {Start: 15, End: 26}}
	tests := []struct {
		tree query.Node
		want int
	}{
		{query.And{query.Word{Text: "guard"}, query.Phrase{Text: "civil guard"}}, 1},
		{query.Or{query.Phrase{Text: "nobody"}, query.Phrase{Text: "CIVIL guard", Verbatim: true}},
			1},
		{query.Word{Text: "guard"}, 0},
		{query.Not{Node: query.Phrase{Text: "civil guard"}}, 0},
		{nil, 0},
	}
	for _, tt := range tests {
		if got := firstPhrase(text, marks, phrasesOf(tt.tree)); got != tt.want {
			t.Errorf("%v: mark %d, want %d", tt.tree, got, tt.want)
		}
	}
}
