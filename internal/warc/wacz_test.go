package warc

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
	"ibid/internal/warc/warctest"
)

// packed makes a package of two WARC files.
func packed(t testing.TB) (p Package, b []byte) {
	t.Helper()
	one, _ := join(t, MarshalGzip, sample(2))
	two, _ := join(t, MarshalGzip, sample(3)[2:])
	p = Package{Title: "Wire <&>", Created: time.Date(2024, 3, 2, 10, 0, 0, 0, time.UTC),
		Index: []byte("example,wire)/0 20240302100000 {}\n"),
		Pages: []PackagePage{{URL: "https://wire.example/0?a=1&b", At: sample(1)[0].Date, Title: "Page <0>"}},
		Files: []PackageFile{{"1.warc.gz", int64(len(one)), bytes.NewReader(one)},
			{"2.warc.gz", int64(len(two)), bytes.NewReader(two)}}}
	var out bytes.Buffer
	if err := WritePackage(&out, p); err != nil {
		t.Fatal(err)
	}
	return p, out.Bytes()
}

func openPackage(b []byte) (*PackageReader, error) {
	return OpenPackage(bytes.NewReader(b), int64(len(b)), "a.wacz")
}

func TestAPackageIsReadBack(t *testing.T) {
	t.Parallel()
	_, b := packed(t)
	if _, again := packed(t); !bytes.Equal(b, again) {
		t.Error("the same package was written as other bytes")
	}
	p, err := openPackage(b)
	if err != nil || len(p.Damages) > 0 {
		t.Fatal(err, p.Damages)
	}
	n := 0
	for _, name := range p.WARCs() {
		r, size, err := p.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		file := make([]byte, size)
		if _, err := r.ReadAt(file, 0); err != nil && err != io.EOF {
			t.Fatal(err)
		}
		rs, damages := readAll(t, file)
		if n += len(rs); len(damages) > 0 {
			t.Error(damages)
		}
	}
	if n != 3 {
		t.Errorf("%d records, want 3", n)
	}
}

// rezip writes the files of a package anew, changed; nil drops a file.
func rezip(t testing.TB, b []byte, method uint16, change map[string]string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	add := func(name, content string) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if with, ok := change[f.Name]; !ok {
			add(f.Name, string(content))
		} else if with != "" {
			add(f.Name, with)
		}
		delete(change, f.Name)
	}
	for name, content := range change {
		add(name, content)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDamagedPackages(t *testing.T) {
	t.Parallel()
	_, b := packed(t)
	const warc1 = "archive/1.warc.gz"
	listing := `{"resources":[{"path":"archive/1.warc.gz","hash":"%","bytes":3}]}`
	for name, c := range map[string]struct {
		change map[string]string
		warcs  int
		reason string // of the only damage, or of the error when no WARC file is left
	}{
		"as it is":          {map[string]string{}, 2, ""},
		"a WARC changed":    {map[string]string{warc1: "other"}, 1, "a.wacz: archive/1.warc.gz at byte "},
		"a WARC missing":    {map[string]string{warc1: ""}, 1, "archive/1.warc.gz: it is missing"},
		"a WARC added":      {map[string]string{"archive/3.warc.gz": "x"}, 2, "does not list it"},
		"pages changed":     {map[string]string{pagesName: "{}\n"}, 2, "pages/pages.jsonl"},
		"no description":    {map[string]string{packageName: ""}, 0, "datapackage.json: it is missing"},
		"description lies":  {map[string]string{packageName: "{}"}, 0, "another hash than that of datapackage.json"},
		"no JSON":           {map[string]string{packageName: "{", digestName: ""}, 0, "cannot be read"},
		"digest of another": {map[string]string{digestName: `{"path":"a","hash":"sha256:00"}`}, 0, "another hash"},
		"no digest":         {map[string]string{digestName: ""}, 2, ""},
		"a hash of no kind": {
			map[string]string{digestName: "", packageName: strings.Replace(listing, "%", "md5:00", 1)}, 0, "not a sha256",
		},
	} {
		for _, method := range []uint16{zip.Store, zip.Deflate} {
			change := map[string]string{}
			for k, v := range c.change {
				change[k] = v
			}
			p, err := openPackage(rezip(t, b, method, change))
			if err != nil {
				if c.warcs > 0 || !strings.Contains(err.Error(), c.reason) {
					t.Errorf("%s: %v, want %q", name, err, c.reason)
				}
				continue
			}
			if len(p.WARCs()) != c.warcs || (len(p.Damages) > 0) != (c.reason != "") {
				t.Errorf("%s: %d WARC files, want %d; %v", name, len(p.WARCs()), c.warcs, p.Damages)
			}
			if c.reason != "" && !strings.Contains(p.Damages[0].Error(), c.reason) {
				t.Errorf("%s: %v, want %q", name, p.Damages[0], c.reason)
			}
		}
	}
	if _, err := openPackage(b[:len(b)-10]); corpus.KindOf(err) != corpus.Format {
		t.Errorf("cut off: %v", err)
	}
}

// Every changed byte of a package is noticed, but for those that ZIP itself does not look at;
// what is given out is what was put in.
func TestChangedBytesOfAPackage(t *testing.T) {
	t.Parallel()
	pkg, b := packed(t)
	for at := 0; at < len(b); at += 3 {
		bad := bytes.Clone(b)
		bad[at] ^= 0x10
		p, err := openPackage(bad)
		if err != nil {
			continue
		}
		for _, name := range p.WARCs() {
			r, size, err := p.Open(name)
			if err != nil {
				continue
			}
			got := make([]byte, size)
			_, _ = r.ReadAt(got, 0)
			same := false
			for _, f := range pkg.Files {
				want := make([]byte, f.Size)
				_, _ = f.Content.ReadAt(want, 0)
				same = same || bytes.Equal(got, want)
			}
			if !same {
				t.Errorf("byte %d changed: %s has another content and passes", at, name)
			}
		}
	}
}

// TestWaczReadsAPackage has the reference implementation validate what is written.
func TestWaczReadsAPackage(t *testing.T) {
	t.Parallel()
	_, b := packed(t)
	path := filepath.Join(t.TempDir(), "a.wacz")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := warctest.Python(t, "-m", "wacz.main", "validate", "-f", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Validation succeeded, the passed WACZ is valid") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestWhatWaczWritesIsRead opens a package of the reference implementation.
func TestWhatWaczWritesIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, _ := join(t, MarshalGzip, sample(3))
	if err := os.WriteFile(filepath.Join(dir, "a.warc.gz"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := warctest.Python(t, "-m", "wacz.main", "create", "-o", "a.wacz", "--detect-pages", "a.warc.gz")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "a.wacz"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := openPackage(b)
	if err != nil || len(p.Damages) > 0 || len(p.WARCs()) != 1 {
		t.Fatalf("%v, %+v", err, p)
	}
	r, size, err := p.Open(p.WARCs()[0])
	got := make([]byte, size)
	if err == nil {
		_, err = r.ReadAt(got, 0)
	}
	if err != nil && err != io.EOF || !bytes.Equal(got, file) {
		t.Errorf("another WARC file came out: %v", err)
	}
}

func FuzzPackage(f *testing.F) {
	_, b := packed(f)
	f.Add(b)
	f.Add(rezip(f, b, zip.Deflate, map[string]string{packageName: `{"resources":[{"bytes":-1}]}`}))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := openPackage(b)
		if err != nil {
			return
		}
		for _, name := range p.WARCs() {
			if r, size, err := p.Open(name); err == nil {
				_, _ = io.Copy(io.Discard, io.NewSectionReader(r, 0, size))
			}
		}
	})
}
