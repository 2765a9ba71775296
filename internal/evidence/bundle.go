package evidence

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/cite"
)

// format is the form of a bundle, which bundle.json states. It goes up with every change of what
// Write makes of the same passages and records, the page for readers included.
const format = 1

// Names of members; those of bodies and passages are made from ids. The validator of WACZ wants each
// file in a folder whose name has a dot.
const (
	sumsName    = "SHA256SUMS"
	recordsName = "archive/records.warc.gz"
	bundleName  = "evidence/bundle.json"
	cslName     = "evidence/citations.csl.json"
	plainName   = "evidence/citations.txt"
	packageName = "datapackage.json"
	digestName  = "datapackage-digest.json"
	pageName    = "evidence/index.html"
	indexName   = "indexes/index.cdxj"
	pagesName   = "pages/pages.jsonl"
	bodyFolder  = "bodies/"
	passFolder  = "passages/"
)

// Cited is a passage with the document that it stands in; of the document's notes only those are
// kept that the passage has a mark of.
type Cited struct {
	Passage  *corpus.Passage  `json:"passage"`
	Document *corpus.Document `json:"document"`
}

// Bundle is what goes into a bundle. The order of both lists and repeats do not matter.
type Bundle struct {
	Passages []Cited
	// Records are WARC records of the captures that the passages were read from, each a gzip
	// member as it stands in the archive: of a revisit its original too.
	Records [][]byte
	// Versions of the steps that made the passages, by their names.
	Versions map[string]string
}

// contents is a bundle that was understood: what everything in the file is made from.
type contents struct {
	versions map[string]string
	cite     string            // version of what wrote the citations
	given    map[string][]byte // files that are taken as they are: made by another version of that
	passages []Cited
	info     []byte // the record that opens the WARC
	records  []*record
	bodies   map[corpus.SnapshotID][]byte
}

// Write gives the file of a bundle. Errors: Invalid for one without passages, beyond 1 GiB, or
// with a passage whose capture is not among the records; Corrupt for a record that does not hold.
func Write(b Bundle) ([]byte, error) {
	c := &contents{versions: b.Versions, cite: cite.Version}
	for _, raw := range b.Records {
		r, err := parseRecord(raw)
		if err != nil {
			return nil, err
		}
		c.records = append(c.records, r)
	}
	c.records = sortRecords(c.records)
	for _, p := range b.Passages {
		c.passages = append(c.passages, trimmed(p))
	}
	c.passages = sortPassages(c.passages)
	if err := c.settle(); err != nil {
		return nil, err
	}
	var last time.Time
	for _, r := range c.records {
		if r.warc.Date.After(last) {
			last = r.warc.Date
		}
	}
	var err error
	if c.info, err = infoRecord(last); err != nil {
		return nil, err
	}
	members, err := c.members()
	if err != nil {
		return nil, err
	}
	size := 0
	for _, m := range members {
		size += len(m.data)
	}
	if size > maxBundle || len(members) > maxMembers {
		return nil, corpus.Errorf(corpus.Invalid, "bundle", "%d files of %d MiB together are more than a "+
			"bundle holds", len(members), size>>20).WithRemedy("take fewer passages into one bundle")
	}
	data, _ := pack(members)
	return data, nil
}

// trimmed is a passage with a document that has the notes of the passage alone.
func trimmed(p Cited) Cited {
	d := *p.Document
	d.Blocks, d.Notes = nil, nil
	for _, n := range p.Document.Notes {
		if slices.ContainsFunc(p.Passage.Notes, func(m corpus.NoteMark) bool { return m.Note == n.ID }) {
			d.Notes = append(d.Notes, n)
		}
	}
	return Cited{Passage: p.Passage, Document: &d}
}

// sortPassages puts passages in the order of their pages, and drops repeats.
func sortPassages(list []Cited) []Cited {
	slices.SortStableFunc(list, func(a, b Cited) int {
		return cmp.Or(cmp.Compare(a.Document.URL, b.Document.URL),
			a.Passage.Ordinal-b.Passage.Ordinal, cmp.Compare(a.Passage.ID, b.Passage.ID))
	})
	return slices.CompactFunc(list, func(a, b Cited) bool { return a.Passage.ID == b.Passage.ID })
}

// settle gathers the bodies and refuses passages without a capture.
func (c *contents) settle() error {
	if len(c.passages) == 0 {
		return corpus.Errorf(corpus.Invalid, "bundle", "there is no passage in it")
	}
	c.bodies = map[corpus.SnapshotID][]byte{}
	for _, r := range c.records {
		if r.holds {
			c.bodies[r.capture.Snapshot] = r.body
		}
	}
	for _, p := range c.passages {
		_, held := c.bodies[p.Document.Snapshot]
		if !held || c.captureOf(p.Document) == nil {
			return corpus.Errorf(corpus.Invalid, string(p.Passage.ID), "the records do not hold the capture of %s at %s",
				p.Document.URL, p.Document.Captured.Format(time.RFC3339))
		}
	}
	return nil
}

// captureOf finds the record of the capture that a document was read from; nil without one.
func (c *contents) captureOf(d *corpus.Document) *record {
	for _, r := range c.records {
		if k := r.capture; k != nil && k.Snapshot == d.Snapshot && k.At.Equal(d.Captured) &&
			corpus.NormalizeURL(k.URL) == d.URL {
			return r
		}
	}
	return nil
}

// works are the works that the passages name, a passage without one standing for its page.
func (c *contents) works() []cite.Item {
	var items []cite.Item
	for _, p := range c.passages {
		d := p.Document
		found := cite.Found{Title: d.Title, URL: d.URL, Captured: d.Captured, Snapshot: d.Snapshot}
		before := len(items)
		for _, m := range p.Passage.Notes {
			for _, n := range d.Notes {
				if n.ID != m.Note {
					continue
				}
				for _, w := range n.Citations {
					items = append(items, cite.Item{Citation: w.CSL, FoundIn: found, Passage: p.Passage.Text})
				}
			}
		}
		if len(items) == before {
			items = append(items, cite.Item{Citation: cite.FromDocument(d), FoundIn: found, Passage: p.Passage.Text})
		}
	}
	return items
}

// members makes every file of the bundle, in order of name.
func (c *contents) members() ([]member, error) {
	list, err := c.evident()
	if err != nil {
		return nil, err
	}
	made, err := c.made()
	if err != nil {
		return nil, err
	}
	list = append(list, made...)
	slices.SortFunc(list, byName)
	list = append(list, newMember(sumsName, sums(list)))
	slices.SortFunc(list, byName)
	resources, err := encode(dataPackage(list, c.passages[0].Document.Captured))
	if err != nil {
		return nil, err
	}
	digest, err := encode(map[string]string{"path": packageName, "hash": "sha256:" + sum(resources)})
	if err != nil {
		return nil, err
	}
	list = append(list, newMember(packageName, resources), newMember(digestName, digest))
	slices.SortFunc(list, byName)
	return list, nil
}

// isManifest reports whether a member is one of those that list others: SHA256SUMS lists all but
// these.
func isManifest(name string) bool {
	return name == sumsName || name == packageName || name == digestName
}

func byName(a, b member) int { return strings.Compare(a.name, b.name) }

// evident are the members that the others are made from: passages and records.
func (c *contents) evident() ([]member, error) {
	archive := slices.Clone(c.info)
	for _, r := range c.records {
		archive = append(archive, r.raw...)
	}
	list := []member{newMember(recordsName, archive)}
	for _, p := range c.passages {
		data, err := encode(p)
		if err != nil {
			return nil, err
		}
		list = append(list, newMember(passFolder+string(p.Passage.ID)+".json", data))
	}
	return list, nil
}

// citing are the members that citations are written into.
func citing() []string { return []string{cslName, plainName, pageName} }

// made are the members that are made from passages and records, but for the manifests.
func (c *contents) made() ([]member, error) {
	head, err := encode(c.head())
	if err != nil {
		return nil, err
	}
	var csl, plain bytes.Buffer
	if err := cite.Write(&csl, "csl", c.works()); err != nil {
		return nil, err
	}
	if err := cite.Write(&plain, "plain", c.works()); err != nil {
		return nil, err
	}
	page, err := c.page()
	if err != nil {
		return nil, err
	}
	list := []member{
		newMember(bundleName, head), newMember(cslName, csl.Bytes()), newMember(plainName, plain.Bytes()),
		newMember(pageName, page), newMember(indexName, captureIndex(c.records, len(c.info))),
		newMember(pagesName, c.pages()),
	}
	for i, m := range list {
		if data, ok := c.given[m.name]; ok {
			list[i] = newMember(m.name, data)
		}
	}
	for id, body := range c.bodies {
		list = append(list, newMember(bodyFolder+string(id), body))
	}
	for _, p := range c.passages {
		list = append(list, newMember(passFolder+string(p.Passage.ID)+".txt", []byte(p.Passage.Text)))
	}
	return list, nil
}

// head is bundle.json.
type head struct {
	Format   int                `json:"format"`
	Cite     string             `json:"cite"` // version of what wrote the citations
	Versions map[string]string  `json:"versions"`
	Passages []corpus.PassageID `json:"passages"`
}

func (c *contents) head() head {
	h := head{Format: format, Cite: c.cite, Versions: c.versions}
	for _, p := range c.passages {
		h.Passages = append(h.Passages, p.Passage.ID)
	}
	return h
}

// pages is the list of pages in the terms of WACZ: the captures that passages were read from.
func (c *contents) pages() []byte {
	var out bytes.Buffer
	out.WriteString(`{"format":"json-pages-1.0","id":"pages","title":"All Pages"}` + "\n")
	seen := map[*record]bool{}
	for _, p := range c.passages {
		r := c.captureOf(p.Document)
		if seen[r] {
			continue
		}
		seen[r] = true
		line, _ := json.Marshal(struct { // strings alone: cannot fail
			ID    string `json:"id"`
			URL   string `json:"url"`
			At    string `json:"ts"`
			Title string `json:"title,omitempty"`
		}{string(p.Document.ID), r.warc.TargetURI, r.capture.At.Format(time.RFC3339), p.Document.Title})
		out.Write(append(line, '\n'))
	}
	return out.Bytes()
}

// resource is a file in datapackage.json.
type resource struct {
	Name  string `json:"name"` // lower case, as a data package has it
	Path  string `json:"path"`
	Hash  string `json:"hash"`
	Bytes int    `json:"bytes"`
}

// dataPackage lists members in the terms of WACZ 1.1.1.
func dataPackage(list []member, at time.Time) any {
	p := struct {
		Profile   string     `json:"profile"`
		Version   string     `json:"wacz_version"`
		Software  string     `json:"software"`
		Created   string     `json:"created"`
		Resources []resource `json:"resources"`
	}{"data-package", "1.1.1", "Ibid", at.UTC().Format(time.RFC3339), []resource{}}
	for _, m := range list {
		_, name, found := strings.Cut(m.name, "/")
		if !found {
			name = m.name
		}
		p.Resources = append(p.Resources, resource{strings.ToLower(name), m.name, "sha256:" + sum(m.data), len(m.data)})
	}
	return p
}

// sums is SHA256SUMS over members.
func sums(list []member) []byte {
	var out []byte
	for _, m := range list {
		out = fmt.Appendf(out, "%s  %s\n", sum(m.data), m.name)
	}
	return out
}

// sum is the sha256 of bytes in hexadecimal digits.
func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// encode writes JSON for readers: two spaces, a line feed at the end.
func encode(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, corpus.Errorf(corpus.Internal, "bundle", "%w", err)
	}
	return append(b, '\n'), nil
}
