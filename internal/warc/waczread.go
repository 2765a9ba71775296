package warc

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

	"ibid/corpus"
)

// Bounds of a package that is read.
const (
	maxDescription = 16 << 20  // bytes of datapackage.json
	maxPacked      = 256 << 20 // bytes of a WARC file that is packed again, which is read into memory
	maxEntries     = 100_000   // files
)

// PackageReader is an open WACZ whose files were held against its data package.
type PackageReader struct {
	name  string
	r     io.ReaderAt
	files map[string]*zip.File
	warcs []string
	// Damages say which files are not those that the package vouches for, by name. They are not
	// among WARCs.
	Damages []error
}

// OpenPackage opens a WACZ and hashes each of its files. What cannot be read as a package is an
// error of kind Format, or Corrupt where a data package is there that does not hold.
func OpenPackage(r io.ReaderAt, size int64, name string) (*PackageReader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, corpus.Errorf(corpus.Format, name, "it is no ZIP file: %w", err)
	}
	if len(z.File) > maxEntries {
		return nil, corpus.Errorf(corpus.Format, name, "%d files are more than %d", len(z.File), maxEntries)
	}
	p := &PackageReader{name: name, r: r, files: map[string]*zip.File{}}
	for _, f := range z.File {
		if p.files[f.Name] != nil {
			return nil, corpus.Errorf(corpus.Corrupt, name, "the name %s stands twice", clip(f.Name))
		}
		p.files[f.Name] = f
	}
	d, err := p.description()
	if err != nil {
		return nil, err
	}
	p.verify(d)
	return p, nil
}

// description reads datapackage.json and holds it against its own digest.
func (p *PackageReader) description() (*dataPackage, error) {
	b, err := p.small(packageName)
	if err != nil {
		return nil, p.bad(corpus.Format, packageName, "%v", err)
	}
	d := &dataPackage{}
	if err := json.Unmarshal(b, d); err != nil {
		return nil, p.bad(corpus.Format, packageName, "it cannot be read: %v", err)
	}
	if p.files[digestName] == nil {
		return d, nil
	}
	var stated struct{ Path, Hash string }
	b2, err := p.small(digestName)
	if err == nil {
		err = json.Unmarshal(b2, &stated)
	}
	if err == nil && stated.Hash != Digest(b) {
		err = fmt.Errorf("it gives another hash than that of %s", packageName)
	}
	if err != nil {
		return nil, p.bad(corpus.Corrupt, digestName, "%v", err)
	}
	return d, nil
}

// small reads a file of bounded size.
func (p *PackageReader) small(path string) ([]byte, error) {
	f := p.files[path]
	if f == nil {
		return nil, errors.New("it is missing")
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxDescription+1))
	if err == nil && len(b) > maxDescription {
		err = fmt.Errorf("it is larger than %d bytes", maxDescription)
	}
	return b, err
}

// verify hashes what the package vouches for, and notes the WARC files that hold and those that
// nobody vouches for.
func (p *PackageReader) verify(d *dataPackage) {
	listed := map[string]bool{packageName: true, digestName: true}
	for _, res := range d.Resources {
		if listed[res.Path] {
			p.damage(res.Path, "the data package lists it twice")
			continue
		}
		listed[res.Path] = true
		if err := p.check(res); err != nil {
			p.damage(res.Path, "%v", err)
		} else if isWARCName(res.Path) {
			p.warcs = append(p.warcs, res.Path)
		}
	}
	var names []string
	for name := range p.files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if !listed[name] && !strings.HasSuffix(name, "/") {
			p.damage(name, "the data package does not list it")
		}
	}
	sort.Strings(p.warcs)
}

// check holds one file against what is said of it.
func (p *PackageReader) check(res resource) error {
	h, value, err := labelled(res.Hash)
	if err != nil {
		return err
	}
	f := p.files[res.Path]
	if f == nil {
		return errors.New("it is missing")
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	n, err := io.Copy(h, io.LimitReader(r, max(res.Bytes, 0)+1))
	switch {
	case err != nil:
		return err
	case n != res.Bytes:
		return fmt.Errorf("it does not have the %d bytes that the data package states", res.Bytes)
	case hex.EncodeToString(h.Sum(nil)) != value:
		return errors.New("it is not the file whose hash stands in the data package")
	}
	return nil
}

// damage notes a file that is not as it should be.
func (p *PackageReader) damage(path, format string, args ...any) {
	p.Damages = append(p.Damages, p.bad(corpus.Corrupt, path, format, args...))
}

// bad is an error about a file; it names the offset of its content in the package.
func (p *PackageReader) bad(kind corpus.Kind, path, format string, args ...any) error {
	item := p.name + ": " + path
	if f := p.files[path]; f != nil {
		if at, err := f.DataOffset(); err == nil {
			item += fmt.Sprintf(" at byte %d", at)
		}
	}
	return corpus.Errorf(kind, item, format, args...)
}

// WARCs are the names of the WARC files that hold, sorted.
func (p *PackageReader) WARCs() []string { return p.warcs }

// Open gives the content of a WARC file, and its size.
func (p *PackageReader) Open(path string) (io.ReaderAt, int64, error) {
	f := p.files[path]
	if f == nil {
		return nil, 0, p.bad(corpus.NotFound, path, "it is missing")
	}
	size := int64(f.UncompressedSize64)
	if f.Method == zip.Store {
		at, err := f.DataOffset()
		if err != nil {
			return nil, 0, p.bad(corpus.Corrupt, path, "%v", err)
		}
		return io.NewSectionReader(p.r, at, size), size, nil
	}
	if size > maxPacked {
		return nil, 0, p.bad(corpus.Format, path, "its %d bytes are packed once more than a WACZ "+
			"allows, and too many to unpack", size)
	}
	r, err := f.Open()
	if err != nil {
		return nil, 0, p.bad(corpus.Corrupt, path, "%v", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxPacked+1))
	if err != nil || int64(len(b)) != size {
		return nil, 0, p.bad(corpus.Corrupt, path, "it does not have its %d bytes: %v", size, err)
	}
	return bytes.NewReader(b), size, nil
}

// isWARCName reports whether a path in a package is that of a WARC file.
func isWARCName(path string) bool {
	return strings.HasPrefix(path, archiveDir) &&
		(strings.HasSuffix(path, ".warc") || strings.HasSuffix(path, ".warc.gz"))
}
