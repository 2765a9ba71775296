package cite

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// The words by which visible text is read: months, labels, hosts, classes, languages. Each
// table is sorted, has a header and ends each row in its source.
//
//go:embed data/*.tsv
var tables embed.FS

// lexicon is all tables in the form the reader asks for. It is made once and never changed.
type lexicon struct {
	months    map[string]int             // lower-case name to 1..12, seasons 21..24
	words     map[string]map[string]bool // kind to lower-case words
	types     map[string]string          // class of a <cite> to a CSL type
	hosts     map[string]hostRow         // host, or host and first path step
	languages map[string]string          // lower-case English name to a BCP 47 tag
}

// hostRow says what a link to a host is for; field is the CSL field it gives, if any.
type hostRow struct{ role, field string }

// words of the tables, parsed on first use.
var lex = sync.OnceValue(func() *lexicon {
	l, err := readLexicon()
	if err != nil {
		panic(err) // the tables are part of the program; a test reads them
	}
	return l
})

func readLexicon() (*lexicon, error) {
	l := &lexicon{months: map[string]int{}, words: map[string]map[string]bool{},
		types: map[string]string{}, hosts: map[string]hostRow{}, languages: map[string]string{}}
	rows := map[string]func(c []string) error{
		"months": func(c []string) (err error) {
			l.months[c[0]], err = strconv.Atoi(c[1])
			return err
		},
		"words": func(c []string) error {
			if l.words[c[0]] == nil {
				l.words[c[0]] = map[string]bool{}
			}
			l.words[c[0]][c[1]] = true
			return nil
		},
		"types":     func(c []string) error { l.types[c[0]] = c[1]; return nil },
		"languages": func(c []string) error { l.languages[c[0]] = c[1]; return nil },
		"hosts": func(c []string) error {
			l.hosts[c[0]] = hostRow{role: c[1], field: strings.TrimPrefix(c[2], "-")}
			return nil
		},
	}
	for _, name := range []string{"months", "words", "types", "languages", "hosts"} {
		if err := eachRow(name, rows[name]); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// eachRow calls row with the cells of each line under the header of a table.
func eachRow(name string, row func(cells []string) error) error {
	b, err := tables.ReadFile("data/" + name + ".tsv")
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
	width := strings.Count(lines[0], "\t") + 1
	for i, line := range lines[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != width {
			return fmt.Errorf("%s.tsv:%d: %d cells, want %d", name, i+2, len(cells), width)
		}
		if err := row(cells); err != nil {
			return fmt.Errorf("%s.tsv:%d: %w", name, i+2, err)
		}
	}
	return nil
}

// has reports whether a word is in a list of words.tsv, whatever its case.
func (l *lexicon) has(kind, word string) bool { return l.words[kind][lower(word)] }

// lower is lower case that writes the Turkish dotted capital as a plain i.
func lower(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "i\u0307", "i")
}

// firstRune and lastRune give U+FFFD for an empty string.
func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func lastRune(s string) rune { r, _ := utf8.DecodeLastRuneInString(s); return r }

// capital reports whether s starts with an upper-case letter or one without case.
func capital(s string) bool {
	r := firstRune(s)
	return unicode.IsUpper(r) || unicode.Is(unicode.Lo, r)
}
