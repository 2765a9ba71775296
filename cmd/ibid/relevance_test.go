package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// claimSet writes a set of claims with one part of a name.
func claimSet(t *testing.T, split, corpusLines, queries, qrels string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"corpus.jsonl": corpusLines,
		"queries." + split + ".jsonl": queries, "qrels." + split + ".tsv": qrels} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A set is ranked by the stems of its own language, whatever its part is called; a copy that
// stands later in the file does not push the judged one down; words with signs at their edges
// ask for the words; all of an address must be there.
func TestRelevance(t *testing.T) {
	t.Parallel()
	dir := claimSet(t, "test", `{"_id":"a","title":"","text":"Жители посёлка сообщили о пожарах на старом складе."}
{"_id":"b","title":"","text":"Жители города сообщили о новом мосте через реку."}
{"_id":"c","title":"","text":"Жители посёлка сообщили о пожарах на старом складе."}
{"_id":"d","title":"","text":"На сайте новости.example нашли старую новость."}
`, `{"_id":"1","text":"«Пожар» в посёлке!"}
{"_id":"2","text":"#мосты http://новости.example/мост"}
`, "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n")
	for _, args := range [][]string{{dir}, {"--split", "test", dir}} {
		out := must(t, append([]string{"eval", "relevance", "--json"}, args...)...)
		var figures map[string]float64
		if err := json.Unmarshal([]byte(out), &figures); err != nil {
			t.Fatal(err)
		}
		if figures["nDCG@10"] != 1 || figures["queries"] != 2 {
			t.Errorf("%v: %s", args, out)
		}
	}
	run := filepath.Join(t.TempDir(), "other.run")
	if err := os.WriteFile(run, []byte("1 Q0 b 1 2.0 x\n1 Q0 a 2 1.0 x\n2 Q0 b 1 1.0 x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var figures map[string]float64
	if err := json.Unmarshal([]byte(must(t, "eval", "relevance", "--json", "--run", run, dir)), &figures); err != nil {
		t.Fatal(err)
	}
	if figures["P@1"] != 0.5 {
		t.Errorf("the run of another engine scores %v", figures)
	}
	if _, log, code := ibid(t, "eval", "relevance", "--split", "no", dir); code != exitError || log == "" {
		t.Errorf("a part that is not there gives exit code %d", code)
	}
}
