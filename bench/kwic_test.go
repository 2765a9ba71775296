package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"ibid/indexer"
	"ibid/indexer/query"
	"ibid/internal/generate"
)

// kwicPassages is the size of the corpus that concordances are measured on.
const kwicPassages = 1_000_000

// kwicDir names the environment variable with the folder of that index. It is built there when
// the folder has none, which takes minutes; without the variable BenchmarkKWIC is skipped.
const kwicDir = "IBID_BENCH_KWIC"

// million opens the index of a million passages, which it builds when it is not there.
func million(b *testing.B) *indexer.Index {
	dir := os.Getenv(kwicDir)
	if dir == "" {
		b.Skip("set " + kwicDir + " to a folder for an index of a million passages")
	}
	if _, err := os.Stat(filepath.Join(dir, "CURRENT")); err != nil {
		_, err := indexer.Build(b.Context(), dir, generate.Items(kwicPassages, 1), indexer.BuildOptions{})
		if err != nil {
			b.Fatal(err)
		}
	}
	x, err := indexer.Open(dir, indexer.OpenOptions{Verify: indexer.VerifyManifest})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { x.Close() })
	return x
}

// cpu is the processor time of this process so far.
func cpu(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkKWIC asks for concordances of about 100,000 hits among a million passages. "first"
// is the first question to an index that was opened just now, which counts all readings;
// the others are the first and the second page in turn once the readings are known. cpu-ms is
// the time of all processors.
func BenchmarkKWIC(b *testing.B) {
	x := million(b)
	for _, c := range []struct{ name, text string }{
		{"phrase", `"` + generate.Word(1) + " " + generate.Word(1) + `"`},
		{"words", generate.Word(17) + " " + generate.Word(18)},
		{"prefix", generate.Word(30) + "* " + generate.Word(18)},
		{"verbatim", "'" + generate.Word(1) + " " + generate.Word(1) + "'"},
	} {
		req := query.Request{Text: c.text, View: query.KWIC, Facets: []query.FacetRequest{}, Size: 100}
		b.Run(c.name+"/first", func(b *testing.B) {
			spent := time.Duration(0)
			for b.Loop() {
				fresh := million(b)
				from := cpu(b)
				ask(b, fresh, req)
				spent += cpu(b) - from
			}
			b.ReportMetric(float64(spent.Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
		for _, sort := range []query.Sort{query.Right1, query.Left3, query.Relevance} {
			req.Sort = sort
			b.Run(fmt.Sprint(c.name, "/", sort), func(b *testing.B) { kwic(b, x, req) })
		}
	}
}

// kwic measures one request, its first page and the second in turn.
func kwic(b *testing.B, x *indexer.Index, req query.Request) {
	res := ask(b, x, req)
	next, from := res.Next, cpu(b)
	for i := 0; b.Loop(); i++ {
		req.Cursor = ""
		if i%2 == 1 {
			req.Cursor = next
		}
		ask(b, x, req)
	}
	b.ReportMetric(float64((cpu(b)-from).Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(res.Total), "hits")
	b.ReportMetric(float64(res.Occurrences), "lines")
}

// ask answers one request.
func ask(b *testing.B, x *indexer.Index, req query.Request) *query.Result {
	res, err := x.Search(b.Context(), req)
	if err != nil {
		b.Fatal(err)
	}
	return res
}
