package history

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// version makes passages of texts.
func version(texts ...string) (list []*corpus.Passage) {
	seen := map[string]int{}
	for i, text := range texts {
		list = append(list, &corpus.Passage{ID: corpus.PassageIDOf("https://wire.example/a", text, seen[text]),
			Ordinal: i, Text: text})
		seen[text]++
	}
	return list
}

// told writes a change in a line: the pieces with - for what went and + for what came.
func told(c Change) string {
	switch c.What {
	case Stands:
		return "= " + c.After.Text
	case Came:
		return "+ " + c.After.Text
	case Went:
		return "- " + c.Before.Text
	}
	var b strings.Builder
	for _, p := range c.Words {
		b.WriteString(map[Op]string{Same: p.Text, Gone: "[-" + p.Text + "]", Added: "[+" + p.Text + "]"}[p.Op])
	}
	return "~ " + b.String()
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		before, after []string
		want          []string
	}{
		{"nothing before", nil, []string{"One."}, []string{"+ One."}},
		{"nothing after", []string{"One."}, nil, []string{"- One."}},
		{"a negation comes in", []string{"The minister was killed."}, []string{"The minister was not killed."},
			[]string{"~ The minister was [+not ]killed."}},
		{"a figure changes", []string{"Nine men were killed, two hurt."}, []string{"Ten men were killed, two hurt."},
			[]string{"~ [-Nine][+Ten] men were killed, two hurt."}},
		{"words next to each other change together", []string{"He was seen in the old town yesterday."},
			[]string{"He was seen in a new town yesterday."}, []string{"~ He was seen in [-the old][+a new] town yesterday."}},
		{"too little in common", []string{"Rain fell on the town."}, []string{"Nobody came to vote."},
			[]string{"+ Nobody came to vote.", "- Rain fell on the town."}},
		{"what moved stands", []string{"One.", "Two.", "Three."}, []string{"Three.", "One.", "Two."},
			[]string{"= Three.", "= One.", "= Two."}},
		{"what is gone stands where it stood", []string{"One.", "Two.", "Three."}, []string{"One.", "Three."},
			[]string{"= One.", "- Two.", "= Three."}},
		{"a repeat goes", []string{"One.", "One."}, []string{"One."}, []string{"= One.", "- One."}},
		{"the most alike are paired", []string{"a b c d e f"}, []string{"a b c x y z", "a b c d e x"},
			[]string{"+ a b c x y z", "~ a b c d e [-f][+x]"}},
		{"other scripts", []string{"Убиты девять человек."}, []string{"Убиты десять человек."},
			[]string{"~ Убиты [-девять][+десять] человек."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, c := range Compare(version(tt.before...), version(tt.after...)) {
				got = append(got, told(c))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// drawText draws a text of few words, so that texts are often alike.
func drawText(r *rand.Rand) string {
	var words []string
	for range r.IntN(12) {
		words = append(words, []string{"a", "b", "c", "не", "«d»", "e,", "10.5", "é"}[r.IntN(8)])
	}
	return strings.Join(words, " ")
}

// Every passage is in one change, in the order of the new version; pieces give both texts back.
func TestEveryPassageOnce(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 9))
	for range 3000 {
		var a, b []string
		for range r.IntN(8) {
			a = append(a, drawText(r))
		}
		for range r.IntN(8) {
			b = append(b, drawText(r))
		}
		before, after := version(a...), version(b...)
		next, seen := 0, map[*corpus.Passage]bool{}
		for _, c := range Compare(before, after) {
			if c.After != nil {
				if c.After != after[next] {
					t.Fatalf("%q to %q: passage %d comes out of order", a, b, next)
				}
				next++
			}
			if c.Before != nil {
				if seen[c.Before] {
					t.Fatalf("%q to %q: %q is in two changes", a, b, c.Before.Text)
				}
				seen[c.Before] = true
			}
			if c.What == Changed {
				wantPieces(t, c.Before.Text, c.After.Text, c.Words)
			}
			if (c.What == Stands) != (c.Before != nil && c.After != nil && c.Before.ID == c.After.ID) {
				t.Fatalf("%q to %q: %+v", a, b, c)
			}
		}
		if next != len(after) || len(seen) != len(before) {
			t.Fatalf("%q to %q: %d and %d passages are told", a, b, len(seen), next)
		}
	}
}

// wantPieces demands that pieces give both texts, alternate, and are not empty.
func wantPieces(t testing.TB, before, after string, ps []Piece) {
	t.Helper()
	var old, now strings.Builder
	for i, p := range ps {
		if p.Text == "" || i > 0 && ps[i-1].Op == p.Op {
			t.Fatalf("%q to %q: pieces %q", before, after, ps)
		}
		if p.Op != Added {
			old.WriteString(p.Text)
		}
		if p.Op != Gone {
			now.WriteString(p.Text)
		}
	}
	if old.String() != before || now.String() != after {
		t.Fatalf("%q to %q: the pieces give %q and %q", before, after, old.String(), now.String())
	}
}

// Pieces are settled after the longest common subsequence, which brute force finds too.
func TestWordsKeepTheMost(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		a, b := split(drawText(r)), split(drawText(r))
		a, b = a[:min(len(a), 7)], b[:min(len(b), 7)]
		var p pieces
		p.middle(a, b)
		same := 0
		for _, x := range p {
			if x.Op == Same {
				same += len(split(x.Text))
			}
		}
		if want := longest(a, b); same != want {
			t.Fatalf("%q and %q: %d pieces stay, want %d", a, b, same, want)
		}
	}
}

// longest is the length of the longest common subsequence, by trying all.
func longest(a, b []string) int {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if a[0] == b[0] {
		return 1 + longest(a[1:], b[1:])
	}
	return max(longest(a[1:], b), longest(a, b[1:]))
}

func TestLives(t *testing.T) {
	t.Parallel()
	var versions []Version
	for i, texts := range [][]string{
		{"Nine men were killed here.", "A line that stays."},
		{"Ten men were killed here.", "A line that stays.", "A late line."},
		{"A line that stays."},
		{"Ten men were killed here.", "A line that stays."},
	} {
		versions = append(versions, Version{At: time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC), Passages: version(texts...)})
	}
	var got []string
	for _, l := range Lives(versions) {
		line := l.Text
		for _, e := range l.Events {
			since := "-"
			if e.Since != nil {
				since = fmt.Sprint(e.Since.Day())
			}
			line += fmt.Sprintf(" | %s %s..%d", e.What, since, e.At.Day())
		}
		got = append(got, fmt.Sprint(line, " | ", l.Stands))
	}
	want := []string{
		"Nine men were killed here. | first seen -..1 | changed 1..2 | false",
		"A line that stays. | first seen -..1 | true",
		"Ten men were killed here. | first seen 1..2 | gone 2..3 | back 3..4 | true",
		"A late line. | first seen 1..2 | gone 2..3 | false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzWords(f *testing.F) {
	f.Add("was killed", "was not killed")
	f.Add("a\u0301 b \xff", "b a")
	f.Fuzz(func(t *testing.T, a, b string) {
		wantPieces(t, a, b, Words(a, b))
	})
}
