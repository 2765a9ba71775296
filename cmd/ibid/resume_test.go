package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/internal/ingest"
)

// An interrupted run is taken up where its last whole shard ended, and the outcome is that of a
// run that was not interrupted.
func TestIndexTakesUpAnInterruptedRun(t *testing.T) {
	t.Parallel()
	dir, pages := filepath.Join(t.TempDir(), "c"), filepath.Join(t.TempDir(), "pages")
	must(t, "init", dir)
	writePages(t, pages, 60)
	must(t, "add", "--corpus", dir, pages)
	s, err := openSite(dir)
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, stop := range []int{25, 30, 1000} {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		err := s.index(ctx, io.Discard, indexOptions{shard: 20, report: func(ingest.Outcome) {
			if n++; n == stop {
				cancel()
			}
		}})
		cancel()
		read += n
		if stop < 1000 && !errors.Is(err, context.Canceled) || stop == 1000 && err != nil {
			t.Fatal(err)
		}
	}
	if read < 60 || read > 60+2*15 {
		t.Errorf("%d pages were read for 60", read)
	}
	ix, err := s.openIndex(verifyFull)
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	if err := s.index(t.Context(), io.Discard, indexOptions{shard: 20, rebuild: true}); err != nil {
		t.Fatal(err)
	}
	again, err := s.openIndex(verifyFull)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if a, b := ix.Info(), again.Info(); a.Content != b.Content || a.Passages != 120 {
		t.Errorf("interrupted %+v\nrun through %+v", a, b)
	}
}

func TestResumedItemsKeepTheOrder(t *testing.T) {
	t.Parallel()
	captures := func(urls string) (cs []corpus.Capture) {
		for _, u := range strings.Fields(urls) {
			cs = append(cs, corpus.Capture{URL: "https://wire.example/" + u, Snapshot: corpus.SnapshotIDOf([]byte(u))})
		}
		return cs
	}
	name := func(d *corpus.Document) string { return d.URL[len("https://wire.example/"):] }
	for _, c := range []struct{ all, finished, failing, want string }{
		{"a b c d", "", "", "a b c d"},
		{"a b c d", "a b", "", "(a) (b) c d"},
		{"a b c d", "b d", "a c", "(b) (d)"},
		{"a b c d", "a b c d", "", "(a) (b) (c) (d)"},
		{"a b c d e", "x c", "a d e", "b (c)"},
		{"", "a", "", ""},
	} {
		f := &resumed{s: &site{cfg: &config{}}, documents: map[corpus.DocumentID]*corpus.Document{}}
		for _, x := range captures(c.finished) {
			d := &corpus.Document{ID: corpus.DocumentIDOf(x.URL), URL: x.URL, Snapshot: x.Snapshot}
			f.documents[d.ID] = d
		}
		run := func(left []corpus.Capture) iter.Seq2[ingest.Item, error] {
			return func(yield func(ingest.Item, error) bool) {
				for _, x := range left {
					d := &corpus.Document{ID: corpus.DocumentIDOf(x.URL), URL: x.URL}
					if !strings.Contains(c.failing, name(d)) && !yield(ingest.Item{Document: d}, nil) {
						return
					}
				}
			}
		}
		var got []string
		for item, err := range f.items(captures(c.all), run, func() {}) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Kept {
				got = append(got, fmt.Sprintf("(%s)", name(item.Document)))
			} else {
				got = append(got, name(item.Document))
			}
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%+v:\n%s", c, diff)
		}
	}
}
