package register

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// A register file is UTF-8 text. Empty lines and lines that begin with # say nothing. The
// first other line names the columns, in any order: id, kind, name and source must be there;
// parent, aliases, flags, context, lat and lon may be. Cells are parted by one tab.
//
// aliases is a list parted by "|". An alias is its language, its flags and its text, as in
// "ru:Дагестан" or "en+case_sensitive:IS". In a file over a built-in one "-en:Daesh" blocks
// that reading. flags is a list parted by "|" of words that hold for every name of the row.
// context lists ids that confirm a name which needs context.

// File is a register file in memory.
type File struct {
	Name string // as the user knows it; stands in errors
	Data []byte
}

// limits of a file, far above any use and below what would hurt.
const (
	maxFile = 64 << 20 // bytes
	maxLine = 1 << 20  // bytes
)

// must is how many of the columns a file has to have.
const must = 4

// columns lists the columns that a file may have, those first that it must have.
func columns() []string {
	return []string{
		"id", "kind", "name", "source", "parent", "aliases", "flags", "context", "lat", "lon",
	}
}

// rawRow is a row as one file has it.
type rawRow struct {
	Row
	blocked []Name // readings that the file takes away
}

// reader reads one file.
type reader struct {
	file  File
	layer int
	head  []string
	line  int
}

// read returns the rows of a file in order. The error names file and line.
func read(f File, layer int) ([]rawRow, error) {
	if len(f.Data) > maxFile {
		return nil, corpus.Errorf(corpus.Invalid, f.Name, "%d bytes, more than %d", len(f.Data),
			maxFile).WithRemedy("split the register into several files")
	}
	r := reader{file: f, layer: layer}
	var rows []rawRow
	text := strings.TrimPrefix(string(f.Data), "\ufeff")
	for line := range strings.Lines(text) {
		r.line++
		row, err := r.row(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return nil, err
		}
		if row != nil {
			rows = append(rows, *row)
		}
	}
	if r.head == nil {
		return nil, corpus.Errorf(corpus.Invalid, f.Name, "no line names the columns").
			WithRemedy("begin with: " + strings.Join(columns()[:must], "\t"))
	}
	return rows, nil
}

// at is the place of the current line, as errors and rows give it.
func (r *reader) at() string { return r.file.Name + ":" + strconv.Itoa(r.line) }

// fail makes an error about the current line.
func (r *reader) fail(remedy, format string, args ...any) error {
	return corpus.Errorf(corpus.Invalid, r.at(), format, args...).WithRemedy(remedy)
}

// row reads one line; nil for a line that says nothing.
func (r *reader) row(line string) (*rawRow, error) {
	switch {
	case !utf8.ValidString(line):
		return nil, r.fail("save the file as UTF-8", "not valid UTF-8")
	case len(line) > maxLine:
		return nil, r.fail("split the row", "a line of %d bytes, more than %d", len(line), maxLine)
	case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
		return nil, nil
	case r.head == nil:
		return nil, r.header(strings.Split(line, "\t"))
	}
	cells := strings.Split(line, "\t")
	if len(cells) != len(r.head) {
		return nil, r.fail("part the cells by one tab each", "%d cells, but the file has %d columns",
			len(cells), len(r.head))
	}
	row := rawRow{Row: Row{At: r.at()}}
	for i, c := range cells {
		if err := r.cell(&row, r.head[i], strings.TrimSpace(c)); err != nil {
			return nil, err
		}
	}
	return &row, r.whole(&row)
}

// header checks the names of the columns.
func (r *reader) header(names []string) error {
	for i, n := range names {
		if !slices.Contains(columns(), n) || slices.Contains(names[:i], n) {
			return r.fail("columns are "+strings.Join(columns(), ", "),
				"column %q is unknown or stands twice", n)
		}
	}
	for _, n := range columns()[:must] {
		if !slices.Contains(names, n) {
			return r.fail("add it to the line of column names", "column %q is missing", n)
		}
	}
	r.head = names
	return nil
}

// cell puts one cell into the row.
func (r *reader) cell(row *rawRow, column, value string) (err error) {
	switch column {
	case "id":
		row.ID = value
	case "kind":
		row.Kind = value
	case "name":
		row.Name = value
	case "source":
		row.Source = value
	case "parent":
		row.Parent = value
	case "context":
		row.Context = split(value)
	case "flags":
		row.Flags, err = r.flags(split(value))
	case "lat":
		row.Lat, err = r.degrees(value, 90)
	case "lon":
		row.Lon, err = r.degrees(value, 180)
	case "aliases":
		for _, a := range split(value) {
			if err = r.alias(row, a); err != nil {
				return err
			}
		}
	}
	return err
}

// split parts a list cell.
func split(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

// flags reads flag words.
func (r *reader) flags(words []string) (f Flag, err error) {
	for _, w := range words {
		one, ok := flagOf(w)
		if !ok {
			return 0, r.fail("flags are case_sensitive, needs_context, needs_name, adjective, "+
				"any_case, fixed", "flag %q is unknown", w)
		}
		f |= one
	}
	return f, nil
}

// degrees checks a coordinate.
func (r *reader) degrees(value string, limit float64) (string, error) {
	if value == "" {
		return "", nil
	}
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || !(-limit <= v && v <= limit) {
		return "", r.fail("give decimal degrees, as 43.31", "%q is no coordinate", value)
	}
	return value, nil
}

// alias reads one alias and adds it to the row, as a name or as a blocked reading.
func (r *reader) alias(row *rawRow, s string) error {
	spec, blocked := strings.CutPrefix(s, "-")
	head, text, ok := strings.Cut(spec, ":")
	words := strings.Split(head, "+")
	text = strings.TrimSpace(text)
	if !ok || !isLanguage(words[0]) {
		return r.fail("write it with its language, as en:"+s, "alias %q names no language", s)
	}
	if fold.Key(text) == "" {
		return r.fail("remove it", "alias %q holds no word", s)
	}
	flags, err := r.flags(words[1:])
	if err != nil {
		return err
	}
	n := Name{Language: words[0], Text: text, Flags: flags, layer: r.layer, at: r.at()}
	if blocked {
		row.blocked = append(row.blocked, n)
		return nil
	}
	row.Names = append(row.Names, n)
	return nil
}

// isLanguage reports whether s is two or three small letters.
func isLanguage(s string) bool {
	return (len(s) == 2 || len(s) == 3) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

// whole checks what every row must have by itself.
func (r *reader) whole(row *rawRow) error {
	if !validID(row.ID) {
		return r.fail("use up to 80 ASCII letters, digits, dots, hyphens, underscores",
			"id %q cannot be used", row.ID)
	}
	if row.Source == "" {
		return r.fail("say in the column source who says so", "row %s has no source", row.ID)
	}
	if row.Name != "" && fold.Key(row.Name) == "" {
		return r.fail("give a name in letters or digits", "name %q holds no word", row.Name)
	}
	if row.Name != "" {
		n := Name{Language: "en", Text: row.Name, layer: r.layer, at: row.At}
		row.Names = append([]Name{n}, row.Names...)
	}
	return r.once(row)
}

// once refuses a reading that stands twice in a row.
func (r *reader) once(row *rawRow) error {
	seen := map[string]bool{}
	for _, n := range row.Names {
		k := fmt.Sprint(n.Language, n.Flags, fold.Key(n.Text))
		if n.Flags&CaseSensitive != 0 {
			k += n.Text
		}
		if seen[k] {
			return r.fail("remove one", "alias %q stands twice in row %s", n.Text, row.ID)
		}
		seen[k] = true
	}
	return nil
}
