package register

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// The dictionary is a trie over folded words. Words are numbered; a step is one look-up of
// (node, word). The first step, which most words of a text fail, is a slice by word number.

// dictionary finds names in the words of a text.
type dictionary struct {
	words map[string]uint32
	first []uint32          // by word number: the node of names that begin so; 0 for none
	next  map[uint64]uint32 // node<<32 | word to node
	ends  [][]entry         // by node: the names that end there
}

// entry is one reading of one name.
type entry struct {
	row   *Row
	name  *Name
	flags Flag
	exact []string // the words as written, for case_sensitive
	small bool     // the name may begin with a small letter
	form  bool     // a case form of the name
	main  bool     // the canonical name
}

// index builds the dictionary: names first, then case forms where no other row has the form
// as a name. It refuses names that mean two things.
func (r *Register) index() error {
	r.dict = dictionary{words: map[string]uint32{}, next: map[uint64]uint32{}}
	r.dict.ends = make([][]entry, 1) // node 0 is the root
	for _, id := range r.ids {
		row := r.rows[id]
		for i := range row.Names {
			e := newEntry(row, i)
			node := r.dict.add(e.name.Text)
			if err := r.dict.clash(node, e); err != nil {
				return err
			}
			r.dict.ends[node] = append(r.dict.ends[node], e)
		}
	}
	table := parseEndings()
	for _, id := range r.ids {
		row := r.rows[id]
		for i := range row.Names {
			e := newEntry(row, i)
			e.form, e.main = true, false
			for _, f := range table.forms(row.Names[i], row.Kind) {
				r.dict.form(r.dict.add(f), e)
			}
		}
	}
	for n, es := range r.dict.ends {
		r.dict.ends[n] = topmost(es)
	}
	return nil
}

// newEntry is the reading of the i-th name of a row.
func newEntry(row *Row, i int) entry {
	n := &row.Names[i]
	e := entry{row: row, name: n, flags: row.Flags | n.Flags, main: n.Text == row.Name}
	first, _ := utf8.DecodeRuneInString(n.Text)
	e.small = e.flags&AnyCase != 0 || unicode.IsLower(first)
	if e.flags&CaseSensitive != 0 {
		for _, t := range fold.Tokens(nil, n.Text) {
			e.exact = append(e.exact, n.Text[t.Start:t.End])
		}
	}
	return e
}

// add makes the path of a name and returns its node.
func (d *dictionary) add(name string) uint32 {
	node := uint32(0)
	for i, t := range fold.Tokens(nil, name) {
		w, ok := d.words[t.Text]
		if !ok {
			w = uint32(len(d.words))
			d.words[t.Text] = w
			d.first = append(d.first, 0)
		}
		if i == 0 {
			if d.first[w] == 0 {
				d.first[w] = d.grow()
			}
			node = d.first[w]
			continue
		}
		k := uint64(node)<<32 | uint64(w)
		if d.next[k] == 0 {
			d.next[k] = d.grow()
		}
		node = d.next[k]
	}
	return node
}

// grow adds a node.
func (d *dictionary) grow() uint32 {
	d.ends = append(d.ends, nil)
	return uint32(len(d.ends) - 1)
}

// clash refuses e where its name already means another row of the same layer and neither
// waits for its context.
func (d *dictionary) clash(node uint32, e entry) error {
	for _, o := range d.ends[node] {
		waits := (o.flags | e.flags) & (NeedsContext | NeedsName)
		apart := o.flags&e.flags&CaseSensitive != 0 && !slices.Equal(o.exact, e.exact)
		if o.row == e.row || o.name.layer != e.name.layer || waits != 0 || apart {
			continue
		}
		return corpus.Errorf(corpus.Invalid, e.name.at, "%q of %s also means %s (%s)", e.name.Text,
			e.row.ID, o.row.ID, o.name.at).WithRemedy("flag the rarer of the two needs_context")
	}
	return nil
}

// form adds a case form unless the same word is a name already.
func (d *dictionary) form(node uint32, e entry) {
	for _, o := range d.ends[node] {
		if !o.form || o.row == e.row {
			return
		}
	}
	d.ends[node] = append(d.ends[node], e)
}

// topmost drops the readings below the highest layer that has one without need of context.
func topmost(es []entry) []entry {
	top := 0
	for _, e := range es {
		if e.flags&(NeedsContext|NeedsName) == 0 {
			top = max(top, e.name.layer)
		}
	}
	return slices.DeleteFunc(es, func(e entry) bool { return e.name.layer < top })
}

// Lookup returns the ids that a name may mean, the surest first: an id stands for itself,
// then canonical names, aliases, case forms and adjectives. Kinds, where given, restrict it.
// Case does not matter. The order is the same each time.
func (r *Register) Lookup(name string, kinds ...string) []string {
	name = strings.TrimSpace(name)
	if row, ok := r.rows[name]; ok && (len(kinds) == 0 || slices.Contains(kinds, row.Kind)) {
		return []string{name}
	}
	node := r.dict.node(name)
	if node == 0 {
		return nil
	}
	var ranks [4][]string
	for _, e := range r.dict.ends[node] {
		if len(kinds) > 0 && !slices.Contains(kinds, e.row.Kind) {
			continue
		}
		rank := rankOf(e)
		ranks[rank] = append(ranks[rank], e.row.ID)
	}
	var ids []string
	for _, rank := range ranks[:] {
		for _, id := range rank {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// rankOf says how sure a looked-up reading is; 0 is the surest.
func rankOf(e entry) int {
	switch {
	case e.flags&Adjective != 0:
		return 3
	case e.form:
		return 2
	case e.main && e.flags&NeedsContext == 0:
		return 0
	}
	return 1
}

// node walks a whole name; 0 when it is none.
func (d *dictionary) node(name string) uint32 {
	node := uint32(0)
	for i, t := range fold.Tokens(nil, name) {
		w, ok := d.words[t.Text]
		switch {
		case !ok:
			return 0
		case i == 0:
			node = d.first[w]
		default:
			node = d.next[uint64(node)<<32|uint64(w)]
		}
		if node == 0 {
			return 0
		}
	}
	return node
}
