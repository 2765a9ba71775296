package eval

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ibid/corpus"
)

// The sets bring scorers of their own. These tests make predictions by spoiling the gold
// with a fixed seed and hold our figures to theirs.

// sharedDir is the folder of the evaluation data.
func sharedDir() string {
	root := filepath.Join("..", "..")
	dir := os.Getenv("IBID_SHARED")
	switch {
	case dir == "":
		return filepath.Join(root, "..", "shared")
	case !filepath.IsAbs(dir):
		return filepath.Join(root, dir)
	}
	return dir
}

// need skips the test when something it needs is not here, and fails it under CI.
func need(t *testing.T, ok bool, what, remedy string) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing and CI=true; %s", what, remedy)
	}
	t.Skipf("%s is not here; %s", what, remedy)
}

func readShared(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sharedDir(), filepath.FromSlash(name)))
	need(t, err == nil, name, "set IBID_SHARED to the folder of the evaluation data")
	return b
}

// theirs runs a set's scorer on our prediction and decodes its JSON.
func theirs(t *testing.T, args ...string) any {
	t.Helper()
	python, err := exec.LookPath("python3")
	need(t, err == nil, "python3", "install it to compare with the sets' scorers")
	cmd := exec.Command(python, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v\n%s", args, err, errs.String())
	}
	var v any
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
	return v
}

// ours is a report as the same kind of value.
func ours(t *testing.T, r Report) any {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	return v
}

// spoil changes the annotations of a gold file: some go, some move, some change type, value
// or coordinates, some stand twice, some are new, some documents are left out.
func spoil(t *testing.T, gold []byte, list string, seed uint64) []byte {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 7))
	var out bytes.Buffer
	for _, line := range bytes.Split(bytes.TrimSpace(gold), []byte("\n")) {
		var d map[string]any
		if err := json.Unmarshal(line, &d); err != nil {
			t.Fatal(err)
		}
		if rnd.IntN(12) == 0 {
			continue
		}
		n := utf8.RuneCountInString(d["text"].(string))
		kept := []any{}
		for _, v := range d[list].([]any) {
			e := v.(map[string]any)
			spoilOne(rnd, e, n)
			switch rnd.IntN(8) {
			case 0:
			case 1:
				kept = append(kept, e, e)
			default:
				kept = append(kept, e)
			}
		}
		for range rnd.IntN(4) {
			start := rnd.IntN(n)
			kept = append(kept, map[string]any{"start": start, "end": min(n, start+1+rnd.IntN(20)), "type": "LOC",
				"text": "Ünd " + strconv.Itoa(start%7), "value": "19" + strconv.Itoa(10+rnd.IntN(80)), "lat": rnd.Float64()*180 - 90, "lon": 11.5})
		}
		rnd.Shuffle(len(kept), func(i, j int) { kept[i], kept[j] = kept[j], kept[i] })
		line, err := json.Marshal(map[string]any{"doc_id": d["doc_id"], list: kept})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
	return out.Bytes()
}

func spoilOne(rnd *rand.Rand, e map[string]any, n int) {
	start, end := int(e["start"].(float64)), int(e["end"].(float64))
	switch rnd.IntN(10) {
	case 0:
		e["start"] = max(0, start-3)
	case 1:
		e["end"] = min(n, end+rnd.IntN(30))
	case 2:
		e["type"] = []string{"DATE", "TIME", "PER", "ORG"}[rnd.IntN(4)]
	case 3:
		e["value"] = []string{"", "null", "bc480", "2009-01-02 x", "P2D"}[rnd.IntN(5)]
	case 4:
		delete(e, "lat")
		delete(e, "geonames_id")
	case 5:
		if lat, ok := e["lat"].(float64); ok {
			e["lat"] = lat + rnd.NormFloat64()
			e["geonames_id"] = 1
		}
	}
}

func writeTemp(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDatesScoreAsTheSetDoes(t *testing.T) {
	t.Parallel()
	for i, set := range []string{"wikiwars_dev.jsonl", "ru_mini_dev.jsonl"} {
		gold := readShared(t, "eval/dates/"+set)
		pred := spoil(t, gold, "timexes", uint64(i))
		r, err := Dates(bytes.NewReader(gold), bytes.NewReader(pred))
		if err != nil {
			t.Fatal(err)
		}
		want := theirs(t, filepath.Join(sharedDir(), "eval/dates/score.py"),
			filepath.Join(sharedDir(), "eval/dates", set), writeTemp(t, "pred.jsonl", pred), "--json")
		if diff := cmp.Diff(want, ours(t, r)); diff != "" {
			t.Errorf("%s (-theirs +ours):\n%s", set, diff)
		}
	}
}

func TestEntitiesScoreAsTheSetsDo(t *testing.T) {
	t.Parallel()
	score := func(actors bool) func(gold, pred []byte, opt EntityOptions) (Report, error) {
		return func(gold, pred []byte, opt EntityOptions) (Report, error) {
			if actors {
				return Actors(bytes.NewReader(gold), bytes.NewReader(pred), opt)
			}
			return Places(bytes.NewReader(gold), bytes.NewReader(pred), opt)
		}
	}
	for i, c := range []struct {
		set    string
		actors bool
		opt    EntityOptions
		args   []string
	}{
		{"places/lgl-dev.jsonl", false, EntityOptions{}, nil},
		{"places/geowebnews.jsonl", false, EntityOptions{Merge: true, Boot: 30}, []string{"--merge", "--boot", "30"}},
		{"actors/nerel-dev-ru.jsonl", true, EntityOptions{Types: []string{"PER", "ORG"}, Boot: 10}, []string{"--types", "PER,ORG", "--boot", "10"}},
		{"actors/wikigold-en.jsonl", true, EntityOptions{Boot: -1}, []string{"--boot", "0"}},
	} {
		gold := readShared(t, "eval/"+c.set)
		pred := spoil(t, gold, "entities", uint64(i))
		r, err := score(c.actors)(gold, pred, c.opt)
		if err != nil {
			t.Fatal(err)
		}
		dir, _, _ := strings.Cut(c.set, "/")
		args := append([]string{filepath.Join(sharedDir(), "eval", dir, "score.py"), filepath.Join(sharedDir(), "eval", c.set),
			writeTemp(t, "pred.jsonl", pred), "--json"}, c.args...)
		if diff := cmp.Diff(theirs(t, args...), ours(t, r)); diff != "" {
			t.Errorf("%s (-theirs +ours):\n%s", c.set, diff)
		}
	}
}

func TestRelevanceScoresAsTheSetDoes(t *testing.T) {
	t.Parallel()
	qrels := readShared(t, "eval/relevance/checkthat2020/qrels.dev.tsv")
	rnd := rand.New(rand.NewPCG(3, 4))
	var docs []string
	var run bytes.Buffer
	for _, line := range strings.Split(string(qrels), "\n") {
		if f := strings.Fields(line); len(f) == 3 {
			docs = append(docs, f[1])
		}
	}
	for _, line := range strings.Split(string(qrels), "\n")[1:] {
		f := strings.Fields(line)
		if len(f) != 3 || rnd.IntN(10) == 0 {
			continue
		}
		ranked, scores := []string{}, []float64{}
		for range rnd.IntN(140) {
			ranked, scores = append(ranked, docs[rnd.IntN(len(docs))]), append(scores, float64(rnd.IntN(40))/4)
		}
		ranked, scores = append(ranked, f[1]), append(scores, float64(rnd.IntN(44))/4)
		if err := WriteRun(&run, f[0], ranked, scores, "test"); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Relevance(bytes.NewReader(qrels), bytes.NewReader(run.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	want := theirs(t, "-c", "import sys,json; sys.path.insert(0,sys.argv[1]); sys.dont_write_bytecode=True; import score; "+
		"print(json.dumps(score.score(score.qrels(sys.argv[2]),score.run(sys.argv[3]))[0]))",
		filepath.Join(sharedDir(), "eval/relevance"), filepath.Join(sharedDir(), "eval/relevance/checkthat2020/qrels.dev.tsv"),
		writeTemp(t, "run.trec", run.Bytes()))
	// Logarithms of another library may differ in the last bit; the set prints four digits.
	if diff := cmp.Diff(want, ours(t, r), cmpopts.EquateApprox(1e-13, 0)); diff != "" {
		t.Errorf("(-theirs +ours):\n%s", diff)
	}
}

// TestPredictDates: the driver gives the tagger text, language and day alone, and turns byte
// ranges into code points that the scorer finds again.
func TestPredictDates(t *testing.T) {
	t.Parallel()
	gold := `{"doc_id":"a","lang":"ru","dct":"2024-07-02","text":"Вечером 23 июня <2024> года.","timexes":[{"start":8,"end":15,"type":"DATE","value":"2024-06-23"}]}` + "\n"
	var out bytes.Buffer
	err := PredictDates(strings.NewReader(gold), &out, func(lang, dct, text string) []Expr {
		if lang != "ru" || dct != "2024-07-02" {
			t.Errorf("lang %q, dct %q", lang, dct)
		}
		i := strings.Index(text, "23 июня")
		return []Expr{{Span: corpus.Span{Start: i, End: i + len("23 июня")}, Type: "DATE", Value: "2024-06-23"}}
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"doc_id":"a","timexes":[{"start":8,"end":15,"type":"DATE","value":"2024-06-23","text":"23 июня"}]}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r, err := Dates(strings.NewReader(gold), &out)
	if err != nil || r.Get("value", "F1") != 1 || r.Get("strict", "F1") != 1 {
		t.Errorf("%v\n%s", err, r)
	}
	err = PredictDates(strings.NewReader(gold), &out, func(_, _, text string) []Expr {
		return []Expr{{Span: corpus.Span{Start: 0, End: len(text) + 1}}}
	})
	if err == nil {
		t.Error("a span outside the text was written")
	}
}

func TestPredictEntities(t *testing.T) {
	t.Parallel()
	gold := `{"doc_id":"a","text":"É in Хасавюрт.","entities":[{"start":5,"end":13,"text":"Хасавюрт","type":"LOC","lat":43.25,"lon":46.6,"geonames_id":"549479"}]}`
	lat, lon := 43.3, 46.6
	var out bytes.Buffer
	err := PredictEntities(strings.NewReader(gold), &out, func(_, text string) []Entity {
		i := strings.Index(text, "Хасавюрт")
		return []Entity{{Span: corpus.Span{Start: i, End: i + 16}, Type: "LOC", Lat: &lat, Lon: &lon, GeoNames: "549479"}}
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Places(strings.NewReader(gold), &out, EntityOptions{})
	if err != nil || r.Get("strict", "f1") != 100 || r.Get("places", "gid_exact") != 100 || r.Get("places", "mean_km") != 5.6 {
		t.Errorf("%v\n%s", err, r)
	}
}

// TestRefusals: what does not fit is named with its line and a remedy.
func TestRefusals(t *testing.T) {
	t.Parallel()
	one := `{"doc_id":"a","text":"x","timexes":[]}` + "\n"
	for _, c := range []struct{ name, gold, pred, says string }{
		{"unknown document", one, `{"doc_id":"b"}`, `"b" is not in the gold file`},
		{"twice", one + one, one, "line 2"},
		{"no JSON", one, "{", "line 1"},
		{"no id", one, "{}", "doc_id"},
	} {
		_, err := Dates(strings.NewReader(c.gold), strings.NewReader(c.pred))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.says)
		}
	}
	if _, err := Relevance(strings.NewReader("q d x"), strings.NewReader("")); err == nil {
		t.Error("a grade that is no number was taken")
	}
	if _, err := Relevance(strings.NewReader("q d 0"), strings.NewReader("")); err == nil {
		t.Error("a mean over no query was given")
	}
	if _, err := Relevance(strings.NewReader("q d 1"), strings.NewReader("q Q0 d")); err == nil {
		t.Error("a short run line was taken")
	}
}
