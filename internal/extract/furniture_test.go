package extract

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ibid/corpus"
)

// wikiPagesTSV has the labelled pages: the sha256 of the body, where the page is from, and the
// byte ranges of its main text, as distances: from the end of the last range to the start, and
// the length.
//
//go:embed testdata/wiki-pages.tsv
var wikiPagesTSV string

// wikiPages reads the labels.
func wikiPages(t *testing.T) map[string][]corpus.Span {
	t.Helper()
	pages := map[string][]corpus.Span{}
	for _, row := range rows(wikiPagesTSV) {
		at, list := 0, []corpus.Span{}
		for i, f := range strings.Fields(row[2]) {
			n, err := strconv.Atoi(f)
			if err != nil {
				t.Fatalf("%s: %v", row[1], err)
			}
			if at += n; i%2 == 0 {
				list = append(list, corpus.Span{Start: at})
			} else {
				list[len(list)-1].End = at
			}
		}
		pages[row[0]] = list
	}
	return pages
}

// TestFurnitureOfWikiPages measures how much of what is read on the labelled encyclopedia pages
// and mirrors is furniture. The pages of others are not in the repository: those at hand, in the
// evaluation data and the folder IBID_WIKI names, are measured.
func TestFurnitureOfWikiPages(t *testing.T) {
	t.Parallel()
	labels, read, all, furniture := wikiPages(t), 0, 0, 0
	labelled := len(labels)
	for _, name := range wikiFiles(t) {
		body, err := os.ReadFile(name)
		if strings.HasSuffix(name, ".gz") {
			body, err = gunzip(t, name), nil
		}
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		main, ok := labels[hex.EncodeToString(sum[:])]
		if !ok {
			continue
		}
		delete(labels, hex.EncodeToString(sum[:])) // may be at hand twice
		mediaType := "text/html"
		if strings.HasSuffix(name, ".txt") {
			mediaType = "text/plain"
		}
		size, outside := 0, 0
		for _, b := range must(t, "https://wiki.example/page", mediaType, body).Blocks {
			for _, r := range b.Runs {
				n := r.Text[1] - r.Text[0]
				size += n
				if !inside(main, r.Bytes[0]) {
					outside += n
				}
			}
		}
		read, all, furniture = read+1, all+size, furniture+outside
		if 20*outside > size {
			t.Errorf("%s: %d of %d bytes read are furniture", name, outside, size)
		}
	}
	t.Logf("figure: %d of %d labelled pages, %d bytes read, %.2f %% furniture",
		read, labelled, all, 100*float64(furniture)/float64(max(all, 1)))
	if 100*furniture > all {
		t.Errorf("%d of %d bytes read are furniture, want at most 1 %%", furniture, all)
	}
}

// inside reports whether an offset lies in one of the spans, which are in order.
func inside(spans []corpus.Span, at int) bool {
	for _, s := range spans {
		if s.Start <= at && at < s.End {
			return true
		}
	}
	return false
}

// wikiFiles lists where labelled pages may be.
func wikiFiles(t *testing.T) []string {
	t.Helper()
	globs := []string{"testdata/*.html", "testdata/*.txt"}
	if dir := os.Getenv("IBID_WIKI"); dir != "" {
		globs = append(globs, filepath.Join(dir, "*"))
	}
	if dir := os.Getenv("IBID_SHARED"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(moduleRoot(t), dir)
		}
		globs = append(globs, filepath.Join(dir, "seed/*.txt"), filepath.Join(dir, "eval/extraction/citations/*.html.gz"))
		for _, id := range []string{"0682", "0683", "2879", "2998", "4415"} {
			globs = append(globs, filepath.Join(dir, "eval/extraction/wcxb-dev/html", id+".html.gz"))
		}
	}
	var all []string
	for _, g := range globs {
		names, err := filepath.Glob(g)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, names...)
	}
	return all
}
