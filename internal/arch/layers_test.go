package arch

import (
	"slices"
	"strings"
	"testing"
)

// maxChain is how many packages a chain of imports may have, cmd/ibid included. A reader
// who follows a call meets no more folders than that.
const maxChain = 5

// mustTable reads a table of this folder.
func mustTable(t *testing.T, name string) map[string]string {
	t.Helper()
	rows, err := table(name)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestLayers(t *testing.T) {
	rows := mustTable(t, "layers.tsv")
	check(t, func(tr *tree) []problem { return layers(tr, rows) })
}

// layers holds each import of ours against the table.
func layers(t *tree, rows map[string]string) (out []problem) {
	for _, pkg := range t.packages() {
		if _, ok := rows[pkg]; !ok {
			out = append(out, problem{pkg, "is not in the layer table",
				"give it a row in internal/arch/layers.tsv and in ARCHITECTURE.md, or put its code into a package that is there"})
		}
	}
	for _, f := range t.code() {
		allowed := strings.Fields(rows[f.pkg])
		for _, imp := range f.imports() {
			dep, ok := ours(imp)
			if ok && rows[f.pkg] != "*" && !slices.Contains(allowed, dep) {
				out = append(out, problem{f.path, f.pkg + " may not import " + dep,
					"pass what it needs in as a value or function from cmd/ibid, or move the code; the table is internal/arch/layers.tsv"})
			}
		}
	}
	return out
}

func TestChain(t *testing.T) { check(t, chain) }

// chain finds cycles and chains that are too long. Tests of a package do not count.
func chain(t *tree) []problem {
	deps := map[string]map[string]bool{}
	for _, f := range t.code() {
		for _, imp := range f.imports() {
			if dep, ok := ours(imp); ok {
				if deps[f.pkg] == nil {
					deps[f.pkg] = map[string]bool{}
				}
				deps[f.pkg][dep] = true
			}
		}
	}
	longest := map[string][]string{}
	var cycle []string
	var walk func(pkg string, above []string) []string
	walk = func(pkg string, above []string) []string {
		if slices.Contains(above, pkg) {
			cycle = append(slices.Clone(above), pkg)
			return nil
		}
		if c, ok := longest[pkg]; ok {
			return c
		}
		var best []string
		for _, d := range sorted(deps[pkg]) {
			if c := walk(d, append(slices.Clone(above), pkg)); len(c) > len(best) {
				best = c
			}
		}
		longest[pkg] = append([]string{pkg}, best...)
		return longest[pkg]
	}
	var out []problem
	for _, pkg := range sorted(deps) {
		c := walk(pkg, nil)
		if len(c) > maxChain {
			out = append(out, problem{pkg, "its chain of imports has more than five packages: " + strings.Join(c, " > "),
				"pass the far end in from cmd/ibid, or let a lower package define the small type that both need"})
		}
	}
	if cycle != nil {
		out = append(out, problem{cycle[0], "imports itself: " + strings.Join(cycle, " > "), "move what both need into a lower package"})
	}
	return out
}

func TestLibraries(t *testing.T) {
	rows := mustTable(t, "libraries.tsv")
	check(t, func(tr *tree) []problem { return libraries(tr, rows) })
}

// libraries holds each import of others against the table: * enters anywhere, - only in
// tests and in suites that tests run (a package whose name ends in test), a name there alone.
func libraries(t *tree, rows map[string]string) (out []problem) {
	for _, f := range t.files {
		for _, imp := range f.imports() {
			first, _, _ := strings.Cut(imp, "/")
			if !strings.Contains(first, ".") {
				continue // the standard library and ours
			}
			lib := libraryOf(imp, rows)
			enters := rows[lib]
			suite := f.test || strings.HasSuffix(f.pkg, "test")
			switch {
			case lib == "":
				out = append(out, problem{f.path, imp + " is no library of Ibid",
					"write it with the standard library, or say in docs/decisions/dependencies.md why not and give it a row in internal/arch/libraries.tsv"})
			case enters == "*" || enters == "-" && suite || enters == f.pkg:
			case enters == "-":
				out = append(out, problem{f.path, lib + " is for tests", "keep it in _test.go files"})
			default:
				out = append(out, problem{f.path, lib + " enters through " + enters + " alone",
					"ask " + enters + " for what you need, in a type of ours"})
			}
		}
	}
	return out
}

// libraryOf is the row that an import falls under; a version at the end is part of it.
func libraryOf(imp string, rows map[string]string) string {
	for p := imp; p != ""; {
		if _, ok := rows[p]; ok {
			return p
		}
		i := strings.LastIndexByte(p, '/')
		if i < 0 {
			return ""
		}
		p = p[:i]
	}
	return ""
}
