package timex

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"
)

// tables holds one lexicon for each language, named by its BCP 47 code, and rules.tsv.
//
//go:embed data/*.tsv
var tables embed.FS

// code is a value of the lexicon that is no number. Tables write the names of codeNames.
type code = int32

// The codes. They begin above every month, weekday and numeral that can stand beside them.
const (
	start code = iota + 1000000
	mid
	end
	approx
	lessThan
	moreThan
	equalOrLess
	equalOrMore
	spring
	summer
	autumn
	winter
	morning
	afternoon
	evening
	night
	daytime
	years
	months
	weeks
	days
	hours
	minutes
	seconds
	decades
	centuries
	quarters
	fortnights
	present
	past
	future
	narrow // a past reference that only older annotation marks: former
	sub
	verb
	will
	pronoun
	anaphor
	reference
	counted
	begin
	cite
	abbreviation
	junction
	state
	life
	possessive
	word
	festal
)

// codeNames are the names of the codes in the tables, in the order of the constants.
const codeNames = "START MID END APPROX LESS_THAN MORE_THAN EQUAL_OR_LESS EQUAL_OR_MORE " +
	"SP SU FA WI MO AF EV NI DT years months weeks days hours minutes seconds decades " +
	"centuries quarters fortnights PRESENT PAST FUTURE NARROW sub verb will pronoun anaphor " +
	"reference counted begin cite abbreviation junction state life possessive word festal"

// reading is one meaning of a form.
type reading struct {
	class   class
	capital bool  // only when the word begins with a capital: May, March
	value   int32 // number or code
}

// entry is a form with all its readings.
type entry struct {
	classes set // of readings that do not ask for a capital
	capital set // of those that do
	read    []reading
}

// lexicon is the vocabulary of one language and the rules that apply to it.
type lexicon struct {
	lang    string
	forms   map[string]int32 // folded form to index of entries
	entries []entry
	rules   *automaton
}

// lexica loads every table once. The tables are part of the program, so a fault in them is
// a broken invariant; a test reads them all.
var lexica = sync.OnceValue(func() map[string]*lexicon {
	m, err := load(tables)
	if err != nil {
		panic(fmt.Sprintf("timex: %v", err))
	}
	return m
})

// load reads all tables of a file system.
func load(fsys fs.FS) (map[string]*lexicon, error) {
	names, err := fs.Glob(fsys, "data/*.tsv")
	if err != nil {
		return nil, err
	}
	rules, err := rows(fsys, "data/rules.tsv", ruleHeader)
	if err != nil {
		return nil, err
	}
	out := map[string]*lexicon{}
	for _, name := range names {
		lang := strings.TrimSuffix(path.Base(name), ".tsv")
		if lang == "rules" {
			continue
		}
		lx, err := loadLexicon(fsys, name, lang)
		if err != nil {
			return nil, err
		}
		if lx.rules, err = compile(rules, lang); err != nil {
			return nil, err
		}
		out[lang] = lx
	}
	return out, nil
}

// lexiconHeader and ruleHeader are the first lines of the two kinds of table.
const (
	lexiconHeader = "form\tclass\tvalue\tflags\tsource"
	ruleHeader    = "name\tlang\tkind\tpattern\texample\tsource"
)

// rows reads a table: a header, then lines of as many fields. It names file and line.
func rows(fsys fs.FS, name, header string) ([][]string, error) {
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	if lines[0] != header {
		return nil, fmt.Errorf("%s:1: the header is not %q", name, header)
	}
	out := make([][]string, 0, len(lines))
	for i, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != strings.Count(header, "\t")+1 || f[len(f)-1] == "" {
			return nil, fmt.Errorf("%s:%d: %q lacks a field or its source", name, i+2, line)
		}
		out = append(out, f)
	}
	return out, nil
}

// loadLexicon reads one language.
func loadLexicon(fsys fs.FS, name, lang string) (*lexicon, error) {
	table, err := rows(fsys, name, lexiconHeader)
	if err != nil {
		return nil, err
	}
	lx := &lexicon{lang: lang, forms: map[string]int32{}}
	byClass, codes := classByName(), codeByName()
	for i, f := range table {
		c, ok := byClass[f[1]]
		v, known := codes[f[2]]
		if n, err := strconv.Atoi(f[2]); err == nil && n > -10000 && n < int(start) {
			v, known = int32(n), true
		}
		if !ok || !known || f[0] == "" || f[3] != "" && f[3] != "capital" {
			return nil, fmt.Errorf("%s:%d: class %q, value %q or flag %q is unknown",
				name, i+2, f[1], f[2], f[3])
		}
		lx.add(f[0], reading{class: c, value: v, capital: f[3] == "capital"})
	}
	return lx, nil
}

// codeByName reads a value of a table that is no number; the empty value is 0.
func codeByName() map[string]int32 {
	m := map[string]int32{"": 0}
	for i, n := range strings.Fields(codeNames) {
		m[n] = start + code(i)
	}
	return m
}

// codeName writes a code as the tables do; 0 and numbers are empty.
func codeName(c code) string {
	if c < start {
		return ""
	}
	s := codeNames
	for ; c > start; c-- {
		_, s, _ = strings.Cut(s, " ")
	}
	s, _, _ = strings.Cut(s, " ")
	return s
}

// add puts a reading under a form.
func (lx *lexicon) add(form string, r reading) {
	id, ok := lx.forms[form]
	if !ok {
		id = int32(len(lx.entries))
		lx.forms[form] = id
		lx.entries = append(lx.entries, entry{})
	}
	e := &lx.entries[id]
	e.read = append(e.read, r)
	if r.capital {
		e.capital |= r.class.bit()
	} else {
		e.classes |= r.class.bit()
	}
}

// value returns what an entry means as a class.
func (lx *lexicon) value(id int32, c class) (int32, bool) {
	if id < 0 {
		return 0, false
	}
	for _, r := range lx.entries[id].read {
		if r.class == c {
			return r.value, true
		}
	}
	return 0, false
}

// role reports whether an entry has a role in the choice of events.
func (lx *lexicon) role(id int32, c code) bool {
	if id < 0 {
		return false
	}
	for _, r := range lx.entries[id].read {
		if r.class == cContext && r.value == c {
			return true
		}
	}
	return false
}
