package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/internal/warc"
)

// What was asked and who answered stand beside each page that was fetched, and name it.
func TestFetchKeepsWhatWasAsked(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<p>The page at "+r.URL.Path)
	}))
	defer srv.Close()
	dir := fetchCorpus(t, srv.URL, true, "/a")
	must(t, "fetch", "--corpus", dir)
	f, err := os.Open(filepath.Join(dir, "archive", "000001.warc.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	found := map[warc.Type]*warc.Record{}
	r := warc.NewReader(f, st.Size(), warc.ReadOptions{})
	for rec, err := r.Next(); err == nil; rec, err = r.Next() {
		found[rec.Type] = rec
	}
	page, asked, meta := found[warc.Response], found[warc.Request], found[warc.Metadata]
	if page == nil || asked == nil || meta == nil {
		t.Fatalf("records: %v", found)
	}
	if !strings.HasPrefix(string(asked.Block), "GET /a HTTP/1.1\r\n") || !strings.Contains(string(asked.Block), "ibid-test") {
		t.Errorf("another request: %q", asked.Block)
	}
	if want := "server-address: " + strings.TrimPrefix(srv.URL, "http://") + "\r\n"; string(meta.Block) != want {
		t.Errorf("metadata %q, want %q", meta.Block, want)
	}
	for _, rec := range []*warc.Record{asked, meta} {
		if rec.Field("WARC-Concurrent-To") != "<"+page.ID+">" {
			t.Errorf("the %s does not name its page: %v", rec.Type, rec.Fields)
		}
	}
}
