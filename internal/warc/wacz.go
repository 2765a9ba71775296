package warc

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"time"

	"ibid/corpus"
)

// A WACZ (1.1.1) is a ZIP file around WARC files:
//
//	archive/*.warc.gz        stored, not packed again
//	indexes/index.cdxj       captures by address
//	pages/pages.jsonl        a line that says what it is, then a line a page
//	datapackage.json         path, sha256 and size of each file above
//	datapackage-digest.json  sha256 of datapackage.json
//
// What is written has no time but those given and no order but that of names and arguments, so
// equal packages have equal bytes.

// waczVersion is the version that is written.
const waczVersion = "1.1.1"

// Names in a package.
const (
	packageName = "datapackage.json"
	digestName  = "datapackage-digest.json"
	pagesName   = "pages/pages.jsonl"
	indexName   = "indexes/index.cdxj"
	archiveDir  = "archive/"
)

// Package is what WritePackage puts into a WACZ.
type Package struct {
	Title   string
	Created time.Time
	Pages   []PackagePage
	Index   []byte // CDXJ lines of Files, sorted
	Files   []PackageFile
}

// PackagePage is a page that a reader of a package may start with.
type PackagePage struct {
	URL   string
	At    time.Time
	Title string // the URL when it is not known
}

// PackageFile is a WARC file with its name, which has no folder.
type PackageFile struct {
	Name    string
	Size    int64
	Content io.ReaderAt
}

// dataPackage is datapackage.json.
type dataPackage struct {
	Profile   string     `json:"profile"`
	Version   string     `json:"wacz_version"`
	Title     string     `json:"title,omitempty"`
	Created   string     `json:"created,omitempty"`
	Software  string     `json:"software,omitempty"`
	Resources []resource `json:"resources"`
}

// resource is a file that a data package vouches for.
type resource struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Hash  string `json:"hash"` // "sha256:" and hexadecimal digits
	Bytes int64  `json:"bytes"`
}

// WritePackage writes a WACZ.
func WritePackage(w io.Writer, p Package) error {
	pw := &packageWriter{zip: zip.NewWriter(w)}
	for _, f := range p.Files {
		pw.add(archiveDir+f.Name, io.NewSectionReader(f.Content, 0, f.Size), f.Size)
	}
	pw.addBytes(indexName, p.Index)
	pw.addBytes(pagesName, pagesOf(p))
	data := dataPackage{Profile: "data-package", Version: waczVersion, Title: p.Title,
		Created: p.Created.UTC().Format(time.RFC3339), Software: "Ibid", Resources: pw.resources}
	b := marshalLine(data)
	pw.addBytes(packageName, b)
	pw.addBytes(digestName, marshalLine(map[string]string{"path": packageName, "hash": Digest(b)}))
	if pw.err != nil {
		return pw.err
	}
	return pw.zip.Close()
}

// packageWriter writes the files of a package until one fails.
type packageWriter struct {
	zip       *zip.Writer
	resources []resource
	err       error
}

// add stores a file of a known size.
func (w *packageWriter) add(path string, r io.Reader, size int64) {
	if w.err != nil {
		return
	}
	out, err := w.zip.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Store})
	if err != nil {
		w.err = err
		return
	}
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, h), r)
	if err == nil && n != size {
		err = corpus.Errorf(corpus.Corrupt, path, "has %d bytes and not the %d that it should", n, size)
	}
	w.err = err
	w.resources = append(w.resources, resource{Name: baseName(path), Path: path, Bytes: n,
		Hash: "sha256:" + hex.EncodeToString(h.Sum(nil))})
}

func (w *packageWriter) addBytes(path string, b []byte) {
	w.add(path, bytes.NewReader(b), int64(len(b)))
}

// pagesOf is pages.jsonl.
func pagesOf(p Package) []byte {
	out := marshalLine(map[string]string{"format": "json-pages-1.0", "id": "pages", "title": "All pages"})
	for _, page := range p.Pages {
		ts := page.At.UTC().Format(time.RFC3339)
		title := page.Title
		if title == "" {
			title = page.URL
		}
		id := sha256.Sum256([]byte(ts + " " + page.URL))
		out = append(out, marshalLine(map[string]string{"id": hex.EncodeToString(id[:8]),
			"url": page.URL, "ts": ts, "title": title})...)
	}
	return out
}

// marshalLine writes a value as a line of JSON.
func marshalLine(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v) // strings and numbers: cannot fail
	return b.Bytes()
}

// baseName is the last part of a path in a package.
func baseName(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// labelled hashes by the label in front of a digest of a package.
func labelled(digest string) (h hash.Hash, value string, err error) {
	const label = "sha256:"
	if len(digest) != len(label)+64 || digest[:len(label)] != label {
		return nil, "", fmt.Errorf("its hash %s is not a sha256", clip(digest))
	}
	return sha256.New(), digest[len(label):], nil
}
