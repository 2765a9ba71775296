package search

import (
	"strings"
	"testing"
	"unicode"
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
		{"a mark of just the size stands alone", "one two three", "two", "two", 3},
		{"from its sentence on", "He left. Nine gunmen were killed in the long raid of that night.",
			"gunmen were", "Nine gunmen were killed in the", 32},
		{"whole sentences where they fit", "He left town. Nine gunmen were killed. Police said so at noon and later.",
			"gunmen were", "Nine gunmen were killed.", 36},
		{"an earlier sentence fills what is left", "A long beginning of it all. He left. Nine gunmen were killed. Police said so at noon.",
			"gunmen were", "He left. Nine gunmen were killed.", 36},
		{"a sentence that began too far off", "In the long night of that raid near the old mill nine gunmen were killed by police.",
			"gunmen were", "nine gunmen were killed by", 31},
		{"an initial ends no sentence", "He left. The men of J. Smith were killed there at noon on that day.",
			"Smith were", "The men of J. Smith were killed", 34},
		{"nor does the U.S.", "He left. The U.S. Army men were killed there at noon on that day.",
			"men were", "The U.S. Army men were killed", 32},
		{"nor a small letter behind a stop", "He left. On 3 p.m. of no. five men were killed there on that day.",
			"men were", "On 3 p.m. of no. five men were killed there on", 46},
		{"closing marks stay with their sentence", "“It is over.” Nine men were killed there on that very day, he said.",
			"“It is", "“It is over.”", 30},
		{"a quotation begins one", "It is over! «Nine men were killed there on that very day», he said.",
			"Nine men", "«Nine men were killed there on", 32},
		{"Arabic", "انتهى الأمر؟ قتل تسعة رجال هناك في ذلك اليوم",
			"تسعة", "قتل تسعة رجال", 28},
		{"Urdu", "وہ چلا گیا۔ نو آدمی مارے گئے اور پولیس نے کہا",
			"آدمی", "نو آدمی مارے گئے", 30},
		{"Hindi", "वह चला गया। नौ लोग मारे गए और पुलिस ने कहा",
			"लोग", "नौ लोग मारे", 34},
		{"Chinese needs no space", "他走了。九人被杀。警方中午这样说。",
			"被杀", "九人被杀。", 20},
		{"Russian", "Он ушёл. В 2018 г. Магомед был убит в доме на окраине.",
			"Магомед", "В 2018 г. Магомед был", 40},
		{"a letter keeps its marks", strings.Repeat("e\u0301", 40), "", strings.Repeat("e\u0301", 6), 20},
		{"a family is one character", "xx👨‍👩‍👧👨‍👩‍👧target👨‍👩‍👧", "target", "target👨‍👩‍👧", 30},
		{"an endless word", strings.Repeat("x", 50) + "target" + strings.Repeat("y", 50), "target", "xxtargetyyyy", 12},
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
	f.Add("He left. \"Nine U.S. men\u0301 died.\" 他走了。九人。", 24, 27, 20)
	f.Add("e\u0301e\u0301 \u0301e 👨‍👩‍👧👨‍👩‍👧", 8, 9, 7)
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
		case m.Len() >= size && len(text) > size && got != m:
			t.Fatalf("%v for a mark that takes all the room: %v", got, m)
		}
		if first, _ := utf8.DecodeRuneInString(text[got.Start:]); got.Start > 0 && got.Start != m.Start && unicode.IsMark(first) {
			t.Fatalf("%v of %q begins inside a character", got, text)
		}
		if !edge(text, got.Start, m.Start) {
			t.Fatalf("%v of %q begins inside a word, the mark is %v", got, text, m)
		}
	})
}

// edge reports whether a piece may begin at i when its mark begins at to: at the text's own
// beginning, the mark's, behind a space, between characters of a script without spaces, or
// where no word begins up to the mark.
func edge(text string, i, to int) bool {
	if i == 0 || i == to || spaceBefore(text, i) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	after, _ := utf8.DecodeRuneInString(text[i:])
	if unspacedScript(before) || unspacedScript(after) || startsSentence(text, i) {
		return true
	}
	for k := i + 1; k < to; k++ {
		if utf8.RuneStart(text[k]) && spaceBefore(text, k) && !spaceAfter(text, k) && !joined(text, k) {
			return false
		}
	}
	return true
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
