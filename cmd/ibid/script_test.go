package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the scripts of testdata/script: the program as its users meet it. Beside
// the usual commands and ibid itself there are:
//
//	make KIND FILE   writes a hostile file: huge, deep, bomb, cutgz, utf8
//	flip FILE AT     changes the byte at an offset
//	cut FILE N       takes the last N bytes off
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"make": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.WriteFile(ts.MkAbs(args[1]), hostile(args[0]), 0o644))
			},
			"flip": func(ts *testscript.TestScript, _ bool, args []string) {
				var at int
				fmt.Sscan(args[1], &at)
				data := []byte(ts.ReadFile(args[0]))
				data[at] ^= 0x20
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
			},
			"cut": func(ts *testscript.TestScript, _ bool, args []string) {
				var n int
				fmt.Sscan(args[1], &n)
				data := ts.ReadFile(args[0])
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(data[:len(data)-n]), 0o644))
			},
		},
	})
}

// hostile makes a file that no tool should stumble over.
func hostile(kind string) []byte {
	var z bytes.Buffer
	switch kind {
	case "huge":
		return bytes.Repeat([]byte("A line of a page that never ends.\n"), 400_000)
	case "deep":
		return []byte("<html><body>" + strings.Repeat("<div>", 10_000) + "<p>The sentence under ten thousand boxes stands here.</p>" +
			strings.Repeat("</div>", 10_000) + "</body></html>")
	case "utf8":
		return []byte("The first half of the line is sound.\nThen \xff\xfe\xc3( comes what is no text at all, and the tail end stands.\n")
	case "bomb":
		w := gzip.NewWriter(&z)
		w.Write(make([]byte, 200<<20))
		w.Close()
	case "cutgz":
		w := gzip.NewWriter(&z)
		w.Write([]byte("<p>A page that was cut off while it was saved, in the middle of a word.</p>"))
		w.Close()
		z.Truncate(z.Len() - 12)
	}
	return z.Bytes()
}
