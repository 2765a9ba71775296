package eval

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShingles works the measure out by hand: five words give two runs of four.
func TestShingles(t *testing.T) {
	t.Parallel()
	gold := `{"a":{"articleBody":"one two three four five","url":"https://wire.example/a"},"b":{"articleBody":"Мост, открыт_1!"},"c":{"articleBody":""}}`
	var pred bytes.Buffer
	texts := map[string]string{"a": "one two three four", "b": "мост", "c": ""}
	if err := PredictTexts(strings.NewReader(gold), &pred, func(id, _ string) (string, error) { return texts[id], nil }); err != nil {
		t.Fatal(err)
	}
	r, err := Shingles(strings.NewReader(gold), &pred)
	if err != nil {
		t.Fatal(err)
	}
	p, rc := 2.0/3, 1.5/3 // a: 1 of 1 and 1 of 2; b: none; c: two empty texts agree
	for name, want := range map[string]float64{"P": p, "R": rc, "F1": 2 * p * rc / (p + rc)} {
		if got := r.Get(name); math.Abs(got-want) > 1e-15 {
			t.Errorf("%s = %v, want %v", name, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	gold := `{"id":"1","url":"u","type":"article","main_content":"One two two.","with":["two  two","absent"],"without":["buy now"]}
{"id":"2","type":"documentation","main_content":"x","with":[],"without":["x"]}
`
	var pred bytes.Buffer
	err := PredictTexts(strings.NewReader(gold), &pred, func(id, url string) (string, error) {
		return map[string]string{"1": "two TWO three Buy now", "2": "x"}[id], nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Words(strings.NewReader(gold), &pred)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Get("article", "F1"); math.Abs(got-0.5) > 1e-15 || r.Get("documentation", "F1") != 1 || r.Get("all", "pages") != 2 ||
		r.Get("all", "with") != 0.5 || r.Get("all", "without") != 1 {
		t.Errorf("\n%s", r)
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	gold := `{"test":"one","variant":"v","html":"<p>a</p>","gold":{"refs":[["n1","[1]"]],"notes":{"n1":"A  note"}}}
{"test":"two","variant":"v","html":"<p>b</p>","gold":{"refs":[],"notes":{}}}
`
	r, wrong, err := Marks(strings.NewReader(gold), func(page []byte) ([]string, map[string]string) {
		return []string{"n1"}, map[string]string{"n1": "A note"}
	})
	if err != nil || r.Get("both") != 1 || r.Get("cases") != 2 {
		t.Errorf("%v\n%s", err, r)
	}
	if diff := cmp.Diff([]string{"two (v)"}, wrong); diff != "" {
		t.Error(diff)
	}
}

func TestCitations(t *testing.T) {
	t.Parallel()
	gold := `{"passages":[{"text":"A road.[1][2] It is long.[2]","refs":["n1","n2","n2"]},{"text":"B","refs":["n2"]}],
"notes":{"n1":{"templates":[{"template":"cite news","params":{"last":"Vale","first":"Ana","author2":"Tom Reed","title":"''Road'' – [[opened|open]]","date":"3 May 2020","url":"https://wire.example/a","accessdate":"2020-05-04"}}]},
"n2":{"templates":[{"template":"cite book","params":{"title":"Book","chapter":"Part","year":"1999"}}]}}}`
	pred := `{"passages":[{"text":"A road.","notes":["n1","n2"]},{"text":"It is long.","notes":["n2"]},{"text":"B","notes":[]}],
"notes":[{"id":"n1","text":"x","citations":[{"raw":"x","witness":{"title":"coins"},"csl":{"title":"Road - open","author":[{"family":"Vale","given":"Ana"},{"family":"Reed","given":"Tom"}],
"issued":{"date-parts":[[2020,5,3]]},"accessed":{"date-parts":[[2020,5,4]]},"URL":"https://wire.example/a"}}]},
{"id":"n2","text":"y","citations":[{"raw":"y","csl":{"title":"Part","container-title":"Books","issued":{"date-parts":[[1999]]}}}]}]}`
	r, err := Citations(strings.NewReader(gold), strings.NewReader(pred))
	if err != nil {
		t.Fatal(err)
	}
	if r.Get("records", "whole") != 1 || r.Get("passages", "exact") != 1 || r.Get("witness", "title", "coins") != 1 || r.Get("fields", "container-title", "equal") != 0 {
		t.Errorf("\n%s", r)
	}
	misses, err := Misses(strings.NewReader(gold), strings.NewReader(pred))
	if diff := cmp.Diff([][4]string{{"n2", "container-title", "Book", "Books"}}, misses); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

// TestReport: the JSON keeps the order of the figures, the table names each group.
func TestReport(t *testing.T) {
	t.Parallel()
	r := Report{Figures: []Figure{count("docs", 2), group("z", share("f1", 1.0/3), count("n", 7)), group("a", group("b", count("c", 1)))}}
	b, err := r.MarshalJSON()
	if want := `{"docs":2,"z":{"f1":0.3333333333333333,"n":7},"a":{"b":{"c":1}}}`; err != nil || string(b) != want {
		t.Errorf("%s, want %s", b, want)
	}
	want := "                         docs 2\nz                        f1 0.3333  n 7\na.b                      c 1\n"
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Error(diff)
	}
	if !math.IsNaN(r.Get("z")) || !math.IsNaN(r.Get("nothing", "x")) || r.Get("a", "b", "c") != 1 {
		t.Error("Get")
	}
}

// FuzzScorers: no bytes break a scorer.
func FuzzScorers(f *testing.F) {
	f.Add([]byte(`{"doc_id":"a","text":"x","timexes":[{"start":0,"end":1,"value":"BC1"}],"entities":[{"start":0,"end":1,"lat":1}]}`), []byte("q d 1"))
	f.Fuzz(func(t *testing.T, gold, pred []byte) {
		for _, pair := range [][2][]byte{{gold, pred}, {gold, gold}} {
			g, p := func() *bytes.Reader { return bytes.NewReader(pair[0]) }, func() *bytes.Reader { return bytes.NewReader(pair[1]) }
			_, _ = Dates(g(), p())
			_, _ = Places(g(), p(), EntityOptions{Boot: 2})
			_, _ = Shingles(g(), p())
			_, _ = Words(g(), p())
			_, _ = Citations(g(), p())
			_, _ = Relevance(g(), p())
			_ = PredictDates(g(), &bytes.Buffer{}, func(_, _, text string) []Expr { return nil })
			_ = PredictTexts(g(), &bytes.Buffer{}, func(string, string) (string, error) { return "", nil })
		}
	})
}
