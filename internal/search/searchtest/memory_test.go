package searchtest

import (
	"html"
	"testing"

	"golang.org/x/text/encoding/htmlindex"

	"ibid/internal/search"
)

// The brute force passes its own run: its counts are what its totals are.
func TestMemory(t *testing.T) {
	t.Parallel()
	Run(t, func(_ *testing.T, items []Item) search.Backend { return NewMemory(items) })
}

// The invented corpus is sound: valid nouns, and runs that lead to the bytes of their text.
func TestItems(t *testing.T) {
	t.Parallel()
	languages := map[string]bool{}
	for _, it := range Items() {
		if err := it.Document.Validate(); err != nil {
			t.Error(err)
		}
		languages[it.Document.Language] = true
		enc, err := htmlindex.Get(it.Document.Charset)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range it.Passages {
			if err := p.Validate(); err != nil {
				t.Errorf("%s: %v", p.Text, err)
			}
			for _, r := range p.Runs {
				got, err := enc.NewDecoder().Bytes(it.Body[r.Bytes[0]:r.Bytes[1]])
				if err != nil {
					t.Fatal(err)
				}
				s := string(got)
				if r.Ref {
					s = html.UnescapeString(s)
				}
				if want := p.Text[r.Text[0]:r.Text[1]]; s != want {
					t.Errorf("bytes %v read %q, want %q", r.Bytes, s, want)
				}
			}
		}
	}
	for _, l := range []string{"en", "ru", "ar", "az", ""} {
		if !languages[l] {
			t.Errorf("no document in %q", l)
		}
	}
	reg := NewRegister()
	got := reg.Resolve("republic", "Norland")
	if len(got) != 1 || reg.Label("republic", got[0]) != "Norovia" {
		t.Errorf("the alias gives %v", got)
	}
}
