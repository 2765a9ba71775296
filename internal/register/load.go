package register

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// Schema says which kinds of row a register has.
type Schema struct {
	// Parents gives for each kind the kinds its parent may have; "" allows none at all.
	Parents map[string][]string
}

// kinds lists the kinds in order, for messages.
func (s Schema) kinds() string {
	return strings.Join(slices.Sorted(maps.Keys(s.Parents)), ", ")
}

// Register is a sound set of rows with the dictionary of their names. It does not change and
// is safe for concurrent use.
type Register struct {
	rows   map[string]*Row
	ids    []string // sorted
	dict   dictionary
	digest string
}

// Load reads layers of files, the lowest first, and checks the whole. A row whose id a lower
// layer has corrects that row: cells that are not empty replace, aliases are added or, with
// a leading "-", taken away; a name that was replaced stays as an alias. A name of a higher
// layer that needs no context hides other readings of the same name below it.
func Load(s Schema, layers ...[]File) (*Register, error) {
	r := &Register{rows: map[string]*Row{}}
	h := sha256.New()
	for i, files := range layers {
		for _, f := range files {
			sum := sha256.Sum256(f.Data)
			h.Write(append(sum[:], byte(i)))
		}
		if err := r.layer(i, files); err != nil {
			return nil, err
		}
	}
	r.ids = slices.Sorted(maps.Keys(r.rows))
	r.digest = hex.EncodeToString(h.Sum(nil))
	if err := r.check(s); err != nil {
		return nil, err
	}
	return r, r.index()
}

// layer lays the rows of the files of one layer; no id may stand in it twice.
func (r *Register) layer(i int, files []File) error {
	var rows []rawRow
	for _, f := range files {
		more, err := read(f, i)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	seen := map[string]string{}
	for _, row := range rows {
		if at, ok := seen[row.ID]; ok {
			return corpus.Errorf(corpus.Invalid, row.At, "id %s stands at %s too", row.ID, at).
				WithRemedy("keep one of the two rows")
		}
		seen[row.ID] = row.At
		if err := r.lay(row); err != nil {
			return err
		}
	}
	return nil
}

// lay puts a row over what the layers below say.
func (r *Register) lay(n rawRow) error {
	old := r.rows[n.ID]
	if old == nil {
		if n.Kind == "" || n.Name == "" {
			return corpus.Errorf(corpus.Invalid, n.At, "row %s is new and has no kind or no name",
				n.ID).WithRemedy("fill in kind and name, or correct the id")
		}
		row := n.Row
		r.rows[n.ID] = &row
		return nil
	}
	row := *old
	replace(&row.Kind, n.Kind)
	replace(&row.Name, n.Name)
	replace(&row.Parent, n.Parent)
	replace(&row.Lat, n.Lat)
	replace(&row.Lon, n.Lon)
	if n.Context != nil {
		row.Context = n.Context
	}
	row.Flags |= n.Flags
	row.Source, row.At = n.Source, n.At
	row.Names = append(slices.Clone(n.Names), without(old.Names, n.Names)...)
	row.Names = without(row.Names, n.blocked)
	return r.keep(&row)
}

// keep stores a corrected row and puts the canonical name first again, before what was laid
// over it.
func (r *Register) keep(row *Row) error {
	for i, n := range row.Names {
		if n.Text == row.Name {
			row.Names = append([]Name{n}, slices.Delete(slices.Clone(row.Names), i, i+1)...)
			r.rows[row.ID] = row
			return nil
		}
	}
	return corpus.Errorf(corpus.Invalid, row.At, "the name %q of %s is blocked", row.Name, row.ID).
		WithRemedy("give the row another name in the same line")
}

// replace sets *to unless the new value is empty.
func replace(to *string, value string) {
	if value != "" {
		*to = value
	}
}

// without returns the names that are not among others, by language and folded text.
func without(names, others []Name) []Name {
	gone := map[string]bool{}
	for _, o := range others {
		gone[o.Language+":"+fold.Key(o.Text)] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(n Name) bool {
		return gone[n.Language+":"+fold.Key(n.Text)]
	})
}

// check holds every row against the schema and against its parents.
func (r *Register) check(s Schema) error {
	for _, id := range r.ids {
		row := r.rows[id]
		allowed, ok := s.Parents[row.Kind]
		if !ok {
			return corpus.Errorf(corpus.Invalid, row.At, "kind %q of %s is unknown", row.Kind, id).
				WithRemedy("kinds are " + s.kinds())
		}
		parent := r.rows[row.Parent]
		if row.Parent != "" && parent == nil {
			return corpus.Errorf(corpus.Invalid, row.At, "parent %q of %s is in no row", row.Parent, id).
				WithRemedy("add the parent or correct its id")
		}
		kind := ""
		if parent != nil {
			kind = parent.Kind
		}
		if !slices.Contains(allowed, kind) {
			return corpus.Errorf(corpus.Invalid, row.At, "%s %s cannot lie under %q", row.Kind, id, kind).
				WithRemedy("correct kind or parent")
		}
		if r.cyclic(row) {
			return corpus.Errorf(corpus.Invalid, row.At, "%s lies under itself", id).
				WithRemedy("break the circle of parents")
		}
	}
	return nil
}

// cyclic reports whether the chain of parents does not end.
func (r *Register) cyclic(row *Row) bool {
	for range len(r.rows) + 1 {
		if row = r.rows[row.Parent]; row == nil {
			return false
		}
	}
	return true
}

// Row returns the row of an id.
func (r *Register) Row(id string) (*Row, bool) {
	row, ok := r.rows[id]
	return row, ok
}

// IDs lists all ids in order.
func (r *Register) IDs() []string { return slices.Clone(r.ids) }

// Path returns the rows from the root down to an id; nil for an unknown id.
func (r *Register) Path(id string) []*Row {
	var path []*Row
	for row := r.rows[id]; row != nil; row = r.rows[row.Parent] {
		path = append(path, row)
	}
	slices.Reverse(path)
	return path
}

// Under reports whether id lies under the ancestor; nothing lies under itself.
func (r *Register) Under(id, ancestor string) bool {
	for row := r.rows[id]; row != nil && row.Parent != ""; row = r.rows[row.Parent] {
		if row.Parent == ancestor {
			return true
		}
	}
	return false
}

// Digest names the contents of all files: equal digests, equal register.
func (r *Register) Digest() string { return r.digest }
