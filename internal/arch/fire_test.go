package arch

import (
	"strings"
	"testing"
	"testing/fstest"
)

// TestRulesFire breaks each rule in a small tree and wants the problem, with its remedy.
func TestRulesFire(t *testing.T) {
	t.Parallel()
	layerRows := map[string]string{"low": "-", "mid": "low", "cmd/x": "*"}
	libraryRows := map[string]string{"lib.example/one": "mid", "lib.example/any": "*", "lib.example/test": "-"}
	byLayer := func(tr *tree) []problem { return layers(tr, layerRows) }
	byLibrary := func(tr *tree) []problem { return libraries(tr, libraryRows) }
	long := "package low\nfunc f() {\n" + strings.Repeat("\t_ = 1\n", 80) + "}\n"
	for _, c := range []struct {
		name   string
		rule   func(*tree) []problem
		file   string
		source string
		says   string // empty: the rule must be silent
	}{
		{"import upwards", byLayer, "low/a.go", "package low\nimport _ \"ibid/mid\"", "low may not import mid"},
		{"import as allowed", byLayer, "mid/a.go", "package mid\nimport _ \"ibid/low\"", ""},
		{"test imports are free", byLayer, "low/a_test.go", "package low\nimport _ \"ibid/mid\"", ""},
		{"unknown package", byLayer, "new/a.go", "package new1", "is not in the layer table"},
		{"command imports all", byLayer, "cmd/x/a.go", "package main\nimport _ \"ibid/low\"", ""},
		{"library elsewhere", byLibrary, "low/a.go", "package low\nimport _ \"lib.example/one/v2/sub\"", "enters through mid alone"},
		{"library elsewhere in a test", byLibrary, "low/a_test.go", "package low\nimport _ \"lib.example/one\"", "enters through mid alone"},
		{"library at its door", byLibrary, "mid/a.go", "package mid\nimport _ \"lib.example/one\"", ""},
		{"codec", byLibrary, "low/a.go", "package low\nimport _ \"lib.example/any/x\"", ""},
		{"library of tests in code", byLibrary, "low/a.go", "package low\nimport _ \"lib.example/test\"", "is for tests"},
		{"library of tests in a suite", byLibrary, "low/lowtest/a.go", "package lowtest\nimport _ \"lib.example/test\"", ""},
		{"unknown library", byLibrary, "low/a.go", "package low\nimport _ \"lib.example/other\"", "is no library of Ibid"},
		{"doc elsewhere", packageDocs, "low/a.go", "// Package low is.\npackage low", "has a package comment"},
		{"no doc", packageDocs, "low/a.go", "package low", "has no package comment in doc.go"},
		{"doc that says nothing", packageDocs, "low/doc.go", "// Things.\npackage low", "does not begin with Package low"},
		{"doc", packageDocs, "low/doc.go", "// Package low is low.\npackage low", ""},
		{"doc of a command", packageDocs, "cmd/x/doc.go", "// Command x runs.\npackage main", ""},
		{"init", noInit, "low/a.go", "package low\nfunc init() {}", "low/a.go:2: is an init function"},
		{"method init", noInit, "low/a.go", "package low\ntype t int\nfunc (t) init() {}", ""},
		{"exit", noExit, "low/a.go", "package low\nimport \"os\"\nfunc f() { os.Exit(1) }", "low/a.go:3: os.Exit"},
		{"fatal under another name", noExit, "cmd/x/b.go", "package main\nimport l \"log\"\nfunc f() { l.Fatalf(\"\") }", "log.Fatalf"},
		{"exit in main", noExit, "cmd/x/main.go", "package main\nimport \"os\"\nfunc main() { os.Exit(1) }", ""},
		{"another os", noExit, "low/a.go", "package low\nimport os \"ibid/mid\"\nfunc f() { os.Exit() }", ""},
		{"clock", noClock, "low/a.go", "package low\nimport \"time\"\nvar now = time.Now", "time.Now reads the clock"},
		{"clock at the edge", noClock, "internal/web/a.go", "package web\nimport \"time\"\nvar now = time.Now", ""},
		{"function without comment", documented, "low/a.go", "package low\nfunc F() {}", "F has no comment"},
		{"method without comment", documented, "low/a.go", "package low\n// T is.\ntype T[K any] int\nfunc (*T[K]) M() {}", "M has no comment"},
		{"method of a hidden type", documented, "low/a.go", "package low\ntype t int\nfunc (t) M() {}", ""},
		{"type in a group", documented, "low/a.go", "package low\n// Both.\ntype (\n\tA int\n\tB int\n)", "A has no comment"},
		{"constants in a group", documented, "low/a.go", "package low\n// Both.\nconst (\n\tA = 1\n\tB = 2\n)", ""},
		{"long file", sizes, "low/a.go", "package low\n" + strings.Repeat("\n", 500), "has 501 lines"},
		{"long test", sizes, "low/a_test.go", "package low\n" + strings.Repeat("\n", 500), ""},
		{"long function", sizes, "low/a.go", long, "f has 82 lines"},
	} {
		tr, err := readTree(fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(c.source)}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := ""
		for _, p := range c.rule(tr) {
			got += p.String() + "\n"
			if p.remedy == "" {
				t.Errorf("%s: no remedy in %q", c.name, p)
			}
		}
		if c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.says)
		}
	}
}

// TestChainFires makes a chain of six packages, and a cycle.
func TestChainFires(t *testing.T) {
	t.Parallel()
	imports := func(pairs ...string) *tree {
		m := fstest.MapFS{}
		for _, p := range pairs {
			from, to, _ := strings.Cut(p, ">")
			m[from+"/"+to+".go"] = &fstest.MapFile{Data: []byte("package " + from + "\nimport _ \"ibid/" + to + "\"")}
		}
		tr, err := readTree(m)
		if err != nil {
			t.Fatal(err)
		}
		return tr
	}
	for _, c := range []struct {
		tree *tree
		says string
	}{
		{imports("a>b", "b>c", "c>d", "d>e", "a>e"), ""},
		{imports("a>b", "b>c", "c>d", "d>e", "e>f"), "a > b > c > d > e > f"},
		{imports("a>b", "b>a"), "a > b > a"},
	} {
		got := ""
		for _, p := range chain(c.tree) {
			got += p.String()
		}
		if c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("got %q, want %q", got, c.says)
		}
	}
}

// TestSurfaceCounts counts what can be embedded.
func TestSurfaceCounts(t *testing.T) {
	t.Parallel()
	tr, err := readTree(fstest.MapFS{
		"corpus/a.go": &fstest.MapFile{Data: []byte("package corpus\ntype T string\nconst (\n\tA T = \"a\"\n\tB T = \"b\"\n)\nconst Max = 3\nfunc F() {}\nfunc (T) M() {}\nvar V, w int")},
		"low/a.go":    &fstest.MapFile{Data: []byte("package low\nfunc F() {}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := surface(tr); n != 4 {
		t.Errorf("%d, want T, Max, F and V", n)
	}
}
