package demo

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestPagesStandWhereTheManifestSays(t *testing.T) {
	t.Parallel()
	pages, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := files.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	if len(pages) != len(entries) || len(pages) < 25 {
		t.Errorf("manifest names %d pages, the folder holds %d, at least 25 are wanted", len(pages), len(entries))
	}
	seen := map[string]bool{}
	for _, p := range pages {
		if seen[p.URL] {
			t.Errorf("%s stands twice in the manifest", p.URL)
		}
		seen[p.URL] = true
		if len(p.Body) == 0 || p.Source == "" || p.MediaType == "" || p.Captured.IsZero() {
			t.Errorf("%s: a field is empty", p.URL)
		}
	}
}

// link finds absolute addresses in a page, in links and in COinS alike.
var link = regexp.MustCompile(`https?://[a-zA-Z0-9.-]+`)

// Vocabularies that pages name by address; they are no sources.
var vocabularies = []string{"schema.org", "purl.org", "mediawiki.org"}

func TestNothingInTheCorpusPointsToARealPublisher(t *testing.T) {
	t.Parallel()
	pages, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if u, err := url.Parse(p.URL); err != nil || !strings.HasSuffix(u.Hostname(), ".example") {
			t.Errorf("%s is not on a reserved host", p.URL)
		}
		for _, m := range link.FindAllString(string(p.Body), -1) {
			host := m[strings.Index(m, "//")+2:]
			if !strings.HasSuffix(host, ".example") && !isVocabulary(host) {
				t.Errorf("%s links to %s", p.URL, m)
			}
		}
	}
}

func isVocabulary(host string) bool {
	for _, v := range vocabularies {
		if host == v {
			return true
		}
	}
	return false
}

func TestEveryPageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	pages, err := Pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		text := strings.ToLower(string(p.Body))
		if !strings.Contains(text, "demonstration text") {
			t.Errorf("%s does not say that it is a demonstration text", p.URL)
		}
	}
}
