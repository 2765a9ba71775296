package timex

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// The tables load, are sorted, name their source, and spell each form as the lexer folds it.
func TestTables(t *testing.T) {
	t.Parallel()
	for lang, lx := range lexica() {
		table, err := rows(tables, "data/"+lang+".tsv", lexiconHeader)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.IsSortedFunc(table, func(a, b []string) int {
			return slices.Compare(a[:3], b[:3])
		}) {
			t.Errorf("%s: the rows are not sorted by form, class and value", lang)
		}
		months := map[int32]bool{}
		for _, f := range table {
			if w := f[0]; !strings.ContainsAny(w, " .#'-") && folded(lx, w) != w {
				t.Errorf("%s: the lexer reads %q as %q", lang, w, folded(lx, w))
			}
		}
		for _, e := range lx.entries {
			for _, r := range e.read {
				if r.class == cMonth {
					months[r.value] = true
				}
			}
		}
		if len(months) != 12 {
			t.Errorf("%s: %d months", lang, len(months))
		}
	}
}

// folded is a word as the lexer looks it up.
func folded(lx *lexicon, w string) string {
	l := lexer{lx: lx, text: w}
	n, i := 0, 0
	for i < len(w) {
		m, size := l.fold(n, i)
		if size == 0 {
			break
		}
		n, i = m, i+size
	}
	return string(l.buf[:n])
}

// Every rule that gives an example in English accepts it.
func TestRuleExamples(t *testing.T) {
	t.Parallel()
	table, err := rows(tables, "data/rules.tsv", ruleHeader)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range table {
		if f[2] == "def" {
			continue
		}
		lang := "en"
		for _, r := range f[4] {
			if r >= 'а' && r <= 'я' {
				lang = "ru"
			}
		}
		lx := lexica()[lang]
		m := matcher{a: lx.rules, tokens: lx.tokens(f[4], nil)}
		ok := false
		for i := range m.tokens {
			ok = ok || len(m.from(i)) > 0
		}
		if !ok {
			t.Errorf("rule %s does not accept %q", f[0], f[4])
		}
	}
}

// A mistake in a table is named with its file and line.
func TestBadTables(t *testing.T) {
	t.Parallel()
	lex := lexiconHeader + "\n"
	rule := ruleHeader + "\n"
	good := rule + "d\t*\tdate\tday month\t5 May\town\n"
	tests := []struct{ name, lexicon, rules, want string }{
		{"header", "form\n", good, "xx.tsv:1"},
		{"fields", lex + "may\tmonth\t5\n", good, "xx.tsv:2"},
		{"no source", lex + "may\tmonth\t5\t\t\n", good, "lacks a field or its source"},
		{"class", lex + "may\tmoon\t5\t\town\n", good, `"moon"`},
		{"value", lex + "may\tmonth\tfive\t\town\n", good, `"five"`},
		{"flag", lex + "may\tmonth\t5\tloud\town\n", good, `"loud"`},
		{"rule class", lex, rule + "d\t*\tdate\tday moon\t\town\n", `rules.tsv:2`},
		{"bracket", lex, rule + "d\t*\tdate\t(day month\t\town\n", `not closed`},
		{"stray bracket", lex, rule + "d\t*\tdate\tday) month\t\town\n", `rules.tsv:2`},
		{"no macro", lex, rule + "d\t*\tdate\t@none\t\town\n", `@none`},
		{"circle", lex, rule + "d\t*\tdef\tday @d\t\town\ne\t*\tdate\t@d\t\town\n", `@d`},
		{"open macro", lex, rule + "d\t*\tdef\tday)\t\town\ne\t*\tdate\t@d\t\town\n", `@d ends`},
	}
	for _, tt := range tests {
		_, err := load(fstest.MapFS{
			"data/xx.tsv":    {Data: []byte(tt.lexicon)},
			"data/rules.tsv": {Data: []byte(tt.rules)},
		})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q in it", tt.name, err, tt.want)
		}
	}
}
