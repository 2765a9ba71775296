package plain

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Katyr‑Yurt":                 "katyr yurt",
		"U.S. and т.е. J. Smith":     "us and те j smith",
		"J.K.Rowling, z. B.":         "jk rowling z b",
		"1,145 1145 1\u00a0145 1.5":  "1145 1145 1145 1.5",
		"0,125 = 0.125":              "0.125 = 0.125",
		"1.145.000 1.145 1,145,000":  "1145000 1.145 1145000",
		"12.05.2019, 10:30, 9/11":    "12.05.2019 10 30 9 11",
		"145¹ 10² 5½ №5":             "145 ¹ 10 ² 5 ½ № 5",
		"50% of $5 €5 AT&T":          "50 % of $ 5 € 5 at & t",
		"we're brigade’s 'were'":     "we're brigade's were",
		"Sta\u00adte ﬁnal Straße":    "state final strasse",
		"İstanbul ISTANBUL ılık":     "istanbul istanbul ilik",
		"Łódź Øre Þór Əliyev":        "lodz ore thor eliyev",
		"ё йод їжак ґ ѓ за\u0301мок": "е йод їжак ґ ѓ замок",
		"أَبُو على مدرسة مسؤول کی":   "ابو علي مدرسة مسؤول كي",
		"צה״ל צה\"ל שָׁלוֹם":         `צה״ל צה״ל שלום`,
		"col·lega a·b":               "col·lega a b",
		"٥٠٪ ١٬١٤٥":                  "50 % 1145",
		"中国5月 カー":                    "中 国 5 月 カ ー",
		"ὁδός":                       "οδοσ",
		"각 \u1100\u1161\u11a8":       "각 각",
	} {
		var got []string
		for _, w := range Words(text) {
			got = append(got, w.Text)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("Words(%q)\n got %q\nwant %q", text, g, want)
		}
	}
}

// shared is a file of the shared evaluation sets.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = "../shared"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", "..", dir)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skipf("%v; set IBID_SHARED to run this", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSharedPhrases(t *testing.T) {
	t.Parallel()
	for name, find := range map[string]func(text, phrase string) [][2]int{
		"set_quote.json": Quote, "set_verbatim.json": Verbatim,
	} {
		var set struct {
			Docs    map[string]string
			Queries []struct {
				Phrase string
				Want   []string
			}
		}
		if err := json.Unmarshal(shared(t, "eval/phrases/"+name), &set); err != nil {
			t.Fatal(err)
		}
		for _, q := range set.Queries {
			for id, text := range set.Docs {
				if got, want := len(find(text, q.Phrase)) > 0, slices.Contains(q.Want, id); got != want {
					t.Errorf("%s: %q in %q: got %v, want %v", name, q.Phrase, text, got, want)
				}
			}
		}
	}
}
