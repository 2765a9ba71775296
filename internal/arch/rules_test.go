package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"strings"
	"testing"
)

// Sizes: what fits on a screen or two, and what a file about one idea needs.
const (
	maxFile     = 500 // lines of a file that is no test
	maxFunction = 75  // lines of a function that is no test, from func to its last brace
	maxExported = 110 // identifiers that others can embed; about 80 are wanted
)

func TestPackageDocs(t *testing.T) { check(t, packageDocs) }

// packageDocs wants one package comment a package, in doc.go.
func packageDocs(t *tree) (out []problem) {
	documented := map[string]bool{}
	for _, f := range t.code() {
		if f.ast.Doc == nil {
			continue
		}
		if path.Base(f.path) != "doc.go" {
			out = append(out, problem{f.path, "has a package comment", "put it into doc.go; a comment about the file stands below the imports"})
			continue
		}
		documented[f.pkg] = true
		want := "Package " + f.ast.Name.Name + " "
		if f.ast.Name.Name == "main" {
			want = "Command " + path.Base(f.pkg) + " "
		}
		if !strings.HasPrefix(strings.Join(strings.Fields(f.ast.Doc.Text()), " "), want) {
			out = append(out, problem{f.path, "its package comment does not begin with " + want, "say in the first line what the package is for"})
		}
	}
	for _, pkg := range t.packages() {
		if !documented[pkg] {
			out = append(out, problem{pkg, "has no package comment in doc.go", "write doc.go: what it owns, guarantees, refuses, one example"})
		}
	}
	return out
}

func TestNoInit(t *testing.T) { check(t, noInit) }

// noInit refuses init functions, tests included.
func noInit(t *tree) (out []problem) {
	for _, f := range t.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				out = append(out, problem{t.at(fn), "is an init function", "make the value where it is first asked for, with sync.OnceValue"})
			}
		}
	}
	return out
}

func TestNoExit(t *testing.T) { check(t, noExit) }

// noExit refuses to end the process, except in main.go of a command.
func noExit(t *tree) []problem {
	exempt := func(f file) bool {
		return f.test || path.Base(f.path) == "main.go" && strings.HasPrefix(f.pkg, "cmd/")
	}
	calls := map[string][]string{"os": {"Exit"}, "syscall": {"Exit"}, "runtime": {"Goexit"},
		"log": {"Fatal", "Fatalf", "Fatalln", "Panic", "Panicf", "Panicln"}}
	return t.calls(calls, exempt, "ends the process", "return an error; cmd/ibid/main.go turns it into an exit code")
}

func TestNoClock(t *testing.T) { check(t, noClock) }

// noClock refuses the clock where it is not a fact of the outside world.
func noClock(t *tree) []problem {
	exempt := func(f file) bool {
		return f.test || strings.HasPrefix(f.pkg, "cmd/") || strings.HasSuffix(f.pkg, "test") ||
			f.pkg == "internal/web" || f.pkg == "internal/fetch"
	}
	return t.calls(map[string][]string{"time": {"Now", "Since", "Until"}}, exempt, "reads the clock",
		"take the time as a value, or a func() time.Time from cmd/ibid")
}

// calls finds the use of functions of the standard library, under whatever name a file
// imports their package.
func (t *tree) calls(names map[string][]string, exempt func(file) bool, what, remedy string) (out []problem) {
	for _, f := range t.files {
		if exempt(f) {
			continue
		}
		local := map[string]string{}
		for _, s := range f.ast.Imports {
			p := strings.Trim(s.Path.Value, `"`)
			name := path.Base(p)
			if s.Name != nil {
				name = s.Name.Name
			}
			local[name] = p
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			for _, fn := range names[local[x.Name]] {
				if sel.Sel.Name == fn {
					out = append(out, problem{t.at(n), local[x.Name] + "." + fn + " " + what, remedy})
				}
			}
			return true
		})
	}
	return out
}

func TestDocumented(t *testing.T) { check(t, documented) }

// documented wants a comment on each exported identifier. One comment over a group of
// constants or variables serves all of them.
func documented(t *tree) (out []problem) {
	for _, f := range t.code() {
		for _, d := range f.ast.Decls {
			for _, id := range bare(d) {
				out = append(out, problem{t.at(id), id.Name + " has no comment", "say why it is there, its shape or unit, and its errors"})
			}
		}
	}
	return out
}

// bare lists the exported identifiers of a declaration that no comment covers.
func bare(d ast.Decl) (out []*ast.Ident) {
	if fn, ok := d.(*ast.FuncDecl); ok {
		if fn.Doc == nil && fn.Name.IsExported() && (fn.Recv == nil || ast.IsExported(receiver(fn))) {
			return []*ast.Ident{fn.Name}
		}
		return nil
	}
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return nil
	}
	for _, s := range g.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Doc == nil && s.Comment == nil && (g.Doc == nil || len(g.Specs) > 1) && s.Name.IsExported() {
				out = append(out, s.Name)
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if g.Doc == nil && s.Doc == nil && s.Comment == nil && n.IsExported() {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// receiver is the name of the type that a method belongs to.
func receiver(fn *ast.FuncDecl) string {
	x := fn.Recv.List[0].Type
	for {
		switch y := x.(type) {
		case *ast.StarExpr:
			x = y.X
		case *ast.IndexExpr:
			x = y.X
		case *ast.IndexListExpr:
			x = y.X
		case *ast.Ident:
			return y.Name
		default:
			return ""
		}
	}
}

func TestSizes(t *testing.T) { check(t, sizes) }

// sizes bounds files and functions.
func sizes(t *tree) (out []problem) {
	for _, f := range t.code() {
		if f.lines > maxFile {
			out = append(out, problem{f.path, fmt.Sprintf("has %d lines, the limit is %d", f.lines, maxFile), "part it by idea, a file each"})
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := t.fset.Position(fn.End()).Line - t.fset.Position(fn.Pos()).Line + 1
			if n > maxFunction {
				out = append(out, problem{t.at(fn), fmt.Sprintf("%s has %d lines, the limit is %d", fn.Name.Name, n, maxFunction),
					"name its steps and make each a function"})
			}
		}
	}
	return out
}

func TestPublicSurface(t *testing.T) {
	check(t, func(tr *tree) []problem {
		n := surface(tr)
		t.Logf("figure: %d exported identifiers in corpus, indexer and indexer/query (limit %d)", n, maxExported)
		if n > maxExported {
			return []problem{{"corpus, indexer, indexer/query", fmt.Sprintf("export %d identifiers, the limit is %d", n, maxExported),
				"make what no one embeds unexported, or merge types that always go together"}}
		}
		return nil
	})
}

// surface counts the exported identifiers at package level that others can embed. Methods,
// fields and the values of a closed list (a constant of an exported type of ours) are part
// of their type.
func surface(t *tree) int {
	n := 0
	for _, f := range t.code() {
		if f.pkg != "corpus" && f.pkg != "indexer" && f.pkg != "indexer/query" {
			continue
		}
		for _, d := range f.ast.Decls {
			n += exported(d)
		}
	}
	return n
}

func exported(d ast.Decl) int {
	n := 0
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.IsExported() {
			n++
		}
	case *ast.GenDecl:
		typed := false
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					n++
				}
			case *ast.ValueSpec:
				if d.Tok == token.CONST && s.Type != nil {
					typed = true
				}
				for _, id := range s.Names {
					if id.IsExported() && !typed {
						n++
					}
				}
			}
		}
	}
	return n
}
