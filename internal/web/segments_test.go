package web

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ibid/corpus"
)

// outlineOf writes pieces in short form: [marks] and ^notes.
func outlineOf(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Mark {
			b.WriteByte('[')
		}
		for _, x := range p.Parts {
			b.WriteString(x.Text)
			for _, n := range x.Notes {
				b.WriteString("^" + n.Label)
			}
		}
		if p.Mark {
			b.WriteByte(']')
		}
	}
	return b.String()
}

func TestPiecesOf(t *testing.T) {
	t.Parallel()
	note := func(at int, label string) noteAt { return noteAt{at, noteRef{Label: label}} }
	tests := []struct {
		name, text string
		marks      []corpus.Span
		notes      []noteAt
		want       string
	}{
		{"plain", "abc", nil, nil, "abc"},
		{"empty", "", nil, nil, ""},
		{"one mark", "abcdef", []corpus.Span{{Start: 2, End: 4}}, nil, "ab[cd]ef"},
		{"marks at both ends", "abcd", []corpus.Span{{Start: 0, End: 1}, {Start: 3, End: 4}}, nil,
			"[a]bc[d]"},
		{"a note inside a mark leaves it one", "abcdef", []corpus.Span{{Start: 1, End: 5}},
			[]noteAt{note(3, "1")}, "a[bc^1de]f"},
		{"two notes at one place", "ab", nil, []noteAt{note(1, "1"), note(1, "2")}, "a^1^2b"},
		{"notes at the ends", "ab", nil, []noteAt{note(0, "1"), note(2, "2")}, "^1ab^2"},
		{"a note before a mark at the start", "ab", []corpus.Span{{Start: 0, End: 1}},
			[]noteAt{note(0, "1")}, "^1[a]b"},
		{"overlap and nonsense are passed over", "abcd",
			[]corpus.Span{{Start: 0, End: 2}, {Start: 1, End: 3}, {Start: 2, End: 9}}, nil,
			"[ab]cd"},
	}
	for _, tt := range tests {
		if got := outlineOf(piecesOf(tt.text, tt.marks, tt.notes)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Whatever an address says of marks, the pieces are the text, and each note is there once.
func FuzzMarks(f *testing.F) {
	f.Add("0-3,5-9", "nine gunmen", 4)
	f.Add("1-2", "й", 1)
	f.Add("3-1,-,a-b,99-100", "ab", 0)
	f.Fuzz(func(t *testing.T, marks, text string, at int) {
		if !utf8.ValidString(text) || at < 0 || at > len(text) {
			return
		}
		var b strings.Builder
		notes := 0
		for _, p := range piecesOf(text, parseMarks(marks, text), []noteAt{{At: at}}) {
			for _, x := range p.Parts {
				b.WriteString(x.Text)
				notes += len(x.Notes)
				if p.Mark && !utf8.ValidString(x.Text) && utf8.ValidString(text[at:]) {
					t.Fatalf("%q cuts a character of %q", marks, text)
				}
			}
		}
		if b.String() != text || notes != 1 {
			t.Fatalf("%q over %q gives %q with %d notes", marks, text, b.String(), notes)
		}
	})
}
