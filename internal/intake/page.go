package intake

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
)

// Caps on a page that is added from a file, the same that fetch holds to.
const (
	maxPage  = 10 << 20 // bytes, decoded
	maxRatio = 100      // decoded to compressed
)

// Page archives a saved page as ReadPage reads it.
func (in *Intake) Page(ctx context.Context, path, name string, now time.Time) error {
	r, err := ReadPage(path, name, now)
	if err != nil {
		return err
	}
	return in.put(ctx, path, r)
}

// ReadPage reads a saved page: HTML or plain text, perhaps in gzip. Its address is "file:" and
// name, and it is captured now, unless a .meta.json beside it or the comment of SingleFile in it
// says where and when it was saved.
func ReadPage(path, name string, now time.Time) (archive.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return archive.Record{}, fileError(path, err)
	}
	defer f.Close()
	raw, err := readCapped(path, f)
	if err != nil {
		return archive.Record{}, err
	}
	r, err := pageOf(path, name, raw, now)
	if err != nil {
		return archive.Record{}, err
	}
	m, err := metaBeside(path)
	if err != nil {
		return archive.Record{}, err
	}
	if m != nil {
		err = m.apply(&r, raw, filepath.Base(path))
	} else {
		err = applySingleFile(&r, filepath.Base(path))
	}
	if err != nil {
		return archive.Record{}, corpus.Errorf(corpus.Format, path, "%w", err)
	}
	return r, nil
}

// Stream archives a page from a stream, as HTML when it looks like it.
func (in *Intake) Stream(ctx context.Context, label string, from io.Reader, now time.Time) error {
	raw, err := readCapped(label, from)
	if err != nil {
		return err
	}
	r, err := pageOf(label, "stdin.txt", raw, now)
	if err != nil {
		return err
	}
	if bytes.Contains(bytes.ToLower(r.Body[:min(len(r.Body), 1024)]), []byte("<html")) {
		r.MediaType, r.URL = "text/html", "file:stdin.html"
	}
	return in.put(ctx, label, r)
}

// put archives one record and tells of it.
func (in *Intake) put(ctx context.Context, label string, r archive.Record) error {
	if r.Source == "" {
		r.Source = in.Source
	}
	c, isNew, err := in.Store.Put(ctx, r)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(c.URL, "file:") {
		label += "\t" + c.URL
	}
	return in.Taken(label, c, isNew)
}

// pageOf makes a record of the bytes of a file.
func pageOf(path, name string, raw []byte, now time.Time) (archive.Record, error) {
	body, bare := raw, name
	if strings.HasSuffix(strings.ToLower(name), ".gz") {
		var err error
		bare = name[:len(name)-len(".gz")]
		if body, err = gunzip(path, raw); err != nil {
			return archive.Record{}, err
		}
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return archive.Record{}, corpus.Errorf(corpus.Format, path, "the file is empty").
			WithRemedy("save the page again")
	}
	r := archive.Record{URL: "file:" + name, At: now, Status: 200, Body: body}
	if r.MediaType, r.Charset = mediaTypeOf(bare, body); r.MediaType == "" {
		return r, corpus.Errorf(corpus.Format, path, "not a page: its content looks like %s",
			http.DetectContentType(body)).WithRemedy("add saved HTML, plain text, WARC or WACZ files")
	}
	return r, nil
}

// readCapped reads all of r and refuses more than a page may have.
func readCapped(path string, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPage+1))
	if err != nil {
		return nil, fileError(path, err)
	}
	if len(data) > maxPage {
		return nil, corpus.Errorf(corpus.Invalid, path, "more than %d MiB", maxPage>>20).
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
