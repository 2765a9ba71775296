package extract

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// update has the golden files written anew.
var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden extracts each page and text of testdata and compares the whole document, but
// the runs of its blocks, which are proven instead.
func TestGolden(t *testing.T) {
	t.Parallel()
	var names []string
	for _, glob := range []string{"testdata/*.html", "testdata/*.txt", "testdata/*.md"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) < 8 {
		t.Fatalf("only %d pages in testdata", len(names))
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			mediaType := ""
			if filepath.Ext(name) == ".md" {
				mediaType = "text/markdown"
			}
			d := must(t, "https://pages.example/"+filepath.Base(name), mediaType, body)
			for i := range d.Blocks {
				if d.Blocks[i].Untraced {
					t.Errorf("block %d is untraced: %q", i, d.Blocks[i].Text)
				}
				d.Blocks[i].Runs = nil
			}
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			e.SetIndent("", " ")
			if err := e.Encode(d); err != nil {
				t.Fatal(err)
			}
			compare(t, name+".golden", b.String())
		})
	}
}

// compare holds a text against a golden file, or writes it with -update.
func compare(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
