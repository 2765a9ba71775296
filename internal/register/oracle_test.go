package register

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/indexer/fold"
)

// naive finds the longest names of a text by trying every run of words against every name.
func naive(names map[string]string, toks []fold.Token) []string {
	var out []string
	for i := 0; i < len(toks); i++ {
		for j := len(toks); j > i; j-- {
			var words []string
			for _, t := range toks[i:j] {
				words = append(words, t.Text)
			}
			if id, ok := names[strings.Join(words, " ")]; ok {
				out = append(out, fmt.Sprint(id, "@", toks[i].Start, "-", toks[j-1].End))
				i = j - 1
				break
			}
		}
	}
	return out
}

// TestFindAgreesWithNaiveSearch builds registers of random names over four words and compares
// the longest matches in random texts with a search that knows no trie.
func TestFindAgreesWithNaiveSearch(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 10))
	words := []string{"Ab", "Cd", "Ef", "Gh"}
	phrase := func(n int) string {
		var w []string
		for range n {
			w = append(w, words[rng.IntN(len(words))])
		}
		return strings.Join(w, " ")
	}
	for round := range 200 {
		names, rows := map[string]string{}, []string{}
		for i := range 1 + rng.IntN(8) {
			name := phrase(1 + rng.IntN(4))
			if names[fold.Key(name)] == "" {
				id := fmt.Sprint("n", i)
				names[fold.Key(name)] = id
				rows = append(rows, id+",land,"+name+",,,,,test")
			}
		}
		r := load(t, []File{table("random.tsv", rows...)})
		text := phrase(30)
		toks := fold.Tokens(nil, text)
		var got []string
		for _, m := range r.Find(text, toks) {
			if !m.Nested {
				got = append(got, fmt.Sprint(m.Candidates[0].ID, "@", m.Span.Start, "-", m.Span.End))
			}
		}
		if d := cmp.Diff(naive(names, toks), got); d != "" {
			t.Fatalf("round %d, %v in %q: %s", round, names, text, d)
		}
	}
}

// FuzzFind holds every match to its promises on any text.
func FuzzFind(f *testing.F) {
	f.Add("Old Brod's Weir-on-Lea")
	f.Add("\xff Weir \xc3")
	f.Add("ОЗРС Старого Брода")
	f.Add("Weir\u00a0on\u00a0Lea OB'S")
	r := load(f, []File{invented()})
	f.Fuzz(func(t *testing.T, s string) {
		toks := fold.Tokens(nil, s)
		cover := 0
		for _, m := range r.Find(s, toks) {
			switch {
			case !m.Span.In(len(s)) || m.Span.Len() == 0:
				t.Fatalf("span %v of %d bytes", m.Span, len(s))
			case m.First < 0 || m.Last > len(toks) || m.First >= m.Last:
				t.Fatalf("words %d to %d of %d", m.First, m.Last, len(toks))
			case len(m.Candidates) == 0:
				t.Fatal("a match without candidates")
			case m.Nested && m.Last > cover:
				t.Fatal("a nested match leaves its holder")
			case !m.Nested && m.First < cover:
				t.Fatal("two matches cross")
			}
			cover = max(cover, m.Last)
		}
	})
}

// FuzzLoad feeds any bytes as a user's file: an error names the file, a register is sound.
func FuzzLoad(f *testing.F) {
	f.Add(invented().Data)
	f.Add([]byte("id\tkind\tname\tsource\n\tland\t\t\n"))
	f.Add([]byte("\ufeffid\tkind\tname\tsource\taliases\nb\tland\tB\tx\ten+fixed:C|-en:D\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Load(towns(), []File{{Name: "fuzz.tsv", Data: data}})
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.tsv") {
				t.Fatalf("error without its file: %v", err)
			}
			return
		}
		for _, id := range r.IDs() {
			if len(r.Path(id)) == 0 || len(r.Lookup(id)) == 0 {
				t.Fatalf("row %q cannot be reached", id)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	r := load(b, []File{invented()})
	text := strings.Repeat("On a Sunday the people of Old Brod walked to Weir-on-Lea and back. ", 200)
	toks := fold.Tokens(nil, text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Find(text, toks)
	}
}
