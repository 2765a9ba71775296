package timex

import (
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// Whatever the text: no panic, whole results, and the same again the second time.
func FuzzAnnotate(f *testing.F) {
	for _, s := range []string{"", "On 5 May 2019, a bridge fell. Two days later it stood.",
		"31.02.2020 25:61 0000-00-00 99999", "6-7, 8 and 9 June 1931 BC",
		"В ночь с 8 на 9 марта 2006 г.", "the end of the early 99th century",
		"9999999999 years ago", "in the 0s BC", "١٢ مارس ٢٠٢٣",
		"b.c. a. b. c. н. э. '39-'45 1931-33", "After this, 2019. After that, they 480 BC",
		"\xff\xfe 5 \x00 May", "next week last century this quarter 9999",
		"1 BC. The next century. The previous quarter. Two decades earlier"} {
		f.Add(s, "en", "2024-07-02")
		f.Add(s, "ru", "")
	}
	f.Fuzz(func(t *testing.T, s, lang, published string) {
		d := Document{Language: lang, Published: published, Texts: []Text{
			{Kind: corpus.Paragraph, Text: "On 5 May 2019 a bridge fell.", Section: []string{"A 1999"}},
			{Kind: corpus.Paragraph, Text: s, Section: []string{"A 1999"}},
			{Kind: corpus.Heading, Text: s},
			{Kind: corpus.Item, Text: s, Section: []string{s}},
		}}
		got := Annotate(d)
		for i, r := range got {
			checkResult(t, d.Texts[i].Text, r)
		}
		if diff := cmp.Diff(got, Annotate(d)); diff != "" {
			t.Errorf("a second reading differs:\n%s", diff)
		}
		texts, at := Paragraphs(s)
		for i, x := range texts {
			if s[at[i]:at[i]+len(x.Text)] != x.Text {
				t.Errorf("paragraph %d of %q is not at %d", i, s, at[i])
			}
		}
	})
}

// The tokens of any text lie in order, inside it, and on character borders.
func FuzzTokens(f *testing.F) {
	f.Add("twenty-five two hundred '39 a.m. U.S. 1,942.5 12. März")
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range []string{"en", "ru", "de", "ar"} {
			at := 0
			for _, k := range lexica()[n].tokens(s, nil) {
				if k.start < at || k.end <= k.start || k.end > len(s) {
					t.Fatalf("%s: token %d-%d of %q after %d", n, k.start, k.end, s, at)
				}
				if !utf8.ValidString(s) {
					continue
				}
				if !utf8.RuneStart(s[k.start]) || k.end < len(s) && !utf8.RuneStart(s[k.end]) {
					t.Fatalf("%s: token %d-%d cuts a character of %q", n, k.start, k.end, s)
				}
				at = k.end
			}
		}
	})
}
