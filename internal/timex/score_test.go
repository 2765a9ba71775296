package timex

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"unicode/utf8"
)

// goldLine is one document of an evaluation file; its answers are not read.
type goldLine struct {
	ID   string `json:"doc_id"`
	Lang string `json:"lang"`
	DCT  string `json:"dct"`
	Text string `json:"text"`
}

// predicted is one expression in the scorer's shape; offsets are code points.
type predicted struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"`
	Value string `json:"value"`
}

// shared is the folder of evaluation data, or a skip.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("IBID_SHARED")
	if dir == "" {
		dir = "../shared"
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir)
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no evaluation data at %s; set IBID_SHARED", dir)
		}
		t.Skipf("no evaluation data at %s; set IBID_SHARED", dir)
	}
	return dir
}

// predict writes what Annotate makes of an evaluation file.
func predict(t *testing.T, gold, to string) {
	t.Helper()
	in, err := os.Open(gold)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	enc := json.NewEncoder(out)
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 8<<20)
	for sc.Scan() {
		var g goldLine
		if err := json.Unmarshal(sc.Bytes(), &g); err != nil {
			t.Fatal(err)
		}
		if err := enc.Encode(map[string]any{"doc_id": g.ID, "timexes": predictText(g)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

func predictText(g goldLine) []predicted {
	texts, at := Paragraphs(g.Text)
	ps := []predicted{}
	for i, r := range Annotate(Document{Language: g.Lang, Published: g.DCT, Texts: texts}) {
		for _, e := range r.Expressions {
			from := utf8.RuneCountInString(g.Text[:at[i]+e.Span.Start])
			ps = append(ps, predicted{from, from + utf8.RuneCountInString(e.Text), e.Type, e.Value})
		}
	}
	return ps
}

// The figures that this version reaches on the development sets, in per cent less a
// little; a change that loses more shows here.
func TestScores(t *testing.T) {
	dir := filepath.Join(shared(t), "eval", "dates")
	python, err := exec.LookPath("python3")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatal("no python3 to run the scorer with, and CI demands it")
	}
	if err != nil {
		t.Skip("no python3 to run the scorer with")
	}
	floors := map[string]map[string]float64{
		"wikiwars_dev": {"strict": 92, "relaxed": 96.5, "value": 91, "calday": 94.5, "fullday": 93.5},
		"ru_mini_dev":  {"relaxed": 98, "value": 92},
	}
	to := os.Getenv("TIMEX_PREDICT")
	if to == "" {
		to = t.TempDir()
	}
	for name, floor := range floors {
		gold, pred := filepath.Join(dir, name+".jsonl"), filepath.Join(to, name+".pred.jsonl")
		predict(t, gold, pred)
		b, err := exec.Command(python, filepath.Join(dir, "score.py"), gold, pred, "--json").Output()
		if err != nil {
			t.Fatalf("the scorer fails on %s: %v", name, err)
		}
		var got map[string]struct{ F1 float64 }
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		for _, k := range []string{"strict", "relaxed", "type", "value", "calday", "fullday"} {
			t.Logf("%s %s %.1f", name, k, 100*got[k].F1)
			if 100*got[k].F1 < floor[k] {
				t.Errorf("%s: %s is %.1f, was at least %.1f", name, k, 100*got[k].F1, floor[k])
			}
		}
	}
}
