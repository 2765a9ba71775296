package timex

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// seedEvents are the event dates that a reader gives the passages of the seed, in their
// order; the first of a line is the primary one.
const seedEvents = `2015-06-23 2015/.. 2013/2014
2015-09-02 2015-09
2015/2017 ../2017-12 2017-12-19
2018-02-18 2017-12-19/..
2018-04-21
2018-08-20
2018-12-31
2019-01-24
2019-07-01
2021-01-20 2023-04-03
2024-03-02
2024-03-22
2024-04-22
2024-04-28
2024-06-16
2024-06-23
2024-08-23
2024-09-03
2024-09-30
2024-10-11
2019-07-02
2019-11-29 2019-10-27
2024-09-19 2024-09-14`

// Titles, link lists and passages without a date give no event.
func TestSeed(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("seed files %v, %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	texts, _ := Paragraphs(string(b))
	var got []string
	for i, r := range Annotate(Document{Texts: texts}) {
		checkResult(t, texts[i].Text, r)
		var first, rest []string
		for _, e := range r.Events {
			if e.Primary {
				first = append(first, e.EDTF)
			} else {
				rest = append(rest, e.EDTF)
			}
		}
		if len(first) > 0 {
			got = append(got, strings.Join(append(first, rest...), " "))
		}
	}
	if diff := cmp.Diff(strings.Split(seedEvents, "\n"), got); diff != "" {
		t.Errorf("- wanted, + got:\n%s", diff)
	}
}
