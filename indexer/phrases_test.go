package indexer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/query"
)

// sharedFile finds a file of the shared folder: IBID_SHARED, else ../shared, from the folder of
// go.mod. Without it the test is skipped, but never where CI=true.
func sharedFile(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("IBID_SHARED")
	if root == "" {
		root = "../shared"
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", root)
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v; set IBID_SHARED", err)
		}
		t.Skipf("%v; set IBID_SHARED to run this", err)
	}
	return path
}

// phraseSet is a labelled set of phrases over passages of one sentence.
type phraseSet struct {
	Docs    map[string]string `json:"docs"`
	Queries []struct {
		Name   string   `json:"name"`
		Q      string   `json:"q"`
		Phrase string   `json:"phrase"`
		Want   []string `json:"want"`
	} `json:"queries"`
}

// items makes a document of each passage.
func (s *phraseSet) items() []Item {
	var items []Item
	for name, text := range s.Docs {
		url := "https://set.example/" + name
		d := &corpus.Document{ID: corpus.DocumentIDOf(url), URL: url, Title: name, Language: "en",
			Snapshot: corpus.SnapshotIDOf([]byte(text))}
		p := &corpus.Passage{ID: corpus.PassageIDOf(url, text, 0), Document: d.ID, Text: text,
			Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{0, len(text)}}}}
		items = append(items, Item{Document: d, Passages: []*corpus.Passage{p}})
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Document.URL < items[j].Document.URL })
	return items
}

func TestLabelledPhrases(t *testing.T) {
	t.Parallel()
	for file, c := range map[string]struct {
		mode query.Mode
		want int
	}{"set_quote.json": {query.Quote, 30}, "set_verbatim.json": {query.Verbatim, 13}} {
		b, err := os.ReadFile(sharedFile(t, filepath.Join("eval", "phrases", file)))
		if err != nil {
			t.Fatal(err)
		}
		var set phraseSet
		if err := json.Unmarshal(b, &set); err != nil {
			t.Fatal(err)
		}
		x := open(t, set.items(), 20)
		good := 0
		for _, q := range set.Queries {
			ok := true
			for text, mode := range map[string]query.Mode{q.Q: c.mode, q.Phrase: c.mode} {
				got := titles(t, x, query.Request{Text: text, Mode: mode, Size: 100})
				sort.Strings(q.Want)
				if diff := cmp.Diff(q.Want, got); diff != "" {
					t.Errorf("%s: %s %s (-want +got)\n%s", file, q.Name, text, diff)
					ok = false
				}
			}
			if c.mode == query.Quote {
				got := titles(t, x, query.Request{Text: q.Q, Size: 100})
				ok = ok && cmp.Diff(q.Want, got) == ""
			}
			if ok {
				good++
			}
		}
		if good != c.want || len(set.Queries) != c.want {
			t.Errorf("%s: %d of %d right, want %d", file, good, len(set.Queries), c.want)
		}
	}
}

// titles gives the sorted titles of the documents that answer a request.
func titles(t *testing.T, x *Index, req query.Request) []string {
	t.Helper()
	res, err := x.Search(t.Context(), req)
	if err != nil {
		t.Fatalf("%+v: %v", req, err)
	}
	out := []string{}
	for _, h := range res.Hits {
		out = append(out, strings.TrimSpace(h.Document.Title))
	}
	sort.Strings(out)
	return out
}
