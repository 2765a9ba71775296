package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// module is the path of the module in its own imports.
const module = "ibid"

// file is one Go file of the tree.
type file struct {
	path  string // from the root, with slashes
	pkg   string // folder from the root, with slashes
	test  bool   // a _test.go file
	lines int
	ast   *ast.File
}

// tree is the source of the module.
type tree struct {
	fset  *token.FileSet
	files []file
}

// problem is a broken rule: where, what, and what to do.
type problem struct{ where, what, remedy string }

func (p problem) String() string { return p.where + ": " + p.what + "; " + p.remedy }

// source is the tree of this repository, parsed once for all tests.
var source = sync.OnceValues(func() (*tree, error) {
	return readTree(os.DirFS(filepath.Join("..", "..")))
})

// readTree parses every Go file, except in folders that Go leaves out (testdata, names that
// begin with a point or underscore) and in modules of their own.
func readTree(root fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch base := path.Base(name); {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (base == "testdata" || base[0] == '.' || base[0] == '_' || hasModule(root, name)):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		return t.add(root, name)
	})
	return t, err
}

func hasModule(root fs.FS, dir string) bool {
	_, err := fs.Stat(root, path.Join(dir, "go.mod"))
	return err == nil
}

func (t *tree) add(root fs.FS, name string) error {
	b, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	f, err := parser.ParseFile(t.fset, name, b, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.files = append(t.files, file{path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		lines: strings.Count(string(b), "\n"), ast: f})
	return nil
}

// code is the files that are no tests.
func (t *tree) code() []file {
	var out []file
	for _, f := range t.files {
		if !f.test {
			out = append(out, f)
		}
	}
	return out
}

// at is the place of a node, file:line.
func (t *tree) at(n ast.Node) string {
	p := t.fset.Position(n.Pos())
	return p.Filename + ":" + strconv.Itoa(p.Line)
}

// imports is the paths that a file imports.
func (f file) imports() []string {
	var out []string
	for _, s := range f.ast.Imports {
		if p, err := strconv.Unquote(s.Path.Value); err == nil {
			out = append(out, p)
		}
	}
	return out
}

// ours is the folder of an import of this module; false for all others.
func ours(imported string) (string, bool) { return strings.CutPrefix(imported, module+"/") }

// packages is the folders that hold code, sorted.
func (t *tree) packages() []string {
	seen := map[string]bool{}
	for _, f := range t.code() {
		seen[f.pkg] = true
	}
	return sorted(seen)
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// table reads a TSV file of this folder: the first column to the second.
func table(name string) (map[string]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	rows, last := map[string]string{}, ""
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")[1:] {
		c := strings.Split(line, "\t")
		if len(c) != 3 || c[2] == "" {
			return nil, fmt.Errorf("%s:%d: want three cells, the last a source", name, i+2)
		}
		if c[0] <= last {
			return nil, fmt.Errorf("%s:%d: %q stands after %q; sort the rows", name, i+2, c[0], last)
		}
		rows[c[0]], last = c[1], c[0]
	}
	return rows, nil
}

// check runs a rule on the repository.
func check(t *testing.T, rule func(*tree) []problem) {
	t.Helper()
	t.Parallel()
	tr, err := source()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range rule(tr) {
		t.Error(p)
	}
}
