package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"ibid/corpus"
)

// Caps on a page that is added from a file, the same that fetch holds to.
const (
	maxPage  = 10 << 20 // bytes, decoded
	maxRatio = 100      // decoded to compressed
)

// page is a file on its way into the archive.
type page struct {
	path      string // as the user named it
	url       string // "file:" and the name relative to the argument of add
	mediaType string
	charset   string
	body      []byte // .gz undone
}

// readPage reads a file as a page and says what keeps it from being one.
func readPage(path, name string) (*page, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(path, err)
	}
	defer f.Close()
	return parsePage(path, name, f)
}

// parsePage reads a page from a stream.
func parsePage(path, name string, r io.Reader) (*page, error) {
	raw, err := readCapped(path, r, maxPage)
	if err != nil {
		return nil, err
	}
	body, bare := raw, name
	if strings.HasSuffix(strings.ToLower(name), ".gz") {
		bare = name[:len(name)-len(".gz")]
		if body, err = gunzip(path, raw); err != nil {
			return nil, err
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, corpus.Errorf(corpus.Format, path, "the file is empty").
			WithRemedy("save the page again")
	}
	p := &page{path: path, url: "file:" + name, body: body}
	if p.mediaType, p.charset = mediaTypeOf(bare, body); p.mediaType == "" {
		return nil, corpus.Errorf(corpus.Format, path, "not a page: its content looks like %s",
			http.DetectContentType(body)).WithRemedy("add saved HTML, plain text or WARC files")
	}
	return p, nil
}

// readCapped reads all of r and refuses more than limit bytes.
func readCapped(path string, r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fileError(path, err)
	}
	if int64(len(data)) > limit {
		return nil, corpus.Errorf(corpus.Invalid, path, "more than %d MiB", limit>>20).
			WithRemedy("pages of that size are not archived; split it or take a part")
	}
	return data, nil
}

// gunzip undoes gzip within the caps; several members follow one another.
func gunzip(path string, raw []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, corpus.Errorf(corpus.Format, path, "not gzip: %w", err)
	}
	limit := min(int64(maxPage), int64(len(raw))*maxRatio)
	body, err := io.ReadAll(io.LimitReader(z, limit+1))
	switch {
	case err != nil:
		return nil, corpus.Errorf(corpus.Format, path, "broken gzip: %w", err).
			WithRemedy("the file is damaged or cut off; save it again")
	case int64(len(body)) > limit:
		return nil, corpus.Errorf(corpus.Invalid, path,
			"decompresses to more than %d MiB or %d times its size", maxPage>>20, maxRatio).
			WithRemedy("if the page is real, decompress it and add the file")
	}
	return body, nil
}

// mediaTypeOf decides by name first and by content second; empty means neither HTML nor text.
func mediaTypeOf(name string, body []byte) (mediaType, charset string) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".html", ".htm", ".xhtml", ".shtml":
		return "text/html", ""
	case ".md", ".markdown":
		return "text/markdown", ""
	case ".txt", ".text":
		return "text/plain", ""
	}
	m, params, err := mime.ParseMediaType(http.DetectContentType(body))
	if err != nil || m != "text/html" && m != "text/plain" {
		return "", ""
	}
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return m, params["charset"]
	}
	return m, ""
}

// fileError names a file that the system refuses.
func fileError(path string, err error) error {
	kind := corpus.Unavailable
	if errors.Is(err, fs.ErrNotExist) {
		kind = corpus.NotFound
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return corpus.Errorf(kind, path, "%w", err)
}

// isWARC reports whether a name is that of a WARC file.
func isWARC(name string) bool {
	n := strings.TrimSuffix(strings.ToLower(name), ".gz")
	return strings.HasSuffix(n, ".warc")
}

// isURL reports whether an argument of add is an address.
func isURL(arg string) bool {
	return strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
}
