package extract

import "testing"

// BenchmarkExtract reads 50 evaluation pages in turn.
func BenchmarkExtract(b *testing.B) {
	var bodies [][]byte
	size := int64(0)
	for i, name := range pages(b) {
		if i%4 == 0 {
			body := gunzip(b, name)
			bodies = append(bodies, body)
			size += int64(len(body))
		}
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, body := range bodies {
			if _, err := Extract(capture("file:a", "text/html", body), body, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(len(bodies)*b.N)/b.Elapsed().Seconds(), "pages/s")
}
