package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"ibid/bench/engine"
	"ibid/corpus"
	"ibid/internal/extract"
	"ibid/internal/generate"
	"ibid/internal/segment"
)

// edited is the share of the words of a repeated passage that are exchanged for other words of
// the same pages.
const edited = 0.1

// realCorpus writes n passages of the evaluation pages. When they are used up they come again,
// each time with other words exchanged. What a passage tells of (republic, actors, day) is
// drawn as generate.Items draws it: few of these pages tell of any.
func realCorpus(shared, out string, n int) error {
	texts, err := realTexts(filepath.Join(shared, "eval", "extraction"))
	if err != nil {
		return err
	}
	var words []string
	for _, t := range texts {
		words = append(words, strings.Fields(t)...)
	}
	say("%d passages, %d words of real text", len(texts), len(words))
	rng := rand.New(rand.NewPCG(3, 3))
	return fromGenerated(out, n, func(i int, p *engine.Passage) {
		p.Text = texts[i%len(texts)]
		if i < len(texts) {
			return
		}
		f := strings.Fields(p.Text)
		for j := range f {
			if rng.Float64() < edited {
				f[j] = words[rng.IntN(len(words))]
			}
		}
		p.Text = strings.Join(f, " ")
	})
}

// realTexts extracts the passages of the evaluation pages, in the order of their names.
func realTexts(dir string) (texts []string, err error) {
	for _, glob := range []string{"scrapinghub/html/*.gz", "wcxb-dev/html/*.gz", "citations/*.html.gz"} {
		files, err := filepath.Glob(filepath.Join(dir, glob))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			body, err := unzip(name)
			if err != nil {
				return nil, err
			}
			c := corpus.Capture{URL: "https://pages.example/" + filepath.Base(name), At: time.Unix(1.7e9, 0).UTC(),
				Status: 200, MediaType: "text/html", Snapshot: corpus.SnapshotIDOf(body)}
			d, err := extract.Extract(c, body, extract.Options{})
			if err != nil {
				continue // a page that Ibid refuses has no passages
			}
			for _, p := range segment.Split(d) {
				texts = append(texts, p.Text)
			}
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("there are no pages under %s; set IBID_SHARED", dir)
	}
	return texts, nil
}

func unzip(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return io.ReadAll(z)
}

// fromGenerated writes the passages of generate.Items, each after change had its way.
func fromGenerated(out string, n int, change func(i int, p *engine.Passage)) error {
	return writeCorpus(out, func(put func(engine.Passage) error) error {
		id := 0
		for item, err := range generate.Items(n, 1) {
			if err != nil {
				return err
			}
			for _, p := range item.Passages {
				day := p.Tags.Events[0].First
				year, _, _ := day.Date()
				line := engine.Passage{ID: id, Text: p.Text, Republic: p.Tags.Places[0].ID,
					Year: strconv.Itoa(year), Date: int64(day) * 86400}
				for _, a := range p.Tags.Actors {
					line.Actors = add(line.Actors, a.ID)
				}
				change(id, &line)
				if err := put(line); err != nil {
					return err
				}
				id++
			}
		}
		return nil
	})
}
