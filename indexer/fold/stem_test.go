package fold_test

import (
	"slices"
	"strings"
	"testing"

	"ibid/indexer/fold"
)

// TestStem joins the forms of a word and leaves foreign words and numbers alone.
func TestStem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language string
		forms    string // have one stem
		other    string // has another
	}{
		{"en", "mill mills mill's", "miller"},
		{"en-GB", "baker bakers", "bread"},
		{"ru", "мельница мельницы мельницу", "мельник"},
		{"ru_RU", "мешок", "мешки"},
		{"ar", "كتاب الكتاب", "قلم"},
		{"tr", "kitap kitaplar kitap'in", "ev"},
		{"fr", "attaque l'attaque attaques", "moulin"},
		{"de", "muhle muhlen", "bach"},
		{"xx", "mills", "mill"},
		{"", "mills", "mill"},
		{"en", "b52s", "b52"},
	} {
		forms := strings.Fields(c.forms)
		want := fold.Stem(forms[0], c.language)
		for _, f := range forms {
			if got := fold.Stem(f, c.language); got != want || got == "" {
				t.Errorf("%s: %q has stem %q, want %q", c.language, f, got, want)
			}
		}
		if got := fold.Stem(c.other, c.language); got == want {
			t.Errorf("%s: %q and %q have one stem %q", c.language, c.other, forms[0], got)
		}
	}
}

// TestLanguages holds that the list is sorted and that each has a stemmer.
func TestLanguages(t *testing.T) {
	t.Parallel()
	list := fold.Languages()
	if !slices.IsSorted(list) || len(list) != 20 {
		t.Errorf("languages %q", list)
	}
	words := "mills mullers kirjat studenterne moulins pueblos malmok oamenilor мельницы " +
		"الكتاب kitaplar bhfuil casas citta's arbeitende huizen வீடுகள்"
	for _, l := range list {
		stems := false
		for _, w := range strings.Fields(words) {
			stems = stems || fold.Stem(w, l) != w
		}
		if !stems {
			t.Errorf("%s: no word is stemmed", l)
		}
	}
}

// FuzzStem holds that no word stops a stemmer or loses its stem.
func FuzzStem(f *testing.F) {
	f.Add("mills", "en")
	f.Add("\xff", "ru")
	f.Fuzz(func(t *testing.T, text, language string) {
		for _, x := range fold.Tokens(nil, text) {
			for _, l := range append(fold.Languages(), language) {
				if fold.Stem(x.Text, l) == "" {
					t.Errorf("%q in %q has no stem", x.Text, l)
				}
			}
		}
	})
}
