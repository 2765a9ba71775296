package archive

import (
	"sort"
	"strings"

	"ibid/internal/warc"
)

// Package gives the archive as a WACZ holds it: its segments as far as the journal
// acknowledges them, the capture index, and the newest good capture of each address of the web
// as a page to start with. Its time is that of the newest capture, so that an archive that has
// not changed gives the same package. It may be written until the Store is closed.
func (s *Store) Package(title string) (warc.Package, error) {
	p := warc.Package{Title: title}
	j, _, err := readJournal(s.path(journalName))
	if err != nil {
		return p, err
	}
	ends := map[int]int64{}
	for _, e := range j.entries {
		ends[e.Segment] = max(ends[e.Segment], e.end())
		if e.Op == opCapture && e.Capture.At.After(p.Created) {
			p.Created = e.Capture.At
		}
	}
	for _, n := range sortedKeys(ends) {
		f, err := s.segment(n)
		if err != nil {
			return p, err
		}
		p.Files = append(p.Files, warc.PackageFile{Name: segmentName(n), Size: ends[n], Content: f})
	}
	p.Index = []byte(strings.Join(indexLines(j), ""))
	for _, c := range s.Latest() {
		if url := targetOf(c); strings.HasPrefix(url, "http") {
			p.Pages = append(p.Pages, warc.PackagePage{URL: warc.EscapeURI(url), At: c.At})
		}
	}
	sort.SliceStable(p.Pages, func(i, k int) bool { return p.Pages[i].URL < p.Pages[k].URL })
	return p, nil
}
