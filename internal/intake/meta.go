package intake

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
)

// A page that was saved by hand or by another program may have a file beside it that says where
// it came from: "a.html.meta.json" or "a.meta.json" for "a.html". It is a JSON object:
//
//	url         the address that was asked for; must be there
//	captured    when, in RFC 3339, "2024-03-02T10:00:00Z"; must be there
//	final_url   the address after redirects, when it differs
//	status      of the HTTP answer; 200 when it is not known
//	media_type  "text/html"; else by the file's name and content
//	charset     as the server declared it
//	source      the id of a source in corpus.yaml
//	sha256      of the file's bytes; when it is there, it must hold
//
// Other fields are kept with the capture and not looked at.

// metaSuffix ends the name of such a file.
const metaSuffix = ".meta.json"

// maxMeta is the most bytes of such a file, which is kept with the capture.
const maxMeta = 32 << 10

// IsMeta reports whether a name is that of a file about a page.
func IsMeta(name string) bool { return strings.HasSuffix(strings.ToLower(name), metaSuffix) }

// CheckMeta demands that the page is there that such a file is about.
func CheckMeta(path string) error {
	stem := path[:len(path)-len(metaSuffix)]
	beside, err := filepath.Glob(quoteGlob(stem) + "*")
	if err != nil {
		return err
	}
	for _, name := range beside {
		if !IsMeta(name) && (name == stem || strings.TrimSuffix(name, filepath.Ext(name)) == stem) {
			return nil
		}
	}
	return corpus.Errorf(corpus.NotFound, path, "the page that it is about is not beside it").
		WithRemedy("name the page; what is beside it is read along")
}

// quoteGlob quotes what has a meaning in a pattern.
func quoteGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}

// meta is the content of a .meta.json file.
type meta struct {
	URL       string `json:"url"`
	FinalURL  string `json:"final_url"`
	Captured  string `json:"captured"`
	Status    int    `json:"status"`
	MediaType string `json:"media_type"`
	Charset   string `json:"charset"`
	Source    string `json:"source"`
	SHA256    string `json:"sha256"`

	name string
	raw  []byte // in one line
}

// metaBeside reads the file about a page; nil when there is none.
func metaBeside(path string) (*meta, error) {
	names := []string{path + metaSuffix}
	if stem := strings.TrimSuffix(path, filepath.Ext(path)); stem != path {
		names = append(names, stem+metaSuffix)
	}
	for i, name := range names {
		b, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fileError(name, err)
		}
		if i > 0 {
			if err := onlyPage(path, name); err != nil {
				return nil, err
			}
		}
		m, err := parseMeta(b)
		if err != nil {
			return nil, corpus.Errorf(corpus.Format, name, "%w", err)
		}
		m.name = filepath.Base(name)
		return m, nil
	}
	return nil, nil
}

// onlyPage refuses a file about a page that two pages could call theirs.
func onlyPage(path, metaName string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fileError(filepath.Dir(path), err)
	}
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	for _, e := range entries {
		name := e.Name()
		other := strings.TrimSuffix(name, filepath.Ext(name)) == stem && name != filepath.Base(path)
		if other && !IsMeta(name) && e.Type().IsRegular() {
			return corpus.Errorf(corpus.Invalid, metaName, "may be about %s or %s", filepath.Base(path), name).
				WithRemedy("name it after the whole file: " + filepath.Base(path) + metaSuffix)
		}
	}
	return nil
}

// parseMeta reads such a file and checks what must be there.
func parseMeta(b []byte) (*meta, error) {
	if len(b) > maxMeta {
		return nil, fmt.Errorf("%d bytes are more than %d", len(b), maxMeta)
	}
	m := &meta{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("it is not JSON as it should be: %w", err)
	}
	if !isWeb(m.URL) {
		return nil, fmt.Errorf("its url %q is not an address that begins with http:// or https://", m.URL)
	}
	if _, err := time.Parse(time.RFC3339, m.Captured); err != nil {
		return nil, fmt.Errorf("its captured %q is not a time such as 2024-03-02T10:00:00Z", m.Captured)
	}
	var line bytes.Buffer
	if err := json.Compact(&line, b); err != nil {
		return nil, err
	}
	m.raw = line.Bytes()
	return m, nil
}

// apply puts what is known of a page into its record. Raw are the bytes of the file.
func (m *meta) apply(r *archive.Record, raw []byte, file string) error {
	sum := string(corpus.SnapshotIDOf(raw))
	if m.SHA256 != "" && !strings.EqualFold(m.SHA256, sum) {
		if _, err := hex.DecodeString(m.SHA256); err != nil || len(m.SHA256) != len(sum) {
			return fmt.Errorf("the sha256 in %s is not 64 hexadecimal digits", m.name)
		}
		return fmt.Errorf("its sha256 is %s and not the one in %s", sum, m.name)
	}
	at, err := time.Parse(time.RFC3339, m.Captured)
	if err != nil {
		return err
	}
	r.URL, r.FinalURL, r.At = m.URL, m.FinalURL, at.UTC().Truncate(time.Second)
	if m.Status != 0 {
		r.Status = m.Status
	}
	if m.MediaType != "" {
		r.MediaType = strings.ToLower(m.MediaType)
	}
	if m.Charset != "" {
		r.Charset = strings.ToLower(m.Charset)
	}
	r.Source = m.Source
	r.Metadata = []corpus.Header{{Name: "imported-from", Value: file},
		{Name: "address-from", Value: m.name}, {Name: "meta-json", Value: string(m.raw)}}
	return nil
}
