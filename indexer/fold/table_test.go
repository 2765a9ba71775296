package fold

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestTableRows checks fold.tsv: sorted, every row with a source, every kind known.
func TestTableRows(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSuffix(foldTSV, "\n"), "\n")
	if lines[0] != "kind\tfrom\tto\tsource" {
		t.Errorf("header %q", lines[0])
	}
	if !slices.IsSorted(lines[1:]) {
		t.Error("fold.tsv is not sorted")
	}
	for i, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 4 || f[3] == "" {
			t.Errorf("fold.tsv:%d: want four columns and a source: %q", i+2, line)
		}
	}
}

// TestEveryCharacter folds each character of Unicode alone: the fold of a fold is itself, NFC
// and NFD agree, and short cuts give what the table gives.
func TestEveryCharacter(t *testing.T) {
	t.Parallel()
	c := cutter{tab: table()}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch { // Han and Hangul have no rules of their own: a few of each will do
		case 0x3400 <= r && r < 0x9F00, 0xAC00 <= r && r < 0xD700:
			r += 99
		case r == 0x20000:
			r = 0xE0000
		case r == 0xE0200:
			return // private use
		}
		if !utf8.ValidRune(r) {
			continue
		}
		s := "x " + string(r)
		key := Key(s)
		if again := Key(key); again != key {
			t.Errorf("%U: folds to %+q and that to %+q", r, key, again)
		}
		if nfd := Key(norm.NFD.String(s)); nfd != key {
			t.Errorf("%U: folds to %+q, decomposed to %+q", r, key, nfd)
		}
		c.src = string(r)
		short, long := c.parts(r, 0, len(c.src)), c.tab.compute(r)
		if short[0].text != long[0].text || short[0].class != long[0].class ||
			len(short) != len(long) {
			t.Errorf("%U: the short cut gives %v, the table %v", r, short, long)
		}
	}
}

// TestDigits holds that digits of all scripts have the value Unicode gives them, by the order
// of their sets.
func TestDigits(t *testing.T) {
	t.Parallel()
	for zero, name := range map[rune]string{
		'0': "ASCII", '٠': "Arabic-Indic", '۰': "Persian", '०': "Devanagari", '০': "Bengali",
		'๐': "Thai", '០': "Khmer", '၀': "Burmese", '༠': "Tibetan", '𞥐': "Adlam", '᪐': "Tai Tham",
	} {
		for d := rune(0); d < 10; d++ {
			if got, want := Key(string(zero+d)), string('0'+d); got != want {
				t.Errorf("%s digit %d: got %q", name, d, got)
			}
		}
	}
}

// TestGapsDiffer: a gap that stood twice in the list would have two places.
func TestGapsDiffer(t *testing.T) {
	t.Parallel()
	for i, g := range gaps {
		if gapPlace[g] != Surface(i) || newView(g).text != g {
			t.Errorf("gap %d, %q, is also at %d, or is not its own view", i, g, gapPlace[g])
		}
	}
}
