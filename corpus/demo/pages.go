package demo

import (
	"embed"
	"fmt"
	"strings"
	"time"
)

//go:embed manifest.tsv pages
var files embed.FS

// Page is one page of the demonstration corpus as a server would have sent it.
type Page struct {
	URL       string
	MediaType string    // of the Content-Type header, with its charset if it had one
	Source    string    // id of the outlet
	Captured  time.Time // when it is supposed to have been fetched, UTC
	Body      []byte
}

// Pages returns the whole corpus in the order of the manifest. It fails only when the
// manifest and the files do not fit, which a test rules out.
func Pages() ([]Page, error) {
	manifest, err := files.ReadFile("manifest.tsv")
	if err != nil {
		return nil, err
	}
	var pages []Page
	for i, line := range strings.Split(strings.TrimSpace(string(manifest)), "\n")[1:] {
		cells := strings.Split(line, "\t")
		if len(cells) != 5 {
			return nil, fmt.Errorf("manifest.tsv:%d: %d cells, want 5", i+2, len(cells))
		}
		captured, err := time.Parse(time.RFC3339, cells[4])
		if err != nil {
			return nil, fmt.Errorf("manifest.tsv:%d: %w", i+2, err)
		}
		body, err := files.ReadFile("pages/" + cells[0])
		if err != nil {
			return nil, fmt.Errorf("manifest.tsv:%d: %w", i+2, err)
		}
		pages = append(pages, Page{URL: cells[1], MediaType: cells[2], Source: cells[3],
			Captured: captured.UTC(), Body: body})
	}
	return pages, nil
}
